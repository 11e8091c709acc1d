"""Takes all results, gives what accuracy costs: the runs that no other beats in both."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reportgen.analysis.alike import duration, highest, lowest
from reportgen.analysis.claim_tests import CONDITIONS
from reportgen.analysis.collected import Collected
from reportgen.analysis.comparing import Means
from reportgen.analysis.comparison import cost
from reportgen.analysis.infos import CostPoint
from reportgen.analysis.naming import names
from reportgen.analysis.resources import Condition, condition
from reportgen.analysis.ties import ties
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def against_accuracy(collected: Collected) -> Iterator[Finding]:
    """``slower_is_better``: whether the slowest run is also the most accurate.

    Supported when it has the highest test accuracy and no other run can be told from it, inconclusive
    when it has the highest but others cannot be told from it, refuted when another run is at least as
    accurate in less time. Whoever is shown to be as slow, as fast or as accurate is named beside.
    """
    points = tuple(point for point in cost(collected).points if point.seconds > 0)
    if len({point.seconds for point in points}) <= 1:
        return
    slowest = max(points, key=lambda point: point.seconds)
    most = max(points, key=lambda point: (point.accuracy, -point.seconds))
    fastest = min(points, key=lambda point: point.seconds)
    front_line = highest(points, lambda point: point.accuracy)
    level = {
        "slowest": [point for point in highest(points, _seconds, duration) if point != slowest],
        "fastest": [point for point in lowest(points, _seconds, duration) if point != fastest],
        "most": [point for point in front_line if point != most],
    }
    family = ties([result for result in collected.single() if result.record.seconds], collected.absent)
    near = [point for point in points if family and point.run in family.members - {slowest.run}]
    verdict = Verdict.REFUTED
    if slowest.run == most.run:
        verdict = Verdict.INCONCLUSIVE if near else Verdict.SUPPORTED
    tested = family is not None and family.means is not Means.NOTHING
    if not tested:
        verdict = Verdict.INCONCLUSIVE  # who is ahead by value alone decides nothing
    known = names(collected)
    front = [point for point in points if point.efficient]
    conditions = _conditions(collected, [point.run for point in points])
    yield Finding(
        "slower_is_better",
        verdict,
        Role.CONCLUSION,
        "",
        (
            *_ends(slowest, most, fastest),
            Cell("near", len(near), Unit.COUNT, tuple(point.run for point in near)),
            Cell("front", len(front), Unit.COUNT, tuple(point.run for point in front)),
            Cell("runs", len(points), Unit.COUNT, tuple(point.run for point in points)),
        ),
        names={"slowest": known[slowest.run], "most": known[most.run], "fastest": known[fastest.run]},
        lists={
            "front": tuple(known[point.run] for point in front),
            **{name: tuple(known[point.run] for point in group) for name, group in level.items()},
            "fields": _differing(conditions),
        },
        flags={
            "level": slowest in front_line,
            "tested": tested,
            "alike": len(conditions) == 1 and None not in conditions,
            "untold": None in conditions,
        },
    )


def _seconds(point: CostPoint) -> float:
    return point.seconds


def _conditions(collected: Collected, keys: Collection[str]) -> set[Condition | None]:
    """Under what the times of some runs were taken; None among them where nobody tells."""
    return {condition(result) for result in collected.unique() if result.key in keys}


def _differing(conditions: Collection[Condition | None]) -> tuple[str, ...]:
    """In what the conditions that are known differ."""
    columns = zip(*(found for found in conditions if found is not None), strict=True)
    return tuple(name for name, values in zip(CONDITIONS, columns, strict=False) if len(set(values)) > 1)


def _ends(slowest: CostPoint, most: CostPoint, fastest: CostPoint) -> tuple[Cell, ...]:
    return (
        Cell("slowest_seconds", slowest.seconds, Unit.SECONDS, (slowest.run,)),
        Cell("slowest_accuracy", slowest.accuracy, Unit.RATIO, (slowest.run,)),
        Cell("most_seconds", most.seconds, Unit.SECONDS, (most.run,)),
        Cell("most_accuracy", most.accuracy, Unit.RATIO, (most.run,)),
        Cell("ratio", slowest.seconds / fastest.seconds, Unit.FACTOR, (slowest.run, fastest.run)),
    )
