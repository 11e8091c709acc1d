"""Takes the recipe of a run and its data, takes some real steps, gives what a step costs; keeps nothing."""

from __future__ import annotations

import contextlib
import gc
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from reportgen.plan.features import PLAIN, Start, start_of
from reportgen.training import extraction, fitting, loop, models, order
from reportgen.training.callbacks import HEARTBEAT, Send
from reportgen.training.fitting import Job
from reportgen.training.order import Pool
from reportgen.training.process import resident_bytes
from reportgen.training.programs import Programs

SAMPLE = 2 * extraction.BATCH
"""Images passed through a frozen start to tell what all of them take."""
MORE = 2
"""Executions after the first one that are timed at least."""
ENDLESS = 1_000_000
"""Epochs: the clock ends the training, not their number."""


class _EnoughError(Exception):
    """The steps that were asked for have been taken."""


def probe(job: Job, pool: Pool, seconds: float, send: Send, *, whole: bool = False) -> dict[str, Any]:
    """Builds and trains the network of a run as the run would, for a few seconds.

    No callback of the recipe runs, no file stays, and afterwards the process is as it was.

    Args:
        job: the run; its ``scratch`` is not touched.
        pool: the data set.
        seconds: how long to go on after the first execution.
        send: where ``step`` events go, as signs of life.
        whole: whether the network will be trained whole, even where others would share its start.

    Returns:
        ``setup_seconds``, from nothing to the end of the first step, building and tracing included;
        ``step_seconds``, the median of the later ones; ``steps_per_epoch``; ``rss`` in bytes;
        ``parameters``, ``test_images`` and ``classes`` as counts. For a network with a frozen start these
        are of the rest, as the run is trained on what the start gives, and ``pass_seconds`` is what passing
        all images through it will take, 0 where that is stored.

    Raises:
        MissingError: weights or Python files that cannot be had.
        Exception: whatever the run itself would fail with.
    """
    start = None if whole else start_of(job.recipe)
    try:
        if start is None or job.features:
            found = _probed(job, pool, seconds, send)
            return found if start is None else found | {"pass_seconds": 0.0}
        with tempfile.TemporaryDirectory(prefix="reportgen-probe-") as folder:
            sampled, few, passing = _sampled(job, pool, start, Path(folder), send)
            if not sampled.features:
                return _probed(job, pool, seconds, send)
            found = _probed(sampled, few, seconds, send)
        return found | {"test_images": len(pool.test_labels), "pass_seconds": passing}
    finally:
        gc.collect()


def _sampled(job: Job, pool: Pool, start: Start, folder: Path, send: Send) -> tuple[Job, Pool, float]:
    """The run with the features of some images in the place of all, and the seconds all would take.

    An epoch keeps its number of steps: the images return as often as it takes. Without features where those
    of all images would be too large to be kept.
    """
    pool = order.with_fold(pool, job.recipe.get("fold"))
    own = pool.train[:SAMPLE]
    few = replace(
        pool,
        images=np.asarray(pool.images[own], np.uint8),
        labels=np.asarray(pool.labels[own]),
        train=np.resize(np.arange(len(own)), len(pool.train)),
        validation=np.arange(0),
        test_images=np.asarray(pool.test_images[:SAMPLE], np.uint8),
        test_labels=np.asarray(pool.test_labels[:SAMPLE]),
    )
    training = {name: value for name, value in job.recipe["training"].items() if name != "class_weight"}
    job = replace(job, recipe={**job.recipe, "fold": None, "training": training})
    folders, passing = [], 0.0
    for view in start.views:
        place = folder / view
        place.mkdir()
        found = extraction.extract(replace(job, scratch=place), few, view, send)
        images = len(pool.images) + (len(pool.test_images) if view == PLAIN else 0)
        passed = len(few.images) + (len(few.test_images) if view == PLAIN else 0)
        if found.bytes / passed * images > extraction.room(job.scratch, views=len(start.views)):
            return job, few, 0.0
        passing += found.per_image * images
        folders.append(str(place))
    return replace(job, features=tuple(folders)), few, passing


def _probed(job: Job, pool: Pool, seconds: float, send: Send) -> dict[str, Any]:
    """What it costs to train this network on these data."""
    started = time.monotonic()
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
            "parameters": models.parameter_counts(network.whole).total,
            "test_images": len(network.pool.test_labels),
            "classes": network.pool.classes,
        }
        del network, watch
    return found


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
