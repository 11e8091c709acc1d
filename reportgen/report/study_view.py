"""Takes one study's results, gives it as the report tells it: tables, figures, variants, sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis import curves
from reportgen.analysis.arms import by_arm, fold_place
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.naming import own_labels
from reportgen.analysis.pairs import PairRow, pair_rows
from reportgen.analysis.settings import as_code, differences, settings, shared
from reportgen.analysis.tables import result_table, row_of
from reportgen.records.model import METRICS
from reportgen.report.context import FindingView, PairView, RunView, StudyView, VariantView
from reportgen.report.figure_views import Figures
from reportgen.report.study_figures import StudyFigures, shows

TOLD_ELSEWHERE = ("class_strengths",)
"""Findings about one run, which its evaluation tells."""


def anchor(result: Result) -> str:
    """Where the report shows a run."""
    return f"run-{result.plan.study}-{result.plan.id}"


def run_view(study: StudyResults, result: Result, name: str, figures: Figures) -> RunView:
    """One run with its curve; ``name`` is its own in the whole report.

    In a study of several runs per configuration only a grid shows the curve of each, in the annex.
    """
    place = anchor(result)
    curve = curves.curve(result)
    drawn = bool(curve.loss) and shows(study, "curves") and (study.shape == "grid" or not study.repeated)
    return RunView(
        anchor=place,
        name=name,
        row=row_of(result),
        settings=settings(result, study.weights),
        layers=result.record.layers,
        counts=result.record.parameter_counts,
        figure=figures.view(place.replace("run-", "curva-"), curve) if drawn else None,
        key=result.key,
        further={name: value for name, value in _test_metrics(result).items() if name not in METRICS},
        imported=result.imported,
        unseeded=result.unseeded,
    )


def _test_metrics(result: Result) -> Mapping[str, float | None]:
    return result.record.metrics.get("test", {})


@dataclass(frozen=True, slots=True)
class Told:
    """What the report has beside a study's results.

    Attributes:
        runs: anchor -> view.
        findings: all of its data set.
        prose: the author's text on the study.
        data: title of the data set; empty in a report with one.
        shown: ids of the studies that the report tells.
        figures: kinds of figures that its sections have a place for.
    """

    runs: Mapping[str, RunView]
    findings: Sequence[FindingView]
    prose: Markup
    data: str
    shown: Sequence[str]
    figures: Collection[str]


def study_view(study: StudyResults, told: Told, figures: Figures) -> StudyView:
    """The study with everything its section needs."""
    table = result_table(study)
    drawn = StudyFigures(study, table, figures, told.figures)
    names = {axis: study.axis_names.get(axis) or figures.locale.term("axes", axis) for axis in study.axes}
    labels = own_labels(result.plan for result in study.results)
    places = [place for result in study.results if (place := fold_place(result.plan)) is not None]
    return StudyView(
        id=study.id,
        title=study.title,
        data=told.data,
        shape=study.shape,
        parent=study.parent,
        shown_parent=study.parent in told.shown,
        pending=study.pending,
        waits_for=study.waits_for,
        count=len(study.results) + study.pending,
        arms=len(by_arm(study)),
        repeated=study.repeated,
        seeds=study.seeds,
        folds=max((place.of for place in places), default=0),
        repeats=max((place.repeat for place in places), default=1),
        prose=told.prose,
        axis_names=names,
        own_axes=tuple(names[axis] for axis in study.own_axes),
        zipped=tuple(names[axis] for axis in study.together),
        metrics=_metrics(study),
        shared=shared(study.results, study.weights),
        changed={name: as_code(value, study.weights) for name, value in study.changed.items()},
        table=table,
        heatmap=drawn.heatmap(),
        factors=drawn.factors(),
        panels=drawn.panels(),
        bars=drawn.bars(),
        box=drawn.box(),
        overlays=drawn.overlays(),
        learning_rate=drawn.learning_rate(),
        pairs=tuple(_pair(row, labels[row.changed.key]) for row in pair_rows(study)),
        variants=_variants(study, told.runs),
        runs=tuple(told.runs[anchor(result)] for result in study.results),
        imported=study.imported,
        findings=tuple(
            view
            for view in told.findings
            if view.finding.study == study.id and view.finding.code not in TOLD_ELSEWHERE
        ),
    )


def _metrics(study: StudyResults) -> tuple[str, ...]:
    """What was measured on the test images beside accuracy and loss."""
    found = (name for result in study.results for name in _test_metrics(result))
    return tuple(dict.fromkeys(name for name in found if name not in METRICS))


def _pair(row: PairRow, label: str) -> PairView:
    return PairView(
        label=label,
        key=row.changed.key,
        base=row.base.key,
        difference=row.compared.difference.value,
        p=row.p,
        demonstrable=row.demonstrable,
    )


def _variants(study: StudyResults, runs: Mapping[str, RunView]) -> tuple[VariantView, ...]:
    """The configurations of a study that are told one by one, each by the first of its runs that finished."""
    if study.shape in ("grid", "follow_up"):
        return ()
    firsts = [(*arm.ok(), arm.results[0])[0] for arm in by_arm(study)]
    named = {str(result.plan.parameters.get("variant", "")): result for result in firsts}
    found = []
    for result in firsts:
        name = str(result.plan.parameters.get("variant", ""))
        base = named.get(study.extends.get(name, "-"))
        found.append(
            VariantView(
                run=runs[anchor(result)],
                base=base.plan.label if base else "",
                change=study.changes.get(name, ""),
                differences=differences(base, result, study.weights) if base else (),
            )
        )
    return tuple(found)
