from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts
from support.contrasts import tried

CODE = "transfer_effect"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Transferencia de aprendizaje")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)


def test_weights_and_freedom_to_learn_are_two_things(told):
    variants = {
        "azar": 'weights = "none"\nset.trainable = true',
        "fija": 'weights = "imagenet"\nset.trainable = false',
    }
    assert not told(tried(variants, {"azar": 0.5, "fija": 0.9}, "base"), CODE)
