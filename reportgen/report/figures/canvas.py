"""Takes sizes in inches, gives blank figures, axes and legends; takes rows, gives CSV text.

Every position is fixed by its author in inches: no automatic layout, which is slow and not stable.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from reportgen.report.figures import style
from reportgen.report.figures.labels import line_height, widest
from reportgen.report.figures.model import Words

Cell = str | int | float | None

_DEFAULTS: dict[Any, Any] = {  # the keys have a type of their own in the stubs, a union of 350 names
    name: value
    for name, value in mpl.rcParamsDefault.items()
    if not name.startswith(("backend", "interactive", "toolbar", "webagg", "timezone", "docstring"))
}
_RC: dict[Any, Any] = {**_DEFAULTS, **style.RC}
_HANDLE, _SPACING = 0.3, 0.2  # inches: handle with its gap, and the space between two entries


@contextmanager
def styled() -> Iterator[None]:
    """The design of the figures, and nothing of the settings of the machine."""
    with mpl.rc_context(_RC):
        yield


def blank(width: float, height: float) -> Canvas:
    """An empty figure of this size in inches."""
    return Canvas(figsize=(width, height), dpi=style.DPI)


def axes_at(canvas: Canvas, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at this place of the figure, in inches from its lower left corner."""
    full_width, full_height = canvas.get_size_inches()
    box = (left / full_width, bottom / full_height, width / full_width, height / full_height)
    return canvas.add_axes(box)


def sheet(canvas: Canvas) -> Axes:
    """Invisible axes over the whole figure whose coordinates are inches."""
    width, height = (float(side) for side in canvas.get_size_inches())
    axes = axes_at(canvas, 0.0, 0.0, width, height)
    axes.set(xlim=(0.0, width), ylim=(0.0, height))
    axes.axis("off")
    return axes


def write(canvas: Canvas, x: float, y: float, text: str, **settings: object) -> None:
    """Write ``text`` at this place of the figure, in inches."""
    width, height = canvas.get_size_inches()
    canvas.text(x / width, y / height, text, **settings)  # type: ignore[arg-type]


def legend_columns(labels: Sequence[str], width: float) -> int:
    """How many entries fit side by side in ``width`` inches."""
    for columns in range(len(labels), 1, -1):
        short, longer = divmod(len(labels), columns)  # Matplotlib gives the first columns one more
        ends = [0, *accumulate(short + (number < longer) for number in range(columns))]
        used = sum(widest(labels[start:end], style.SMALL) for start, end in pairwise(ends))
        if used + columns * _HANDLE + (columns - 1) * _SPACING <= width:
            return columns
    return 1


def legend_height(labels: Sequence[str], width: float) -> float:
    """Inches of height that ``legend`` takes."""
    return line_height(style.SMALL, -(-len(labels) // legend_columns(labels, width)))


def legend(canvas: Canvas, entries: Sequence[tuple[Artist, str]], left: float, top: float) -> None:
    """A legend whose upper left corner is at this place, in inches; it never reaches the right edge."""
    width, height = canvas.get_size_inches()
    names = [name for _, name in entries]
    canvas.legend(
        handles=[artist for artist, _ in entries],
        labels=names,
        loc="upper left",
        bbox_to_anchor=(left / width, top / height),
        ncols=legend_columns(names, width - left),
        columnspacing=_SPACING * 72 / style.SMALL,
        handlelength=0.22 * 72 / style.SMALL,
        handletextpad=0.08 * 72 / style.SMALL,
        labelspacing=0.2,
    )


def empty_cell(axes: Axes, left: float, bottom: float, width: float, height: float) -> None:
    """A hatched rectangle, in the coordinates of ``axes``: here there is no value."""
    axes.add_patch(
        Rectangle((left, bottom), width, height, facecolor=style.EMPTY, edgecolor=style.HATCH,
                  hatch="////", linewidth=0.6)
    )  # fmt: skip


def no_data(axes: Axes, words: Words, size: float = style.SMALL) -> None:
    """Hatch the whole of ``axes`` and say that there is nothing to show."""
    axes.add_patch(
        Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=style.EMPTY, edgecolor=style.HATCH,
                  hatch="////", linewidth=0.6)
    )  # fmt: skip
    axes.text(0.5, 0.5, words("figure.no_data"), transform=axes.transAxes, ha="center", va="center",
              fontsize=size, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV text: ``,`` between columns, decimal point, every digit, nothing where there is no value."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()
