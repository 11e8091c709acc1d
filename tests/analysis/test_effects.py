"""Effect sizes and power, against tables, closed forms and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reportgen.analysis.effects import (
    MOST,
    POWER,
    Size,
    cohens_h,
    deviation_limit,
    power,
    repetitions_needed,
    size,
    standardised,
)

SLEEP = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
"""Additional hours of sleep, from Student (1908)."""
share = st.floats(0, 1)


@pytest.mark.parametrize(
    ("effect", "word"),
    [(0.0, Size.NEGLIGIBLE), (0.19, Size.NEGLIGIBLE), (0.2, Size.SMALL), (-0.49, Size.SMALL),
     (0.5, Size.MEDIUM), (-0.79, Size.MEDIUM), (0.8, Size.LARGE), (-3.0, Size.LARGE)],
)  # fmt: skip
def test_words_by_cohen(effect, word):
    assert size(effect) is word


def test_h_by_closed_forms():
    assert cohens_h(0.5, 0.25) == pytest.approx(math.pi / 6)
    assert cohens_h(1, 0) == pytest.approx(math.pi)
    assert cohens_h(0.75, 0.25) == pytest.approx(math.pi / 3)
    assert round(cohens_h(0.65, 0.45), 2) == 0.40  # Cohen (1988), table 6.2.1: 0.40 between .45 and .65


@given(share, share)
def test_h_changes_its_sign_with_the_order_and_with_the_errors(first, second):
    assert cohens_h(first, second) == pytest.approx(-cohens_h(second, first))
    assert cohens_h(first, second) == pytest.approx(-cohens_h(1 - first, 1 - second), abs=1e-6)


def test_standardised_difference_of_a_published_example():
    uncorrected = np.mean(SLEEP) / np.std(SLEEP, ddof=1)
    assert round(float(uncorrected), 3) == 1.285
    correction = math.gamma(4.5) / (math.sqrt(4.5) * math.gamma(4))
    assert standardised(SLEEP) == pytest.approx(correction * uncorrected)
    assert correction == pytest.approx(1 - 3 / (4 * 9 - 1), abs=1e-3)  # the approximation of Hedges (1981)


def test_the_correction_makes_the_estimate_unbiased():
    draws = np.random.default_rng(1).normal(0.8, 1.0, size=(20_000, 5))
    assert np.mean([standardised(row) for row in draws]) == pytest.approx(0.8, abs=0.02)


def test_what_does_not_vary_has_no_standardised_difference():
    assert standardised([0.1, 0.1 + 1e-12, 0.1]) is None


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=8), st.randoms(use_true_random=False))
def test_standardised_difference_is_antisymmetric_and_has_no_order(values, random):
    assume(max(values) - min(values) > 1e-3)
    found = standardised(values)
    assert standardised([-value for value in values]) == pytest.approx(-found)
    shuffled = list(values)
    random.shuffle(shuffled)
    assert standardised(shuffled) == pytest.approx(found)


@pytest.mark.parametrize(("effect", "count"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_repetitions_of_published_tables(effect, count):
    # G*Power 3 (Faul et al., 2007): matched pairs, two-sided, alpha 0.05, power 0.80.
    assert repetitions_needed(effect, 1.0) == count


@pytest.mark.parametrize(("effect", "count"), [(0.5, 5), (1.0, 4), (1.5, 6), (2.0, 3)])
def test_power_by_simulation(effect, count):
    draws = np.random.default_rng(3).normal(effect, 1.0, size=(200_000, count))
    t = draws.mean(axis=1) / (draws.std(axis=1, ddof=1) / math.sqrt(count))
    critical = {3: 4.302653, 4: 3.182446, 5: 2.776445, 6: 2.570582}[count]  # of a printed table
    assert power(effect, 1.0, count) == pytest.approx(float(np.mean(np.abs(t) > critical)), abs=0.004)


def test_power_without_a_difference_is_the_level():
    assert power(0.0, 1.0, 7) == pytest.approx(0.05)


@given(st.floats(0.001, 0.2), st.floats(0.0001, 0.05))
def test_no_fewer_repetitions_would_do(difference, deviation):
    found = repetitions_needed(difference, deviation)
    if found is None:
        assert power(difference, deviation, MOST) < POWER
        return
    assert 2 <= found <= MOST
    assert power(difference, deviation, found) >= POWER
    assert found == 2 or power(difference, deviation, found - 1) < POWER
    assert repetitions_needed(-difference, deviation) == found


def test_nothing_shows_no_difference_and_little_is_beyond_reach():
    assert repetitions_needed(0.0, 0.01) is None
    assert repetitions_needed(0.0001, 0.05) is None
    assert repetitions_needed(1.0, 1e-6) == 2


@pytest.mark.parametrize("count", [3, 5, 20])
def test_the_limit_of_a_deviation_holds_in_four_of_five_samples(count):
    draws = np.random.default_rng(5).normal(0, 2.0, size=(40_000, count)).std(axis=1, ddof=1)
    factor = deviation_limit(1.0, count)
    assert np.mean(draws * factor >= 2.0) == pytest.approx(0.8, abs=0.01)
    assert deviation_limit(3.0, count) == pytest.approx(3 * factor)
