"""Takes values per label, gives dot plots: one with intervals, one of the runs at each level of a factor."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from reportgen.analysis.infos import BarInfo, FactorInfo, FactorLevel
from reportgen.report.figures import style
from reportgen.report.figures.canvas import axes_at, blank, legend, legend_height, no_data, table, write
from reportgen.report.figures.labels import unique, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import Scale, initial, metric_name, metric_scale, metric_text, set_x

_LABEL = 2.6  # inches for the label of a row, at most
_BOTTOM = 0.42
_GOLDEN = 0.6180339887498949  # its multiples, modulo 1, are spread evenly whatever their number
_SPREAD = 0.5  # of the height of a row, over which its points are spread
_MEAN: dict[str, object] = {
    "marker": "D", "markersize": 6, "linestyle": "none", "color": style.VERMILLION,
    "markeredgecolor": "white", "markeredgewidth": 0.8, "zorder": 4,
}  # fmt: skip
_RUN: dict[str, object] = {
    "marker": "o", "markersize": 4, "linestyle": "none", "color": style.BLUE, "markeredgewidth": 0,
    "alpha": 0.6,
}  # fmt: skip
_DOT: dict[str, object] = {**_RUN, "markersize": 5.5, "alpha": 1.0, "zorder": 4}


def mean(level: FactorLevel) -> float | None:
    """The mean of a level, None without values."""
    return sum(level.values) / len(level.values) if level.values else None


def labelled_rows(
    labels: Sequence[str],
    notes: Sequence[str],
    *,
    scale: Scale,
    title: str,
    entries: list[tuple[Line2D, str]],
    pitch: float,
) -> tuple[Canvas, Axes]:
    """A figure with one row per label, the first at the top, and a note at the right of each."""
    names = unique(labels, style.SMALL, _LABEL)
    left = widest(names, style.SMALL) + 0.12
    right = widest(notes, style.SMALL) + 0.14
    legend_names = [name for _, name in entries]
    top = legend_height(legend_names, style.WIDTH - left) + 0.12
    rows = max(len(labels), 1)
    pitch = min(pitch, (style.TALLEST - top - _BOTTOM) / rows)
    height = _BOTTOM + rows * pitch + top
    canvas = blank(style.WIDTH, height)
    width = style.WIDTH - left - right
    axes = axes_at(canvas, left, _BOTTOM, width, rows * pitch)
    axes.set_ylim(rows, 0)
    axes.set_yticks([row + 0.5 for row in range(len(names))], names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="both")
    set_x(axes, scale)
    for row, note in enumerate(notes):
        y = _BOTTOM + (rows - row - 0.5) * pitch
        write(canvas, style.WIDTH - 0.04, y, note, ha="right", va="center_baseline", fontsize=style.SMALL)
    write(canvas, left + width / 2, 0.03, title, ha="center", va="bottom")
    legend(canvas, entries, left, height - 0.03)
    return canvas, axes


def plot_bars(info: BarInfo, words: Words) -> Canvas:
    """A dot with its interval per label, in the order given, and the value at the right.

    Dots and not bars: the axis need not start at zero, where differences of a few points vanish.
    """
    scale = metric_scale((*info.values, *info.lows, *info.highs), info.metric, words, pad=0.05)
    notes = [metric_text(value, info.metric, words) for value in info.values]
    entries = [
        (Line2D([], [], **_DOT), words("columns.value")),  # type: ignore[arg-type]
        (Line2D([], [], color=style.BLUE, linewidth=1.2), initial(words("figure.interval"))),
    ]
    title = metric_name(info.metric, info.split, words)
    canvas, axes = labelled_rows(info.labels, notes, scale=scale, title=title, entries=entries, pitch=0.26)
    for row, (value, low, high) in enumerate(zip(info.values, info.lows, info.highs, strict=True)):
        y = row + 0.5
        axes.plot([low, high], [y, y], color=style.BLUE, linewidth=1.2, solid_capstyle="butt")
        axes.plot([low, high], [y, y], color=style.BLUE, marker="|", markersize=5, linestyle="none")
        axes.plot([value], [y], **_DOT)  # type: ignore[arg-type]
    if not info.values:
        no_data(axes, words)
    return canvas


def plot_factor(info: FactorInfo, words: Words) -> Canvas:
    """A dot per run or configuration; a diamond for the mean of each level, also written at the right."""
    values = [value for level in info.levels for value in level.values]
    scale = metric_scale(values, info.metric, words, pad=0.05)
    notes = [_note(level, info.metric, words) for level in info.levels]
    entries = [
        (Line2D([], [], **_RUN), words("figure.configuration" if info.means else "columns.run")),  # type: ignore[arg-type]
        (Line2D([], [], **_MEAN), words("columns.mean")),  # type: ignore[arg-type]
    ]
    labels = [level.label for level in info.levels]
    title = metric_name(info.metric, info.split, words)
    canvas, axes = labelled_rows(labels, notes, scale=scale, title=title, entries=entries, pitch=0.42)
    for row, level in enumerate(info.levels):
        axes.plot(level.values, heights(row, len(level.values)), **_RUN)  # type: ignore[arg-type]
        middle = mean(level)
        if middle is not None:
            axes.plot([middle], [row + 0.5], **_MEAN)  # type: ignore[arg-type]
    if not values:
        no_data(axes, words)
    return canvas


def heights(row: int, count: int, spread: float = _SPREAD) -> list[float]:
    """Where the points of a row go, so that they do not hide one another: the same places every time."""
    room = spread if count > 1 else 0.0
    return [row + 0.5 + room * ((n * _GOLDEN + 0.5) % 1.0 - 0.5) for n in range(count)]


def _note(level: FactorLevel, metric: str, words: Words) -> str:
    middle = mean(level)
    if middle is None:
        return words("figure.no_data")
    return f"{metric_text(middle, metric, words)} (n = {words.integer(len(level.values))})"


def describe_bars(info: BarInfo, words: Words) -> str:
    """Every value with its interval."""
    parts = (
        f"{label}: {metric_text(value, info.metric, words)} "
        f"[{metric_text(low, info.metric, words)}; {metric_text(high, info.metric, words)}]"
        for label, value, low, high in zip(info.labels, info.values, info.lows, info.highs, strict=True)
    )
    return (
        f"{words('alt.bars').format(title=metric_name(info.metric, info.split, words))} {'; '.join(parts)}."
    )


def describe_factor(info: FactorInfo, words: Words) -> str:
    """The mean of every level."""
    key = "alt.factor_means" if info.means else "alt.factor"
    head = words(key).format(title=metric_name(info.metric, info.split, words), name=info.name)
    return f"{head} {'; '.join(f'{x.label}: {_note(x, info.metric, words)}' for x in info.levels)}."


def frame_bars(info: BarInfo, words: Words) -> str:
    """One line per label: value and interval."""
    title = metric_name(info.metric, info.split, words)
    header = [words("columns.label"), title, words("columns.lower"), words("columns.upper")]
    return table(header, zip(info.labels, info.values, info.lows, info.highs, strict=True))


def frame_factor(info: FactorInfo, words: Words) -> str:
    """One line per run or configuration: its level and its value."""
    rows = [(level.label, value) for level in info.levels for value in level.values]
    return table([info.name, metric_name(info.metric, info.split, words)], rows)
