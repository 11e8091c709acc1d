"""Takes the results and findings of one data set, gives all that the report tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from markupsafe import Markup

from reportgen.analysis import evaluation as evaluating
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparison import cost
from reportgen.analysis.naming import names, own_labels
from reportgen.analysis.selection import compared, evaluated
from reportgen.analysis.settings import ConvolutionFacts, convolutions
from reportgen.analysis.tables import ResultRow, row_of
from reportgen.findings.importance import important
from reportgen.findings.model import Role
from reportgen.report import markdown
from reportgen.report.context import DataPart, DataView, EvaluationView, FigureView, FindingView, RunView
from reportgen.report.figure_views import Figures
from reportgen.report.kind_views import kind_views
from reportgen.report.step_view import Material
from reportgen.report.study_view import TOLD_ELSEWHERE, Told, anchor, run_view, study_view
from reportgen.report.templates import Templates
from reportgen.spec.model import Figure


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: the title of its data set, what its anchors end in, whether it is the only one."""

    title: str
    suffix: str
    only: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One data set with what was found on it; ``runs`` maps anchors to views.

    ``muted`` are findings that the authors do not want told, with their reasons.
    """

    collected: Collected
    place: Place
    runs: Mapping[str, RunView]
    findings: Sequence[FindingView]
    muted: Sequence[FindingView] = ()


def places(parts: Sequence[Collected], templates: Templates, language: str) -> tuple[Place, ...]:
    """The place of each part; a title that two would share carries the id of its data set."""
    titles = [_origin(part, templates, language)[0] for part in parts]
    only = len(parts) == 1
    return tuple(
        Place(
            title=f"{title} ({part.id})" if titles.count(title) > 1 and part.id else title,
            suffix=f"-{part.id}" if part.id and not only else "",
            only=only,
        )
        for part, title in zip(parts, titles, strict=True)
    )


def _origin(part: Collected, templates: Templates, language: str) -> tuple[str, Markup]:
    """Title of a data set and a paragraph on where it comes from."""
    return markdown.titled(templates.text(f"{language}/data/{part.source.content()['name']}.md"))


def runs_of(part: Collected, figures: Figures) -> dict[str, RunView]:
    """Anchor -> view, for every run of a data set."""
    own = names(part)
    return {
        anchor(result): run_view(study, result, own[result.key], figures)
        for study in part.studies
        for result in study.results
    }


_FIGURES: Mapping[str, tuple[str, ...]] = {
    "estudios": get_args(Figure),
    "familias": ("heatmap", "box", "curves", "learning_rate"),
    "peldanos": ("curves",),
    "intentos": ("curves",),
    "capitulos": ("curves",),
}
"""Section -> kinds of figures of a study that it shows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the report consists of: the ids of its studies and the names of its sections."""

    studies: Sequence[str]
    sections: Sequence[str]

    def figures(self) -> frozenset[str]:
        """Kinds of figures of a study that its sections have a place for."""
        return frozenset(figure for name in self.sections for figure in _FIGURES.get(name, ()))


def part_view(
    part: Part, prose: Mapping[str, Markup], scope: Scope, templates: Templates, figures: Figures
) -> DataPart:
    """All that is told of one data set."""
    collected, place = part.collected, part.place
    claims, part = _claims(part)
    language = figures.locale.language
    title, shown = "" if place.only else place.title, scope.figures()
    studies = tuple(
        study_view(
            study,
            Told(part.runs, part.findings, prose.get(study.id, Markup()), title, scope.studies, shown),
            figures,
        )
        for study in collected.studies
    )
    told = {view.id: view for view in studies}
    material = Material(collected, part.runs, told, part.findings, prose, figures)
    return DataPart(
        id=collected.id,
        title=place.title,
        suffix=place.suffix,
        validation_is_test=collected.selection_on_test,
        data=_data(collected, place, templates, figures) if collected.data else None,
        origin=_origin(collected, templates, language)[1],
        imported=any(study.imported for study in collected.studies),
        studies=studies,
        evaluations=_evaluations(part, figures) if "evaluacion" in scope.sections else (),
        comparison=_comparison(collected, place, figures),
        compared=_compared(collected),
        convolutions=_convolutions(collected),
        claims=claims,
        conclusions=tuple(view for view in part.findings if view.finding.role is Role.CONCLUSION),
        summary=_summary(part.findings),
        limitations=tuple(view for view in part.findings if view.finding.weakens),
        checks=tuple(view for view in part.findings if view.finding.role is Role.LIMITATION),
        muted=tuple(part.muted),
        kinds=kind_views(scope.sections, material, templates, place.title),
    )


def _claims(part: Part) -> tuple[tuple[FindingView, ...], Part]:
    """What became of the authors' claims, in the order of the file; and the part without it.

    A claim is told in its own section and nowhere else.
    """
    order = [claim.id for claim in part.collected.claims]
    found = [view for view in part.findings if view.finding.role is Role.CLAIM]
    found.sort(key=lambda view: order.index(view.finding.names["claim"]))
    rest = [view for view in part.findings if view.finding.role is not Role.CLAIM]
    return tuple(found), replace(part, findings=rest)


def _comparison(collected: Collected, place: Place, figures: Figures) -> FigureView | None:
    """Accuracy against time; None without finished runs to compare, or without a time of imported ones."""
    shown = cost(collected)
    trained = any(not result.imported for result in collected.single())
    return figures.view(f"comparacion{place.suffix}", shown) if shown.points or trained else None


def _summary(views: Sequence[FindingView]) -> tuple[FindingView, ...]:
    """What matters most, in that order."""
    return tuple(
        next(view for view in views if view.finding is finding)
        for finding in important([view.finding for view in views])
    )


def _data(collected: Collected, place: Place, templates: Templates, figures: Figures) -> DataView | None:
    record, recipe = collected.data, collected.source.content()
    if record is None:
        return None
    language = figures.locale.language
    return DataView(
        record=record,
        title=place.title,
        html=_origin(collected, templates, language)[1],
        samples=figures.view(f"datos-ejemplos{place.suffix}", evaluating.samples(record)),
        counts=figures.view(f"datos-clases{place.suffix}", evaluating.class_counts(record)),
        validation_is_test=collected.selection_on_test,
        selected="select" in recipe,
        seed=int(recipe["split"]["seed"]),
    )


def _compared(collected: Collected) -> tuple[ResultRow, ...]:
    """Rows of the models beside one another, each with the seed that tells it from its like."""
    labels: dict[str, str] = {}
    for study in collected.studies:
        for key, label in own_labels(result.plan for result in study.results).items():
            labels.setdefault(key, label)
    return tuple(replace(row_of(result), label=labels[result.key]) for result in compared(collected))


def _convolutions(collected: Collected) -> tuple[ConvolutionFacts, ...]:
    """Facts on each own convolutional network, once for all its runs."""
    arms: dict[tuple[str, str], Result] = {}
    for result in collected.unique():
        arms.setdefault((result.plan.study, result.plan.arm), result)
    return tuple(facts for result in arms.values() if (facts := convolutions(result)) is not None)


def _evaluations(part: Part, figures: Figures) -> tuple[EvaluationView, ...]:
    titles = {study.id: study.title for study in part.collected.studies}
    told = {
        view.finding.cells[0].sources: view for view in part.findings if view.finding.code in TOLD_ELSEWHERE
    }
    return tuple(
        _evaluation(
            result,
            part.collected,
            EvaluatedIn(titles[result.plan.study], part.runs[anchor(result)], told.get((result.key,))),
            figures,
        )
        for result in evaluated(part.collected)
    )


@dataclass(frozen=True, slots=True)
class EvaluatedIn:
    """Where an evaluated run stands: title of its study, its view, the finding about it."""

    study: str
    run: RunView
    finding: FindingView | None


def _evaluation(result: Result, collected: Collected, place: EvaluatedIn, figures: Figures) -> EvaluationView:
    name = place.run.anchor.removeprefix("run-")
    data = collected.data
    right = evaluating.mosaic(result, data, right=True) if data else None
    wrong = evaluating.mosaic(result, data, right=False) if data else None
    return EvaluationView(
        study=place.study,
        run=place.run,
        scores=evaluating.evaluate(result, collected),
        confusion=figures.view(f"confusion-{name}", evaluating.confusion(result, collected)),
        right=figures.view(f"aciertos-{name}", right) if right else None,
        wrong=figures.view(f"errores-{name}", wrong) if wrong else None,
        findings=(place.finding,) if place.finding else (),
    )
