"""What a trained network takes to answer: of the answer alone, in a warm program, never at its cost."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from reportgen.records.model import Status
from reportgen.training import inference

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FLATTEN = {"layer": "Flatten"}
NARROW = [FLATTEN, {"layer": "Dense", "units": 8}]
WIDE = [{"layer": "Conv2D", "filters": 64, "kernel_size": 3, "padding": "same"} for _ in range(4)]


class Sleeper:
    """An answer that takes so long, the first times longer."""

    def __init__(self, *, seconds: float, cold: float = 0.0) -> None:
        self.seconds, self.cold, self.rows = seconds, cold, []

    def __call__(self, images: Any, row: Any) -> Any:
        time.sleep(self.seconds if len(self.rows) >= inference.WARM else self.cold or self.seconds)
        self.rows.append(row.numpy())
        return tf.gather(images, row)


def timed(answer: Any, images: int = 40, batch: int = 8) -> Any:
    return inference.timed(answer, tf.zeros([images, 3]), batch=batch, concurrent=2, beat=lambda _: None)


def test_the_time_is_that_of_one_image_in_a_warm_program() -> None:
    found = timed(Sleeper(seconds=0.02, cold=0.2))
    assert 20 / 8 <= found.low <= found.milliseconds <= found.high
    assert found.low < 1.5 * 20 / 8
    assert (found.batch, found.calls, found.concurrent_runs) == (8, inference.LEAST, 2)


def test_a_call_that_something_held_up_does_not_count() -> None:
    answer = Sleeper(seconds=0.002)
    slow = iter([0.1])

    def held_up(images: Any, row: Any) -> Any:
        time.sleep(next(slow, 0.0) if len(answer.rows) == inference.WARM + 1 else 0.0)
        return answer(images, row)

    assert timed(held_up).milliseconds < 50 / 8


def test_it_takes_little_time_and_all_images_in_turn() -> None:
    answer = Sleeper(seconds=0.0)
    assert timed(answer, images=20).calls == inference.MOST
    slow = Sleeper(seconds=inference.SECONDS / 2)
    assert timed(slow).calls == inference.LEAST
    assert {len(row) for row in answer.rows} == {8}
    assert set(np.concatenate(answer.rows)) == set(range(20))


def test_fewer_images_than_a_batch_are_a_batch() -> None:
    assert timed(Sleeper(seconds=0.0), images=3).batch == 3


def test_an_answer_that_fails_costs_no_result() -> None:
    def fails(_: Any, __: Any) -> Any:
        raise MemoryError

    assert timed(fails) is None


def test_a_run_has_the_time_of_its_network(train: Any, run_recipe: Any) -> None:
    small = train(run_recipe(NARROW, epochs=1))
    large = train(run_recipe([*WIDE, FLATTEN], epochs=1))
    assert small.inference.batch == large.inference.batch == inference.BATCH
    assert small.inference.concurrent_runs == small.environment.concurrent_runs == 2
    assert large.inference.low > 3 * small.inference.low > 0


def test_measuring_changes_nothing(train: Any, run_recipe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [*NARROW, {"layer": "BatchNormalization"}, {"layer": "Dropout", "rate": 0.5}]
    recipe = run_recipe(layers, epochs=2)
    found = train(recipe)
    monkeypatch.setattr(inference, "timed", lambda *_, **__: None)
    without = train(recipe)
    assert without.inference is None
    assert without.status is Status.OK
    assert without.metrics == found.metrics
    np.testing.assert_array_equal(without.probabilities, found.probabilities)


def test_the_answer_is_that_of_the_network(digits: Any) -> None:
    import keras

    inputs = keras.Input(digits.test_images.shape[1:])
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(inputs)))
    answer = inference.forward(model, digits.test_images.dtype)
    found = answer(tf.constant(digits.test_images), tf.constant([5, 2], tf.int64)).numpy()
    expected = model.predict(digits.test_images[[5, 2]].astype(np.float32), verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
