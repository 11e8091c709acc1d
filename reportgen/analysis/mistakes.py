"""Takes runs on the same test images, gives the pair of classes they confuse and the errors they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.analysis.collected import Result
from reportgen.analysis.evaluation import Named
from reportgen.analysis.statistics import Interval, wilson


@dataclass(frozen=True, slots=True)
class Confused:
    """The two classes that a run takes for one another most often, in either direction.

    ``pairs`` has several where as many images are confused in each; ``images`` is that number, ``errors``
    that of all its errors.
    """

    pairs: tuple[tuple[str, str], ...]
    images: int
    errors: int


def confused(result: Result, data: Named) -> Confused | None:
    """The most confused pairs of a run, classes in the order of the data set; None without errors."""
    if result.record.labels is None:
        raise ValueError(f"run {result.key} has no predictions")
    count = len(data.classes)
    taken = np.bincount(result.record.labels * count + result.predicted(), minlength=count**2)
    matrix = taken.reshape(count, count)  # counted, not scored: once for every run of a report
    both = np.triu(matrix + matrix.T, k=1)
    most = int(both.max(initial=0))
    if not most:
        return None
    pairs = tuple((data.classes[one], data.classes[other]) for one, other in np.argwhere(both == most))
    return Confused(pairs, most, int(both.sum()))


def blind_to_a_class(result: Result) -> bool:
    """Whether a run gets every test image of some class wrong."""
    if result.record.labels is None:
        raise ValueError(f"run {result.key} has no predictions")
    right = np.bincount(result.record.labels, weights=result.correct())
    there = np.bincount(result.record.labels)
    return bool(np.any((right == 0) & (there > 0)))


@dataclass(frozen=True, slots=True)
class Shared:
    """Errors of one run beside those of all.

    Attributes:
        images: number of test images.
        errors: those that the run gets wrong.
        hopeless: those that every run gets wrong.
        reach: share of images that at least one run gets right: what choosing the right run for each image
            would give, lucky guesses included.
        shared: ``hopeless`` over ``errors`` with its Wilson interval; None of a run without errors.
    """

    images: int
    errors: int
    hopeless: int
    reach: float
    shared: Interval | None


def shared_errors(results: Sequence[Result], chosen: Result) -> Shared:
    """What the errors of ``chosen``, one of the results, have in common with those of all of them."""
    right = np.stack([result.correct() for result in results])
    images, errors = int(right.shape[1]), int(np.sum(~chosen.correct()))
    hopeless = int(np.sum(~right.any(axis=0)))
    shared = wilson(hopeless, errors) if errors else None
    return Shared(images, errors, hopeless, 1 - hopeless / images, shared)
