"""Takes the name of a study and an npz file, trains it as the guides of keras.io do, gives a JSON file.

This is the other side of the comparisons: what somebody writes who follows the guides on the Sequential
model, on training and evaluation with the built-in methods, and on transfer learning. Arrays of float32,
``fit`` with ``validation_data``, ``evaluate`` and ``predict`` with the guide's batch of 128,
``clear_session`` between models, no progress bar. It imports nothing of reportgen.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

EVALUATION_BATCH = 128
CLASSES = 10
PIXEL = 64.0
"""Standard deviation of pixels with the mean of their channel taken away, about."""
GRID = {
    "optimizer": ("SGD", "Adam", "RMSprop"),
    "activation": ("relu", "tanh", "sigmoid"),
    "units": ((512,), (512, 256), (512, 256, 256)),
}
SMALL_GRID = {"optimizer": ("SGD", "Adam"), "activation": ("relu",), "units": ((512,), (512, 256))}


@dataclass(frozen=True)
class Data:
    """Images as float32 arrays and labels, by part: ``train``, ``validation``, ``test``."""

    parts: dict[str, tuple[Any, Any]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one image."""
        return self.parts["train"][0].shape[1:]


def load(path: Path, validation: int, *, scaled: bool = True) -> Data:
    """The arrays of an npz file, the last images of the training part held out to validate."""
    with np.load(path, allow_pickle=False) as archive:
        x_train, y_train, x_test, y_test = (archive[n] for n in ("x_train", "y_train", "x_test", "y_test"))
    x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
    if scaled:
        x_train, x_test = x_train / 255, x_test / 255
    return Data(
        {
            "train": (x_train[:-validation], y_train[:-validation]),
            "validation": (x_train[-validation:], y_train[-validation:]),
            "test": (x_test, y_test),
        }
    )


def train(model: Any, data: Data, options: argparse.Namespace, *, logits: bool = False) -> dict[str, Any]:
    """Fits a compiled model, measures it on the three parts, predicts the test part."""
    began = time.perf_counter()
    history = model.fit(
        *data.parts["train"],
        batch_size=options.batch_size,
        epochs=options.epochs,
        validation_data=data.parts["validation"],
        verbose=0,
    )
    seconds = time.perf_counter() - began
    found = {
        part: model.evaluate(x, y, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True)
        for part, (x, y) in data.parts.items()
    }
    outputs = model.predict(data.parts["test"][0], batch_size=EVALUATION_BATCH, verbose=0)
    probabilities = keras.ops.convert_to_numpy(keras.ops.softmax(outputs)) if logits else outputs
    return {
        **found,
        "seconds": seconds,
        "epochs": len(history.history["val_loss"]),
        "updates": int(model.optimizer.iterations.numpy()),
        "parameters": int(model.count_params()),
        "predictions": len(probabilities),
    }


# --- dense networks ------------------------------------------------------------------------------


def grid(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Every optimizer with every activation and every depth."""
    data = load(options.data, options.validation)
    axes = SMALL_GRID if options.small else GRID
    for optimizer, activation, units in itertools.product(*axes.values()):
        keras.utils.clear_session()
        model = keras.Sequential([keras.Input(data.shape), layers.Flatten()])
        for width in units:
            model.add(layers.Dense(width, activation=activation))
        model.add(layers.Dense(CLASSES, activation="softmax"))
        model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        yield train(model, data, options)


# --- convolutional networks ----------------------------------------------------------------------


def cnn(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A small convolutional network, and a better one with augmentation, Dropout and L2."""
    data = load(options.data, options.validation)
    base = [
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
    ]
    yield sequential(base, "adam", data, options)
    better = [
        layers.RandomRotation(0.04),
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(0.1, 0.1),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(128, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(128, activation="relu", kernel_regularizer=keras.regularizers.L2(0.001)),
        layers.Dropout(0.3),
    ]
    yield sequential(better, keras.optimizers.Adam(1e-3), data, options)


def sequential(stack: list[Any], optimizer: Any, data: Data, options: argparse.Namespace) -> dict[str, Any]:
    """A stack of layers with an output for each class, trained."""
    model = keras.Sequential([keras.Input(data.shape), *stack, layers.Dense(CLASSES, activation="softmax")])
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    found = train(model, data, options)
    keras.utils.clear_session()
    return found


# --- networks of keras.applications --------------------------------------------------------------


def vgg16(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """VGG16 trained from the first layer to the last, in float32."""
    data = load(options.data, options.validation, scaled=False)
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=data.shape)
    inputs = keras.Input(data.shape)
    x = base(keras.applications.vgg16.preprocess_input(inputs))
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    for width in (256, 128):
        x = layers.Dense(width, activation="relu")(x)
    model = keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(x))
    model.compile(
        optimizer=keras.optimizers.Adam(1e-4), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    yield train(model, data, options)


def weights(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """No study: writes weights that stand for published ones.

    They are drawn by He's rule with a fixed seed: by Keras' default, thirteen layers of ReLU would leave
    hardly anything of an image. The first layer brings pixels of some hundred to the size of one, which
    that of published weights does too.
    """
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    for seed, layer in enumerate(base.layers):
        if isinstance(layer, layers.Conv2D):
            kernel = keras.initializers.HeNormal(seed)(layer.kernel.shape)
            layer.kernel.assign(kernel / PIXEL if layer.name == "block1_conv1" else kernel)
    base.save_weights(options.weights)
    yield from ()


def transfer_model(shape: tuple[int, ...], file: Path, width: int) -> Any:
    """A frozen VGG16 with a head of its own, as the guide on transfer learning builds it; gives logits."""
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=shape)
    base.load_weights(file)
    base.trainable = False
    inputs = keras.Input(shape)
    x = base(keras.applications.vgg16.preprocess_input(inputs), training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(width, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def frozen(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Transfer learning: the head is trained, the backbone is passed for every image of every epoch."""
    data = load(options.data, options.validation, scaled=False)
    model = transfer_model(data.shape, options.weights, options.units)
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    yield train(model, data, options, logits=True)


def logits(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """No study: what the whole network, with weights that were trained elsewhere, says of the test images."""
    data = load(options.data, options.validation, scaled=False)
    model = transfer_model(data.shape, options.weights, options.units)
    model.load_weights(options.trained)
    np.save(options.outputs, model.predict(data.parts["test"][0], batch_size=EVALUATION_BATCH, verbose=0))
    yield from ()


STUDIES = {study.__name__: study for study in (grid, cnn, vgg16, weights, frozen, logits)}


def main() -> None:
    """Trains what is asked for and writes one entry a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("data", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--validation", type=int, default=100)
    parser.add_argument("--units", type=int, default=256, help="of the head on a frozen backbone")
    parser.add_argument("--weights", type=Path, help="of the frozen backbone")
    parser.add_argument("--trained", type=Path, help="weights of the whole network")
    parser.add_argument("--outputs", type=Path, help="where its logits go")
    parser.add_argument("--small", action="store_true", help="a few networks of the grid only")
    options = parser.parse_args()
    runs = list(STUDIES[options.study](options))
    options.result.write_text(json.dumps(runs), encoding="utf-8")


if __name__ == "__main__":
    main()
