"""Takes the recipe of a data set, gives its record and the arrays that runs are trained on, as files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reportgen.records.codec import encode_data
from reportgen.records.model import SPLITS, DataRecord
from reportgen.training import split
from reportgen.training.datasets import Prepared, prepare

SAMPLES_PER_CLASS = 5


def run(
    key: str,
    recipe: Mapping[str, Any],
    location: str,
    staging: Path,
    plugin_files: Mapping[str, str] | None = None,
) -> None:
    """Prepares a data set and writes it into ``staging``.

    Files besides those of the codec: ``train_images.npy`` (uint8, n h w c), ``train_labels.npy``
    (int64), ``train_index.npy`` and ``validation_index.npy`` (int64 positions in the former),
    ``test_images.npy`` and ``test_labels.npy``.

    Raises:
        MissingError: the images cannot be had.
        ValueError: the declared parts do not fit, or the author's function failed.
    """
    prepared = prepare(recipe, location, plugin_files)
    record = to_record(key, str(recipe["name"]), int(recipe["split"].get("seed", 0)), prepared)
    for name, array in files(prepared).items():
        np.save(staging / name, array, allow_pickle=False)
    for name, content in encode_data(record).items():
        (staging / name).write_bytes(content)


def files(prepared: Prepared) -> dict[str, npt.NDArray[Any]]:
    """File name -> array, for everything a run needs."""
    return {
        "train_images.npy": prepared.train.images,
        "train_labels.npy": prepared.train.labels,
        "train_index.npy": prepared.train_index,
        "validation_index.npy": prepared.validation_index,
        "test_images.npy": prepared.test.images,
        "test_labels.npy": prepared.test.labels,
    }


def to_record(key: str, name: str, seed: int, prepared: Prepared) -> DataRecord:
    """What is kept of the data set: counts, digest and samples."""
    classes = len(prepared.classes)
    height, width, channels = prepared.train.images.shape[1:]
    return DataRecord(
        key=key,
        name=name,
        classes=prepared.classes,
        image_shape=(height, width, channels),
        counts={
            part: tuple(int(count) for count in np.bincount(prepared.labels(part), minlength=classes))
            for part in SPLITS
        },
        digest=digest(files(prepared)),
        source=prepared.source,
        samples=samples(prepared, seed),
        test_images=prepared.test.images,
        test_labels=prepared.test.labels,
    )


def digest(named: Mapping[str, npt.NDArray[Any]]) -> str:
    """SHA-256 over names, types, shapes and contents of arrays."""
    total = hashlib.sha256()
    for name in sorted(named):
        array = np.ascontiguousarray(named[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.data)
    return total.hexdigest()


def samples(prepared: Prepared, seed: int) -> npt.NDArray[np.uint8]:
    """Some training images per class, uint8 (classes, k, h, w, c); repeated where a class has fewer.

    A class without training images is shown black.
    """
    random = split.stream(seed, split.SAMPLES)
    labels = prepared.labels("train")
    shape = (len(prepared.classes), SAMPLES_PER_CLASS, *prepared.train.images.shape[1:])
    shown = np.zeros(shape, np.uint8)
    for number in range(len(prepared.classes)):
        own = random.permutation(prepared.train_index[labels == number])
        if len(own):
            shown[number] = prepared.train.images[np.resize(own, SAMPLES_PER_CLASS)]
    return shown
