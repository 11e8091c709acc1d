"""Takes the recipe of a run and its data, takes some real steps, gives what a step costs; keeps nothing."""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
from collections.abc import Mapping
from typing import Any

import keras

from reportgen.training import fitting, loop, models
from reportgen.training.callbacks import HEARTBEAT, Send
from reportgen.training.fitting import Job
from reportgen.training.order import Pool
from reportgen.training.process import resident_bytes
from reportgen.training.programs import Programs

MORE = 2
"""Executions after the first one that are timed at least."""
ENDLESS = 1_000_000
"""Epochs: the clock ends the training, not their number."""


class _EnoughError(Exception):
    """The steps that were asked for have been taken."""


def probe(job: Job, pool: Pool, seconds: float, send: Send) -> dict[str, Any]:
    """Builds and trains the network of a run as the run would, for a few seconds.

    No callback of the recipe runs, no file is written, and afterwards the process is as it was.

    Args:
        job: the run; its ``scratch`` is not touched.
        pool: the data set.
        seconds: how long to go on after the first execution.
        send: where ``step`` events go, as signs of life.

    Returns:
        ``setup_seconds``, from nothing to the end of the first step, building and tracing included;
        ``step_seconds``, the median of the later ones; ``steps_per_epoch``; ``rss`` in bytes;
        ``parameters``, ``test_images`` and ``classes`` as counts.

    Raises:
        MissingError: weights or Python files that cannot be had.
        Exception: whatever the run itself would fail with.
    """
    started = time.monotonic()
    try:
        with fitting.session(job) as plugins:
            network = fitting.prepared(job, pool, plugins, Programs())
            large = fitting.evaluation_batch(network.program.model, network.batch)
            network.program.warm(network.data, network.batch, network.block, large)
            watch = _Stopwatch(job.key, network.per_epoch, started, seconds, send)
            with contextlib.suppress(_EnoughError):
                loop.fit(
                    network.program,
                    network.data,
                    epochs=ENDLESS,
                    batch=network.batch,
                    block=network.block,
                    seed=int(job.recipe["seed"]),
                    callbacks=[watch],
                )
            found = {
                **watch.times(),
                "steps_per_epoch": network.per_epoch,
                "rss": resident_bytes(),
                "parameters": models.parameter_counts(network.model).total,
                "test_images": len(network.pool.test_labels),
                "classes": network.pool.classes,
            }
            del network, watch
        return found
    finally:
        gc.collect()


class _Stopwatch(keras.callbacks.Callback):
    """Times executions, blocks of one or more steps, and ends the training when there are enough.

    Args:
        key: key of the run, repeated in every event.
        steps: steps per epoch.
        started: when the work began, by the monotonic clock.
        seconds: how long to go on after the first execution.
        send: where events go.
    """

    def __init__(self, key: str, steps: int, started: float, seconds: float, send: Send) -> None:
        super().__init__()
        self._key, self._steps, self._seconds, self._send = key, steps, seconds, send
        self._started = self._began = self._last = started
        self._first_end, self._block, self._begin = 0.0, 1, 0
        self._later: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras names it
        """Starts the clock of an execution."""
        self._begin, self._began = batch, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Stops it once the loss is there, and the training when that was enough."""
        float((logs or {})["loss"])  # waits for a device that works on its own
        now = time.monotonic()
        block = min(batch, self._steps - 1) - self._begin + 1
        if self._first_end:
            self._later.append((now - self._began) / block)
        else:
            self._first_end, self._block = now, block
        if now - self._last >= HEARTBEAT or now == self._first_end:
            self._last = now
            step = {"step": self._begin + block, "steps": self._steps}
            self._send({"event": "step", "key": self._key, "epoch": 1, **step})
        if len(self._later) >= MORE and now - self._first_end >= self._seconds:
            raise _EnoughError

    def times(self) -> dict[str, float]:
        """Seconds of the first step with all that comes before it, and of a later one."""
        step = statistics.median(self._later)
        setup = self._first_end - self._started - (self._block - 1) * step
        return {"setup_seconds": max(setup, step), "step_seconds": step}
