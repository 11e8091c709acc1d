from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import Outcome, result_of, variants

from reportgen.analysis.effort import effort, hardest
from reportgen.analysis.epoch_rows import epoch_rows
from reportgen.records.model import ParameterCounts

EXTENDS = {"uno": "", "dos": "uno"}


def one(outcome=0.8, **record):
    result = result_of(variants({"uno": outcome, "dos": 0.7}, EXTENDS), "Red uno")
    return replace(result, record=replace(result.record, **record)) if record else result


def with_history(**columns):
    count = len(next(iter(columns.values())))
    return one(history={"loss": (1.0,) * count, **columns}, epochs_run=count)


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        (1, [("first", 1)]),
        (2, [("first", 1), ("last", 2)]),
        (3, [("first", 1), ("middle", 2), ("last", 3)]),
        (30, [("first", 1), ("middle", 15), ("last", 30)]),
    ],
)
def test_first_middle_and_last_epoch_each_once(epochs, expected):
    rows = epoch_rows(with_history(accuracy=tuple(range(epochs))))
    # of a single epoch the first is the last
    found = [("first" if epochs == 1 else row.place, row.epoch) for row in rows]
    assert found == expected
    assert [row.accuracy for row in rows] == [epoch - 1 for _, epoch in expected]


def test_what_was_not_recorded_is_none_and_no_history_gives_no_row():
    (first, last) = epoch_rows(with_history(val_loss=(0.5, None), learning_rate=(0.001,)))
    assert (first.val_loss, last.val_loss) == (0.5, None)
    assert (first.learning_rate, last.learning_rate) == (0.001, None)
    assert epoch_rows(one(history={})) == ()


def test_effort():
    found = effort(
        one(
            seconds=30.0, epochs_run=3, best_epoch=2, peak_bytes=7,
            parameter_counts=ParameterCounts(1000, 900, 100),
            history={"loss": (3.0, 1.0, 2.0), "seconds": (5.0, 4.0, 3.0), "val_accuracy": (0.5, 0.7, 0.6)},
        )
    )  # fmt: skip
    assert found.seconds_per_epoch == 10
    assert found.seconds_to_best == 9
    assert found.swing == pytest.approx(0.15)
    assert found.weights_bytes == 4000
    assert found.peak_bytes == 7


def test_effort_of_a_run_that_recorded_little():
    found = effort(one(Outcome(0.8, blind=True, seconds=None)))
    assert found.seconds_per_epoch is None
    assert found.seconds_to_best is None
    assert found.swing is None
    assert found.gap is None


def test_a_gap_in_the_times_leaves_the_sum_out():
    assert effort(with_history(val_accuracy=(0.5, None, 0.7, 0.6))).swing == pytest.approx(0.1)
    assert effort(with_history(seconds=(1.0, None, 1.0))).seconds_to_best is None


def test_the_hardest_has_most_of_a_measure_and_nobody_is_hardest_of_equals():
    slow, quick = effort(one(best_epoch=9)), effort(one(best_epoch=2))
    assert slow.seconds_to_best > quick.seconds_to_best
    assert hardest([quick, slow], "seconds_to_best") == (slow,)
    assert hardest([quick, slow, slow], "seconds_to_best") == (slow, slow)
    assert hardest([quick, quick], "seconds_to_best") == ()
    assert hardest([slow], "seconds_to_best") == ()
    assert hardest([], "gap") == ()
