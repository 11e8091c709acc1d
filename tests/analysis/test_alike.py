"""What looks equal in a report is equal for whoever names a winner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis import alike
from reportgen.report.wording import wording

LOCALE = wording("es")[1]
SHARES = st.floats(0, 1, allow_nan=False)
TIMES = st.floats(0.01, 90_000, allow_nan=False)
SHOWN = [
    (alike.share, LOCALE.percent, SHARES),
    (alike.whole, lambda value: LOCALE.percent(value, 0), SHARES),
    (alike.thousandth, lambda value: LOCALE.number(value, 3), SHARES),
    (alike.duration, LOCALE.duration, TIMES),
]


@pytest.mark.parametrize(("of", "written", "values"), SHOWN, ids=["share", "whole", "thousandth", "time"])
def test_two_values_are_alike_when_they_are_written_the_same(of, written, values):
    @given(values, st.floats(-0.06, 0.06), st.sampled_from([1.0, 1e-2, 1e-3]))
    def check(value, change, scale):
        other = abs(value + change * scale * (1000 if of is alike.duration else 1))
        assert (of(value) == of(other)) is (written(value) == written(other))

    check()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(0.9001, 0.9004, True), (0.9004, 0.9006, False), (0.8995, 0.9004, True), (0.12345, 0.12345, True)],
)
def test_a_tenth_of_a_point(one, other, same):
    assert (alike.share(one) == alike.share(other)) is same


def test_all_that_cannot_be_shown_apart_from_the_end_are_given_the_extreme_first():
    values = {"a": 0.8, "b": 0.9001, "c": 0.9004, "d": 0.9}
    assert alike.highest(values, values.get) == ("c", "b", "d")
    assert alike.lowest(values, values.get) == ("a",)
    assert alike.highest(values, values.get, alike.exactly) == ("c",)
    assert alike.highest("ba", {"a": 1.0, "b": 1.0}.get) == ("b", "a")  # equals in the given order
    assert alike.highest((), float) == ()


@pytest.mark.parametrize(
    ("seconds", "other", "same"),
    [
        (1.21, 1.24, True),
        (1.2, 1.3, False),
        (119.6, 120.4, True),
        (60.0, 61.0, False),
        (7200, 7220, True),
        (7200, 7260, False),
    ],
)
def test_times_are_alike_as_far_as_they_are_shown(seconds, other, same):
    assert (alike.duration(seconds) == alike.duration(other)) is same
