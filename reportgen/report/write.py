"""Takes collected results and findings, gives the document, which lacks nothing but the author's texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportgen.analysis.collect import title_of
from reportgen.analysis.collected import Collected
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.frames import epochs_frame, runs_frame
from reportgen.analysis.selection import evaluated
from reportgen.findings.model import Finding
from reportgen.report.build import Sources, build
from reportgen.report.context import FindingView, ReportView
from reportgen.report.figure_views import Drawing, Figures, at_once
from reportgen.report.html import to_skeleton
from reportgen.report.live_values import values_of
from reportgen.report.numbers import Numbers
from reportgen.report.outputs import arms_csv, classes_csv, data_csv, frame_csv, study_csv
from reportgen.report.pdf import load
from reportgen.report.skeleton import Skeleton
from reportgen.report.study_view import anchor
from reportgen.report.wording import wording
from reportgen.spec.model import Report, Spec


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is made of beside the results.

    Attributes:
        spec: the configuration.
        name: of the report, as its files are called.
        report: what is declared of it.
        prose: names of the author's texts, each that of a section or study.
        configuration: the TOML text.
        profile: name of the profile laid over it; empty for none.
        software: program -> version.
        templates: the user's folder, if any.
    """

    spec: Spec
    name: str
    report: Report
    prose: Collection[str]
    configuration: str
    profile: str
    software: Mapping[str, str]
    templates: Path | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The document and the CSV of each of its tables and figures, by name."""

    skeleton: Skeleton
    csv: Mapping[str, str]
    findings: tuple[FindingView, ...]


def draft(
    document: Document,
    parts: Sequence[Collected],
    findings: Iterable[Sequence[Finding]],
    drawing: Drawing = at_once,
) -> Draft:
    """Word and draw everything; ``findings`` gives those of each part."""
    report = document.report
    templates, locale = wording(report.language, document.templates)
    figures = Figures(locale, drawing)
    sources = Sources(
        report=report,
        prose=document.prose,
        study_titles={name: title_of(document.spec, name) for name in document.spec.study},
        configuration=document.configuration,
        profile=document.profile,
        software=document.software,
    )
    view = build(parts, findings, sources, templates, figures)
    load()  # while others draw
    skeleton = to_skeleton(view, templates, locale)
    numbers = Numbers(view.provenance, locale)
    drawn = {f"figura-{name}": text for name, text in figures.csv().items()}
    return Draft(
        skeleton=replace(skeleton, values=values_of(parts, view.findings, locale, numbers)),
        csv={**_tables(parts, view), **drawn},
        findings=view.findings,
    )


def _tables(parts: Sequence[Collected], view: ReportView) -> dict[str, str]:
    found = {f"tabla-{study.id}": study_csv(study.table) for study in view.studies if study.runs}
    found |= {
        f"tabla-{study.id}-configuraciones": arms_csv(study.table) for study in view.studies if study.repeated
    }
    found["ejecuciones"] = frame_csv(runs_frame(parts))
    found["epocas"] = frame_csv(epochs_frame(parts))
    for part, told in zip(parts, view.parts, strict=True):
        if part.data is not None:
            found[f"tabla-datos{told.suffix}"] = data_csv(part.data)
        for result in evaluated(part):
            name = anchor(result).removeprefix("run-")
            found[f"tabla-clases-{name}"] = classes_csv(evaluate(result, part))
    return found
