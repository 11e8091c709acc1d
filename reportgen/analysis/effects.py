"""Takes differences and shares, gives how large an effect is and how many repetitions would show it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from reportgen.analysis.statistics import ALPHA, UNVARIED

POWER = 0.8
"""Probability with which a real difference is to be seen."""
MOST = 1000
"""Repetitions beyond which no number is given: nobody trains so many."""
CAUTION = 0.8
"""Confidence of the upper limit of a deviation that few repetitions tell (Browne, 1995)."""
_SMALL, _MEDIUM, _LARGE = 0.2, 0.5, 0.8
_ONE_SIDED = 5.0
"""Noncentrality above which the other tail is less than 1e-8; further out scipy has no value for some."""
_CERTAIN = 100.0
"""Noncentrality from which every power is 1 as far as anybody can see, even with two repetitions."""


class Size(StrEnum):
    """How large a standardised effect is, in the words of Cohen (1988): from 0.2, 0.5 and 0.8 on."""

    NEGLIGIBLE = "negligible"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


def size(effect: float) -> Size:
    """The word for an effect of either sign."""
    amount = abs(effect)
    if amount < _SMALL:
        return Size.NEGLIGIBLE
    if amount < _MEDIUM:
        return Size.SMALL
    return Size.MEDIUM if amount < _LARGE else Size.LARGE


def cohens_h(first: float, second: float) -> float:
    """Cohen's h (1988, chapter 6) of two shares, first against second: between -pi and pi.

    A difference of shares weighs the more the nearer they are to none or all.
    """
    return float(2 * np.arcsin(np.sqrt(first)) - 2 * np.arcsin(np.sqrt(second)))


def standardised(differences: Sequence[float]) -> float | None:
    """Mean of paired differences over their standard deviation, Cohen's d_z (1988, chapter 2).

    With the exact correction of Hedges (1981) for few repetitions. None where they do not vary.

    Args:
        differences: at least two.
    """
    from scipy import special

    values = np.asarray(differences, dtype=np.float64)
    if np.ptp(values) < UNVARIED:
        return None
    half = (values.size - 1) / 2
    correction = np.exp(special.gammaln(half) - special.gammaln(half - 0.5)) / np.sqrt(half)
    return float(correction * values.mean() / values.std(ddof=1))


def power(difference: float, deviation: float, count: int) -> float:
    """Probability that a two-sided paired t test at 5 % sees a real mean difference.

    By the noncentral t distribution (Cohen, 1988, chapter 2).

    Args:
        difference: the real mean.
        deviation: standard deviation of the paired differences, above 0.
        count: repetitions, at least two.
    """
    from scipy import stats

    critical = float(stats.t.ppf(1 - ALPHA / 2, count - 1))
    shift = min(_CERTAIN, abs(difference) / deviation * float(np.sqrt(count)))
    upper = float(stats.nct.sf(critical, count - 1, shift))
    if shift > _ONE_SIDED:
        return upper
    return upper + float(stats.nct.cdf(-critical, count - 1, shift))


def repetitions_needed(difference: float, deviation: float) -> int | None:
    """The fewest repetitions whose :func:`power` is 80 %; None where even 1000 are too few."""
    if abs(difference) < UNVARIED or power(difference, deviation, MOST) < POWER:
        return None
    low, high = 2, MOST
    while low < high:
        middle = (low + high) // 2
        if power(difference, deviation, middle) >= POWER:
            high = middle
        else:
            low = middle + 1
    return low


def deviation_limit(deviation: float, count: int) -> float:
    """Upper 80 % limit of a standard deviation told by ``count`` repetitions.

    A deviation from few repetitions is often too small, and so are the numbers of repetitions that follow
    from it; Browne (1995) plans with this limit instead.
    """
    from scipy import stats

    return deviation * float(np.sqrt((count - 1) / stats.chi2.ppf(1 - CAUTION, count - 1)))
