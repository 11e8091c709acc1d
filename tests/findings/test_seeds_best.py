from __future__ import annotations

import pytest
from findings.cases.seeds import ALIKE, FAILED, FIVE, NEAR, PROBABLE, SURE, above, two
from scipy import stats
from support.results import folded, grid
from support.seeded import seeded

from reportgen.analysis.effects import standardised
from reportgen.analysis.statistics import holm

CODE = "seeds_best"


@pytest.mark.parametrize(
    ("scores", "verdict", "level", "word"),
    [
        (SURE, "supported", "sure", "«Red b» es mejor que «Red a»"),
        (PROBABLE, "supported", "probable", "«Red b» es probablemente mejor que «Red a»"),
        (ALIKE, "refuted", "alike", "no hay diferencia demostrable que importe"),
        (NEAR, "inconclusive", "open", "no es concluyente"),
    ],
)
def test_the_words_follow_the_level(only, scores, verdict, level, word):
    told = only(two(scores), CODE)
    assert (told.verdict, told.names["level"]) == (verdict, level)
    assert word in told.text
    assert ("mejor que" in told.text) is (verdict == "supported")


def test_the_numbers_by_scipy(only):
    told = only(two(PROBABLE), CODE)
    test = stats.ttest_rel(PROBABLE, FIVE)
    bounds = test.confidence_interval(0.95)
    cells = told.cells
    assert (cells["low"], cells["high"], cells["p"]) == pytest.approx((bounds.low, bounds.high, test.pvalue))
    assert cells["difference"] == pytest.approx(cells["best_mean"] - cells["second_mean"])
    assert cells["difference"] == pytest.approx(0.01)
    assert cells["effect"] == pytest.approx(standardised([0.006, 0.014, 0.002, 0.015, 0.013]))
    assert cells["best_low"] < cells["best_mean"] < cells["best_high"]
    assert len(told.sources["difference"]) == 10
    assert len(told.sources["best_mean"]) == 5


def test_the_threshold_is_the_authors(only):
    assert only(two(SURE, report="rope = 0.2"), CODE).verdict == "refuted"
    assert only(two(SURE, report="rope = 0.095"), CODE).names["level"] == "probable"


def test_holm_counts_all_pairs(only):
    alone = only(two(PROBABLE), CODE)
    assert alone.verdict == "supported"
    assert "Holm" not in alone.text
    more = {name: above(*[-0.1, -0.12, -0.08, -0.11, -0.2], base=FIVE) for name in "cdef"}
    many = only(seeded({"a": FIVE, "b": PROBABLE, **more}), CODE)
    assert many.cells["difference"] == pytest.approx(alone.cells["difference"])
    assert many.verdict == "inconclusive"
    assert many.cells["p"] >= 0.05 > alone.cells["p"]
    assert "Holm" in many.text


def test_with_five_seeds_signs_cannot_show_it_and_with_six_they_can(only):
    five = only(two(SURE), CODE)
    assert five.cells["floor"] == 0.0625
    assert "no puede bajar de p" in five.text
    six = only(two(above(0.10, 0.09, 0.11, 0.09, 0.11, 0.10)), CODE)
    assert (six.cells["flips"], six.cells["floor"]) == (0.03125, 0.03125)
    assert "no puede bajar" not in six.text
    assert "permutación de signos" in six.text


def test_two_seeds_are_not_enough_for_any_word(only):
    told = only(two([0.99, 0.98], [0.1, 0.12]), CODE)
    assert told.verdict == "not_applicable"
    assert (told.cells["seeds"], told.cells["fewest"]) == (2, 3)
    assert "al menos 3" in told.text
    three = only(two([0.99, 0.98, 0.97], [0.1, 0.12, 0.14]), CODE)
    assert three.verdict == "supported"


def test_one_seed_folds_and_one_configuration_raise_no_question(told):
    assert not told(two([0.99]), CODE)
    assert not told(seeded({"a": FIVE}), CODE)
    assert not told(folded({"a": FIVE, "b": SURE}, more="seeds = [1, 2, 3]"), CODE)


def test_a_seed_that_failed_favours_nobody(only):
    # The failed seed would be the worst of "a"; without it in "b" too the means would not be comparable.
    told = only(seeded({"a": [FAILED, *NEAR[1:]], "b": [0.1, *FIVE[1:]]}), CODE)
    assert told.cells["seeds"] == 4
    assert told.cells["second_mean"] > 0.8
    assert "Solo cuentan las semillas" in told.text


def test_a_configuration_with_too_few_seeds_is_named_and_not_compared(only):
    told = only(seeded({"a": FIVE, "b": SURE, "c": [1.0, 1.0, FAILED, FAILED, FAILED]}), CODE)
    assert told.names["best"] == "Red b"
    assert told.lists["left_out"] == ("Red c",)
    assert "Queda fuera «Red c»" in told.text


def test_the_same_difference_with_every_seed_is_no_evidence(only):
    told = only(seeded({"a": [0.5] * 5, "b": [0.8] * 5}), CODE)
    assert told.verdict == "not_applicable"
    assert told.names["reason"] == "unvaried"


def test_what_validation_prefers_is_said(only):
    told = only(two(SURE, validation={"a": 0.95}), CODE)
    assert told.names["selected"] == "Red a"
    assert "prefiere en promedio «Red a»" in told.text
    assert "prefiere" not in only(two(SURE), CODE).text


def test_a_grid_of_several_seeds_is_compared_by_its_combinations(only):
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}

    def decide(plan):
        moved = plan.seed * (3 if plan.labels["activation"] == "tanh" else 1) % 4
        return 0.5 + 0.2 * (plan.labels["optimizer"] == "Adam") + 0.0025 * moved

    told = only(grid(axes, decide, seeds=[1, 2, 3, 4]), CODE)
    assert told.names["best"].startswith("Adam")
    assert len(told.sources["p"]) == 16


def test_the_second_is_the_one_with_the_second_mean(only):
    told = only(seeded({"a": FIVE, "b": SURE, "c": above(0.05, 0.06, 0.05, 0.06, 0.05)}), CODE)
    assert told.names["second"] == "Red c"
    pairs = [(SURE, above(0.05, 0.06, 0.05, 0.06, 0.05)), (SURE, FIVE), (FIVE, above(*[0.05, 0.06] * 3))]
    raw = [stats.ttest_rel(first, second[:5]).pvalue for first, second in pairs]
    assert told.cells["p"] == pytest.approx(holm(raw)[0])
