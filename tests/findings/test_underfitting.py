from __future__ import annotations

import pytest
from support.results import Outcome, data_record, table

CODE = "underfitting"
AXES = {"optimizer": ["SGD", "Adam"]}


def of(*train, data=None):
    outcomes = {
        (name,): Outcome(0.5, train=value) for name, value in zip(AXES["optimizer"], train, strict=False)
    }
    return table(outcomes, AXES, data=data)


def test_supported_and_refuted_around_the_threshold(only):
    told = only(of(0.28, 0.30), CODE)  # 0.25 + 5 % of the way to 1 = 0.2875
    assert told.verdict == "supported"
    assert told.lists["under"] == ("SGD",)
    assert told.cells == {
        "under": 1, "runs": 2, "majority": 0.25, "threshold": pytest.approx(0.2875), "apart": 0,
    }  # fmt: skip
    assert only(of(0.29, 0.9), CODE).verdict == "refuted"


def test_a_frequent_class_does_not_condemn_everybody(only):
    data = data_record(train=[7000, 1000, 1000, 1000])
    told = only(of(0.99, 0.9, data=data), CODE)
    assert told.verdict == "refuted"
    assert told.cells["majority"] == 0.7
    assert only(of(0.70, 0.9, data=data), CODE).verdict == "supported"


def test_two_classes(only):
    data = data_record(classes=("sí", "no"))
    assert only(of(0.7, 0.9, data=data), CODE).verdict == "refuted"


def test_an_unknown_training_accuracy_is_not_zero(only):
    assert only(table({("SGD",): Outcome(0.9, blind=True)}, AXES), CODE) is None
    assert only(of(), CODE) is None
