"""Takes the arrays of a prepared data set, gives batches in an order that seed and epoch decide.

Keras' own shuffle repeats one order in every epoch once a seed is set; here the order of epoch e is
``stateless_shuffle(seed=[seed, e])``, a function of nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from reportgen.training import split
from reportgen.training.split import Indices

AHEAD = 2
"""Batches prepared while the network works."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A prepared data set in memory.

    Attributes:
        images, labels: uint8 (n, h, w, c) and int64 (n,), from which training and validation are taken.
        train, validation: positions in them; ``validation`` is empty when the test part is validation.
        test_images, test_labels: the test part.
        classes: number of classes.
        names: what the data set itself calls them.
    """

    images: npt.NDArray[np.uint8]
    labels: Indices
    train: Indices
    validation: Indices
    test_images: npt.NDArray[np.uint8]
    test_labels: Indices
    classes: int
    names: tuple[str, ...] = ()


def load(folder: Path) -> Pool:
    """What ``prepare`` wrote into a folder."""

    def read(name: str) -> Any:
        return np.load(folder / f"{name}.npy", allow_pickle=False)

    facts = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    return Pool(
        images=read("train_images"),
        labels=read("train_labels"),
        train=read("train_index"),
        validation=read("validation_index"),
        test_images=read("test_images"),
        test_labels=read("test_labels"),
        classes=len(facts["classes"]),
        names=tuple(facts["classes"]),
    )


def with_fold(pool: Pool, fold: dict[str, Any] | None) -> Pool:
    """The pool with one stratified fold of training plus validation as its validation part."""
    if fold is None:
        return pool
    everything = np.sort(np.concatenate([pool.train, pool.validation]))
    random = split.stream(int(fold.get("seed", 0)), split.FOLDS, int(fold.get("repeat", 0)))
    held, rest = split.fold(pool.labels[everything], int(fold["folds"]), int(fold["index"]), random)
    return replace(pool, train=everything[rest], validation=everything[held])


class Feeder:
    """Batches for training and evaluation: float32 images in 0..255 and labels.

    Args:
        pool: the data set.
        one_hot: whether the loss wants rows of the identity matrix instead of class numbers.
    """

    def __init__(self, pool: Pool, one_hot: bool) -> None:
        self._pool = pool
        with tf.device("CPU:0"):
            self._images = tf.constant(pool.images)
            self._targets = self._to_targets(pool.labels, one_hot)
            self._test_images = tf.constant(pool.test_images)
            self._test_targets = self._to_targets(pool.test_labels, one_hot)
            self.epoch = tf.Variable(0, dtype=tf.int64, trainable=False)

    def _to_targets(self, labels: Indices, one_hot: bool) -> Any:
        return tf.one_hot(labels, self._pool.classes) if one_hot else tf.constant(labels)

    def training(self, batch: int, seed: int) -> Any:
        """The batches of the epoch that ``self.epoch`` says when the first of them is asked for.

        The last batch may be smaller; none is dropped.
        """
        index = tf.constant(self._pool.train)

        def of_epoch(_: Any) -> Any:
            order = tf.random.experimental.stateless_shuffle(
                index, seed=tf.stack([tf.constant(seed, tf.int64), self.epoch])
            )
            return tf.data.Dataset.from_tensor_slices(order).batch(batch)

        batches = tf.data.Dataset.range(1).flat_map(of_epoch)
        known = tf.data.experimental.assert_cardinality(steps(len(index), batch))
        return self._gather(batches, self._images, self._targets).apply(known).prefetch(AHEAD)

    def fixed(self, part: str, batch: int) -> Any:
        """``train``, ``validation`` or ``test`` in its stored order."""
        if part == "train":
            return self._ordered(self._pool.train, self._images, self._targets, batch)
        if part == "validation" and len(self._pool.validation):
            return self._ordered(self._pool.validation, self._images, self._targets, batch)
        everything = np.arange(len(self._pool.test_labels))
        return self._ordered(everything, self._test_images, self._test_targets, batch)

    def _ordered(self, index: Indices, images: Any, targets: Any, batch: int) -> Any:
        batches = tf.data.Dataset.from_tensor_slices(tf.constant(index)).batch(batch)
        return self._gather(batches, images, targets).prefetch(AHEAD)

    @staticmethod
    def _gather(batches: Any, images: Any, targets: Any) -> Any:
        """Positions -> (images, targets), one small thread beside the network."""

        def pick(index: Any) -> tuple[Any, Any]:
            return tf.cast(tf.gather(images, index), tf.float32), tf.gather(targets, index)

        options = tf.data.Options()
        options.autotune.enabled = False
        options.threading.private_threadpool_size = 1
        options.deterministic = True
        return batches.map(pick).with_options(options)


def steps(images: int, batch: int) -> int:
    """Batches per epoch, the partial one counted."""
    return -(-images // batch)
