from __future__ import annotations

import pytest
from support.results import Outcome, result_of, variants

from reportgen.analysis.statistics import holm, paired

CODE = "variant_improves"


def two(base, better):
    return variants({"base": base, "mejor": better}, {"base": "", "mejor": "base"})


@pytest.mark.parametrize(
    ("base", "better", "verdict", "part"),
    [
        (0.7, 0.8, "supported", "supera a"),
        (0.8, 0.7, "refuted", "ocurre lo contrario"),
        (0.8, 0.801, "inconclusive", "no hay diferencia demostrable"),
        (0.8, 0.8, "inconclusive", "no hay diferencia demostrable"),
    ],
)
def test_verdicts(only, base, better, verdict, part):
    told = only(two(base, better), CODE)
    assert told.verdict == verdict
    assert part in told.text


def test_cells_equal_the_paired_comparison(only):
    collected = two(Outcome(0.7, seconds=3.5), Outcome(0.8, seconds=2))
    told = only(collected, CODE)
    base, better = result_of(collected, "Red base"), result_of(collected, "Red mejor")
    found = paired(better.correct(), base.correct())
    assert told.cells == {
        "base_accuracy": 0.7, "changed_accuracy": 0.8, "difference": found.difference.value,
        "low": found.difference.low, "high": found.difference.high, "p": found.p,
        "base_seconds": 3.5, "changed_seconds": 2, "base_epochs": 10, "changed_epochs": 10,
    }  # fmt: skip
    assert told.sources["base_accuracy"] == (base.key,)
    assert "con corrección de Holm" not in told.text


def test_several_variants_are_one_family(told):
    extends = {"base": "", "una": "base", "dos": "base"}
    six = Outcome(wrong=tuple(range(360, 400)))
    collected = variants({"base": Outcome(wrong=tuple(range(354, 400))), "una": six, "dos": six}, extends)
    found = told(collected, CODE)
    assert [item.cells["p"] for item in found] == list(holm([0.03125, 0.03125]))
    assert [item.verdict for item in found] == ["inconclusive"] * 2
    assert all("con corrección de Holm" in item.text for item in found)
    assert all(item.flags["borderline"] for item in found)  # an interval above 0 beside p = 0,063


def test_interval_and_test_that_agree_are_not_borderline(only):
    assert not only(two(0.7, 0.8), CODE).flags["borderline"]
    assert not only(two(0.8, 0.8), CODE).flags["borderline"]


def test_times_that_are_not_known_are_not_told(only):
    told = only(two(Outcome(0.7, seconds=None), 0.8), CODE)
    assert "tiempo" not in told.text
    assert "base_seconds" not in told.cells


def test_not_without_both_arms(told):
    assert not told(two(0.7, None), CODE)
    assert not told(variants({"base": 0.5, "otra": 0.6}, {"base": "", "otra": ""}), CODE)
