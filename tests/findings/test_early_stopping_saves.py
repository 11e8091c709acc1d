from __future__ import annotations

import pytest
from support.results import FOLLOW, Outcome, follow_up, grid_text, run, spec_of

CODE = "early_stopping_saves"
STOP = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2 }]'


def test_supported_with_what_it_saved(only):
    told = only(
        follow_up([(0.5, Outcome(0.5, epochs=4, seconds=3)), (0.6, Outcome(0.6, seconds=9))], STOP), CODE
    )
    assert told.verdict == "supported"
    assert told.cells == {
        "stopped": 1, "pairs": 2, "run": 14, "planned": 20, "saved": pytest.approx(0.3),
        "before": 10.0, "after": 3.0,  # of the one that was stopped
    }  # fmt: skip
    assert "un 30,0\N{NO-BREAK SPACE}% menos" in told.text


def test_it_may_cost_time_all_the_same_and_says_so(only):
    told = only(follow_up([(Outcome(0.5, seconds=2), Outcome(0.5, epochs=9, seconds=8))], STOP), CODE)
    assert told.verdict == "supported"
    assert told.text.endswith(
        "el tiempo pasó de 2,0 s sin ella a 8,0 s con ella.".replace(" s ", "\N{NO-BREAK SPACE}s ")
    )
    assert "ahorr" not in told.text


def test_refuted_when_it_never_acts(only):
    told = only(follow_up([(0.5, 0.5), (0.6, 0.6)], STOP), CODE)
    assert told.verdict == "refuted"
    assert told.cells["saved"] == 0


def test_times_that_are_not_known_are_not_told(only):
    told = only(follow_up([(Outcome(0.5, seconds=None), Outcome(0.5, epochs=4))], STOP), CODE)
    assert "before" not in told.cells
    assert "tiempo" not in told.text


def test_not_for_another_change_nor_when_the_base_stops_too(only):
    assert only(follow_up([(0.5, 0.6)]), CODE) is None
    assert only(follow_up([(0.5, 0.6)], "set.epochs = 5"), CODE) is None
    stopping = grid_text({"optimizer": ["SGD"]}, table='callbacks = ["EarlyStopping"]')
    spec = spec_of(stopping + FOLLOW.format(changed="set.dropout = 0.3"))
    assert only(run(spec, lambda _: Outcome(0.5, epochs=4)), CODE) is None
