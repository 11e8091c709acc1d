from __future__ import annotations

import pytest
from findings.cases.predictions import missed, of

CODE = "confused_pair"
A, B = missed((0, 20)), missed((1, 30))


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        ((A,), "supported"), ((A, A, B), "supported"), ((A, B), "refuted"), ((B,), "refuted"),
        ((), "not_applicable"), ((1.0,), "not_applicable"),
    ],
)  # fmt: skip
def test_most_of_the_others_means_more_than_half(only, others, verdict):
    told = only(of(missed((0, 9), (1, 3), validation=1.0), *others), CODE)
    assert told.verdict == verdict
    assert told.cells["images"] == 9
    assert told.cells["share"] == 9 / 12
    assert (told.names["one"], told.names["other"]) == ("avión", "hierro")


def test_a_run_without_errors_has_no_pair_and_does_not_count(only):
    told = only(of(missed((0, 9), validation=1.0), A, 1.0), CODE)
    assert told.cells["others"] == told.cells["agree"] == 1


def test_a_tie_of_another_run_counts_for_each_of_its_pairs(only):
    told = only(of(missed((0, 9), validation=1.0), missed((0, 6), (1, 6))), CODE)
    assert told.verdict == "supported"


def test_no_pair_is_preferred_among_equals(only):
    told = only(of(missed((0, 9), (1, 9), validation=1.0), A), CODE)
    assert told.verdict == "inconclusive"
    assert told.lists["pairs"] == ("avión / hierro", "barco / hierro")
    assert "no confunde una pareja de clases más que todas las demás" in told.text


def test_nothing_without_errors(only):
    assert only(of(1.0, A), CODE) is None


@pytest.mark.parametrize(("images", "verdict"), [(4, "inconclusive"), (5, "supported")])
def test_a_confusion_of_a_few_images_is_no_pattern(only, images, verdict):
    told = only(of(missed((0, images), validation=1.0), A), CODE)
    assert told.verdict == verdict
    assert ("son pocas para decir que las confunde" in told.text) is (verdict == "inconclusive")


def test_one_image_is_told_as_such(only):
    told = only(of(missed((0, 1), (1, 1), validation=1.0), A), CODE)
    assert told.verdict == "inconclusive"
    assert "en más de una imagen" in told.text


def test_others_that_confuse_few_images_are_not_asked(only):
    few = missed((0, 4))
    told = only(of(missed((0, 9), validation=1.0), few, few, missed((1, 30))), CODE)
    assert (told.cells["others"], told.cells["agree"]) == (1, 0)
    assert told.verdict == "refuted"
    alone = only(of(missed((0, 9), validation=1.0), few), CODE)
    assert alone.verdict == "not_applicable"
    assert "5 imágenes o más" in alone.text.replace("\N{NO-BREAK SPACE}", " ")
