"""Takes collected results, findings and texts, gives the :class:`ReportView` that templates write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from markupsafe import Markup

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.settings import methods
from reportgen.findings.model import Finding, Verdict
from reportgen.findings.registry import RULES
from reportgen.records.model import Environment
from reportgen.report import markdown
from reportgen.report.context import Cover, FindingView, Method, Person, ReportView
from reportgen.report.context_annex import ContinuedView, Machine, Provenance, SharedView
from reportgen.report.figure_views import Figures
from reportgen.report.kinds import sections_of
from reportgen.report.locale import Locale
from reportgen.report.part_view import Part, Scope, part_view, places, runs_of
from reportgen.report.provenance import SECTION, Words, provenance
from reportgen.report.sentences import sentence
from reportgen.report.skeleton import marks
from reportgen.report.sources import Book
from reportgen.report.statistics_used import UNNAMED, Told, statistics_used
from reportgen.report.study_view import anchor
from reportgen.report.templates import Templates
from reportgen.spec.model import Mute, Report, Section

SECTIONS: tuple[str, ...] = get_args(Section)
"""Each shows the author's prose of its name, beside one for each study; what is not written is left out."""

_FAULTS = frozenset(rule.code for rule in RULES if rule.fault)
_QUESTIONS = {rule.code: rule.question.name.lower() if rule.question else "" for rule in RULES}


@dataclass(frozen=True, slots=True)
class Sources:
    """What the author wrote, and what the machine that renders knows of itself.

    Attributes:
        report: what is declared of it.
        prose: names of the author's texts, each that of a section or study.
        study_titles: of every study of the file.
        configuration: the TOML text.
        profile: name of the profile laid over it; empty for none.
        software: program -> version.
    """

    report: Report
    prose: Collection[str]
    study_titles: Mapping[str, str]
    configuration: str
    profile: str
    software: Mapping[str, str]


def build(
    parts: Sequence[Collected],
    findings: Iterable[Sequence[Finding]],
    sources: Sources,
    templates: Templates,
    figures: Figures,
) -> ReportView:
    """Everything the templates need, drawn and worded; ``findings`` gives those of each part."""
    prose = _prose(sources)
    sections = sections_of(sources.report)
    told, book = parts_of(parts, findings, templates, figures, sources.report)
    scope = Scope([study.id for part in parts for study in part.studies], sections)
    unique, finished = _unique(parts), _finished(parts)
    shown = tuple(part_view(part, prose, scope, templates, figures) for part in told)
    used = (*methods(unique), *statistics_used(Told(shown, sections, unique)))
    view = ReportView(
        cover=_cover(sources.report),
        kind=sources.report.kind,
        sections=sections,
        prose=prose,
        parts=shown,
        methods=_methods(used, templates, figures.locale),
        study_titles=sources.study_titles,
        references=_references(
            _cited(used, sources.report.kind, sections, unique), parts, templates, figures.locale
        ),
        machines=_machines(finished),
        software=sources.software,
        configuration=sources.configuration,
        profile=sources.profile,
        shared=_shared(unique),
        continued=_continued(finished, sources.study_titles),
        total_seconds=_trained_for(unique),
        declared=sum(len(study.results) + study.pending for part in parts for study in part.studies),
        finished=sum(result.ok for part in parts for result in part.results()),
        provenance=Provenance(SECTION in sections, (), (), ()),
    )
    verdicts = templates.toml(f"{figures.locale.language}/rules.toml")["page"]
    words = Words(figures.locale, verdicts, sources.study_titles)
    return replace(view, provenance=provenance(view, parts, book, words))


def parts_of(
    parts: Sequence[Collected],
    findings: Iterable[Sequence[Finding]],
    templates: Templates,
    figures: Figures,
    report: Report,
) -> tuple[tuple[Part, ...], Book]:
    """Each data set with its place in the report, its runs and its findings in words; and their numbers.

    The figures of the runs are asked for before the first finding: they are drawn while others are found.
    """
    at = places(parts, templates, figures.locale.language)
    runs = [runs_of(part, figures) for part in parts]
    book = Book(parts, figures.locale)
    worder = _Worder(book, report, templates, figures.locale)
    found = []
    for part, place, views, those in zip(parts, at, runs, findings, strict=True):
        worded = tuple(worder.view(finding, part, place.suffix) for finding in those)
        told = tuple(view for view in worded if not view.muted)
        found.append(Part(part, place, views, told, tuple(view for view in worded if view.muted)))
    return tuple(found), book


class _Worder:
    """Words findings, each with an anchor of its own in the annex."""

    def __init__(self, book: Book, report: Report, templates: Templates, locale: Locale) -> None:
        self._book = book
        self._muted = report.mute
        self._linked = SECTION in sections_of(report)
        self._templates = templates
        self._locale = locale
        self._rules = templates.toml(f"{locale.language}/rules.toml")
        self._anchors: Counter[str] = Counter()

    def view(self, finding: Finding, part: Collected, suffix: str) -> FindingView:
        """One finding of a part whose anchors end in ``suffix``."""
        anchor = self._anchor(finding, suffix)
        leads = self._book.of_finding(finding, anchor) if self._linked else {}
        return replace(
            sentence(finding, self._templates, self._locale, leads),
            data=part.id,
            title=self._rules[finding.code]["title"],
            question=_QUESTIONS[finding.code],
            label=_label(finding, self._locale),
            muted=_muted(finding, self._muted),
            anchor=anchor,
            leads=leads,
        )

    def _anchor(self, finding: Finding, suffix: str) -> str:
        """``h-CODE-STUDY``, with a number from the second of its like on; ids of studies hold no dot."""
        name = f"h-{finding.code}" + (f"-{finding.study}" if finding.study else suffix and f"-{suffix}")
        self._anchors[name] += 1
        return name if self._anchors[name] == 1 else f"{name}.{self._anchors[name]}"


def _label(finding: Finding, locale: Locale) -> str:
    """In a word or two what became of a finding; empty for what the results allow to say."""
    if finding.code in _FAULTS and finding.verdict in (Verdict.SUPPORTED, Verdict.REFUTED):
        return locale("labels.problem" if finding.verdict is Verdict.SUPPORTED else "labels.fine")
    if finding.verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE) and not finding.flags.get("mixed"):
        return locale(f"labels.{finding.verdict}")
    return ""


def _muted(finding: Finding, muted: Sequence[Mute]) -> str:
    """The authors' reason not to tell a finding; empty where they have none."""
    those = (item for item in muted if item.code == finding.code and item.study in ("", finding.study))
    return next((item.reason for item in those), "")


def _prose(sources: Sources) -> dict[str, Markup]:
    return {**dict.fromkeys(SECTIONS, Markup()), **marks(sources.prose)}


def _finished(parts: Sequence[Collected]) -> tuple[Result, ...]:
    """Finished runs of all data sets, each key once; of two that are the same network both."""
    return tuple({result.key: result for part in parts for result in part.results() if result.ok}.values())


def _unique(parts: Sequence[Collected]) -> tuple[Result, ...]:
    """Networks of all data sets, each once."""
    found = {result.key: result for part in reversed(parts) for result in reversed(part.unique())}
    return tuple(reversed(found.values()))


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


def _methods(used: Sequence[str], templates: Templates, locale: Locale) -> tuple[Method, ...]:
    """Paragraphs of the methods that are used and that the language has a text for."""
    found = []
    for method in used:
        name = f"{locale.language}/methods/{method}.md"
        if templates.path(name) is not None:
            title, html = markdown.titled(templates.text(name))
            found.append(Method(method, method.split("/", maxsplit=1)[0], title, html))
    return tuple(found)


def _cited(
    used: Sequence[str], kind: str, sections: Sequence[str], results: Sequence[Result]
) -> tuple[str, ...]:
    """What the report needs works for: the shortest kind only explains how it measures and tests.

    With what results were trained that were made elsewhere nobody says.
    """
    told = [method for method in used if kind != "breve" or method.startswith("statistics/")]
    if "fundamentos" not in sections:  # what no sentence names has nobody to cite its works
        told = [method for method in told if method not in UNNAMED]
    elsewhere = bool(results) and all(result.imported for result in results)
    software = () if elsewhere else ("software/keras", "software/tensorflow")
    return (*told, *software, *(["process/crisp_dm"] if "crisp_dm" in sections else []))


def _references(
    used: Sequence[str], parts: Sequence[Collected], templates: Templates, locale: Locale
) -> tuple[Markup, ...]:
    """Works behind the methods, the data, the software and the statistics really used, by author."""
    data = {f"data/{part.source.content()['name']}" for part in parts if _used(part)}
    cited = {*used, *data, "software/scikit-learn"}
    works = templates.toml(f"{locale.language}/references.toml").values()
    texts = [work["text"] for work in works if cited & set(work["methods"])]
    return tuple(markdown.inline(text) for text in sorted(texts, key=str.casefold))


def _used(part: Collected) -> bool:
    """Whether a data set is told of: it was prepared, or there are results on it that were made elsewhere."""
    return part.data is not None or any(result.imported for result in part.results())


def _shared(results: Sequence[Result]) -> tuple[SharedView, ...]:
    """Passes whose output runs were trained on, each once."""
    known = {item.key: item for result in results for item in result.record.shared}
    counts = Counter(item.key for result in results for item in result.record.shared)
    return tuple(SharedView(item, counts[key]) for key, item in known.items())


def _continued(results: Sequence[Result], titles: Mapping[str, str]) -> tuple[ContinuedView, ...]:
    """Runs that did not repeat epochs which another had trained in the same steps."""
    known = {result.key: result for result in results}
    found = []
    for result in results:
        if taken := result.record.continued:
            source = known.get(taken.run)
            name = f"{titles[source.plan.study]}: {source.plan.label}" if source else taken.run[:12]
            found.append(
                ContinuedView(
                    key=result.key,
                    study=titles[result.plan.study],
                    label=result.plan.label,
                    seed=result.plan.seed,
                    epochs=taken.epochs,
                    epochs_run=result.record.epochs_run,
                    source=name,
                    anchor=anchor(source) if source else "",
                )
            )
    return tuple(found)


def _trained_for(results: Sequence[Result]) -> float:
    """Seconds of training behind these runs; an epoch that several of them have in common counts once.

    Times of epochs that were taken over are copies, to the last bit, and so tell which epoch it was.
    """
    total, taken_over, known = 0.0, set(), set()
    for result in results:
        record = result.record
        taken = record.continued.epochs if record.continued else 0
        epochs = list(enumerate(record.history.get("seconds", ())))
        total += (record.seconds or 0.0) - sum(value or 0.0 for _, value in epochs[:taken])
        known |= set(epochs[taken:])
        taken_over |= set(epochs[:taken])
    return total + sum(value or 0.0 for _, value in taken_over - known)


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
