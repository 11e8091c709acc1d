"""Takes arrays, an npz file or what a function gave, gives images and labels in the form the room uses."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reportgen.errors import MissingError
from reportgen.training.formats import Images, Labels, Part, damaged

PAIR = 2
"""Images and labels, or a training and a test part."""
GRAY_AXES = 3
"""Axes of gray pictures without a channel axis: image, row, column."""
WHITE = 255.0


@dataclass(frozen=True, slots=True)
class Raw:
    """A data set as found: its parts before any split, its class names and its origin in words."""

    train: Part
    test: Part | None
    classes: tuple[str, ...]
    source: str


def to_images(pixels: npt.NDArray[Any]) -> Images:
    """Any array of pictures as uint8 (n, height, width, channels).

    Numbers with a fraction that stay within 0..1 are stretched to 0..255; everything else must lie
    in 0..255 already.

    Raises:
        ValueError: another number of dimensions, no images, or values outside of 0..255.
    """
    array = pixels[..., np.newaxis] if pixels.ndim == GRAY_AXES else pixels
    if array.ndim != GRAY_AXES + 1 or 0 in array.shape:
        raise ValueError(f"las imágenes tienen forma {pixels.shape}; se espera (n, alto, ancho[, canales])")
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    low, high = float(array.min()), float(array.max())
    if not (low >= 0.0 and high <= WHITE):
        raise ValueError(f"las imágenes tienen valores entre {low:g} y {high:g}; se espera entre 0 y 255")
    stretched = array * WHITE if array.dtype.kind == "f" and high <= 1.0 else array
    return np.ascontiguousarray(np.rint(stretched).astype(np.uint8))


def to_labels(values: npt.NDArray[Any]) -> Labels:
    """Class numbers as int64 (n,); a column (n, 1) is flattened, one-hot rows are decoded.

    Raises:
        ValueError: not whole, negative, or another form.
    """
    array = values
    if array.ndim > 1 and array.shape[1:] == (1,):
        array = array[:, 0]
    elif array.ndim > 1:
        array = array.argmax(axis=1)
    whole = array.astype(np.int64)
    if array.ndim != 1 or not np.array_equal(whole, array) or (len(whole) and whole.min() < 0):
        raise ValueError("las etiquetas deben ser números enteros desde 0, uno por imagen")
    return whole


def part(images: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Part:
    """Images and labels of one part; raises ValueError if they do not belong together."""
    made = Part(to_images(images), to_labels(labels))
    if len(made.images) != len(made.labels):
        raise ValueError(f"hay {len(made.images)} imágenes y {len(made.labels)} etiquetas")
    return made


def npz(path: Path, classes: tuple[str, ...] | None, source: str) -> Raw:
    """An npz file with ``x_train, y_train[, x_test, y_test]`` or ``x, y``, and perhaps ``classes``.

    Labels may be texts: the classes are then those texts in alphabetical order.

    Raises:
        MissingError: not there, damaged, with pickled objects, or arrays that do not fit together.
    """
    if not path.is_file():
        raise MissingError(
            "no está el archivo de datos declarado",
            where=str(path),
            next_step="revisa `path` en la configuración: un archivo .npz con x_train e y_train, o con x e y",
        )
    try:
        with np.load(path, allow_pickle=False) as archive:
            content = {name: archive[name] for name in archive.files}
        return from_arrays(content, classes, source)
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise damaged(path, str(error).strip("'\"")) from error


def from_arrays(content: Mapping[str, npt.NDArray[Any]], classes: tuple[str, ...] | None, source: str) -> Raw:
    """The parts inside named arrays: ``x_train, y_train[, x_test, y_test]`` or ``x, y``, perhaps ``classes``.

    Raises:
        ValueError: arrays that are missing, of the wrong kind, or do not fit together.
    """
    suffix = "_train" if "x_train" in content else ""
    if f"x{suffix}" not in content or f"y{suffix}" not in content:
        raise ValueError("faltan las matrices x_train e y_train, o x e y")
    with_test = "x_test" in content and "y_test" in content
    pairs = [(content[f"x{suffix}"], content[f"y{suffix}"])]
    if with_test:
        pairs.append((content["x_test"], content["y_test"]))
    names = classes
    if names is None and "classes" in content:
        names = tuple(str(name) for name in content["classes"])
    if pairs[0][1].dtype.kind in "US":
        texts = sorted({str(text) for _, labels in pairs for text in labels.ravel()})
        pairs = [(images, np.searchsorted(texts, labels.ravel().astype(str))) for images, labels in pairs]
        names = tuple(texts)
    parts = [part(images, labels) for images, labels in pairs]
    top = max(int(made.labels.max()) for made in parts)
    return Raw(
        parts[0],
        parts[1] if with_test else None,
        names or tuple(str(number) for number in range(top + 1)),
        source,
    )


def from_python(result: Any, source: str) -> Raw:
    """What a Python function gave for a data set.

    Args:
        result: ``((x_train, y_train), (x_test, y_test))`` as the data sets of Keras, ``(x, y)``, or a
            mapping with ``x_train, y_train[, x_test, y_test][, classes]`` or ``x, y``.
        source: its origin in words.

    Raises:
        ValueError: anything else, or arrays that do not fit together.
    """
    if isinstance(result, Mapping):
        named = {str(name): value for name, value in result.items()}
    elif _is_pair(result) and all(_is_part(item) for item in result):
        (x_train, y_train), (x_test, y_test) = result
        named = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    elif _is_pair(result):
        named = {"x": result[0], "y": result[1]}
    else:
        raise ValueError(
            "la función debe entregar (x_train, y_train), (x_test, y_test), o (x, y), o un diccionario con "
            f"esos nombres, y entregó {type(result).__name__}"
        )
    return from_arrays({name: _array(name, value) for name, value in named.items()}, None, source)


def _is_pair(value: Any) -> bool:
    """Whether it is a tuple or list of two."""
    return isinstance(value, tuple | list) and len(value) == PAIR


def _is_part(value: Any) -> bool:
    """Whether it is a pair of images and labels; a list of two images is none."""
    return _is_pair(value) and np.ndim(value[0]) >= GRAY_AXES


def _array(name: str, value: Any) -> npt.NDArray[Any]:
    """The value as an array of numbers, or of texts for labels and names."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"«{name}» no es una matriz: sus filas no son todas iguales") from error
    if array.dtype.kind not in ("buif" if name.startswith("x") else "buifUS"):
        raise ValueError(f"«{name}» contiene {array.dtype} en lugar de números")
    return array
