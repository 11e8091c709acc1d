"""Takes nothing, gives the typed values of the sections that only some kinds of report have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.analysis.answer import Answer
from reportgen.analysis.arms import FoldPlace
from reportgen.analysis.class_changes import ClassChange
from reportgen.analysis.curves import Learning
from reportgen.analysis.effort import Effort
from reportgen.analysis.epoch_rows import EpochRow
from reportgen.analysis.evaluation import Evaluation
from reportgen.report.context import FigureView, FindingView, RunView


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting or argument that changed, in words; a value that Keras gives by default is empty."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in a list of layers or of other Keras entries.

    Attributes:
        kind: ``added``, ``removed``, ``replaced`` or ``changed``.
        before: the entries that are gone or changed, as calls; of many, names with their number.
        after: the entries that are there now, as calls.
        places: positions in the earlier list, as numbers and ranges; for ``added`` what it comes after,
            empty at the start.
        several: whether they are more than one position.
        beside: name of the entry that an added one comes after; empty in several places or at the start.
        arguments: what differs, for ``changed``.
        whole: whether nothing of the earlier list is left.
    """

    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    places: tuple[str, ...]
    several: bool
    beside: str
    arguments: tuple[SettingView, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class ChangesView:
    """All that a network has otherwise than the one it starts from; ``lists`` by name of the setting."""

    layers: tuple[ChangeView, ...]
    lists: Mapping[str, tuple[ChangeView, ...]]
    settings: tuple[SettingView, ...]
    data: bool

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.layers or self.lists or self.settings or self.data)


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One declared layer: its place, how it is called, and what such a layer does.

    ``text`` is empty where that is unknown or was told of an earlier layer.
    """

    number: int
    code: str
    text: Markup


@dataclass(frozen=True, slots=True)
class PartView:
    """One type of layer of a network: the calls in which it occurs, and what it does."""

    type: str
    codes: tuple[str, ...]
    text: Markup


@dataclass(frozen=True, slots=True)
class NetworkView:
    """What the parts of one network do; ``numbers`` has the declared layer of each row of its layer table."""

    title: str
    anchor: str
    run: RunView
    numbers: tuple[int | None, ...]
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One network as a step from another.

    Attributes:
        number: its place, the first is 0.
        title: what the report calls it.
        anchor: where the report tells it.
        run: the run that stands for it.
        source: anchor of the entry, in the annex, that its numbers are from.
        curve: of its run, or of all its runs over one another; None without a history.
        numbers: the declared layer of each row of its layer table.
        base: title of the step it starts from; empty for the first.
        change: the author's words on what changed.
        changes: what changed in layers and settings; None for the first.
        accuracy: split -> mean over its finished runs, None without one.
        loss: the same.
        seconds: mean training time.
        runs: finished runs, seeds and folds together.
        difference: test accuracy minus that of ``base``.
        finding: whether the step is an improvement that the test images can show; None if not compared.
        learning: what its curves show; None without a finished run.
        prose: the author's remarks.
    """

    number: int
    title: str
    anchor: str
    run: RunView
    source: str
    curve: FigureView | None
    numbers: tuple[int | None, ...]
    base: str
    change: str
    changes: ChangesView | None
    accuracy: Mapping[str, float | None]
    loss: Mapping[str, float | None]
    seconds: float | None
    runs: int
    difference: float | None
    finding: FindingView | None
    learning: Learning | None
    prose: Markup


@dataclass(frozen=True, slots=True)
class LadderView:
    """A study as steps; ``figure`` shows their test accuracies, None where it cannot."""

    id: str
    title: str
    prose: Markup
    steps: tuple[StepView, ...]
    figure: FigureView | None


@dataclass(frozen=True, slots=True)
class DetailView:
    """A network class by class: scores, confusions, examples; None where there is nothing to show."""

    scores: Evaluation
    confusion: FigureView
    right: FigureView | None
    wrong: FigureView | None
    finding: FindingView | None


@dataclass(frozen=True, slots=True)
class ChapterView:
    """One network told as a chapter; ``classes`` compares it with ``against``, whose key is ``before``."""

    step: StepView
    study: str
    detail: DetailView | None
    against: str
    before: str
    classes: tuple[ClassChange, ...]


@dataclass(frozen=True, slots=True)
class PreparationView:
    """What happens to the images before the layers that learn; ``resized`` is empty where sizes stay."""

    rescaled: bool
    backbone: str
    resized: tuple[int, ...]
    augmentation: tuple[LayerLine, ...]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A study as a family of models.

    Attributes:
        id: of the study.
        title: of the study.
        prose: why this model, in the author's words.
        run: the run shown in detail; None where none has finished.
        fold: which part of a cross validation it is; None without one.
        numbers: the declared layer of each row of its layer table.
        lines: its declared layers, one by one.
        preparation: what happens to its images.
        epochs: its first, middle and last epoch.
        architecture: diagram of its layers.
        detail: its evaluation class by class; None where another study shows it.
        detailed_in: (id, title) of the study that does; empty otherwise.
        like: (id, title) of an earlier family whose preparation and layers it has; empty otherwise.
    """

    id: str
    title: str
    prose: Markup
    run: RunView | None
    fold: FoldPlace | None
    numbers: tuple[int | None, ...]
    lines: tuple[LayerLine, ...]
    preparation: PreparationView | None
    epochs: tuple[EpochRow, ...]
    architecture: FigureView | None
    detail: DetailView | None
    detailed_in: tuple[str, ...]
    like: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffortView:
    """What training one network took; ``name`` is its own in the whole report."""

    name: str
    effort: Effort


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class over the networks that are evaluated: F1 of each in their order, and the mean."""

    name: str
    f1: tuple[float, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class DiscussionView:
    """Networks beside one another.

    ``runs`` are the keys of ``networks``; ``source`` is the anchor of the entry of their means.
    ``best`` and ``worst`` are the classes with the highest and the lowest mean, as far as it is shown, none
    where all are equal. ``hardest`` maps a measure of effort to the networks that are shown to have most of
    it; measures in which all are equal or that were not recorded are left out.
    """

    data: str
    source: str
    networks: tuple[str, ...]
    runs: tuple[str, ...]
    classes: tuple[ClassRow, ...]
    efforts: tuple[EffortView, ...]
    hardest: Mapping[str, tuple[EffortView, ...]]
    best: tuple[ClassRow, ...] = ()
    worst: tuple[ClassRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainView:
    """A finding for readers who do not know the trade: what it says, and what to do about it if anything."""

    text: Markup
    remedy: Markup


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What to use, for someone who decides.

    Attributes:
        data: title of the data set.
        source: anchor of the entry of what is counted over its options.
        answer: the chosen network and its options.
        hits: figure of the share of images that each option gets right.
        cost: figure of that share against training time; None where times are unknown or there is one option.
        classes: figure of the share in each class, for the chosen one; None where its answers are not known.
        evaluation: scores of the chosen one, likewise.
        easiest: classes that it recognises most of, as far as that is shown; empty where all are equal.
        hardest: those it recognises least of.
        confusions: what it takes for what most often, where that is more than a mishap.
    """

    data: str
    source: str
    answer: Answer
    hits: FigureView | None
    cost: FigureView | None
    classes: FigureView | None
    evaluation: Evaluation | None
    easiest: tuple[str, ...] = ()
    hardest: tuple[str, ...] = ()
    confusions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KindViews:
    """What the sections of particular kinds show; only what the report's sections need is filled in."""

    ladders: tuple[LadderView, ...] = ()
    networks: tuple[NetworkView, ...] = ()
    chapters: tuple[ChapterView, ...] = ()
    families: tuple[FamilyView, ...] = ()
    discussions: tuple[DiscussionView, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    doubts: tuple[PlainView, ...] = ()
