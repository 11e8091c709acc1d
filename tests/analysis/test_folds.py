"""Cross validation: the corrected test, and the best configuration against the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support.results import Outcome, folded, folds_text, grid, run, spec_of

from reportgen.analysis.folds import cross_validation
from reportgen.analysis.statistics import corrected_t, holm

differences = st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=15).filter(lambda v: np.std(v) > 1e-6)


@given(differences)
def test_without_the_correction_it_is_the_paired_t_test(values):
    found = corrected_t(values, 0.0)
    oracle = stats.ttest_rel(values, np.zeros(len(values)))
    assert found.t == pytest.approx(oracle.statistic)
    assert found.p == pytest.approx(oracle.pvalue)
    low, high = oracle.confidence_interval(0.95)
    assert (found.difference.low, found.difference.high) == (pytest.approx(low), pytest.approx(high))


def test_the_correction_by_hand():
    # Five folds: 1/5 + 1/4 = 0.45 of the variance, which is 0.0001.
    values = [0.01, 0.02, 0.03, 0.02, 0.02 + 0.0]
    found = corrected_t(values, 0.25)
    error = np.sqrt(0.45 * np.var(values, ddof=1))
    assert found.t == pytest.approx(0.02 / error)
    assert found.p == pytest.approx(2 * stats.t.sf(0.02 / error, 4))
    assert found.difference.value == pytest.approx(0.02)


@given(differences)
def test_the_correction_only_ever_makes_it_less_sure(values):
    assert corrected_t(values, 0.25).p >= corrected_t(values, 0.0).p


def test_equal_differences_are_certain_or_nothing():
    assert corrected_t([0.25, 0.25], 0.5).p == 0.0
    assert corrected_t([0.0, 0.0, 0.0], 0.5).p == 1.0
    with pytest.raises(ValueError, match="no variance"):
        corrected_t([0.1], 0.5)


A, B, C = [0.80, 0.82, 0.81, 0.83, 0.79], [0.90, 0.91, 0.92, 0.92, 0.90], [0.89, 0.92, 0.91, 0.93, 0.89]


def test_the_best_is_compared_with_every_other_fold_by_fold():
    found = cross_validation(folded({"a": A, "b": B, "c": C}).studies[0])
    assert found.folds == 5
    assert found.whole
    assert found.best.arm.label == "Red b"
    assert found.best.spread.mean == pytest.approx(0.91)
    assert (found.best.spread.n, found.best.spread.low, found.best.spread.high) == (5, 0.90, 0.92)
    assert [item.other.arm.label for item in found.against] == ["Red c", "Red a"]
    raw = [corrected_t([b - o for b, o in zip(B, other, strict=True)], 1 / 4).p for other in (C, A)]
    assert [item.p for item in found.against] == pytest.approx(list(holm(raw)))
    assert [item.told_apart for item in found.against] == [False, True]


def test_only_folds_that_all_finished_count():
    found = cross_validation(folded({"a": [0.99, *A[1:]], "b": [None, *B[1:]]}).studies[0])
    assert not found.whole
    assert found.best.arm.label == "Red b"
    assert [found.best.spread.n, found.against[0].other.spread.n] == [4, 4]
    assert found.against[0].other.spread.high == 0.83


def test_without_a_common_fold_nothing_is_tested():
    found = cross_validation(folded({"a": [0.8, None], "b": [None, 0.9]}, folds=2).studies[0])
    assert found.best.arm.label == "Red b"
    assert [(item.test, item.p, item.told_apart) for item in found.against] == [(None, None, False)]


def test_seeds_of_a_fold_are_averaged_before_the_test():
    def decide(plan):
        return Outcome(0.5, validation=0.5 + 0.1 * plan.fold + 0.02 * plan.seed)

    text = folds_text(["a"], folds=2, more="seeds = [1, 3]")
    found = cross_validation(run(spec_of(text), decide).studies[0])
    assert found.best.scores == pytest.approx({0: 0.54, 1: 0.64})
    assert found.best.spread.n == 2
    assert len(found.best.runs) == 4


def test_repetitions_are_further_folds():
    found = cross_validation(folded({"a": A * 2, "b": B * 2}, more="repeats = 2").studies[0])
    assert found.folds == 5
    assert found.best.spread.n == 10
    raw = corrected_t([b - a for b, a in zip(B * 2, A * 2, strict=True)], 1 / 4)
    assert found.against[0].p == pytest.approx(raw.p)


def test_nothing_without_folds_or_results():
    assert cross_validation(folded({"a": [None] * 5}).studies[0]) is None
    assert cross_validation(grid({"optimizer": ["SGD"]}, lambda _: 0.5).studies[0]) is None
