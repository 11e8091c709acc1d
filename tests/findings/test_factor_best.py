from __future__ import annotations

import pytest
from support.results import Outcome, grid, grid_text, result_of, run, spec_of, table

from reportgen.analysis.grid import factor_effect

CODE = "factor_best"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh"]}
LABELS = [(name, activation) for name in AXES["optimizer"] for activation in AXES["activation"]]


def optimizer(told, values, axes=AXES):
    found = told(table(dict(zip(LABELS, values, strict=True)), axes), CODE)
    return next(item for item in found if item.names["axis"] == "optimizer")


def test_supported_when_ahead_of_all_others_everywhere(told):
    item = optimizer(told, (0.5, 0.6, 0.8, 0.9, 0.7, 0.6))
    assert item.verdict == "supported"
    assert (item.names["best"], item.names["second"], item.names["factor"]) == (
        "Adam",
        "RMSprop",
        "Optimizador",
    )
    assert item.cells["best_mean"] == pytest.approx(0.85)
    assert item.cells["second_mean"] == pytest.approx(0.65)
    assert item.cells["lead"] == pytest.approx(0.2)
    assert (item.cells["wins"], item.cells["cells"], item.cells["seeds"]) == (2, 2, 1)
    assert "no para el método en general" in item.text


def test_the_means_come_from_the_runs_they_name(told):
    values = (0.5, 0.6, 0.8, 0.9, 0.7, None)
    collected = table(dict(zip(LABELS, values, strict=True)), AXES)
    item = next(found for found in told(collected, CODE) if found.names["axis"] == "optimizer")
    assert item.cells["cells"] == 1
    assert item.sources["best_mean"] == (result_of(collected, "Adam · relu").key,)
    assert item.cells["best_mean"] == 0.8


def test_one_cell_is_never_enough(told):
    item = optimizer(told, (0.5, None, 0.9, 0.9, 0.7, 0.7))
    assert item.verdict == "inconclusive"
    assert "en una sola combinación comparable" in item.text


def test_equal_in_one_cell_is_not_ahead_in_all(told):
    item = optimizer(told, (0.5, 0.6, 0.8, 0.9, 0.8, 0.7))
    assert item.verdict == "inconclusive"
    assert (item.cells["wins"], item.cells["cells"]) == (1, 2)


def test_losing_only_to_the_third_is_told(told):
    # Adam is ahead of RMSprop, the second by its mean, in both cells; SGD is ahead of it in one.
    item = optimizer(told, (0.95, 0.1, 0.8, 0.9, 0.7, 0.7))
    assert item.names["second"] == "RMSprop"
    assert item.verdict == "inconclusive"
    assert item.cells["wins"] == 1
    assert "de todos los demás en 1 de las 2" in item.text


def test_refuted_within_the_practical_threshold(told):
    item = optimizer(told, (0.5, 0.6, 0.803, 0.803, 0.8, 0.8))
    assert item.verdict == "refuted"
    assert item.cells["lead"] == pytest.approx(0.003)
    assert not item.flags["flips"]


def test_exact_ties_are_refuted(told):
    item = optimizer(told, (0.7,) * 6)
    assert item.verdict == "refuted"
    assert item.cells["lead"] == 0


def test_a_mean_of_nothing_may_hide_an_interaction(told):
    item = optimizer(told, (0.1, 0.1, 0.9, 0.7, 0.7, 0.9))
    assert item.verdict == "refuted"
    assert item.flags["flips"]
    assert "depende de la combinación" in item.text


def test_the_threshold_is_the_authors(told):
    collected = grid(
        {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]},
        lambda plan: 0.8 if plan.labels["optimizer"] == "SGD" else 0.7,
        report="rope = 0.2",
    )
    item = next(found for found in told(collected, CODE) if found.names["axis"] == "optimizer")
    assert item.verdict == "refuted"
    assert item.cells["rope"] == 0.2


def test_several_seeds_drop_the_warning(told):
    collected = grid(
        {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]},
        lambda plan: 0.8 if plan.labels["optimizer"] == "SGD" else 0.7,
        seeds=[1, 2, 3],
    )
    item = next(found for found in told(collected, CODE) if found.names["axis"] == "optimizer")
    assert item.cells["cells"] == 6
    assert "método en general" not in item.text


def test_not_for_one_axis_nor_without_comparable_cells(told):
    assert not told(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), CODE)
    apart = {("SGD", "relu"): 0.5, ("Adam", "tanh"): 0.6}
    assert not told(table(apart, AXES), CODE)


def test_a_mean_made_by_one_cell_is_told_with_the_level_that_leads_in_more():
    scores = {("SGD", "relu"): 0.9, ("SGD", "tanh"): 0.6, ("Adam", "relu"): 0.3, ("Adam", "tanh"): 0.61}
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh", "sigmoid"]}
    scores |= {("SGD", "sigmoid"): 0.6, ("Adam", "sigmoid"): 0.61}
    effect = factor_effect(table(scores, axes).studies[0], "optimizer")
    assert effect.levels[0] == "SGD"
    assert effect.rival == ("Adam", 2)


def test_no_award_without_a_clear_lead(told):
    scores = {("SGD", "relu"): 0.9, ("SGD", "tanh"): 0.6, ("Adam", "relu"): 0.3, ("Adam", "tanh"): 0.61}
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
    (found,) = [item for item in told(table(scores, axes), CODE) if item.names["axis"] == "optimizer"]
    assert found.verdict == "inconclusive"
    assert not found.flags["award"]
    won = {("SGD", "relu"): 0.5, ("SGD", "tanh"): 0.5, ("Adam", "relu"): 0.8, ("Adam", "tanh"): 0.9}
    (found,) = [item for item in told(table(won, axes), CODE) if item.names["axis"] == "optimizer"]
    assert found.flags["award"]


def test_what_validation_chose_is_told_with_its_lead_in_test(told):
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
    test = {("SGD", "relu"): 0.70, ("SGD", "tanh"): 0.72, ("Adam", "relu"): 0.74, ("Adam", "tanh"): 0.70}

    def decide(plan):
        pair = (plan.parameters["optimizer"], plan.parameters["activation"])
        return Outcome(test[pair], validation=0.9 if pair[0] == "Adam" else 0.8)

    (found,) = [item for item in told(grid(axes, decide), CODE) if item.names["axis"] == "optimizer"]
    assert found.names["best"] == "Adam"
    assert found.cells["lead"] == pytest.approx(0.1)
    assert found.cells["test_lead"] == pytest.approx((0.04 - 0.02) / 2)
    assert "esa ventaja es de +1,0" in found.text
    by_test = spec_of(grid_text(axes), data='split = { validation = "test" }')
    chosen_by_test = told(run(by_test, decide), CODE)
    assert chosen_by_test
    assert all("test_lead" not in item.cells for item in chosen_by_test)
