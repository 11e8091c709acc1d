from __future__ import annotations

from dataclasses import replace

from findings.cases.nondeterminism import FAR, LOST, NEAR, SAME, repeated


def test_nothing_is_said_of_what_was_never_repeated(only):
    told = only(repeated(), "nondeterminism")
    assert (told.verdict, told.cells) == ("not_applicable", {})


def test_all_alike_is_judged_and_no_problem(only):
    told = only(repeated(SAME, SAME), "nondeterminism")
    assert told.verdict == "refuted"
    assert told.cells == {"repeated": 2, "same": 2, "different": 0, "lost": 0}
    assert "todas dieron exactamente lo mismo" in told.text


def test_one_that_differs_by_a_bit_is_told(only):
    told = only(repeated(SAME, NEAR, SAME), "nondeterminism")
    assert told.verdict == "supported"
    assert told.cells == {"repeated": 3, "same": 2, "different": 0, "lost": 0, "gap": 0.005}
    assert "2 de 3 dieron exactamente lo mismo" in told.text
    assert told.flags["elsewhere"]


def test_the_largest_difference_is_told_with_its_run_whatever_its_sign(only):
    down = replace(FAR, accuracy=-0.07)
    collected = repeated(FAR, down, LOST)
    told = only(collected, "nondeterminism")
    assert told.cells["gap"] == 0.07
    assert told.sources["gap"] == (collected.unique()[1].key,)
    assert (told.cells["different"], told.cells["lost"]) == (2, 1)
    assert not told.flags["elsewhere"]


def test_a_run_that_ended_badly_this_time_has_no_distance(only):
    told = only(repeated(LOST), "nondeterminism")
    assert told.verdict == "supported"
    assert "gap" not in told.cells
    assert "no terminó bien" in told.text
    assert "distinguir" not in told.text


def test_repetitions_of_runs_that_are_no_more_say_nothing(only):
    collected = repeated(SAME)
    stale = replace(collected, verification={"0" * 64: FAR})
    assert only(stale, "nondeterminism").verdict == "not_applicable"


def test_distance_is_that_of_runs_that_are_not_the_same(only):
    told = only(repeated(SAME, LOST), "nondeterminism")
    assert "gap" not in told.cells
    assert not told.flags["measured"]
    assert "distinguir" not in told.text
