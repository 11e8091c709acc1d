"""Takes a request, gives what the stored results say of the author's texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from reportgen.api.cache import Cache
from reportgen.api.files import to_json
from reportgen.api.project import Project, Request, open_project, plan_with
from reportgen.prose import Mark, marks
from reportgen.spec.model import Report

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected
    from reportgen.prose import Remark
    from reportgen.records.model import RunRecord


KEPT = "remarks"
"""Folder of the cache for what was found."""


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
    known: dict[str, RunRecord] = {}
    plan = plan_with(project, known, predictions=True)
    if not any(record.status == "ok" for record in known.values()):
        return Reviewed((), len(texts), judged=False)
    from reportgen.analysis.collect import collect
    from reportgen.api.rendering import stored_data
    from reportgen.prose.check import review as judged

    parts = collect(project.spec, Report(title=""), plan, known, stored_data(project, plan), {})
    return Reviewed(judged(texts, parts), len(texts), judged=True)


def marks_of(
    prose: Mapping[str, Mapping[str, str]],
    state: str,
    cache: Cache,
    results: Callable[[], Sequence[Collected]],
    unchanged: Callable[[], bool],
) -> dict[str, dict[str, tuple[Mark, ...]]]:
    """Report -> text -> the sentences that the results do not bear out; judged again only after a change.

    Args:
        prose: report -> name -> Markdown.
        state: digest of all else that the reports follow from.
        cache: keeps what was found.
        results: of all data sets; asked for only where something has to be judged.
        unchanged: whether the state is still that; else what was found is not kept.
    """
    if not any(prose.values()):
        return {report: {} for report in prose}
    content = to_json([state, {report: dict(texts) for report, texts in prose.items()}])
    name = f"{KEPT}/{hashlib.sha256(content.encode()).hexdigest()}"
    kept = cache.get(name)
    if kept is None:
        found = _judged(prose, results())
        plain = {r: {n: [asdict(mark) for mark in those] for n, those in t.items()} for r, t in found.items()}
        if unchanged():
            cache.put(name, to_json(plain).encode())
            cache.sweep(KEPT, {name}, 0)
        return found
    return {
        report: {text: tuple(Mark(**mark) for mark in those) for text, those in texts.items()}
        for report, texts in json.loads(kept).items()
    }


def _judged(
    prose: Mapping[str, Mapping[str, str]], results: Sequence[Collected]
) -> dict[str, dict[str, tuple[Mark, ...]]]:
    if not results:
        return {report: {} for report in prose}
    from reportgen.prose.check import Reviewer

    reviewer = Reviewer(results)
    return {report: marks(reviewer.review(texts)) for report, texts in prose.items()}


def texts_of(project: Project) -> dict[str, str]:
    """Path as the user sees it -> Markdown, of every report, each file once."""
    found: dict[str, str] = {}
    for report in project.spec.reports.values():
        if report.prose:
            folder = project.request.config.parent / report.prose
            found |= {str(path): path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    return found
