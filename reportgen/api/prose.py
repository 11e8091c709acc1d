"""Takes a request, gives what the stored results say of the author's texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from reportgen.api.cache import Cache
from reportgen.api.files import to_json
from reportgen.api.project import Project, Request, open_project
from reportgen.prose import Mark, Typed, marks
from reportgen.spec.model import Report

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected
    from reportgen.prose import Remark


KEPT = "remarks"
"""Folder of the cache for what was found."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a report shows of what was found in a text: sentences to mark, numbers that lead to results."""

    marks: tuple[Mark, ...] = ()
    typed: tuple[Typed, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The remarks on all texts of all reports; how many texts, and whether there was anything to judge by."""

    remarks: tuple[Remark, ...]
    texts: int
    judged: bool


def review(request: Request) -> Reviewed:
    """Hold every text of every report against all results that are stored; trains and writes nothing."""
    project = open_project(request)
    texts = texts_of(project)
    if not texts:
        return Reviewed((), 0, judged=False)
    from reportgen.api.collecting import stored

    there = stored(project)
    if not any(record.status == "ok" for record in there.known.values()):
        return Reviewed((), len(texts), judged=False)
    from reportgen.prose.check import review as judged

    return Reviewed(judged(texts, there.collected(Report(title=""))), len(texts), judged=True)


class Judged:
    """What is known of the texts of all reports; each is judged again only when something has changed.

    Args:
        prose: report -> name -> Markdown.
        state: digest of all else that the reports follow from.
        cache: keeps what was found.
    """

    def __init__(self, prose: Mapping[str, Mapping[str, str]], state: str, cache: Cache) -> None:
        self._prose = prose
        self._cache = cache
        self._names = {
            (report, name): f"{KEPT}/{hashlib.sha256(to_json([state, name, text]).encode()).hexdigest()}"
            for report, texts in prose.items()
            for name, text in texts.items()
        }
        self._found = {place: self._kept(name) for place, name in self._names.items()}

    def _kept(self, name: str) -> Known | None:
        content = self._cache.get(name)
        if content is None:
            return None
        kept = json.loads(content)
        return Known(
            tuple(Mark(**mark) for mark in kept["marks"]), tuple(Typed(**item) for item in kept["typed"])
        )

    @property
    def whole(self) -> bool:
        """Whether there is no text left to judge."""
        return None not in self._found.values()

    def known(self) -> dict[str, dict[str, Known]]:
        """Report -> text -> what was found in it; nothing in a text that is not judged yet."""
        return {
            report: {name: self._found[report, name] or Known() for name in texts}
            for report, texts in self._prose.items()
        }

    def judge(self, results: Sequence[Collected], *, keep: bool) -> None:
        """Judge the texts that are left; what is found is only kept when the state is still that."""
        reviewer = None
        for (report, name), known in self._found.items():
            if known is not None:
                continue
            if results and reviewer is None:
                from reportgen.prose.check import Reviewer

                reviewer = Reviewer(results)
            found = Known()
            if reviewer:
                read = reviewer.read(name, self._prose[report][name])
                found = Known(marks(read.remarks).get(name, ()), read.typed)
            self._found[report, name] = found
            if keep:
                self._cache.put(self._names[report, name], to_json(asdict(found)).encode())
        if keep:
            self._cache.sweep(KEPT, set(self._names.values()), 0)


def texts_of(project: Project) -> dict[str, str]:
    """Path as the user sees it -> Markdown, of every report, each file once."""
    found: dict[str, str] = {}
    for report in project.spec.reports.values():
        if report.prose:
            folder = project.request.config.parent / report.prose
            found |= {str(path): path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    return found
