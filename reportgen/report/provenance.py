"""Takes the numbers of a report and its views, gives the annex that every number leads back to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.arms import by_arm, fold_place
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.published import SCORES
from reportgen.analysis.settings import settings, shared
from reportgen.findings.model import Cell, Finding
from reportgen.report.context import DataPart, FindingView, ReportView
from reportgen.report.context_annex import (
    ArmEntry,
    Entry,
    Evidence,
    FindingEntry,
    Provenance,
    RunEntry,
    RunLink,
    Source,
    StudyEntries,
)
from reportgen.report.context_kinds import AnswerView, ChapterView, DiscussionView, FamilyView, LadderView
from reportgen.report.locale import Locale
from reportgen.report.numbers import REPORT, arm_place, plain_number, run_place, shared_place
from reportgen.report.sources import Book

SECTION = "procedencia"
_NAMED = 6
"""Runs behind a cell that are named; of more the rest is counted."""
_EPOCH = ("accuracy", "val_accuracy", "loss", "val_loss", "learning_rate")
_SUBJECTS = ("factor", "changed", "label")
"""Names of a finding that tell it from others of its code and study."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the annex is worded with.

    ``verdicts`` maps role and verdict to words, ``titles`` ids of studies to their titles.
    """

    locale: Locale
    verdicts: Mapping[str, Mapping[str, str]]
    titles: Mapping[str, str]


def provenance(view: ReportView, parts: Sequence[Collected], book: Book, words: Words) -> Provenance:
    """The entries of all that ``view`` shows; what only its sections have is added to ``book``."""
    for part in view.parts:
        _shown(part, book, words)
    names = {
        key: f"{result.plan.study}.{result.plan.id}"
        for part in reversed(parts)
        for key, result in reversed(part.by_key().items())
    }
    return Provenance(
        linked=SECTION in view.sections,
        studies=tuple(_studies(parts, book, words)),
        findings=tuple(_finding(item, names, words) for item in view.findings if item.finding.cells),
        others=tuple(_others(view, book, words)),
    )


# --- numbers that only some sections show ------------------------------------------------------------


def _shown(part: DataPart, book: Book, words: Words) -> None:
    for item in part.evaluations:
        book.scores(item.run.key, item.scores)
    for study in part.studies:
        for pair in study.pairs:
            place, told = run_place(pair.key), words.locale("sources.pair_with").format(title=study.title)
            book.add(place, "difference", pair.difference, study.id, told)
            book.add(place, "p", pair.p, study.id, told)
    for ladder in part.kinds.ladders:
        _ladder(ladder, book, words)
    for chapter in part.kinds.chapters:
        _chapter(chapter, book)
    for family in part.kinds.families:
        _family(family, book, words)
    for discussion in part.kinds.discussions:
        _discussion(discussion, book)
    for answer in part.kinds.answers:
        _answer(answer, book)


def _ladder(ladder: LadderView, book: Book, words: Words) -> None:
    for step in ladder.steps:
        if step.difference is not None:
            told = words.locale("sources.step_from").format(title=step.base)
            book.add(step.source, "step", step.difference, ladder.id, told)
        book.add(run_place(step.run.key), "gap", step.learning.gap if step.learning else None)


def _chapter(chapter: ChapterView, book: Book) -> None:
    key = chapter.step.run.key
    if chapter.detail:
        book.scores(key, chapter.detail.scores)
    for row in chapter.classes:
        for place, score in ((run_place(chapter.before), row.before), (run_place(key), row.after)):
            for name in SCORES:
                book.add(place, f"{name}.test", float(getattr(score, name)), row.name)
        book.add(run_place(key), "gained", row.gained, row.name)
        book.add(run_place(key), "lost", row.lost, row.name)
        book.add(run_place(key), "p", row.p, row.name)


def _family(family: FamilyView, book: Book, words: Words) -> None:
    if family.run is None:
        return
    if family.detail:
        book.scores(family.run.key, family.detail.scores)
    for row in family.epochs:
        told = words.locale("sources.at_epoch").format(epoch=words.locale.integer(row.epoch))
        for name in _EPOCH:
            book.add(run_place(family.run.key), name, getattr(row, name), str(row.epoch), told)


def _discussion(discussion: DiscussionView, book: Book) -> None:
    for row in discussion.classes:
        for key, value in zip(discussion.runs, row.f1, strict=True):
            book.add(run_place(key), "f1.test", value, row.name)
        book.add(discussion.source, "mean f1.test", row.mean, row.name)
    for view in discussion.efforts:
        place = run_place(view.effort.result.key)
        for name in ("seconds_per_epoch", "seconds_to_best", "swing", "gap"):
            book.add(place, name, getattr(view.effort, name))
        book.add(place, "memory", view.effort.peak_bytes)


def _answer(answer: AnswerView, book: Book) -> None:
    found = answer.answer
    if answer.evaluation is not None:
        book.scores(found.chosen.result.key, answer.evaluation)
    for option in found.options:
        place = run_place(option.result.key)
        book.add(place, "hits", option.accuracy)
        book.add(place, "low", option.low)
        book.add(place, "high", option.high)
    others = [option for option in found.options if not option.chosen]
    book.add(answer.source, "options", len(found.options))
    book.add(answer.source, "wrong", found.wrong)
    book.add(answer.source, "same", sum(option.level == "same" for option in others))


# --- entries -----------------------------------------------------------------------------------------


def _studies(parts: Sequence[Collected], book: Book, words: Words) -> Iterator[StudyEntries]:
    """Study after study, each run in the first that has it; then those of others that some derive from."""
    places: dict[str, list[str]] = {}
    told: dict[str, Result] = {}
    for result in (result for part in parts for result in (*part.results(), *_outside(part))):
        name = f"{result.plan.study}.{result.plan.id}"
        places.setdefault(result.key, []).append(name)
        told.setdefault(result.key, result)
    known = _Known(book, places)
    for part in parts:
        for study in part.studies:
            own = [result for result in study.results if told.get(result.key) is result]
            yield _study(study.title, own, study.weights, known, tuple(_arms(study, book)))
        for name in dict.fromkeys(result.plan.study for result in _outside(part)):
            own = [item for item in _outside(part) if item.plan.study == name and told.get(item.key) is item]
            yield _study(words.titles.get(name, name), own, {}, known)


def _outside(part: Collected) -> tuple[Result, ...]:
    """Runs of studies that the report does not tell, from which some of its runs derive."""
    told = {result.key for result in part.results()}
    return tuple(result for key, result in part.by_key().items() if key not in told)


@dataclass(frozen=True, slots=True)
class _Known:
    """The numbers of all runs, and what each run is called in the studies that have it."""

    book: Book
    places: Mapping[str, Sequence[str]]


def _study(
    title: str,
    results: Sequence[Result],
    weights: Mapping[str, str],
    known: _Known,
    arms: tuple[ArmEntry, ...] = (),
) -> StudyEntries:
    common = {name: value for name, value in shared(results, weights).items() if name != "seed"}
    runs = tuple(_run(item, common, settings(item, weights), known) for item in results)
    return StudyEntries(title, common, runs, arms)


def _run(result: Result, common: Mapping[str, str], own: Mapping[str, str], known: _Known) -> RunEntry:
    place, places = run_place(result.key), known.places[result.key]
    return RunEntry(
        entry=Entry(place, places[0], known.book.lines(place)),
        places=tuple(dict.fromkeys(places)),
        label=result.plan.label,
        seed=None if result.unseeded else result.plan.seed,
        fold=fold_place(result.plan),
        status=result.record.status,
        key=result.key,
        settings={name: value for name, value in own.items() if name != "seed" and name not in common},
    )


def _arms(study: StudyResults, book: Book) -> Iterator[ArmEntry]:
    for arm in by_arm(study) if study.repeated else ():
        place = arm_place(study.id, arm.id)
        runs = tuple(RunLink(run_place(item.key), item.plan.id) for item in arm.ok())
        yield ArmEntry(Entry(place, f"{study.id}.{arm.id}", book.lines(place)), arm.label, runs)


def _finding(view: FindingView, names: Mapping[str, str], words: Words) -> FindingEntry:
    finding = view.finding
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for cell in finding.cells:
        groups.setdefault(cell.sources, []).append(cell)
    evidence = tuple(
        Evidence(
            cells=tuple(
                Source(cell.id, words.locale(f"cell_units.{cell.unit}"), plain_number(cell.value))
                for cell in cells
            ),
            runs=tuple(RunLink(run_place(key), names[key]) for key in keys[:_NAMED]),
            more=max(0, len(keys) - _NAMED),
        )
        for keys, cells in groups.items()
    )
    name = f"{finding.code}.{finding.study}" if finding.study else finding.code
    return FindingEntry(
        entry=Entry(view.anchor, name, {"": tuple(cell for item in evidence for cell in item.cells)}),
        code=finding.code,
        title=view.title,
        about=_subject(finding, words),
        study=finding.study,
        verdict=words.verdicts[str(finding.role)][str(finding.verdict)],
        evidence=evidence,
    )


def _subject(finding: Finding, words: Words) -> str:
    names = finding.names
    name = next((names[subject] for subject in _SUBJECTS if subject in names), "")
    return words.locale.term("axes", name) if name == names.get("axis") else name


def _others(view: ReportView, book: Book, words: Words) -> Iterator[Entry]:
    """What is counted over the whole report, passes through frozen networks, several networks together."""
    book.add(REPORT, "finished", view.finished)
    book.add(REPORT, "declared", view.declared)
    book.add(REPORT, "seconds", view.total_seconds)
    book.add(REPORT, "shared_seconds", view.shared_seconds)
    yield Entry(REPORT, words.locale("sources.report"), book.lines(REPORT))
    for item in view.shared:
        place = shared_place(item.made.key)
        book.add(place, "runs", item.runs)
        for name in ("images", "seconds", "bytes"):
            book.add(place, name, getattr(item.made, name))
        yield Entry(place, words.locale("sources.pass").format(start=item.made.start), book.lines(place))
    for part in view.parts:
        of = f": {part.title}" if part.title else ""
        for found in part.kinds.discussions:
            if book.has(found.source):
                yield Entry(found.source, words.locale("sources.discussion") + of, book.lines(found.source))
        for answer in part.kinds.answers:
            yield Entry(answer.source, words.locale("sources.answer") + of, book.lines(answer.source))
