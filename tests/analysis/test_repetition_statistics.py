"""Tests and intervals over a few repetitions, against published examples and enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from reportgen.analysis.statistics import (
    corrected_t,
    flip_floor,
    paired_p,
    pooled_deviation,
    sign_flips,
)

SLEEP = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
"""Additional hours of sleep, from Student (1908)."""
DARWIN = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)
"""Crossed minus self-fertilised plants in eighths of an inch, from Fisher (1935), chapter 3."""
steps = st.integers(-30, 30).map(lambda value: value / 1000)


def test_paired_t_of_a_published_example():
    found = corrected_t(SLEEP, 0.0)
    assert (round(found.t, 4), round(found.p, 6)) == (4.0621, 0.002833)
    assert found.difference.value == pytest.approx(1.58)
    assert (round(found.difference.low, 4), round(found.difference.high, 4)) == (0.7001, 2.4599)


def test_sign_flips_of_a_published_example():
    assert sign_flips(DARWIN) == 2 * 863 / 2**15  # Fisher counts 863 of 32,768 sums of 314 or more


@example([-0.006, -0.022, -0.02, 0.022, 0.026])  # their sum is zero, and 3e-18 by the processor
@given(st.lists(steps, min_size=2, max_size=7))
def test_sign_flips_by_enumeration(differences):
    whole = [round(1000 * value) for value in differences]
    observed = abs(sum(whole))
    sums = [
        abs(sum(s * v for s, v in zip(signs, whole, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(whole))
    ]
    assert sign_flips(differences) == pytest.approx(sum(item >= observed for item in sums) / len(sums))


@given(st.lists(steps, min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_sign_flips_have_no_order_and_no_side(differences, random):
    found = sign_flips(differences)
    assert flip_floor(len(differences)) <= found <= 1
    assert sign_flips([-value for value in differences]) == found
    shuffled = list(differences)
    random.shuffle(shuffled)
    assert sign_flips(shuffled) == found


def test_many_differences_are_drawn_and_not_counted():
    values = np.random.default_rng(2).normal(0.4, 1, 20)
    assert sign_flips(values) == sign_flips(values)
    assert sign_flips(values) == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.02)


@pytest.mark.parametrize(("count", "floor"), [(3, 0.25), (5, 0.0625), (6, 0.03125)])
def test_few_differences_cannot_be_significant(count, floor):
    assert flip_floor(count) == floor
    assert sign_flips([0.01 * at for at in range(1, count + 1)]) == floor


def test_p_values_of_rows_are_those_of_single_tests():
    rows = np.random.default_rng(4).normal(0.5, 1, size=(6, 5))
    assert paired_p(rows) == pytest.approx([corrected_t(list(row), 0.0).p for row in rows])


def test_rows_that_do_not_vary_are_judged_by_their_signs():
    rows = np.array([[0.0] * 4, [0.2] * 4, [0.1, 0.2, 0.1, 0.3]])
    found = paired_p(rows)
    assert found[:2] == (1.0, 0.125)
    assert found[2] == pytest.approx(corrected_t(list(rows[2]), 0.0).p)


@pytest.mark.parametrize("count", [3, 5, 8])
def test_the_t_interval_covers_what_it_says(count):
    draws = np.random.default_rng(8).normal(0.8, 0.01, size=(4000, count))
    found = [corrected_t(list(row), 0.0).difference for row in draws]
    assert np.mean([item.low <= 0.8 <= item.high for item in found]) == pytest.approx(0.95, abs=0.012)


@given(st.lists(st.lists(steps, min_size=2, max_size=5), min_size=1, max_size=4))
def test_the_pooled_deviation_is_that_of_the_centred_values(groups):
    centred = [value - math.fsum(group) / len(group) for group in groups for value in group]
    freedom = sum(len(group) - 1 for group in groups)
    found = pooled_deviation([*groups, [0.5]])
    assert found.value == pytest.approx(math.sqrt(math.fsum(v * v for v in centred) / freedom))
    assert found.low <= found.value <= found.high


def test_the_interval_of_a_deviation_of_a_known_table():
    # Chi-square quantiles of 9 degrees of freedom, from a printed table: 2.700 and 19.023.
    found = pooled_deviation([SLEEP])
    assert found.low == pytest.approx(found.value * math.sqrt(9 / 19.023), rel=1e-4)
    assert found.high == pytest.approx(found.value * math.sqrt(9 / 2.700), rel=1e-4)
    assert pooled_deviation([[0.5], [0.6]]) is None
