"""``normalization_unsettled``: far worse in inference than while training, with batch normalization."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import Outcome, run, spec_of, variants_text

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


def stopping(**settings):
    given = ", ".join(f"{name} = {value}" for name, value in settings.items())
    return f'{{ callback = "EarlyStopping", restore_best_weights = true{", " if given else ""}{given} }}'


def restored(accuracy, *callbacks):
    """A run that was right as often while training, epoch by epoch, and lost least in its second epoch."""
    text = f"{NET}callbacks = [{', '.join(callbacks)}]\n"
    collected = run(spec_of(text, epochs=3), lambda _: Outcome(0.25, best_epoch=2))
    (result,) = collected.results()
    history = {**result.record.history, "accuracy": accuracy, "val_accuracy": (0.2, 0.25, 0.3)}
    return replace_result(collected, replace(result, record=replace(result.record, history=history)))


def replace_result(collected, result):
    (study,) = collected.studies
    return replace(collected, studies=(replace(study, results=(result,)),))


def test_restored_weights_are_held_against_their_own_epoch(only):
    told = only(restored((0.2, 0.8, 0.3), stopping()), "normalization_unsettled")
    assert told.verdict == "supported"
    assert told.cells["training"] == pytest.approx(0.8)
    assert only(restored((0.9, 0.3, 0.9), stopping()), "normalization_unsettled").verdict == "refuted"


def test_of_two_epochs_that_may_have_been_restored_the_lower_counts(only):
    both = (stopping(), stopping(monitor='"val_accuracy"'))
    assert only(restored((0.2, 0.8, 0.3), *both), "normalization_unsettled").verdict == "refuted"
    assert only(restored((0.2, 0.8, 0.7), *both), "normalization_unsettled").verdict == "supported"


@pytest.mark.parametrize(
    "settings", [{"min_delta": 0.1}, {"start_from_epoch": 1}, {"baseline": 0.5}, {"mode": '"max"'}]
)
def test_where_the_restored_epoch_is_not_known_nothing_is_judged(verdict, settings):
    assert verdict(restored((0.9, 0.9, 0.9), stopping(**settings)), "normalization_unsettled") == (
        "not_applicable"
    )


def test_without_history_it_cannot_be_judged(verdict):
    assert verdict(trained(Outcome(0.25, blind=True)), "normalization_unsettled") == "not_applicable"


def test_a_network_that_is_unsettled_is_not_compared_class_by_class_nor_by_its_gap(told):
    text = variants_text({"base": "", "mejor": "base"}).replace(
        'model = "cnn"', 'model = "red"\nweights = "none"'
    )
    text = text.replace("set.filters = 5", "epochs = 10").replace("set.filters = 6", "epochs = 12")

    def both(seen):
        changed = Outcome(0.25, seen=seen)
        return run(spec_of(text), lambda plan: changed if plan.parameters["variant"] == "mejor" else 0.8)

    for code in ("class_gains", "gap_reduced"):
        assert told(both(0.0), code)
        assert told(both(0.8), code) == []
    (compared,) = told(both(0.8), "variant_improves")
    assert compared.lists["unsettled"] == ("Red mejor",)
    assert "La normalización por lotes de «Red mejor» no está estabilizada" in compared.text
