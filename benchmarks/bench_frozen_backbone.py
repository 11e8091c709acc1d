"""Takes nothing, gives how much faster a frozen backbone is trained on stored features than by plain Keras.

Both sides train the same head on the same images for 20 epochs and predict the test part; the weights of the
backbone are random and come from a file. The first run of a project pays the pass through the backbone, any
later one finds it stored. Times are of the processor (all threads), which other work on the machine disturbs
less than the clock, and of the clock.

    python benchmarks/bench_frozen_backbone.py [--images 2000] [--epochs 20] [--repeats 3]
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from reportgen.records.model import RunRecord
from reportgen.training import backbones, environment, extraction, fitting
from reportgen.training.order import Pool

CLASSES, BATCH, SIZE = 10, 32, (32, 32, 3)
BAR = 10.0
TOLERANCE = 1e-5
Times = tuple[float, float]


def pool_of(images: int) -> Pool:
    """Images with a trace of their class: as many for training as asked for, a tenth for each other part."""
    random = np.random.default_rng(0)

    def part(count: int) -> tuple[Any, Any]:
        labels = np.arange(count) % CLASSES
        noise = random.integers(0, 150, (count, *SIZE)) + 10 * labels[:, None, None, None]
        return noise.astype(np.uint8), labels.astype(np.int64)

    (own, labels), (test, test_labels) = part(images + images // 10), part(images // 10)
    index = np.arange(len(own))
    return Pool(own, labels, index[:images], index[images:], test, test_labels, CLASSES)


def weights_file(folder: Path) -> tuple[str, dict[str, str]]:
    """SHA-256 and file of weights that keep the scale of what passes through them."""
    model = backbones.build("VGG16", SIZE, "none", {})
    random = np.random.default_rng(1)
    for weight in model.weights:
        if weight.path.endswith("kernel"):
            spread = (2 / np.prod(weight.shape[:-1])) ** 0.5
            weight.assign(random.normal(0, spread, weight.shape).astype(np.float32))
    path = folder / "vgg16.weights.h5"
    model.save_weights(path)
    keras.backend.clear_session()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return digest, {digest: str(path)}


def recipe_of(digest: str, epochs: int) -> dict[str, Any]:
    """VGG16, frozen, with a small head."""
    backbone = {"backbone": "VGG16", "weights": digest, "trainable": False, "until": None}
    head = [
        {"layer": "GlobalAveragePooling2D"},
        {"layer": "Rescaling", "scale": 0.02},
        {"layer": "Dense", "units": 256, "activation": "relu"},
        {"layer": "Dropout", "rate": 0.3},
    ]
    training = {"optimizer": {"name": "Adam", "learning_rate": 1e-3}, "loss": "auto", "epochs": epochs}
    training |= {"batch_size": BATCH, "precision": "float32", "callbacks": [], "augmentation": []}
    return {
        "key_version": 1, "kind": "run", "data": "d", "training": training, "seed": 0, "fold": None,
        "model": {"layers": [backbone, *head], "output": "logits", "rescale": False}, "backend": "tensorflow",
    }  # fmt: skip


def plain(recipe: dict[str, Any], pool: Pool, files: dict[str, str]) -> object:
    """What a notebook does; gives the logits of the test part."""
    keras.utils.set_random_seed(0)
    (path,) = files.values()
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=SIZE)
    base.load_weights(path)
    base.trainable = False
    inputs = keras.Input(SIZE)
    tensor = base(keras.applications.vgg16.preprocess_input(inputs), training=False)
    tensor = keras.layers.Rescaling(0.02)(keras.layers.GlobalAveragePooling2D()(tensor))
    tensor = keras.layers.Dropout(0.3)(keras.layers.Dense(256, activation="relu")(tensor))
    model = keras.Model(inputs, keras.layers.Dense(CLASSES)(tensor))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"])
    images, labels = pool.images.astype(np.float32), pool.labels
    model.fit(
        images[pool.train],
        labels[pool.train],
        batch_size=BATCH,
        epochs=recipe["training"]["epochs"],
        validation_data=(images[pool.validation], labels[pool.validation]),
        verbose=0,
    )
    found = model.predict(pool.test_images.astype(np.float32), verbose=0)
    keras.backend.clear_session()
    return found


def ours(
    recipe: dict[str, Any], pool: Pool, files: dict[str, str], folders: tuple[str, ...] = ()
) -> RunRecord:
    """A run as a worker does it; gives its record."""
    with tempfile.TemporaryDirectory() as scratch:
        job = fitting.Job("k", recipe, files, Path(scratch), features=folders)
        record = fitting.train(job, pool, environment.describe(), lambda _: None, logging.getLogger())
    assert record.status == "ok", record.reason
    return record


def timed(work: Callable[[], Any]) -> tuple[Any, Times]:
    """What it gives, seconds of the processor and of the clock."""
    before, began = time.process_time(), time.perf_counter()
    found = work()
    return found, (time.process_time() - before, time.perf_counter() - began)


def shown(name: str, slow: list[Times], fast: list[Times]) -> float:
    """Prints the median ratio of pairs, with the lowest and the highest; gives that of the processor."""
    medians = []
    for clock, at in (("processor", 0), ("clock", 1)):
        ratios = sorted(a[at] / b[at] for a, b in zip(slow, fast, strict=True))
        medians.append(statistics.median(ratios))
        print(f"{name}, {clock}: {medians[-1]:.1f}x (from {ratios[0]:.1f}x to {ratios[-1]:.1f}x)")
    return medians[0]


def main() -> None:
    """Measures both sides in turns and holds them to the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    wanted = parser.parse_args()
    pool = pool_of(wanted.images)
    slow: list[Times] = []
    first: list[Times] = []
    later: list[Times] = []
    with tempfile.TemporaryDirectory() as name:
        digest, files = weights_file(Path(name))
        recipe = recipe_of(digest, wanted.epochs)
        for number in range(wanted.repeats):
            folder = Path(name) / str(number)
            folder.mkdir()
            job = fitting.Job("f", recipe, files, folder)
            _, passed = timed(lambda: extraction.extract(job, pool, "plain", lambda _: None))  # noqa: B023
            _, trained = timed(lambda: ours(recipe, pool, files, (str(folder),)))  # noqa: B023
            _, taken = timed(lambda: plain(recipe, pool, files))
            slow.append(taken)
            later.append(trained)
            first.append((passed[0] + trained[0], passed[1] + trained[1]))
            print(
                f"plain {taken[1]:.1f} s, pass {passed[1]:.1f} s, training on it {trained[1]:.1f} s",
                flush=True,
            )
        short = recipe_of(digest, 2)
        records = [ours(short, pool, files, folders) for folders in ((), (str(folder),))]
    logits = [np.log(record.probabilities.astype(np.float64)) for record in records]
    apart = float(np.abs((logits[0] - logits[1]) - (logits[0] - logits[1]).mean(axis=1, keepdims=True)).max())
    print(f"logits of the whole network and of its rest, two epochs: {apart:.1e} apart")
    ratio = shown("first run, with the pass", slow, first)
    shown("any later run", slow, later)
    assert apart <= TOLERANCE
    assert ratio >= BAR, f"the bar is {BAR:.0f}x"


if __name__ == "__main__":
    main()
