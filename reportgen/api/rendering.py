"""Takes a project, gives its reports: what has changed is collected, found, rendered and written."""

from __future__ import annotations

import datetime as dt
import gc
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.api.cache import Cache
from reportgen.api.collecting import stored
from reportgen.api.files import to_json, write
from reportgen.api.inputs import fonts, libraries, program, state, unchanged
from reportgen.api.memory import Made, Memory, Pdf, holds, sha256
from reportgen.api.project import Outcome, Project, Request, open_project, plan_with
from reportgen.api.prose import Judged
from reportgen.plan.model import Plan
from reportgen.report.skeleton import Skeleton, Text, fill, written
from reportgen.runner.schedule import usable_cores
from reportgen.spec.model import Report
from reportgen.spec.read import read

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected
    from reportgen.findings.model import Finding
    from reportgen.records.model import RunRecord
    from reportgen.report.figure_views import Drawing
    from reportgen.report.write import Draft

SOFTWARE = ("weasyprint", "matplotlib", "scikit-learn", "scipy", "numpy", "jinja2")
Texts = Mapping[str, Mapping[str, Text]]
"""Report -> name -> the author's text."""


def render(request: Request) -> Outcome:
    """Write the report from what is stored; trains nothing and needs no Keras."""
    files, declared, finished = render_all(open_project(request), {})
    return Outcome(files, declared, finished)


def render_all(
    project: Project,
    reasons: Mapping[str, str],
    known: dict[str, RunRecord] | None = None,
    announce: Callable[[], None] = lambda: None,
    made_by: str = "",
) -> tuple[tuple[Path, ...], int, int]:
    """Write what is not there yet of every report; gives its files, and runs declared and finished.

    Args:
        project: the loaded request.
        reasons: key of a run or data set -> why it could not be had.
        known: records that were read and verified just now.
        announce: is told, once, when something has to be made that takes time.
        made_by: ``inputs.program`` when the command began; empty when that is now.
    """
    known = {} if known is None else known
    with _seldom_collecting():
        return _Rendering(project, reasons, known, announce, made_by or program()).run()


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles a hundred times less often: a document is millions of objects that all stay.

    A tenth of WeasyPrint's time went into looking; the memory it takes is the same within 1 %.
    """
    usual = gc.get_threshold()
    gc.set_threshold(100 * usual[0], *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Rendering:
    """One rendering; what was made by an earlier one is made again only if it would come out different.

    The tables and the documents without the author's prose follow from ``inputs.state``; the HTML is always
    filled anew, which is quick; a PDF follows from its HTML. A file that is not what was written is mended.
    """

    def __init__(
        self,
        project: Project,
        reasons: Mapping[str, str],
        known: dict[str, RunRecord],
        announce: Callable[[], None],
        made_by: str,
    ) -> None:
        self.project = project
        self.reasons = reasons
        self.known = known
        self._announce = announce
        self.busy = False
        self.folder = project.request.build / "report"
        self.cache = Cache(project.request.build / "cache")
        self.program = made_by
        self.prose = {name: _prose(project, one) for name, one in project.spec.reports.items()}
        self.texts = {name: written(texts) for name, texts in self.prose.items()}
        self.everything: Sequence[Collected] | None = None

    def run(self) -> tuple[tuple[Path, ...], int, int]:
        memory = Memory(self.cache)
        plan = plan_with(self.project, self.known)
        before = self._state(plan)
        made, earlier = memory.recall(before)
        if made is None or not all(holds(self.folder / name, made.files[name]) for name in made.files):
            self.announce()
            made, plan = self._make()
        # First what is quick: who edits the prose sees it while it is judged and the PDF, which takes far
        # longer, is made.
        judged = Judged(self.prose, before, self.cache)
        pages = self._pages(made, judged)
        if not judged.whole:
            judged.judge(self._everything(), keep=self._is_still(before, plan))
            pages = self._pages(made, judged)
        pdfs = {name: self._pdf(name, page, earlier.get(name)) for name, page in pages.items()}
        if self.busy and self._is_still(before, plan):
            memory.keep(before, made, pdfs)
        names = [*made.files, *(f"{name}.{kind}" for name in pages for kind in ("html", "pdf"))]
        files = tuple(self.folder / name for name in names)
        for stale in set((self.folder / "csv").rglob("*.csv")) - set(files):
            stale.unlink()  # of a study or profile that this report is not about
        return files, made.declared, made.finished

    def _pages(self, made: Made, judged: Judged) -> dict[str, str]:
        """The HTML of every report, with what is known of its texts; written where it is not there yet."""
        texts = {
            name: written(
                self.prose[name],
                {text: found.marks for text, found in known.items()},
                {text: found.typed for text, found in known.items()},
            )
            for name, known in judged.known().items()
        }
        pages = {name: fill(skeleton, texts[name]) for name, skeleton in made.skeletons.items()}
        for name, page in pages.items():
            _write_new(self.folder / f"{name}.html", page.encode())
        return pages

    def announce(self) -> None:
        """Say, the first time, that something has to be made."""
        if not self.busy:
            self._announce()
        self.busy = True

    def _is_still(self, before: str, plan: Plan) -> bool:
        """Whether nobody stored, edited or installed anything meanwhile."""
        return program() == self.program and self._state(plan) == before

    def _state(self, plan: Plan) -> str:
        return state(self.project, plan, self.known, self.reasons, self.texts, self.program)

    def _make(self) -> tuple[Made, Plan]:
        """Everything anew, down to the figures that no earlier report had; the tables are written."""
        from reportgen.api.drawing import Pool

        with Pool(self.cache, self.program, usable_cores()) as drawing:
            return self._make_with(drawing)

    def _make_with(self, drawing: Drawing) -> tuple[Made, Plan]:
        from reportgen.report.outputs import findings_json, results_json

        spec, there = self.project.spec, stored(self.project)
        self.known = dict(there.known)
        everything = there.collected(Report(title=""), self.reasons)
        self.everything = everything
        files = {"results.json": results_json(everything, _environment(self.known)).encode()}
        skeletons: dict[str, Skeleton] = {}
        for name, report in spec.reports.items():
            parts = there.collected(report, self.reasons)
            made = self._draft(name, report, parts, drawing)
            findings = "findings.json" if len(spec.reports) == 1 else f"{name}.findings.json"
            files[findings] = findings_json(made.findings).encode()
            tables = "csv" if len(spec.reports) == 1 else f"csv/{name}"
            files |= {f"{tables}/{key}.csv": text.encode("utf-8-sig") for key, text in made.csv.items()}
            skeletons[name] = made.skeleton
        for name, content in files.items():
            write(self.folder / name, content)
        results = [result for part in everything for result in part.results()]
        declared = len(results) + sum(study.pending for part in everything for study in part.studies)
        digests = {name: sha256(content) for name, content in files.items()}
        return Made(skeletons, digests, declared, sum(result.ok for result in results)), there.plan

    def _everything(self) -> Sequence[Collected]:
        """All results, read again with their predictions unless the report was made just now."""
        if self.everything is None and any(record.status == "ok" for record in self.known.values()):
            self.everything = stored(self.project).collected(Report(title=""), self.reasons)
        return self.everything or ()

    def _draft(self, name: str, report: Report, parts: Sequence[Collected], drawing: Drawing) -> Draft:
        from reportgen.report.write import Document, draft

        document = Document(
            spec=self.project.spec,
            name=name,
            report=report,
            prose=self.texts[name],
            configuration=_configuration(self.project),
            profile=self.project.request.profile,
            software=_software(),
            templates=self.project.request.templates,
        )
        return draft(document, parts, _findings(parts), drawing)

    def _pdf(self, name: str, page: str, earlier: Pdf | None) -> Pdf:
        """The PDF of a page, made again unless the earlier one is there and was made from the same."""
        path = self.folder / f"{name}.pdf"
        timestamp = _timestamp(self.project.spec.reports[name])
        key = sha256(to_json([sha256(page.encode()), timestamp, self.program, fonts()]).encode())
        if (
            earlier is not None
            and earlier.key == key
            and unchanged(earlier.libraries)
            and holds(path, earlier.digest)
        ):
            return earlier
        from reportgen.report.pdf import to_pdf

        self.announce()
        content = to_pdf(page, timestamp=timestamp)
        write(path, content)
        return Pdf(key, sha256(content), libraries())


def _findings(parts: Sequence[Collected]) -> Iterator[tuple[Finding, ...]]:
    """Those of each part, when they are asked for: what finds takes a second to load."""
    from reportgen.findings import find

    for part in parts:
        yield tuple(find(part))


def _write_new(path: Path, content: bytes) -> None:
    """Write, unless it is there already."""
    if not holds(path, sha256(content)):
        write(path, content)


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
