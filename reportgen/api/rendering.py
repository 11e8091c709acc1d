"""Takes a project, gives its reports: collect, find, render, write."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.api.files import to_json, write
from reportgen.api.project import Outcome, Project, Request, open_project, plan_with
from reportgen.plan.model import Plan
from reportgen.spec.model import Report
from reportgen.spec.read import read

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected
    from reportgen.records.model import DataRecord, RunRecord
    from reportgen.report.write import Written

SOFTWARE = ("weasyprint", "matplotlib", "scikit-learn", "scipy", "numpy", "jinja2")
DATA_FILES = ("data.json", "samples.npy", "test_images.npy", "test_labels.npy")


def render(request: Request) -> Outcome:
    """Write the report from what is stored; trains nothing and needs no Keras."""
    written, declared, finished = render_all(open_project(request), {})
    return Outcome(written, declared, finished)


def render_all(project: Project, reasons: Mapping[str, str]) -> tuple[tuple[Path, ...], int, int]:
    """Write every report of the file; gives what was written, and runs declared and finished.

    Args:
        project: the loaded request.
        reasons: key of a run or data set -> why it could not be had.
    """
    from reportgen.analysis.collect import collect
    from reportgen.report.outputs import findings_json, results_json

    known: dict[str, RunRecord] = {}
    plan = plan_with(project, known, predictions=True)
    data = _data(project, plan)
    files: dict[str, bytes] = {}
    everything = collect(project.spec, Report(title=""), plan, known, data, reasons)
    files["results.json"] = results_json(everything, _environment(known)).encode()
    reports = project.spec.reports
    for name, report in reports.items():
        parts = collect(project.spec, report, plan, known, data, reasons)
        document = _document(project, name, report, parts)
        findings = "findings.json" if len(reports) == 1 else f"{name}.findings.json"
        files[findings] = findings_json(document.findings).encode()
        tables = "csv" if len(reports) == 1 else f"csv/{name}"
        files |= {f"{tables}/{key}.csv": text.encode("utf-8-sig") for key, text in document.csv.items()}
        files |= {f"{name}.html": document.html.encode(), f"{name}.pdf": document.pdf}
    folder = project.request.build / "report"
    written = tuple(write(folder / name, content) for name, content in files.items())
    for stale in set((folder / "csv").rglob("*.csv")) - set(written):
        stale.unlink()  # of a study or profile that this report is not about
    results = [result for part in everything for result in part.results()]
    declared = len(results) + sum(study.pending for part in everything for study in part.studies)
    return written, declared, sum(result.ok for result in results)


def _data(project: Project, plan: Plan) -> dict[str, DataRecord]:
    """The prepared data sets by key, those that are stored."""
    from reportgen.records.codec import decode_data

    entries = ((item.key, project.store.get("data", item.key, DATA_FILES)) for item in plan.data)
    return {key: decode_data(entry.files) for key, entry in entries if entry is not None}


def _document(project: Project, name: str, report: Report, parts: Sequence[Collected]) -> Written:
    from reportgen.findings import find
    from reportgen.report.write import Document, write_document

    document = Document(
        spec=project.spec,
        name=name,
        report=report,
        prose=_prose(project, report),
        configuration=_configuration(project),
        profile=project.request.profile,
        software=_software(),
        templates=project.request.templates,
        timestamp=_timestamp(report),
    )
    return write_document(document, parts, [find(part) for part in parts])


def _configuration(project: Project) -> str:
    """The text of the configuration and of what it includes, each under its name when there are several."""
    texts = read(project.request.config).texts
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n\n".join(f"# {path.name}\n{text}" for path, text in texts.items())


def _prose(project: Project, report: Report) -> dict[str, str]:
    """The author's Markdown by name, without the ending."""
    if not report.prose:
        return {}
    folder = project.request.config.parent / report.prose
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def _software() -> dict[str, str]:
    return {
        "reportgen": metadata.version("reportgen"),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in SOFTWARE},
    }


def _environment(known: Mapping[str, RunRecord]) -> dict[str, Any]:
    """Rendering software, and the distinct environments that the runs were trained in."""
    from dataclasses import asdict

    distinct: dict[str, dict[str, Any]] = {}
    for record in known.values():
        if record.environment is not None:
            facts = {**asdict(record.environment), "packages": dict(record.environment.packages)}
            distinct.setdefault(to_json(facts), facts)
    return {"rendering": _software(), "training": [distinct[name] for name in sorted(distinct)]}


def _timestamp(report: Report) -> int:
    """What stands for the time of making: SOURCE_DATE_EPOCH, else the date on the cover, else a fixed day."""
    declared = os.environ.get("SOURCE_DATE_EPOCH", "")
    if declared.isdigit():
        return int(declared)
    date = report.date or dt.date(2026, 1, 1)
    return int(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC).timestamp())
