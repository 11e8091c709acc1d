"""Takes files in the published formats of image data sets, gives uint8 images and int64 labels."""

from __future__ import annotations

import gzip
import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy._core.multiarray import _reconstruct

from reportgen.errors import MissingError

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

MAX_BYTES = 2 << 30
"""No published file decompresses to more; what does is refused."""
CIFAR_SIDE = 32
CIFAR_PIXELS = 3 * CIFAR_SIDE * CIFAR_SIDE
IDX_UBYTE = 0x08
PICKLE_GLOBALS = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}
"""What a CIFAR batch needs to be read; everything else in a pickle is refused."""

UNREADABLE = (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError, OSError)
"""What a pickle that is damaged or no CIFAR batch raises."""


@dataclass(frozen=True, slots=True)
class Part:
    """Images uint8 (n, height, width, channels) and their labels int64 (n,)."""

    images: Images
    labels: Labels


def damaged(path: Path, why: str) -> MissingError:
    """The error for a file that is there but cannot be used."""
    return MissingError(
        f"el archivo de datos {path.name} no se puede usar: {why}",
        where=str(path.parent),
        next_step="vuelve a descargar el conjunto de datos o corrige `path` en la configuración",
    )


class _Unpickler(pickle.Unpickler):
    """Reads arrays of numbers and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in PICKLE_GLOBALS:
            raise pickle.UnpicklingError(f"contiene {module}.{name}")
        if name == "encode":
            return _latin1
        if name == "_reconstruct":
            return _reconstruct
        return getattr(np, name)


def _latin1(text: str, _: str) -> bytes:
    """How Python 3 stores bytes in old pickles; no other codec is let in."""
    return text.encode("latin-1")


def read_cifar_pickle(path: Path, label: str = "labels") -> Part:
    """One batch of the Python version of CIFAR; ``label`` is ``fine_labels`` for CIFAR-100.

    Raises:
        MissingError: unreadable, damaged, or a pickle that holds more than arrays.
    """
    try:
        content = _Unpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load()
        pixels = np.asarray(content[b"data"], dtype=np.uint8).reshape(-1, CIFAR_PIXELS)
        labels = np.asarray(content[label.encode()], dtype=np.int64)
    except UNREADABLE as error:
        raise damaged(path, str(error) or type(error).__name__) from error
    return _part(path, _to_images(pixels), labels)


def read_cifar_binary(path: Path, label_bytes: int = 1) -> Part:
    """One batch of the binary version of CIFAR: labels, the last one fine, then 3,072 pixels per image."""
    raw = np.frombuffer(path.read_bytes(), np.uint8)
    row = label_bytes + CIFAR_PIXELS
    if raw.size == 0 or raw.size % row:
        raise damaged(path, f"su tamaño no es múltiplo de {row} bytes")
    rows = raw.reshape(-1, row)
    return _part(path, _to_images(rows[:, label_bytes:]), rows[:, label_bytes - 1].astype(np.int64))


def _to_images(pixels: Images) -> Images:
    """(n, 3072) in planes of colour -> (n, 32, 32, 3)."""
    planes = pixels.reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def _part(path: Path, images: Images, labels: Labels) -> Part:
    """The pair, once both have the same length."""
    if len(images) != len(labels):
        raise damaged(path, f"tiene {len(images)} imágenes y {len(labels)} etiquetas")
    return Part(images, labels)


def unpack(path: Path) -> bytes:
    """The content of a plain or ``.gz`` file, never more than ``MAX_BYTES``."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise damaged(path, f"está incompleto o dañado ({error})") from error
    if len(content) > MAX_BYTES:
        raise damaged(path, f"ocupa más de {MAX_BYTES >> 30} GiB descomprimido")
    return content


def parse_idx(path: Path, content: bytes, dimensions: int) -> Images:
    """An IDX array of unsigned bytes with the given number of dimensions.

    Raises:
        MissingError: another magic number, or a size that does not match its header.
    """
    header = 4 + 4 * dimensions
    if len(content) < header or content[:4] != bytes([0, 0, IDX_UBYTE, dimensions]):
        raise damaged(path, "no es un archivo IDX de bytes sin signo con las dimensiones esperadas")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, 4))
    expected = int(np.prod(shape, dtype=object))
    if len(content) - header != expected:
        raise damaged(path, f"anuncia {expected} bytes y contiene {len(content) - header}")
    return np.frombuffer(content, np.uint8, expected, header).reshape(shape)


def idx_part(images: tuple[Path, bytes], labels: tuple[Path, bytes]) -> Part:
    """One part from the (path, decompressed content) of its two IDX files; images get a channel axis."""
    pixels = parse_idx(*images, 3)[..., np.newaxis]
    return _part(images[0], pixels, parse_idx(*labels, 1).astype(np.int64))
