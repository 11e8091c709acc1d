from __future__ import annotations

import pytest
from findings.cases.seeds import FIVE, SURE, TURNING, above, flat, two
from support.seeded import seeded

CODE = "ranking_stability"


def test_the_same_order_with_every_seed(only):
    told = only(seeded({"a": FIVE, "b": SURE, "c": [value - 0.1 for value in FIVE]}), CODE)
    assert told.verdict == "supported"
    assert told.cells["concordance"] == pytest.approx(1)
    assert (told.cells["first"], told.cells["seeds"], told.cells["stays"]) == (5, 5, 1)


def test_refuted_when_every_seed_has_its_own_order(only):
    told = only(seeded({"a": [0.8, 0.7, 0.6], "b": [0.7, 0.6, 0.8], "c": [0.6, 0.81, 0.7]}), CODE)
    assert told.verdict == "refuted"
    assert told.cells["concordance"] < 0.5
    assert "depende de la semilla" in told.text


def test_refuted_when_only_the_first_place_is_open(only):
    told = only(seeded(TURNING), CODE)
    assert told.verdict == "refuted"
    assert told.cells["concordance"] > 0.7
    assert told.cells["stays"] < 0.5
    assert "pero no en cuál es la primera" in told.text


def test_a_first_place_that_is_often_lost_is_not_held(only):
    rows = {"a": FIVE, "b": above(0.01, -0.005, 0.01, 0.01, -0.01), "c": above(*[-0.1] * 5)}
    told = only(seeded(rows), CODE)
    assert told.verdict == "inconclusive"
    assert told.cells["concordance"] >= 0.7
    assert 0.5 <= told.cells["stays"] < 0.95


def test_all_level_with_every_seed_cannot_be_judged(only):
    assert only(flat(0.5, 0.5, 0.5), CODE).verdict == "not_applicable"


def test_not_of_two_configurations_nor_of_two_seeds(told):
    assert not told(two(SURE), CODE)
    assert not told(seeded({"a": FIVE[:2], "b": SURE[:2], "c": FIVE[:2]}), CODE)
