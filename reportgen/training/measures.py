"""Takes a trained network, gives its accuracy and loss on the three parts and its test probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.training import loop
from reportgen.training.callbacks import finite
from reportgen.training.order import Data, Pool
from reportgen.training.programs import Program

Outputs = npt.NDArray[np.float32]
Probabilities = npt.NDArray[np.float32]


def measure(
    program: Program, data: Data, pool: Pool, *, batch: int, logits: bool, watch: Any
) -> tuple[Mapping[str, Mapping[str, float | None]], Probabilities]:
    """Metrics by the final weights in inference mode, and one row of probabilities per test image.

    The loss is Keras' own, penalties on weights included, and every image counts the same whatever its
    class weighed in training. Each part is passed once: the metrics of the test part come from the same
    predictions that are stored.

    Args:
        program: the trained network.
        data: the images.
        pool: the same data.
        batch: images per step.
        logits: whether the outputs are logits.
        watch: the callback that is told of every batch.
    """

    def of(part: str) -> tuple[dict[str, float | None], Outputs]:
        found, outputs = loop.evaluate(program, data, part, batch, watch)
        labels = np.asarray(data.part(part)[1])[data.part(part)[2]]
        exact = float((outputs.argmax(axis=1) == labels).mean())  # Keras rounds its own to float32
        return {"accuracy": exact} | {
            name: finite(value) for name, value in found.items() if name != "accuracy"
        }, outputs

    test, outputs = of("test")
    metrics = {
        "train": of("train")[0],
        "validation": of("validation")[0] if len(pool.validation) else test,
        "test": test,
    }
    return metrics, softmax(outputs) if logits else normalized(outputs)


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
