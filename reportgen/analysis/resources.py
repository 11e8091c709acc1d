"""Takes finished runs, gives what they weigh, how long an epoch takes and how long an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.columns import value
from reportgen.analysis.comparing import measured, right_share
from reportgen.analysis.comparison import efficient

NOTABLE = 1.1
"""Times of a single training each: within a tenth of one another they count as equal."""


@dataclass(frozen=True, slots=True)
class SizePoint:
    """A run by its number of weights and its test accuracy; ``efficient`` as in ``comparison.py``."""

    result: Result
    parameters: int
    accuracy: float
    efficient: bool


def sizes(collected: Collected) -> tuple[SizePoint, ...]:
    """Every run that may be ranked, has a test accuracy and whose weights were counted."""
    known = [
        (result, counts.total, right_share(result) or 0.0)
        for result in measured(collected.single())
        if (counts := result.record.parameter_counts) is not None
    ]
    front = efficient([(parameters, accuracy) for _, parameters, accuracy in known])
    return tuple(SizePoint(*item, on_front) for item, on_front in zip(known, front, strict=True))


Condition = tuple[str, str, int, int, bool]
"""Device, processor, threads, runs at the same time, and whether the steps were compiled."""


def condition(result: Result) -> Condition | None:
    """Under what a run was timed; None where that is unknown."""
    where = result.record.environment
    if where is None:
        return None
    return where.device, where.cpu, where.threads, where.concurrent_runs, where.compiled


@dataclass(frozen=True, slots=True)
class Paces:
    """Time per epoch of the runs that may be ranked.

    Attributes:
        timed: run and seconds per epoch, slowest first.
        conditions: in how many they were measured.
        partial: runs that are left out because a part of their network was computed once for all epochs.
    """

    timed: tuple[tuple[Result, float], ...]
    conditions: int
    partial: tuple[Result, ...]


def paces(collected: Collected) -> Paces:
    """Time per epoch, and whether it was measured alike; runs whose conditions are unknown are left out."""
    known = [
        (result, seconds)
        for result in collected.single()
        if (seconds := value(result, "seconds_per_epoch")) is not None
        and seconds > 0
        and condition(result) is not None
    ]
    whole = [item for item in known if not item[0].record.shared]
    conditions = {condition(result) for result, _ in whole}
    ordered = sorted(whole, key=lambda item: -item[1])
    return Paces(tuple(ordered), len(conditions), tuple(item[0] for item in known if item[0].record.shared))


SAME = 1.1
"""Times of answers up to this many times one another count as equal: each was measured in one go."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a network was timed that answers; times under others are none to compare with."""

    device: str
    cpu: str
    threads: int
    concurrent: int
    batch: int


@dataclass(frozen=True, slots=True)
class AnswerPoint:
    """A network by the milliseconds it takes for an image, as measured, and its test accuracy.

    ``efficient`` is whether no other is at least as accurate and clearly faster, nor more accurate without
    being clearly slower. One of a group always is: what beats another is more accurate, or as accurate and
    faster, so that nothing beats itself through others.
    """

    result: Result
    milliseconds: float
    accuracy: float
    efficient: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """Networks by how long they take to answer.

    Attributes:
        groups: those timed on the same terms, two at least, the largest group first.
        timed: all whose time is known.
        ranked: all that may be ranked and have a test accuracy.
    """

    groups: tuple[tuple[Terms, tuple[AnswerPoint, ...]], ...]
    timed: tuple[Result, ...]
    ranked: tuple[Result, ...]


def terms(result: Result) -> Terms | None:
    """Under what its time of answering was measured; None where it was not, or nobody tells."""
    where, found = result.record.environment, result.record.inference
    if where is None or found is None or found.batch is None or found.concurrent_runs is None:
        return None
    return Terms(where.device, where.cpu, where.threads, found.concurrent_runs, found.batch)


def answers(collected: Collected) -> Answers:
    """Accuracy against the time of an answer, among networks that were timed alike."""
    ranked = measured(collected.single())
    timed = tuple(result for result in ranked if value(result, "inference"))
    alike: dict[Terms, list[Result]] = {}
    for result in timed:
        if (found := terms(result)) is not None:
            alike.setdefault(found, []).append(result)
    groups = [(found, _points(results)) for found, results in alike.items() if results[1:]]
    return Answers(tuple(sorted(groups, key=lambda group: -len(group[1]))), timed, ranked)


def _points(results: Sequence[Result]) -> tuple[AnswerPoint, ...]:
    known = [(result, right_share(result) or 0.0) for result in results]

    def beaten(result: Result, accuracy: float) -> bool:
        return any(
            (gain >= accuracy and clearly_faster(other, result))
            or (gain > accuracy and not clearly_faster(result, other))
            for other, gain in known
        )

    return tuple(
        AnswerPoint(result, value(result, "inference") or 0.0, accuracy, not beaten(result, accuracy))
        for result, accuracy in known
    )


def clearly_faster(first: Result, second: Result) -> bool:
    """Whether one network answers in less time than another, by more than what moved the single calls.

    The other takes more than :data:`SAME` times as long, and of each the half of the calls in the middle lies
    apart from that of the other: where other work on the machine made them uneven, nothing is told apart.
    """
    one, other = first.record.inference, second.record.inference
    if one is None or other is None or one.high is None or other.low is None:
        return False
    return one.milliseconds * SAME < other.milliseconds and one.high < other.low
