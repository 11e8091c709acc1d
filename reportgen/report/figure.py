"""Takes nothing, gives the type of a drawn figure, which whoever has one need not load Matplotlib for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure: the image and, from the same info value, its alternative text and its data.

    ``width`` and ``height`` are inches. ``csv`` holds unrounded values, ``,`` between columns and a
    decimal point, with a header in the language of the report.
    """

    data: bytes
    media: str  # "image/svg+xml" or "image/png"
    width: float
    height: float
    alt: str
    csv: str
