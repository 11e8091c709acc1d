"""What findings on single networks become where configurations have several seeds or several changes."""

from __future__ import annotations

import pytest
from support.results import FOLLOW, folded, folds_text, grid, grid_text, run, spec_of, variants_text


def test_folds_are_no_seeds(only):
    told = only(folded({"a": [0.8] * 5}), "few_seeds")
    assert told.cells["fewest"] == 1
    assert "validación cruzada" in told.text
    assert "las comparaciones se refieren a estas redes" not in told.text
    many = only(folded({"a": [0.8] * 5}, more="seeds = [1, 2, 3, 4, 5]"), "few_seeds")
    assert many.verdict == "refuted"


def test_folds_beside_single_runs_do_not_count_as_seeds(only):
    text = folds_text(["a"]) + grid_text({"optimizer": ["SGD"]})
    told = only(run(spec_of(text), lambda _: 0.5), "few_seeds")
    assert told.cells["fewest"] == 1
    assert len(told.sources["fewest"]) == 1
    assert "Las particiones de la validación cruzada no son semillas" in told.text


def test_seeds_of_variants_are_compared_by_the_first_that_both_finished(only):
    spec = spec_of(variants_text({"base": "", "mejor": "base"}), seeds=[1, 2, 3])
    wanted = {
        ("base", 1): None, ("base", 2): 0.6, ("base", 3): 0.9, ("mejor", 1): 0.99, ("mejor", 2): 0.8,
        ("mejor", 3): 0.5,
    }  # fmt: skip
    told = only(run(spec, lambda plan: wanted[plan.parameters["variant"], plan.seed]), "variant_improves")
    assert (told.cells["base_accuracy"], told.cells["changed_accuracy"]) == (0.6, 0.8)
    assert "la primera semilla que ambas completaron" in told.text


def test_a_grid_of_several_seeds_chooses_a_network_and_no_combination(only):
    collected = grid({"optimizer": ["SGD", "Adam"]}, lambda plan: 0.5 + 0.1 * plan.seed, seeds=[1, 2])
    assert only(collected, "grid_best").text.startswith("En la rejilla, la red que elige la validación")


def test_an_architecture_without_weights_is_named_once_for_all_its_seeds(only):
    text = '[study.red]\ntitle = "Red"\nmodel = "red"\nweights = "none"\n'
    told = only(run(spec_of(text, seeds=[1, 2, 3]), lambda _: 0.5), "no_pretrained_weights")
    assert told.cells == {"runs": 3}
    assert told.lists["labels"] == ("Red",)


def test_factors_over_folds_claim_nothing_of_the_method(told):
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
    text = grid_text(axes).replace('"mlp"', '"mlp"\nfolds = 3')
    collected = run(spec_of(text), lambda plan: 0.8 if plan.labels["optimizer"] == "SGD" else 0.7)
    item = next(found for found in told(collected, "factor_best") if found.names["axis"] == "optimizer")
    assert item.cells["cells"] == 6
    assert "partición a partición" in item.text
    assert "una sola semilla" not in item.text


@pytest.mark.parametrize(
    ("outcomes", "verdict", "part"),
    [
        ((0.8, 0.8), "supported", "en las 4 comparaciones con su red de partida"),
        ((0.8, 0.5), "supported", "en 2 de las 4 comparaciones con su red de partida"),
        ((0.2, 0.2), "refuted", "la empeoró demostrablemente en las 4 comparaciones"),
        ((0.2, 0.5), "refuted", "la empeoró demostrablemente en 2 de las 4"),
        ((0.5, 0.5), "inconclusive", "ninguna diferencia demostrable de exactitud de prueba en las 4"),
        ((0.2, 0.8), "inconclusive", "depende de la configuración"),
    ],
)
def test_several_changes_on_each_network_are_counted_as_comparisons(only, outcomes, verdict, part):
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + FOLLOW.format(changed="grid.dropout = [0.2, 0.4]")
    after = dict(zip((0.2, 0.4), outcomes, strict=True))
    collected = run(spec_of(text), lambda plan: after.get(plan.parameters.get("dropout"), 0.5))
    told = only(collected, "followup_effect")
    assert (told.cells["pairs"], told.cells["bases"]) == (4, 2)
    assert told.verdict == verdict
    assert part in told.text.replace("\u00a0", " ")


def test_the_time_without_early_stopping_is_not_counted_twice(only):
    changed = 'callbacks = [{ callback = "EarlyStopping", patience = 2 }]\ngrid.dropout = [0.2, 0.4]'
    text = grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed)
    told = only(run(spec_of(text), lambda _: 0.5), "early_stopping_saves")
    assert told.cells["pairs"] == 2
    assert "before" not in told.cells
