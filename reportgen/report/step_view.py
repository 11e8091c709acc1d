"""Takes studies, gives their configurations as steps from one to the next: ladders, attempts, chapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis import evaluation as evaluating
from reportgen.analysis.architecture import numbers
from reportgen.analysis.arms import spread
from reportgen.analysis.class_changes import class_changes
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.comparing import same_images
from reportgen.analysis.comparison import bars
from reportgen.analysis.curves import learning
from reportgen.analysis.ladder import Step, ladder
from reportgen.analysis.shown import told
from reportgen.records.model import SPLITS
from reportgen.report.change_view import ChangeWords
from reportgen.report.context import FigureView, FindingView, RunView, StudyView
from reportgen.report.context_kinds import ChapterView, DetailView, LadderView, StepView
from reportgen.report.figure_views import Figures
from reportgen.report.numbers import arm_place, run_place
from reportgen.report.study_view import anchor

STRENGTHS = "class_strengths"
IMPROVES = "variant_improves"


@dataclass(frozen=True, slots=True)
class Material:
    """What the sections of a kind are written from, for one data set.

    ``runs`` maps anchors to views, ``studies`` ids to views, ``prose`` names to the author's text.
    """

    collected: Collected
    runs: Mapping[str, RunView]
    studies: Mapping[str, StudyView]
    findings: Sequence[FindingView]
    prose: Mapping[str, Markup]
    figures: Figures


def ladders(material: Material) -> tuple[LadderView, ...]:
    """Every study as a ladder."""
    return tuple(_ladder(material, study) for study in material.collected.studies if study.results)


def _ladder(material: Material, study: StudyResults) -> LadderView:
    steps = ladder(study)
    info = bars(study.single())
    several = len(info.labels) > 1 and not study.repeated
    return LadderView(
        id=study.id,
        title=study.title,
        prose=material.prose.get(study.id, Markup()),
        steps=tuple(step_view(material, study, step) for step in steps),
        figure=material.figures.view(f"{study.id}-escalera", info) if several else None,
    )


def step_view(material: Material, study: StudyResults, step: Step) -> StepView:
    """One step with its words."""
    run, arm = step.run, step.arm
    words = ChangeWords(material.figures.locale, study.weights)
    seconds = spread(result.record.seconds for result in arm.ok())
    return StepView(
        number=step.number,
        title=arm.label,
        anchor=f"paso-{study.id}-{arm.id}",
        run=material.runs[anchor(run)],
        source=arm_place(study.id, arm.id) if study.repeated else run_place(run.key),
        curve=_curve(material, study, step),
        numbers=numbers(run),
        base=step.base.arm.label if step.base else "",
        change=step.change,
        changes=words.view(step.changes, step.base.run) if step.changes and step.base else None,
        accuracy=_means(step, "accuracy"),
        loss=_means(step, "loss"),
        seconds=seconds.mean if seconds else None,
        runs=len(arm.ok()),
        difference=step.difference,
        finding=_about(material.findings, IMPROVES, study.id, arm.label),
        learning=learning(run) if run.ok else None,
        prose=_remarks(material.prose, study.id, step.name),
    )


def _curve(material: Material, study: StudyResults, step: Step) -> FigureView | None:
    """The curve of the only run of a step, else those of all its runs over one another."""
    overlays = {view.label: view.figure for view in material.studies[study.id].overlays}
    return material.runs[anchor(step.run)].figure or overlays.get(step.arm.label)


def _means(step: Step, metric: str) -> dict[str, float | None]:
    found = {split: step.arm.spread(split, metric) for split in SPLITS}
    return {split: item.mean if item else None for split, item in found.items()}


def _about(findings: Iterable[FindingView], code: str, study: str, label: str) -> FindingView | None:
    """The finding that compares a variant with the one it extends."""
    return next(
        (
            view
            for view in findings
            if view.finding.code == code
            and view.finding.study == study
            and view.finding.names.get("changed") == label
        ),
        None,
    )


def _remarks(prose: Mapping[str, Markup], study: str, name: str) -> Markup:
    return prose.get(f"{study}_{name}") or prose.get(name) or Markup()


def chapters(material: Material) -> tuple[ChapterView, ...]:
    """A chapter for each network that is told one by one, each beside the one before it."""
    collected = material.collected
    steps = {step.arm.results[0].key: (study, step) for study in collected.studies for step in ladder(study)}
    found: list[ChapterView] = []
    previous: Step | None = None
    for _, arm in told(collected):
        study, step = steps[arm.results[0].key]
        found.append(_chapter(material, study, step, previous))
        previous = step
    return tuple(found)


def _chapter(material: Material, study: StudyResults, step: Step, previous: Step | None) -> ChapterView:
    named, run = material.collected, step.run
    paired = (
        bool(named.classes)
        and previous is not None
        and previous.run.ok
        and run.ok
        and same_images(previous.run, run)
    )
    return ChapterView(
        step=step_view(material, study, step),
        study=study.title,
        detail=detail(material, run, "capitulo"),
        against=previous.arm.label if previous and paired else "",
        before=previous.run.key if previous and paired else "",
        classes=class_changes(previous.run, run, named) if previous and paired else (),
    )


def detail(material: Material, run: Result, prefix: str) -> DetailView | None:
    """A finished run class by class; None without its predictions or names for its classes.

    ``prefix`` begins the names of its figures.
    """
    named = material.collected
    if not named.classes or not run.ok or not run.predicts:
        return None
    name = anchor(run).replace("run", prefix, 1)
    return DetailView(
        scores=evaluating.evaluate(run, named),
        confusion=material.figures.view(f"{name}-confusion", evaluating.confusion(run, named)),
        right=_mosaic(material, run, name, right=True),
        wrong=_mosaic(material, run, name, right=False),
        finding=next(
            (
                view
                for view in material.findings
                if view.finding.code == STRENGTHS and view.finding.cells[0].sources == (run.key,)
            ),
            None,
        ),
    )


def _mosaic(material: Material, run: Result, name: str, *, right: bool) -> FigureView | None:
    data = material.collected.data
    info = evaluating.mosaic(run, data, right=right) if data else None
    return material.figures.view(f"{name}-{'aciertos' if right else 'errores'}", info) if info else None
