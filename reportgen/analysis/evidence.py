"""Takes a difference with its interval and p-value, gives how sure one may be of it."""

from __future__ import annotations

from enum import StrEnum

from reportgen.analysis.statistics import ALPHA, Interval


class Level(StrEnum):
    """How sure a difference is; a report has fixed words for each.

    ``SURE`` (mejor) and ``PROBABLE`` (probablemente mejor) have a direction, that of the difference's sign;
    ``ALIKE`` (sin diferencia demostrable) says that no difference of practical size is left, and
    ``OPEN`` (no concluyente) that the data do not tell.
    """

    SURE = "sure"
    PROBABLE = "probable"
    ALIKE = "alike"
    OPEN = "open"


def level(difference: Interval, p: float, rope: float) -> Level:
    """How sure a difference is, after Kruschke (2018): by where its interval lies about the practical zero.

    The whole interval beyond the practical threshold: sure. Beyond zero, but with values that would not
    matter: probable. Wholly within the threshold on both sides: alike. Else open. What is to count as a
    difference must also survive the correction for its family.

    Args:
        difference: with its 95 % interval.
        p: of the same comparison, adjusted for the family.
        rope: the practical threshold, above 0, in the unit of the difference.
    """
    demonstrable = p < ALPHA and (difference.low > 0 or difference.high < 0)
    if demonstrable and (difference.low > rope or difference.high < -rope):
        return Level.SURE
    if -rope < difference.low and difference.high < rope:
        return Level.ALIKE
    return Level.PROBABLE if demonstrable else Level.OPEN
