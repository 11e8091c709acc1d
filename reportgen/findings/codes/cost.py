"""Takes all results, gives what accuracy costs: the runs that no other beats in both."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.comparison import cost
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def against_accuracy(collected: Collected) -> Iterator[Finding]:
    """``slower_is_better``: whether the slowest run is also the most accurate.

    Supported when it is on the front of accuracy against time with the highest accuracy, refuted when
    another run is faster and at least as accurate.
    """
    points = cost(collected).points
    if len(points) < 2:
        return
    slowest = max(points, key=lambda point: point.seconds)
    most = max(points, key=lambda point: (point.accuracy, -point.seconds))
    fastest = min(points, key=lambda point: point.seconds)
    front = [point for point in points if point.efficient]
    sources = tuple(point.run for point in points)
    yield Finding(
        "slower_is_better",
        Verdict.SUPPORTED if slowest.run == most.run else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("slowest_seconds", slowest.seconds, Unit.SECONDS, (slowest.run,)),
            Cell("slowest_accuracy", slowest.accuracy, Unit.RATIO, (slowest.run,)),
            Cell("most_seconds", most.seconds, Unit.SECONDS, (most.run,)),
            Cell("most_accuracy", most.accuracy, Unit.RATIO, (most.run,)),
            Cell("ratio", slowest.seconds / fastest.seconds, Unit.FACTOR, (slowest.run, fastest.run)),
            Cell("front", len(front), Unit.COUNT, tuple(point.run for point in front)),
            Cell("runs", len(points), Unit.COUNT, sources),
        ),
        names={"slowest": slowest.label, "most": most.label, "fastest": fastest.label},
        lists={"front": tuple(dict.fromkeys(point.label for point in front))},
    )
