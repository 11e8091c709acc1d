from __future__ import annotations

from dataclasses import replace

import pytest
from findings.cases.curves import FLAT, of
from support.results import FOLLOW, Outcome, grid_text, run, spec_of

CODE = "plateau"


def last(gain):
    return Outcome(0.8, val_accuracy=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.6, 0.7 + gain, 0.6))


@pytest.mark.parametrize(("gain", "verdict"), [(0.0, "supported"), (0.004, "supported"), (0.01, "refuted")])
def test_less_than_the_practical_threshold_is_nothing(only, gain, verdict):
    told = only(of(last(gain)), CODE)
    assert told.verdict == verdict
    assert told.cells["rope"] == 0.005


def test_what_could_be_spared_is_the_last_third_of_the_flat_ones(only):
    told = only(of(FLAT, FLAT, 0.8), CODE)
    assert told.cells == {"runs": 3, "flat": 2, "spared": 6, "epochs": 30, "rope": 0.005, "shortest": 6}
    words = "los 3 modelos con al menos 6 épocas previstas que las completaron"
    assert words in told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert told.lists["flat"] == ("SGD", "Adam")


def test_runs_that_stopped_by_themselves_are_not_judged(only):
    changed = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2 }]'
    spec = spec_of(grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed))
    stopped = Outcome(0.8, epochs=8, val_accuracy=(0.8,) * 8)
    told = only(run(spec, lambda plan: stopped if plan.study == "derivado" else 0.8), CODE)
    assert told.cells["runs"] == 1
    assert told.verdict == "refuted"


def test_what_cannot_be_judged_is_said_to_be_so(only):
    for collected in (of(0.8, epochs=5), of(Outcome(0.8, blind=True)), of(None)):
        told = only(collected, CODE)
        assert told.verdict == "not_applicable"
        assert "No se puede decir" in told.text


def test_epochs_that_still_lowered_the_loss_were_not_spared(only):
    """A validation accuracy that rests while the loss falls is learning all the same."""
    assert only(of(FLAT), CODE).verdict == "supported"
    assert only(of(replace(FLAT, best_epoch=10)), CODE).verdict == "refuted"
