"""Takes what XLA draws by itself, checks that what is written in its place gives the same bits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from support.networks import same

from reportgen.training import draws, fitting, programs
from reportgen.training.order import Pool
from reportgen.training.programs import Programs

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

KEPT = tf.random.stateless_uniform, tf.random.stateless_normal, tf.nn.experimental.stateless_dropout
SHAPES = [(32, 64), (7, 3), (3, 7), (3, 4, 5), (1,), ()]
FLAT, DENSE = {"layer": "Flatten"}, {"layer": "Dense", "units": 16, "activation": "relu"}
SHIFTS = {"height_factor": 0.1, "width_factor": 0.1}
GENERATOR = "rng-bit-generator("
DRAWING = [
    {"layer": "Dropout", "rate": 0.3},
    {"layer": "Dropout", "rate": 0.3, "noise_shape": [None, 1]},
    {"layer": "GaussianNoise", "stddev": 0.1},
    {"layer": "GaussianDropout", "rate": 0.3},
    {"layer": "AlphaDropout", "rate": 0.1},
]


def drawn(function: Any, *, ours: bool) -> Any:
    """What a function draws from a seed under XLA, which both are given as a variable is."""
    with draws.in_place_of_xla() if ours else nullcontext():
        return tf.function(function, jit_compile=True)(tf.constant([7, 2**31 - 5])).numpy()


def equal(function: Any) -> bool:
    """Whether it draws the same bits as XLA does by itself."""
    theirs, ours = drawn(function, ours=False), drawn(function, ours=True)
    assert (theirs.dtype, theirs.shape) == (ours.dtype, ours.shape)
    return theirs.tobytes() == ours.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_numbers_are_those_of_xla(shape: tuple[int, ...], dtype: str) -> None:
    assert equal(lambda seed: tf.random.stateless_uniform(shape, seed, -0.3, 0.7, dtype))
    assert equal(lambda seed: tf.random.stateless_normal(shape, seed, mean=0.2, stddev=0.3, dtype=dtype))


def test_whole_numbers_and_other_generators_are_left_to_xla() -> None:
    assert equal(lambda seed: tf.random.stateless_uniform([9], seed, 3, 90, tf.int32))
    for more in ({"alg": "threefry"}, {"alg": "philox"}):
        assert equal(lambda seed, more=more: tf.random.stateless_uniform([9], seed, **more))
        assert equal(lambda seed, more=more: tf.random.stateless_normal([9], seed, **more))
    ones = tf.ones([9, 9])
    for alg in (None, "threefry"):
        assert equal(
            lambda seed, alg=alg: tf.nn.experimental.stateless_dropout(ones, 0.4, seed=seed, rng_alg=alg)
        )


def test_tensorflow_is_left_as_it_was() -> None:
    def now() -> tuple[Any, ...]:
        return (
            tf.random.stateless_uniform,
            tf.random.stateless_normal,
            tf.nn.experimental.stateless_dropout,
        )

    with draws.in_place_of_xla():
        assert not set(KEPT) & set(now())
    assert now() == KEPT
    with pytest.raises(KeyError), draws.in_place_of_xla():
        raise KeyError
    assert now() == KEPT


@pytest.fixture
def block_of(digits: Pool, tmp_path: Path) -> Callable[..., str]:
    """Gives what XLA is handed of the block of steps that a recipe is trained with."""

    def text(recipe: Any) -> str:
        job = fitting.Job("k", recipe, {}, tmp_path)
        with fitting.session(job) as plugins:
            network = fitting.prepared(job, digits, plugins, Programs())
        rows = tf.zeros([2, 32], tf.int64), tf.constant(2)
        steps = network.program._steps.experimental_get_compiler_ir(*network.data.training, *rows)
        return str(steps(stage="hlo"))

    return text


@pytest.mark.parametrize(
    ("layer", "precision"),
    [*((layer, "float32") for layer in DRAWING), (DRAWING[0], "mixed_bfloat16")],
)
def test_no_generator_of_xla_is_in_a_block(
    block_of: Any, run_recipe: Any, monkeypatch: Any, layer: Any, precision: str
) -> None:
    """It would work each of its rounds out again for every number: ten times the whole step."""
    recipe = run_recipe([FLAT, DENSE, layer, DENSE, layer], precision=precision)
    assert block_of(recipe).count(GENERATOR) == 0
    monkeypatch.setattr(draws, "in_place_of_xla", nullcontext)
    assert block_of(recipe).count(GENERATOR) == 2, "what is counted is what it was"


@pytest.mark.parametrize(
    ("layers", "settings"),
    [
        *(([FLAT, DENSE, layer], {}) for layer in DRAWING[2:]),
        ([FLAT, DENSE, DRAWING[0], DENSE, DRAWING[0]], {"precision": "mixed_bfloat16", "batch_size": 7}),
        ([FLAT, DENSE], {"augmentation": [{"layer": "RandomContrast", "factor": 0.2}]}),
        (
            [FLAT, DENSE],
            {"augmentation": [{"layer": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1}]},
        ),
    ],
)
def test_a_run_has_the_numbers_it_had_with_the_generator_of_xla(
    train: Any, run_recipe: Any, monkeypatch: Any, layers: Any, settings: Any
) -> None:
    recipe = run_recipe(layers, epochs=2, **settings)
    record = train(recipe)
    monkeypatch.setattr(programs.features, "draws", lambda _: False)
    same(train(recipe), record)
    assert record.history["loss"][0] != record.history["loss"][1]
    assert np.isfinite(record.history["loss"]).all()
