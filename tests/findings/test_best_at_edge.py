"""``best_at_edge``: the chosen run of a grid lies at an end of what was tried."""

from __future__ import annotations

import pytest
from support.results import Outcome, grid, table

from reportgen.records.model import Status

CODE = "best_at_edge"
AXES = {"units": [[8], [8, 8]]}


def test_the_chosen_run_is_the_deepest(only):
    told = only(table({("8",): 0.5, ("8-8",): 0.6}, AXES), CODE)
    assert told.verdict == "supported"
    assert told.names["value"] == "8-8"
    assert told.names["best"] in {"capas: 8-8", "8-8"}
    assert told.flags["highest"]


def test_not_when_a_shallower_one_is_chosen_or_the_deepest_failed(verdict, only):
    assert verdict(table({("8",): 0.6, ("8-8",): 0.5}, AXES), CODE) == "refuted"
    told = only(table({("8",): 0.6, ("8-8",): 0.5}, AXES), CODE)
    assert "en un extremo de los valores" not in told.text, "it has the smallest depth"
    assert "ni está en un extremo de otro factor numérico de al menos 3 valores" in told.text
    assert verdict(table({("8",): 0.6, ("8-8",): Outcome(status=Status.FAILED)}, AXES), CODE) == "refuted"
    assert verdict(table({}, AXES), CODE) == "not_applicable"
    assert verdict(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), CODE) == "not_applicable"


@pytest.mark.parametrize(
    ("scores", "found", "highest"),
    [
        ((0.9, 0.7, 0.6), "supported", False),
        ((0.6, 0.9, 0.7), "refuted", None),
        ((0.6, 0.7, 0.9), "supported", True),
    ],
)
def test_either_end_of_three_numbers(only, scores, found, highest):
    rates = [0.1, 0.2, 0.4]
    collected = grid({"dropout": rates}, lambda plan: scores[rates.index(plan.parameters["dropout"])])
    told = only(collected, CODE)
    assert told.verdict == found
    assert told.flags.get("highest") is highest


def test_two_numbers_have_nothing_between_them(verdict):
    assert verdict(grid({"dropout": [0.1, 0.2]}, lambda _: 0.5), CODE) == "not_applicable"
