"""Takes a study, gives its results table: rows of numbers in groups, with the ties of the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.arms import ArmResults, FoldPlace, Spread, by_arm, fold_place, spread
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.columns import USUAL, columns_of, value, values
from reportgen.analysis.comparing import Means
from reportgen.analysis.settings import penalised
from reportgen.analysis.ties import ties
from reportgen.records.model import Status


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One run: the labels of the row's axes and its numbers, None where there is none.

    ``values`` are those of the columns of its table; ``fold`` is None for a run on the full training part;
    ``tied_best`` marks the runs of the group that cannot be told from its best on the test images,
    ``penalised`` those whose loss has more in it than the error (``settings.py: penalised``).
    """

    key: str
    study: str
    run: str
    label: str
    labels: Mapping[str, str]
    seed: int
    fold: FoldPlace | None
    status: Status
    reason: str
    accuracy: Mapping[str, float | None]
    loss: Mapping[str, float | None]
    seconds: float | None
    epochs_run: int
    epochs_planned: int
    best_epoch: int | None
    parameters: int | None
    values: Mapping[str, float | None]
    tied_best: bool
    penalised: bool


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One configuration with several runs: the spread of every column over those that finished.

    ``arm`` is its id; ``status`` and ``reason`` are those of the first run that did not end well, ``ok``
    without one.
    """

    arm: str
    label: str
    labels: Mapping[str, str]
    finished: int
    declared: int
    status: Status
    reason: str
    spreads: Mapping[str, Spread | None]


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """Rows that share the values of the grouping axes; ``labels`` is empty for a table without groups.

    ``rows`` has one of each run; ``arms`` one of each configuration. ``means`` says by what the rows were
    compared, for whoever explains what is marked.
    """

    labels: Mapping[str, str]
    rows: tuple[ResultRow, ...]
    arms: tuple[ArmRow, ...]
    means: Means


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The table of one study; ``row_axes`` are the axes that stand in the first columns.

    Where any configuration is ``repeated``, its rows are ``arms`` and nothing is marked as best: which of
    two means is higher says little without their variation, and runs of folds are not ranked one by one.
    """

    study: str
    row_axes: tuple[str, ...]
    columns: tuple[str, ...]
    groups: tuple[ResultGroup, ...]
    repeated: bool


def result_table(study: StudyResults) -> ResultTable:
    """The study's results in declared order, grouped as its `table` says."""
    groups: dict[tuple[str, ...], list[ArmResults]] = {}
    for arm in by_arm(study):
        groups.setdefault(tuple(arm.labels[axis] for axis in study.by), []).append(arm)
    rows = (study.rows,) if study.rows else ()
    row_axes = (*rows, *(axis for axis in study.axes if axis not in study.by and axis != study.rows))
    columns = columns_of(study.columns)
    return ResultTable(
        study.id,
        row_axes,
        columns,
        tuple(
            _group(dict(zip(study.by, labels, strict=True)), arms, columns, ranked=not study.repeated)
            for labels, arms in groups.items()
        ),
        study.repeated,
    )


def _group(
    labels: Mapping[str, str], arms: Sequence[ArmResults], columns: Sequence[str], *, ranked: bool
) -> ResultGroup:
    results = [result for arm in arms for result in arm.results]
    finished = [result for result in results if result.ok]
    found = ties(finished, len(results) - len(finished)) if ranked else None
    means = found.means if found else Means.NOTHING
    best = found.members if found and len(results) > 1 and means is not Means.NOTHING else frozenset()
    return ResultGroup(
        labels,
        tuple(row_of(result, columns, tied_best=result.key in best) for result in results),
        tuple(arm_row(arm, columns) for arm in arms),
        means,
    )


def row_of(result: Result, columns: Sequence[str] = USUAL, *, tied_best: bool = False) -> ResultRow:
    """The numbers of one run as a table shows them, unrounded."""
    record, plan = result.record, result.plan
    return ResultRow(
        key=plan.key,
        study=plan.study,
        run=plan.id,
        label=plan.label,
        labels=plan.labels,
        seed=plan.seed,
        fold=fold_place(plan),
        status=record.status,
        reason=record.reason,
        accuracy={split: result.value(split, "accuracy") for split in ("train", "validation", "test")},
        loss={split: result.value(split, "loss") for split in ("train", "validation", "test")},
        seconds=record.seconds,
        epochs_run=record.epochs_run,
        epochs_planned=result.planned_epochs,
        best_epoch=record.best_epoch,
        parameters=record.parameter_counts.total if record.parameter_counts else None,
        values=values(result, columns),
        tied_best=tied_best,
        penalised=result.ok and penalised(result),
    )


def arm_row(arm: ArmResults, columns: Sequence[str]) -> ArmRow:
    """The numbers of one configuration over its finished runs, unrounded."""
    finished = arm.ok()
    lost = next((result.record for result in arm.results if not result.ok), None)
    return ArmRow(
        arm=arm.id,
        label=arm.label,
        labels=arm.labels,
        finished=len(finished),
        declared=len(arm.results),
        status=lost.status if lost else Status.OK,
        reason=lost.reason if lost else "",
        spreads={column: spread(value(result, column) for result in finished) for column in columns},
    )
