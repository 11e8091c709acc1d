"""Takes a configuration or a plain Keras program, gives what it took and what it left behind.

Our side is the command as a user types it, in a process of its own and in an empty build folder. Its clock
runs from the start of the process until it begins to write the report, when every metric and prediction is in
the store. The plain side's runs from the start of its process, the import of TensorFlow included, to its end.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from harness import ROOT, say

from reportgen.sources.locate import DEBIAN_FASHION_MNIST, IDX_FILES, PUBLISHED

WRITING = "Escribiendo el informe"
"""What the command says when all is trained."""
PADDING = 2
"""Black pixels around an image of 28x28, which make it 32x32."""
PLAIN = Path(__file__).with_name("plain_keras.py")
HEAD = """\
[report]
title = "Medición"
[data]
name = "npz"
path = "{data}"
split = {{ validation = {size.validation}, seed = 0 }}
[training]
epochs = {size.epochs}
batch_size = {size.batch}
"""
Watch = Callable[[int, str], None]
"""Is told the process and each line that it says."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one side did.

    Attributes:
        seconds: from the start of the process until every metric and prediction was there.
        whole: until the end of the process; of our side with the report written.
        work: updates of the optimizers, runs, and scalars in the weights of all networks.
        accuracy: mean over the runs, on the test images.
        runs: one mapping a run, as the side tells it.
    """

    seconds: float
    whole: float
    work: tuple[int, int, int]
    accuracy: float
    runs: tuple[Mapping[str, Any], ...]

    @property
    def loops(self) -> float:
        """Seconds of all training loops, validation included, added up; some may have run side by side."""
        return sum(float(run["seconds"]) for run in self.runs)


def environment(**more: str) -> dict[str, str]:
    """The environment of both sides: this tree's package, TensorFlow without its notes, and ``more``."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    own = {"PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}
    return os.environ | own | more


# --- the images ----------------------------------------------------------------------------------


def fashion(path: Path, train: int, test: int, *, rgb: bool = False) -> Path:
    """The first images of Fashion-MNIST as an npz file that both sides read.

    Args:
        path: where to write it.
        train: how many training images, those to validate among them.
        test: how many test images.
        rgb: whether they are brought to 32x32 and three channels, as the backbones want them.

    Raises:
        SystemExit: Debian's package is not installed or its files have changed.
    """
    x_train, y_train, x_test, y_test = (_idx(name) for name in IDX_FILES)
    parts = {
        "x_train": _shaped(x_train[:train], rgb=rgb),
        "y_train": y_train[:train].astype(np.int64),
        "x_test": _shaped(x_test[:test], rgb=rgb),
        "y_test": y_test[:test].astype(np.int64),
    }
    np.savez(path, allow_pickle=False, **parts)
    return path


def _idx(name: str) -> npt.NDArray[np.uint8]:
    file = Path(DEBIAN_FASHION_MNIST) / f"{name}.gz"
    if not file.is_file():
        sys.exit(f"{file} is missing: apt-get install dataset-fashion-mnist")
    content = gzip.decompress(file.read_bytes())
    if hashlib.sha256(content).hexdigest() != PUBLISHED["fashion_mnist"].content_sha256[name]:
        sys.exit(f"{file} is not the published one: apt-get install --reinstall dataset-fashion-mnist")
    axes = content[3]
    shape = [int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _shaped(images: npt.NDArray[np.uint8], *, rgb: bool) -> npt.NDArray[np.uint8]:
    if not rgb:
        return images[..., np.newaxis]
    border = ((0, 0), (PADDING, PADDING), (PADDING, PADDING))
    return np.repeat(np.pad(images, border)[..., np.newaxis], 3, axis=3)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is trained; the same on both sides.

    Attributes:
        images: of the training part, those to validate among them.
        validation: of these, held out to validate.
        test: test images.
        epochs: passes over the training images.
        batch: images per step.
    """

    images: int
    validation: int
    test: int
    epochs: int
    batch: int = 32

    def options(self) -> tuple[str, ...]:
        """As ``plain_keras.py`` takes them."""
        named = {"epochs": self.epochs, "batch-size": self.batch, "validation": self.validation}
        return tuple(text for name, value in named.items() for text in (f"--{name}", str(value)))

    def __str__(self) -> str:
        parts = f"{self.images - self.validation} + {self.validation} + {self.test} images"
        return f"Fashion-MNIST, {parts}, {self.epochs} epochs, batch {self.batch}"


def configured(folder: Path, data: Path, size: Size, studies: str) -> Path:
    """A configuration with these studies on the images of an npz file."""
    path = folder / "experiments.toml"
    head = HEAD.format(data=data.name, size=size)
    path.write_text(head + studies, encoding="utf-8")
    return path


# --- ours ----------------------------------------------------------------------------------------


def reportgen(config: Path, build: Path, *options: str, watch: Watch | None = None) -> Ran:
    """``reportgen run`` on a configuration, with the clock stopped where the report begins.

    Raises:
        RuntimeError: the command failed, or a run of it.
    """
    command = [sys.executable, "-m", "reportgen", "run", str(config), "--build", str(build), *options]
    trained, whole = followed(command, config.parent, watch)
    runs = tuple(stored(build))
    lost = [run["reason"] for run in runs if run["status"] != "ok"]
    if lost:
        raise RuntimeError(f"{len(lost)} runs without a result: {lost[0]}")
    updates = sum(int(run["epochs_run"]) * run["steps"] for run in runs)
    parameters = sum(int(run["parameter_counts"]["total"]) for run in runs)
    accuracy = statistics.fmean(run["metrics"]["test"]["accuracy"] for run in runs)
    return Ran(trained, whole, (updates, len(runs), parameters), accuracy, runs)


def followed(
    command: Sequence[str], folder: Path, watch: Watch | None = None, **variables: str
) -> tuple[float, float]:
    """Seconds until a command of ours begins to write the report, and until its end.

    ``variables`` of the environment are the command's alone.

    Raises:
        RuntimeError: it failed, or it never said that it begins to write.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        list(command), cwd=folder, env=environment(**variables), text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        if process.stderr is None:
            raise AssertionError("the command was started with a pipe")
        said: list[str] = []
        trained = None
        for line in process.stderr:
            said.append(line)
            if line.startswith(WRITING) and trained is None:
                trained = time.perf_counter() - began
            if watch is not None:
                watch(process.pid, line)
    whole = time.perf_counter() - began
    if process.returncode or trained is None:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}\n{''.join(said[-20:])}")
    return trained, whole


def stored(build: Path) -> list[dict[str, Any]]:
    """The facts of every run in a store, with its folder and its steps per epoch."""
    found = []
    for path in sorted((build / "store").glob("*/??/*/result.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        recipe = json.loads((path.parent / "recipe.json").read_text(encoding="utf-8"))
        data = build / "store" / "data" / recipe["data"][:2] / recipe["data"] / "data.json"
        images = sum(json.loads(data.read_text(encoding="utf-8"))["counts"]["train"])
        steps = -(-images // int(recipe["training"]["batch_size"]))
        found.append({**facts, "folder": str(path.parent), "steps": steps, "recipe": recipe})
    return found


# --- plain Keras ---------------------------------------------------------------------------------


def plain(study: str, folder: Path, data: Path, *options: str) -> Ran:
    """The same study by ``plain_keras.py``, from the start of the process until its last prediction.

    Raises:
        RuntimeError: it failed.
    """
    result = folder / f"plain-{study}.json"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(PLAIN), study, str(data), str(result), *options],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"plain Keras, {study}: exit {done.returncode}\n{done.stderr[-2000:]}")
    runs = tuple(json.loads(result.read_text(encoding="utf-8")))
    updates, parameters = (sum(int(run[name]) for run in runs) for name in ("updates", "parameters"))
    accuracy = statistics.fmean(run["test"]["accuracy"] for run in runs) if runs else 0.0
    return Ran(seconds, seconds, (updates, len(runs), parameters), accuracy, runs)


# --- both ----------------------------------------------------------------------------------------


class Comparison:
    """Both sides of a bar, the seconds of each kept, held to have done the same work."""

    def __init__(self, name: str, ours: Callable[[], Ran], other: Callable[[], Ran]) -> None:
        self.name = name
        self.sides = {"plain Keras": other, "reportgen": ours}
        self.done: dict[str, list[Ran]] = {side: [] for side in self.sides}

    def ours(self) -> float:
        """Our side, once."""
        return self._once("reportgen")

    def other(self) -> float:
        """The other side, once."""
        return self._once("plain Keras")

    def _once(self, side: str) -> float:
        ran = self.sides[side]()
        self.done[side].append(ran)
        say(f"{self.name}: {side} {ran.seconds:.1f} s, test accuracy {ran.accuracy:.3f}")
        work = {one.work for runs in self.done.values() for one in runs}
        if len(work) != 1:
            raise RuntimeError(f"{self.name}: not the same work: (updates, runs, weights) {sorted(work)}")
        return ran.seconds

    def detail(self) -> str:
        """Absolute figures of both sides: medians of seconds, accuracy, and the whole command of ours."""
        ours, other = self.done["reportgen"], self.done["plain Keras"]
        whole = statistics.median(ran.whole for ran in ours)
        accuracy = [statistics.fmean(ran.accuracy for ran in runs) for runs in (other, ours)]
        return (
            f"runs {other[0].work[1]}, updates {other[0].work[0]}; plain Keras {shown(other)}; "
            f"reportgen {shown(ours)}, with the report written {whole:.1f} s; "
            f"test accuracy {accuracy[0]:.3f} and {accuracy[1]:.3f}"
        )


def shown(done: Sequence[Ran]) -> str:
    """Median seconds of one side, and what its training loops add up to, side by side or not."""
    seconds, loops = (
        statistics.median(values) for values in zip(*((r.seconds, r.loops) for r in done), strict=True)
    )
    return f"{seconds:.1f} s (training loops {loops:.1f} s in all)"


def compared(name: str, folder: Path, config: Path, study: str, data: Path, *options: str) -> Comparison:
    """``reportgen run`` in an empty build folder each time, against a study of ``plain_keras.py``."""

    def ours() -> Ran:
        with tempfile.TemporaryDirectory(dir=folder) as build:
            return reportgen(config, Path(build))

    return Comparison(name, ours, lambda: plain(study, folder, data, *options))
