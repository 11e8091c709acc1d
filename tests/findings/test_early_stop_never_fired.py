from __future__ import annotations

import pytest
from support.results import Outcome, follow_up

from reportgen.report.sentences import sentence
from reportgen.report.wording import wording

CODE = "early_stop_never_fired"
STOP = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2, restore_best_weights = true }]'
CALLBACK = '{{ callback = "EarlyStopping", patience = {} }}'


def test_counts_the_idle_among_the_watched(only):
    told = only(follow_up([(0.5, 0.5), (0.6, Outcome(0.6, epochs=4)), (0.7, 0.7)], STOP), CODE)
    assert told.cells == {"idle": 2, "watched": 3, "studies": 1, "barred": 0, "able": 2}
    assert told.finding.study == "derivado"
    assert "completaron las épocas previstas" in told.text


def test_says_nothing_that_restored_weights_would_refute(only):
    told = only(follow_up([(0.5, 0.5)], STOP), CODE)
    assert "equivale" not in told.text  # the best weights are restored all the same
    assert told.cells == {"idle": 1, "watched": 1, "studies": 1, "barred": 0, "able": 1}


def test_not_when_all_stopped_or_none_is_watched(only, verdict):
    told = only(follow_up([(0.5, Outcome(0.5, epochs=4))], STOP), CODE)
    assert (told.verdict, told.cells) == ("refuted", {"watched": 1})
    assert verdict(follow_up([(0.5, 0.5)]), CODE) == "not_applicable"


def stopping(patience):
    return f'set.callbacks = [{{ callback = "EarlyStopping", patience = {patience} }}]'


@pytest.mark.parametrize(("patience", "barred"), [(8, 0), (9, 1), (10, 1), (20, 1)])
def test_a_patience_as_long_as_the_run_is_the_cause(only, patience, barred):
    told = only(follow_up([(0.5, 0.5)], stopping(patience)), CODE)  # of ten epochs
    assert told.verdict == "supported"
    assert told.cells["barred"] == barred
    assert ("No podía acortarla" in told.text) is bool(barred)
    assert ("no llegó a cumplirse antes de la última época" in told.text) is not barred


def test_the_cause_names_patience_and_epochs_and_the_runs_where_they_are_some(only):
    told = only(follow_up([(0.5, 0.5)], stopping(10)), CODE)
    assert (told.cells["patience"], told.cells["epochs"]) == (10, 10)
    both = f"grid.callbacks = [[{CALLBACK.format(2)}], [{CALLBACK.format(10)}], [{CALLBACK.format(30)}]]"
    both += "\nlabels.callbacks = { values = ['dos', 'diez', 'treinta'] }"
    told = only(follow_up([(0.5, 0.5)], both), CODE)
    assert (told.cells["idle"], told.cells["barred"], told.cells["able"]) == (3, 2, 1)
    assert "patience" not in told.cells  # they differ
    assert len(told.lists["barred"]) == 2
    assert "En la otra, la paciencia no llegó a cumplirse" in told.text


def test_the_remedy_is_another(only):
    templates, locale = wording("es")
    for patience, words in ((10, "Acortar la espera"), (2, "Alargar los entrenamientos")):
        told = only(follow_up([(0.5, 0.5)], stopping(patience)), CODE)
        assert words in sentence(told.finding, templates, locale, {}, folder="remedies").text
