"""How sure a difference is: every level, from both sides, and at its edges."""

from __future__ import annotations

import pytest

from reportgen.analysis.evidence import Level, level
from reportgen.analysis.statistics import ALPHA, Interval


@pytest.mark.parametrize(
    ("low", "high", "p", "found"),
    [
        (0.02, 0.05, 0.001, Level.SURE),
        (0.01, 0.05, 0.001, Level.PROBABLE),  # touches the threshold
        (0.002, 0.05, 0.001, Level.PROBABLE),
        (0.001, 0.009, 0.001, Level.ALIKE),  # not zero, and too small to matter
        (-0.009, 0.009, 0.6, Level.ALIKE),
        (-0.01, 0.009, 0.6, Level.OPEN),
        (-0.02, 0.05, 0.3, Level.OPEN),
        (0.02, 0.05, ALPHA, Level.OPEN),  # does not survive its family
        (0.002, 0.05, 0.2, Level.OPEN),
        (-0.001, 0.05, 0.04, Level.OPEN),  # interval and test disagree
        (0.0, 0.05, 0.04, Level.OPEN),
    ],
)
def test_level(low, high, p, found):
    assert level(Interval((low + high) / 2, low, high), p, rope=0.01) is found
    assert level(Interval(-(low + high) / 2, -high, -low), p, rope=0.01) is found
