"""Takes a grid with an axis that adds layers, gives what depth did over the other factors' combinations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reportgen.analysis.arms import repetition
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.grid import labels_of

COUNTED = ("capas", "numero_de_capas", "capas_ocultas", "profundidad", "layers", "hidden_layers", "depth")
"""Columns of a table made elsewhere that count layers."""
Repetition = tuple[int, int | None]
"""Seed and fold."""


@dataclass(frozen=True, slots=True)
class DepthEffect:
    """What adding layers did, over the combinations of the other factors in which every depth finished.

    ``combinations`` holds, for each, the accuracy per depth, from the shallowest to the deepest, as the
    mean over the seeds and folds in which every depth finished; ``runs`` are the keys behind them.
    """

    axis: str
    name: str
    depths: tuple[int, ...]
    combinations: tuple[tuple[float, ...], ...]
    runs: tuple[str, ...]

    @property
    def grows(self) -> int:
        """Combinations in which accuracy grows with every added layer."""
        return sum(all(a < b for a, b in pairwise(row)) for row in self.combinations)

    @property
    def deepest_ahead(self) -> int:
        """Combinations in which the deepest network is ahead of the shallowest."""
        return sum(row[-1] > row[0] for row in self.combinations)

    @property
    def shallow_first(self) -> int:
        """Combinations in which no deeper network is ahead of the shallowest."""
        return sum(row[0] == max(row) for row in self.combinations)

    @property
    def gain(self) -> float:
        """Mean accuracy of the deepest minus the shallowest."""
        return float(np.mean([row[-1] - row[0] for row in self.combinations]))


def depth_axis(study: StudyResults) -> str:
    """The axis whose values add layers to the network, one depth a value; empty if none.

    Only an axis that is crossed with all others tells anything of depth alone.
    """
    for axis in study.crossed:
        depths: dict[int, set[int]] = {}
        values: dict[int, set[str]] = {}
        for result in study.results:
            length = depth_of(result, axis)
            depths.setdefault(length, set()).add(length if result.imported else _weighted_layers(result))
            values.setdefault(length, set()).add(result.plan.labels[axis])
        grown = [depths[length] for length in sorted(depths)]
        one_each = all(len(labels) == 1 for labels in values.values())
        if (
            -1 not in depths
            and one_each
            and len(grown) > 1
            and all(max(a) < min(b) for a, b in pairwise(grown))
        ):
            return axis
    return ""


def depth_of(result: Result, axis: str) -> int:
    """How many layers a value adds: the length of a list, or what a table counts; -1 where it adds none."""
    value = result.plan.parameters[axis]
    if isinstance(value, list | tuple):
        return len(value)
    counted = result.imported and axis in COUNTED and isinstance(value, int)
    return value if counted else -1


def _weighted_layers(result: Result) -> int:
    """Layers of the recipe that have units or filters of their own."""
    layers = result.plan.content()["model"]["layers"]
    return sum("units" in layer or "filters" in layer for layer in layers)


def depth_effect(study: StudyResults, split: str = "validation") -> DepthEffect | None:
    """What depth did in a grid; None without an axis of depths or without a comparable combination."""
    axis = depth_axis(study)
    if not axis:
        return None
    others = tuple(item for item in study.axes if item != axis)
    depths = tuple(sorted({depth_of(result, axis) for result in study.results}))
    found: dict[tuple[str, ...], dict[Repetition, dict[int, tuple[float, str]]]] = {}
    for result in study.ok():
        value = result.value(split, "accuracy")
        if value is not None:
            repeats = found.setdefault(labels_of(result, others), {})
            row = repeats.setdefault(repetition(result), {})
            row[depth_of(result, axis)] = (value, result.key)
    complete = [
        rows
        for repeats in found.values()
        if (rows := [row for row in repeats.values() if len(row) == len(depths)])
    ]
    if not complete:
        return None
    combinations = tuple(
        tuple(float(np.mean([row[depth][0] for row in rows])) for depth in depths) for rows in complete
    )
    runs = tuple(row[depth][1] for rows in complete for depth in depths for row in rows)
    return DepthEffect(axis, study.axis_names.get(axis, axis), depths, combinations, runs)
