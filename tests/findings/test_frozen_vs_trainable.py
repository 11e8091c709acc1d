from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts
from support.contrasts import tried

CODE = "frozen_vs_trainable"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Base entrenable o congelada")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)


def test_trained_in_part_against_trained_whole_is_no_frozen_base(told):
    variants = {"parte": 'set.trainable = "block_16_project"', "toda": "set.trainable = true"}
    assert not told(tried(variants, {"parte": 0.5, "toda": 0.9}, "base"), CODE)
