"""Takes finished runs, gives what they weigh and how long an epoch takes, as far as that can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.columns import value
from reportgen.analysis.comparing import measured, right_share
from reportgen.analysis.comparison import efficient


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
