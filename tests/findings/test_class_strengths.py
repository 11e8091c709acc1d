from __future__ import annotations

import numpy as np
import pytest
from findings.golden_cases import SPREAD
from sklearn.metrics import f1_score
from support.results import CLASSES, Outcome, data_record, table, variants

from reportgen.analysis.statistics import wilson

CODE = "class_strengths"
DATA = data_record()
AXES = {"optimizer": ["SGD", "Adam"]}


def predicted(*swaps):
    """Perfect predictions, but the first ``count`` images of ``true`` are taken for ``other``."""
    found = DATA.test_labels.copy()
    for true, other, count in swaps:
        found[np.flatnonzero((DATA.test_labels == true) & (found == true))[:count]] = other
    return Outcome(predicted=tuple(int(value) for value in found))


def of(outcome):
    return table({("SGD",): outcome}, AXES, data=DATA)


def test_best_worst_and_most_frequent_confusion(only):
    outcome = predicted((0, 1, 20), (0, 2, 5))
    told = only(of(outcome), CODE)
    scores = f1_score(DATA.test_labels, outcome.predicted, average=None)
    assert told.verdict == "supported"
    assert told.lists["easiest"] == ("hierro",)
    assert told.lists["hardest"] == ("avión",)
    assert told.cells["easiest_f1"] == 1
    assert told.cells["hardest_f1"] == pytest.approx(scores.min())
    assert (told.names["true"], told.names["predicted"], told.cells["images"]) == ("avión", "barco", 20)
    assert told.flags["one_confusion"]


def test_ties_are_all_named_and_no_confusion_is_preferred(only):
    told = only(of(predicted((0, 1, 9), (1, 0, 9))), CODE)
    assert told.lists["easiest"] == ("ciervo", "hierro")
    assert told.lists["hardest"] == ("avión", "barco")
    assert "las clases «ciervo» y «hierro»" in told.text
    assert not told.flags["one_confusion"]
    assert "son tomar «avión» por «barco» y «barco» por «avión»" in told.text


@pytest.mark.parametrize(("images", "few"), [(4, True), (5, False)])
def test_a_confusion_counts_from_five_images_on(only, images, few):
    told = only(of(predicted((0, 3, images))), CODE)
    assert told.flags["few"] is few
    assert ("Ninguna confusión se repite lo bastante" in told.text) is few
    assert ("Su confusión más frecuente" in told.text) is not few


def test_no_confusion_of_single_images_is_called_frequent(only):
    told = only(of(predicted((0, 3, 1), (1, 2, 1), (2, 0, 1))), CODE)
    assert "frecuente" not in told.text
    assert "ninguna se repite" in told.text
    alone = only(of(predicted((0, 3, 1))), CODE)
    assert "un solo error" in alone.text


def test_the_rate_of_a_confusion_is_that_of_its_class_with_its_interval(only):
    told = only(of(predicted((0, 1, 20), (0, 2, 5))), CODE)
    found = wilson(20, 100)
    assert [told.cells[name] for name in ("support", "rate", "rate_low", "rate_high")] == [
        100, found.value, found.low, found.high,
    ]  # fmt: skip
    assert told.cells["usual"] == pytest.approx(25 / 400 / 3)
    assert told.flags["repeated"]


def test_errors_that_are_spread_evenly_have_no_favourite(only):
    told = only(of(predicted((0, 1, 6), *SPREAD)), CODE)
    assert wilson(6, 100).low < 46 / 400 / 3 < 6 / 100
    assert not told.flags["repeated"]
    assert "no se distingue de la que se lleva, de media, cada clase equivocada" in told.text


def test_classes_that_are_shown_as_equal_are_all_named_by_value(only):
    data = data_record(images=8000)
    found = data.test_labels.copy()
    for true, other, count in ((0, 1, 50), (1, 0, 50), (2, 3, 1)):
        found[np.flatnonzero(data.test_labels == true)[:count]] = other
    collected = table({("SGD",): Outcome(predicted=tuple(int(value) for value in found))}, AXES, data=data)
    told = only(collected, CODE)
    scores = f1_score(data.test_labels, found, average=None)
    assert scores[2] != scores[3]
    order = ("hierro", "ciervo") if scores[3] > scores[2] else ("ciervo", "hierro")
    assert told.lists["easiest"] == order
    assert told.cells["easiest_f1"] == scores.max()


def test_refuted_without_any_difference(only):
    told = only(of(1.0), CODE)
    assert told.verdict == "refuted"
    assert not told.flags["errors"]
    assert "images" not in told.cells
    assert "No comete ningún error" in told.text


def test_a_class_without_test_images_is_left_out(only):
    data = data_record(classes=(*CLASSES, "ñandú"))
    collected = table({("SGD",): 0.9}, AXES, data=data)
    assert only(collected, CODE) is not None


def test_one_for_each_network_that_is_told_by_itself(told):
    assert len(told(variants({"base": 0.5, "mejor": 0.9}, {"base": "", "mejor": "base"}), CODE)) == 2
    grid = table({("SGD",): 0.5, ("Adam",): 0.9}, AXES, data=DATA)
    assert len(told(grid, CODE)) == 1  # its winner
    assert not told(of(None), CODE)
