"""Takes a spec, its plan and the records that exist, gives them as :class:`Collected`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.plan.arms import axis_names
from reportgen.plan.model import Plan
from reportgen.records.model import DataRecord, RunRecord, Status
from reportgen.spec.check import axes_of
from reportgen.spec.model import Spec, Study


def collect(
    spec: Spec,
    plan: Plan,
    records: Mapping[str, RunRecord],
    data: DataRecord | None,
    reasons: Mapping[str, str],
) -> Collected:
    """All studies in declared order; a run without a record is ``missing`` with its reason, if one is known.

    Args:
        spec: the configuration.
        plan: made from it.
        records: key -> record.
        data: the prepared data set.
        reasons: key of a run or data set -> why it could not be had.
    """
    if data is not None and spec.data.classes and len(spec.data.classes) == len(data.classes):
        data = replace(data, classes=spec.data.classes)
    studies = tuple(_study(spec, name, plan, records=records, reasons=reasons) for name in spec.study)
    return Collected(studies, data, spec.data.split.validation == "test", spec.report.rope)


def _study(
    spec: Spec,
    name: str,
    plan: Plan,
    *,
    records: Mapping[str, RunRecord],
    reasons: Mapping[str, str],
) -> StudyResults:
    study = spec.study[name]
    results = tuple(
        Result(
            run, records.get(run.key) or _missing(run.key, reasons.get(run.key) or reasons.get(run.data, ""))
        )
        for run in plan.runs
        if run.study == name
    )
    pending = sum(item.count for item in plan.pending if item.study == name)
    axes = axes_of(spec, name)
    table = study.table
    return StudyResults(
        id=name,
        title=study.title or name.replace("_", " ").capitalize(),
        shape=_shape(study),
        axes=axes,
        axis_names=axis_names(spec, name),
        rows=table.rows if table else "",
        by=table.by if table else (),
        parent=study.origin.study if study.origin else "",
        changed={**study.set, **study.given()} if study.origin else {},
        changes={key: variant.change for key, variant in study.variant.items() if variant.change},
        extends={key: variant.extends for key, variant in study.variant.items() if variant.extends},
        results=results,
        pending=pending,
    )


def _shape(study: Study) -> str:
    if study.origin is not None:
        return "follow_up"
    if study.grid:
        return "grid"
    return "variants" if study.variant else "single"


def _missing(key: str, reason: str) -> RunRecord:
    return RunRecord(key, Status.MISSING, reason.split("\n", maxsplit=1)[0])
