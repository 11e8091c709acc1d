"""Takes a spec, its plan and the records that exist, gives them as one :class:`Collected` per data set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.declared import declared_claims
from reportgen.analysis.repetition import Repetition
from reportgen.plan.arms import axis_names
from reportgen.plan.model import DataPlan, Plan, RunPlan
from reportgen.records.model import DataRecord, RunRecord, Status
from reportgen.sources.imported import VARIANT
from reportgen.spec.model import Report, Spec, Study
from reportgen.spec.references import axes_of, data_of


@dataclass(frozen=True, slots=True)
class _Known:
    """What all studies are collected from; ``runs`` maps the key of every named run to its plan."""

    spec: Spec
    plan: Plan
    records: Mapping[str, RunRecord]
    reasons: Mapping[str, str]
    runs: Mapping[str, RunPlan]

    def result(self, run: RunPlan) -> Result:
        reason = self.reasons.get(run.key) or self.reasons.get(run.data, "")
        return Result(run, self.records.get(run.key) or _missing(run.key, reason))


def collect(  # noqa: PLR0917 - what is asked, what is planned, what is there
    spec: Spec,
    report: Report,
    plan: Plan,
    records: Mapping[str, RunRecord],
    data: Mapping[str, DataRecord],
    reasons: Mapping[str, str],
    verification: Mapping[str, Repetition] | None = None,
) -> tuple[Collected, ...]:
    """The report's studies in declared order, by data set in the order of first use.

    A run without a record is ``missing`` with its reason, if one is known.

    Args:
        spec: the configuration.
        report: which of its studies are told.
        plan: made from the spec.
        records: key -> record.
        data: key -> the prepared data set.
        reasons: key of a run or data set -> why it could not be had.
        verification: key of a run -> what came of training it again.
    """
    known = _Known(spec, plan, records, reasons, {run.key: run for run in plan.runs})
    names = [name for name in spec.study if report.studies is None or name in report.studies]
    parts: dict[str, tuple[DataPlan, list[StudyResults]]] = {}
    for name in names:
        source = _source(known, name)
        parts.setdefault(source.key, (source, []))[1].append(_study(known, name))
    titles = {name: title_of(spec, name) for name in names}
    claims = tuple(declared_claims(spec, titles, lambda name: _source(known, name)))
    return tuple(
        Collected(
            tuple(studies),
            source,
            _named(data.get(key), source),
            report.rope,
            verification or {},
            tuple(claim for claim in claims if claim.data[0].key == key),
            len(spec.claim),
        )
        for key, (source, studies) in parts.items()
    )


def _source(known: _Known, name: str) -> DataPlan:
    """The data set of a study: that of its runs, or the one it declares while it has none."""
    key = next((run.data for run in known.plan.runs if run.study == name), "")
    declared = data_of(known.spec, name)
    return next(
        (item for item in known.plan.data if item.key == key or (not key and item.id == declared)),
        known.plan.data[0],
    )


def _named(data: DataRecord | None, source: DataPlan) -> DataRecord | None:
    """The data set with the author's names of its classes, where they fit."""
    if data is not None and source.classes and len(source.classes) == len(data.classes):
        return replace(data, classes=source.classes)
    return data


def title_of(spec: Spec, name: str) -> str:
    """What the report calls a study."""
    return spec.study[name].title or name.replace("_", " ").capitalize()


def _study(known: _Known, name: str) -> StudyResults:
    spec, study = known.spec, known.spec.study[name]
    results = tuple(known.result(run) for run in known.plan.runs if run.study == name)
    waiting = [item for item in known.plan.pending if item.study == name]
    table = study.table
    axes = _axes(known, name, results)
    crossed = _met(results, axes) if study.results else _crossed(study)
    shape = _imported_shape(axes, crossed) if study.results else _shape(study)
    own = (axes if shape == "grid" else ()) if study.results else tuple(study.axes)
    return StudyResults(
        id=name,
        title=title_of(spec, name),
        shape=shape,
        axes=axes,
        axis_names={**_headers(results), **axis_names(spec, name)},
        crossed=crossed if shape == "grid" else (),
        own_axes=own,
        together=tuple(axis for axis in own if axis not in crossed),
        rows=table.rows if table else "",
        by=table.by if table else (),
        columns=(table.columns or ()) if table else (),
        figures=study.figures,
        parent=study.origin.study if study.origin else "",
        parents=_parents(known, results),
        weights=_weights(known, results),
        changed={**study.set, **study.given()} if study.origin else {},
        changes={key: variant.change for key, variant in study.variant.items() if variant.change},
        extends={key: variant.extends for key, variant in study.variant.items() if variant.extends},
        results=results,
        imported=study.results or (),
        pending=sum(item.count for item in waiting),
        waits_for=next((item.waits_for for item in waiting), ""),
    )


def _parents(known: _Known, results: tuple[Result, ...]) -> dict[str, Result]:
    """The runs that others derive from; one trained on other data is a start and no comparison."""
    pairs = [(result.plan, known.runs.get(result.plan.parent)) for result in results]
    return {
        parent.key: known.result(parent)
        for plan, parent in pairs
        if parent is not None and parent.data == plan.data
    }


def _weights(known: _Known, results: tuple[Result, ...]) -> dict[str, str]:
    """Key -> label of the runs that weights come from, with the title of their study if it says more."""
    keys = dict.fromkeys(key for result in results for key in result.plan.needs)
    found = {key: known.runs[key] for key in keys if key in known.runs}
    titles = {key: title_of(known.spec, run.study) for key, run in found.items()}
    return {
        key: run.label if run.label == titles[key] else f"{run.label} ({titles[key]})"
        for key, run in found.items()
    }


def _crossed(study: Study) -> tuple[str, ...]:
    """The axes that no other advances with: those of `grid`, and one of `zip` that is alone."""
    return (*study.grid, *(study.zip if len(study.zip) == 1 else ()))


def _axes(known: _Known, name: str, results: Sequence[Result]) -> tuple[str, ...]:
    """The axes of a study; those of results that were made elsewhere are told by their files."""
    if known.spec.study[name].results:
        return tuple(dict.fromkeys(axis for result in results for axis in result.plan.parameters))
    return axes_of(known.spec, name)


def _headers(results: Sequence[Result]) -> Mapping[str, str]:
    """What the table of results made elsewhere calls its axes."""
    return next((result.plan.content()["axes"] for result in results if result.imported), {})


def _met(results: Sequence[Result], axes: Sequence[str]) -> tuple[str, ...]:
    """The axes of a table that are crossed: at least half of their combinations have a row.

    An axis follows another one where neither changes without the other; then neither is crossed.
    """
    levels = {axis: [result.plan.labels[axis] for result in results] for axis in axes}
    free = [axis for axis in axes if not any(_together(levels[axis], levels[o]) for o in axes if o != axis)]
    rows = {tuple(result.plan.labels[axis] for axis in free) for result in results}
    combinations = math.prod(len(set(levels[axis])) for axis in free)
    return tuple(free) if 2 * len(rows) >= combinations else ()


def _together(one: Sequence[str], other: Sequence[str]) -> bool:
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other)) > 1


def _imported_shape(axes: Sequence[str], crossed: Sequence[str]) -> str:
    if tuple(axes) == (VARIANT,):
        return "variants"
    return "grid" if crossed else "zipped"


def _shape(study: Study) -> str:
    if study.origin is not None:
        return "follow_up"
    if _crossed(study):
        return "grid"
    if study.zip:
        return "zipped"
    return "variants" if study.variant else "single"


def _missing(key: str, reason: str) -> RunRecord:
    return RunRecord(key, Status.MISSING, reason.split("\n", maxsplit=1)[0])
