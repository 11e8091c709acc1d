from __future__ import annotations

from support.results import IMAGES, table

from reportgen.analysis.statistics import wilson

CODE = "overall_worst"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def of(*accuracies):
    return table({(name,): value for name, value in zip(AXES["optimizer"], accuracies, strict=False)}, AXES)


def test_above_chance(only):
    told = only(of(0.5, 0.6, 0.7), CODE)
    assert told.lists["worst"] == ("SGD",)
    assert told.cells["accuracy"] == 0.5
    assert told.cells["low"] == wilson(IMAGES // 2, IMAGES).low
    assert told.cells["chance"] == 0.25
    assert told.flags["above_chance"]
    assert "supera lo que daría" in told.text


def test_chance_within_the_interval_is_not_beaten(only):
    told = only(of(0.9, 0.28, 0.7), CODE)
    assert told.cells["low"] < 0.25 < told.cells["accuracy"]
    assert not told.flags["above_chance"]
    assert "no se puede afirmar" in told.text


def test_all_that_share_the_lowest_are_named(only):
    told = only(of(0.5, 0.5, 0.7), CODE)
    assert told.lists["worst"] == ("SGD", "Adam")
    assert told.cells["last"] == 2
    assert "los de menor exactitud de prueba son «SGD» y «Adam»" in told.text


def test_nothing_is_worst_of_one(only):
    assert only(of(0.5), CODE) is None
