"""Takes programs used again and plain Keras on the same data, checks that nobody could tell them apart."""

from __future__ import annotations

import gc
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.networks import DENSE, same

from reportgen.records.model import Status
from reportgen.training import fitting, models, programs
from reportgen.training.order import Data, Pool
from reportgen.training.programs import Programs

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CONVOLUTION = [
    {"layer": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"},
    {"layer": "BatchNormalization"},
    {"layer": "Dropout", "rate": 0.2},
    {"layer": "Flatten"},
]
SHIFT = [{"layer": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1}]


@pytest.mark.parametrize(
    ("layers", "settings"),
    [
        (DENSE, {}),
        (CONVOLUTION, {"augmentation": SHIFT}),
        (DENSE, {"optimizer": {"name": "SGD", "learning_rate": 0.1, "momentum": 0.9}}),
        (DENSE, {"class_weight": "balanced", "loss": "categorical_crossentropy"}),
        (CONVOLUTION, {"precision": "mixed_bfloat16"}),
        (DENSE, {"precision": "mixed_float16"}),
    ],
)
def test_a_program_used_again_gives_the_numbers_of_a_new_one(
    train: Any, run_recipe: Any, monkeypatch: Any, layers: Any, settings: Any
) -> None:
    recipe = run_recipe(layers, epochs=2, **settings)
    other = {**recipe, "seed": 8}
    changed = run_recipe(
        layers, epochs=3, **{"optimizer": {"name": "Adam", "learning_rate": 0.05}, **settings}
    )
    fresh = [train(one) for one in (recipe, other, changed)]
    kept = Programs()
    made: list[Any] = []
    plain = programs.Program.__init__

    def count(self: Any, *arguments: Any, **given: Any) -> None:
        made.append(self)
        plain(self, *arguments, **given)

    monkeypatch.setattr(programs.Program, "__init__", count)
    again = [train(one, programs=kept) for one in (recipe, other, changed, recipe)]
    assert len(made) == 1, "one program for all of them"
    for first, second in zip([*fresh, fresh[0]], again, strict=True):
        same(first, second)
    assert fresh[0].history["loss"] != fresh[1].history["loss"]


def test_what_is_written_into_the_graph_makes_another_program(run_recipe: Any, digits: Pool) -> None:
    names = {
        fitting._architecture(run_recipe(DENSE, **settings), digits)
        for settings in (
            {},
            {"optimizer": {"name": "SGD"}},
            {"optimizer": {"name": "Adam", "beta_1": 0.8}},
            {"optimizer": {"name": "Adam", "learning_rate": {"name": "CosineDecay", "decay_steps": 3}}},
            {"precision": "mixed_bfloat16"},
            {"loss": "categorical_crossentropy"},
            {"metrics": [{"name": "AUC"}]},
            {"augmentation": SHIFT},
        )
    }
    names.add(fitting._architecture(run_recipe(DENSE), digits, weighted=True))
    assert len(names) == 9
    assert fitting._architecture(run_recipe([{"python": "m:f", "source": "x"}]), digits) == ""
    epochs = fitting._architecture(run_recipe(DENSE, epochs=9, batch_size=5, callbacks=[]), digits)
    assert epochs in names


def test_few_programs_are_kept(train: Any, run_recipe: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(programs, "KEPT", 2)
    kept = Programs()
    for units in (4, 5, 6):
        layers = [{"layer": "Flatten"}, {"layer": "Dense", "units": units}]
        assert train(run_recipe(layers, epochs=1), programs=kept).status is Status.OK
    assert (len(kept), kept.dropped) == (2, 1)
    monkeypatch.setattr(programs, "KEPT_BYTES", 1)
    assert train(run_recipe(layers, epochs=1), programs=kept).status is Status.OK
    assert len(kept) == 1, "the one in use stays"


def test_a_failure_leaves_no_program_behind(train: Any, run_recipe: Any) -> None:
    kept = Programs()
    assert train(run_recipe(epochs=1), programs=kept).status is Status.OK
    broken = run_recipe(epochs=1, callbacks=[{"callback": "EarlyStopping", "mode": 3}])
    assert train(broken, programs=kept).status is Status.FAILED
    assert len(kept) == 0


class _Unknown(keras.layers.Layer):
    """An operation that XLA has no kernel for."""

    def call(self, tensor: Any) -> Any:
        """The tensor, by way of text."""
        text = tf.strings.as_string(tf.stop_gradient(tensor))
        return tensor + 0.0 * tf.strings.to_number(text)


def test_what_xla_does_not_know_runs_without_it(train: Any, run_recipe: Any, monkeypatch: Any) -> None:
    plain = train(run_recipe(epochs=2))
    monkeypatch.setitem(vars(keras.layers), "Identity", _Unknown)
    layers = [{"layer": "Identity"}, *run_recipe()["model"]["layers"]]
    record = train(run_recipe(layers, epochs=2))
    assert record.status is Status.OK, record.reason
    assert not record.environment.compiled
    assert plain.environment.compiled
    assert record.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-4)


def test_a_callback_that_counts_steps_sees_every_step(train: Any, run_recipe: Any, monkeypatch: Any) -> None:
    seen: list[int] = []
    plain = keras.callbacks.ModelCheckpoint.on_train_batch_end

    def spy(self: Any, batch: int, logs: Any = None) -> None:
        seen.append(batch)
        plain(self, batch, logs)

    monkeypatch.setattr(keras.callbacks.ModelCheckpoint, "on_train_batch_end", spy)
    table = {"callback": "ModelCheckpoint", "filepath": "x"}
    counting = run_recipe(callbacks=[table | {"save_freq": 3}], epochs=1)
    record = train(counting)
    assert record.status is Status.OK, record.reason
    assert seen == list(range(8))
    assert not record.environment.compiled
    seen.clear()
    assert train(run_recipe(callbacks=[table], epochs=1)).status is Status.OK
    assert seen == [6, 7], "seven steps in a block, then the partial one"


def test_callbacks_are_called_as_fit_calls_them(run_recipe: Any, digits: Pool, tmp_path: Any) -> None:
    from reportgen.training import loop

    class Watch(keras.callbacks.Callback):
        """Writes down what it is told."""

        def __init__(self) -> None:
            super().__init__()
            self.told: list[Any] = []

        def __getattribute__(self, name: str) -> Any:
            if name.startswith("on_"):
                told = object.__getattribute__(self, "told")

                def hear(*numbers: Any, logs: Any = None) -> None:
                    told.append(
                        (name, [one if isinstance(one, int) else sorted(one or ()) for one in numbers])
                    )
                    told.append(sorted(logs or ()))

                return hear
            return object.__getattribute__(self, name)

    recipe = run_recipe(CONVOLUTION, epochs=2)
    ours, theirs = Watch(), Watch()
    job = fitting.Job("k", recipe, {}, tmp_path)
    with fitting.session(job) as plugins:
        network = fitting.prepared(job, digits, plugins, Programs())
        shared = {"epochs": 2, "block": 1, "seed": 7, "evaluation_batch": 32}
        loop.fit(network.program, network.data, batch=32, callbacks=[ours], **shared)
        model, shared = network.model, {"epochs": 2, "batch_size": 32, "verbose": 0}
        validation = images_of(digits, digits.validation)
        model.fit(*images_of(digits, digits.train), validation_data=validation, callbacks=[theirs], **shared)
    assert ours.told == theirs.told
    assert ours.params == theirs.params


def images_of(pool: Pool, rows: Any) -> tuple[Any, Any]:
    return pool.images[rows].astype(np.float32), pool.labels[rows]


def images_of_test(pool: Pool) -> tuple[Any, Any]:
    return pool.test_images.astype(np.float32), pool.test_labels


@pytest.mark.parametrize(
    ("layers", "optimizer"),
    [
        (DENSE[:2], {"name": "Adam", "learning_rate": 0.001}),
        (DENSE[:2], {"name": "SGD", "learning_rate": 0.05}),
        (DENSE[:2], {"name": "RMSprop", "learning_rate": 0.001}),
        (CONVOLUTION[:1] + CONVOLUTION[3:], {"name": "Adam", "learning_rate": 0.001}),
        (CONVOLUTION[:2] + CONVOLUTION[3:], {"name": "SGD", "learning_rate": 0.05}),
    ],
)
def test_one_seed_gives_the_losses_of_fit(
    train: Any, run_recipe: Any, digits: Pool, layers: Any, optimizer: Any
) -> None:
    recipe = run_recipe(layers, optimizer=optimizer, epochs=5)
    record = train(recipe)
    keras.utils.set_random_seed(7)
    model = models.build(recipe, (8, 8, 1), 10, {})
    model.compile(fitting.names.optimizer(optimizer), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.jit_compile = False
    for epoch in range(5):
        ordered = images_of(digits, Data(digits).order(7, epoch))
        validation = images_of(digits, digits.validation)
        found = model.fit(*ordered, batch_size=32, shuffle=False, validation_data=validation, verbose=0)
        for column in ("loss", "val_loss"):
            assert record.history[column][epoch] == pytest.approx(found.history[column][0], abs=1e-4)
    test = model.evaluate(*images_of_test(digits), verbose=0, return_dict=True)
    assert record.metric("test", "loss") == pytest.approx(test["loss"], abs=1e-4)


@pytest.mark.slow
def test_seeds_spread_as_those_of_plain_keras(train: Any, run_recipe: Any, digits: Pool) -> None:
    """Keras' own shuffle and initial weights against ours, 12 seeds each: no difference beyond noise."""
    seeds = range(12)
    recipe = run_recipe(DENSE[:2], optimizer={"name": "Adam", "learning_rate": 0.01}, epochs=15)
    kept = Programs()
    ours = [train({**recipe, "seed": seed}, programs=kept).metric("test", "accuracy") for seed in seeds]
    theirs = []
    for seed in seeds:
        keras.utils.set_random_seed(1000 + seed)
        model = models.build({**recipe, "seed": 1000 + seed}, (8, 8, 1), 10, {})
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(*images_of(digits, digits.train), batch_size=32, epochs=15, verbose=0)
        outputs = model.predict(digits.test_images.astype(np.float32), verbose=0)
        theirs.append(float((outputs.argmax(axis=1) == digits.test_labels).mean()))
        keras.backend.clear_session()
    from scipy import stats

    assert np.std(ours) > 0
    assert np.std(theirs) > 0
    difference = stats.ttest_ind(ours, theirs, equal_var=False)
    low, high = difference.confidence_interval(0.99)
    assert low < 0 < high, (ours, theirs)
    assert high - low < 0.1, "the seeds would show a difference worth talking about"
    gc.collect()
