from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score
from support.results import CLASSES, Outcome, data_record, table, variants

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
    assert told.lists == {"easiest": ("hierro",), "hardest": ("avión",)}
    assert told.cells["easiest_f1"] == 1
    assert told.cells["hardest_f1"] == pytest.approx(scores.min())
    assert (told.names["true"], told.names["predicted"], told.cells["images"]) == ("avión", "barco", 20)
    assert told.flags["one_confusion"]


def test_ties_are_all_named_and_no_confusion_is_preferred(only):
    told = only(of(predicted((0, 1, 9), (1, 0, 9))), CODE)
    assert told.lists == {"easiest": ("ciervo", "hierro"), "hardest": ("avión", "barco")}
    assert "las clases «ciervo» y «hierro»" in told.text
    assert not told.flags["one_confusion"]
    assert "Una de sus confusiones más frecuentes" in told.text


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
