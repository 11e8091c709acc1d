from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from reportgen.analysis.noise import Covers, Method, by_counts, by_folds, by_images, by_seeds

# Student (1908), extra hours of sleep with two drugs; R's data set `sleep`, whose documentation and
# t.test() give the p-values below.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def seeded(values, start=0):
    return dict(enumerate(values, start))


def test_seeds_in_common_are_paired():
    found = by_seeds(seeded(FIRST), seeded(SECOND))
    assert found.method is Method.PAIRED_T
    assert found.p == pytest.approx(0.002833, abs=1e-6)
    assert found.n == 10
    assert found.difference == pytest.approx(1.58)
    assert found.method.covers is Covers.SEEDS


def test_other_seeds_are_compared_by_welch():
    found = by_seeds(seeded(FIRST), seeded(SECOND, 100))
    assert found.method is Method.WELCH
    assert found.p == pytest.approx(0.07939, abs=1e-5)
    assert found.n == 20


def test_with_one_seed_in_common_all_seeds_are_used_and_none_is_paired():
    found = by_seeds({0: 0.5, 1: 0.6}, {1: 0.7, 2: 0.9})
    assert found.method is Method.WELCH
    assert (found.before, found.after) == (0.55, 0.8)


def test_only_seeds_that_both_have_are_paired():
    found = by_seeds({0: 0.5, 1: 0.6, 2: 0.1}, {0: 0.6, 1: 0.75, 9: 1.0})
    assert (found.n, found.before, found.after) == (2, 0.55, 0.675)


def test_one_seed_tells_nothing_of_seeds():
    assert by_seeds({0: 0.5}, {0: 0.9}) is None
    assert by_seeds({0: 0.5}, {1: 0.9, 2: 0.8}) is None


@pytest.mark.parametrize(("pairs", "p"), [(2, 0.5), (3, 0.25), (5, 0.0625), (6, 0.03125)])
def test_equal_differences_are_not_certainty_but_so_many_signs(pairs, p):
    found = by_seeds(dict.fromkeys(range(pairs), 0.5), dict.fromkeys(range(pairs), 0.75))
    assert found.p == pytest.approx(p)


def test_equal_values_on_both_sides_are_no_difference():
    assert by_seeds({0: 0.5, 1: 0.6}, {0: 0.5, 1: 0.6}).p == 1
    assert by_seeds({0: 0.5, 1: 0.5}, {2: 0.5, 3: 0.5}).p == 1


def test_welch_without_any_spread_falls_back_to_permutations():
    found = by_seeds({0: 0.5, 1: 0.5, 2: 0.5}, {7: 0.6, 8: 0.6, 9: 0.6})
    assert found.p == pytest.approx(2 / math.comb(6, 3))


def test_folds_are_corrected_for_the_images_they_share():
    before, after = seeded(FIRST[:5]), seeded(SECOND[:5])
    found = by_folds(before, after, 5)
    differences = np.subtract(SECOND[:5], FIRST[:5])
    t = differences.mean() / math.sqrt((1 / 5 + 1 / 4) * differences.var(ddof=1))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 4))
    assert found.p > by_seeds(before, after).p
    assert (found.method, found.method.covers) == (Method.CORRECTED_T, Covers.FOLDS)
    assert by_folds({0: 0.5}, {0: 0.9, 1: 0.8}, 5) is None


def test_counts_are_compared_by_the_pooled_z_test():
    found = by_counts((810, 1000), (850, 1000))
    pooled = 1660 / 2000
    z = 0.04 / math.sqrt(pooled * (1 - pooled) * 2 / 1000)
    assert found.p == pytest.approx(math.erfc(z / math.sqrt(2)))
    assert (found.method, found.method.covers) == (Method.PROPORTIONS, Covers.IMAGES)
    assert found.difference == pytest.approx(0.04)


def test_few_images_are_compared_exactly():
    # Fisher (1935), the lady who tastes tea
    assert by_counts((3, 4), (1, 4)).p == pytest.approx(34 / 70)


@pytest.mark.parametrize("right", [0, 40])
def test_all_right_or_all_wrong_on_both_sides_is_no_difference(right):
    assert by_counts((right, 40), (right, 40)).p == 1


def test_images_in_common_are_paired():
    before, after = np.arange(100) < 50, np.arange(100) < 60
    found = by_images(before, after)
    assert (found.before, found.after, found.n) == (0.5, 0.6, 100)
    assert found.p == pytest.approx(2 / 2**10)
    assert found.p < by_counts((50, 100), (60, 100)).p, "pairing sees what counts do not"
    assert found.method.covers is Covers.IMAGES
