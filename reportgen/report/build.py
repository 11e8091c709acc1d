"""Takes collected results, findings and texts, gives the :class:`ReportView` that templates write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis import evaluation as evaluating
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparison import cost
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import pair_rows
from reportgen.analysis.selection import compared, evaluated
from reportgen.analysis.settings import convolutions, methods
from reportgen.analysis.tables import row_of
from reportgen.findings.model import Finding, Role
from reportgen.records.model import DataRecord, Environment
from reportgen.report import markdown
from reportgen.report.context import (
    Cover,
    DataView,
    EvaluationView,
    FindingView,
    Machine,
    Method,
    Person,
    ReportView,
    RunView,
    StudyView,
)
from reportgen.report.figure_views import Figures
from reportgen.report.locale import Locale
from reportgen.report.sentences import sentence
from reportgen.report.study_view import TOLD_ELSEWHERE, anchor, run_view, study_view
from reportgen.report.templates import Templates
from reportgen.spec.model import Report, Split

SECTIONS = ("resumen", "problema", "crisp_dm", "ajustes", "mejora", "cierre")
"""Sections that show the author's prose, beside one for each study; what is not written is left out."""


STATISTICS = ("statistics/metrics", "statistics/wilson", "statistics/mcnemar", "statistics/holm",
              "statistics/bootstrap", "statistics/pareto")  # fmt: skip
"""What every report measures and tests with."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the author wrote, and what the machine that renders knows of itself.

    ``prose`` maps a section or study to its Markdown; ``configuration`` is the TOML text.
    """

    report: Report
    split: Split
    prose: Mapping[str, str]
    configuration: str
    profile: str
    software: Mapping[str, str]


def build(
    collected: Collected,
    findings: Sequence[Finding],
    sources: Sources,
    templates: Templates,
    figures: Figures,
) -> ReportView:
    """Everything the templates need, drawn and worded."""
    runs = _runs(collected, figures)
    anchors = {result.key: anchor(result) for result in reversed(tuple(collected.results()))}
    views = tuple(sentence(finding, templates, figures.locale, anchors) for finding in findings)
    written = {name: markdown.to_html(text) for name, text in sources.prose.items()}
    prose = {**dict.fromkeys(SECTIONS, Markup()), **written}
    studies = tuple(
        study_view(
            study,
            pair_rows(collected, study),
            runs,
            views,
            prose=prose.get(study.id, Markup()),
            figures=figures,
        )
        for study in collected.studies
    )
    unique = collected.unique()
    used = methods(unique)
    return ReportView(
        cover=_cover(sources.report),
        prose=prose,
        data=_data(collected.data, sources.split, templates, figures) if collected.data else None,
        methods=_methods((*used, *STATISTICS), templates, figures.locale),
        studies=studies,
        evaluations=_evaluations(collected, runs, studies, views, figures),
        comparison=figures.view("comparacion", cost(collected)) if unique else None,
        compared=tuple(row_of(result) for result in compared(collected)),
        convolutions=tuple(facts for result in unique if (facts := convolutions(result)) is not None),
        study_titles={study.id: study.title for study in collected.studies},
        conclusions=tuple(view for view in views if view.finding.role is Role.CONCLUSION),
        limitations=tuple(view for view in views if view.finding.role is Role.LIMITATION),
        references=_references(used, collected, templates, figures.locale),
        machines=_machines(unique),
        software=sources.software,
        configuration=sources.configuration,
        profile=sources.profile,
        total_seconds=sum(result.record.seconds or 0.0 for result in unique),
        declared=len(tuple(collected.results())) + sum(study.pending for study in collected.studies),
        finished=sum(result.ok for result in collected.results()),
    )


def _runs(collected: Collected, figures: Figures) -> dict[str, RunView]:
    own = names(collected)
    return {anchor(result): run_view(result, own[result.key], figures) for result in collected.results()}


def _cover(report: Report) -> Cover:
    return Cover(
        title=report.title,
        subtitle=report.subtitle,
        institution=report.institution,
        course=report.course,
        teacher=report.teacher,
        place=report.place,
        date=report.date,
        authors=tuple(Person(author.name, author.id) for author in report.authors),
    )


def _data(record: DataRecord, split: Split, templates: Templates, figures: Figures) -> DataView:
    title, html = markdown.titled(templates.text(f"{_language(figures.locale)}/data/{record.name}.md"))
    return DataView(
        record=record,
        title=title,
        html=html,
        samples=figures.view("datos-ejemplos", evaluating.samples(record)),
        counts=figures.view("datos-clases", evaluating.class_counts(record)),
        validation_is_test=split.validation == "test",
        seed=split.seed,
    )


def _language(locale: Locale) -> str:
    return locale.tag.split("-", maxsplit=1)[0]


def _methods(used: Sequence[str], templates: Templates, locale: Locale) -> tuple[Method, ...]:
    """Paragraphs of the methods that are used and that the language has a text for."""
    found = []
    for method in used:
        name = f"{_language(locale)}/methods/{method}.md"
        if templates.path(name) is not None:
            title, html = markdown.titled(templates.text(name))
            found.append(Method(method, method.split("/", maxsplit=1)[0], title, html))
    return tuple(found)


def _references(
    used: Sequence[str], collected: Collected, templates: Templates, locale: Locale
) -> tuple[Markup, ...]:
    """Works behind the methods, the data, the software and the statistics really used, by author."""
    data = [f"data/{collected.data.name}"] if collected.data else []
    cited = {
        *used, *data, *STATISTICS, "software/keras", "software/tensorflow", "software/scikit-learn",
        "process/crisp_dm",
    }  # fmt: skip
    works = templates.toml(f"{_language(locale)}/references.toml").values()
    texts = [work["text"] for work in works if cited & set(work["methods"])]
    return tuple(markdown.inline(text) for text in sorted(texts, key=str.casefold))


def _evaluations(
    collected: Collected,
    runs: Mapping[str, RunView],
    studies: Sequence[StudyView],
    views: Sequence[FindingView],
    figures: Figures,
) -> tuple[EvaluationView, ...]:
    data = collected.data
    if data is None:
        return ()
    titles = {study.id: study.title for study in studies}
    told = {view.finding.cells[0].sources: view for view in views if view.finding.code in TOLD_ELSEWHERE}
    return tuple(
        _evaluation(
            result,
            data,
            EvaluatedIn(titles[result.plan.study], runs[anchor(result)], told.get((result.key,))),
            figures,
        )
        for result in evaluated(collected)
    )


@dataclass(frozen=True, slots=True)
class EvaluatedIn:
    """Where an evaluated run stands: title of its study, its view, the finding about it."""

    study: str
    run: RunView
    finding: FindingView | None


def _evaluation(result: Result, data: DataRecord, place: EvaluatedIn, figures: Figures) -> EvaluationView:
    name = place.run.anchor.removeprefix("run-")
    right = evaluating.mosaic(result, data, right=True)
    wrong = evaluating.mosaic(result, data, right=False)
    return EvaluationView(
        study=place.study,
        run=place.run,
        scores=evaluating.evaluate(result, data),
        confusion=figures.view(f"confusion-{name}", evaluating.confusion(result, data)),
        right=figures.view(f"aciertos-{name}", right) if right else None,
        wrong=figures.view(f"errores-{name}", wrong) if wrong else None,
        findings=(place.finding,) if place.finding else (),
    )


def _machines(results: Sequence[Result]) -> tuple[Machine, ...]:
    """Distinct training conditions with the number of runs under each."""
    counts: Counter[str] = Counter()
    known: dict[str, Environment] = {}
    for result in results:
        environment = result.record.environment
        if environment is not None:
            name = repr(environment)
            counts[name] += 1
            known.setdefault(name, environment)
    return tuple(Machine(known[name], count) for name, count in counts.items())
