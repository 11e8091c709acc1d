from __future__ import annotations

from support.results import Outcome, table, variants

CODE = "grid_best"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop", "Nadam"]}


def of(**outcomes):
    return table({(name,): outcome for name, outcome in outcomes.items()}, AXES)


def test_each_verdict(only):
    best = only(of(SGD=0.6, Adam=0.9, RMSprop=0.7), CODE)
    assert (best.verdict, best.finding.study, best.names["chosen"]) == ("supported", "rejilla", "Adam")
    tied = only(of(SGD=0.9, Adam=0.895, RMSprop=0.5), CODE)
    assert (tied.verdict, tied.lists["tied"], tied.cells["tied"]) == ("inconclusive", ("Adam",), 1)
    behind = only(of(SGD=0.9, Adam=Outcome(0.895, validation=0.99), RMSprop=0.5), CODE)
    assert (behind.verdict, behind.names["leader"]) == ("inconclusive", "SGD")
    worse = only(of(SGD=0.9, Adam=Outcome(0.6, validation=0.99), RMSprop=0.5), CODE)
    assert worse.verdict == "refuted"
    assert worse.cells["leader"] == 0.9


def test_not_for_variants_nor_for_a_grid_with_one_result(only):
    assert only(variants({"base": 0.5, "mejor": 0.9}, {"base": "", "mejor": "base"}), CODE) is None
    assert only(of(SGD=0.9), CODE) is None


def test_whom_the_leader_is_not_told_from_is_counted_without_the_leader(only):
    """The chosen one is among them and the leader is not; ``tied`` is told of the chosen one."""
    told = only(of(SGD=0.9, Adam=Outcome(0.895, validation=0.99), RMSprop=0.897), CODE)
    assert (told.names["leader"], told.cells["near"], told.cells["rest"]) == ("SGD", 2, 2)
    assert told.sources["near"] == told.sources["rest"]
    assert told.sources["leader"][0] not in told.sources["near"]
    assert told.sources["validation"][0] in told.sources["near"]
    assert "ninguna de las otras 2 redes se distingue de esta última" in told.text
    told = only(of(SGD=0.9, Adam=Outcome(0.895, validation=0.99), RMSprop=0.9, Nadam=0.5), CODE)
    assert "2 de las otras 3 redes no se distinguen de «SGD»" in told.text
