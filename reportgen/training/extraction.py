"""Takes a run with a frozen start and its data, gives what that start makes of every image."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from reportgen.plan.features import FLIPPED, Start, start_of
from reportgen.records.codec import FEATURES_FACTS, encode_pass
from reportgen.records.model import SharedPass
from reportgen.training import environment, fitting, models
from reportgen.training.callbacks import HEARTBEAT, Send
from reportgen.training.features import TEST, TRAIN, Features
from reportgen.training.fitting import Job
from reportgen.training.order import Images, Pool
from reportgen.training.plugins import Plugins

LARGEST = 4 << 30
"""Bytes of an entry."""
MEMORY_SHARE, DISK_SHARE = 4, 2
"""What an entry may take at most of the machine's memory and of the free disk, as divisors."""
BATCH = 128
WIDTH = 2
"""Axis of images."""
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What came of it.

    Attributes:
        bytes: what the features take.
        written: whether they are not too large to be kept.
        per_image: seconds for one image, once the first batch has been passed.
    """

    bytes: int
    written: bool
    per_image: float = 0.0


def extract(job: Job, pool: Pool, view: str, send: Send) -> Extracted:
    """Writes the features of one view into the job's ``scratch``, unless they are too large to be kept.

    Args:
        job: a run that the features are for; its key is that of the features.
        pool: the data set, whole.
        view: ``plain``, or ``flipped`` for mirrored images, of which only those for training are passed.
        send: where ``step`` events go, as signs of life.

    Raises:
        MissingError: weights that cannot be had.
        ValueError, TypeError: what Keras says of wrong names, arguments or shapes.
    """
    start = start_of(job.recipe)
    if start is None:
        raise ValueError("the network has no frozen start")
    parts = {TRAIN: pool.images} if view == FLIPPED else {TRAIN: pool.images, TEST: pool.test_images}
    images = sum(map(len, parts.values()))
    with fitting.session(job) as plugins, _exact():
        network = frozen(job, pool, start, plugins)
        size = images * 4 * math.prod(network.output_shape[1:])
        if size > room(job.scratch, views=len(start.views)):
            return Extracted(size, written=False)
        began = time.monotonic()
        watch = _Watch(job.key, images, send)
        see = _seeing(network, pool.images.shape[1:], flip=view == FLIPPED)
        batch = min(BATCH, fitting.evaluation_batch(network, BATCH))
        for name, part in parts.items():
            shape = (len(part), *network.output_shape[1:])
            found = np.lib.format.open_memmap(job.scratch / name, mode="w+", dtype=np.float32, shape=shape)
            _pass(see, part, found, batch, watch.tell)
            found.flush()
        here, seconds = environment.describe(), time.monotonic() - began
    facts = SharedPass(job.key, view, start.backbone, images, seconds, size, here.threads, here.device)
    (job.scratch / FEATURES_FACTS).write_bytes(encode_pass(facts))
    return Extracted(size, written=True, per_image=watch.per_image())


def frozen(job: Job, pool: Pool, start: Start, plugins: Plugins) -> Any:
    """The start of a run's network, from images to features, inside the session of the run."""
    inputs = keras.Input(pool.images.shape[1:], dtype="float32")
    tables = job.recipe["model"]["layers"][: start.depth]
    return keras.Model(inputs, models.layers_on(inputs, tables, job.weights_files, plugins)[-1])


def room(folder: Path, *, views: int = 1) -> int:
    """Bytes that an entry may take: never so many that a disk fills or workers push each other out.

    One view is mapped and shared; of several each worker has a copy that puts them side by side.
    """
    most = [LARGEST, shutil.disk_usage(folder).free // DISK_SHARE]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        copies = 1 if views == 1 else views * (os.cpu_count() or 1)
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        most.append(memory // (MEMORY_SHARE * copies))
    return min(most)


@contextmanager
def _exact() -> Iterator[None]:
    """float32 as on a processor: a GPU would round the factors of its products to ten bits."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


class _Watch:
    """Counts images and tells of them, at most one event per second and one after the first batch."""

    def __init__(self, key: str, images: int, send: Send) -> None:
        self._key, self._images, self._send = key, images, send
        self._done, self._told = 0, -math.inf
        self._marks: list[tuple[int, float]] = [(0, time.monotonic())]

    def tell(self, count: int) -> None:
        """So many more have been passed."""
        self._done += count
        now = time.monotonic()
        self._marks = [*self._marks[:2], (self._done, now)]
        if now - self._told >= HEARTBEAT:
            self._told = now
            step = {"step": self._done, "steps": self._images}
            self._send({"event": "step", "key": self._key, "epoch": 1, **step})

    def per_image(self) -> float:
        """Seconds for one, the first batch left out where there were more: it prepares the rest."""
        (before, began), (after, ended) = self._marks[-2:]
        return (ended - began) / (after - before)


def _seeing(network: Any, shape: tuple[int, ...], *, flip: bool) -> Callable[[Any], Any]:
    """What the network gives for uint8 images of a shape, in inference mode, mirrored if asked for."""

    def features(pixels: Any) -> Any:
        images = tf.cast(pixels, tf.float32)
        return network(tf.reverse(images, [WIDTH]) if flip else images, training=False)

    return tf.function(features).get_concrete_function(tf.TensorSpec((None, *shape), tf.uint8))


def _pass(see: Callable[[Any], Any], images: Images, found: Features, batch: int, tell: Tell) -> None:
    """Fills ``found`` with the features of images, in their order."""
    for first in range(0, len(images), batch):
        part = images[first : first + batch]
        found[first : first + len(part)] = see(tf.constant(part)).numpy()
        tell(len(part))
