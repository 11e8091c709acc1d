"""Takes one study's results, gives it as the report tells it: tables, figures, variants, sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from reportgen.analysis import curves, grid
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.comparison import bars
from reportgen.analysis.pairs import PairRow
from reportgen.analysis.settings import as_code, differences, settings, shared
from reportgen.analysis.tables import result_table, row_of
from reportgen.report.context import (
    FigureView,
    FindingView,
    PairView,
    Panel,
    RunView,
    StudyView,
    VariantView,
)
from reportgen.report.figure_views import Figures
from reportgen.report.locale import Locale

TOLD_ELSEWHERE = ("class_strengths",)
"""Findings about one run, which its evaluation tells."""


def anchor(result: Result) -> str:
    """Where the report shows a run."""
    return f"run-{result.plan.study}-{result.plan.id}"


def run_view(result: Result, name: str, figures: Figures) -> RunView:
    """One run with its curve; ``name`` is its own in the whole report."""
    place = anchor(result)
    curve = curves.curve(result)
    return RunView(
        anchor=place,
        name=name,
        row=row_of(result),
        settings=settings(result),
        layers=result.record.layers,
        counts=result.record.parameter_counts,
        figure=figures.view(place.replace("run-", "curva-"), curve) if curve.loss else None,
        key=result.key,
    )


def study_view(
    study: StudyResults,
    pairs: Sequence[PairRow],
    runs: Mapping[str, RunView],
    findings: Sequence[FindingView],
    *,
    prose: Markup,
    figures: Figures,
) -> StudyView:
    """The study with everything its section needs; ``runs`` maps anchors to views."""
    views = tuple(runs[anchor(result)] for result in study.results)
    several = len(study.ok()) > 1
    return StudyView(
        id=study.id,
        title=study.title,
        shape=study.shape,
        parent=study.parent,
        pending=study.pending,
        count=len(study.results) + study.pending,
        prose=prose,
        axis_names={
            axis: study.axis_names.get(axis) or figures.locale.term("axes", axis) for axis in study.axes
        },
        shared=shared(study.results),
        changed={name: as_code(value) for name, value in study.changed.items()},
        table=result_table(study),
        heatmap=_heatmap(study, figures),
        factors=_factors(study, figures),
        panels=_panels(study, figures),
        bars=figures.view(f"{study.id}-exactitud", bars(study.ok())) if several and _few(study) else None,
        pairs=tuple(_pair(row) for row in pairs),
        variants=_variants(study, runs),
        runs=views,
        findings=tuple(
            view
            for view in findings
            if view.finding.study == study.id and view.finding.code not in TOLD_ELSEWHERE
        ),
    )


def _pair(row: PairRow) -> PairView:
    return PairView(
        label=row.changed.plan.label,
        base=float(row.base.correct().mean()),
        changed=float(row.changed.correct().mean()),
        difference=row.compared.difference.value,
        p=row.p,
        demonstrable=row.demonstrable,
    )


def _few(study: StudyResults) -> bool:
    return study.shape != "grid"


def _heatmap(study: StudyResults, figures: Figures) -> FigureView | None:
    if study.shape != "grid" or not study.axes[1:] or not study.ok():
        return None
    return figures.view(f"{study.id}-mapa", grid.heatmap(_named(study, figures.locale)))


def _factors(study: StudyResults, figures: Figures) -> tuple[FigureView, ...]:
    if study.shape != "grid" or not study.axes[1:] or not study.ok():
        return ()
    named = _named(study, figures.locale)
    return tuple(
        figures.view(f"{study.id}-factor-{axis}", grid.factor_info(named, axis)) for axis in study.axes
    )


def _panels(study: StudyResults, figures: Figures) -> tuple[Panel, ...]:
    """Small multiples for each level of the first grouping axis."""
    if study.shape != "grid" or not study.axes[2:] or not study.ok():
        return ()
    named = _named(study, figures.locale)
    axis = study.by[0] if study.by else study.axes[0]
    levels = dict.fromkeys(result.plan.labels[axis] for result in study.results)
    return tuple(
        Panel(
            level,
            figures.view(
                f"{study.id}-exactitud-{at}", curves.small_multiples(named, "accuracy", (axis, level))
            ),
            figures.view(f"{study.id}-perdida-{at}", curves.small_multiples(named, "loss", (axis, level))),
        )
        for at, level in enumerate(levels, start=1)
    )


def _named(study: StudyResults, locale: Locale) -> StudyResults:
    """The study with a name for every axis, from the author or from the catalogue."""
    names = {axis: study.axis_names.get(axis) or locale.term("axes", axis) for axis in study.axes}
    return replace(study, axis_names=names)


def _variants(study: StudyResults, runs: Mapping[str, RunView]) -> tuple[VariantView, ...]:
    if study.shape == "single":
        return tuple(VariantView(runs[anchor(result)], "", "", ()) for result in study.results)
    arms = {str(result.plan.parameters.get("variant")): result for result in reversed(study.results)}
    found = []
    for name, result in reversed(arms.items()):
        if "variant" not in result.plan.parameters:
            continue
        base = arms.get(study.extends.get(name, ""))
        found.append(
            VariantView(
                run=runs[anchor(result)],
                base=base.plan.label if base else "",
                change=study.changes.get(name, ""),
                differences=differences(base, result) if base else (),
            )
        )
    return tuple(found)
