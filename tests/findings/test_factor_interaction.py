from __future__ import annotations

import pytest
from findings.cases.seeds import CUBE, FAILED, PAIR, level, turning
from support.results import grid, grid_text, run, spec_of

CODE = "factor_interaction"


def test_supported_when_both_leads_are_real(only):
    told = only(turning(0.2), CODE)
    assert told.verdict == "supported"
    assert (told.cells["ahead"], told.cells["behind"]) == pytest.approx((0.2, -0.2))
    assert told.cells["size"] == pytest.approx(told.cells["ahead"] - told.cells["behind"])
    assert told.cells["low"] < told.cells["size"] < told.cells["high"]
    assert {told.names["here"], told.names["there"]} <= {"relu", "tanh", "SGD", "Adam"}
    assert "Optimizador" in told.text
    assert "no para el método en general" in told.text


def test_one_lead_that_is_not_real_is_no_change_of_sign(only):
    told = only(turning(0.2, behind=0.01), CODE)
    assert told.verdict == "inconclusive"
    assert told.cells["p"] >= 0.05
    assert "no se puede demostrar" in told.text


def test_a_lead_below_the_threshold_does_not_matter(only):
    assert only(turning(0.2, report="rope = 0.25"), CODE).flags["small"]
    assert only(turning(0.2, report="rope = 0.25"), CODE).verdict == "inconclusive"
    smaller = only(turning(0.2, behind=0.1, report="rope = 0.15"), CODE)
    assert smaller.cells["p"] < 0.05
    assert (smaller.verdict, smaller.flags["small"]) == ("inconclusive", True)


def test_refuted_when_no_best_level_changes(only):
    told = only(grid(PAIR, level), CODE)
    assert (told.verdict, told.cells["pairs"]) == ("refuted", 1)
    assert only(grid(CUBE, level), CODE).cells["pairs"] == 3


def test_an_effect_that_only_grows_is_no_change_of_sign(only):
    def grows(plan):
        tanh = plan.labels["activation"] == "tanh"
        return 0.5 + 0.1 * tanh + (0.3 if tanh else 0.1) * (plan.labels["optimizer"] == "Adam")

    assert only(grid(PAIR, grows), CODE).verdict == "refuted"


def test_over_seeds_nothing_is_said_of_single_networks(only):
    told = only(turning(0.2, seeds=[0, 1, 2, 3, 4]), CODE)
    assert (told.verdict, told.flags["over_seeds"], told.cells["units"]) == ("supported", True, 5)
    assert "Vale para estas redes" not in told.text
    two = only(turning(0.2, seeds=[0, 1]), CODE)
    assert not two.flags["over_seeds"]
    assert "2\u00a0semillas" in two.text


def test_without_complete_combinations_it_cannot_be_judged(only):
    assert only(grid(PAIR, lambda _: FAILED), CODE).verdict == "not_applicable"


def test_one_factor_and_folds_raise_no_question(told):
    assert not told(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), CODE)
    text = grid_text(PAIR).replace('"mlp"', '"mlp"\nfolds = 2')
    assert not told(run(spec_of(text), level), CODE)


def test_factors_without_a_name_are_called_as_in_the_catalogue(only):
    text = grid_text(PAIR).replace('labels.optimizer = { name = "Optimizador" }', "")
    assert "Optimizador" in only(run(spec_of(text), turns), CODE).text


def turns(plan):
    adam, tanh = plan.labels["optimizer"] == "Adam", plan.labels["activation"] == "tanh"
    return 0.9 if adam != tanh else 0.6
