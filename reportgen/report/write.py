"""Takes collected results, findings and what the author wrote, gives the finished document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.analysis.collected import Collected
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.frames import epochs_frame, runs_frame
from reportgen.analysis.selection import evaluated
from reportgen.analysis.tables import result_table
from reportgen.findings.model import Finding
from reportgen.report.build import Sources, build
from reportgen.report.context import FindingView
from reportgen.report.figure_views import Figures
from reportgen.report.html import to_html
from reportgen.report.locale import Locale
from reportgen.report.outputs import classes_csv, data_csv, frame_csv, study_csv
from reportgen.report.pdf import to_pdf
from reportgen.report.study_view import anchor
from reportgen.report.templates import Templates, packaged
from reportgen.spec.model import Spec


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is made of beside the results; ``templates`` is the user's folder, if any."""

    spec: Spec
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


def write_document(document: Document, collected: Collected, findings: Sequence[Finding]) -> Written:
    """Render everything."""
    report = document.spec.report
    templates = Templates([*([document.templates] if document.templates else []), packaged()])
    language = report.language.split("-", maxsplit=1)[0]
    locale = Locale(report.language, templates.toml(f"{language}/strings.toml"))
    figures = Figures(locale)
    sources = Sources(
        report=report,
        split=document.spec.data.split,
        prose=document.prose,
        configuration=document.configuration,
        profile=document.profile,
        software=document.software,
    )
    view = build(collected, findings, sources, templates, figures)
    html = to_html(view, templates, locale)
    return Written(
        html=html,
        pdf=to_pdf(html, timestamp=document.timestamp),
        csv={**_tables(collected), **{f"figura-{name}": text for name, text in figures.csv.items()}},
        findings=(*view.conclusions, *view.limitations),
    )


def _tables(collected: Collected) -> dict[str, str]:
    found = {
        f"tabla-{study.id}": study_csv(result_table(study)) for study in collected.studies if study.results
    }
    found["ejecuciones"] = frame_csv(runs_frame(collected))
    found["epocas"] = frame_csv(epochs_frame(collected))
    if collected.data is not None:
        found["tabla-datos"] = data_csv(collected.data)
        for result in evaluated(collected):
            name = anchor(result).removeprefix("run-")
            found[f"tabla-clases-{name}"] = classes_csv(evaluate(result, collected.data))
    return found
