"""Takes collected results and findings, gives `results.json`, `findings.json` and the CSV of every table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reportgen.analysis.arms import FoldPlace
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.columns import USUAL
from reportgen.analysis.comparing import images_behind
from reportgen.analysis.evaluation import Evaluation
from reportgen.analysis.tables import ResultTable
from reportgen.records.model import METRICS, SPLITS, DataRecord
from reportgen.report.context import FindingView

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def results_json(parts: Sequence[Collected], environment: Mapping[str, Any]) -> str:
    """All declared runs with unrounded numbers; no NaN token.

    ``data`` is the id of a run's data set and ``data_key`` what it holds; ``test_images`` are those that its
    test metrics are measured on.
    """
    content = {
        "schema": SCHEMA,
        "environment": environment,
        "studies": [{"id": study.id, "title": study.title} for part in parts for study in part.studies],
        "runs": [_run(part, result) for part in parts for result in part.results()],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def _images(part: Collected, result: Result) -> int | None:
    if result.imported:
        return images_behind(result) if result.ok else None
    return None if part.data is None else int(part.data.test_labels.size)


def _run(part: Collected, result: Result) -> dict[str, Any]:
    plan, record = result.plan, result.record
    counts = record.parameter_counts
    further = [name for values in record.metrics.values() for name in values]
    return {
        "key": plan.key,
        "data": part.id,
        "data_key": plan.data,
        "test_images": _images(part, result),
        "study": plan.study,
        "id": plan.id,
        "arm": plan.arm,
        "label": plan.label,
        "parameters": dict(plan.parameters),
        "seed": plan.seed,
        "fold": plan.fold,
        "folds": plan.folds,
        "status": str(record.status),
        "reason": record.reason,
        "seconds": record.seconds,
        "epochs_run": record.epochs_run,
        "best_epoch": record.best_epoch,
        "peak_bytes": record.peak_bytes,
        "inference": asdict(record.inference) if record.inference else None,
        "shared": [asdict(item) for item in record.shared],
        "continued": asdict(record.continued) if record.continued else None,
        "parameter_counts": {
            "total": counts.total if counts else None,
            "trainable": counts.trainable if counts else None,
            "non_trainable": counts.non_trainable if counts else None,
        },
        "metrics": {
            split: {name: record.metric(split, name) for name in dict.fromkeys((*METRICS, *further))}
            for split in SPLITS
        },
    }


def findings_json(views: Iterable[FindingView]) -> str:
    """Code, verdict, sentence and evidence of every finding."""
    content = [
        {
            "code": view.finding.code,
            "verdict": str(view.finding.verdict),
            "data": view.data,
            "study": view.finding.study,
            "role": str(view.finding.role),
            "text": view.text,
            "muted": view.muted,
            "cells": [
                {"id": cell.id, "value": cell.value, "unit": str(cell.unit), "sources": list(cell.sources)}
                for cell in view.finding.cells
            ],
            "names": dict(view.finding.names),
        }
        for view in views
    ]
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with unrounded numbers; a text that a spreadsheet would take for a formula gets a leading quote."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([_safe(cell) for cell in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return stream.getvalue()


def frame_csv(frame: pd.DataFrame) -> str:
    """A data frame as CSV, unrounded, by the same rules."""
    rows = frame.astype(object).where(frame.notna(), None)
    return csv_text([str(name) for name in frame.columns], rows.itertuples(index=False, name=None))


def _safe(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else value


def study_csv(table: ResultTable) -> str:
    """The results of one study, run by run; further columns of its table come last but the key."""
    rows = [row for group in table.groups for row in group.rows]
    axes = tuple(dict.fromkeys(axis for row in rows for axis in row.labels))
    further = [column for column in table.columns if column not in USUAL]
    header = [
        *axes, "label", "seed", "fold", "status", "reason",
        *(f"{metric}_{split}" for metric in METRICS for split in SPLITS),
        "seconds", "epochs_run", "epochs_planned", "best_epoch", "parameters", *further, "tied_best", "key",
    ]  # fmt: skip
    return csv_text(
        header,
        (
            [
                *(row.labels.get(axis, "") for axis in axes),
                row.label, row.seed, _fold(row.fold), str(row.status), row.reason,
                *(row.accuracy[split] for split in SPLITS),
                *(row.loss[split] for split in SPLITS),
                row.seconds, row.epochs_run, row.epochs_planned, row.best_epoch, row.parameters,
                *(row.values[column] for column in further), int(row.tied_best), row.key,
            ]
            for row in rows
        ),
    )  # fmt: skip


def _fold(place: FoldPlace | None) -> str:
    """``2/5``, in the second repetition ``2/5 r2``."""
    if place is None:
        return ""
    return f"{place.number}/{place.of}" + (f" r{place.repeat}" if place.repeat > 1 else "")


def arms_csv(table: ResultTable) -> str:
    """The results of one study, configuration by configuration: how many runs, and their spread."""
    rows = [row for group in table.groups for row in group.arms]
    axes = tuple(dict.fromkeys(axis for row in rows for axis in row.labels))
    facts = ("mean", "sd", "low", "high")
    header = [
        *axes,
        "label",
        "declared",
        "finished",
        *(f"{name} {fact}" for name in table.columns for fact in facts),
    ]
    return csv_text(
        header,
        (
            [
                *(row.labels.get(axis, "") for axis in axes), row.label, row.declared, row.finished,
                *(
                    getattr(spread, fact) if (spread := row.spreads[name]) else None
                    for name in table.columns
                    for fact in facts
                ),
            ]
            for row in rows
        ),
    )  # fmt: skip


def classes_csv(evaluation: Evaluation) -> str:
    """Scores per class of one run."""
    return csv_text(
        ["class", "precision", "recall", "f1", "support"],
        ([row.name, row.precision, row.recall, row.f1, row.support] for row in evaluation.classes),
    )


def data_csv(data: DataRecord) -> str:
    """Images per class and split."""
    return csv_text(
        ["class", *data.counts],
        ([name, *(counts[at] for counts in data.counts.values())] for at, name in enumerate(data.classes)),
    )
