"""Takes the images per class and split, gives horizontal stacked bars."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from reportgen.analysis.infos import ClassCountsInfo
from reportgen.report.figures import style
from reportgen.report.figures.canvas import axes_at, blank, legend, legend_height, table, write
from reportgen.report.figures.ends import both_ends
from reportgen.report.figures.labels import text_width, unique, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import initial

_PER_COLUMN = 45  # classes one under the other, at most, up to _COLUMNS columns
_COLUMNS = 4
_PITCH = 0.23  # inches per class, at most
_LABEL = 1.5  # inches for the name of a class, at most
_GAP = 0.2
_BOTTOM = 0.42


def totals(info: ClassCountsInfo) -> list[int]:
    """Images of each class over all splits."""
    return [sum(split[number] for split in info.counts.values()) for number in range(len(info.classes))]


def plot(info: ClassCountsInfo, words: Words) -> Canvas:
    """One bar per class in the order given, its splits end to end and its total beside it.

    Many classes continue in further columns on the same scale.
    """
    count = len(info.classes)
    columns = max(1, min(_COLUMNS, -(-count // _PER_COLUMN)))
    per_column = max(1, -(-count // columns))
    entries = [
        (Patch(facecolor=_colour(number, split)), initial(words(f"splits.{split}")))
        for number, split in enumerate(info.counts)
    ]
    top = legend_height([name for _, name in entries], style.WIDTH) + 0.1
    pitch = min(_PITCH, (style.TALLEST - top - _BOTTOM) / per_column)
    size = min(style.SMALL, pitch * 72 / 1.15)
    names = unique(info.classes, size, min(_LABEL, 0.45 * style.WIDTH / columns))
    left = widest(names, size) + 0.1
    width = (style.WIDTH - columns * left - (columns - 1) * _GAP - 0.05) / columns
    height = _BOTTOM + pitch * per_column + top
    canvas = blank(style.WIDTH, height)
    for column in range(columns):
        part = range(column * per_column, min((column + 1) * per_column, count))
        x = left + column * (left + width + _GAP)
        tall = pitch * max(1, len(part))
        axes = axes_at(canvas, x, height - top - tall, width, tall)
        _bars(axes, info, part, words, size=size)
        _scale(axes, info, words, size=size, width=width)
        axes.set_yticks([n + 0.5 for n in range(len(part))], names[part.start : part.stop], fontsize=size)
        foot = height - top - tall - _BOTTOM + 0.03
        write(canvas, x + width / 2, foot, initial(words("figure.images")), ha="center", va="bottom")
    legend(canvas, entries, left, height - 0.03)
    return canvas


def _colour(number: int, split: str) -> str:
    return style.SPLITS.get(split, style.CYCLE[(number + 2) % len(style.CYCLE)])


def _bars(axes: Axes, info: ClassCountsInfo, part: range, words: Words, *, size: float) -> None:
    """The bars of the classes of ``part``, the first at the top."""
    rows = [row + 0.5 for row in range(len(part))]
    starts = [0] * len(part)
    for n, (split, values) in enumerate(info.counts.items()):
        widths = values[part.start : part.stop]
        axes.barh(rows, widths, 0.74, left=starts, color=_colour(n, split), edgecolor="white",
                  linewidth=0.5)  # fmt: skip
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    for row, total in zip(rows, starts, strict=True):
        axes.annotate(words.integer(total), (total, row), (3, 0), textcoords="offset points",
                      va="center_baseline", fontsize=size)  # fmt: skip
    axes.set_ylim(max(len(part), 1), 0)


def _scale(axes: Axes, info: ClassCountsInfo, words: Words, *, size: float, width: float) -> None:
    """The horizontal axis: from zero to the largest class, with room for the number beside its bar."""
    sums = totals(info)
    room = widest([words.integer(total) for total in sums], size) + 0.1
    limit = max([*sums, 1]) / max(1 - room / width, 0.3)
    axes.set_xlim(0, limit)
    raw = MaxNLocator(max(3, int(width / 0.7)), steps=[1, 2, 5, 10], integer=True).tick_values(0, limit)
    ticks = [int(tick) for tick in raw if 0 <= tick <= limit]
    labels = [words.integer(tick) for tick in ticks]
    if text_width(labels[-1], style.SMALL) / 2 > (1 - ticks[-1] / limit) * width + 0.05:
        ticks, labels = ticks[:-1], labels[:-1]
    axes.set_xticks(ticks, labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")


def describe(info: ClassCountsInfo, words: Words) -> str:
    """Images in each split, and the largest and smallest class."""
    sizes = ((words(f"splits.{name}"), words.integer(sum(counts))) for name, counts in info.counts.items())
    splits = "; ".join(f"{name}: {size}" for name, size in sizes)
    text = words("alt.counts").format(classes=words.integer(len(info.classes)), splits=splits)
    sums = list(zip(totals(info), info.classes, strict=True))
    if not sums:
        return text
    found = both_ends(sums, lambda value: words.integer(int(value)), words)
    return f"{text} {words('alt.counts_ends').format(**found)}"


def frame(info: ClassCountsInfo, words: Words) -> str:
    """One line per class, one column per split."""
    header = [initial(words("figure.class")), *(initial(words(f"splits.{split}")) for split in info.counts)]
    return table(header, zip(info.classes, *info.counts.values(), strict=True))
