"""Takes labelled images, checks that classes are found by name, selected, relabelled and weighed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reportgen.records.model import Status
from reportgen.training import classes, order, prepare
from reportgen.training.datasets import prepare as prepare_data
from reportgen.training.order import Pool

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("perro", ("gato", "perro"), 1),
        (0, ("gato", "perro"), 0),
        (2, ("1", "2", "3"), 1),
        ("3", ("1", "2", "3"), 2),
        (0, ("1", "2", "3"), 0),
    ],
)
def test_position(wanted: Any, names: tuple[str, ...], found: int) -> None:
    assert classes.position(wanted, names) == found


def test_an_unknown_class_is_answered_with_the_nearest_and_the_list() -> None:
    with pytest.raises(ValueError, match=r"«gatos»\. ¿Quisiste decir «gato»\? Las clases son: gato, perro$"):
        classes.position("gatos", ("gato", "perro"))
    with pytest.raises(ValueError, match="número 2: van de 0 a 1"):
        classes.position(2, ("gato", "perro"))
    with pytest.raises(ValueError, match="-1"):
        classes.position(-1, ("gato", "perro"))
    with pytest.raises(ValueError, match="y 80 más"):
        classes.position("x", [f"clase {number}" for number in range(100)])


def test_selection_keeps_order_names_and_images(tmp_path: Path, write_cifar: Any, data_recipe: Any) -> None:
    pixels, labels = write_cifar(tmp_path, 10, False)
    split = {"validation": 8, "seed": 0}
    recipe = data_recipe("cifar10", select=["perro", "avión", 3], split=split)
    prepared = prepare_data(recipe, str(tmp_path))
    assert prepared.classes == ("perro", "avión", "gato")
    kept = np.isin(labels, [5, 0, 3])
    np.testing.assert_array_equal(prepared.train.images, pixels[kept])
    expected = [{5: 0, 0: 1, 3: 2}[label] for label in labels[kept]]
    np.testing.assert_array_equal(prepared.train.labels, expected)
    np.testing.assert_array_equal(np.bincount(prepared.test.labels), [10, 10, 10])
    assert len(prepared.validation_index) == 8


def test_selection_comes_before_subset_and_names(data_recipe: Any) -> None:
    recipe = data_recipe("digits", select=[8, "1"], subset={"train": 100, "test": 20}, classes=["b", "a"])
    prepared = prepare_data(recipe, "")
    assert prepared.classes == ("b", "a")
    assert len(prepared.train.labels) == 100
    assert set(np.bincount(prepared.train.labels)) <= {48, 49, 50, 51, 52}
    again = prepare_data(data_recipe("digits", select=["1", "8"], subset={"train": 100, "test": 20}), "")
    assert again.classes == ("1", "8")


@pytest.mark.parametrize(
    ("select", "what"),
    [
        (["gato", "perr"], "¿Quisiste decir «perro»"),
        (["gato"], "al menos dos"),
        (["gato", 3], "una sola vez"),
        ([3, 10], "van de 0 a 9"),
    ],
)
def test_selections_that_cannot_be(
    tmp_path: Path, write_cifar: Any, data_recipe: Any, select: list[Any], what: str
) -> None:
    write_cifar(tmp_path, 10, False)
    with pytest.raises(ValueError, match=what):
        prepare_data(data_recipe("cifar10", select=select), str(tmp_path))


def test_a_class_without_images_cannot_be_selected(tmp_path: Path, data_recipe: Any) -> None:
    names = np.array(["a", "b", "c"])
    np.savez(tmp_path / "d.npz", x=np.zeros((20, 3, 3)), y=np.arange(20) % 2, classes=names)
    with pytest.raises(ValueError, match="no hay imágenes de la clase «c»"):
        prepare_data(data_recipe("npz", select=["a", "c"]), str(tmp_path / "d.npz"))


def test_prepared_names_reach_the_runs(tmp_path: Path, data_recipe: Any) -> None:
    prepare.run("k", data_recipe("digits", select=["7", "2", "4"]), "", tmp_path)
    pool = order.load(tmp_path)
    assert (pool.names, pool.classes) == (("7", "2", "4"), 3)
    assert order.with_fold(pool, {"folds": 3, "index": 0}).names == pool.names


def test_weights() -> None:
    labels = np.repeat([0, 1, 2], [10, 30, 60])
    assert classes.weights(None, labels, "abc") is None
    assert classes.weights("none", labels, "abc") is None
    balanced = classes.weights("balanced", labels, "abc")
    assert balanced == pytest.approx({0: 100 / 30, 1: 100 / 90, 2: 100 / 180})
    assert np.mean([balanced[label] for label in labels]) == pytest.approx(1)
    assert classes.weights("balanced", labels, "abcd")[3] == 1.0
    assert classes.weights({"c": 3, "a": 0.5}, labels, "abc") == {0: 0.5, 1: 1.0, 2: 3.0}
    assert classes.weights({"2": 3, "a": 0.5}, labels, "abc") == {0: 0.5, 1: 1.0, 2: 3.0}
    assert classes.weights({"2": 3.0}, labels, "123") == {0: 1.0, 1: 3.0, 2: 1.0}
    with pytest.raises(ValueError, match="«d»"):
        classes.weights({"d": 1.0}, labels, "abc")


@pytest.mark.parametrize("loss", ["auto", "categorical_crossentropy"])
def test_weights_count_in_the_training_loss_only(
    train: Any, run_recipe: Any, digits: Pool, loss: str
) -> None:
    frozen = {"name": "SGD", "learning_rate": 0.0}
    plain = train(run_recipe(epochs=1, optimizer=frozen, loss=loss))
    tenfold = dict.fromkeys(digits.names, 10.0)
    weighed = train(run_recipe(epochs=1, optimizer=frozen, loss=loss, class_weight=tenfold))
    assert weighed.status is Status.OK, weighed.reason
    assert weighed.history["loss"][0] == pytest.approx(10 * plain.history["loss"][0], rel=1e-5)
    assert weighed.history["accuracy"] == plain.history["accuracy"]
    assert weighed.history["val_loss"] == plain.history["val_loss"]
    assert weighed.metrics == plain.metrics


def test_balanced_by_the_images_of_the_fold(train: Any, run_recipe: Any, digits: Pool) -> None:
    few = np.concatenate([np.flatnonzero(digits.labels == number)[: 3 + number] for number in range(10)])
    everything = np.sort(np.concatenate([few, digits.validation]))
    pool = replace(digits, train=np.setdiff1d(few, digits.validation))
    fold = {"folds": 2, "index": 0, "repeat": 0, "seed": 0}
    folded = order.with_fold(pool, fold)
    assert set(folded.train) < set(everything)
    by_name = classes.weights("balanced", folded.labels[folded.train], pool.names)
    table = {pool.names[number]: weight for number, weight in by_name.items()}
    recipes = [run_recipe(epochs=2, class_weight=setting) | {"fold": fold} for setting in ("balanced", table)]
    balanced, spelled = (train(recipe, pool) for recipe in recipes)
    assert balanced.history["loss"] == spelled.history["loss"]
    assert balanced.history["loss"] != train(run_recipe(epochs=2) | {"fold": fold}, pool).history["loss"]
    failed = train(run_recipe(class_weight={"siete": 2.0}))
    assert "no existe la clase «siete»" in failed.reason
