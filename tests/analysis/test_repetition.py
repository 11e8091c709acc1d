from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.results import HERE, PASS, grid

from reportgen.analysis.repetition import Sameness, parted, repetition
from reportgen.analysis.statistics import wilson
from reportgen.records.model import RunRecord, Status


@pytest.fixture(scope="module")
def record():
    (result,) = grid({"optimizer": ["SGD"]}, lambda _: 0.8).unique()
    return result.record


def shifted(record, images=0, by=0.0):
    """Some images get another class; all probabilities of the rest move a little."""
    table = record.probabilities.astype(np.float64)
    table[:images] = np.roll(table[:images], 1, axis=1)
    table[images:, 0] += by
    return replace(record, probabilities=table.astype(np.float32))


def test_the_same_is_identical_whatever_it_took(record):
    seconds = tuple(value + 1 for value in record.history["seconds"])
    again = replace(record, seconds=99.0, setup_seconds=3.0, peak_bytes=5, continued=None,
                    history={**record.history, "seconds": seconds})  # fmt: skip
    found = repetition(record, again)
    assert found.sameness is Sameness.IDENTICAL
    assert (found.changed, found.probability, found.accuracy, found.loss) == (0, 0, 0, 0)
    assert (found.parted, found.reason, dict(found.environment)) == (None, "", {})
    assert found.images == 400


def test_one_bit_is_not_identical_and_no_prediction_is_equivalent(record):
    again = shifted(record, by=2**-22)
    found = repetition(record, again)
    assert found.sameness is Sameness.EQUIVALENT
    assert found.changed == 0
    assert found.probability == pytest.approx(2**-22, rel=0.2)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: {"metrics": {**record.metrics, "train": {"accuracy": 0.80000001, "loss": 0.2}}},
        lambda record: {"history": {**record.history, "val_loss": (*record.history["val_loss"][:-1], 0.1)}},
        lambda record: {"history": {**record.history, "extra": (1.0,)}},
    ],
    ids=["metrics", "history", "column"],
)
def test_what_differs_beside_the_predictions_is_not_identical(record, change):
    assert repetition(record, replace(record, **change(record))).sameness is Sameness.EQUIVALENT


def test_the_margin_of_the_test_images_is_the_bound(record):
    interval = wilson(320, 400)
    half = (interval.high - interval.low) / 2
    most = int(half * 400)
    near, far = (repetition(record, shifted(record, images)) for images in (most, most + 1))
    assert near.half_width == pytest.approx(half)
    assert (near.sameness, near.changed) == (Sameness.EQUIVALENT, most)
    assert (far.sameness, far.changed) == (Sameness.DIFFERENT, most + 1)


def test_differences_are_new_minus_stored(record):
    worse = {**record.metrics, "test": {"accuracy": 0.75, "loss": 0.7}}
    found = repetition(record, replace(record, metrics=worse))
    assert found.accuracy == pytest.approx(-0.05)
    assert found.loss == pytest.approx(0.2)
    blind = repetition(record, replace(record, metrics={"test": {"accuracy": 0.8, "loss": None}}))
    assert blind.loss is None


def test_the_first_epoch_that_differs(record):
    loss = list(record.history["loss"])
    assert parted(record, record) is None
    for epoch in (1, 4, 10):
        changed = [value + (at == epoch - 1) * 1e-12 for at, value in enumerate(loss)]
        assert parted(record, replace(record, history={**record.history, "loss": tuple(changed)})) == epoch


def test_one_that_ran_longer_parts_where_the_other_ends(record):
    short = replace(record, history={name: values[:6] for name, values in record.history.items()},
                    epochs_run=6)  # fmt: skip
    assert parted(record, short) == parted(short, record) == 7
    assert repetition(record, short).epochs == (10, 6)


@pytest.mark.parametrize("status", [Status.DIVERGED, Status.FAILED, Status.TIMEOUT])
def test_one_that_did_not_end_well_is_different(record, status):
    found = repetition(record, RunRecord(record.key, status, "no es finita", environment=HERE))
    assert (found.sameness, found.reason, found.changed) == (Sameness.DIFFERENT, "no es finita", None)


def test_other_test_images_are_different(record):
    fewer = replace(record, labels=record.labels[:-1], probabilities=record.probabilities[:-1])
    others = replace(record, labels=np.roll(record.labels, 1))
    for again in (fewer, others):
        found = repetition(record, again)
        assert (found.sameness, found.changed) == (Sameness.DIFFERENT, None)


def test_without_stored_predictions_there_is_nothing_to_hold_against(record):
    with pytest.raises(ValueError, match="no predictions"):
        repetition(replace(record, probabilities=None), record)


def test_what_is_otherwise_about_the_place_is_told(record):
    there = replace(HERE, threads=1, concurrent_runs=2, compiled=True,
                    packages={"keras": "3.16.0", "numpy": "2"})  # fmt: skip
    found = repetition(record, replace(record, environment=there, shared=(PASS,)))
    assert found.environment == {
        "threads": ("2", "1"), "compiled": ("False", "True"), "packages.keras": ("3.15.0", "3.16.0"),
        "packages.numpy": ("", "2"), "shared": ("False", "True"),
    }  # fmt: skip
    assert repetition(record, replace(record, environment=None)).environment == {}
