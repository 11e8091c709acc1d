"""Takes a trained network, gives its accuracy and loss on the three parts and its test probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.training import metrics as declared
from reportgen.training import models
from reportgen.training.callbacks import METRICS, finite
from reportgen.training.order import Feeder, Pool

Probabilities = npt.NDArray[np.float32]


def measure(
    model: Any,
    feeder: Feeder,
    pool: Pool,
    *,
    batch: int,
    logits: bool,
    callbacks: list[Any],
    extras: Sequence[Any] = (),
) -> tuple[Mapping[str, Mapping[str, float | None]], Probabilities]:
    """Metrics by the final weights in inference mode, and one row of probabilities per test image.

    The loss is Keras' own, penalties on weights included, and every image counts the same whatever its
    class weighed in training. The test part is passed once: its loss and metrics come from the same
    predictions that are stored.

    Args:
        model: compiled with accuracy and the metrics that ``extras`` are fresh copies of.
        feeder: the batches.
        pool: the same data.
        batch: images per step.
        logits: whether the outputs are logits.
        callbacks: what watches the evaluation.
        extras: metrics besides accuracy and loss, without anything counted yet.
    """

    def evaluate(part: str) -> dict[str, float | None]:
        """Keras' own evaluation of one part."""
        found = model.evaluate(feeder.fixed(part, batch), verbose=0, callbacks=callbacks, return_dict=True)
        return {name: finite(found.get(name)) for name in names}

    outputs = model.predict(feeder.fixed("test", batch), verbose=0, callbacks=callbacks)
    outputs = np.asarray(outputs, np.float32)
    names = (*METRICS, *(metric.name for metric in extras))
    test = _from_outputs(model, outputs, pool, extras)
    if any(getattr(layer, "activity_regularizer", None) for layer in models.all_layers(model)):
        test = evaluate("test")  # the penalty needs the activations
    own_validation = len(pool.validation) > 0
    metrics = {
        "train": evaluate("train"),
        "validation": evaluate("validation") if own_validation else test,
        "test": test,
    }
    return metrics, softmax(outputs) if logits else normalized(outputs)


def _from_outputs(
    model: Any, outputs: npt.NDArray[np.float32], pool: Pool, extras: Sequence[Any]
) -> dict[str, float | None]:
    """Accuracy, loss and more of predictions already made."""
    labels = pool.test_labels
    targets = labels if is_sparse(model.loss) else np.eye(pool.classes, dtype=np.float32)[labels]
    loss = float(model.loss(targets, outputs))
    for weight in model.trainable_variables:
        if weight.regularizer is not None:
            loss += float(weight.regularizer(weight))
    accuracy = float((outputs.argmax(axis=1) == labels).mean())
    more = declared.of_outputs(extras, labels, outputs)
    return {"accuracy": accuracy, "loss": finite(loss), **{name: finite(more[name]) for name in more}}


def is_sparse(loss: Any) -> bool:
    """Whether a loss takes class numbers instead of one-hot rows."""
    return isinstance(loss, keras.losses.SparseCategoricalCrossentropy)


def softmax(logits: npt.NDArray[np.float32]) -> Probabilities:
    """Probabilities from logits, row by row, shifted by the maximum so that nothing overflows."""
    exact = logits.astype(np.float64)
    powers = np.exp(exact - exact.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def normalized(outputs: npt.NDArray[np.float32]) -> Probabilities:
    """Probabilities whose rows sum to 1 as exactly as float32 allows."""
    exact = outputs.astype(np.float64)
    return (exact / exact.sum(axis=1, keepdims=True)).astype(np.float32)
