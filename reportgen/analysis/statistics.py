"""Takes counts and paired outcomes, gives intervals and tests, all from scipy.

Two variances are never mixed. :func:`wilson`, :func:`paired` and :func:`unpaired` cover the sampling of test
images for networks that are already trained; :func:`corrected_t` covers the parts that a configuration is
trained and validated on. None of them covers the training seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
ALPHA = 0.05
PAIR = 2
"""What takes part in one comparison: from more on there is a family, and Holm corrects."""
EXACT_BELOW = 25
UNVARIED = 1e-7
"""Accuracies closer than this are equal: it is less than one image of a million, and more than rounding."""
_EXACT_FLIPS = 16
_DIGITS = 9
_RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval:
    """Share of successes with its score interval (Wilson, 1927); ``trials`` must be positive."""
    from scipy import stats

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
    from scipy import stats

    discordant = only_first + only_second
    if discordant == 0:
        return 1.0
    exact = float(stats.binomtest(only_first, discordant).pvalue)
    if discordant < EXACT_BELOW or only_first == only_second:
        return exact  # as many either way: both tests give 1
    return exact - float(stats.binom.pmf(only_first, discordant, 0.5))


def mcnemar_floor(images: int) -> float:
    """The smallest p that :func:`paired` can come to with so many images: all discordant, all one way."""
    return _mcnemar(images, 0)


def _draws(only_first: int, only_second: int, images: int) -> npt.NDArray[np.float64]:
    """Differences of accuracy over resamples of the images, seeded."""
    shares = np.array([only_first, only_second, images - only_first - only_second]) / images
    draws = np.random.default_rng(0).multinomial(images, shares, size=_RESAMPLES)
    return np.asarray((draws[:, 0] - draws[:, 1]) / images)


def _difference(only_first: int, only_second: int, images: int) -> Interval:
    differences = _draws(only_first, only_second, images)
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval((only_first - only_second) / images, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Two trained networks, each on test images of its own, as far as anybody knows.

    ``difference`` is accuracy of the first minus the second, with a bootstrap interval over the images of
    each; ``p`` is that of Fisher's exact test (1922) on right and wrong answers.
    """

    difference: Interval
    p: float


def unpaired(first: tuple[int, int], second: tuple[int, int]) -> Unpaired:
    """Compare two networks by (right answers, images) of each.

    On the same images the test is conservative: networks mostly fail on the same ones, so that their
    difference varies less than that of independent samples.
    """
    from scipy import stats

    table = np.array([[right, images - right] for right, images in (first, second)])
    low, high = np.quantile(_own_draws(first, second), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = first[0] / first[1] - second[0] / second[1]
    return Unpaired(Interval(value, float(low), float(high)), float(stats.fisher_exact(table).pvalue))


def _own_draws(first: tuple[int, int], second: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Differences of accuracy over resamples of the images of each, seeded."""
    rng = np.random.default_rng(0)
    one, other = (
        rng.binomial(images, right / images, _RESAMPLES) / images for right, images in (first, second)
    )
    return np.asarray(one - other)


def paired_margin_p(item: Paired, margin: float) -> float:
    """Two-sided p-value of the difference of two networks being ``margin``, on the same images.

    By inverting the bootstrap interval (Efron & Tibshirani, 1993, chapter 15): McNemar's test only knows
    the margin nil.
    """
    return _margin_p(_draws(item.only_first, item.only_second, item.images), margin)


def unpaired_margin_p(first: tuple[int, int], second: tuple[int, int], margin: float) -> float:
    """The same of two networks by (right answers, images) of each."""
    return _margin_p(_own_draws(first, second), margin)


def _margin_p(draws: npt.NDArray[np.float64], margin: float) -> float:
    below, above = (int(np.sum(side)) for side in (draws <= margin, draws >= margin))
    return min(1.0, 2 * (min(below, above) + 1) / (draws.size + 1))


def share_p(successes: int, trials: int, share: float) -> float:
    """Two-sided p-value of a share of successes, by the exact binomial test.

    Args:
        successes: of ``trials``.
        trials: above 0.
        share: supposed, between 0 and 1.
    """
    from scipy import stats

    return float(stats.binomtest(successes, trials, share).pvalue)


def holm(p_values: Sequence[float], absent: int = 0) -> tuple[float, ...]:
    """P-values adjusted for their family by Holm's step-down procedure (1979), in the given order.

    Args:
        p_values: of the comparisons that could be made.
        absent: comparisons of the same family that could not, because a run of theirs has no result. They
            were to be made, and a family does not get smaller by what failed in it: they count as p = 1.
    """
    count = len(p_values) + absent
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = highest
    return tuple(adjusted)


@dataclass(frozen=True, slots=True)
class CorrectedT:
    """A mean of paired differences over the parts of a cross validation, with its interval and p-value."""

    difference: Interval
    t: float
    p: float


def corrected_t(differences: Sequence[float], ratio: float) -> CorrectedT:
    """Two-sided t test of paired differences, corrected for the images that the training parts share.

    Nadeau & Bengio (2003): the variance of the mean is ``(1 / n + ratio)`` times the sample variance.

    Args:
        differences: one per part, at least two.
        ratio: images validated on over images trained on, ``1 / (k - 1)`` with k folds; 0 gives the
            plain paired t test.

    Raises:
        ValueError: with fewer than two differences.
    """
    from scipy import stats

    count = len(differences)
    if count <= 1:
        raise ValueError(f"{count} paired differences have no variance")
    mean = float(np.mean(differences))
    error = float(np.sqrt((1 / count + ratio) * np.var(differences, ddof=1)))
    if error == 0:  # equal differences: certain, or none at all
        t = 0.0 if mean == 0 else float(np.copysign(np.inf, mean))
        return CorrectedT(Interval(mean, mean, mean), t, 1.0 if mean == 0 else 0.0)
    t = mean / error
    half = error * float(stats.t.ppf((1 + LEVEL) / 2, count - 1))
    return CorrectedT(Interval(mean, mean - half, mean + half), t, 2 * float(stats.t.sf(abs(t), count - 1)))


def flip_floor(count: int) -> float:
    """The smallest p-value that :func:`sign_flips` can come to, ``2 ** (1 - n)``: 0.0625 with five."""
    return float(2.0 ** (1 - count))


def sign_flips(differences: Sequence[float]) -> float:
    """Two-sided p-value of paired differences, by flipping their signs (Fisher, 1935).

    Exact: all ``2 ** n`` ways of giving the differences a sign are counted; above 16 of them 10,000 seeded
    draws are. Unlike the t test it does not suppose a normal distribution, but few differences cannot be
    significant by it at all: see :func:`flip_floor`.

    Args:
        differences: at least two.
    """
    from scipy import stats

    values = np.asarray(differences, dtype=np.float64)
    resamples = 2**values.size if values.size <= _EXACT_FLIPS else _RESAMPLES
    found = stats.permutation_test(
        (values,),
        lambda sample, axis: np.round(np.mean(sample, axis=axis), _DIGITS),  # equal means are equal
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)


def pooled_deviation(groups: Sequence[Sequence[float]]) -> Interval | None:
    """Standard deviation within groups, pooled, with its chi-square interval; None without two of a group.

    The groups are supposed to vary alike; each adds its values less one to the degrees of freedom.
    """
    from scipy import stats

    told = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in told)
    if not freedom:
        return None
    squares = sum((len(group) - 1) * float(np.var(group, ddof=1)) for group in told)
    low = float(stats.chi2.ppf((1 + LEVEL) / 2, freedom))
    high = float(stats.chi2.ppf((1 - LEVEL) / 2, freedom))
    return Interval(
        float(np.sqrt(squares / freedom)), float(np.sqrt(squares / low)), float(np.sqrt(squares / high))
    )


def paired_p(differences: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Two-sided p-values of paired t tests, one for each row of differences, shape (tests, units).

    A row that does not vary has no t: it gets 1 where it is zero, else what flipping signs can come to.
    """
    from scipy import stats

    varied = np.ptp(differences, axis=1) >= UNVARIED
    found = np.where(np.abs(differences[:, 0]) < UNVARIED, 1.0, flip_floor(differences.shape[1]))
    if varied.any():
        found[varied] = stats.ttest_1samp(differences[varied], 0.0, axis=1).pvalue
    return tuple(float(value) for value in found)
