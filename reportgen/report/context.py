"""Takes nothing, gives the typed values that templates may use: the contract with `templates/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from reportgen.analysis.evaluation import Evaluation
from reportgen.analysis.settings import ConvolutionFacts, Difference
from reportgen.analysis.tables import ResultGroup, ResultRow, ResultTable
from reportgen.findings.model import Finding
from reportgen.records.model import DataRecord, LayerRow, ParameterCounts
from reportgen.report.context_annex import ContinuedView, Machine, Provenance, SharedView

if TYPE_CHECKING:  # it builds upon this module
    from reportgen.report.context_kinds import KindViews
    from reportgen.report.figure import Figure
    from reportgen.report.sources import Place


@dataclass(frozen=True, slots=True)
class Person:
    """One member on the cover."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover shows; empty texts and a missing date are left out."""

    title: str
    subtitle: str
    institution: str
    course: str
    teacher: str
    place: str
    date: dt.date | None
    authors: tuple[Person, ...]


TEXT_WIDTH = 6.3
"""Inches between the margins of the page; figures are drawn for this width."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure; ``drawn`` gives it, and waits for it where it is drawn elsewhere."""

    id: str
    drawn: Callable[[], Figure]

    @property
    def uri(self) -> Markup:
        """The image as a data address, for an attribute between double quotation marks."""
        return Markup(self.drawn().address)  # noqa: S704 - holds nothing that would end or begin anything

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return self.drawn().alt

    @property
    def width(self) -> int:
        """The share of the text width that it takes, in percent."""
        return min(100, round(100 * self.drawn().width / TEXT_WIDTH))


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its sentence, as HTML and as plain text; ``values`` are its cells as shown.

    ``title`` is what its check or conclusion is called; ``question`` is the one that it answers
    (``findings/registry.py: Question`` in lower case), empty for none; ``data`` is the id of the
    data set it is about; ``muted`` is the authors' reason not to tell it, empty where it is told.
    ``anchor`` is that of its entry in the annex, ``leads`` say by cell where a number leads; empty without.
    """

    finding: Finding
    html: Markup
    text: str
    values: Mapping[str, Markup]
    title: str = ""
    question: str = ""
    data: str = ""
    muted: str = ""
    anchor: str = ""
    leads: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A paragraph on a method that is really used; ``kind`` is ``optimizers``, ``activations``..."""

    id: str
    kind: str
    title: str
    html: Markup


@dataclass(frozen=True, slots=True)
class RunView:
    """One run: its numbers, what it is made of, its curve; ``figure`` is None where none is shown.

    ``name`` is its own in the whole report, where the row's label may be only its study's. ``further`` has
    what else was measured on the test images, by Keras' names; ``imported`` tells that it was trained
    elsewhere, so that nothing is known of its layers and settings, ``unseeded`` that not even a seed is told.
    """

    anchor: str
    name: str
    row: ResultRow
    settings: Mapping[str, str]
    layers: tuple[LayerRow, ...]
    counts: ParameterCounts | None
    figure: FigureView | None
    key: str
    further: Mapping[str, float | None]
    imported: bool = False
    unseeded: bool = False


@dataclass(frozen=True, slots=True)
class VariantView:
    """An arm of a study: the run, the arm it starts from, what changed in words and in settings."""

    run: RunView
    base: str
    change: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Small multiples of a grid for one level of its first axis, and the groups of its table under it."""

    label: str
    accuracy: FigureView
    loss: FigureView
    groups: tuple[ResultGroup, ...]


@dataclass(frozen=True, slots=True)
class FactorView:
    """Results by the levels of one factor of a grid; ``name`` is the factor's."""

    name: str
    figure: FigureView


@dataclass(frozen=True, slots=True)
class ArmView:
    """A configuration with several runs: how many finished, and their curves over one another.

    ``source`` is the anchor of its entry in the annex.
    """

    label: str
    source: str
    runs: int
    figure: FigureView


@dataclass(frozen=True, slots=True)
class PairView:
    """A network of a follow-up beside the one it starts from: keys, difference of accuracy on test, p."""

    label: str
    key: str
    base: str
    difference: float
    p: float
    demonstrable: bool


@dataclass(frozen=True, slots=True)
class StudyView:
    """One study as the report tells it.

    Attributes:
        data: title of its data set, where the report has several; empty otherwise.
        pending: runs that cannot be trained before the study ``waits_for`` has finished.
        count: runs that it declares.
        arms: number of its configurations.
        repeated: whether any of them has several runs.
        seeds: the seeds it uses.
        folds: parts of its cross validation, 0 without; drawn ``repeats`` times.
        zipped: names of the axes that advance together.
        own_axes: names of its own axes, which a follow-up may have beside its parent's.
        metrics: further metrics that its runs measured, by Keras' names.
        shown_parent: whether the report tells the study it derives from.
        overlays: configurations with their curves, in a study that is repeated.
        learning_rate: the learning rates, where they change.
        imported: names of the files that its results come from, where they were made elsewhere.
    """

    id: str
    title: str
    data: str
    shape: str
    parent: str
    shown_parent: bool
    pending: int
    waits_for: str
    count: int
    arms: int
    repeated: bool
    seeds: tuple[int, ...]
    folds: int
    repeats: int
    prose: Markup
    axis_names: Mapping[str, str]
    own_axes: tuple[str, ...]
    zipped: tuple[str, ...]
    metrics: tuple[str, ...]
    shared: Mapping[str, str]
    changed: Mapping[str, str]
    table: ResultTable
    heatmap: FigureView | None
    factors: tuple[FactorView, ...]
    panels: tuple[Panel, ...]
    bars: FigureView | None
    box: FigureView | None
    overlays: tuple[ArmView, ...]
    learning_rate: FigureView | None
    pairs: tuple[PairView, ...]
    variants: tuple[VariantView, ...]
    runs: tuple[RunView, ...]
    findings: tuple[FindingView, ...]
    imported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """One run evaluated in detail on the test images."""

    study: str
    run: RunView
    scores: Evaluation
    confusion: FigureView
    right: FigureView | None
    wrong: FigureView | None
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class DataView:
    """A data set: its record, a paragraph on its origin, figures.

    ``selected`` tells that only some of its classes are used; ``seed`` is that of its split.
    """

    record: DataRecord
    title: str
    html: Markup
    samples: FigureView
    counts: FigureView
    validation_is_test: bool
    selected: bool
    seed: int


@dataclass(frozen=True, slots=True)
class DataPart:
    """All that the report tells of one data set.

    Attributes:
        id: what the configuration calls it; empty for that of `[data]` itself.
        title: of the data set, its own in the report.
        suffix: what anchors of this part end in; empty in a report with one data set.
        validation_is_test: whether models are chosen with the test images.
        data: the data set; None when it was never prepared.
        origin: a paragraph on where it comes from.
        imported: whether any results on it were made elsewhere.
        studies: on this data set, in declared order.
        evaluations: of the run that validation picks in each study, for the section that shows them.
        comparison: figure of accuracy against time; None without finished runs that may be compared.
        compared: rows of the table beside it.
        convolutions: facts on own convolutional networks.
        conclusions: what was found.
        summary: the few of them that matter most.
        limitations: what weakens it: checks that found something.
        checks: every check, also those that found nothing and those that could not be made.
        muted: what the authors do not want told, with their reasons.
        kinds: what sections of particular kinds show.
    """

    id: str
    title: str
    suffix: str
    validation_is_test: bool
    data: DataView | None
    origin: Markup
    imported: bool
    studies: tuple[StudyView, ...]
    evaluations: tuple[EvaluationView, ...]
    comparison: FigureView | None
    compared: tuple[ResultRow, ...]
    convolutions: tuple[ConvolutionFacts, ...]
    conclusions: tuple[FindingView, ...]
    summary: tuple[FindingView, ...]
    limitations: tuple[FindingView, ...]
    checks: tuple[FindingView, ...]
    muted: tuple[FindingView, ...]
    kinds: KindViews


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything a report is written from.

    ``kind`` is the report's; ``sections`` are those it consists of, in order; ``parts`` one for each data
    set: nothing is ranked across them. ``study_titles`` knows every study of the file, told in this report
    or not. ``total_seconds`` counts epochs that several runs have in common once. Every number shown leads
    back to ``provenance``.
    """

    cover: Cover
    kind: str
    sections: tuple[str, ...]
    prose: Mapping[str, Markup]
    parts: tuple[DataPart, ...]
    methods: tuple[Method, ...]
    study_titles: Mapping[str, str]
    references: tuple[Markup, ...]
    machines: tuple[Machine, ...]
    software: Mapping[str, str]
    configuration: str
    profile: str
    total_seconds: float
    shared: tuple[SharedView, ...]
    continued: tuple[ContinuedView, ...]
    declared: int
    finished: int
    provenance: Provenance

    @property
    def shared_seconds(self) -> float:
        """What all passes took: no part of the time of any run."""
        return sum(item.made.seconds for item in self.shared)

    @property
    def several(self) -> bool:
        """Whether it is about more than one data set."""
        return len(self.parts) > 1

    @property
    def studies(self) -> tuple[StudyView, ...]:
        """All studies, data set after data set."""
        return tuple(study for part in self.parts for study in part.studies)

    @property
    def evaluations(self) -> tuple[EvaluationView, ...]:
        """All evaluations, data set after data set."""
        return tuple(item for part in self.parts for item in part.evaluations)

    @property
    def conclusions(self) -> tuple[FindingView, ...]:
        """All conclusions, data set after data set."""
        return tuple(view for part in self.parts for view in part.conclusions)

    @property
    def limitations(self) -> tuple[FindingView, ...]:
        """All limitations, data set after data set."""
        return tuple(view for part in self.parts for view in part.limitations)

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """Everything that was found, told or muted, data set after data set."""
        return tuple(view for part in self.parts for view in (*part.conclusions, *part.checks, *part.muted))
