"""Takes a run's history, gives a few of its epochs: the first, the middle one and the last."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.collected import Result


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One epoch (1-based) as it was seen while training; None where there is no finite value.

    ``place`` is ``first``, ``middle`` or ``last``.
    """

    place: str
    epoch: int
    accuracy: float | None
    val_accuracy: float | None
    loss: float | None
    val_loss: float | None
    learning_rate: float | None


def epoch_rows(result: Result) -> tuple[EpochRow, ...]:
    """First, middle and last epoch, each once; empty for a run without history."""
    count = len(result.record.history.get("loss", ()))
    if count == 0:
        return ()
    chosen = {1: "first", count: "last"}
    middle = (count + 1) // 2
    chosen.setdefault(middle, "middle")
    return tuple(_row(result, epoch, chosen[epoch]) for epoch in sorted(chosen))


def _row(result: Result, epoch: int, place: str) -> EpochRow:
    def at(column: str) -> float | None:
        values = result.record.history.get(column, ())
        return values[epoch - 1] if epoch <= len(values) else None

    return EpochRow(
        place, epoch, at("accuracy"), at("val_accuracy"), at("loss"), at("val_loss"), at("learning_rate")
    )
