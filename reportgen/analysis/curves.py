"""Takes a run's history, gives its curves and what they show of its learning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.infos import CurveInfo, SmallMultiplesInfo

GAP = 0.05
"""Train minus validation accuracy, of the final weights, above which a run counts as overfitted."""
RISE = 0.10
"""Relative rise of the validation loss after its minimum that counts as overfitting as well."""
TAIL = 3
"""Epochs at the end within which the lowest validation loss means that learning had not ended."""


def curve(result: Result) -> CurveInfo:
    """The curves of one run; empty tuples for a run without history."""
    record = result.record
    planned = int(result.plan.content()["training"]["epochs"])
    column = record.history.get
    return CurveInfo(
        run=result.key,
        label=result.plan.label,
        accuracy=column("accuracy", ()),
        val_accuracy=column("val_accuracy", ()),
        loss=column("loss", ()),
        val_loss=column("val_loss", ()),
        learning_rate=column("learning_rate", ()),
        best_epoch=record.best_epoch,
        epochs_planned=planned,
        stopped_early=result.ok and record.epochs_run < planned,
    )


def small_multiples(
    study: StudyResults, metric: str, fixed: tuple[str, str] | None = None
) -> SmallMultiplesInfo:
    """All runs of a grid on shared axes: rows by the first axes, columns by the last.

    ``fixed`` keeps only the runs with one label on one axis.
    """
    results = [
        result for result in study.results if fixed is None or result.plan.labels[fixed[0]] == fixed[1]
    ]
    axes = tuple(axis for axis in study.axes if fixed is None or axis != fixed[0])
    column_axis = study.rows if study.rows in axes else axes[-1]
    row_axes = tuple(axis for axis in axes if axis != column_axis)
    rows = tuple(dict.fromkeys(_joined(result, row_axes) for result in results))
    columns = tuple(dict.fromkeys(result.plan.labels[column_axis] for result in results))
    cells = {(_joined(result, row_axes), result.plan.labels[column_axis]): result for result in results}
    panels = tuple(_panel(cells.get((row, column))) for row in rows for column in columns)
    name = study.axis_names.get(column_axis, column_axis)
    shown = tuple(f"{name}: {label}" for label in columns)
    return SmallMultiplesInfo(fixed[1] if fixed else "", metric, rows, shown, panels)


def _joined(result: Result, axes: tuple[str, ...]) -> str:
    return " · ".join(result.plan.labels[axis] for axis in axes)


def _panel(result: Result | None) -> CurveInfo | None:
    return curve(result) if result is not None and result.ok else None


@dataclass(frozen=True, slots=True)
class Learning:
    """What a finished run's history shows.

    Attributes:
        gap: train minus validation accuracy of the final weights.
        rise: how much the last validation loss stands above its minimum, relative to the minimum; None
            where the best epoch's weights were restored, for then the risen loss is not the network's.
        overfitted: ``gap`` above 0.05 or ``rise`` above 0.10.
        judged: whether both could be measured, so that "no sign of overfitting" can be said at all.
        improving: the lowest validation loss falls in the last 3 epochs and no callback stopped the run.
        stopped_early: a callback ended it before its planned epochs.
    """

    gap: float | None
    rise: float | None
    overfitted: bool
    judged: bool
    improving: bool
    stopped_early: bool


def learning(result: Result) -> Learning:
    """Diagnose one finished run; thresholds are this module's constants."""
    train, validation = result.value("train", "accuracy"), result.value("validation", "accuracy")
    gap = train - validation if train is not None and validation is not None else None
    losses = np.array(
        [value for value in result.record.history.get("val_loss", ()) if value is not None], dtype=np.float64
    )
    restored = _restores(result)
    known = bool(losses.size and losses.min() > 0)
    rise = float(losses[-1] / losses.min() - 1) if known and not restored else None
    planned = int(result.plan.content()["training"]["epochs"])
    stopped = result.record.epochs_run < planned
    best = result.record.best_epoch
    first = planned - TAIL + 1 if planned > TAIL else max(planned, 2)  # of few epochs only the last tells
    improving = not stopped and best is not None and best >= first
    overfitted = (gap is not None and gap > GAP) or (rise is not None and rise > RISE)
    judged = gap is not None and (known or restored)
    return Learning(gap, rise, overfitted, judged, improving, stopped)


def _restores(result: Result) -> bool:
    """Whether a callback puts the best epoch's weights back when training ends."""
    callbacks = result.plan.content()["training"]["callbacks"]
    return any(item.get("restore_best_weights") for item in callbacks)
