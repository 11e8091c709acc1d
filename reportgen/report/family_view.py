"""Takes studies, gives them as families of models: preparation, layers, epochs, detail; and side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from statistics import fmean
from typing import Any

from markupsafe import Markup

from reportgen.analysis import evaluation as evaluating
from reportgen.analysis.alike import highest, lowest, thousandth
from reportgen.analysis.architecture import architecture, numbers
from reportgen.analysis.arms import fold_place
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.effort import MEASURES, effort, hardest
from reportgen.analysis.epoch_rows import epoch_rows
from reportgen.analysis.ladder import ladder
from reportgen.analysis.naming import names
from reportgen.analysis.selection import evaluated
from reportgen.analysis.shown import detailed, told, typical
from reportgen.report.context import FigureView
from reportgen.report.context_kinds import (
    ClassRow,
    DiscussionView,
    EffortView,
    FamilyView,
    NetworkView,
    PreparationView,
)
from reportgen.report.layer_texts import LayerTexts
from reportgen.report.step_view import Material, detail
from reportgen.report.study_view import anchor
from reportgen.report.templates import Templates


def families(material: Material, templates: Templates) -> tuple[FamilyView, ...]:
    """Every study as a family."""
    found: list[FamilyView] = []
    for study in material.collected.studies:
        family = _family(material, study, templates)
        alike = (other for other in found if family.preparation and _told_by(other) == _told_by(family))
        found.append(replace(family, like=next(((other.id, other.title) for other in alike), ())))
    return tuple(found)


def _told_by(family: FamilyView) -> object:
    """What two families have in common when one description serves both."""
    return family.preparation, family.lines


def _family(material: Material, study: StudyResults, templates: Templates) -> FamilyView:
    run = detailed(study)
    elsewhere = _elsewhere(material.collected, study)
    texts = LayerTexts(templates, material.figures.locale, study.weights)
    recipe: dict[str, Any] | None = run.plan.content() if run and not run.imported else None
    return FamilyView(
        id=study.id,
        title=study.title,
        prose=material.prose.get(study.id, Markup()),
        run=material.runs[anchor(run)] if run else None,
        fold=fold_place(run.plan) if run else None,
        numbers=numbers(run) if run else (),
        lines=texts.lines(recipe["model"]["layers"]) if recipe else (),
        preparation=_preparation(recipe, texts) if recipe else None,
        epochs=epoch_rows(run) if run else (),
        architecture=_diagram(material, run) if run else None,
        detail=detail(material, run, "familia") if run and not elsewhere else None,
        detailed_in=elsewhere,
        like=(),
    )


def _elsewhere(collected: Collected, study: StudyResults) -> tuple[str, ...]:
    """The study that shows the best of a cross validation by itself, if there is one."""
    if not study.folded:
        return ()
    return next(
        (
            (other.id, other.title)
            for other in collected.studies
            if other.parent == study.id and other.single()
        ),
        (),
    )


def _preparation(recipe: Mapping[str, Any], texts: LayerTexts) -> PreparationView:
    layers = recipe["model"]["layers"]
    backbone = next((entry["backbone"] for entry in layers if "backbone" in entry), "")
    resizing = next((entry for entry in layers if entry.get("layer") == "Resizing"), None)
    return PreparationView(
        rescaled=bool(recipe["model"]["rescale"]) and not backbone,
        backbone=backbone,
        resized=(resizing["height"], resizing["width"]) if resizing else (),
        augmentation=texts.lines(recipe["training"]["augmentation"] or []),
    )


def _diagram(material: Material, run: Result) -> FigureView | None:
    data = material.collected.data
    if data is None or not run.record.layers:
        return None
    name = anchor(run).removeprefix("run-")
    return material.figures.view(f"arquitectura-{name}", architecture(run, data))


def networks(material: Material, templates: Templates) -> tuple[NetworkView, ...]:
    """What the parts of each network do; networks of the same layers are told once."""
    found: dict[str, NetworkView] = {}
    for study, arm in told(material.collected):
        run = typical(arm.results)
        if run.imported:
            continue  # nobody says of what it is made
        entries = run.plan.content()["model"]["layers"]
        texts = LayerTexts(templates, material.figures.locale, study.weights)
        parts = texts.parts(entries)
        found.setdefault(
            repr([part.type for part in parts]),
            NetworkView(
                title=arm.label,
                anchor=f"red-{study.id}-{arm.id}",
                run=material.runs[anchor(run)],
                numbers=numbers(run),
                parts=parts,
            ),
        )
    return tuple(found.values())


def discussion(material: Material, title: str) -> DiscussionView:
    """The networks that are evaluated, class by class, and what each took to train; ``title`` of the data."""
    collected = material.collected
    known = names(collected)
    efforts = tuple(EffortView(known[run.key], effort(run)) for run in _trained(collected))
    shown = evaluated(collected)
    classes = _classes(collected)
    best, worst = highest(classes, _mean, thousandth), lowest(classes, _mean, thousandth)
    differ = len(best) < len(classes)
    toughest = {measure: hardest([view.effort for view in efforts], measure) for measure in MEASURES}
    return DiscussionView(
        data=title,
        source="r-discusion" + (f"-{collected.id}" if collected.id else ""),
        networks=tuple(known[run.key] for run in shown),
        runs=tuple(run.key for run in shown),
        classes=classes,
        best=best if differ else (),
        worst=worst if differ else (),
        efforts=efforts,
        hardest={
            measure: tuple(view for view in efforts if any(view.effort is item for item in items))
            for measure, items in toughest.items()
            if items
        },
    )


def _mean(row: ClassRow) -> float:
    return row.mean


def _trained(collected: Collected) -> tuple[Result, ...]:
    """The run that stands for each network told one by one, as far as it finished."""
    runs = {step.arm.results[0].key: step.run for study in collected.studies for step in ladder(study)}
    shown = (runs[arm.results[0].key] for _, arm in told(collected))
    return tuple(run for run in shown if run.ok)


def _classes(collected: Collected) -> tuple[ClassRow, ...]:
    scores = [evaluating.evaluate(run, collected).classes for run in evaluated(collected)]
    if not scores:
        return ()
    return tuple(
        ClassRow(rows[0].name, tuple(row.f1 for row in rows), fmean(row.f1 for row in rows))
        for rows in zip(*scores, strict=True)
    )
