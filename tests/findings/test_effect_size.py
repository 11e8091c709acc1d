from __future__ import annotations

import pytest
from findings.cases.seeds import networks
from support.results import Outcome, folded, grid

from reportgen.analysis.effects import cohens_h

CODE = "effect_size"


@pytest.mark.parametrize(
    ("outcomes", "verdict", "word"),
    [
        ((0.5, 0.9), "supported", "grande"),
        ((0.6, 0.84), "supported", "mediano"),
        ((0.7, 0.8), "supported", "pequeño"),
        ((0.78, 0.8), "refuted", "despreciable"),
    ],
)
def test_the_word_follows_cohen(only, outcomes, verdict, word):
    told = only(networks(*outcomes), CODE)
    assert told.verdict == verdict
    assert told.cells["h"] == pytest.approx(cohens_h(max(outcomes), min(outcomes)))
    assert f"de tamaño {word}" in told.text


def test_the_chosen_run_is_that_of_validation(only):
    told = only(networks(0.5, Outcome(0.8, validation=0.99), Outcome(0.9, validation=0.7)), CODE)
    assert (told.names["chosen"], told.names["worst"]) == ("Adam", "SGD")
    assert told.cells["difference"] == pytest.approx(0.3)


def test_what_the_images_do_not_show_is_not_said_to_be(only):
    apart = Outcome(0.75, wrong=tuple(range(10))), Outcome(0.55, wrong=tuple(range(10, 28)))
    told = only(networks(*apart, images=40), CODE)
    assert told.verdict == "inconclusive"
    assert "no es demostrable" in told.text
    assert only(networks(*apart, images=40), CODE).cells["p"] > 0.05


def test_a_demonstrable_difference_may_be_negligible(only):
    told = only(networks(0.78, 0.8), CODE)
    assert told.flags["demonstrable"]
    assert told.verdict == "refuted"
    assert "que no es demostrable" not in told.text


def test_the_chosen_run_may_be_the_worst(only):
    told = only(networks(0.9, Outcome(0.5, validation=0.95)), CODE)
    assert (told.verdict, told.flags["same"], told.cells["h"]) == ("refuted", True, 0)
    assert "Holm" not in told.text


def test_holm_is_named_from_three_runs_on(only):
    assert "Holm" not in only(networks(0.5, 0.9), CODE).text
    assert "Holm" in only(networks(0.5, 0.9, 0.6), CODE).text


def test_only_of_grids(told):
    assert not told(folded({"a": [0.8] * 5}), CODE)
    assert not told(grid({"optimizer": ["SGD"]}, lambda _: 0.5), CODE)
