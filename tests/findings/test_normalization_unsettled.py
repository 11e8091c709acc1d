"""``normalization_unsettled``: far worse in inference than while training, with batch normalization."""

from __future__ import annotations

import pytest
from support.results import Outcome, run, spec_of

NET = '[study.red]\nmodel = "red"\nweights = "none"\n'


def trained(outcome, text=NET):
    return run(spec_of(text), lambda _: outcome)


@pytest.mark.parametrize(("seen", "found"), [(0.8, True), (0.46, True), (0.44, False), (0.25, False)])
def test_the_gap_between_training_and_inference_decides(only, seen, found):
    told = only(trained(Outcome(0.25, seen=seen)), "normalization_unsettled")
    assert told.verdict == ("supported" if found else "refuted")
    if found:
        assert told.cells["inference"] == 0.25
        assert told.cells["training"] == pytest.approx(seen)


def test_a_network_without_normalization_is_not_judged(verdict):
    text = '[study.densa]\nmodel = "mlp"\n'
    assert verdict(trained(Outcome(0.25, seen=0.8), text), "normalization_unsettled") == "not_applicable"


def test_restored_weights_belong_to_another_epoch_and_are_not_judged(verdict):
    text = NET + 'callbacks = [{ callback = "EarlyStopping", restore_best_weights = true }]\n'
    assert verdict(trained(Outcome(0.25, seen=0.8), text), "normalization_unsettled") == "not_applicable"


def test_without_history_it_cannot_be_judged(verdict):
    assert verdict(trained(Outcome(0.25, blind=True)), "normalization_unsettled") == "not_applicable"
