from __future__ import annotations

import pytest
from findings.cases.curves import of
from support.results import Outcome

CODE = "late_best_epoch"


@pytest.mark.parametrize(("best", "verdict"), [(16, "supported"), (15, "refuted")])
def test_a_quarter_of_the_planned_epochs(only, best, verdict):
    told = only(of(Outcome(0.8, best_epoch=best), epochs=20), CODE)
    assert told.verdict == verdict


@pytest.mark.parametrize(("best", "here"), [(17, True), (18, False)])
def test_no_run_is_told_here_and_as_still_improving(only, best, here):
    collected = of(Outcome(0.8, best_epoch=best), 0.8, epochs=20)
    late, going = only(collected, CODE), only(collected, "still_improving")
    assert ("SGD" in late.lists.get("found", ())) is here
    assert (going.verdict == "supported") is not here
    assert late.cells["runs"] == 1 + here


def test_nothing_where_all_still_improve(only):
    assert only(of(Outcome(0.8, best_epoch=20), epochs=20), CODE) is None


def test_it_is_placed_among_the_planned_epochs_and_not_those_that_ran(only):
    stopped = Outcome(0.8, epochs=4, best_epoch=4)
    assert only(of(stopped), CODE).verdict == "refuted"


def test_runs_without_a_best_epoch_or_with_few_are_not_placed(only):
    assert only(of(Outcome(0.8, blind=True)), CODE) is None
    assert only(of(Outcome(0.8, best_epoch=7), epochs=7), CODE) is None
    told = only(of(Outcome(0.8, blind=True), Outcome(0.8, best_epoch=16), epochs=20), CODE)
    assert told.cells == {"runs": 1, "found": 1, "shortest": 8}
    assert "con al menos 8 épocas previstas cuya" in told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert told.lists["found"] == ("Adam",)
