"""Takes nothing, gives the fixtures of the training tests: data sets, recipes and workers."""

from __future__ import annotations

import gzip
import json
import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from reportgen.records.codec import decode_run, encode_run
from reportgen.records.model import RunRecord
from reportgen.training import environment, fitting, order, prepare
from reportgen.training.order import Pool

ROOT = Path(__file__).resolve().parents[2]


def _idx(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.tobytes()


@pytest.fixture
def images() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Makes (uint8 images, labels) in which the class can be seen."""

    def make(n: int, shape: tuple[int, ...], classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.default_rng(seed)
        labels = np.arange(n) % classes
        pixels = random.integers(0, 40, (n, *shape)) + labels.reshape(-1, *([1] * len(shape))) * (
            200 // classes
        )
        return pixels.astype(np.uint8), labels.astype(np.int64)

    return make


@pytest.fixture
def write_idx(images: Any) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Writes the four IDX files and gives the training part."""

    def write(folder: Path, packed: bool, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
        folder.mkdir(exist_ok=True)
        train, test = images(n, (28, 28), 10), images(20, (28, 28), 10, 1)
        for prefix, (pixels, labels) in (("train", train), ("t10k", test)):
            files = {
                f"{prefix}-images-idx3-ubyte": pixels,
                f"{prefix}-labels-idx1-ubyte": labels.astype(np.uint8),
            }
            for name, array in files.items():
                content = _idx(array)
                if packed:
                    (folder / f"{name}.gz").write_bytes(gzip.compress(content))
                else:
                    (folder / name).write_bytes(content)
        return train

    return write


@pytest.fixture
def write_cifar(images: Any) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Writes CIFAR-10 or CIFAR-100 batches, pickled or binary, and gives the training part."""

    def planes(pixels: np.ndarray) -> np.ndarray:
        return pixels.transpose(0, 3, 1, 2).reshape(len(pixels), -1)

    def write(folder: Path, classes: int, binary: bool) -> tuple[np.ndarray, np.ndarray]:
        inner = (
            folder
            / {
                (10, False): "cifar-10-batches-py",
                (10, True): "cifar-10-batches-bin",
                (100, False): "cifar-100-python",
                (100, True): "cifar-100-binary",
            }[classes, binary]
        )
        inner.mkdir(parents=True)
        train, test = images(200, (32, 32, 3), classes), images(100, (32, 32, 3), classes, 1)
        if classes == 10:
            batches = {
                f"data_batch_{i + 1}": (train[0][i * 40 :][:40], train[1][i * 40 :][:40]) for i in range(5)
            }
            batches["test_batch"] = test
        else:
            batches = {"train": train, "test": test}
        for name, (pixels, labels) in batches.items():
            if binary:
                columns = [labels[:, None].astype(np.uint8)]
                if classes == 100:
                    columns.insert(0, np.zeros((len(labels), 1), np.uint8))
                (inner / f"{name}.bin").write_bytes(np.hstack([*columns, planes(pixels)]).tobytes())
            else:
                key = b"labels" if classes == 10 else b"fine_labels"
                (inner / name).write_bytes(
                    pickle.dumps({b"data": planes(pixels), key: labels.tolist()}, protocol=2)
                )
        return train

    return write


@pytest.fixture
def data_recipe() -> Callable[..., dict[str, Any]]:
    """Makes the recipe of a data set."""

    def make(name: str, **more: Any) -> dict[str, Any]:
        parts = {"validation": 0.1, "test": None, "seed": 0}
        return {
            "key_version": 1,
            "kind": "data",
            "name": name,
            "digest": None,
            "subset": None,
            "split": parts,
        } | more

    return make


@pytest.fixture
def run_recipe() -> Callable[..., dict[str, Any]]:
    """Makes the recipe of a run: a small dense network unless layers are given."""

    def make(layers: list[Any] | None = None, **training: Any) -> dict[str, Any]:
        dense = [{"layer": "Flatten"}, {"layer": "Dense", "units": 16, "activation": "relu"}]
        settings = {"optimizer": {"name": "Adam", "learning_rate": 0.01}, "loss": "auto", "epochs": 2}
        settings |= {"batch_size": 32, "precision": "float32", "callbacks": [], "augmentation": []}
        return {
            "key_version": 1,
            "kind": "run",
            "data": "d",
            "model": {"layers": dense if layers is None else layers, "output": "softmax", "rescale": True},
            "training": settings | training,
            "seed": 7,
            "fold": None,
            "backend": "tensorflow",
        }

    return make


@pytest.fixture(scope="session")
def digits_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The digits of scikit-learn, prepared."""
    folder = tmp_path_factory.mktemp("digits")
    recipe = {"name": "digits", "digest": None, "subset": {"train": 300, "test": 60}}
    prepare.run("d", recipe | {"split": {"validation": 60, "test": 0.2, "seed": 0}}, "", folder)
    return folder


@pytest.fixture
def digits(digits_folder: Path) -> Pool:
    """The prepared digits in memory."""
    return order.load(digits_folder)


@pytest.fixture
def train(digits: Pool, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., RunRecord]:
    """Trains a recipe on the digits; events go to ``train.events``, what is kept to ``train.kept``."""

    def run(recipe: dict[str, Any], pool: Pool | None = None, **more: Any) -> RunRecord:
        run.events.clear()
        scratch = tmp_path_factory.mktemp("scratch")
        programs = more.pop("programs", None)
        facts = more.pop("facts", None) or environment.describe(2)
        job = fitting.Job(more.pop("key", "k"), recipe, more.pop("weights_files", {}), scratch, **more)
        log = logging.getLogger("test")
        record = fitting.train(job, pool or digits, facts, run.events.append, log, programs=programs)
        run.kept = {path.name: path for path in scratch.iterdir()}
        assert more.get("keep_weights") or more.get("keep_steps") or not run.kept, (
            "callbacks leave nothing behind"
        )
        return decode_run(encode_run(record))

    run.events = []
    return run


class WorkerProcess:
    """A real worker, spoken to as the runner does."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "REPORTGEN_LOG": str(folder / "worker.log"), "REPORTGEN_THREADS": "1"}
        self.log = folder / "worker.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reportgen.training"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = self.event()

    def event(self) -> dict[str, Any]:
        """The next event; the strict parser refuses NaN."""
        line = self.process.stdout.readline()
        return json.loads(line, parse_constant=lambda token: pytest.fail(f"{token} in an event"))

    def ask(self, command: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Sends a command and gives its events, ``done`` last."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        events = [self.event()]
        while events[-1]["event"] != "done":
            events.append(self.event())
        return events


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    """One warm worker for all tests that need a real process."""
    started = WorkerProcess(tmp_path_factory.mktemp("worker"))
    yield started
    started.process.stdin.write('{"command":"stop"}\n')
    started.process.stdin.close()
    assert started.process.wait(timeout=30) == 0
    started.process.stdout.close()


@pytest.fixture
def new_worker(tmp_path: Path) -> Iterator[Callable[[], WorkerProcess]]:
    """Starts workers that the test itself ends."""
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        started.append(WorkerProcess(tmp_path))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        one.process.stdin.close()
        one.process.stdout.close()
