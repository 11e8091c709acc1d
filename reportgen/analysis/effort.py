"""Takes finished runs, gives how hard each was to train, by measures that are named, and what it weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from reportgen.analysis.alike import duration, highest, share
from reportgen.analysis.collected import Result
from reportgen.analysis.curves import learning

BYTES = 4
"""Of one weight stored as float32."""
MEASURES = ("seconds_to_best", "swing", "gap")
"""Fields of :class:`Effort` by which a run may be the hardest to train."""
TIMES = ("seconds_to_best",)
"""Those that are times; the others are shares."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What training one run took; None where it was not recorded.

    Attributes:
        result: the run.
        seconds: wall time of the training.
        seconds_per_epoch: the same for each epoch that ran.
        best_epoch: 1-based epoch with the lowest validation loss.
        seconds_to_best: sum of the times of the epochs up to ``best_epoch``.
        swing: mean absolute change of the validation accuracy from one epoch to the next, 0 to 1.
        gap: training minus validation accuracy of the final weights.
        weights_bytes: size of its weights in float32.
        peak_bytes: most memory that the training process held.
    """

    result: Result
    seconds: float | None
    seconds_per_epoch: float | None
    best_epoch: int | None
    seconds_to_best: float | None
    swing: float | None
    gap: float | None
    weights_bytes: int | None
    peak_bytes: int | None


def effort(result: Result) -> Effort:
    """The measures of one finished run."""
    record = result.record
    counts, epochs = record.parameter_counts, record.epochs_run
    return Effort(
        result=result,
        seconds=record.seconds,
        seconds_per_epoch=record.seconds / epochs if record.seconds is not None and epochs else None,
        best_epoch=record.best_epoch,
        seconds_to_best=_until(record.history.get("seconds", ()), record.best_epoch),
        swing=_swing(record.history.get("val_accuracy", ())),
        gap=learning(result).gap,
        weights_bytes=counts.total * BYTES if counts else None,
        peak_bytes=record.peak_bytes,
    )


def _until(seconds: Sequence[float | None], best: int | None) -> float | None:
    if best is None or len(seconds) < best:
        return None
    known = [value for value in seconds[:best] if value is not None]
    return sum(known) if len(known) == best else None


def _swing(values: Sequence[float | None]) -> float | None:
    steps = [
        abs(after - before) for before, after in pairwise(values) if before is not None and after is not None
    ]
    return fmean(steps) if steps else None


def hardest(efforts: Sequence[Effort], measure: str) -> tuple[Effort, ...]:
    """The runs with the highest value of a measure, as far as a report shows it.

    None unless at least two have the measure and they are shown to differ.
    """
    scored = [(float(value), item) for item in efforts if (value := getattr(item, measure)) is not None]
    front = highest(scored, _value, duration if measure in TIMES else share)
    return tuple(item for _, item in front) if len(front) < len(scored) else ()


def _value(scored: tuple[float, Effort]) -> float:
    return scored[0]
