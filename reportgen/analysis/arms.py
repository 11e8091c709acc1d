"""Takes a study, gives its configurations, each with the spread of its numbers over seeds and folds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result, StudyResults
from reportgen.plan.model import RunPlan


@dataclass(frozen=True, slots=True)
class Spread:
    """Some values: how many, mean, sample standard deviation (None of one value), lowest and highest."""

    n: int
    mean: float
    sd: float | None
    low: float
    high: float


def spread(values: Iterable[float | None]) -> Spread | None:
    """The spread of the values that exist; None without any."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if not known.size:
        return None
    sd = float(known.std(ddof=1)) if known.size > 1 else None
    return Spread(int(known.size), float(known.mean()), sd, float(known.min()), float(known.max()))


@dataclass(frozen=True, slots=True)
class ArmResults:
    """One configuration of a study with all its declared runs: one for each seed and fold.

    Attributes:
        id: slug of the configuration, shared by its runs.
        label: what the report calls it.
        labels: axis -> how the report shows the value.
        results: its runs in declared order.
    """

    id: str
    label: str
    labels: Mapping[str, str]
    results: tuple[Result, ...]

    def ok(self) -> tuple[Result, ...]:
        """Its runs that ended as they should."""
        return tuple(result for result in self.results if result.ok)

    def spread(self, split: str, metric: str) -> Spread | None:
        """A metric over its finished runs."""
        return spread(result.value(split, metric) for result in self.ok())


def by_arm(study: StudyResults) -> tuple[ArmResults, ...]:
    """The configurations of a study in declared order."""
    groups: dict[str, list[Result]] = {}
    for result in study.results:
        groups.setdefault(result.plan.arm, []).append(result)
    return tuple(
        ArmResults(arm, results[0].plan.label, results[0].plan.labels, tuple(results))
        for arm, results in groups.items()
    )


def repetition(result: Result) -> tuple[int, int | None]:
    """What runs of different configurations are paired by: equal seeds and equal folds."""
    return result.plan.seed, result.plan.fold


@dataclass(frozen=True, slots=True)
class FoldPlace:
    """Which part of which repetition a run validates on, both counted from 1; ``of`` parts in each."""

    number: int
    of: int
    repeat: int


def fold_place(plan: RunPlan) -> FoldPlace | None:
    """The place of a run in its cross validation; None without one."""
    if plan.fold is None or not plan.folds:
        return None
    repeat, index = divmod(plan.fold, plan.folds)
    return FoldPlace(index + 1, plan.folds, repeat + 1)
