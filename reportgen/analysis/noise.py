"""Takes one number of two reports, gives how far apart it is and what chance alone would make of it.

Which variance a comparison covers follows from its method: :attr:`Method.covers`. They are never mixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

import numpy as np
import numpy.typing as npt

from reportgen.analysis.statistics import corrected_t, paired

FEWEST_EXPECTED = 5
"""Images expected in each cell of a table, below which its chi-squared is not trusted (Cochran, 1954)."""
FEWEST_SEEDS = 2


class Covers(StrEnum):
    """What varies in a comparison, and so what it can be generalised to."""

    IMAGES = "images"
    SEEDS = "seeds"
    FOLDS = "folds"


class Method(StrEnum):
    """How two numbers were compared."""

    MCNEMAR = "mcnemar"
    PROPORTIONS = "proportions"
    PAIRED_T = "paired_t"
    WELCH = "welch"
    CORRECTED_T = "corrected_t"

    @property
    def covers(self) -> Covers:
        """The variance that it covers."""
        if self in {Method.MCNEMAR, Method.PROPORTIONS}:
            return Covers.IMAGES
        return Covers.FOLDS if self is Method.CORRECTED_T else Covers.SEEDS


@dataclass(frozen=True, slots=True)
class Judged:
    """One number on both sides.

    Attributes:
        before: on the first side; a mean where there are several seeds or folds.
        after: on the second.
        method: how they were compared.
        p: two-sided, for this comparison alone.
        n: test images, seeds or folds behind it; of both sides together where they are not paired.
    """

    before: float
    after: float
    method: Method
    p: float
    n: int

    @property
    def difference(self) -> float:
        """The second minus the first."""
        return self.after - self.before


def by_images(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> Judged:
    """Two trained networks by which of the same test images each gets right, shape (n,): McNemar (1947)."""
    found = paired(after, before)
    return Judged(float(before.mean()), float(after.mean()), Method.MCNEMAR, found.p, found.images)


def by_counts(before: tuple[int, int], after: tuple[int, int]) -> Judged:
    """Two trained networks by (images that are right, images), where it is not known which they are.

    Pearson's chi-squared of the two proportions (1900), Fisher's exact test (1922) where few images are
    expected in a cell. As networks mostly fail on the same images, this sees less than :func:`by_images`.
    """
    from scipy import stats

    right, images = (before[0], after[0]), (before[1], after[1])
    shares = right[0] / images[0], right[1] / images[1]
    table = np.array([right, [n - k for k, n in zip(right, images, strict=True)]])
    if not table.sum(axis=1).all():  # all right, or all wrong, on both sides
        return Judged(*shares, Method.PROPORTIONS, 1.0, sum(images))
    expected = stats.contingency.expected_freq(table)
    if expected.min() < FEWEST_EXPECTED:
        p = float(stats.fisher_exact(table).pvalue)
    else:
        p = float(stats.chi2_contingency(table, correction=False).pvalue)
    return Judged(*shares, Method.PROPORTIONS, p, sum(images))


def by_seeds(before: Mapping[int, float], after: Mapping[int, float]) -> Judged | None:
    """Two configurations by their values over seeds (seed -> value); None with fewer than two on a side.

    A paired t test over the seeds that both have, where there are two or more; else Welch's (1947).
    """
    common = [seed for seed in before if seed in after]
    if len(common) >= FEWEST_SEEDS:
        pairs = [before[seed] for seed in common], [after[seed] for seed in common]
        return Judged(fmean(pairs[0]), fmean(pairs[1]), Method.PAIRED_T, _paired_p(*pairs, 0.0), len(common))
    first, second = list(before.values()), list(after.values())
    if min(len(first), len(second)) < FEWEST_SEEDS:
        return None
    p = _welch_p(first, second)
    return Judged(fmean(first), fmean(second), Method.WELCH, p, len(first) + len(second))


def by_folds(before: Mapping[int, float], after: Mapping[int, float], folds: int) -> Judged | None:
    """Two configurations by their values on the same folds (fold -> value); None with fewer than two.

    The t test of Nadeau and Bengio (2003); ``folds`` are those of one repetition.
    """
    common = [fold for fold in before if fold in after]
    if len(common) < FEWEST_SEEDS:
        return None
    pairs = [before[fold] for fold in common], [after[fold] for fold in common]
    p = _paired_p(*pairs, 1 / (folds - 1))
    return Judged(fmean(pairs[0]), fmean(pairs[1]), Method.CORRECTED_T, p, len(common))


def _paired_p(before: Sequence[float], after: Sequence[float], ratio: float) -> float:
    """Of differences that are all the same a t test would be certain: then their signs alone count."""
    from scipy import stats

    differences = [two - one for one, two in zip(before, after, strict=True)]
    if differences[0] and np.ptp(differences) == 0:
        return float(stats.binomtest(len(differences), len(differences)).pvalue)
    return corrected_t(differences, ratio).p


def _welch_p(first: Sequence[float], second: Sequence[float]) -> float:
    """Without any spread on either side Welch's test is not defined: then by exact permutation."""
    from scipy import stats

    if np.ptp(first) or np.ptp(second):
        return float(stats.ttest_ind(first, second, equal_var=False).pvalue)
    if fmean(first) == fmean(second):
        return 1.0
    found = stats.permutation_test((first, second), lambda one, two: np.mean(one) - np.mean(two))
    return float(found.pvalue)
