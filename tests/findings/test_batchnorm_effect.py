from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts

CODE = "batchnorm_effect"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Normalización por lotes")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)
