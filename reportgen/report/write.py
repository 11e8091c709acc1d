"""Takes collected results, findings and what the author wrote, gives the finished document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.analysis.collect import title_of
from reportgen.analysis.collected import Collected
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.frames import epochs_frame, runs_frame
from reportgen.analysis.selection import evaluated
from reportgen.findings.model import Finding
from reportgen.report.build import Sources, build
from reportgen.report.context import FindingView, ReportView
from reportgen.report.figure_views import Figures
from reportgen.report.html import to_html
from reportgen.report.locale import Locale
from reportgen.report.outputs import arms_csv, classes_csv, data_csv, frame_csv, study_csv
from reportgen.report.pdf import to_pdf
from reportgen.report.study_view import anchor
from reportgen.report.templates import Templates, packaged
from reportgen.spec.model import Report, Spec


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is made of beside the results.

    Attributes:
        spec: the configuration.
        name: of the report, as its files are called.
        report: what is declared of it.
        prose: section or study -> Markdown.
        configuration: the TOML text.
        profile: name of the profile laid over it; empty for none.
        software: program -> version.
        templates: the user's folder, if any.
        timestamp: seconds since 1970 that stand for the time of making.
    """

    spec: Spec
    name: str
    report: Report
    prose: Mapping[str, str]
    configuration: str
    profile: str
    software: Mapping[str, str]
    templates: Path | None
    timestamp: int


@dataclass(frozen=True, slots=True)
class Written:
    """The finished document and the CSV of each of its tables and figures, by name."""

    html: str
    pdf: bytes
    csv: Mapping[str, str]
    findings: tuple[FindingView, ...]


def write_document(
    document: Document, parts: Sequence[Collected], findings: Sequence[Sequence[Finding]]
) -> Written:
    """Render everything; ``findings`` has those of each part."""
    report = document.report
    templates = Templates([*([document.templates] if document.templates else []), packaged()])
    language = report.language.split("-", maxsplit=1)[0]
    locale = Locale(report.language, templates.toml(f"{language}/strings.toml"))
    figures = Figures(locale)
    sources = Sources(
        report=report,
        prose=document.prose,
        study_titles={name: title_of(document.spec, name) for name in document.spec.study},
        configuration=document.configuration,
        profile=document.profile,
        software=document.software,
    )
    view = build(parts, findings, sources, templates, figures)
    html = to_html(view, templates, locale)
    return Written(
        html=html,
        pdf=to_pdf(html, timestamp=document.timestamp),
        csv={**_tables(parts, view), **{f"figura-{name}": text for name, text in figures.csv.items()}},
        findings=(*view.conclusions, *view.limitations),
    )


def _tables(parts: Sequence[Collected], view: ReportView) -> dict[str, str]:
    found = {f"tabla-{study.id}": study_csv(study.table) for study in view.studies if study.runs}
    found |= {
        f"tabla-{study.id}-configuraciones": arms_csv(study.table) for study in view.studies if study.repeated
    }
    found["ejecuciones"] = frame_csv(runs_frame(parts))
    found["epocas"] = frame_csv(epochs_frame(parts))
    for part, told in zip(parts, view.parts, strict=True):
        if part.data is None:
            continue
        found[f"tabla-datos{told.suffix}"] = data_csv(part.data)
        for result in evaluated(part):
            name = anchor(result).removeprefix("run-")
            found[f"tabla-clases-{name}"] = classes_csv(evaluate(result, part.data))
    return found
