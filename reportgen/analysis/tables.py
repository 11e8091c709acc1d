"""Takes a study, gives its results table: rows of numbers in groups, with the ties of the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.ties import ties
from reportgen.records.model import Status


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One run: the labels of the row's axes and its numbers, None where there is none.

    ``tied_best`` marks the runs of the group that cannot be told from its best on the test images.
    """

    key: str
    study: str
    run: str
    label: str
    labels: Mapping[str, str]
    seed: int
    status: Status
    reason: str
    accuracy: Mapping[str, float | None]
    loss: Mapping[str, float | None]
    seconds: float | None
    epochs_run: int
    epochs_planned: int
    best_epoch: int | None
    parameters: int | None
    tied_best: bool


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """Rows that share the values of the grouping axes; ``labels`` is empty for a table without groups."""

    labels: Mapping[str, str]
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The table of one study; ``row_axes`` are the axes that stand in the first columns."""

    study: str
    row_axes: tuple[str, ...]
    groups: tuple[ResultGroup, ...]


def result_table(study: StudyResults) -> ResultTable:
    """The study's results in declared order, grouped as its `table` says."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in study.results:
        groups.setdefault(tuple(result.plan.labels[axis] for axis in study.by), []).append(result)
    rows = (study.rows,) if study.rows else ()
    row_axes = (*rows, *(axis for axis in study.axes if axis not in study.by and axis != study.rows))
    return ResultTable(
        study.id,
        row_axes,
        tuple(
            ResultGroup(dict(zip(study.by, labels, strict=True)), _rows(tuple(members)))
            for labels, members in groups.items()
        ),
    )


def _rows(results: tuple[Result, ...]) -> tuple[ResultRow, ...]:
    found = ties([result for result in results if result.ok])
    best = found.members if found else frozenset()
    return tuple(row_of(result, tied_best=len(results) > 1 and result.key in best) for result in results)


def row_of(result: Result, *, tied_best: bool = False) -> ResultRow:
    """The numbers of one run as a table shows them, unrounded."""
    record, plan = result.record, result.plan
    return ResultRow(
        key=plan.key,
        study=plan.study,
        run=plan.id,
        label=plan.label,
        labels=plan.labels,
        seed=plan.seed,
        status=record.status,
        reason=record.reason,
        accuracy={split: result.value(split, "accuracy") for split in ("train", "validation", "test")},
        loss={split: result.value(split, "loss") for split in ("train", "validation", "test")},
        seconds=record.seconds,
        epochs_run=record.epochs_run,
        epochs_planned=int(plan.content()["training"]["epochs"]),
        best_epoch=record.best_epoch,
        parameters=record.parameter_counts.total if record.parameter_counts else None,
        tied_best=tied_best,
    )
