"""Takes declared metrics, checks them against their definitions for every kind of target and output."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from sklearn.metrics import f1_score, top_k_accuracy_score

from reportgen.records.model import Status
from reportgen.training import metrics
from reportgen.training.metrics import Form

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TABLES = [
    {"name": "SparseTopKCategoricalAccuracy", "k": 3},
    {"name": "TopKCategoricalAccuracy", "k": 3},
    {"name": "F1Score", "average": "macro"},
    {"name": "AUC"},
    {"name": "CategoricalCrossentropy"},
    {"name": "MeanIoU", "num_classes": 10},
    {"name": "MeanSquaredError"},
]
NAMES = [
    "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy", "f1_score", "auc",
    "categorical_crossentropy", "mean_io_u", "mean_squared_error",
]  # fmt: skip


@pytest.mark.parametrize("output", ["softmax", "logits"])
@pytest.mark.parametrize("loss", ["auto", "categorical_crossentropy"])
def test_metrics_of_a_run_whatever_its_targets(train: Any, run_recipe: Any, output: str, loss: str) -> None:
    recipe = run_recipe(epochs=3, metrics=TABLES, loss=loss)
    recipe["model"]["output"] = output
    record = train(recipe)
    assert record.status is Status.OK, record.reason
    plain = ["accuracy", "loss", *NAMES]
    assert list(record.history) == [*plain, *(f"val_{name}" for name in plain), "learning_rate", "seconds"]
    for split in ("train", "validation", "test"):
        assert list(record.metrics[split]) == plain
    for name in NAMES:
        last = record.history[f"val_{name}"][-1]
        assert record.metric("validation", name) == pytest.approx(last, rel=1e-4), name
    labels, shown = record.labels, record.probabilities
    top = top_k_accuracy_score(labels, shown, k=3, labels=range(10))
    one_hot = np.eye(10)[labels]
    expected = {
        "sparse_top_k_categorical_accuracy": top,
        "top_k_categorical_accuracy": top,
        "f1_score": f1_score(labels, shown.argmax(axis=1), average="macro"),
        "categorical_crossentropy": record.metric("test", "loss"),
        "mean_squared_error": np.mean((one_hot - shown) ** 2),
    }
    found = {name: record.metric("test", name) for name in expected}
    assert found == pytest.approx(expected, rel=1e-4)
    area = keras.metrics.AUC()
    area.update_state(one_hot, shown)
    assert record.metric("test", "auc") == pytest.approx(float(area.result()), abs=1e-3)
    epochs = [event["metrics"] for event in train.events if event["event"] == "epoch"]
    assert epochs[-1]["val_f1_score"] == record.history["val_f1_score"][-1]


def test_metrics_change_no_other_number(train: Any, run_recipe: Any) -> None:
    plain, more = train(run_recipe(batch_size=7)), train(run_recipe(batch_size=7, metrics=TABLES))
    assert plain.history["loss"] == more.history["loss"]
    np.testing.assert_array_equal(plain.probabilities, more.probabilities)


def test_a_callback_may_watch_a_metric(train: Any, run_recipe: Any) -> None:
    stop = {"callback": "EarlyStopping", "monitor": "val_f1_score", "mode": "max", "patience": 1}
    table = {"name": "F1Score", "average": "macro"}
    recipe = run_recipe(epochs=20, metrics=[table], callbacks=[stop], optimizer={"name": "SGD"})
    recipe["training"]["optimizer"]["learning_rate"] = 0.0
    assert train(recipe).epochs_run == 2


def test_two_of_a_kind_have_two_names() -> None:
    tables = [{"name": "TopKCategoricalAccuracy", "k": k} for k in (2, 3)]
    made = metrics.build([*tables, {"name": "AUC"}, {"name": "AUC", "curve": "PR"}], Form(10, logits=False))
    top = "top_k_categorical_accuracy"
    assert [metric.name for metric in made] == [top, f"{top}_1", "auc", "auc_1"]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"name": "F1Score"}, 'da 10 valores en lugar de uno: añade average = "macro"'),
        ({"name": "Precision", "thresholds": [0.2, 0.5]}, "da 2 valores"),
        ({"name": "Accuracy"}, "se mide siempre"),
        ({"name": "Mean"}, "no compara"),
        ({"name": "NoExiste"}, "no tiene NoExiste"),
        ({"name": "IoU", "num_classes": 3, "target_class_ids": [0]}, "num_classes = 10"),
        ({"name": "Precision", "class_id": 12}, "no sirve para estas clases"),
    ],
)
def test_metrics_that_cannot_be_used_are_refused(table: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        metrics.build([table], Form(10, logits=False))


def test_a_metric_that_cannot_be_used_fails_before_training(train: Any, run_recipe: Any) -> None:
    record = train(run_recipe(metrics=[{"name": "F1Score"}]))
    assert record.status is Status.FAILED
    assert "macro" in record.reason
    assert not [event for event in train.events if event["event"] == "epoch"]
