"""Takes a grid, gives its heat map and the effect of each factor over the others' cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reportgen.analysis.arms import by_arm, repetition
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.infos import FactorInfo, FactorLevel, HeatmapInfo
from reportgen.analysis.statistics import Interval, corrected_t

UNITS = 3
"""Seeds or combinations from which a mean lead has an interval: two leave one degree of freedom."""
Place = tuple[tuple[str, ...], tuple[int, int | None]]
"""A combination of the other axes, with a seed and a fold."""
Cell = dict[str, tuple[float, str]]
"""Level -> accuracy and key of its finished run in one place."""


def heatmap(study: StudyResults, split: str = "validation", metric: str = "accuracy") -> HeatmapInfo:
    """One metric of the whole grid: the table's row axis as columns, all other axes as rows.

    A cell is the mean of its configuration over seeds and folds, None where none finished or the grid
    leaves it out. An axis that advances together with another does not stand across: it would leave holes.
    """
    column_axis = study.rows if study.rows in study.crossed else study.crossed[-1]
    row_axes = tuple(axis for axis in study.axes if axis != column_axis)
    rows = tuple(dict.fromkeys(labels_of(result, row_axes) for result in study.results))
    columns = tuple(dict.fromkeys(result.plan.labels[column_axis] for result in study.results))
    values: dict[tuple[tuple[str, ...], str], list[float]] = {}
    for result in study.ok():
        value = result.value(split, metric)
        if value is not None:
            place = (labels_of(result, row_axes), result.plan.labels[column_axis])
            values.setdefault(place, []).append(value)
    return HeatmapInfo(
        metric=metric,
        split=split,
        row_name=" · ".join(study.axis_names.get(axis, axis) for axis in row_axes),
        column_name=study.axis_names.get(column_axis, column_axis),
        row_labels=tuple(" · ".join(row) for row in rows),
        column_labels=columns,
        values=tuple(tuple(_mean(values.get((row, column), ())) for column in columns) for row in rows),
    )


def labels_of(result: Result, axes: Sequence[str]) -> tuple[str, ...]:
    """How the report shows the result's values on some axes."""
    return tuple(result.plan.labels[axis] for axis in axes)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None


class Covers(StrEnum):
    """What varies in the interval of a mean lead: the combinations tried, or the seeds. Never both."""

    COMBINATIONS = "combinations"
    SEEDS = "seeds"


@dataclass(frozen=True, slots=True)
class LevelEffect:
    """The first level of a pair against the second, over all cells that differ in nothing else.

    ``differences`` are paired accuracies, first minus second, cell by cell. ``interval`` is that of their
    mean over what :attr:`FactorEffect.covers` names; None where it would cover nothing.
    """

    first: str
    second: str
    differences: tuple[float, ...]
    interval: Interval | None = None

    @property
    def mean(self) -> float:
        """Mean paired difference."""
        return float(np.mean(self.differences))


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """A factor of a grid: mean per level, levels from best to worst, the best against every other.

    ``runs`` maps each level to the keys behind its mean, in the order of the levels.
    ``covers`` says what the intervals are over. With one seed every combination is another network, and no
    two are repetitions: the interval then shows how much the lead changes from combination to combination,
    and nothing of the seed. From three seeds on it is over the means of the seeds. None with folds, whose
    trainings share images, and with fewer than three of either.
    """

    axis: str
    name: str
    levels: tuple[str, ...]
    means: tuple[float, ...]
    against: tuple[LevelEffect, ...]
    runs: Mapping[str, tuple[str, ...]]
    covers: Covers | None = None

    @property
    def cells(self) -> int:
        """Combinations of everything else in which all levels finished."""
        return len(self.against[0].differences)

    @property
    def wins(self) -> int:
        """Cells in which the best level is ahead of every other one."""
        rows = zip(*(pair.differences for pair in self.against), strict=True)
        return sum(min(row) > 0 for row in rows)

    @property
    def rival(self) -> tuple[str, int] | None:
        """Another level that is ahead of the best in more cells than behind, and in how many it is; or None.

        Then a few cells with a wide lead make the mean.
        """
        ahead = {
            pair.second: sum(value < 0 for value in pair.differences)
            for pair in self.against
            if sum(value < 0 for value in pair.differences) > sum(value > 0 for value in pair.differences)
        }
        most = max(ahead, key=lambda level: ahead[level], default="")
        return (most, ahead[most]) if most else None

    @property
    def flips(self) -> bool:
        """Whether best and second take turns at being ahead."""
        lead = self.against[0].differences
        return min(lead) < 0 < max(lead)


def factor_info(study: StudyResults, axis: str, split: str = "validation") -> FactorInfo:
    """Metric of every configuration at each level of one factor: its mean over seeds and folds."""
    levels: dict[str, list[float]] = {}
    for arm in by_arm(study):
        found = arm.spread(split, "accuracy")
        if found is not None:
            levels.setdefault(arm.labels[axis], []).append(found.mean)
    shown = tuple(FactorLevel(label, tuple(values)) for label, values in levels.items())
    return FactorInfo(study.axis_names.get(axis, axis), "accuracy", split, shown, means=study.repeated)


def factor_effect(study: StudyResults, axis: str, split: str = "validation") -> FactorEffect | None:
    """Main effect of one factor; None when fewer than two levels have comparable cells.

    None too for an axis that is not crossed with all others: its effect cannot be told from theirs. Only
    cells in which every level finished are compared, so that a failed run favours nobody; a level without
    any finished run takes no part.
    """
    if axis not in study.crossed:
        return None
    cells = _cells(study, axis, split)
    finished = {level for cell in cells.values() for level in cell}
    levels = tuple(
        level
        for level in dict.fromkeys(result.plan.labels[axis] for result in study.results)
        if level in finished
    )
    whole = {place: cell for place, cell in cells.items() if len(cell) == len(levels)}
    complete = list(whole.values())
    if len(levels) <= 1 or not complete:
        return None
    means = {level: float(np.mean([cell[level][0] for cell in complete])) for level in levels}
    ordered = tuple(sorted(levels, key=lambda level: -means[level]))
    best = ordered[0]
    covers, units = _units(whole, folded=study.folded)
    against = tuple(_level_effect(best, other, complete, units) for other in ordered[1:])
    runs = {level: tuple(cell[level][1] for cell in complete) for level in ordered}
    name = study.axis_names.get(axis, axis)
    return FactorEffect(axis, name, ordered, tuple(means[level] for level in ordered), against, runs, covers)


def lead_in_test(study: StudyResults, effect: FactorEffect) -> float | None:
    """Mean lead of the best level over the second on the test images, in the cells that chose it.

    None where a cell of either has no test accuracy, and with folds, which are not measured there alike.
    """
    keys = {result.key: result.value("test", "accuracy") for result in study.ok()}
    best, second = ([keys.get(key) for key in effect.runs[level]] for level in effect.levels[:2])
    leads = [
        one - other for one, other in zip(best, second, strict=True) if one is not None and other is not None
    ]
    return float(np.mean(leads)) if len(leads) == len(best) and not study.folded else None


def _level_effect(
    best: str, other: str, cells: Sequence[Cell], units: Sequence[Sequence[int]]
) -> LevelEffect:
    differences = tuple(cell[best][0] - cell[other][0] for cell in cells)
    means = [float(np.mean([differences[at] for at in unit])) for unit in units]
    return LevelEffect(best, other, differences, corrected_t(means, 0.0).difference if means else None)


def _units(places: Iterable[Place], *, folded: bool) -> tuple[Covers | None, list[list[int]]]:
    """What an interval is over, and the cells, by their position, that make one unit of it."""
    by_seed: dict[int, list[int]] = {}
    by_combination: dict[tuple[str, ...], list[int]] = {}
    for at, (combination, (seed, _)) in enumerate(places):
        by_seed.setdefault(seed, []).append(at)
        by_combination.setdefault(combination, []).append(at)
    if folded:
        return None, []
    if len(by_seed) >= UNITS:
        return Covers.SEEDS, list(by_seed.values())
    if len(by_combination) >= UNITS:
        return Covers.COMBINATIONS, list(by_combination.values())
    return None, []


def _cells(study: StudyResults, axis: str, split: str) -> dict[Place, Cell]:
    """For each combination of the other axes, seed and fold: level -> (accuracy, key) of its finished run.

    The folds are the same for every configuration, so that equal folds are validated on equal images.
    """
    others = tuple(item for item in study.axes if item != axis)
    cells: dict[Place, Cell] = {}
    for result in study.ok():
        value = result.value(split, "accuracy")
        if value is not None:
            cell = cells.setdefault((labels_of(result, others), repetition(result)), {})
            cell[result.plan.labels[axis]] = (value, result.key)
    return cells
