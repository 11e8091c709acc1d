"""Takes a metric over two axes, gives its heat map with the value in every cell."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from reportgen.analysis.infos import HeatmapInfo
from reportgen.report.figures import cells, style
from reportgen.report.figures.canvas import axes_at, blank, no_data, table, write
from reportgen.report.figures.ends import both_ends
from reportgen.report.figures.labels import fitting_size, shorten, text_width, unique, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import Scale, metric_name, metric_scale, metric_text

_CELL = 0.34  # inches of height
_ROOM = 1.6  # inches for the names of the rows and for upright names of columns
_WIDEST = 1.6  # inches of a cell
_TITLE = 0.28
_AXIS = 0.2


def _scale(info: HeatmapInfo, words: Words) -> Scale:
    values = (value for row in info.values for value in row)
    return metric_scale(values, info.metric, words, count=4, pad=0.0)


def _texts(info: HeatmapInfo, words: Words, room: float) -> tuple[list[list[str]], float]:
    """What each cell says and at which size: with its unit if there is room, bare and smaller if not."""
    texts = [["" if v is None else metric_text(v, info.metric, words) for v in row] for row in info.values]
    flat = [text for row in texts for text in row]
    if widest(flat, style.SMALL) > room and info.metric != "loss":
        texts = [["" if v is None else words.number(100 * v, 1) for v in row] for row in info.values]
        flat = [text for row in texts for text in row]
    return texts, fitting_size(flat, style.SMALL + 0.5, room, 4.5)


def plot(info: HeatmapInfo, words: Words) -> Canvas:
    """Rows down, columns across, colour and number in each cell; a run that failed is hatched."""
    scale = _scale(info, words)
    rows = unique(info.row_labels, style.SMALL, _ROOM)
    left = _AXIS + widest(rows, style.SMALL) + 0.08
    right = 0.12 + cells.BAR + widest(scale.labels, style.SMALL) + 0.12
    count = max(len(info.column_labels), 1)
    cell = min((style.WIDTH - left - right) / count, _WIDEST)
    columns = unique(info.column_labels, style.SMALL, _ROOM)
    flat = cells.lies_flat(columns, style.SMALL, cell)
    below = _AXIS + (0.1 if flat else widest(columns, style.SMALL)) + 0.06
    pitch = min(_CELL, (style.TALLEST - below - _TITLE) / max(len(rows), 1))
    width, height = cell * count, pitch * max(len(rows), 1)
    title = metric_name(info.metric, info.split, words)
    full = left + max(
        width + right, text_width(title, style.BASE, bold=True), text_width(info.column_name, style.BASE)
    )
    canvas = blank(min(full, style.WIDTH), below + height + _TITLE)
    axes = axes_at(canvas, left, below, width, height)
    cells.paint(axes, info.values, scale.low, scale.high)
    cells.label(axes, rows, columns, size=style.SMALL, pitch=(cell, pitch))
    texts, size = _texts(info, words, cell * 0.9)
    cells.annotate(axes, info.values, texts, low=scale.low, high=scale.high, size=size)
    if not scale.ticks:
        no_data(axes, words)
    else:
        cells.colour_bar(canvas, left + width + 0.12, below, height, scale)
        _name_gaps(axes, info, words, cell)
    _titles(canvas, info, title, (left, below, width, height))
    return canvas


def _titles(canvas: Canvas, info: HeatmapInfo, title: str, box: Sequence[float]) -> None:
    left, bottom, width, height = box
    write(canvas, left, bottom + height + 0.08, title, fontweight="bold")
    write(canvas, left + width / 2, 0.03, info.column_name, ha="center", va="bottom")
    full = bottom + height + _TITLE
    name = shorten(info.row_name, style.BASE, full - 0.06)
    half = text_width(name, style.BASE) / 2 + 0.03
    middle = min(max(bottom + height / 2, half), full - half)
    write(canvas, 0.02, middle, name, rotation=90, ha="left", va="center")


def _name_gaps(axes: Axes, info: HeatmapInfo, words: Words, room: float) -> None:
    """Say in the hatched cells that there is no value, where the words fit."""
    if text_width(words("figure.no_data"), style.TINY) > room * 0.9:
        return
    for row, values in enumerate(info.values):
        for column, value in enumerate(values):
            if value is None:
                axes.text(column + 0.5, row + 0.5, words("figure.no_data"), ha="center", va="center",
                          fontsize=style.TINY, color=style.INK,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip


def describe(info: HeatmapInfo, words: Words) -> str:
    """What is compared, with the best and the worst cell."""
    text = words("alt.heatmap").format(
        metric=metric_name(info.metric, info.split, words),
        row=info.row_name,
        rows=", ".join(info.row_labels),
        column=info.column_name,
        columns=", ".join(info.column_labels),
    )
    known = [
        (value, f"{info.row_labels[r]} × {info.column_labels[c]}")
        for r, row in enumerate(info.values)
        for c, value in enumerate(row)
        if value is not None
    ]
    if not known:
        return f"{text} {words('figure.no_data')}."
    found = both_ends(known, lambda value: metric_text(value, info.metric, words), words)
    return f"{text} {words('alt.heatmap_ends').format(**found)}"


def frame(info: HeatmapInfo, words: Words) -> str:
    """One line per cell: row, column, value."""
    header = [info.row_name, info.column_name, metric_name(info.metric, info.split, words)]
    return table(
        header,
        [
            (info.row_labels[r], info.column_labels[c], value)
            for r, row in enumerate(info.values)
            for c, value in enumerate(row)
        ],
    )
