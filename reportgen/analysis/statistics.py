"""Takes counts and paired outcomes, gives intervals and tests, all from scipy.

Two variances are never mixed: everything here covers the sampling of test
images for networks that are already trained; none of it covers the training seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

LEVEL = 0.95
ALPHA = 0.05
EXACT_BELOW = 25
_RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval:
    """Share of successes with its score interval (Wilson, 1927); ``trials`` must be positive."""
    bounds = stats.binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return Interval(successes / trials, float(bounds.low), float(bounds.high))


@dataclass(frozen=True, slots=True)
class Paired:
    """Two trained networks on the same images.

    ``difference`` is accuracy of the first minus the second, with a bootstrap interval over images;
    ``only_first`` and ``only_second`` count the images that just one of them gets right; ``p`` is
    McNemar's (1947), exact below 25 discordant images and mid-p (Fagerland et al., 2013) above.
    """

    difference: Interval
    only_first: int
    only_second: int
    images: int
    p: float


def paired(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> Paired:
    """Compare two networks by which of the same test images they get right, each shape (n,).

    Raises:
        ValueError: when the shapes differ: then they were not tested on the same images; or without images.
    """
    if first.shape != second.shape or not first.size:
        raise ValueError(f"outcomes of shapes {first.shape} and {second.shape} cannot be paired")
    images = int(first.size)
    only_first = int(np.sum(first & ~second))
    only_second = int(np.sum(~first & second))
    return Paired(
        _difference(only_first, only_second, images),
        only_first,
        only_second,
        images,
        _mcnemar(only_first, only_second),
    )


def _mcnemar(only_first: int, only_second: int) -> float:
    discordant = only_first + only_second
    if discordant == 0:
        return 1.0
    exact = float(stats.binomtest(only_first, discordant).pvalue)
    if discordant < EXACT_BELOW or only_first == only_second:
        return exact  # as many either way: both tests give 1
    return exact - float(stats.binom.pmf(only_first, discordant, 0.5))


def _difference(only_first: int, only_second: int, images: int) -> Interval:
    shares = np.array([only_first, only_second, images - only_first - only_second]) / images
    draws = np.random.default_rng(0).multinomial(images, shares, size=_RESAMPLES)
    differences = (draws[:, 0] - draws[:, 1]) / images
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval((only_first - only_second) / images, float(low), float(high))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted for their family by Holm's step-down procedure (1979), in the given order."""
    count = len(p_values)
    order = sorted(range(count), key=lambda index: p_values[index])
    adjusted = [0.0] * count
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = highest
    return tuple(adjusted)
