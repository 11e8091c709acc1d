"""Takes learning rates by epoch, gives them as steps on a logarithmic axis."""

from __future__ import annotations

import math
from decimal import Decimal

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from reportgen.analysis.infos import RatesInfo
from reportgen.report.figures import style
from reportgen.report.figures.canvas import Cell, axes_at, blank, legend, legend_height, table, write
from reportgen.report.figures.labels import shorten, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import Scale, epoch_scale, initial, set_x, set_y

_HEIGHT = 1.7  # inches of the axes
_BOTTOM = 0.42
_DASHES = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
_STEPS = (1, 2, 5)
_TICKS = 7


def plot(info: RatesInfo, words: Words) -> Canvas:
    """A line per run; of more than there are colours, one thin line each without a name."""
    scale = _scale(info, words)
    left = widest(scale.labels, style.SMALL) + 0.14
    entries = _entries(info, words, style.WIDTH - left)
    top = legend_height([name for _, name in entries], style.WIDTH - left) + 0.33
    canvas = blank(style.WIDTH, _BOTTOM + _HEIGHT + top)
    axes = axes_at(canvas, left, _BOTTOM, style.WIDTH - left - 0.1, _HEIGHT)
    axes.set_yscale("log")
    axes.grid(axis="y")
    for at, values in enumerate(info.rates):
        heights = [float("nan") if value is None else value for value in values]
        axes.plot(range(1, len(heights) + 1), heights, drawstyle="steps-mid", **_line(info, at))  # type: ignore[arg-type]
    set_x(axes, epoch_scale(max(len(values) for values in info.rates), words))
    set_y(axes, scale)
    axes.minorticks_off()
    axes.set_xlabel(initial(words("figure.epoch")), labelpad=2.0)
    title = initial(words("figure.learning_rate"))
    write(canvas, left, _BOTTOM + _HEIGHT + 0.09, title, fontweight="bold")
    legend(canvas, entries, left, _BOTTOM + _HEIGHT + top - 0.03)
    return canvas


def _few(info: RatesInfo) -> bool:
    return len(info.rates) <= len(style.CYCLE)


def _line(info: RatesInfo, at: int) -> dict[str, object]:
    if not _few(info):
        return {"color": style.BLUE, "linewidth": 0.7, "alpha": 0.5}
    return {"color": style.CYCLE[at], "linewidth": 1.4, "linestyle": _DASHES[at % len(_DASHES)]}


def _entries(info: RatesInfo, words: Words, room: float) -> list[tuple[Line2D, str]]:
    names = info.labels if _few(info) else (words("columns.run"),)
    return [
        (Line2D([], [], **_line(info, at)), shorten(name, style.SMALL, room - 0.4))  # type: ignore[arg-type]
        for at, name in enumerate(names)
    ]


def _known(info: RatesInfo) -> list[float]:
    return [value for values in info.rates for value in values if value is not None and value > 0]


def _scale(info: RatesInfo, words: Words) -> Scale:
    """A logarithmic axis with ticks at 1, 2 and 5 times powers of ten, or at the powers alone if many."""
    low, high = min(_known(info)) / 1.3, max(_known(info)) * 1.3
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [(step, power) for power in powers for step in _STEPS if low <= step * 10.0**power <= high]
    if len(marks) > _TICKS:
        marks = [(step, power) for step, power in marks if step == 1]
    ticks = tuple(step * 10.0**power for step, power in marks)
    labels = tuple(words.number(step * 10.0**power, max(0, -power)) for step, power in marks)
    return Scale(low, high, ticks, labels)


def describe(info: RatesInfo, words: Words) -> str:
    """How many runs change it, and between which values."""
    known = _known(info)
    return words("alt.rates").format(
        runs=words.integer(len(info.rates)), high=_text(max(known), words), low=_text(min(known), words)
    )


def _text(value: float, words: Words) -> str:
    """A rate with the two digits that count, and no zero behind them."""
    exponent = Decimal(f"{value:.2g}").normalize().as_tuple().exponent
    return words.number(value, max(0, -int(exponent)))


def frame(info: RatesInfo, words: Words) -> str:
    """One line per run and epoch."""
    rows: list[tuple[Cell, ...]] = [
        (label, epoch, value)
        for label, values in zip(info.labels, info.rates, strict=True)
        for epoch, value in enumerate(values, start=1)
    ]
    header = [words("columns.run"), initial(words("figure.epoch")), initial(words("figure.learning_rate"))]
    return table(header, rows)
