from __future__ import annotations

import numpy as np
import pytest
from support.results import IMAGES, Outcome, data_record, result_of, table

from reportgen.analysis.mistakes import confused, shared_errors
from reportgen.analysis.statistics import wilson

DATA = data_record()
NAMES = ("SGD", "Adam", "RMSprop")


def runs(*outcomes):
    axes = {"optimizer": NAMES[: len(outcomes)]}
    collected = table({(name,): item for name, item in zip(NAMES, outcomes, strict=False)}, axes)
    return [result_of(collected, name) for name in axes["optimizer"]]


def swapped(*swaps):
    found = DATA.test_labels.copy()
    for true, other, count in swaps:
        found[np.flatnonzero((DATA.test_labels == true) & (found == true))[:count]] = other
    return Outcome(predicted=tuple(int(value) for value in found))


def test_both_directions_count_for_a_pair():
    # 2 for 1: 9 images one way. 0 and 3: 6 and 5, more than any single direction.
    (result,) = runs(swapped((2, 1, 9), (0, 3, 6), (3, 0, 5)))
    found = confused(result, DATA)
    assert (found.pairs, found.images, found.errors) == ((("avión", "hierro"),), 11, 20)


def test_ties_are_all_named_in_the_order_of_the_classes():
    (result,) = runs(swapped((3, 2, 4), (0, 1, 4)))
    assert confused(result, DATA).pairs == (("avión", "barco"), ("ciervo", "hierro"))
    assert confused(runs(1.0)[0], DATA) is None


def test_shared_errors_are_counted_image_by_image():
    results = runs(Outcome(wrong=(1, 2, 3, 4)), Outcome(wrong=(3, 4, 5)), Outcome(wrong=(3, 4, 9)))
    found = shared_errors(results, results[0])
    assert (found.images, found.errors, found.hopeless) == (IMAGES, 4, 2)
    assert found.reach == pytest.approx(1 - 2 / IMAGES)
    assert found.shared == wilson(2, 4)
    assert shared_errors(results, results[1]).errors == 3


def test_a_run_without_errors_shares_none():
    results = runs(1.0, 0.5)
    found = shared_errors(results, results[0])
    assert (found.errors, found.hopeless, found.reach, found.shared) == (0, 0, 1, None)
