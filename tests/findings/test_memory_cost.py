from __future__ import annotations

from findings.cases.resources import GIGA, of
from support.results import Outcome

CODE = "memory_cost"


def test_the_chosen_run_and_the_ends(only):
    told = only(of(Outcome(0.7, peak_bytes=3 * GIGA), Outcome(0.8, peak_bytes=2 * GIGA), 0.95), CODE)
    assert told.cells == {
        "least": 2 * GIGA, "most": 3 * GIGA, "runs": 2, "chosen": 2 * GIGA, "accuracy": 0.8,
    }  # fmt: skip
    assert told.names["chosen"] == "Adam"
    assert "2,00\N{NO-BREAK SPACE}GB" in told.text


def test_the_sentence_says_what_the_number_is_and_ranks_nothing(only):
    told = only(of(Outcome(0.7, peak_bytes=3 * GIGA), Outcome(0.8, peak_bytes=2 * GIGA)), CODE)
    assert "lo que TensorFlow conservaba de los entrenamientos anteriores" in told.text
    assert "no sirve para ordenarlos" in told.text


def test_what_was_not_measured_is_not_applicable(only):
    told = only(of(0.7, 0.8), CODE)
    assert told.verdict == "not_applicable"
    assert not told.cells
    assert only(of(None), CODE) is None
