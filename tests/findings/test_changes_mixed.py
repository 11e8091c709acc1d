from __future__ import annotations

from findings.cases.curves import MIXED, mixed, of
from support.results import FOLLOW, grid_text, run, spec_of

CODE = "changes_mixed"


def test_pairs_in_which_more_than_one_thing_changed_are_counted(only):
    told = only(mixed(una=MIXED, dos="set.bn = true"), CODE)
    assert told.verdict == "supported"
    assert told.cells == {"pairs": 2, "several": 1}
    assert told.lists["studies"] == ("Ensayo",)


def test_a_single_change_is_none_however_large(only):
    told = only(mixed(una="set.units = 99", dos="epochs = 30"), CODE)
    assert told.verdict == "refuted"
    assert told.cells == {"pairs": 2, "several": 0}


def test_more_epochs_beside_a_change_are_a_second_one(only):
    assert only(mixed(una="set.bn = true\nepochs = 30"), CODE).verdict == "supported"


def test_a_follow_up_is_compared_with_its_winner(only):
    def of_follow(changed):
        text = grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed)
        return only(run(spec_of(text), lambda _: 0.8), CODE)

    assert of_follow("set.dropout = 0.3").verdict == "refuted"
    assert of_follow("set = { dropout = 0.3, activation = 'tanh' }").verdict == "supported"


def test_not_applicable_where_nothing_starts_from_another(only):
    assert only(of(0.8, 0.7), CODE).verdict == "not_applicable"
