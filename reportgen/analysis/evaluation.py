"""Takes a run's predictions, gives its confusion matrix, scores per class and example images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from reportgen.analysis.collected import Result
from reportgen.analysis.infos import ClassCountsInfo, ConfusionInfo, MosaicInfo
from reportgen.analysis.statistics import Interval, wilson
from reportgen.records.model import DataRecord

EXAMPLES = 12
COLUMNS = 6
SIDE_BY_SIDE = 10
"""Most classes that stand as columns of one mosaic."""


REPEATED = 5
"""Images from which a confusion can be a trait of a network: one or two are mishaps."""


class Named(Protocol):
    """What names the classes: a data set, or all that is collected of one."""

    @property
    def classes(self) -> tuple[str, ...]:
        """In the order of the labels."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Precision, recall and F1 of one class on the test images, 0 where undefined; its image count.

    ``predicted`` counts the images that the run takes for this class; without any its precision is undefined.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run on the test images: scores per class and their unweighted mean."""

    run: str
    label: str
    classes: tuple[ClassScore, ...]
    macro: ClassScore
    confusions: tuple[tuple[str, str, int], ...]


def evaluate(result: Result, data: Named) -> Evaluation:
    """Scores of one finished run; ``confusions`` are (true, predicted, images), most frequent first."""
    from sklearn import metrics

    truth, predicted = _truth(result), result.predicted()
    labels = list(range(len(data.classes)))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0
    )
    rows = tuple(
        ClassScore(
            name,
            float(precision[i]),
            float(recall[i]),
            float(f1[i]),
            int(support[i]),
            int(np.sum(predicted == i)),
        )
        for i, name in enumerate(data.classes)
    )
    macro = ClassScore(
        "",
        float(np.mean(precision)),
        float(np.mean(recall)),
        float(np.mean(f1)),
        int(np.sum(support)),
        int(predicted.size),
    )
    return Evaluation(result.key, result.plan.label, rows, macro, _confusions(truth, predicted, data))


def _truth(result: Result) -> npt.NDArray[np.int64]:
    if result.record.labels is None:
        raise ValueError(f"run {result.key} has no predictions")
    return result.record.labels


def _confusions(
    truth: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64], data: Named
) -> tuple[tuple[str, str, int], ...]:
    from sklearn import metrics

    matrix = metrics.confusion_matrix(truth, predicted, labels=list(range(len(data.classes))))
    np.fill_diagonal(matrix, 0)
    order = np.argsort(-matrix, axis=None, kind="stable")
    places = [divmod(int(at), len(data.classes)) for at in order]
    return tuple(
        (data.classes[row], data.classes[column], int(matrix[row, column]))
        for row, column in places
        if matrix[row, column] > 0
    )


@dataclass(frozen=True, slots=True)
class Confusion:
    """The most frequent confusions of a run: those of as many images.

    Attributes:
        pairs: (true, predicted), the classes in the order of the data set.
        images: of each.
        support: test images of the true class; of several confusions those of the largest class.
        rate: share of those that are taken for the other class, with its Wilson interval.
        usual: the share that a wrong class takes on average: errors over images and over wrong classes.
    """

    pairs: tuple[tuple[str, str], ...]
    images: int
    support: int
    rate: Interval
    usual: float

    @property
    def repeated(self) -> bool:
        """Whether all of them are traits: of 5 images or more, and demonstrably above what is usual."""
        return self.images >= REPEATED and self.rate.low > self.usual


def top_confusion(scores: Evaluation) -> Confusion | None:
    """What a run confuses most; None without errors."""
    if not scores.confusions:
        return None
    images = scores.confusions[0][2]
    pairs = tuple((true, predicted) for true, predicted, count in scores.confusions if count == images)
    support = max(row.support for row in scores.classes if row.name in {true for true, _ in pairs})
    errors = sum(count for _, _, count in scores.confusions)
    return Confusion(
        pairs,
        images,
        support,
        wilson(images, support),
        errors / scores.macro.support / (len(scores.classes) - 1),
    )


def confusion(result: Result, data: Named) -> ConfusionInfo:
    """True class against predicted class, in images."""
    from sklearn import metrics

    matrix = metrics.confusion_matrix(
        _truth(result), result.predicted(), labels=list(range(len(data.classes)))
    )
    counts = tuple(tuple(int(value) for value in row) for row in matrix)
    return ConfusionInfo(result.key, result.plan.label, data.classes, counts)


def mosaic(result: Result, data: DataRecord, *, right: bool) -> MosaicInfo | None:
    """Test images that the run got right, or wrong, the surest first, spread over the classes.

    None when there is no such image, or when how sure the run is of each is not known.
    """
    probabilities = result.record.probabilities
    if not result.predicts:
        raise ValueError(f"run {result.key} has no predictions")
    if probabilities is None or len(data.test_labels) != len(probabilities):
        return None
    predicted, truth = result.predicted(), _truth(result)
    candidates = np.flatnonzero((predicted == truth) == right)
    sure = probabilities.max(axis=1)
    chosen = _spread(candidates[np.argsort(-sure[candidates], kind="stable")], truth)
    if chosen.size == 0:
        return None
    return MosaicInfo(
        kind="right" if right else "wrong",
        label=result.plan.label,
        columns=COLUMNS,
        images=data.test_images[chosen],
        truth=tuple(data.classes[index] for index in truth[chosen]),
        predicted=tuple(data.classes[index] for index in predicted[chosen]),
        probability=tuple(float(value) for value in sure[chosen]),
    )


def _spread(ordered: npt.NDArray[np.intp], truth: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """The first of each class, then the second of each, and so on, up to the number of examples."""
    seen: dict[int, int] = {}
    ranks = []
    for index in ordered:
        label = int(truth[index])
        ranks.append(seen.get(label, 0))
        seen[label] = ranks[-1] + 1
    return ordered[np.argsort(np.array(ranks, dtype=np.int64), kind="stable")][:EXAMPLES]


def samples(data: DataRecord) -> MosaicInfo:
    """Training images: a column per class where the classes fit side by side, else a row per class."""
    count, each = data.samples.shape[:2]
    if count <= SIDE_BY_SIDE:
        images = data.samples.swapaxes(0, 1).reshape(count * each, *data.samples.shape[2:])
        return MosaicInfo("samples", data.name, count, images, data.classes * each)
    images = data.samples.reshape(count * each, *data.samples.shape[2:])
    truth = tuple(name for name in data.classes for _ in range(each))
    return MosaicInfo("samples", data.name, each, images, truth)


def class_counts(data: DataRecord) -> ClassCountsInfo:
    """Images per class and split."""
    return ClassCountsInfo(data.classes, data.counts)


def majority_share(data: DataRecord) -> float:
    """Training accuracy of always answering the most frequent training class."""
    counts = data.counts["train"]
    return max(counts) / sum(counts)


def majority_of_test(data: DataRecord) -> float:
    """Test accuracy of always answering the class that has most test images."""
    return float(np.bincount(data.test_labels).max() / data.test_labels.size)
