"""Takes nothing, gives the typed values that templates may use: the contract with `templates/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis.evaluation import Evaluation
from reportgen.analysis.settings import ConvolutionFacts, Difference
from reportgen.analysis.tables import ResultRow, ResultTable
from reportgen.findings.model import Finding
from reportgen.records.model import DataRecord, Environment, LayerRow, ParameterCounts


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


@dataclass(frozen=True, slots=True)
class FigureView:
    """A drawn figure: ``uri`` is a data address, ``width`` the share of the text width in percent."""

    id: str
    uri: str
    alt: str
    width: int


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its sentence, as HTML and as plain text; ``values`` are its cells as shown."""

    finding: Finding
    html: Markup
    text: str
    values: Mapping[str, Markup]


@dataclass(frozen=True, slots=True)
class Method:
    """A paragraph on a method that is really used; ``kind`` is ``optimizers``, ``activations``..."""

    id: str
    kind: str
    title: str
    html: Markup


@dataclass(frozen=True, slots=True)
class RunView:
    """One run: its numbers, what it is made of, its curve; ``figure`` is None for a run without history.

    ``name`` is its own in the whole report, where the row's label may be only its study's.
    """

    anchor: str
    name: str
    row: ResultRow
    settings: Mapping[str, str]
    layers: tuple[LayerRow, ...]
    counts: ParameterCounts | None
    figure: FigureView | None
    key: str


@dataclass(frozen=True, slots=True)
class VariantView:
    """An arm of a study: the run, the arm it starts from, what changed in words and in settings."""

    run: RunView
    base: str
    change: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Small multiples of a grid for one level of its first axis."""

    label: str
    accuracy: FigureView
    loss: FigureView


@dataclass(frozen=True, slots=True)
class PairView:
    """A network of a follow-up beside the one it starts from: accuracies on test, their difference, p."""

    label: str
    base: float
    changed: float
    difference: float
    p: float
    demonstrable: bool


@dataclass(frozen=True, slots=True)
class StudyView:
    """One study as the report tells it."""

    id: str
    title: str
    shape: str
    parent: str
    pending: int
    count: int
    prose: Markup
    axis_names: Mapping[str, str]
    shared: Mapping[str, str]
    changed: Mapping[str, str]
    table: ResultTable
    heatmap: FigureView | None
    factors: tuple[FigureView, ...]
    panels: tuple[Panel, ...]
    bars: FigureView | None
    pairs: tuple[PairView, ...]
    variants: tuple[VariantView, ...]
    runs: tuple[RunView, ...]
    findings: tuple[FindingView, ...]


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
    """The data set: its record, a paragraph on its origin, figures."""

    record: DataRecord
    title: str
    html: Markup
    samples: FigureView
    counts: FigureView
    validation_is_test: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Conditions that some runs were trained under, and how many."""

    environment: Environment
    runs: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything a report is written from."""

    cover: Cover
    prose: Mapping[str, Markup]
    data: DataView | None
    methods: tuple[Method, ...]
    studies: tuple[StudyView, ...]
    evaluations: tuple[EvaluationView, ...]
    comparison: FigureView | None
    compared: tuple[ResultRow, ...]
    convolutions: tuple[ConvolutionFacts, ...]
    study_titles: Mapping[str, str]
    conclusions: tuple[FindingView, ...]
    limitations: tuple[FindingView, ...]
    references: tuple[Markup, ...]
    machines: tuple[Machine, ...]
    software: Mapping[str, str]
    configuration: str
    profile: str
    total_seconds: float
    declared: int
    finished: int
