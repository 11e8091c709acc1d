"""Takes histories, gives the curves of runs and configurations and what they show of their learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.infos import ArmCurvesInfo, CurveInfo, RatesInfo, SmallMultiplesInfo
from reportgen.analysis.naming import own_labels

Series = tuple[float | None, ...]

GAP = 0.05
"""Train minus validation accuracy, of the final weights, above which a run counts as overfitted."""
RISE = 0.10
"""Relative rise of the validation loss after its minimum that counts as overfitting as well."""
TAIL = 3
"""Epochs at the end within which the lowest validation loss means that learning had not ended."""


def curve(result: Result) -> CurveInfo:
    """The curves of one run; empty tuples for a run without history."""
    record = result.record
    planned = result.planned_epochs
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


def arm_curves(arm: ArmResults, names: Mapping[str, str]) -> ArmCurvesInfo | None:
    """The curves of a configuration's finished runs with their mean; None without a history.

    ``names`` maps keys to what tells the runs apart.
    """
    curves = [(names[result.key], curve(result)) for result in arm.ok() if result.record.history.get("loss")]
    if not curves:
        return None
    return ArmCurvesInfo(
        label=arm.label,
        kind="folds" if any(result.folded for result in arm.results) else "seeds",
        names=tuple(name for name, _ in curves),
        curves=tuple(item for _, item in curves),
        mean=mean_curve(arm),
    )


def mean_curve(arm: ArmResults) -> CurveInfo:
    """The mean of every series over the finished runs of a configuration, epoch by epoch.

    It ends where the shortest run ends, and has a gap where one of them has none: a mean over fewer and
    fewer runs would show who is left, not what was learned.
    """
    curves = [curve(result) for result in arm.ok()]

    def mean(series: Sequence[Series]) -> Series:
        return tuple(
            None if None in values else float(np.mean(np.array(values, dtype=np.float64)))
            for values in zip(*series, strict=False)
        )

    return CurveInfo(
        run=arm.id,
        label=arm.label,
        accuracy=mean([item.accuracy for item in curves]),
        val_accuracy=mean([item.val_accuracy for item in curves]),
        loss=mean([item.loss for item in curves]),
        val_loss=mean([item.val_loss for item in curves]),
        learning_rate=mean([item.learning_rate for item in curves]),
        best_epoch=None,
        epochs_planned=max((item.epochs_planned for item in curves), default=0),
        stopped_early=False,
    )


def rates(study: StudyResults) -> RatesInfo | None:
    """The learning rates of a study's finished runs in which it changes; None where it never does."""
    labels = own_labels(result.plan for result in study.results)
    changing = [
        (labels[result.key], values)
        for result in study.ok()
        if len(set(values := result.record.history.get("learning_rate", ())) - {None}) > 1
    ]
    if not changing:
        return None
    return RatesInfo(tuple(label for label, _ in changing), tuple(values for _, values in changing))


def small_multiples(
    study: StudyResults, metric: str, fixed: tuple[str, str] | None = None
) -> SmallMultiplesInfo:
    """All configurations of a grid on shared axes: rows by the first axes, columns by the last.

    ``fixed`` keeps only those with one label on one axis. One with several runs shows their mean.
    """
    arms = [arm for arm in by_arm(study) if fixed is None or arm.labels[fixed[0]] == fixed[1]]
    axes = tuple(axis for axis in study.axes if fixed is None or axis != fixed[0])
    column_axis = study.rows if study.rows in axes else axes[-1]
    row_axes = tuple(axis for axis in axes if axis != column_axis)
    rows = tuple(dict.fromkeys(_joined(arm, row_axes) for arm in arms))
    columns = tuple(dict.fromkeys(arm.labels[column_axis] for arm in arms))
    cells = {(_joined(arm, row_axes), arm.labels[column_axis]): arm for arm in arms}
    panels = tuple(_panel(cells.get((row, column))) for row in rows for column in columns)
    name = study.axis_names.get(column_axis, column_axis)
    shown = tuple(f"{name}: {label}" for label in columns)
    return SmallMultiplesInfo(fixed[1] if fixed else "", metric, rows, shown, panels)


def _joined(arm: ArmResults, axes: tuple[str, ...]) -> str:
    return " · ".join(arm.labels[axis] for axis in axes)


def _panel(arm: ArmResults | None) -> CurveInfo | None:
    finished = arm.ok() if arm is not None else ()
    if arm is None or not finished:
        return None
    return curve(finished[0]) if len(arm.results) == 1 else mean_curve(arm)


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
    planned = result.planned_epochs
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
