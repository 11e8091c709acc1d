from __future__ import annotations

from support.contrast_checks import check_alone, check_others, check_verdicts
from support.contrasts import tried

CODE = "image_size_effect"


def test_levels_verdicts_and_words(only):
    check_verdicts(only, CODE, "Tamaño de las imágenes")


def test_only_networks_that_differ_in_nothing_else(told):
    check_alone(told, CODE)
    check_others(told, CODE)


def test_larger_and_smaller_are_told_by_the_number_of_pixels(only):
    found = only(tried({"mucho": "set.size = 16", "poco": "set.size = 4"}, {"mucho": 0.5, "poco": 0.9}), CODE)
    assert (found.names["more"], found.names["less"]) == ("Red mucho", "Red poco")
    assert found.verdict == "refuted"
    own = only(tried({"propio": "set.size = 0", "poco": "set.size = 4"}, {"propio": 0.9, "poco": 0.5}), CODE)
    assert own.names["more"] == "Red propio"
