from __future__ import annotations

import pytest
from findings.cases.curves import of
from support.results import Outcome

CODE = "early_best_epoch"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("best", "verdict"), [(2, "supported"), (3, "refuted")])
def test_a_quarter_of_the_planned_epochs(only, best, verdict):
    told = only(of(Outcome(0.8, best_epoch=best)), CODE)
    assert told.verdict == verdict


def test_a_run_that_was_stopped_is_not_placed(only):
    """Of the epochs that did not run nobody knows what they would have brought."""
    stopped = Outcome(0.8, epochs=4, best_epoch=2)
    assert only(of(stopped), CODE) is None
    assert only(of(stopped, Outcome(0.8, best_epoch=2)), CODE).cells == {"runs": 1, "found": 1, "shortest": 8}


def test_runs_without_a_best_epoch_or_with_few_are_not_placed(only):
    assert only(of(Outcome(0.8, blind=True)), CODE) is None
    assert only(of(Outcome(0.8, best_epoch=1), epochs=7), CODE) is None
    assert "con al menos 8 épocas previstas que las completó" in plain(
        only(of(Outcome(0.8, best_epoch=2), epochs=8), CODE).text
    )
    told = only(of(Outcome(0.8, blind=True), Outcome(0.8, best_epoch=2)), CODE)
    assert told.cells == {"runs": 1, "found": 1, "shortest": 8}
    assert told.lists["found"] == ("Adam",)


def test_the_end_of_the_quarter_belongs_to_it(only):
    assert only(of(Outcome(0.8, best_epoch=2), epochs=8), CODE).verdict == "supported"
