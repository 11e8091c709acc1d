from __future__ import annotations

from support.results import Outcome, follow_up

CODE = "early_stop_never_fired"
STOP = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2, restore_best_weights = true }]'


def test_counts_the_idle_among_the_watched(only):
    told = only(follow_up([(0.5, 0.5), (0.6, Outcome(0.6, epochs=4)), (0.7, 0.7)], STOP), CODE)
    assert told.cells == {"idle": 2, "watched": 3, "studies": 1}
    assert told.finding.study == "derivado"
    assert "completaron las épocas previstas" in told.text


def test_says_nothing_that_restored_weights_would_refute(only):
    told = only(follow_up([(0.5, 0.5)], STOP), CODE)
    assert "equivale" not in told.text  # the best weights are restored all the same
    assert told.cells == {"idle": 1, "watched": 1, "studies": 1}


def test_not_when_all_stopped_or_none_is_watched(only, verdict):
    told = only(follow_up([(0.5, Outcome(0.5, epochs=4))], STOP), CODE)
    assert (told.verdict, told.cells) == ("refuted", {"watched": 1})
    assert verdict(follow_up([(0.5, 0.5)]), CODE) == "not_applicable"
