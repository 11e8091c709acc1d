from __future__ import annotations

from support.results import Outcome, table, variants

CODE = "grid_best"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


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
