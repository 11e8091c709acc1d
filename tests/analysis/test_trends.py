from __future__ import annotations

from dataclasses import replace

import pytest
from scipy import stats
from support.results import (
    FOLLOW,
    Outcome,
    follow_up,
    grid_text,
    result_of,
    run,
    spec_of,
    study_of,
    table,
    variants,
)

from reportgen.analysis.pairs import start_pairs
from reportgen.analysis.trends import gap_change, tail, wobble


def one(values, **more):
    outcome = Outcome(0.8, val_accuracy=tuple(values), **more)
    return result_of(table({("SGD",): outcome}, {"optimizer": ["SGD"]}, epochs=len(values)), "SGD")


def test_the_tail_is_the_last_third_against_the_best_before():
    found = tail(one([0.1, 0.5, 0.7, 0.6, 0.65, 0.72, 0.7]))
    assert found.epochs == 2  # of seven
    assert found.gain == pytest.approx(0.02)
    assert tail(one([0.1, 0.5, 0.7, 0.8, 0.65, 0.72])).gain == pytest.approx(-0.08)


def test_no_tail_of_a_short_or_stopped_or_unknown_curve():
    assert tail(one([0.1, 0.2, 0.3, 0.4, 0.5])) is None
    assert tail(one([0.1] * 9, epochs=6)) is None
    broken = one([0.1] * 6)
    history = {**broken.record.history, "val_accuracy": (0.1, None, 0.2, 0.3, 0.4, 0.5)}
    assert tail(replace(broken, record=replace(broken.record, history=history))) is None


def test_a_steady_rise_does_not_wobble_however_steep():
    assert wobble(one([0.1, 0.9, 0.91, 0.92, 0.93, 0.94])) == pytest.approx(0)
    assert wobble(one([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])) == pytest.approx(0)


def test_wobble_is_what_is_taken_back():
    # Changes 0.2, -0.1, 0.2, -0.1, 0.2: 0.8 in all, 0.4 of it from the first to the last.
    assert wobble(one([0.1, 0.3, 0.2, 0.4, 0.3, 0.5])) == pytest.approx(0.4 / 5)
    assert wobble(one([0.1, 0.3, 0.2, 0.4, 0.3])) is None


def gap(width):
    return Outcome(0.8, validation=0.7, train=0.7 + width)


def changed(*widths):
    pairs = [(gap(before), gap(after)) for before, after in widths]
    return gap_change(start_pairs(study_of(follow_up(pairs), "derivado")))


def test_gaps_are_training_minus_validation_of_each_pair():
    found = changed((0.2, 0.1), (0.1, 0.3))
    assert [item.before for item in found.pairs] == pytest.approx([0.2, 0.1])
    assert [item.after for item in found.pairs] == pytest.approx([0.1, 0.3])
    assert [item.difference for item in found.pairs] == pytest.approx([-0.1, 0.2])
    assert found.p is None  # too few


def test_the_sign_test_is_exact_and_over_the_pairs():
    text = grid_text({"optimizer": ["SGD", "Adam", "RMSprop"]}) + FOLLOW.format(changed="set.dropout = 0.3")
    narrower = {("SGD", 1), ("SGD", 2), ("Adam", 1), ("Adam", 2), ("RMSprop", 1)}

    def decide(plan):
        place = (plan.parameters["optimizer"], plan.seed)
        return gap((0.1 if place in narrower else 0.3) if plan.study == "derivado" else 0.2)

    found = gap_change(start_pairs(study_of(run(spec_of(text, seeds=[1, 2]), decide), "derivado")))
    assert len(found.pairs) == 6
    assert found.p == pytest.approx(stats.binomtest(5, 6).pvalue)


def test_pairs_that_share_runs_are_not_tested():
    names = [f"v{at}" for at in range(8)]
    extends = {name: names[at - 1] if at else "" for at, name in enumerate(names)}
    collected = variants({name: gap(0.3 - at / 50) for at, name in enumerate(names)}, extends)
    found = gap_change(start_pairs(study_of(collected, "cnn")))
    assert len(found.pairs) == 7
    assert all(item.difference < 0 for item in found.pairs)
    assert found.p is None


def test_no_gap_without_measures():
    collected = variants({"base": Outcome(blind=True), "mejor": gap(0.1)}, {"base": "", "mejor": "base"})
    assert gap_change(start_pairs(study_of(collected, "cnn"))) is None
