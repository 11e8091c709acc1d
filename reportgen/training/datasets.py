"""Takes the recipe of a data set and its location, gives its arrays divided into three parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

from reportgen.errors import MissingError
from reportgen.sources.identity import fingerprint
from reportgen.sources.locate import PUBLISHED
from reportgen.training import arrays, classes, folders, published, split
from reportgen.training.arrays import Raw
from reportgen.training.formats import Part
from reportgen.training.plugins import Plugins
from reportgen.training.split import Indices

DEFAULT_TEST = 0.2
DEFAULT_VALIDATION = 0.1


@dataclass(frozen=True, slots=True)
class Prepared:
    """A data set ready for training.

    Attributes:
        train: images and labels from which training and validation are taken.
        train_index: positions of the training images in ``train``, sorted.
        validation_index: positions of the validation images in ``train``, sorted; empty when the
            author declared the test part as validation.
        test: images and labels of the test part.
        classes: class names as the report shows them.
        source: where the images came from, in words.
    """

    train: Part
    train_index: Indices
    validation_index: Indices
    test: Part
    classes: tuple[str, ...]
    source: str

    def labels(self, part: str) -> Indices:
        """Labels of ``train``, ``validation`` or ``test``."""
        if part == "train":
            return self.train.labels[self.train_index]
        if part == "validation" and len(self.validation_index):
            return self.train.labels[self.validation_index]
        return self.test.labels


def prepare(
    recipe: Mapping[str, Any], location: str, plugin_files: Mapping[str, str] | None = None
) -> Prepared:
    """Loads a data set, keeps the classes that are wanted, shrinks and divides it.

    Args:
        recipe: the recipe of the data set.
        location: declared file or folder; empty for what is published.
        plugin_files: module -> file of the function that gives the arrays.

    Raises:
        MissingError: the images cannot be had or are not those of the plan.
        ValueError: the declared parts do not fit, a class does not exist, or the author's function failed.
    """
    raw = classes.select(_load(recipe, location, plugin_files or {}), recipe.get("select"))
    raw = _renamed(_resized(raw, recipe.get("image_size")), recipe.get("classes"))
    declared = recipe["split"]
    seed = int(declared.get("seed", 0))
    train, test = _with_test(raw, declared.get("test"), seed)
    wanted = recipe.get("subset") or {}
    train = _subset(train, wanted.get("train"), split.stream(seed, split.SUBSET_TRAIN), "entrenamiento")
    test = _subset(test, wanted.get("test"), split.stream(seed, split.SUBSET_TEST), "prueba")
    part = declared.get("validation", DEFAULT_VALIDATION)
    if part == "test":
        validation, rest = np.empty(0, np.int64), np.arange(len(train.labels), dtype=np.int64)
    else:
        size = split.size_of(part, len(train.labels), "validación")
        validation, rest = split.draw(train.labels, size, split.stream(seed, split.VALIDATION))
    return Prepared(train, rest, validation, test, raw.classes, raw.source)


def _load(recipe: Mapping[str, Any], location: str, plugin_files: Mapping[str, str]) -> Raw:
    """The images of the data set, wherever they are, once they are those the plan counted on."""
    name = str(recipe["name"])
    if location and recipe.get("digest") and fingerprint(location) != recipe["digest"]:
        raise MissingError(
            "los datos han cambiado desde que se hizo el plan",
            where=location,
            next_step="vuelve a ejecutar la orden: el plan se hará de nuevo con los datos actuales",
        )
    if name == "python":
        return _from_python(recipe, plugin_files)
    if name in PUBLISHED:
        return published.load(name, location)
    root = Path(location).expanduser()
    if name == "npz":
        return arrays.npz(root, None, "archivo NPZ declarado")
    if name == "folder":
        return folders.load(root, recipe.get("image_size"))
    raise ValueError(f"no se conoce el conjunto de datos «{name}»")


def _from_python(recipe: Mapping[str, Any], plugin_files: Mapping[str, str]) -> Raw:
    """What the author's function gives; random numbers it draws follow from the seed of the split."""
    declared = recipe["python"]
    function = str(declared["function"])
    keras.utils.set_random_seed(int(recipe["split"].get("seed", 0)))
    with Plugins(plugin_files) as plugins:
        return arrays.from_python(
            plugins.call(function, str(declared["source"])), f"función de Python {function}"
        )


def _resized(raw: Raw, size: Any) -> Raw:
    """All images in the declared (height, width)."""
    if not size or tuple(size) == raw.train.images.shape[1:3]:
        return raw

    def resize(part: Part) -> Part:
        height, width = size
        out = np.empty((len(part.images), height, width, part.images.shape[3]), np.uint8)
        for row, image in enumerate(part.images):
            for channel in range(image.shape[2]):
                plane = Image.fromarray(np.ascontiguousarray(image[..., channel]))
                plane = plane.resize((width, height), Image.Resampling.BILINEAR)
                out[row, ..., channel] = np.asarray(plane)
        return Part(out, part.labels)

    return replace(raw, train=resize(raw.train), test=resize(raw.test) if raw.test else None)


def _renamed(raw: Raw, names: Any) -> Raw:
    """The classes under the names the author declared.

    Raises:
        ValueError: another number of names, or labels beyond the last class.
    """
    shown = tuple(str(name) for name in names) if names else raw.classes
    if names and len(shown) != len(raw.classes):
        raise ValueError(f"`classes` tiene {len(shown)} nombres y los datos {len(raw.classes)} clases")
    parts = [raw.train] + ([raw.test] if raw.test else [])
    top = max(int(part.labels.max()) for part in parts if len(part.labels))
    if top >= len(shown):
        raise ValueError(f"hay una etiqueta {top} y solo {len(shown)} clases")
    return replace(raw, classes=shown)


def _with_test(raw: Raw, part: float | None, seed: int) -> tuple[Part, Part]:
    """Training and test parts; the test part is drawn from everything if none is published."""
    if raw.test is not None:
        return raw.train, raw.test
    size = split.size_of(DEFAULT_TEST if part is None else part, len(raw.train.labels), "prueba")
    chosen, rest = split.draw(raw.train.labels, size, split.stream(seed, split.TEST))
    return _take(raw.train, rest), _take(raw.train, chosen)


def _subset(part: Part, size: int | None, random: np.random.Generator, name: str) -> Part:
    """A stratified sample, or the whole part if no size is declared."""
    if size is None or size == len(part.labels):
        return part
    if size > len(part.labels):
        raise ValueError(f"`subset` pide {size} imágenes de {name} y hay {len(part.labels)}")
    return _take(part, split.draw(part.labels, size, random)[0])


def _take(part: Part, index: Indices) -> Part:
    """The images at some positions."""
    return Part(part.images[index], part.labels[index])
