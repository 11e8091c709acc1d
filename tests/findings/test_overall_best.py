from __future__ import annotations

import pytest
from support.results import IMAGES, Outcome, follow_up, result_of, run, spec_of, table

from reportgen.analysis.statistics import wilson

CODE = "overall_best"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def of(**outcomes):
    return table({(name,): outcome for name, outcome in outcomes.items()}, AXES)


def test_supported_when_nothing_is_confused_with_the_chosen(only):
    collected = of(SGD=0.6, Adam=Outcome(0.9, validation=0.88), RMSprop=0.7)
    told = only(collected, CODE)
    interval = wilson(round(0.9 * IMAGES), IMAGES)
    key = result_of(collected, "Adam").key
    assert told.verdict == "supported"
    assert told.names["chosen"] == told.names["leader"] == "Adam"
    assert told.cells == {
        "validation": 0.88, "accuracy": 0.9, "low": interval.low, "high": interval.high,
        "runs": 3, "tied": 0, "near": 0, "rest": 2, "leader": 0.9, "least": 10, "most": 10,
    }  # fmt: skip
    assert told.sources["accuracy"] == told.sources["leader"] == (key,)
    assert "El mejor modelo es «Adam»" in told.text


def test_inconclusive_when_others_cannot_be_told_from_it(only):
    told = only(of(SGD=0.9, Adam=Outcome(0.9, validation=0.95), RMSprop=0.5), CODE)
    assert told.verdict == "inconclusive"
    assert told.names["chosen"] == told.names["leader"] == "Adam"  # nobody is above it
    assert told.flags["leads"]
    assert told.lists["tied"] == ("SGD",)
    assert told.cells["tied"] == 1
    assert "No puede llamarse el mejor" in told.text


def test_inconclusive_and_behind(only):
    # SGD leads the test; the chosen one is within its ties, and the sentence names the real leader.
    told = only(of(SGD=Outcome(0.905, validation=0.8), Adam=Outcome(0.9, validation=0.95), RMSprop=0.5), CODE)
    assert told.verdict == "inconclusive"
    assert not told.flags["leads"]
    assert "el más exacto en prueba es «SGD» (90,5\N{NO-BREAK SPACE}%)" in told.text


def test_refuted_when_another_is_demonstrably_better(only):
    told = only(of(SGD=Outcome(0.95, validation=0.7), Adam=Outcome(0.8, validation=0.9)), CODE)
    assert told.verdict == "refuted"
    assert (told.names["chosen"], told.names["leader"]) == ("Adam", "SGD")
    assert "El mejor modelo" not in told.text


@pytest.mark.parametrize(
    "outcomes", [{}, {"SGD": 0.9}, {"SGD": Outcome(0.9, blind=True), "Adam": Outcome(0.8, blind=True)}]
)
def test_nothing_is_best_of_one_or_without_validation(only, outcomes):
    assert only(of(**outcomes), CODE) is None


def test_runs_of_different_studies_with_one_label_have_different_names(only):
    told = only(follow_up([(0.9, 0.9), (0.9, 0.5)]), CODE)
    assert sorted([told.names["chosen"], *told.lists["tied"]]) == [
        "Adam", "SGD", "SGD (Regularización con Dropout)",
    ]  # fmt: skip
    assert told.cells["tied"] == len(told.lists["tied"]) == 2


def test_runs_with_different_budgets_are_ranked_as_trained_networks_and_it_says_so(only):
    text = "".join(
        f'[study.s{at}]\nmodel = "mlp"\nepochs = {n}\nset.activation = "{a}"\n'
        for at, (n, a) in enumerate(((4, "relu"), (9, "tanh")))
    )
    told = only(run(spec_of(text), lambda _: 0.5), CODE)
    assert told.flags["budgets"]
    assert "entre 4 y 9\N{NO-BREAK SPACE}épocas previstas): se ordenan redes ya entrenadas" in told.text
    assert not only(of(SGD=0.5, Adam=0.6), CODE).flags["budgets"]
