from __future__ import annotations

from support.results import Outcome, grid, table

from reportgen.records.model import Status

CODE = "best_at_edge"
AXES = {"units": [[8], [8, 8]]}


def test_the_chosen_run_is_the_deepest(only):
    told = only(table({("8",): 0.5, ("8-8",): 0.6}, AXES), CODE)
    assert told.cells == {"depth": 2}
    assert told.names["best"] == "capas: 8-8" or told.names["best"] == "8-8"


def test_not_when_a_shallower_one_is_chosen_or_the_deepest_failed(only):
    assert only(table({("8",): 0.6, ("8-8",): 0.5}, AXES), CODE) is None
    assert only(table({("8",): 0.6, ("8-8",): Outcome(status=Status.FAILED)}, AXES), CODE) is None
    assert only(table({}, AXES), CODE) is None
    assert only(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), CODE) is None
