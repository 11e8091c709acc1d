"""``identical_runs``: a network that two declarations give counts once."""

from __future__ import annotations

from findings.cases.identical import copied

CODE = "identical_runs"


def test_a_copy_is_told_and_counts_once(only):
    collected = copied(2)
    found = only(collected, CODE)
    assert found.verdict == "supported"
    assert found.cells == {"copies": 2}
    assert len(collected.unique()) == 4
    assert {result.key for result in collected.copies()} == set(found.sources["copies"])
    assert len(collected.single()) == 4
    assert only(collected, "overfitting").cells["runs"] == 4
    assert set(collected.by_key()) >= set(found.sources["copies"])  # its table still has a row for it


def test_the_same_steps_with_other_weights_in_the_end_are_another_network(only):
    collected = copied(2, test=0.7)  # the best weights were put back
    assert only(collected, CODE).verdict == "refuted"
    assert len(collected.unique()) == 6


def test_equal_predictions_alone_are_no_copy(only):
    assert only(copied(0), CODE).verdict == "refuted"
