"""Takes texts and the room for them, gives texts that fit: measured, shortened, wrapped or placed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from reportgen.report.figures import style

ELLIPSIS = "…"
LINE = 1.25  # height of a line over the size of its font


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in inches of one line of ``text`` at ``size`` points."""
    if not text:
        return 0.0
    font = FontProperties(family=["DejaVu Sans"], size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) / 72


def widest(texts: Iterable[str], size: float) -> float:
    """Width in inches of the widest line of ``texts``."""
    lines = (line for text in texts for line in text.split("\n"))
    return max((text_width(line, size) for line in lines), default=0.0)


def line_height(size: float, lines: int = 1) -> float:
    """Height in inches of ``lines`` lines at ``size`` points."""
    return size * LINE * lines / 72


def shorten(text: str, size: float, room: float) -> str:
    """``text``, or as much of its start as fits in ``room`` inches with an ellipsis."""
    if text_width(text, size) <= room:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip() + ELLIPSIS
        if text_width(cut, size) <= room:
            return cut
    return ELLIPSIS


def wrap(text: str, size: float, room: float, lines: int) -> str:
    """``text`` broken after spaces, bars and hyphens into at most ``lines`` lines; what is left over is cut.

    A separating dot is not left at the end of a line.
    """
    done: list[str] = []
    current = ""
    for piece in re.split(r"(?<=[\s/-])", text):
        if current and text_width((current + piece).rstrip(), size) > room and len(done) < lines - 1:
            done.append(current)
            current = piece
        else:
            current += piece
    return "\n".join(shorten(line.rstrip(" ·"), size, room) for line in [*done, current])


def fitting_size(texts: Sequence[str], size: float, room: float, smallest: float) -> float:
    """The largest size from ``size`` down to ``smallest`` at which every text fits in ``room`` inches."""
    while size > smallest and widest(texts, size) > room:
        size -= 0.5
    return max(size, smallest)


def unique(texts: Sequence[str], size: float, room: float) -> list[str]:
    """``texts`` shortened to ``room``; those that would become equal lose their middle and not their end."""
    short = [shorten(text, size, room) for text in texts]
    return [
        _middle(text, size, room) if cut != text and short.count(cut) > 1 else cut
        for text, cut in zip(texts, short, strict=True)
    ]


def _middle(text: str, size: float, room: float) -> str:
    for kept in range(len(text) - 1, 1, -1):
        tail = kept - kept // 2
        cut = text[: kept // 2].rstrip() + ELLIPSIS + text[-tail:].lstrip()
        if text_width(cut, size) <= room:
            return cut
    return ELLIPSIS


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in inches."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def inside(self, other: Box) -> bool:
        """Whether the whole of this box is in ``other``."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )


_DIRECTIONS = (
    *((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1)),
    *((0.5, 1), (0.5, -1), (-0.5, 1), (-0.5, -1)),
)
_RINGS = (0.07, 0.16, 0.28, 0.42, 0.58, 0.78, 1.0)
_FAR = 0.11  # inches from a point to its label from which a line joins them
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label goes, and the line from its point to it (inches); the line is empty if it is near."""

    box: Box
    leader: tuple[tuple[float, float], ...]


def along(start: tuple[float, float], end: tuple[float, float]) -> list[Box]:
    """Small boxes that cover the segment from ``start`` to ``end``."""
    steps = max(1, int(math.dist(start, end) / _STEP))
    middles = (
        (start[0] + (end[0] - start[0]) * n / steps, start[1] + (end[1] - start[1]) * n / steps)
        for n in range(steps + 1)
    )
    return [Box(x - 0.012, y - 0.012, x + 0.012, y + 0.012) for x, y in middles]


def place(
    text: str, point: tuple[float, float], *, taken: Sequence[Box], whole: Sequence[Box], area: Box
) -> Placed | None:
    """The first free place for ``text`` near ``point`` (inches); None where there is none.

    A place is free if its box covers nothing of ``taken`` nor of ``whole``, and its leader nothing of the
    second.
    Deterministic: rings outwards, and in each the directions right, left, above, below and between.
    """
    x, y = point
    width, height = text_width(text, style.SMALL) + 0.06, line_height(style.SMALL)
    for ring in _RINGS:
        for across, up in _DIRECTIONS:
            near = ring if across and not up else ring * 0.75
            left = x - width / 2 + across * (width / 2 + near)
            bottom = y - height / 2 + up * (height / 2 + near)
            box = Box(left, bottom, left + width, bottom + height)
            leader = _leader(point, box)
            crossed = along(*leader) if leader else []
            if (
                box.inside(area)
                and not any(box.overlaps(other) for other in (*taken, *whole))
                and not any(step.overlaps(other) for step in crossed for other in whole)
            ):
                return Placed(box, leader)
    return None


def _leader(
    point: tuple[float, float], box: Box
) -> tuple[tuple[float, float], tuple[float, float]] | tuple[()]:
    """The segment from ``point`` to the nearest point of ``box``, nothing if that is near."""
    end = (min(max(point[0], box.left), box.right), min(max(point[1], box.bottom), box.top))
    return (point, end) if math.dist(point, end) >= _FAR else ()
