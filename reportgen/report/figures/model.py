"""Takes nothing, gives the types at the border of this room: the drawn ``Figure`` and the ``Words`` in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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


class Words(Protocol):
    """The catalogue and the number formats of the language of the report."""

    def __call__(self, key: str) -> str:
        """The term of ``section.key``; a sentence may hold ``{name}`` fields for ``str.format``."""

    def number(self, value: float, digits: int) -> str:
        """``value`` with ``digits`` decimals."""

    def percent(self, value: float, digits: int) -> str:
        """A proportion (0 to 1) as a percentage with ``digits`` decimals."""

    def integer(self, value: int) -> str:
        """A whole number, grouped."""

    def duration(self, seconds: float) -> str:
        """A span of time in its natural units."""
