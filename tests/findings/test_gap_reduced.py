from __future__ import annotations

import pytest
from findings.cases.curves import gap, pairs, six, step
from scipy import stats
from support.results import Outcome, folded, variants

CODE = "gap_reduced"
WIDE, NARROW = (0.2, 0.05), (0.05, 0.2)


@pytest.mark.parametrize(
    ("widths", "verdict"),
    [([WIDE] * 6, "supported"), ([NARROW] * 6, "refuted"), ([WIDE] * 5 + [NARROW], "inconclusive")],
)
def test_a_sign_test_over_independent_pairs_decides(only, widths, verdict):
    told = only(six(*widths), CODE)
    assert told.verdict == verdict
    narrower = sum(widths_after < before for before, widths_after in widths)
    assert told.cells["p"] == pytest.approx(stats.binomtest(narrower, 6).pvalue)
    assert told.cells["mean"] == pytest.approx(sum(after - before for before, after in widths) / 6)


def test_fewer_than_six_pairs_prove_nothing(only):
    told = only(pairs(*[WIDE] * 5), CODE)
    assert told.verdict == "inconclusive"
    assert "p" not in told.cells
    assert told.cells["smaller"] == told.cells["pairs"] == 5
    assert "no bastan" in told.text


def test_pairs_with_runs_in_common_prove_nothing_either(only):
    names = [f"v{at}" for at in range(8)]
    extends = {name: names[at - 1] if at else "" for at, name in enumerate(names)}
    told = only(variants({name: gap(0.3 - at / 50) for at, name in enumerate(names)}, extends), CODE)
    assert told.verdict == "inconclusive"
    assert told.cells["smaller"] == 7
    assert "intervienen en varias comparaciones" in told.text


def test_the_numbers_are_those_of_the_pair_that_changed_most(only):
    told = only(pairs((0.2, 0.1), (0.3, 0.05), (0.1, 0.12)), CODE)
    assert (told.cells["before"], told.cells["after"]) == pytest.approx((0.3, 0.05))
    assert (told.cells["smaller"], told.cells["larger"]) == (2, 1)
    assert told.names["changed"].startswith("Adam")


def test_one_variant_is_one_comparison(only):
    told = only(step(0.2, 0.1), CODE)
    assert told.verdict == "inconclusive"
    assert "Es una sola comparación" in told.text


def test_nothing_without_gaps_or_pairs(told):
    assert not told(
        variants({"base": Outcome(blind=True), "mejor": 0.8}, {"base": "", "mejor": "base"}), CODE
    )
    assert not told(folded({"a": [0.8, 0.9], "b": [0.8, 0.9]}, folds=2), CODE)
