from __future__ import annotations

import pytest
from findings.cases.checks import unsettled
from support.results import FOLLOW, Outcome, grid_text, run, spec_of, table

CODE = "overfitting"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}
GOOD = Outcome(0.8, validation=0.8, train=0.82)
GAPED = Outcome(0.8, validation=0.8, train=0.95)
RISEN = Outcome(0.8, validation=0.8, train=0.8, rise=0.5)


def of(*outcomes):
    return table({(name,): item for name, item in zip(AXES["optimizer"], outcomes, strict=False)}, AXES)


def test_supported_by_a_gap_or_a_rise(only):
    told = only(of(GOOD, GAPED, RISEN), CODE)
    assert told.verdict == "supported"
    assert told.cells["over"] == 2
    assert told.cells["widest"] == pytest.approx(0.15)
    assert told.names["widest"] == "Adam"
    assert len(told.sources["over"]) == 2


def test_the_sentence_holds_of_every_flagged_run(only):
    told = only(of(RISEN), CODE)
    assert told.verdict == "supported"
    words = "la pérdida de validación del modelo que se conserva queda más de un 10,0 % por encima"
    assert words in told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert told.cells["widest"] == 0


def test_refuted_when_none_shows_a_sign(only):
    told = only(of(GOOD, GOOD), CODE)
    assert told.verdict == "refuted"
    assert told.cells["over"] == 0


def test_restored_weights_are_not_overfitted_by_what_came_after(only):
    changed = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2, restore_best_weights = true }]'
    spec = spec_of(grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed))
    told = only(run(spec, lambda plan: RISEN if plan.study == "derivado" else GOOD), CODE)
    assert told.verdict == "refuted"


def test_runs_that_cannot_be_judged_do_not_count_as_clean(only):
    blind = Outcome(0.8, blind=True)
    assert only(of(blind), CODE) is None
    assert only(of(blind, GOOD), CODE).cells["runs"] == 1
    assert only(of(), CODE) is None


def test_a_network_whose_normalization_has_not_settled_is_not_judged(only):
    text = '[study.red]\nmodel = "red"\nweights = "none"\n[study.densa]\nmodel = "mlp"\n'
    unsettled = Outcome(0.25, train=0.35, seen=0.8)
    collected = run(spec_of(text), lambda plan: unsettled if plan.study == "red" else Outcome(0.8))
    found = only(collected, "overfitting")
    assert found.verdict == "refuted"
    assert found.cells["runs"] == 1


def test_those_that_are_set_aside_are_told(only):
    """Of three trained networks one is not judged: it may not be counted among those without a sign."""
    told = only(unsettled(0.8, 0.9), CODE)
    assert (told.cells["runs"], told.cells["apart"]) == (2, 1)
    text = told.text.replace("\N{NO-BREAK SPACE}", " ")
    words = "2 modelos que se pueden juzgar (se aparta uno, cuya normalización por lotes no"
    assert words in text
    assert "2 modelos entrenados" not in text
    assert "los 2 modelos entrenados" in only(of(GOOD, GAPED), CODE).text.replace("\N{NO-BREAK SPACE}", " ")
