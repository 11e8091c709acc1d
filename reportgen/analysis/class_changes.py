"""Takes two runs on the same test images, gives what changed for each class, and what is beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result
from reportgen.analysis.evaluation import ClassScore, evaluate
from reportgen.analysis.statistics import ALPHA, holm, paired
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


def class_changes(before: Result, after: Result, data: DataRecord) -> tuple[ClassChange, ...]:
    """Every class of the data set, in its order.

    Raises:
        ValueError: when the runs were not tested on the same images.
    """
    if not same_images(before, after) or before.record.labels is None:
        raise ValueError(f"runs {before.key} and {after.key} cannot be paired")
    truth, one, other = before.record.labels, before.correct(), after.correct()
    masks = [truth == label for label in range(len(data.classes))]
    compared = {label: paired(other[mask], one[mask]) for label, mask in enumerate(masks) if np.any(mask)}
    adjusted = dict(zip(compared, holm([item.p for item in compared.values()]), strict=True))
    scores = zip(evaluate(before, data).classes, evaluate(after, data).classes, strict=True)
    return tuple(
        ClassChange(
            name=old.name,
            before=old,
            after=new,
            gained=compared[label].only_first if label in compared else 0,
            lost=compared[label].only_second if label in compared else 0,
            p=adjusted.get(label),
        )
        for label, (old, new) in enumerate(scores)
    )
