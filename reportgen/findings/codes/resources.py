"""Takes all results, gives what accuracy costs in weights, memory and time per epoch and per answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reportgen.analysis.alike import duration, exactly, highest, lowest
from reportgen.analysis.collected import Collected
from reportgen.analysis.comparing import Means
from reportgen.analysis.naming import names
from reportgen.analysis.resources import (
    NOTABLE,
    SAME,
    AnswerPoint,
    SizePoint,
    Terms,
    answers,
    clearly_faster,
    paces,
    sizes,
)
from reportgen.analysis.selection import select
from reportgen.analysis.ties import ties
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

SHOWN = 0.1
"""Seconds below which a time is not told: it would be shown as none."""


def parameters(collected: Collected) -> Iterator[Finding]:
    """``pareto_parameters``: whether the largest network is the most accurate, and which no other beats.

    Supported when one of the largest has the highest test accuracy and every smaller one can be told from it
    (Holm), inconclusive when some cannot or nothing can be tested, refuted when a smaller one is at least as
    accurate. Networks of as many weights, or shown to be as accurate, are named beside.
    """
    points = sizes(collected)
    if len({point.parameters for point in points}) <= 1:
        return
    size = max(point.parameters for point in points)
    largest = max((item for item in points if item.parameters == size), key=lambda item: item.accuracy)
    most = max(points, key=lambda item: (item.accuracy, -item.parameters))
    family = ties([point.result for point in points], collected.absent)
    tied = family.members if family is not None else frozenset()
    near = [item for item in points if item.result.key in tied and item.parameters < size]
    verdict = Verdict.REFUTED
    if most.parameters == size:
        verdict = Verdict.INCONCLUSIVE if near else Verdict.SUPPORTED
    tested = family is not None and family.means is not Means.NOTHING
    if not tested:
        verdict = Verdict.INCONCLUSIVE  # who is ahead by value alone decides nothing
    known = names(collected)
    above = tuple(item.result.key for item in points if item.accuracy > largest.accuracy)
    front = sorted((item for item in points if item.efficient), key=lambda item: item.parameters)
    smallest = min(near or [most], key=lambda item: item.parameters)
    yield Finding(
        "pareto_parameters",
        verdict,
        Role.CONCLUSION,
        "",
        (
            Cell("largest_parameters", size, Unit.COUNT, (largest.result.key,)),
            Cell("largest_accuracy", largest.accuracy, Unit.RATIO, (largest.result.key,)),
            Cell("most_parameters", most.parameters, Unit.COUNT, (most.result.key,)),
            Cell("most_accuracy", most.accuracy, Unit.RATIO, (most.result.key,)),
            Cell("smallest_parameters", smallest.parameters, Unit.COUNT, (smallest.result.key,)),
            Cell("smallest_accuracy", smallest.accuracy, Unit.RATIO, (smallest.result.key,)),
            Cell("above", len(above), Unit.COUNT, above),
            Cell("near", len(near), Unit.COUNT, tuple(item.result.key for item in near)),
            Cell("front", len(front), Unit.COUNT, tuple(item.result.key for item in front)),
            Cell("runs", len(points), Unit.COUNT, tuple(item.result.key for item in points)),
        ),
        names={
            "largest": known[largest.result.key],
            "most": known[most.result.key],
            "smallest": known[smallest.result.key],
        },
        lists={
            "front": tuple(known[item.result.key] for item in front),
            **_level(points, (largest, most, smallest), near, known),
        },
        flags={"tied": largest.result.key in tied, "tested": tested},
    )


def _level(
    points: Sequence[SizePoint],
    named: tuple[SizePoint, SizePoint, SizePoint],
    near: Sequence[SizePoint],
    known: Mapping[str, str],
) -> dict[str, tuple[str, ...]]:
    """Who else is as large as the largest (``largest``) and as accurate among them, and so on."""
    largest, most, smallest = named
    sized = highest(points, _weights, exactly)
    groups = {
        "sized": (largest, sized),
        "largest": (largest, highest(sized, _accuracy)),
        "most": (most, highest(points, _accuracy)),
        "smallest": (smallest, lowest(near or [most], _weights, exactly)),
    }
    return {
        name: tuple(known[item.result.key] for item in group if item.result.key != one.result.key)
        for name, (one, group) in groups.items()
    }


def _weights(point: SizePoint) -> float:
    return point.parameters


def _accuracy(point: SizePoint) -> float:
    return point.accuracy


def memory(collected: Collected) -> Iterator[Finding]:
    """``memory_cost``: how much memory training took at most; not applicable where it was not measured.

    What is measured is the most that the process held, with what TensorFlow kept of runs before: it bounds
    what a run needs from above and ranks none against another.
    """
    if not collected.single():
        return
    measured = [(held, item) for item in collected.single() if (held := item.record.peak_bytes) is not None]
    if not measured:
        yield Finding("memory_cost", Verdict.NOT_APPLICABLE, Role.CONCLUSION)
        return
    chosen = select([item for _, item in measured])
    least, most = min(held for held, _ in measured), max(held for held, _ in measured)
    cells = [
        Cell("least", least, Unit.BYTES, tuple(item.key for held, item in measured if held == least)),
        Cell("most", most, Unit.BYTES, tuple(item.key for held, item in measured if held == most)),
        Cell("runs", len(measured), Unit.COUNT, tuple(item.key for _, item in measured)),
    ]
    if chosen is not None:
        held = chosen.record.peak_bytes or 0
        cells += [
            Cell("chosen", held, Unit.BYTES, (chosen.key,)),
            Cell("accuracy", float(chosen.correct().mean()), Unit.RATIO, (chosen.key,)),
        ]
    yield Finding(
        "memory_cost",
        Verdict.SUPPORTED,
        Role.CONCLUSION,
        "",
        tuple(cells),
        names={"chosen": names(collected)[chosen.key]} if chosen is not None else {},
        flags={"chosen": chosen is not None},
    )


def pace(collected: Collected) -> Iterator[Finding]:
    """``time_per_epoch``: the slowest epoch against the fastest, of runs that were timed alike.

    Supported when the slowest takes notably longer, refuted when all take about the same, not applicable
    when they were timed in several conditions or too few were timed whole.
    """
    found = paces(collected)
    if len(found.timed) + len(found.partial) <= 1:
        return
    runs = tuple(result.key for result, _ in found.timed)
    partial = tuple(result.key for result in found.partial)
    cells = [
        Cell("runs", len(runs), Unit.COUNT, runs),
        Cell("conditions", found.conditions, Unit.COUNT, runs),
        Cell("partial", len(partial), Unit.COUNT, partial),
    ]
    verdict, known = Verdict.NOT_APPLICABLE, names(collected)
    words: dict[str, str] = {}
    level: dict[str, tuple[str, ...]] = {}
    flags = {"mixed": found.conditions > 1}
    if found.conditions == 1 and len(runs) > 1:
        (slow, most), (fast, least) = found.timed[0], found.timed[-1]
        verdict = Verdict.SUPPORTED if most > NOTABLE * least else Verdict.REFUTED
        words = {"slowest": known[slow.key], "fastest": known[fast.key]}
        flags["shown"] = least >= SHOWN
        rounded = duration if flags["shown"] else exactly
        for name, one, group in (
            ("slowest", slow, highest(found.timed, lambda item: item[1], rounded)),
            ("fastest", fast, lowest(found.timed, lambda item: item[1], rounded)),
        ):
            level[name] = tuple(known[item.key] for item, _ in group if item.key != one.key)
        cells += [
            Cell("slowest", most, Unit.SECONDS, (slow.key,)),
            Cell("fastest", least, Unit.SECONDS, (fast.key,)),
            Cell("ratio", most / least, Unit.FACTOR, (slow.key, fast.key)),
        ]
    yield Finding("time_per_epoch", verdict, Role.CONCLUSION, "", tuple(cells), words, level, flags)


def inference(collected: Collected) -> Iterator[Finding]:
    """``pareto_inference``: whether the networks that take longest to answer are the most accurate.

    Judged apart among those timed on the same terms. Supported when one of the slowest has the highest test
    accuracy and every clearly faster one can be told from it (Holm), inconclusive when some cannot or none
    is clearly faster, refuted when a clearly faster one is at least as accurate, or all take about the same.
    Not applicable where no two networks have times that compare.
    """
    found = answers(collected)
    if len(found.ranked) <= 1:
        return
    known = names(collected)
    for terms, points in found.groups:
        told = _answering(terms, points, len(found.ranked) - len(points), known, collected.absent)
        machines = len({other.cpu for other, _ in found.groups}) > 1
        yield replace(told, flags={**told.flags, "several": len(found.groups) > 1, "machines": machines})
    if not found.groups:
        timed = tuple(result.key for result in found.timed)
        yield Finding(
            "pareto_inference",
            Verdict.NOT_APPLICABLE,
            Role.CONCLUSION,
            "",
            (Cell("timed", len(timed), Unit.COUNT, timed),),
        )


def _answering(
    terms: Terms, points: Sequence[AnswerPoint], others: int, known: Mapping[str, str], absent: int
) -> Finding:
    """The finding on networks that were timed on the same terms."""
    slowest = max(points, key=lambda point: point.milliseconds)
    fastest = min(points, key=lambda point: point.milliseconds)
    most = max(points, key=lambda point: (point.accuracy, -point.milliseconds))
    slow = {point.result.key for point in points if not clearly_faster(point.result, slowest.result)}
    family = ties([point.result for point in points], absent)
    tied = family.members if family is not None else frozenset()
    near = [point for point in points if point.result.key in tied - slow]
    alike = slowest.milliseconds <= SAME * fastest.milliseconds
    uneven = len(slow) == len(points) and not alike
    verdict = Verdict.REFUTED
    if most.result.key in slow and not alike:
        verdict = Verdict.INCONCLUSIVE if near or uneven else Verdict.SUPPORTED
    quickest = min(near or [fastest], key=lambda point: point.milliseconds)
    front = sorted((point for point in points if point.efficient), key=lambda point: point.milliseconds)
    keys = tuple(point.result.key for point in points)
    ends = {"slowest": slowest, "most": most, "fastest": fastest, "quickest": quickest}
    return Finding(
        "pareto_inference",
        verdict,
        Role.CONCLUSION,
        "",
        (
            *(cell for name, point in ends.items() for cell in _answer(name, point)),
            Cell(
                "ratio",
                slowest.milliseconds / fastest.milliseconds,
                Unit.FACTOR,
                tuple(dict.fromkeys((slowest.result.key, fastest.result.key))),
            ),
            Cell("near", len(near), Unit.COUNT, tuple(point.result.key for point in near)),
            Cell("front", len(front), Unit.COUNT, tuple(point.result.key for point in front)),
            Cell("runs", len(points), Unit.COUNT, keys),
            Cell("others", others, Unit.COUNT, ()),
            Cell("threads", terms.threads, Unit.COUNT, keys),
            Cell("concurrent", terms.concurrent, Unit.COUNT, keys),
            Cell("batch", terms.batch, Unit.COUNT, keys),
            Cell("clear", SAME - 1, Unit.RATIO, ()),
        ),
        names={
            **{name: known[point.result.key] for name, point in ends.items()},
            "device": terms.device,
            "cpu": terms.cpu,
        },
        lists={"front": tuple(known[point.result.key] for point in front)},
        flags={
            "alike": alike,
            "uneven": uneven,
            "tied": slowest.result.key in tied,
            "first": most is slowest,
            "level": slowest.accuracy == most.accuracy,
        },
    )


def _answer(name: str, point: AnswerPoint) -> tuple[Cell, Cell]:
    return (
        Cell(f"{name}_time", point.milliseconds, Unit.MILLISECONDS, (point.result.key,)),
        Cell(f"{name}_accuracy", point.accuracy, Unit.RATIO, (point.result.key,)),
    )
