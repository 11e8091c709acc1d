from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts
from support.contrasts import tried

CODE = "augmentation_effect"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Aumento de datos")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)


def test_other_augmentation_is_not_more_augmentation(told):
    one, other = (
        'augmentation = ["RandomFlip"]',
        'augmentation = [{ layer = "RandomZoom", height_factor = 0.2 }]',
    )
    assert not told(tried({"una": one, "otra": other}, {"una": 0.5, "otra": 0.9}), CODE)
