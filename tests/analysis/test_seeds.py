"""Several seeds: which configurations are compared over which, and what comes out, by independent means."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from support.results import Outcome, folded
from support.seeded import IMAGES, seeded

from reportgen.analysis.evidence import Level
from reportgen.analysis.seeds import against_best, kendall_w, ranking, seed_effect, seed_table
from reportgen.analysis.statistics import holm, wilson
from reportgen.records.model import Status

FAILED = Outcome(status=Status.FAILED, reason="no")
A = [0.80, 0.82, 0.81, 0.83, 0.79]
B = [0.90, 0.91, 0.92, 0.92, 0.90]
C = [0.89, 0.92, 0.91, 0.93, 0.89]


def table(scores, **more):
    return seed_table(seeded(scores, **more).studies[0])


def names(found):
    return [item.arm.label for item in found.configurations]


def test_configurations_stand_from_the_highest_mean_down():
    found = table({"a": A, "b": B, "c": C})
    assert names(found) == ["Red b", "Red c", "Red a"]
    assert found.seeds == (1, 2, 3, 4, 5)
    assert found.configurations[0].scores == tuple(B)
    assert found.configurations[0].mean == pytest.approx(0.91)
    assert len(set(found.runs)) == 15
    assert found.comparable
    assert found.left_out == ()


def test_only_seeds_that_all_finished_count():
    found = table({"a": [FAILED, *A[1:]], "b": [*B[:4], None]})
    assert found.seeds == (2, 3, 4)
    assert found.configurations[0].scores == tuple(B[1:4])
    assert found.declared == 5


def test_a_configuration_that_lost_most_seeds_is_left_out():
    found = table({"a": A, "b": B, "c": [0.99, 0.99, FAILED, FAILED, FAILED]})
    assert names(found) == ["Red b", "Red a"]
    assert [arm.label for arm in found.left_out] == ["Red c"]
    assert found.seeds == (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    "scores",
    [{"a": A[:2], "b": B[:2]}, {"a": A, "b": [None] * 5}, {"a": [None] * 5, "b": [None] * 5},
     {"a": [*A[:3], None, None], "b": [None, None, *B[2:]]}],
    ids=["two seeds", "one configuration", "nothing", "one in common"],
)  # fmt: skip
def test_what_cannot_be_compared_says_so(scores):
    assert not table(scores).comparable


def test_where_nothing_is_repeated_there_is_no_table():
    assert table({"a": A}) is None
    assert table({"a": A[:1], "b": B[:1]}) is None
    assert seed_table(folded({"a": A, "b": B}, more="seeds = [1, 2, 3]").studies[0]) is None


def test_validation_selects_by_its_own_mean():
    found = table({"a": A, "b": B}, validation={"a": 0.9, "b": 0.8})
    assert found.selected().arm.label == "Red a"
    assert names(found)[0] == "Red b"
    blind = Outcome(0.9, blind=True)
    assert table({"a": [blind] * 3, "b": [blind] * 3}).selected() is None


def test_every_pair_of_the_study_counts_for_holm():
    found = against_best(table({"a": A, "b": B, "c": C}))
    assert [item.other.arm.label for item in found] == ["Red c", "Red a"]
    pairs = [stats.ttest_rel(x, y).pvalue for x, y in itertools.combinations((B, C, A), 2)]
    assert [item.p for item in found] == pytest.approx(holm(pairs)[:2])
    interval = stats.ttest_rel(B, A).confidence_interval(0.95)
    assert found[1].test.difference.low == pytest.approx(interval.low)
    assert found[1].deviation == pytest.approx(np.std(np.subtract(B, A), ddof=1))
    assert [item.level(0.005) for item in found] == [Level.OPEN, Level.SURE]
    near = [value + moved for value, moved in zip(A, (0.02, -0.01, 0.03, 0.01, 0.0), strict=True)]
    leading = against_best(table({"a": A, "b": B, "c": near}))
    pairs = [stats.ttest_rel(x, y).pvalue for x, y in itertools.combinations((B, near, A), 2)]
    assert [item.p for item in leading] == pytest.approx(holm(pairs)[:2])
    assert holm(pairs)[:2] != pytest.approx(holm(pairs[:2]))


def test_a_difference_that_does_not_vary_is_not_sure():
    (found,) = against_best(table({"a": [0.5] * 3, "b": [0.8] * 3}))
    assert not found.varies
    assert found.p == 0.25
    assert found.level(0.005) is Level.OPEN


accuracies = st.integers(700, 760).map(lambda value: value / 1000)


@st.composite
def studies(draw):
    seeds, arms = draw(st.integers(3, 6)), draw(st.integers(2, 4))
    return [[draw(accuracies) for _ in range(seeds)] for _ in range(arms)]


@given(studies(), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_neither_the_order_of_the_seeds_nor_that_of_the_configurations_matters(rows, random):
    scores = dict(zip("abcd", rows, strict=False))
    order = list(range(len(rows[0])))
    random.shuffle(order)
    turned = {name: [row[at] for at in order] for name, row in reversed(scores.items())}
    one, other = (
        {
            item.other.arm.label: (item.p, item.test.difference.low)
            for item in against_best(table(given))
        }
        for given in (scores, turned)
    )  # fmt: skip
    means = sorted(round(sum(row), 9) for row in rows)
    if len(set(means)) == len(means):  # of equal means the first declared leads
        assert other == {name: pytest.approx(values) for name, values in one.items()}
    for item in against_best(table(scores)):
        assert item.test.difference.value >= -1e-12
    concordance = ranking(table(scores)).concordance
    assert ranking(table(turned)).concordance == (None if concordance is None else pytest.approx(concordance))


# --- the order ---


def test_kendall_w_of_textbook_examples():
    # Siegel (1956), chapter 9: three executives rank six applicants; three judges rank ten with ties.
    executives = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], dtype=float)
    assert round(kendall_w(executives.T), 2) == 0.16
    judges = np.array(
        [[1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10], [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
         [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10]]
    )  # fmt: skip
    assert round(kendall_w(judges.T), 3) == 0.828


@given(studies())
def test_kendall_w_is_friedmans_statistic_on_another_scale(rows):
    matrix = np.array(rows)
    found = kendall_w(matrix)
    if found is None:
        assert np.all(np.ptp(matrix, axis=0) == 0)
        return
    assert -1e-12 <= found <= 1 + 1e-12
    if len(rows) >= 3:
        friedman = stats.friedmanchisquare(*matrix).statistic
        assert found == pytest.approx(friedman / (matrix.shape[1] * (len(rows) - 1)))


def test_ranking_by_enumeration():
    rows = {"a": [0.81, 0.80, 0.70], "b": [0.80, 0.81, 0.72], "c": [0.50, 0.81, 0.60]}
    found = ranking(table(rows))
    assert names(table(rows)) == ["Red b", "Red a", "Red c"]
    assert found.first == 1  # ahead with the third seed, level with "c" with the second
    matrix = np.array([rows["b"], rows["a"], rows["c"]])
    means = [matrix[:, list(draw)].mean(axis=1) for draw in itertools.product(range(3), repeat=3)]
    share = np.mean([row[0] > row[1:].max() + 1e-9 for row in means])
    assert found.stays == pytest.approx(share, abs=0.015)
    assert ranking(table(rows)) == found


def test_the_same_order_with_every_seed():
    found = ranking(table({"a": A, "b": [value + 0.05 for value in A], "c": [value - 0.05 for value in A]}))
    assert found.concordance == pytest.approx(1)
    assert (found.first, found.stays) == (5, 1.0)


def test_all_level_have_no_order():
    found = ranking(table({"a": [0.5] * 3, "b": [0.5] * 3, "c": [0.5] * 3}))
    assert (found.concordance, found.first, found.stays) == (None, 0, 0.0)


# --- what the seed moves ---


def test_the_effect_of_the_seed_by_hand():
    study = seeded({"a": A, "b": [*B[:2], *[FAILED] * 3], "c": [0.5, *[None] * 4]}).studies[0]
    found = seed_effect(study, IMAGES)
    squares = sum((value - 0.81) ** 2 for value in A) + 2 * 0.005**2
    assert found.margin.value == pytest.approx(1.959964 * math.sqrt(squares / 5), rel=1e-6)
    assert [arm.label for arm in found.configurations] == ["Red a", "Red b"]
    assert len(found.runs) == 7
    assert (found.widest.label, found.lowest, found.highest) == ("Red a", 0.79, 0.83)
    halves = [(wilson(right, IMAGES).high - wilson(right, IMAGES).low) / 2 for right in (810, 905)]
    assert found.images == pytest.approx(sum(halves) / 2)


def test_no_configuration_with_two_seeds_has_no_effect_of_the_seed():
    study = seeded({"a": [0.5, FAILED], "b": [None, 0.6]}).studies[0]
    assert seed_effect(study, IMAGES) is None


def test_runs_of_folds_are_no_seeds():
    study = folded({"a": A}).studies[0]
    assert seed_effect(replace(study), IMAGES) is None
