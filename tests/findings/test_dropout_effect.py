from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts
from support.contrasts import DISJOINT, tried
from support.results import follow_up, grid

CODE = "dropout_effect"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Dropout")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)


VARIANTS = {"sin": "set.drop = 0.0", "con": "set.drop = 0.5"}


def of_seeds(without, having):
    seeds = tuple(range(len(without)))
    return tried(VARIANTS, {"sin": without, "con": having}, seeds=seeds)


def test_several_pairs_are_one_finding(only):
    found = only(of_seeds([0.7, 0.8, 0.8, 0.9], [0.8, 0.8, DISJOINT, 0.7]), CODE)
    counts = {name: found.cells[name] for name in ("pairs", "up", "down", "alike", "open")}
    assert counts == {"pairs": 4, "up": 1, "down": 1, "alike": 1, "open": 1}
    assert found.verdict == "inconclusive"
    assert (found.cells["before"], found.cells["after"]) == (0.9, 0.7)  # the largest difference, either way
    assert found.lists["up"] == ("Red con · s0",)


def test_some_better_and_none_worse(only):
    assert only(of_seeds([0.7, 0.8], [0.8, 0.8]), CODE).verdict == "supported"
    assert only(of_seeds([0.8, 0.8], [0.7, 0.8]), CODE).verdict == "refuted"
    assert only(of_seeds([0.8, 0.8], [0.8, DISJOINT]), CODE).verdict == "inconclusive"


def test_the_family_are_the_pairs_of_the_study(only):
    alone = only(of_seeds([0.8], [0.815]), CODE)
    assert alone.verdict == "supported"
    family = only(of_seeds([0.8, 0.8], [0.815, 0.8]), CODE)
    assert family.cells["p"] == 2 * alone.cells["p"]
    assert family.verdict == "inconclusive"


def test_two_rates_are_no_pair_and_a_follow_up_is_told_as_a_whole(told):
    assert not told(grid({"dropout": [0.2, 0.5]}, lambda _: 0.8), CODE)
    assert not told(follow_up([(0.5, 0.9)]), CODE)
    (found,) = told(grid({"optimizer": ["SGD", "Adam"], "dropout": [0.0, 0.5]}, lambda _: 0.8), CODE)
    assert found.cells["pairs"] == 2
