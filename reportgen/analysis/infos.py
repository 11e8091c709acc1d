"""Takes nothing, gives the values that figures and tables are dumb functions of.

Numbers are unrounded; names are the author's labels; no Spanish and no formatting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class CurveInfo:
    """History of one run, for its accuracy and loss curves.

    ``accuracy``, ``val_accuracy``, ``loss``, ``val_loss`` and ``learning_rate`` hold one value per
    epoch, None where not finite. ``best_epoch`` is 1-based; ``stopped_early`` tells that a callback
    ended the run before ``epochs_planned``.
    """

    run: str
    label: str
    accuracy: tuple[float | None, ...]
    val_accuracy: tuple[float | None, ...]
    loss: tuple[float | None, ...]
    val_loss: tuple[float | None, ...]
    learning_rate: tuple[float | None, ...]
    best_epoch: int | None
    epochs_planned: int
    stopped_early: bool


@dataclass(frozen=True, slots=True)
class SmallMultiplesInfo:
    """Several runs' curves on shared axes, one panel per run.

    ``panels`` runs through rows then columns; None is an empty cell (a failed run). ``metric`` is
    ``accuracy`` or ``loss``; each panel shows it for train and validation.
    """

    title: str
    metric: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    panels: tuple[CurveInfo | None, ...]


@dataclass(frozen=True, slots=True)
class HeatmapInfo:
    """One metric over two axes: ``values[row][column]``, None where the run failed."""

    metric: str
    split: str
    row_name: str
    column_name: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ConfusionInfo:
    """Counts of true class (row) against predicted class (column)."""

    run: str
    label: str
    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class MosaicInfo:
    """Images in a grid: ``images`` uint8 (n, height, width, channels).

    ``truth`` is the true class of each; ``predicted`` and ``probability`` (of the predicted class,
    0 to 1) are empty for a mosaic of samples.
    """

    kind: str  # "samples", "right" or "wrong"
    label: str
    columns: int
    images: npt.NDArray[np.uint8]
    truth: tuple[str, ...]
    predicted: tuple[str, ...] = ()
    probability: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassCountsInfo:
    """Number of images per class and split: ``counts[split]`` in the order of ``classes``."""

    classes: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class CostPoint:
    """One run in the plane of cost and accuracy; ``low``/``high`` bound its test accuracy (Wilson, 95 %).

    They are None where nobody knows how many images it was measured on.
    """

    run: str
    study: str
    label: str
    seconds: float
    accuracy: float
    low: float | None
    high: float | None
    parameters: int
    efficient: bool


@dataclass(frozen=True, slots=True)
class CostInfo:
    """Test accuracy against training time, with the runs that no other run beats in both."""

    points: tuple[CostPoint, ...]
    study_titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """One level of one factor: the values of the metric in all its cells."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FactorInfo:
    """A factor of a grid with the metric of every run at each of its levels.

    ``means`` tells that a value is the mean of a configuration over several runs.
    """

    name: str
    metric: str
    split: str
    levels: tuple[FactorLevel, ...]
    means: bool = False


@dataclass(frozen=True, slots=True)
class BarInfo:
    """One value per label, with an interval, for comparing a few runs."""

    metric: str
    split: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ArmCurvesInfo:
    """Histories of one configuration's runs, for their curves over one another.

    ``kind`` is ``folds`` or ``seeds``: what tells the runs apart; ``names`` is one per curve. ``mean`` has
    the mean of every series over all of them, epoch by epoch, as far as all of them got.
    """

    label: str
    kind: str
    names: tuple[str, ...]
    curves: tuple[CurveInfo, ...]
    mean: CurveInfo


@dataclass(frozen=True, slots=True)
class BoxLevel:
    """One configuration: the metric of each of its finished runs."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BoxInfo:
    """How a metric spreads over folds or seeds (``kind``), configuration by configuration."""

    metric: str
    split: str
    kind: str
    levels: tuple[BoxLevel, ...]


@dataclass(frozen=True, slots=True)
class RatesInfo:
    """Learning rate by epoch of the runs in which it changes: ``rates`` has one series per label."""

    labels: tuple[str, ...]
    rates: tuple[tuple[float | None, ...], ...]
