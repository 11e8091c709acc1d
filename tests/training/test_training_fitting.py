"""Takes tiny real trainings, checks order, seeds, blocks, divergence, failures and what the record says."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from reportgen.records.model import Status
from reportgen.training import fitting, loop, order
from reportgen.training.order import Data, Pool

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CONVOLUTION = [{"layer": "Conv2D", "filters": 4, "kernel_size": 3}, {"layer": "Flatten"}]


def test_order_changes_with_epoch_and_seed_and_nothing_else(digits: Pool) -> None:
    first = [Data(digits).order(5, epoch) for epoch in range(2)]
    again = [Data(digits).order(5, epoch) for epoch in range(2)]
    other = Data(digits).order(6, 0)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], other)
    np.testing.assert_array_equal(np.sort(first[0]), np.sort(digits.train))


@pytest.mark.parametrize("block", [1, 2, 3, 64])
def test_an_epoch_has_every_image_once_the_last_partial_batch_too(digits: Pool, block: int) -> None:
    order = Data(digits).order(5, 0)
    found = list(loop.blocks(order, 32, block))
    assert [len(row) for _, rows in found for row in rows] == [32] * 7 + [16]
    assert max(len(rows) for _, rows in found) == min(block, 7)
    assert [first for first, _ in found] == [*range(0, 7, block), 7]
    np.testing.assert_array_equal(np.concatenate([rows.ravel() for _, rows in found]), order)


def test_record_of_a_dense_run(train: Any, run_recipe: Any, digits: Pool) -> None:
    record = train(run_recipe(epochs=8))
    assert record.status is Status.OK
    assert record.reason == ""
    assert record.epochs_run == 8
    assert {len(values) for values in record.history.values()} == {8}
    assert set(record.history) == {"accuracy", "loss", "val_accuracy", "val_loss", "learning_rate", "seconds"}
    assert record.best_epoch == 1 + int(np.argmin(record.history["val_loss"]))
    np.testing.assert_array_equal(record.labels, digits.test_labels)
    np.testing.assert_allclose(record.probabilities.sum(axis=1), 1, atol=1e-6)
    accuracy = float((record.probabilities.argmax(axis=1) == record.labels).mean())
    assert record.metric("test", "accuracy") == accuracy > 0.5
    chosen = record.probabilities[np.arange(60), record.labels].astype(np.float64)
    assert record.metric("test", "loss") == pytest.approx(-np.log(chosen).mean(), rel=1e-4)
    assert record.metric("validation", "loss") == pytest.approx(record.history["val_loss"][-1], rel=1e-5)
    assert record.metric("train", "accuracy") > 0.5
    assert record.environment.concurrent_runs == 2
    assert [row.type for row in record.layers] == ["Rescaling", "Flatten", "Dense", "Dense"]
    assert [event["epoch"] for event in train.events if event["event"] == "epoch"] == list(range(1, 9))


def test_same_seed_same_numbers(train: Any, run_recipe: Any) -> None:
    layers = [*CONVOLUTION, {"layer": "Dropout", "rate": 0.3}]
    recipe = run_recipe(
        layers, augmentation=[{"layer": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1}]
    )
    first, second, other = train(recipe), train(recipe), train({**recipe, "seed": 8})
    assert first.history["loss"] == second.history["loss"]
    np.testing.assert_array_equal(first.probabilities, second.probabilities)
    assert first.history["loss"] != other.history["loss"]


@pytest.mark.parametrize(("xla", "tolerance"), [(False, 0.0), (True, 1e-6)])
def test_blocks_of_steps_change_no_number(
    train: Any, run_recipe: Any, monkeypatch: Any, xla: bool, tolerance: float
) -> None:
    plain = fitting.Program

    def program(*arguments: Any, **settings: Any) -> Any:
        return plain(*arguments, **settings | {"xla": xla})

    monkeypatch.setattr(fitting, "Program", program)
    records = []
    for block in (64, 5, 1):
        monkeypatch.setattr(fitting, "BLOCK", block)
        records.append(train(run_recipe(batch_size=7, epochs=3)))
    whole, odd, single = records
    assert [record.environment.compiled for record in records] == [xla, xla, False]
    for column in ("loss", "accuracy", "val_loss", "val_accuracy"):
        wanted = pytest.approx(single.history[column], rel=tolerance, abs=0)
        assert whole.history[column] == wanted
        assert odd.history[column] == wanted
    np.testing.assert_allclose(whole.probabilities, single.probabilities, rtol=100 * tolerance)


def test_same_numbers_as_a_plain_keras_loop(train: Any, run_recipe: Any, digits: Pool) -> None:
    recipe = run_recipe(epochs=2)
    record = train(recipe)
    keras.utils.set_random_seed(7)
    from reportgen.training import models

    model = models.build(recipe, (8, 8, 1), 10, {})
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", jit_compile=False)
    for epoch in range(2):
        order = Data(digits).order(7, epoch)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            model.train_on_batch(digits.images[rows].astype(np.float32), digits.labels[rows])
    found = model.predict(digits.test_images.astype(np.float32), verbose=0)
    np.testing.assert_allclose(record.probabilities, found, atol=1e-5)


def test_divergence_is_a_status_with_epoch_and_step(train: Any, run_recipe: Any) -> None:
    recipe = run_recipe(
        [{"layer": "Flatten"}, {"layer": "Dense", "units": 8, "activation": "relu"}],
        optimizer={"name": "SGD", "learning_rate": 1e38},
        epochs=3,
    )
    recipe["model"]["output"] = "logits"
    record = train(recipe)
    assert record.status is Status.DIVERGED
    assert record.reason.startswith("la pérdida dejó de ser finita en la época 1, paso ")
    assert record.history["loss"] == (None,)
    assert record.best_epoch is None
    assert record.probabilities is None
    assert record.parameter_counts.total > 0


def test_failure_is_a_record_with_one_line(train: Any, run_recipe: Any) -> None:
    record = train(run_recipe([{"layer": "Flatten"}, {"layer": "Dense", "unidades": 3}]))
    assert record.status is Status.FAILED
    assert record.reason.startswith("TypeError: ")
    assert "\n" not in record.reason
    assert train(run_recipe(precision="float99")).status is Status.FAILED
    assert train(run_recipe()).status is Status.OK, "the next run is not affected"


def test_logits_losses_and_precision(train: Any, run_recipe: Any) -> None:
    recipe = run_recipe(epochs=4, precision="mixed_bfloat16", loss="categorical_crossentropy")
    recipe["model"]["output"] = "logits"
    record = train(recipe)
    assert record.status is Status.OK, record.reason
    np.testing.assert_allclose(record.probabilities.sum(axis=1), 1, atol=1e-6)
    assert record.probabilities.min() >= 0
    assert record.metric("test", "accuracy") > 0.3
    assert keras.config.dtype_policy().name == "float32"


def test_penalties_count_in_every_split(train: Any, run_recipe: Any) -> None:
    layers = [
        {"layer": "Flatten"},
        {"layer": "Dense", "units": 8, "kernel_regularizer": {"name": "L2", "l2": 5.0}},
    ]
    record = train(run_recipe(layers, epochs=1))
    losses = [record.metric(split, "loss") for split in ("train", "validation", "test")]
    assert min(losses) > 3 > max(losses) - min(losses)


def test_declared_callbacks(train: Any, run_recipe: Any) -> None:
    tables = [
        {"callback": "EarlyStopping", "monitor": "val_loss", "patience": 1, "restore_best_weights": True},
        {"callback": "ReduceLROnPlateau", "monitor": "loss", "factor": 0.5, "patience": 1, "min_delta": 100},
        {"callback": "ModelCheckpoint", "filepath": "/no/existe.keras", "save_best_only": True},
        {"callback": "CSVLogger", "filename": "/no/existe.csv"},
    ]
    record = train(run_recipe(callbacks=tables, epochs=30, optimizer={"name": "SGD", "learning_rate": 4.0}))
    assert record.status is Status.OK, record.reason
    assert record.epochs_run < 30
    assert record.metric("validation", "loss") == pytest.approx(min(record.history["val_loss"]), rel=1e-4)
    assert record.history["learning_rate"][0] == 4.0
    assert record.history["learning_rate"][-1] < 4.0 or record.epochs_run == 2
    refused = train(run_recipe(callbacks=[{"callback": "RemoteMonitor"}]))
    assert "RemoteMonitor" in refused.reason


def test_schedule_by_name(train: Any, run_recipe: Any) -> None:
    rate = {"name": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 1, "decay_rate": 0.5}
    tables = [{"callback": "LearningRateScheduler", "schedule": rate}]
    record = train(run_recipe(callbacks=tables, epochs=3))
    assert record.history["learning_rate"] == pytest.approx([0.1, 0.05, 0.025])
    decaying = train(run_recipe(optimizer={"name": "Adam", "learning_rate": rate}, epochs=2))
    assert decaying.history["learning_rate"][1] < decaying.history["learning_rate"][0] < 0.1


def test_cosine_decay_inside_the_optimizer(train: Any, run_recipe: Any) -> None:
    rate = {"name": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 16}
    sgd = {"name": "SGD", "learning_rate": rate, "momentum": 0.9}
    record = train(run_recipe(optimizer=sgd, epochs=3))
    assert record.status is Status.OK, record.reason
    assert record.history["learning_rate"] == pytest.approx([0.05, 0.0, 0.0], abs=1e-6)
    constant = train(run_recipe(optimizer=sgd | {"learning_rate": 0.1}, epochs=1))
    assert constant.history["learning_rate"] == pytest.approx([0.1])
    assert constant.history["loss"][0] != record.history["loss"][0]


def test_learning_rate_falls_on_a_plateau(train: Any, run_recipe: Any) -> None:
    table = {"callback": "ReduceLROnPlateau", "monitor": "val_loss", "factor": 0.1, "patience": 1}
    record = train(run_recipe(callbacks=[table | {"min_delta": 100.0}], epochs=4))
    assert record.history["learning_rate"] == pytest.approx([0.01, 0.01, 0.001, 0.0001])


def test_a_schedule_over_epochs_rules_the_steps(train: Any, run_recipe: Any) -> None:
    pieces = {"name": "PiecewiseConstantDecay", "boundaries": [0], "values": [0.1, 0.0]}
    tables = [{"callback": "LearningRateScheduler", "schedule": pieces}]
    record = train(run_recipe(callbacks=tables, optimizer={"name": "SGD"}, epochs=3))
    assert record.history["learning_rate"] == pytest.approx([0.1, 0.0, 0.0])
    assert record.history["val_loss"][0] == record.history["val_loss"][1] == record.history["val_loss"][2]
    assert record.history["loss"][0] > record.history["loss"][1]


@pytest.mark.parametrize(
    "table",
    [
        {"layer": "RandomFlip", "mode": "horizontal"},
        {"layer": "RandomRotation", "factor": 0.1},
        {"layer": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1},
        {"layer": "RandomZoom", "height_factor": [-0.2, 0.2]},
        {"layer": "RandomShear", "x_factor": 0.2, "y_factor": 0.2},
    ],
    ids=lambda table: table["layer"],
)
def test_augmentation_trains_by_the_seed_and_stays_out_of_measuring(
    train: Any, run_recipe: Any, table: dict[str, Any]
) -> None:
    frozen = {"name": "SGD", "learning_rate": 0.0}
    recipe = run_recipe(augmentation=[table], optimizer=frozen, epochs=2)
    first, again = train(recipe), train(recipe)
    assert first.status is Status.OK, first.reason
    assert first.layers[0].type == table["layer"]
    assert first.history["loss"] == again.history["loss"]
    assert first.history["loss"][0] != first.history["loss"][1], "every epoch sees other images"
    plain = train(run_recipe(optimizer=frozen, epochs=1))
    assert first.metrics["test"] == pytest.approx(plain.metrics["test"], rel=1e-5)


def test_validation_on_test_and_folds(train: Any, run_recipe: Any, digits: Pool) -> None:
    honest = order.Pool(
        **{name: getattr(digits, name) for name in Pool.__slots__} | {"validation": digits.train[:0]}
    )
    record = train(run_recipe(), honest)
    assert record.metrics["validation"] == record.metrics["test"]
    assert record.history["val_loss"][-1] == pytest.approx(record.metric("test", "loss"), rel=1e-5)
    fold = {"folds": 3, "index": 1, "repeat": 0, "seed": 0}
    assert train(run_recipe() | {"fold": fold}).status is Status.OK


def test_a_full_disk_is_no_result_of_the_run(train: Any, run_recipe: Any, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fitting.callbacks, "declared", full)
    with pytest.raises(OSError, match="No space"):
        train(run_recipe())
