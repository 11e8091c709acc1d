"""Takes a folder with one subfolder of pictures per class, gives images, labels and class names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from reportgen.errors import MissingError
from reportgen.training.arrays import Raw
from reportgen.training.formats import Part, damaged

ENDINGS = {".png", ".jpg", ".jpeg", ".bmp"}
MAX_PIXELS = 100_000_000
"""A picture that announces more is refused before it is decoded."""
GRAY_MODES = {"1", "L", "LA", "I", "I;16", "F"}
MIN_CLASSES = 2
SOURCE = "carpeta de imágenes declarada, una subcarpeta por clase"


def load(root: Path, image_size: Sequence[int] | None) -> Raw:
    """Pictures of ``root/<class>/`` or of ``root/train/<class>/`` and ``root/test/<class>/``.

    Classes are the names of the folders in alphabetical order. All pictures get one size, that of
    the first one unless given, and one number of channels: 1 if every picture is gray, else 3.

    Args:
        root: the declared folder.
        image_size: (height, width) in pixels.

    Raises:
        MissingError: no folder, fewer than two classes, no pictures, or one that cannot be decoded.
    """
    split = (root / "train").is_dir() and (root / "test").is_dir()
    parts = [root / "train", root / "test"] if split else [root]
    classes = _classes(parts[0])
    listed = [_pictures(part, classes) for part in parts]
    if len(classes) < MIN_CLASSES or not all(listed):
        raise MissingError(
            "no hay imágenes de al menos dos clases",
            where=str(root),
            next_step="pon en `path` una carpeta con una subcarpeta de imágenes PNG, JPEG o BMP por clase",
        )
    gray = all(_is_gray(path) for pictures in listed for path, _ in pictures)
    size = (image_size[0], image_size[1]) if image_size else _size(listed[0][0][0])
    loaded = [_read(pictures, size, gray) for pictures in listed]
    return Raw(loaded[0], loaded[1] if split else None, classes, SOURCE)


def _classes(part: Path) -> tuple[str, ...]:
    """Names of the visible subfolders, sorted."""
    if not part.is_dir():
        return ()
    visible = (item for item in part.iterdir() if item.is_dir() and not item.name.startswith("."))
    return tuple(sorted(item.name for item in visible))


def _pictures(part: Path, classes: tuple[str, ...]) -> list[tuple[Path, int]]:
    """(picture, class number), by class and then by name."""
    found = []
    for number, name in enumerate(classes):
        folder = part / name
        if folder.is_dir():
            paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
            found += [(path, number) for path in paths]
    return found


def _open(path: Path) -> Image.Image:
    """The picture, its size checked but nothing decoded yet."""
    try:
        picture = Image.open(path)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise damaged(path, "no es una imagen que se pueda leer") from error
    if picture.width * picture.height > MAX_PIXELS:
        raise damaged(path, f"mide {picture.width} × {picture.height} píxeles")
    return picture


def _is_gray(path: Path) -> bool:
    """Whether the picture has no colour."""
    with _open(path) as picture:
        return picture.mode in GRAY_MODES


def _size(path: Path) -> tuple[int, int]:
    """(height, width) of a picture."""
    with _open(path) as picture:
        return picture.height, picture.width


def _read(pictures: list[tuple[Path, int]], size: tuple[int, int], gray: bool) -> Part:
    """Decoded and resized pictures with their labels."""
    height, width = size
    images = np.empty((len(pictures), height, width, 1 if gray else 3), np.uint8)
    for row, (path, _) in enumerate(pictures):
        with _open(path) as picture:
            try:
                flat = picture.convert("L" if gray else "RGB")
            except (OSError, ValueError) as error:
                raise damaged(path, "la imagen está incompleta o dañada") from error
        if flat.size != (width, height):
            flat = flat.resize((width, height), Image.Resampling.BILINEAR)
        images[row] = np.asarray(flat).reshape(height, width, -1)
    return Part(images, np.array([number for _, number in pictures], np.int64))
