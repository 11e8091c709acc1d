"""Takes an info value and words, gives the digest of all that a figure is drawn from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from reportgen.report.figures import Info
    from reportgen.report.locale import Locale


def figure_key(info: Info, locale: Locale, program: str) -> str:
    """SHA-256 that two figures share only if they are the same; ``program`` stands for what draws."""
    digest = hashlib.sha256(f"{program}\n{locale.digest}\n".encode())
    _feed(digest, info)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: Any) -> None:  # noqa: ANN401 - any tree of plain values
    """Add a value so that no other value adds the same: each says its type and its length."""
    name = type(value).__name__
    if is_dataclass(value):
        digest.update(f"({name} {len(fields(value))}".encode())
        for field in fields(value):
            _feed(digest, field.name)
            _feed(digest, getattr(value, field.name))
    elif isinstance(value, Mapping):
        digest.update(f"{{{len(value)}".encode())
        for key, item in value.items():  # in its order, which a figure may show
            _feed(digest, key)
            _feed(digest, item)
    elif isinstance(value, tuple | list):
        digest.update(f"[{len(value)}".encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, np.ndarray):
        digest.update(f"<{value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif value is None or isinstance(value, str | int | float):  # numpy's scalars of these kinds too
        text = value if isinstance(value, str) else repr(value)
        digest.update(f"{name} {len(text)} {text}".encode())
    else:
        raise TypeError(f"a figure is drawn from a {name}, of which no digest is known")
