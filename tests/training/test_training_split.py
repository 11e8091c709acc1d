"""Takes labels, checks that samples, splits and folds are stratified, disjoint, seeded and honest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reportgen.records.codec import decode_data
from reportgen.training import order, prepare, split
from reportgen.training.datasets import prepare as prepare_data


def random(seed: int = 0) -> np.random.Generator:
    return split.stream(seed, split.VALIDATION)


def test_draw_is_stratified_disjoint_and_seeded() -> None:
    labels = np.repeat([0, 1, 2], [100, 60, 40])
    sample, rest = split.draw(labels, 20, random())
    np.testing.assert_array_equal(np.bincount(labels[sample]), [10, 6, 4])
    np.testing.assert_array_equal(np.sort(np.concatenate([sample, rest])), np.arange(200))
    np.testing.assert_array_equal(sample, split.draw(labels, 20, random())[0])
    assert not np.array_equal(sample, split.draw(labels, 20, random(1))[0])


@pytest.mark.parametrize("size", range(3, 13))
def test_draw_has_the_exact_size_and_every_class(size: int) -> None:
    labels = np.repeat([0, 1, 2], [9, 3, 1])
    sample, _ = split.draw(labels, size, random())
    assert len(sample) == size
    assert set(labels[sample]) == {0, 1, 2}


@pytest.mark.parametrize("part", [0, 10, 11, 1.0, 0.01])
def test_parts_that_do_not_fit(part: float) -> None:
    with pytest.raises(ValueError, match="validación"):
        split.size_of(part, 10, "validación")


def test_folds_cover_everything_once_and_are_stratified() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 21])
    held = [split.fold(labels, 5, index, random(3))[0] for index in range(5)]
    np.testing.assert_array_equal(np.sort(np.concatenate(held)), np.arange(101))
    for part in held:
        assert np.all(np.abs(np.bincount(labels[part]) - np.array([10, 6, 4.2])) <= 1)
    with pytest.raises(ValueError, match="partición"):
        split.fold(labels, 5, 5, random())


def test_validation_never_comes_from_test(data_recipe: Any) -> None:
    prepared = prepare_data(data_recipe("digits", subset={"train": 400, "test": 100}), "")
    shown = {image.tobytes() for image in prepared.test.images}
    train = {image.tobytes() for image in prepared.train.images[prepared.train_index]}
    validation = {image.tobytes() for image in prepared.train.images[prepared.validation_index]}
    assert not shown & train
    assert not shown & validation
    assert not train & validation
    assert (len(prepared.train_index), len(prepared.validation_index)) == (360, 40)
    assert len(prepared.test.labels) == 100


def test_prepared_files_and_record(tmp_path: Path, data_recipe: Any) -> None:
    recipe = data_recipe("digits", split={"validation": "test", "test": 0.25, "seed": 4})
    prepare.run("k", recipe, "", tmp_path)
    record = decode_data({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    assert record.counts["validation"] == record.counts["test"]
    assert sum(record.counts["train"]) + sum(record.counts["test"]) == 1797
    assert record.samples.shape == (10, 5, 8, 8, 1)
    assert record.source == "conjunto «digits» incluido en scikit-learn"
    pool = order.load(tmp_path)
    assert len(pool.validation) == 0
    again = tmp_path / "b"
    again.mkdir()
    prepare.run("k", recipe, "", again)
    assert decode_data({p.name: p.read_bytes() for p in again.iterdir()}).digest == record.digest


def test_fold_of_a_pool(digits: Any) -> None:
    pools = [order.with_fold(digits, {"folds": 3, "index": i, "repeat": 0, "seed": 1}) for i in range(3)]
    held = np.concatenate([pool.validation for pool in pools])
    np.testing.assert_array_equal(np.sort(held), np.sort(np.concatenate([digits.train, digits.validation])))
    assert all(not set(pool.validation) & set(pool.train) for pool in pools)
    other = order.with_fold(digits, {"folds": 3, "index": 0, "repeat": 1, "seed": 1})
    assert not np.array_equal(other.validation, pools[0].validation)
