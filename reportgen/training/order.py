"""Takes the arrays of a prepared data set, gives them to the network in an order that seed and epoch decide.

Keras' own shuffle repeats one order in every epoch once a seed is set; here the order of epoch e is
``stateless_shuffle(seed=[seed, e])``, a function of nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from reportgen.training import split
from reportgen.training.split import Indices

Images = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
ALIGNED = 64
"""Bytes at a multiple of which the memory of a tensor begins."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A prepared data set in memory.

    Attributes:
        images, labels: uint8 (n, h, w, c) and int64 (n,), from which training and validation are taken;
            stored features, float32 (n, ...), may stand in the place of images.
        train, validation: positions in them; ``validation`` is empty when the test part is validation.
        test_images, test_labels: the test part.
        classes: number of classes.
        names: what the data set itself calls them.
    """

    images: Images
    labels: Indices
    train: Indices
    validation: Indices
    test_images: Images
    test_labels: Indices
    classes: int
    names: tuple[str, ...] = ()


def load(folder: Path) -> Pool:
    """What ``prepare`` wrote into a folder; mapped, so that workers side by side share one copy."""

    def read(name: str) -> Any:
        # "c": nothing is ever written, but a tensor may only stand over memory that could be
        return np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False)

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


class Data:
    """The arrays of a pool where the network reads them, copied nowhere on a CPU.

    Args:
        pool: the data set.
        weights: class number -> what its images weigh in training; None for all alike.
    """

    def __init__(self, pool: Pool, weights: Mapping[int, float] | None = None) -> None:
        self._pool = pool
        by_class = np.ones(pool.classes, np.float32)
        for number, weight in (weights or {}).items():
            by_class[number] = weight
        self._known = resident(pool.images), resident(pool.labels)
        self._test = resident(pool.test_images), resident(pool.test_labels)
        with tf.device(_device()):
            self.training = (*self._known, tf.constant(by_class))

    def order(self, seed: int, epoch: int) -> Indices:
        """Positions of the training images in the order of a 0-based epoch, int64 (n,)."""
        with tf.device("CPU:0"):
            shuffled = tf.random.experimental.stateless_shuffle(self._pool.train, seed=[seed, epoch])
        return cast("Indices", shuffled.numpy())

    def part(self, name: str) -> tuple[Any, Any, Indices]:
        """Images, labels and positions of ``train``, ``validation`` or ``test`` in their stored order."""
        if name == "train":
            return (*self._known, self._pool.train)
        if name == "validation" and len(self._pool.validation):
            return (*self._known, self._pool.validation)
        return (*self._test, np.arange(len(self._pool.test_labels)))


def on_gpu() -> bool:
    """Whether there is a GPU to train on."""
    return bool(tf.config.list_physical_devices("GPU"))


def _device() -> str:
    """Where data and networks are."""
    return "GPU:0" if on_gpu() else "CPU:0"


def resident(array: npt.NDArray[Any]) -> Any:
    """A tensor over the memory of an array on a CPU, so that mapped files stay shared; a copy on a GPU."""
    if (
        array.flags.writeable
        and array.flags.c_contiguous
        and array.ctypes.data % ALIGNED == 0
        and not on_gpu()
    ):
        return tf.experimental.dlpack.from_dlpack(np.asarray(array).__dlpack__())
    with tf.device(_device()):
        return tf.identity(tf.constant(array))


def stacked(parts: Sequence[npt.NDArray[Any]], axis: int) -> npt.NDArray[Any]:
    """Arrays side by side along a new axis, where a tensor can stand over them without another copy."""
    shape = list(parts[0].shape)
    shape.insert(axis, len(parts))
    size = math.prod(shape) * parts[0].itemsize
    memory = np.empty(size + ALIGNED, np.uint8)
    start = -memory.ctypes.data % ALIGNED
    made = memory[start : start + size].view(parts[0].dtype).reshape(shape)
    return np.stack(parts, axis=axis, out=made)


def steps(images: int, batch: int) -> int:
    """Batches per epoch, the partial one counted."""
    return -(-images // batch)
