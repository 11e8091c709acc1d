"""Takes plans with their records, gives them grouped by study for all that is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from reportgen.analysis.declared import DeclaredClaim
from reportgen.analysis.repetition import Repetition
from reportgen.plan.model import DataPlan, RunPlan
from reportgen.records.model import DataRecord, RunRecord, Status
from reportgen.sources.locate import class_names


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

    @property
    def folded(self) -> bool:
        """Whether it was trained and validated on parts of its own, in a cross validation."""
        return self.plan.fold is not None

    def value(self, split: str, metric: str) -> float | None:
        """A metric of the final weights."""
        return self.record.metric(split, metric)

    @property
    def imported(self) -> bool:
        """Whether it was trained elsewhere."""
        return self.plan.imported

    @property
    def predicts(self) -> bool:
        """Whether what it says of each test image is known."""
        record = self.record
        return record.labels is not None and (
            record.probabilities is not None or record.predicted is not None
        )

    @property
    def unseeded(self) -> bool:
        """Whether it was trained elsewhere, with a seed that nobody told."""
        return self.imported and self.plan.content()["seed"] is None

    @property
    def planned_epochs(self) -> int:
        """Epochs that it was to train at most; of one trained elsewhere those that it ran: nobody knows."""
        return self.record.epochs_run if self.imported else int(self.plan.content()["training"]["epochs"])

    def predicted(self) -> npt.NDArray[np.int64]:
        """Predicted class per test image, shape (n,)."""
        if self.record.predicted is not None:
            return self.record.predicted
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
        shape: ``grid`` (has crossed axes), ``zipped`` (all its axes advance together), ``variants``,
            ``follow_up`` or ``single``.
        axes: the axes that tell its runs apart; a follow-up has its parent's and then its own.
        axis_names: axis -> the author's name for it, where given.
        crossed: axes of a grid whose values meet every combination of the others. The effect of an axis
            that advances together with another cannot be told from the other's, so that only these have
            main effects, a place across a heat map, or a say on depth.
        own_axes: axes that it declares itself.
        together: those of them that advance together.
        rows: axis of the rows of its table; empty when a run is a row.
        by: axes its table is grouped by.
        columns: what its table shows of a run; empty for the usual columns.
        figures: names of the figures to show; None for those that are usual.
        parent: id of the study it derives from; empty otherwise.
        parents: key -> the runs that its own derive from and that were trained on the same data.
        weights: key -> label of the runs whose weights its own start from.
        changed: names of the settings that a follow-up changes.
        changes: variant -> the author's words on what changed.
        extends: variant -> the variant it starts from.
        results: one per declared run that could be named.
        imported: names of the files that its results come from, where they were made elsewhere.
        pending: number of runs that cannot be named yet.
        waits_for: id of the study that must finish before; empty if none.
    """

    id: str
    title: str
    shape: str
    axes: tuple[str, ...]
    axis_names: Mapping[str, str]
    crossed: tuple[str, ...]
    own_axes: tuple[str, ...]
    together: tuple[str, ...]
    rows: str
    by: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[str, ...] | None
    parent: str
    parents: Mapping[str, Result]
    weights: Mapping[str, str]
    changed: Mapping[str, Any]
    changes: Mapping[str, str]
    extends: Mapping[str, str]
    results: tuple[Result, ...]
    imported: tuple[str, ...] = ()
    pending: int = 0
    waits_for: str = ""

    def ok(self) -> tuple[Result, ...]:
        """Results of the runs that ended as they should."""
        return tuple(result for result in self.results if result.ok)

    def single(self) -> tuple[Result, ...]:
        """Those of them that may be ranked one by one: see :meth:`Collected.single`."""
        return tuple(result for result in self.ok() if not result.folded)

    @property
    def absent(self) -> int:
        """Runs that would be ranked one by one, but ended without a result."""
        return sum(not result.ok and not result.folded for result in self.results)

    @property
    def repeated(self) -> bool:
        """Whether any of its configurations has more than one run: seeds, folds, or both."""
        return len({result.plan.arm for result in self.results}) < len(self.results)

    @property
    def folded(self) -> bool:
        """Whether it has runs of a cross validation."""
        return any(result.folded for result in self.results)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of its runs, in declared order."""
        return tuple(dict.fromkeys(result.plan.seed for result in self.results))


@dataclass(frozen=True, slots=True)
class Collected:
    """All that a report tells of one data set, so that nothing is ever ranked across data sets.

    ``source`` says which data set; ``data`` is None when it was never prepared: then only runs that were
    trained elsewhere have a record.
    ``verification`` maps the key of a run that was trained again to what came of it. ``claims`` are those of
    the author's that begin with a study on it, ``family`` how many the configuration has in all.
    """

    studies: tuple[StudyResults, ...]
    source: DataPlan
    data: DataRecord | None
    rope: float
    verification: Mapping[str, Repetition] = field(default_factory=dict)
    claims: tuple[DeclaredClaim, ...] = ()
    family: int = 0

    @property
    def id(self) -> str:
        """What the configuration calls the data set; empty for that of `[data]` itself."""
        return self.source.id

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes: those of the data, else what is known of them for runs trained elsewhere."""
        if self.data is not None:
            return self.data.classes
        imported = [result for result in self.results() if result.imported]
        if not imported:
            return ()
        told = (result.plan.content()["classes"] for result in imported if result.predicts)
        recipe = self.source.content()
        return tuple(next(told, ())) or class_names(recipe["name"], self.source.classes, recipe.get("select"))

    @property
    def selection_on_test(self) -> bool:
        """Whether the author validates with the test images."""
        return bool(self.source.content()["split"]["validation"] == "test")

    def results(self) -> Iterator[Result]:
        """All results, study after study; a run that two studies share comes twice."""
        for study in self.studies:
            yield from study.results

    def unique(self) -> tuple[Result, ...]:
        """Runs that ended as they should, each network once, first declaration first.

        One that took over all its epochs from another, and ended as that did, is the same network.
        """
        found = self._finished()
        return tuple(result for result in found.values() if not _is_copy(result, found))

    def copies(self) -> tuple[Result, ...]:
        """Runs that gave the same network as another, bit for bit."""
        found = self._finished()
        return tuple(result for result in found.values() if _is_copy(result, found))

    def _finished(self) -> dict[str, Result]:
        found: dict[str, Result] = {}
        for result in self.results():
            if result.ok:
                found.setdefault(result.key, result)
        return found

    def single(self) -> tuple[Result, ...]:
        """Runs of :meth:`unique` that may be ranked one by one: those that share their training images.

        The rule of the whole report: a run of a cross validation is trained and validated on parts of its
        own, so it is never chosen, ranked or tested one by one, neither among the other folds nor among
        runs on the full training part; only its configuration speaks, by all its folds
        (``analysis/arms.py``, ``analysis/folds.py``). What a run's own curve, predictions or times show
        is told of such runs as of any other.
        """
        return tuple(result for result in self.unique() if not result.folded)

    @property
    def absent(self) -> int:
        """Runs that would be ranked one by one, but ended without a result; each once."""
        return len({result.key for result in self.results() if not result.ok and not result.folded})

    def by_key(self) -> dict[str, Result]:
        """Key -> result, also of runs outside its studies that some of them derive from."""
        parents = {key: result for study in self.studies for key, result in study.parents.items()}
        return {**parents, **{result.key: result for result in self.results()}}


def _is_copy(result: Result, others: Mapping[str, Result]) -> bool:
    """Whether a run took all its epochs from another one, and what both predict is the same."""
    taken = result.record.continued
    source = others.get(taken.run) if taken else None
    if (
        taken is None
        or source is None
        or not taken.epochs == result.record.epochs_run == source.record.epochs_run
    ):
        return False
    own, its = result.record.probabilities, source.record.probabilities
    return own is not None and its is not None and bool(np.array_equal(own, its))
