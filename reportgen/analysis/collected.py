"""Takes plans with their records, gives them grouped by study for all that is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reportgen.plan.model import RunPlan
from reportgen.records.model import DataRecord, RunRecord, Status


@dataclass(frozen=True, slots=True)
class Result:
    """One declared run with what it left behind."""

    plan: RunPlan
    record: RunRecord

    @property
    def key(self) -> str:
        """Key of the run."""
        return self.plan.key

    @property
    def ok(self) -> bool:
        """Whether the run ended as it should."""
        return self.record.status is Status.OK

    def value(self, split: str, metric: str) -> float | None:
        """A metric of the final weights."""
        return self.record.metric(split, metric)

    def predicted(self) -> npt.NDArray[np.int64]:
        """Predicted class per test image, shape (n,)."""
        if self.record.probabilities is None:
            raise ValueError(f"run {self.key} has no predictions")
        return np.asarray(self.record.probabilities.argmax(axis=1), dtype=np.int64)

    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether each test image was classified right, shape (n,)."""
        if self.record.labels is None:
            raise ValueError(f"run {self.key} has no predictions")
        return np.asarray(self.predicted() == self.record.labels)


@dataclass(frozen=True, slots=True)
class StudyResults:
    """One study: what it is, its axes and its results in declared order.

    Attributes:
        id: as in the configuration.
        title: as in the report.
        shape: ``grid``, ``variants``, ``follow_up`` or ``single``.
        axes: the axes that tell its runs apart.
        axis_names: axis -> the author's name for it, where given.
        rows: axis of the rows of its table; empty when a run is a row.
        by: axes its table is grouped by.
        parent: id of the study it derives from; empty otherwise.
        changed: names of the settings that a follow-up changes.
        changes: variant -> the author's words on what changed.
        extends: variant -> the variant it starts from.
        results: one per declared run that could be named.
        pending: number of runs that cannot be named yet.
    """

    id: str
    title: str
    shape: str
    axes: tuple[str, ...]
    axis_names: Mapping[str, str]
    rows: str
    by: tuple[str, ...]
    parent: str
    changed: Mapping[str, Any]
    changes: Mapping[str, str]
    extends: Mapping[str, str]
    results: tuple[Result, ...]
    pending: int = 0

    def ok(self) -> tuple[Result, ...]:
        """Results of the runs that ended as they should."""
        return tuple(result for result in self.results if result.ok)


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything a report is made from.

    ``data`` is None when the data set was never prepared; then no run has a record either.
    """

    studies: tuple[StudyResults, ...]
    data: DataRecord | None
    selection_on_test: bool
    rope: float

    def results(self) -> Iterator[Result]:
        """All results, study after study; a run that two studies share comes twice."""
        for study in self.studies:
            yield from study.results

    def unique(self) -> tuple[Result, ...]:
        """Runs that ended as they should, each key once, first declaration first."""
        found: dict[str, Result] = {}
        for result in self.results():
            if result.ok:
                found.setdefault(result.key, result)
        return tuple(found.values())

    def by_key(self) -> dict[str, Result]:
        """Key -> result."""
        return {result.key: result for result in self.results()}
