"""Takes a network with a frozen start and what that start gives for every image, gives the rest to train.

The rest is made of the very layers of the whole network: the same initial weights, the same seeds of
dropout and flips, and what it learns is in the whole network too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.plan.features import Start, start_of
from reportgen.records.codec import FEATURES_FACTS, decode_pass
from reportgen.records.model import SharedPass
from reportgen.training import order
from reportgen.training.models import Built
from reportgen.training.order import Pool

TRAIN, TEST = "train.npy", "test.npy"
"""Features of all images that training and validation are taken from, and of the test part."""
Features = npt.NDArray[np.float32]
VIEWS = 1
"""Axis of the views of an image, where there are two."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Features read from their entries, one for each view; of the test part only the plain one."""

    train: tuple[Features, ...]
    test: Features
    passes: tuple[SharedPass, ...]


def instead_of_images(
    network: Built, recipe: Mapping[str, Any], pool: Pool, folders: Sequence[str]
) -> tuple[Any, Pool, tuple[SharedPass, ...]]:
    """What is trained, on what, and the passes behind it: the whole network on images without ``folders``.

    Raises:
        ValueError: the features are not those of this network and these images.
    """
    start = start_of(recipe) if folders else None
    if start is None:
        return network.model, pool, ()
    stored = load(folders)
    return rest_of(network, start, stored), pool_of(pool, stored), stored.passes


def load(folders: Sequence[str]) -> Stored:
    """What was stored; mapped as the data set itself is, so that workers side by side share one copy."""

    def read(folder: str, name: str) -> Features:
        return np.load(Path(folder) / name, mmap_mode="c", allow_pickle=False)

    return Stored(
        train=tuple(read(folder, TRAIN) for folder in folders),
        test=read(folders[0], TEST),
        passes=tuple(decode_pass((Path(folder) / FEATURES_FACTS).read_bytes()) for folder in folders),
    )


def rest_of(network: Built, start: Start, stored: Stored) -> Any:
    """The network after its frozen start, from stored features to classes.

    Raises:
        ValueError: the features are not what this network makes.
    """
    cut = network.tensors[start.depth - 1]
    shape = tuple(cut.shape[1:])
    if len(stored.train) != len(start.views) or any(
        part.dtype != np.float32 or part.shape[1:] != shape for part in (*stored.train, stored.test)
    ):
        raise ValueError(f"the stored features are not of shape {shape}")
    rest = keras.Model(cut, network.model.outputs[0])
    if len(start.views) == 1:
        return rest
    views = keras.Input((len(start.views), *shape), dtype="float32")
    return keras.Model(views, rest(OneView(network.flip)(views)))


def pool_of(pool: Pool, stored: Stored) -> Pool:
    """The data with features in the place of images; with two views each image has both, side by side."""
    train, test = stored.train[0], stored.test
    if {len(part) for part in stored.train} != {len(pool.images)} or len(test) != len(pool.test_images):
        raise ValueError("the stored features are of other images")
    if len(stored.train) > 1:
        train, test = order.stacked(stored.train, VIEWS), order.stacked([test] * len(stored.train), VIEWS)
    return replace(pool, images=train, test_images=test)


def draws(model: Any) -> bool:
    """Whether training draws random numbers, of which XLA draws others than TensorFlow.

    On a CPU the whole network would not have been compiled, so what is to draw the same must not be either.
    """
    return any("seed_generator_state" in variable.path for variable in model.variables)


class OneView(keras.layers.Layer):
    """Of two views of an image the plain one, in training at random the flipped one.

    Args:
        flip: the layer that would have flipped the image; it draws as it would have drawn.
    """

    def __init__(self, flip: Any) -> None:
        super().__init__(dtype="float32")
        self.flip = flip

    def call(self, views: Any, training: bool = False) -> Any:
        """One view of each image, (batch, ...)."""
        plain = views[:, 0]
        if not training:
            return plain
        like_images = keras.ops.ones((keras.ops.shape(views)[0], 1, 1, 1))
        flips = self.flip.get_random_transformation(like_images)["flips"]
        return keras.ops.where(
            keras.ops.reshape(flips, (-1, *[1] * (len(plain.shape) - 1))), views[:, 1], plain
        )
