"""Takes a trained network and images, gives how long it takes to answer, in a program that is warm."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from reportgen.log import logger
from reportgen.records.model import Inference

BATCH = 32
"""Images per call, as many as ``Model.predict`` of Keras takes by itself; the same for every network."""
SECONDS = 0.1
"""What the timed calls of a run may take together."""
LEAST, MOST = 5, 100
"""Calls that are timed in any case, and at most."""
WARM = 2
"""Calls before: the first traces and compiles, the next finds the memory that it needs."""
QUARTILES = (0.25, 0.5, 0.75)
SAMPLE = 16 * BATCH
"""Images that are put into memory for this where they are not there already."""
_MILLISECONDS = 1000.0
_LOG = logger("training")
Forward = Callable[[Any, Any], Any]


def forward(model: Any, dtype: Any) -> Forward:
    """The graph function from images, (n, ...), and the positions of some to what the network says of these.

    Nothing but the answer: no loss and no metrics, which in a small network take as long.
    """

    def answer(images: Any, row: Any) -> Any:
        return model(tf.cast(tf.gather(images, row), tf.float32), training=False)

    signature = [tf.TensorSpec([None, *model.input_shape[1:]], dtype), tf.TensorSpec([None], tf.int64)]
    return tf.function(answer, input_signature=signature, autograph=False)


def timed(
    answer: Forward, images: Any, *, batch: int, concurrent: int, beat: Callable[[int], None]
) -> Inference | None:
    """The time of an image, median and quartiles of several calls, each from memory to memory.

    Args:
        answer: what :func:`forward` gives.
        images: a tensor of those that are taken in turn.
        batch: images per call at most.
        concurrent: trainings at the same time on this machine, which share it.
        beat: told after every call, as a sign of life.

    Returns:
        The time; None where it fails: no result is lost for want of it.
    """
    try:
        return _timed(answer, images, batch, concurrent, beat)
    except Exception:  # noqa: BLE001  # whatever it is, the network is trained and measured already
        _LOG.warning("no time of inference", exc_info=True)
        return None


def _timed(
    answer: Forward, images: Any, batch: int, concurrent: int, beat: Callable[[int], None]
) -> Inference:
    count = len(images)
    batch = min(batch, count)
    times: list[float] = []
    for number in itertools.count(-WARM):
        row = tf.constant(np.arange(number * batch, (number + 1) * batch, dtype=np.int64) % count)
        began = time.perf_counter()
        _in_memory(answer(images, row))
        if number >= 0:
            times.append(time.perf_counter() - began)
        beat(number)
        if len(times) >= MOST or (len(times) >= LEAST and sum(times) >= SECONDS):
            break
    low, middle, high = (float(value) for value in np.quantile(times, QUARTILES) * _MILLISECONDS / batch)
    return Inference(middle, low, high, batch, len(times), concurrent)


def _in_memory(answers: Any) -> npt.NDArray[Any]:
    """Waits for a device that answers later than it is asked."""
    return np.asarray(answers)
