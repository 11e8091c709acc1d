from __future__ import annotations

import numpy as np
import pytest
from findings.cases.predictions import BLIND, of
from support.results import Outcome

from reportgen.analysis.statistics import wilson

CODE = "shared_errors"


def wrong(*images, validation=None):
    return Outcome(wrong=images, validation=validation)


def three(shared, own):
    """The chosen run has so many errors in common with two others, and so many of its own."""
    first = wrong(*range(shared + own), validation=0.999)
    return of(first, wrong(*range(shared)), wrong(*range(shared), *range(300, 310)))


@pytest.mark.parametrize(
    ("shared", "own", "verdict"),
    [(40, 10, "supported"), (10, 40, "refuted"), (25, 25, "inconclusive"), (6, 4, "inconclusive")],
)
def test_verdicts_follow_the_interval_and_not_the_share(only, shared, own, verdict):
    told = only(three(shared, own), CODE)
    found = wilson(shared, shared + own)
    assert told.verdict == verdict
    assert (told.cells["shared"], told.cells["low"], told.cells["high"]) == (
        found.value,
        found.low,
        found.high,
    )
    assert told.cells["reach"] == 1 - shared / 400


def test_the_reach_is_that_of_the_best_choice_for_each_image(only):
    collected = of(wrong(1, 2, 3, validation=0.999), wrong(3, 4), wrong(3, 5))
    told = only(collected, CODE)
    right = np.stack([result.correct() for result in collected.single()])
    assert told.cells["reach"] == right.any(axis=0).mean()


def test_luck_of_weak_runs_is_not_taken_for_skill(only):
    told = only(of(Outcome(0.9), Outcome(0.3, wrong=tuple(range(280)))), CODE)
    assert told.verdict == "not_applicable"  # two runs say nothing
    told = only(of(0.9, 0.9, Outcome(0.3, wrong=tuple(range(280)))), CODE)
    assert told.verdict == "refuted"
    assert "por azar" in told.text


def test_a_flawless_run_has_nothing_to_share(only):
    told = only(of(1.0, 0.8, 0.7), CODE)
    assert told.verdict == "not_applicable"
    assert "shared" not in told.cells
    assert only(of(None), CODE) is None


def test_whom_the_others_are_is_told(only):
    """Those blind to a class are set apart: "all others fail" is not said of them, nor the reach."""
    first, others = wrong(1, 2, 3, 4, validation=0.999), [wrong(1, 2, 9), wrong(1, 2, 8)]
    told = only(of(first, *others, BLIND), CODE)
    assert (told.cells["others"], told.cells["apart"]) == (2, 1)
    assert len(told.sources["apart"]) == 1
    text = told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        "los otros 2 modelos que reconocen alguna imagen de cada clase (se aparta uno, que da por perdida"
        in text
    )
    assert "a uno de esos 3 modelos que la acierte" in text
    assert "se aparta" not in only(of(first, *others), CODE).text
