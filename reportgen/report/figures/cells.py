"""Takes a matrix of values, gives it painted as coloured cells with labels, notes and a colour bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure as Canvas

from reportgen.report.figures import style
from reportgen.report.figures.canvas import axes_at, empty_cell
from reportgen.report.figures.labels import text_width
from reportgen.report.figures.scales import Scale

_MANY = 400  # cells from which the matrix is stored as one image instead of one path per cell
BAR = 0.12  # inches of width of a colour bar

Matrix = Sequence[Sequence[float | None]]


def paint(axes: Axes, values: Matrix, low: float, high: float) -> None:
    """Fill ``axes`` with one cell per value, the first row at the top; a missing value is hatched."""
    rows, columns = len(values), len(values[0]) if values else 0
    data = np.array([[np.nan if value is None else value for value in row] for row in values], dtype=float)
    many = rows * columns > _MANY
    mesh = axes.pcolormesh(np.ma.masked_invalid(data), cmap=style.SEQUENTIAL, vmin=low, vmax=high,
                           edgecolors="none" if many else "white", linewidth=0 if many else 0.6)  # fmt: skip
    mesh.set_rasterized(many)
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for row, column in zip(*np.nonzero(np.isnan(data)), strict=True):
        empty_cell(axes, float(column), float(row), 1.0, 1.0)


def annotate(
    axes: Axes, values: Matrix, texts: Sequence[Sequence[str]], *, low: float, high: float, size: float
) -> None:
    """Write its text in every cell, in the ink that contrasts with it; a zero steps back."""
    scale = Normalize(low, high)
    for row, (numbers, notes) in enumerate(zip(values, texts, strict=True)):
        for column, (number, note) in enumerate(zip(numbers, notes, strict=True)):
            if number is None:
                continue
            colour = style.ink_on(style.SEQUENTIAL(float(scale(number))))
            axes.text(column + 0.5, row + 0.5, note, ha="center", va="center_baseline", fontsize=size,
                      color=style.MUTED if note == "0" else colour)  # fmt: skip


def label(
    axes: Axes, rows: Sequence[str], columns: Sequence[str], *, size: float, pitch: tuple[float, float]
) -> None:
    """Name rows and columns; ``pitch`` is (width, height) of a cell in inches.

    Column names turn upright where they do not fit side by side; where not even so, only every
    second, third... name is written.
    """
    every = every_name(pitch[1], size)
    axes.set_yticks([n + 0.5 for n in range(0, len(rows), every)], list(rows[::every]), fontsize=size)
    flat = lies_flat(columns, size, pitch[0])
    every = 1 if flat else every_name(pitch[0], size)
    axes.set_xticks([n + 0.5 for n in range(0, len(columns), every)], list(columns[::every]),
                    fontsize=size, rotation=0 if flat else 90)  # fmt: skip
    axes.tick_params(pad=2.5)


def lies_flat(names: Sequence[str], size: float, pitch: float) -> bool:
    """Whether every name fits in the width of its cell."""
    return all(text_width(name, size) <= pitch - 0.04 for name in names)


def every_name(pitch: float, size: float) -> int:
    """1 if each row of ``pitch`` inches has room for a line of text, 2 if every second has, and so on."""
    return max(1, int(-(-size * 1.25 / 72 // pitch)))


def colour_bar(canvas: Canvas, left: float, bottom: float, height: float, scale: Scale) -> None:
    """A colour bar at this place, in inches, over the values of ``scale``."""
    axes = axes_at(canvas, left, bottom, BAR, height)
    steps = np.linspace(scale.low, scale.high, 129)
    mesh = axes.pcolormesh([0.0, 1.0], steps, (steps[:-1, None] + steps[1:, None]) / 2, cmap=style.SEQUENTIAL,
                           vmin=scale.low, vmax=scale.high)  # fmt: skip
    mesh.set_rasterized(True)
    axes.set_ylim(scale.low, scale.high)
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks(list(scale.ticks), list(scale.labels))
    axes.yaxis.tick_right()
    axes.tick_params(length=2, pad=2)
