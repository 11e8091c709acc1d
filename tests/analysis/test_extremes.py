from __future__ import annotations

import pytest
from support.results import Outcome, study_of, table

from reportgen.analysis.effects import cohens_h
from reportgen.analysis.extremes import extremes
from reportgen.analysis.statistics import holm, paired

NAMES = ["SGD", "Adam", "RMSprop"]


def of(*outcomes):
    values = {(name,): outcome for name, outcome in zip(NAMES, outcomes, strict=False)}
    found = study_of(table(values, {"optimizer": NAMES[: len(outcomes)]}), "rejilla")
    return extremes(found.single())


def test_the_chosen_run_against_the_worst_by_hand():
    found = of(0.6, 0.9, 0.7)
    assert (found.chosen.plan.label, found.worst.plan.label) == ("Adam", "SGD")
    assert found.h == pytest.approx(cohens_h(0.9, 0.6))
    raw = [paired(found.chosen.correct(), found.worst.correct()).p]
    assert found.p == pytest.approx(max(holm([*raw, 0.0])))
    assert found.demonstrable


def test_holm_counts_every_comparison_with_the_chosen_run():
    wrong = tuple(range(7))
    few, level = Outcome(1.0, wrong=wrong), Outcome(1.0)
    alone, many = of(level, few), of(Outcome(1.0, validation=1.0), few, Outcome(1.0, validation=0.9))
    assert alone.p == pytest.approx(2 / 2**7)
    assert many.p == pytest.approx(2 * alone.p)


def test_validation_may_choose_the_worst():
    found = of(Outcome(0.5, validation=0.99), 0.9)
    assert found.chosen is found.worst
    assert (found.h, found.p, found.demonstrable) == (0.0, 1.0, False)
    tied = of(Outcome(0.5, validation=0.6), Outcome(0.5, validation=0.99), 0.9)
    assert tied.worst.plan.label == "Adam"  # of several worst ones, the one that was chosen


def test_nothing_is_far_from_itself():
    assert of(0.5) is None
    assert of(Outcome(0.5, blind=True), Outcome(0.6, blind=True)) is None
