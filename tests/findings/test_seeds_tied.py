from __future__ import annotations

from findings.cases.seeds import ALIKE, FIVE, NEAR, SURE, above, two
from support.seeded import seeded

CODE = "seeds_tied"
LOW = above(-0.20, -0.21, -0.19, -0.20, -0.22)


def test_what_cannot_be_told_from_the_best_is_named(only):
    told = only(seeded({"a": FIVE, "b": NEAR, "c": LOW}), CODE)
    assert told.verdict == "supported"
    assert told.names["best"] == "Red b"
    assert told.lists == {"tied": ("Red a",), "alike": (), "level": ()}
    assert (told.cells["tied"], told.cells["others"]) == (1, 2)
    assert "no quiere decir que sea igual" in told.text


def test_alike_is_more_than_not_told_apart(only):
    told = only(seeded({"a": FIVE, "b": ALIKE, "c": LOW}), CODE)
    assert told.lists == {"tied": ("Red a",), "alike": ("Red a",), "level": ()}
    assert "queda dentro del umbral práctico" in told.text
    strict = only(seeded({"a": FIVE, "b": ALIKE, "c": LOW}, report="rope = 0.001"), CODE)
    assert strict.lists["alike"] == ()


def test_refuted_when_the_best_stands_alone(only):
    told = only(seeded({"a": FIVE, "b": SURE, "c": LOW}), CODE)
    assert told.verdict == "refuted"
    assert "se distingue de todas las demás" in told.text


def test_many_pairs_make_the_group_larger(only):
    slight = above(-0.006, -0.014, -0.002, -0.015, -0.013)
    few = only(seeded({"a": FIVE, "b": slight, "c": LOW}), CODE)
    many = only(seeded({"a": FIVE, "b": slight, **dict.fromkeys("cdefgh", LOW)}), CODE)
    assert few.verdict == "refuted"
    assert many.lists["tied"] == ("Red b",)


def test_not_of_two_configurations_nor_of_two_seeds(told):
    assert not told(two(SURE), CODE)
    assert not told(seeded({"a": FIVE[:2], "b": SURE[:2], "c": LOW[:2]}), CODE)
