from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reportgen.analysis.statistics import EXACT_BELOW, holm, paired, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_matches_newcombe_1998(successes, trials, low, high):
    interval = wilson(successes, trials)
    assert interval.value == successes / trials
    assert round(interval.low, 4) == low
    assert round(interval.high, 4) == high


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_the_score_interval(counts):
    successes, trials = counts
    share, z = successes / trials, stats.norm.ppf(0.975)
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    interval = wilson(successes, trials)
    assert math.isclose(interval.low, max(0.0, centre - half), abs_tol=1e-9)
    assert math.isclose(interval.high, min(1.0, centre + half), abs_tol=1e-9)


def outcomes(both: int, only_first: int, only_second: int, neither: int = 0):
    first = [True] * (both + only_first) + [False] * (only_second + neither)
    second = [True] * both + [False] * only_first + [True] * only_second + [False] * neither
    return np.array(first), np.array(second)


def test_mcnemar_is_exact_for_few_discordant_images():
    # Airway hyper-responsiveness before and after stem cell transplantation, Fagerland et al. (2013).
    result = paired(*outcomes(1, 1, 7, 12))
    assert (result.only_first, result.only_second, result.images) == (1, 7, 21)
    assert round(result.p, 4) == 0.0703


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_follows_its_definition(only_first, only_second):
    discordant = only_first + only_second
    fewest = min(only_first, only_second)
    tail = sum(math.comb(discordant, k) for k in range(fewest + 1)) / 2**discordant
    expected = min(1.0, 2 * tail)
    if discordant >= EXACT_BELOW:  # mid-p: half of the observed table's probability, doubled
        expected = min(1.0, 2 * (tail - math.comb(discordant, fewest) / 2 ** (discordant + 1)))
    assert math.isclose(paired(*outcomes(5, only_first, only_second)).p, expected, abs_tol=1e-9)


def test_mid_p_of_the_published_example(monkeypatch):
    monkeypatch.setattr("reportgen.analysis.statistics.EXACT_BELOW", 0)
    assert round(paired(*outcomes(1, 1, 7, 12)).p, 4) == 0.0391


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80))
def test_pairing_is_symmetric_up_to_the_sign(pairs):
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    one, other = paired(first, second), paired(second, first)
    assert one.p == other.p
    assert one.difference.value == -other.difference.value
    assert (one.only_first, one.only_second) == (other.only_second, other.only_first)
    assert one.difference.value == pytest.approx(first.mean() - second.mean())
    assert one.difference.low <= one.difference.value <= one.difference.high


def test_bootstrap_interval_has_the_normal_width_in_the_large():
    result = paired(*outcomes(3000, 400, 300, 300))
    share = 700 / 4000
    half = 1.96 * math.sqrt((share - 0.025**2) / 4000)
    assert result.difference.low == pytest.approx(0.025 - half, abs=6e-4)
    assert result.difference.high == pytest.approx(0.025 + half, abs=6e-4)


def test_equal_networks_do_not_differ():
    result = paired(*outcomes(7, 0, 0, 3))
    assert result.p == 1.0
    assert (result.difference.value, result.difference.low, result.difference.high) == (0, 0, 0)


@pytest.mark.parametrize(("first", "second"), [(3, 4), (0, 0)])
def test_other_images_or_none_cannot_be_paired(first, second):
    with pytest.raises(ValueError, match="cannot be paired"):
        paired(np.ones(first, dtype=bool), np.ones(second, dtype=bool))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_holm_properties(values, random):
    adjusted = holm(values)
    assert all(value <= high <= 1 for value, high in zip(values, adjusted, strict=True))
    ordered = sorted(zip(values, adjusted, strict=True))
    assert [high for _, high in ordered] == sorted(adjusted)
    order = list(range(len(values)))
    random.shuffle(order)
    assert holm([values[at] for at in order]) == tuple(adjusted[at] for at in order)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_no_larger_than_bonferroni(values):
    assert all(
        high <= min(1.0, len(values) * p) + 1e-12 for p, high in zip(values, holm(values), strict=True)
    )
