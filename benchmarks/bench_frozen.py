"""Takes a frozen VGG16 with a head, gives how many times faster it trains than plain Keras, and its error."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from harness import Bar, Options, Promise, bab, judged, main
from sides import Size, compared, configured, fashion, plain, reportgen

FASTER = Promise("frozen backbone, 20 epochs, against a plain Keras loop", "x", 10.0, ">=")
EQUAL = Promise("frozen backbone, logits against those of the whole network", "of the largest", 1e-5, "<=")
AGAIN = Promise("frozen backbone, passes of it in a second study", "passes", 0, "<=")
FULL = Size(images=8_000, validation=800, test=1_000, epochs=20)
QUICK = Size(images=128, validation=32, test=32, epochs=2)
WEIGHTS = "vgg16.weights.h5"
UNITS, OTHER_UNITS = 256, 64
MODEL = """
[model.vgg16]
parameters = { units = 256 }
output = "logits"
layers = [{ backbone = "VGG16", weights = "vgg16.weights.h5", trainable = false }, "GlobalAveragePooling2D",
          { layer = "Dense", units = "$units", activation = "relu" }]
[study.primera]
model = "vgg16"
"""
KEEP = "keep_weights = true\n"
SECOND = """
[study.segunda]
model = "vgg16"
set.units = 64
"""


def measure(options: Options) -> Iterator[Bar]:
    """The first study against plain Keras; then a second one, with another head, in the same store."""
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = fashion(folder / "data.npz", size.images, size.test, rgb=True)
        plain("weights", folder, data, "--weights", WEIGHTS)
        config = configured(folder, data, size, MODEL)
        more = ("--weights", WEIGHTS, "--units", str(UNITS))
        both = compared("frozen", folder, config, "frozen", data, *size.options(), *more)
        trial = bab(both.other, both.ours, options.blocks(1))
        yield trial.bar(FASTER, f"VGG16 at 32x32; {size}; {both.detail()}")
        yield from second(folder, data, config, size)


def second(folder: Path, data: Path, config: Path, size: Size) -> Iterator[Bar]:
    """What a second study finds in the store, and what its network says of the test images."""
    build = folder / "build"
    first = reportgen(config, build)
    before = passes(build)
    configured(folder, data, size, KEEP + MODEL + SECOND)
    again = reportgen(config, build, "--study", "segunda")
    (run,) = (run for run in again.runs if run["key"] not in {other["key"] for other in first.runs})
    yield equal(folder, data, size, build, run)
    made = sum(before.get(path) != when for path, when in passes(build).items())
    shared = before and all(path in passes(build) for path in before)
    value = made if shared else size.epochs + made
    yield judged(
        AGAIN,
        value,
        f"{len(before)} stored, {made} made by the second study; without a stored one every epoch is a pass; "
        f"first study {first.seconds:.1f} s, second {again.seconds:.1f} s",
    )


def passes(build: Path) -> Mapping[Path, int]:
    """The stored features, each with the time at which it was made."""
    found = (build / "store" / "features").glob("??/*/MANIFEST.json")
    return {path: path.stat().st_mtime_ns for path in found}


def equal(folder: Path, data: Path, size: Size, build: Path, run: Mapping[str, Any]) -> Bar:
    """Stored predictions of the second study against those of the whole network with its weights.

    Predictions are stored as probabilities. The logarithm gives the logits back up to one number a row, which
    the row's mean takes away on both sides; the difference is told in units of the largest logit, at least 1.
    """
    key, outputs = str(run["key"]), folder / "logits.npy"
    trained = build / "store" / "weights" / key[:2] / key / "model.weights.h5"
    files = ("--weights", WEIGHTS, "--trained", str(trained), "--outputs", str(outputs))
    plain("logits", folder, data, *size.options(), *files, "--units", str(OTHER_UNITS))
    whole = centred(np.load(outputs))
    ours = from_probabilities(np.load(Path(run["folder"]) / "probabilities.npy"))
    scale = max(1.0, float(np.abs(whole).max()))
    value = float(np.abs(whole - ours).max()) / scale
    told = f"second study, {whole.shape[0]} test images, largest logit {scale:.2f} from its row's mean"
    return judged(EQUAL, value, told)


def from_probabilities(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The logits behind probabilities (n, classes), with the mean of each row taken away.

    Raises:
        RuntimeError: some are so small that float32 has lost their digits.
    """
    if probabilities.min() < np.finfo(np.float32).tiny:
        raise RuntimeError("the networks are so sure that their logits cannot be had from the probabilities")
    return centred(np.log(probabilities.astype(np.float64)))


def centred(logits: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Logits (n, classes) with the mean of each row taken away."""
    exact = np.asarray(logits, np.float64)
    return exact - exact.mean(axis=1, keepdims=True)


if __name__ == "__main__":
    sys.exit(main(measure))
