"""Takes nothing, gives the types at the border of this room: the drawn ``Figure`` and the ``Words`` in it."""

from __future__ import annotations

from typing import Protocol

from reportgen.report.figure import Figure

__all__ = ["Figure", "Words"]


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
