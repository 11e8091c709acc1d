"""Takes a confusion matrix, gives it drawn in counts and in shares of each true class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas

from reportgen.analysis.infos import ConfusionInfo
from reportgen.report.figures import cells, style
from reportgen.report.figures.canvas import Cell, axes_at, blank, table, write
from reportgen.report.figures.ends import both_ends, level, listed
from reportgen.report.figures.labels import fitting_size, text_width, unique, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import Scale, initial

_BOTH = 10  # classes up to which counts and shares stand side by side
_NOTED = 20  # classes up to which every cell has its number
_LABEL = 1.15  # inches for the name of a class
_AXIS = 0.2
_TITLE = 0.26
_GAP = 0.22
_BIGGEST = 0.8  # inches of a cell
_SMALLEST = 4.5  # points
_TICKS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)  # of the bar

Matrix = list[list[float | None]]


def shares(info: ConfusionInfo) -> Matrix:
    """Each count over the images of its true class; None in a class without images."""
    totals = [sum(row) for row in info.counts]
    rows = zip(info.counts, totals, strict=True)
    return [[count / total if total else None for count in row] for row, total in rows]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One matrix: its title, what is painted, what is written and the value of the darkest colour."""

    title: str
    values: Matrix
    texts: list[list[str]]
    top: float


@dataclass(frozen=True, slots=True)
class _Layout:
    """Inches, and the names as they are written."""

    names: list[str]
    size: float
    left: float
    below: float
    side: float
    panels: int
    cell: float
    width: float


def _layout(info: ConfusionInfo, titles: Sequence[str]) -> _Layout:
    count = max(len(info.classes), 1)
    panels = len(titles)
    size = style.SMALL if count <= _NOTED else style.TINY
    names = unique(info.classes, size, _LABEL)
    left = _AXIS + widest(names, size) + 0.08
    bar = 0.6 if count > _NOTED else 0.06
    side = (style.WIDTH - left - bar - _GAP * (panels - 1)) / panels
    side = min(side, max(_BIGGEST * count, *(text_width(title, style.BASE, bold=True) for title in titles)))
    cell = side / count
    flat = cells.lies_flat(names, size, cell)
    below = _AXIS + (size / 72 if flat else widest(names, size)) + 0.08
    width = left + panels * side + (panels - 1) * _GAP + bar
    return _Layout(names, size, left, below, side, panels, cell, width)


def plot(info: ConfusionInfo, words: Words) -> Canvas:
    """Counts and shares up to 10 classes; noted shares up to 20; beyond, colours and a bar.

    The colours of many classes follow the square root of the share: the confusions, which are small, show.
    """
    count = len(info.classes)
    by_row = shares(info)
    notes = [["" if v is None else words.number(100 * v, 0) for v in row] for row in by_row]
    if count > _NOTED:
        by_row = [[None if v is None else math.sqrt(v) for v in row] for row in by_row]
    panels = [
        _Panel(
            f"{initial(words('figure.share_of_true_class'))} ({words('units.percent')})", by_row, notes, 1.0
        )
    ]
    if count <= _BOTH:
        counts: Matrix = [[float(value) for value in row] for row in info.counts]
        texts = [[words.integer(value) for value in row] for row in info.counts]
        panels.insert(
            0, _Panel(initial(words("figure.images")), counts, texts, max([1.0, *map(max, info.counts)]))
        )
    layout = _layout(info, [panel.title for panel in panels])
    canvas = blank(layout.width, layout.below + layout.side + _TITLE)
    for number, panel in enumerate(panels):
        left = layout.left + number * (layout.side + _GAP)
        _draw_panel(canvas, layout, left, panel, first=number == 0)
        write(
            canvas,
            left + layout.side / 2,
            0.03,
            initial(words("figure.predicted_class")),
            ha="center",
            va="bottom",
        )
    middle = layout.below + layout.side / 2
    write(canvas, 0.02, middle, initial(words("figure.true_class")), rotation=90, va="center")
    if count > _NOTED:
        ticks = {math.sqrt(share): words.percent(share, 0) for share in _TICKS}
        scale = Scale(0.0, 1.0, tuple(ticks), tuple(ticks.values()))
        cells.colour_bar(canvas, layout.left + layout.side + 0.1, layout.below, layout.side, scale)
    return canvas


def _draw_panel(canvas: Canvas, layout: _Layout, left: float, panel: _Panel, *, first: bool) -> None:
    axes = axes_at(canvas, left, layout.below, layout.side, layout.side)
    cells.paint(axes, panel.values, 0.0, panel.top)
    cells.label(axes, layout.names, layout.names, size=layout.size, pitch=(layout.cell, layout.cell))
    axes.tick_params(labelleft=first)
    write(canvas, left, layout.below + layout.side + 0.07, panel.title, fontweight="bold")
    if len(panel.values) <= _NOTED:
        flat = [text for row in panel.texts for text in row]
        size = fitting_size(flat, style.SMALL, layout.cell * 0.86, _SMALLEST)
        cells.annotate(axes, panel.values, panel.texts, low=0.0, high=panel.top, size=size)


def describe(info: ConfusionInfo, words: Words) -> str:
    """How many are right, the class best and worst recognised and the most frequent confusion."""
    total = sum(map(sum, info.counts))
    right = sum(row[n] for n, row in enumerate(info.counts))
    text = words("alt.confusion").format(
        label=info.label, classes=words.integer(len(info.classes)), right=words.integer(right),
        total=words.integer(total), share=words.percent(right / total if total else 0.0, 1),
    )  # fmt: skip
    recalls = [(row[n], info.classes[n]) for n, row in enumerate(shares(info))]
    known = [(value, name) for value, name in recalls if value is not None]
    parts = [text]
    if known:
        ends = words("alt.confusion_ends")
        parts.append(ends.format(**both_ends(known, lambda value: words.percent(value, 1), words)))
    wrong = [
        (count, words("alt.confusion_pair").format(true=info.classes[r], predicted=info.classes[c]))
        for r, row in enumerate(info.counts)
        for c, count in enumerate(row)
        if r != c and count
    ]
    if wrong:
        count, pairs = level(wrong, max, lambda value: words.integer(int(value)))
        parts.append(words("alt.confusion_worst").format(pairs=listed(pairs, words), count=count))
    return " ".join(parts)


def frame(info: ConfusionInfo, words: Words) -> str:
    """One line per pair of classes: true, predicted, images, share of the true class."""
    by_row = shares(info)
    rows: list[tuple[Cell, ...]] = [
        (info.classes[r], info.classes[c], count, by_row[r][c])
        for r, row in enumerate(info.counts)
        for c, count in enumerate(row)
    ]
    keys = ("true_class", "predicted_class", "images", "share_of_true_class")
    return table([initial(words(f"figure.{key}")) for key in keys], rows)
