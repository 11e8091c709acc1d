"""Takes a recipe, gives its canonical JSON and the key of what it makes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

KEY_VERSION = 1
"""Raised only when the same recipe would give other numbers: it costs people hours of training."""


def canonical(recipe: Any) -> str:  # noqa: ANN401 - plain JSON
    """JSON with sorted keys, no white space, no NaN, and whole floats as Python writes them.

    ``0.5`` and ``5e-1`` are one number and give one text; ``1`` and ``1.0`` stay
    apart, as Keras may treat them differently.
    """
    return json.dumps(recipe, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def key_of(text: str) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
