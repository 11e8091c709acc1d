"""Takes two runs on the same test images, gives what changed for each class, and what is beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result
from reportgen.analysis.comparing import same_images
from reportgen.analysis.evaluation import ClassScore, Named, evaluate
from reportgen.analysis.pairs import Pairs
from reportgen.analysis.statistics import ALPHA, Paired, holm, mcnemar_floor, paired


@dataclass(frozen=True, slots=True)
class ClassChange:
    """One class before and after.

    ``gained`` and ``lost`` count its images that only the later, or only the earlier, run gets right.
    ``p`` is McNemar's on the images of the class, that is of its recall, adjusted by Holm over the
    classes; None for a class without test images. Precision and F1 are told and not tested: they also
    depend on images of other classes. ``powerless`` as in :class:`RecallChange`.
    """

    name: str
    before: ClassScore
    after: ClassScore
    gained: int
    lost: int
    p: float | None
    powerless: bool

    @property
    def demonstrable(self) -> bool:
        """Whether the test images tell the two recalls apart."""
        return self.p is not None and self.p < ALPHA

    @property
    def difference(self) -> float:
        """Change of the recall, -1 to 1."""
        return self.after.recall - self.before.recall


def class_changes(before: Result, after: Result, data: Named) -> tuple[ClassChange, ...]:
    """Every class of the data set, in its order; Holm over the classes.

    Raises:
        ValueError: when the runs were not tested on the same images.
    """
    compared = _compared(before, after, data)
    raw = list(compared.values())
    adjusted = dict(zip(compared, holm([item.p for item in raw]), strict=True))
    powerless = dict(zip(compared, _powerless(raw), strict=True))
    scores = zip(evaluate(before, data).classes, evaluate(after, data).classes, strict=True)
    return tuple(
        ClassChange(
            name=old.name,
            before=old,
            after=new,
            gained=compared[label].only_first if label in compared else 0,
            lost=compared[label].only_second if label in compared else 0,
            p=adjusted.get(label),
            powerless=powerless.get(label, True),
        )
        for label, (old, new) in enumerate(scores)
    )


def _compared(before: Result, after: Result, data: Named) -> dict[int, Paired]:
    """Class -> its images by which of the two runs recognises them; only classes with test images."""
    if not same_images(before, after) or before.record.labels is None:
        raise ValueError(f"runs {before.key} and {after.key} cannot be paired")
    truth, one, other = before.record.labels, before.correct(), after.correct()
    masks = [truth == label for label in range(len(data.classes))]
    return {label: paired(other[mask], one[mask]) for label, mask in enumerate(masks) if np.any(mask)}


@dataclass(frozen=True, slots=True)
class RecallChange:
    """Recall of one class by a run and the one that it is compared with.

    ``p`` is as in :class:`ClassChange`, but adjusted over the classes of all pairs. ``powerless`` tells that
    the class has so few test images that no change of it could have been demonstrated: not even if one
    run got all of them wrong and the other all right.
    """

    changed: Result
    base: Result
    name: str
    before: float
    after: float
    p: float
    images: int
    powerless: bool

    @property
    def demonstrable(self) -> bool:
        """Whether the test images tell the two recalls apart."""
        return self.p < ALPHA

    @property
    def difference(self) -> float:
        """Change of the recall, -1 to 1."""
        return self.after - self.before


def recall_changes(pairs: Pairs, data: Named, absent: int = 0) -> tuple[RecallChange, ...]:
    """Every class with test images in each of several (changed run, base); Holm over all of them.

    ``absent`` pairs more were declared and have a run without a result: their classes count as well.

    Raises:
        ValueError: when the runs of a pair were not tested on the same images.
    """
    compared = [
        (changed, base, label, item, recalls)
        for changed, base in pairs
        for (label, item), recalls in zip(
            _compared(base, changed, data).items(), _recalls(base, changed, data), strict=True
        )
    ]
    each = len(compared) // len(pairs) if pairs else 0  # the same images, and so the same classes, for all
    raw = [item for _, _, _, item, _ in compared]
    adjusted = holm([item.p for item in raw], absent * each)
    return tuple(
        RecallChange(changed, base, data.classes[label], *recalls, p, item.images, powerless)
        for (changed, base, label, item, recalls), p, powerless in zip(
            compared, adjusted, _powerless(raw, absent * each), strict=True
        )
    )


def _powerless(family: Sequence[Paired], absent: int = 0) -> tuple[bool, ...]:
    """Of each comparison, whether even the most extreme outcome of it would not have been demonstrable.

    All its images discordant, all one way, the other comparisons of the family as they are (Holm).
    """
    raw = [item.p for item in family]
    floors = {images: mcnemar_floor(images) for images in {item.images for item in family}}
    return tuple(
        holm([*raw[:at], floors[item.images], *raw[at + 1 :]], absent)[at] >= ALPHA
        for at, item in enumerate(family)
    )


def _recalls(before: Result, after: Result, data: Named) -> list[tuple[float, float]]:
    """Recall of the earlier and the later run for each class with test images."""
    truth, one, other = before.record.labels, before.correct(), after.correct()
    masks = [truth == label for label in range(len(data.classes))]
    return [(float(one[mask].mean()), float(other[mask].mean())) for mask in masks if np.any(mask)]
