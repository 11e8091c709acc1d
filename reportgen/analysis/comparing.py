"""Takes two finished runs, gives how they compare on test images by what is known of each.

The one place that decides between the ways of comparing. Two networks whose answers to the same images are
known are paired image by image (McNemar). Of results that were made elsewhere perhaps only the accuracy is
known and the number of images behind it: then the two are taken for samples of their own, which is
conservative, because the images are the same or much alike and most networks fail on the same ones. Without
the number of images nothing can be tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from reportgen.analysis.collected import Result
from reportgen.analysis.statistics import (
    Paired,
    Unpaired,
    holm,
    paired,
    paired_margin_p,
    unpaired,
    unpaired_margin_p,
    wilson,
)


class Means(StrEnum):
    """By what means a family of runs is compared: each pair by images or by counts, or some by nothing."""

    IMAGES = "images"
    COUNTS = "counts"
    BOTH = "both"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Test accuracy of a run with its Wilson interval; None where the number of images is unknown."""

    value: float
    low: float | None
    high: float | None


def right_share(result: Result) -> float | None:
    """Share of the test images that a finished run gets right; None where it was not measured."""
    return float(result.correct().mean()) if result.predicts else result.value("test", "accuracy")


def images_behind(result: Result) -> int | None:
    """How many test images that is a share of; None where it is not told."""
    return int(result.correct().size) if result.predicts else result.record.images


def measured(results: Iterable[Result]) -> tuple[Result, ...]:
    """Those with a test accuracy."""
    return tuple(result for result in results if right_share(result) is not None)


def accuracy(result: Result) -> Accuracy:
    """The test accuracy of a run with what the test images leave open.

    Raises:
        ValueError: for a run without one.
    """
    value, images = right_share(result), images_behind(result)
    if value is None:
        raise ValueError(f"run {result.key} has no test accuracy")
    if images is None:
        return Accuracy(value, None, None)
    bounds = wilson(_right(result, images), images)
    return Accuracy(value, bounds.low, bounds.high)


def _right(result: Result, images: int) -> int:
    return int(result.correct().sum()) if result.predicts else round((right_share(result) or 0.0) * images)


def compared(first: Result, second: Result) -> Paired | Unpaired | None:
    """Two runs with a test accuracy, by the best means there are; None where there are none."""
    trained_here = not first.imported and not second.imported
    if trained_here or same_images(first, second):
        return paired(first.correct(), second.correct())
    one, other = images_behind(first), images_behind(second)
    if one is None or other is None:
        return None
    return unpaired((_right(first, one), one), (_right(second, other), other))


def margin_p(first: Result, second: Result, margin: float) -> float:
    """Two-sided p-value of two comparable runs being ``margin`` apart in accuracy, by the same means."""
    item = compared(first, second)
    if isinstance(item, Paired):
        return paired_margin_p(item, margin)
    one, other = images_behind(first) or 0, images_behind(second) or 0
    return unpaired_margin_p((_right(first, one), one), (_right(second, other), other), margin)


def same_images(first: Result, second: Result) -> bool:
    """Whether it is known what both say of the same test images."""
    one, other = first.record.labels, second.record.labels
    return (
        first.plan.data == second.plan.data
        and first.predicts
        and second.predicts
        and one is not None
        and other is not None
        and bool(np.array_equal(one, other))
    )


def alongside(first: Result, results: Iterable[Result]) -> tuple[Result, ...]:
    """Those of the results whose answers to the same test images as those of the first are known."""
    return tuple(
        item for item in results if not (first.imported or item.imported) or same_images(first, item)
    )


@dataclass(frozen=True, slots=True)
class Family:
    """Comparisons, their p-values by Holm, 1 where nothing could be tested, and the means of all of them."""

    comparisons: tuple[Paired | Unpaired | None, ...]
    p: tuple[float, ...]
    means: Means


def family(pairs: Sequence[tuple[Result, Result]], absent: int = 0) -> Family:
    """Every pair compared; ``absent`` more were to be, and a run of theirs has no result."""
    found = tuple(compared(first, second) for first, second in pairs)
    raw = [item.p for item in found if item is not None]
    tested = iter(holm(raw, absent + len(found) - len(raw)))
    p = tuple(1.0 if item is None else next(tested) for item in found)
    return Family(found, p, _means(found))


def _means(found: Sequence[Paired | Unpaired | None]) -> Means:
    if any(item is None for item in found):
        return Means.NOTHING
    counted = [isinstance(item, Unpaired) for item in found]
    if all(counted) and counted:
        return Means.COUNTS
    return Means.BOTH if any(counted) else Means.IMAGES
