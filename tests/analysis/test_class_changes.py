from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics
from support.results import Outcome, data_record, result_of, run, spec_of, variants, variants_text

from reportgen.analysis.class_changes import class_changes, recall_changes
from reportgen.analysis.comparing import same_images
from reportgen.analysis.statistics import mcnemar_floor

DATA = data_record()  # 400 images, four classes, labels 0 1 2 3 0 1 ...
EXTENDS = {"base": "", "mejor": "base"}


def wrong(*, first=0, second=0, third=0):
    """Outcome that takes so many images of the first three classes for the last one."""
    found = DATA.test_labels.copy()
    for label, count in enumerate((first, second, third)):
        found[np.flatnonzero(DATA.test_labels == label)[:count]] = 3
    return Outcome(predicted=tuple(int(value) for value in found))


def variants_on(data, before, after):
    outcomes = {"base": before, "mejor": after}
    return run(spec_of(variants_text(EXTENDS)), lambda plan: outcomes[plan.parameters["variant"]], data)


def compared(before, after):
    collected = variants({"base": before, "mejor": after}, EXTENDS)
    one, other = result_of(collected, "Red base"), result_of(collected, "Red mejor")
    return one, other, class_changes(one, other, DATA)


def test_scores_are_those_of_each_run():
    one, other, rows = compared(wrong(first=40, second=10), wrong(first=10, second=10))
    for result, side in ((one, "before"), (other, "after")):
        expected = metrics.precision_recall_fscore_support(
            result.record.labels, result.predicted(), zero_division=0
        )
        for at, row in enumerate(rows):
            score = getattr(row, side)
            assert (score.precision, score.recall, score.f1, score.support) == pytest.approx(
                tuple(column[at] for column in expected)
            )


def test_only_the_images_of_a_class_decide_on_it_and_holm_counts_the_classes():
    rows = compared(wrong(first=40, second=10), wrong(first=10, second=4))[2]
    gained = [(row.gained, row.lost) for row in rows]
    assert gained == [(30, 0), (6, 0), (0, 0), (0, 0)]
    raw = float(stats.binomtest(6, 6).pvalue)  # exact: six images, all one way
    assert raw < 0.05
    assert rows[1].p == pytest.approx(min(1, 3 * raw))  # the second smallest of four
    assert rows[0].demonstrable
    assert not rows[1].demonstrable
    assert rows[2].p == rows[3].p == 1


def test_the_direction_is_that_of_the_recall():
    rows = compared(wrong(first=5), wrong(first=45, third=2))[2]
    assert rows[0].difference == pytest.approx(-0.4)
    assert rows[0].demonstrable
    assert rows[2].difference < 0
    assert not rows[2].demonstrable


def test_gains_and_losses_that_cancel_out_show_nothing():
    found = DATA.test_labels.copy()
    found[np.flatnonzero(DATA.test_labels == 0)[50:60]] = 3
    rows = compared(wrong(first=10), Outcome(predicted=tuple(int(value) for value in found)))[2]
    assert (rows[0].gained, rows[0].lost, rows[0].p) == (10, 10, 1)


def test_runs_on_other_images_are_refused():
    one, other, _ = compared(wrong(first=5), wrong(first=6))
    moved = replace(other, record=replace(other.record, labels=np.roll(DATA.test_labels, 1)))
    elsewhere = replace(other, plan=replace(other.plan, data="0" * 64))
    for bad in (moved, elsewhere):
        assert not same_images(one, bad)
        with pytest.raises(ValueError, match="cannot be paired"):
            class_changes(one, bad, DATA)


def test_a_class_without_test_images_has_no_p_value():
    data = replace(DATA, classes=(*DATA.classes, "vacía"))
    one, other, _ = compared(wrong(first=5), wrong(first=6))
    last = class_changes(one, other, data)[-1]
    assert last.p is None
    assert not last.demonstrable
    assert last.after.support == 0


def test_recalls_of_several_pairs_are_one_family():
    one, other, rows = compared(wrong(first=40, second=10), wrong(first=10, second=4))
    found = recall_changes([(other, one), (one, other)], DATA)
    assert len(found) == 2 * len(rows)
    assert [item.name for item in found[:4]] == [row.name for row in rows]
    assert [item.before for item in found[:4]] == pytest.approx([row.before.recall for row in rows])
    assert [item.after for item in found[:4]] == pytest.approx([row.after.recall for row in rows])
    assert [item.difference for item in found[4:]] == [-item.difference for item in found[:4]]
    raw = float(stats.binomtest(6, 6).pvalue)
    assert found[1].p == pytest.approx(min(1, 6 * raw))  # two smaller ones of eight come first
    assert found[0].demonstrable
    assert not found[1].demonstrable


@pytest.mark.parametrize(("images", "powerless"), [(7, True), (8, False)])
def test_a_class_is_powerless_when_not_even_all_images_would_show_it(images, powerless):
    """Four classes, nothing moves: 4 * 2 * 0.5 ** 7 is above 5 %, with one image more it is below."""
    assert bool(4 * stats.binomtest(images, images).pvalue >= 0.05) is powerless
    data = data_record(images=4 * images)
    collected = variants_on(data, Outcome(1.0), Outcome(1.0))
    rows = class_changes(result_of(collected, "Red base"), result_of(collected, "Red mejor"), data)
    assert {row.powerless for row in rows} == {powerless}
    assert not any(row.demonstrable for row in rows)


@pytest.mark.parametrize(("others_move", "powerless"), [(True, False), (False, True)])
def test_power_is_judged_beside_what_the_other_classes_show(others_move, powerless):
    """Six images come to p = 0.03: enough where Holm counts one comparison, not where it counts four."""
    labels = np.array([0] * 30 + [1] * 30 + [2] * 30 + [3] * 6, dtype=np.int64)
    data = replace(data_record(images=96), test_labels=labels)
    before = Outcome(wrong=tuple(range(90)) if others_move else ())
    collected = variants_on(data, before, Outcome(1.0))
    base, better = result_of(collected, "Red base"), result_of(collected, "Red mejor")
    assert class_changes(base, better, data)[3].powerless is powerless
    assert recall_changes([(better, base)], data)[3].powerless is powerless


def test_the_smallest_p_of_so_many_images():
    assert mcnemar_floor(0) == 1.0
    for images in (1, 5, 24):
        assert mcnemar_floor(images) == pytest.approx(2 * 0.5**images)
    assert mcnemar_floor(30) == pytest.approx(2 * 0.5**30 - 0.5**30)  # mid-p
