"""Takes the seed of a run, gives a process that draws and names as a fresh one would.

Keras' own ``set_random_seed`` and ``clear_session`` do it too, and with it throw away what TensorFlow has
prepared of every program: twelve seconds of a ResNet50. Hence the only use of what Keras does not publish.
"""

from __future__ import annotations

import random

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR
from keras.src.utils.rng_utils import GLOBAL_RANDOM_SEED

NAMES = "object_name_uids"
"""Keras' counters for the names of layers: dense, dense_1, ..."""


def start(seed: int, *, tensorflow: bool) -> None:
    """Seeds Python, NumPy and Keras, and begins the names of layers anew.

    Args:
        seed: the seed of the run.
        tensorflow: whether TensorFlow's own stateful random numbers may be drawn; no layer of Keras does.
    """
    global_state.set_global_attribute(NAMES, None)
    if tensorflow:
        keras.utils.set_random_seed(seed)
        return
    global_state.set_global_attribute(GLOBAL_RANDOM_SEED, seed)
    global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, None)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  # what keras.utils.set_random_seed seeds
