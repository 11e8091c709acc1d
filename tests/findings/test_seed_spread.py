from __future__ import annotations

import math

import pytest
from findings.cases.seeds import FAILED, FIVE, SURE, flat, two
from support.results import folded
from support.seeded import IMAGES, seeded

from reportgen.analysis.statistics import wilson

CODE = "seed_spread"
WIDE = [0.70, 0.90, 0.75, 0.85, 0.95]


def test_more_than_the_images(only):
    told = only(seeded(dict.fromkeys("abc", WIDE)), CODE)
    assert told.verdict == "supported"
    mean = sum(WIDE) / 5
    deviation = math.sqrt(sum((value - mean) ** 2 for value in WIDE) / 4)
    bounds = wilson(round(mean * IMAGES), IMAGES)
    assert told.cells["margin"] == pytest.approx(1.959964 * deviation, rel=1e-6)
    assert told.cells["sampling"] == pytest.approx((bounds.high - bounds.low) / 2)
    assert (told.cells["lowest"], told.cells["highest"]) == (0.70, 0.95)
    assert len(told.sources["margin"]) == 15
    assert len(told.sources["lowest"]) == 5
    assert "más que el azar de las imágenes" in told.text


def test_less_than_the_images(only):
    quiet = [0.8, 0.801, 0.8, 0.801, 0.8]
    told = only(seeded({"a": quiet, "b": quiet}), CODE)
    assert told.verdict == "refuted"
    assert told.cells["high"] < told.cells["sampling"]
    # On many more images the same spread is more than theirs.
    assert only(seeded({"a": quiet, "b": quiet}, images=2_000_000), CODE).verdict == "supported"


def test_open_where_the_spread_is_not_known_well_enough(only):
    told = only(two(SURE), CODE)
    assert told.verdict == "inconclusive"
    assert told.cells["low"] < told.cells["sampling"] < told.cells["high"]
    few = only(seeded({"a": [0.8, 0.81, 0.805]}), CODE)
    assert few.verdict == "inconclusive"
    assert few.cells["margin"] < few.cells["sampling"] < few.cells["high"]


def test_no_change_at_all(only):
    told = only(flat(0.5, 0.8), CODE)
    assert (told.verdict, told.flags["unvaried"]) == ("refuted", True)
    assert "no cambió" in told.text


def test_without_two_finished_seeds_it_cannot_be_judged(only):
    assert only(two([0.9, FAILED], [0.9, FAILED]), CODE).verdict == "not_applicable"


def test_one_seed_and_folds_raise_no_question(told):
    assert not told(two([0.9]), CODE)
    assert not told(folded({"a": FIVE}), CODE)
