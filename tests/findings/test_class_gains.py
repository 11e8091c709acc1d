from __future__ import annotations

import pytest
from findings.cases.predictions import BAD, GOOD, WORST, missed, scarce, three, two, uneven
from scipy import stats
from support.results import Outcome, folded, follow_up

CODE = "class_gains"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (WORST, BAD, "supported"), (BAD, WORST, "refuted"),
        (BAD, BAD, "inconclusive"), (WORST, GOOD, "inconclusive"),
    ],
)  # fmt: skip
def test_verdicts(only, before, after, verdict):
    assert only(two(before, after), CODE).verdict == verdict


def test_the_numbers_are_the_recall_of_the_class_that_moved_most(only):
    told = only(two(missed((0, 50), (1, 40)), missed((1, 10))), CODE)
    assert told.lists["up"] == ("avión", "barco")
    assert (told.cells["up_before"], told.cells["up_after"]) == (0.5, 1.0)
    assert (told.names["up_class"], told.names["changed"], told.names["base"]) == (
        "avión", "Red mejor", "Red base",
    )  # fmt: skip
    assert told.cells["up"] == 2
    assert told.cells["down"] == 0
    assert "del 50,0\N{NO-BREAK SPACE}% al 100,0\N{NO-BREAK SPACE}%" in told.text


def test_the_family_are_the_classes_of_all_pairs_of_the_study(only):
    eight = missed((0, 8)), missed()
    raw = stats.binomtest(8, 8).pvalue
    assert 4 * raw < 0.05 < 8 * raw
    assert only(two(*eight), CODE).verdict == "supported"
    told = only(follow_up([eight, (BAD, BAD)]), CODE)
    assert told.cells["pairs"] == 2
    assert told.verdict == "inconclusive"


def test_one_finding_a_study_however_many_pairs(told):
    (found,) = told(three(WORST, BAD, missed((1, 10))), CODE)
    assert found.cells["pairs"] == 2
    assert found.cells["up"] == 2
    assert found.names["up_base"] in ("Red base", "Red mejor")
    assert "respecto de" in found.text


def test_nothing_without_a_run_to_start_from(told):
    assert not told(two(BAD, None), CODE)
    assert not told(folded({"a": [0.8, 0.9], "b": [0.8, 0.9]}, folds=2), CODE)
    assert not told(two(None, Outcome(0.8)), CODE)


def test_what_could_not_be_demonstrated_is_not_called_unchanged(only):
    told = only(scarce(0.5, 1.0), CODE)
    assert told.verdict == "not_applicable"
    assert (told.cells["blind"], told.cells["compared"], told.cells["blind_images"]) == (4, 4, 2)
    assert "no cambia" not in told.text
    assert "no se puede decir si la exhaustividad de alguna clase cambia" in told.text


def test_a_class_with_too_few_images_is_told_beside_those_that_moved(only):
    told = only(uneven(), CODE)
    assert told.verdict == "supported"
    assert told.lists["up"] == ("avión",)
    assert told.lists["blind"] == ("barco", "ciervo", "hierro")
    assert "De 3 de las 4 comparaciones por clase no se puede decir nada" in told.text


def test_classes_with_images_enough_are_not_told_apart(only):
    told = only(two(BAD, BAD), CODE)
    assert told.cells["blind"] == 0
    assert "no se puede decir nada" not in told.text


def test_all_classes_that_moved_as_far_are_named(only):
    told = only(two(missed((0, 50), (1, 50)), missed()), CODE)
    assert told.lists["up_level"] == ("barco",)
    assert "(tanto como «barco»)" in told.text
