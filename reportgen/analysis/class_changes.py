"""Takes two runs on the same test images, gives what changed for each class, and what is beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result
from reportgen.analysis.evaluation import ClassScore, evaluate
from reportgen.analysis.pairs import Pairs
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired
from reportgen.records.model import DataRecord


@dataclass(frozen=True, slots=True)
class ClassChange:
    """One class before and after.

    ``gained`` and ``lost`` count its images that only the later, or only the earlier, run gets right.
    ``p`` is McNemar's on the images of the class, that is of its recall, adjusted by Holm over the
    classes; None for a class without test images. Precision and F1 are told and not tested: they also
    depend on images of other classes.
    """

    name: str
    before: ClassScore
    after: ClassScore
    gained: int
    lost: int
    p: float | None

    @property
    def demonstrable(self) -> bool:
        """Whether the test images tell the two recalls apart."""
        return self.p is not None and self.p < ALPHA

    @property
    def difference(self) -> float:
        """Change of the recall, -1 to 1."""
        return self.after.recall - self.before.recall


def same_images(one: Result, other: Result) -> bool:
    """Whether two finished runs were tested on the same images."""
    first, second = one.record.labels, other.record.labels
    return (
        one.plan.data == other.plan.data
        and first is not None
        and second is not None
        and bool(np.array_equal(first, second))
    )


@dataclass(frozen=True, slots=True)
class PairChanges:
    """Every class of the data set, in its order, of a run and the one that it is compared with."""

    changed: Result
    base: Result
    classes: tuple[ClassChange, ...]


def class_changes(before: Result, after: Result, data: DataRecord) -> tuple[ClassChange, ...]:
    """Every class of the data set, in its order; Holm over the classes.

    Raises:
        ValueError: when the runs were not tested on the same images.
    """
    return family_changes([(after, before)], data)[0].classes


def family_changes(pairs: Pairs, data: DataRecord) -> tuple[PairChanges, ...]:
    """The classes of several (changed run, base), with one correction by Holm over the classes of all.

    Raises:
        ValueError: when the runs of a pair were not tested on the same images.
    """
    compared = [_compared(before, after, data) for after, before in pairs]
    adjusted = iter(holm([item.p for one in compared for item in one.values()]))
    return tuple(
        PairChanges(after, before, _rows(before, after, data, one, {label: next(adjusted) for label in one}))
        for (after, before), one in zip(pairs, compared, strict=True)
    )


def _compared(before: Result, after: Result, data: DataRecord) -> dict[int, Paired]:
    """Class -> its images by which of the two runs recognises them; only classes with test images."""
    if not same_images(before, after) or before.record.labels is None:
        raise ValueError(f"runs {before.key} and {after.key} cannot be paired")
    truth, one, other = before.record.labels, before.correct(), after.correct()
    masks = [truth == label for label in range(len(data.classes))]
    return {label: paired(other[mask], one[mask]) for label, mask in enumerate(masks) if np.any(mask)}


def _rows(
    before: Result, after: Result, data: DataRecord, compared: Mapping[int, Paired], p: Mapping[int, float]
) -> tuple[ClassChange, ...]:
    scores = zip(evaluate(before, data).classes, evaluate(after, data).classes, strict=True)
    return tuple(
        ClassChange(
            name=old.name,
            before=old,
            after=new,
            gained=compared[label].only_first if label in compared else 0,
            lost=compared[label].only_second if label in compared else 0,
            p=p.get(label),
        )
        for label, (old, new) in enumerate(scores)
    )
