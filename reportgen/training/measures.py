"""Takes a trained network, gives its accuracy and loss on the three parts and its test probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.training import models
from reportgen.training.callbacks import finite
from reportgen.training.order import Feeder, Pool

Probabilities = npt.NDArray[np.float32]


def measure(
    model: Any, feeder: Feeder, pool: Pool, *, batch: int, logits: bool, callbacks: list[Any]
) -> tuple[Mapping[str, Mapping[str, float | None]], Probabilities]:
    """Metrics by the final weights in inference mode, and one row of probabilities per test image.

    The loss is Keras' own, penalties on weights included. The test part is passed once: its loss
    and accuracy come from the same predictions that are stored.
    """
    outputs = model.predict(feeder.fixed("test", batch), verbose=0, callbacks=callbacks)
    outputs = np.asarray(outputs, np.float32)
    test = _from_outputs(model, outputs, pool)
    if any(getattr(layer, "activity_regularizer", None) for layer in models.all_layers(model)):
        test = _evaluate(model, feeder, "test", batch, callbacks)  # the penalty needs the activations
    own_validation = len(pool.validation) > 0
    metrics = {
        "train": _evaluate(model, feeder, "train", batch, callbacks),
        "validation": _evaluate(model, feeder, "validation", batch, callbacks) if own_validation else test,
        "test": test,
    }
    return metrics, softmax(outputs) if logits else normalized(outputs)


def _evaluate(
    model: Any, feeder: Feeder, part: str, batch: int, callbacks: list[Any]
) -> dict[str, float | None]:
    """Keras' own evaluation of one part."""
    found = model.evaluate(feeder.fixed(part, batch), verbose=0, callbacks=callbacks, return_dict=True)
    return {name: finite(found.get(name)) for name in ("accuracy", "loss")}


def _from_outputs(model: Any, outputs: npt.NDArray[np.float32], pool: Pool) -> dict[str, float | None]:
    """Accuracy and loss of predictions already made."""
    labels = pool.test_labels
    targets = labels if is_sparse(model.loss) else np.eye(pool.classes, dtype=np.float32)[labels]
    loss = float(model.loss(targets, outputs))
    for weight in model.trainable_variables:
        if weight.regularizer is not None:
            loss += float(weight.regularizer(weight))
    return {"accuracy": float((outputs.argmax(axis=1) == labels).mean()), "loss": finite(loss)}


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
