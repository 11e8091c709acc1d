"""Takes the layers of a network, gives them as boxes in reading order, with the shape that leaves each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch

from reportgen.analysis.architecture import ArchitectureInfo, LayerBox
from reportgen.report.figures import style
from reportgen.report.figures.canvas import Cell, blank, legend, legend_height, sheet, table
from reportgen.report.figures.labels import fitting_size, shorten
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import initial

_COLUMNS = 4
_GAP = 0.2  # inches between two boxes of a row
_WIDTH = (style.WIDTH - 0.04 - (_COLUMNS - 1) * _GAP) / _COLUMNS
_HEIGHT = 0.5
_PITCH = 0.7  # inches from a row to the next
_MOST = 44  # boxes of one figure; of longer networks the middle is left out
_TINTS = {
    "augmentation": "#f6e6ef", "convolution": "#d6e8f4", "pooling": "#fbecc8", "normalization": "#d3eee5",
    "regularization": "#ececec", "dense": "#fbe0cf", "preprocessing": "#f4f4f4", "backbone": "#cfe0ee",
    "other": "#f4f4f4", "input": "#ffffff", "output": "#ffffff",
}  # fmt: skip


def _kept(info: ArchitectureInfo) -> list[LayerBox | int]:
    """The boxes that are drawn; a number stands for that many left out."""
    boxes = list(info.boxes)
    if len(boxes) <= _MOST:
        return list(boxes)
    head = _MOST // 2
    tail = _MOST - head - 1
    return [*boxes[:head], len(boxes) - head - tail, *boxes[-tail:]]


def plot(info: ArchitectureInfo, words: Words) -> Canvas:
    """Boxes from left to right and row after row, joined by arrows; the fill tells the family."""
    kept = _kept(info)
    groups = dict.fromkeys(box.group for box in kept if isinstance(box, LayerBox))
    named = [group for group in groups if group not in ("input", "output", "other")]
    entries = [
        (Patch(facecolor=_TINTS[group], edgecolor=style.MUTED, linewidth=0.6), _group(group, words))
        for group in named
    ]
    below = legend_height([name for _, name in entries], style.WIDTH) + 0.1 if entries else 0.0
    rows = -(-len(kept) // _COLUMNS)
    height = below + rows * _PITCH - (_PITCH - _HEIGHT) + 0.04
    canvas = blank(style.WIDTH, height)
    axes = sheet(canvas)
    places = [
        (0.02 + (at % _COLUMNS) * (_WIDTH + _GAP), height - 0.02 - _HEIGHT - (at // _COLUMNS) * _PITCH)
        for at in range(len(kept))
    ]
    for start, end in pairwise(places):
        _arrow(axes, start, end)
    for box, place in zip(kept, places, strict=True):
        _box(axes, box, place, words)
    if entries:
        legend(canvas, entries, 0.02, below - 0.06)
    return canvas


def _group(group: str, words: Words) -> str:
    return initial(words(f"layer_groups.{group}"))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one box to the next; at the end of a row, back to the start of the following one."""
    if start[1] == end[1]:
        _line(axes, [(start[0] + _WIDTH, start[1] + _HEIGHT / 2), (end[0], end[1] + _HEIGHT / 2)])
        return
    middle = (start[1] + end[1] + _HEIGHT) / 2
    across, down = start[0] + _WIDTH / 2, end[0] + _WIDTH / 2
    axes.plot([across, across, down], [start[1], middle, middle], color=style.MUTED, linewidth=0.8, zorder=1)
    _line(axes, [(down, middle), (down, end[1] + _HEIGHT)])


def _line(axes: Axes, ends: Sequence[tuple[float, float]]) -> None:
    arrow = FancyArrowPatch(
        ends[0], ends[1], arrowstyle="-|>", mutation_scale=6, linewidth=0.8, color=style.MUTED,
        shrinkA=0, shrinkB=0, zorder=1,
    )  # fmt: skip
    axes.add_patch(arrow)


def _box(axes: Axes, box: LayerBox | int, place: tuple[float, float], words: Words) -> None:
    left, bottom = place
    if isinstance(box, int):
        axes.text(left + _WIDTH / 2, bottom + _HEIGHT / 2, f"… {words.integer(box)} {words('figure.more')}",
                  ha="center", va="center", fontsize=style.SMALL)  # fmt: skip
        return
    ends = box.group in ("input", "output")
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom), _WIDTH, _HEIGHT, boxstyle="round,pad=0,rounding_size=0.05", zorder=2,
            facecolor=_TINTS[box.group], edgecolor=style.INK if ends else style.MUTED,
            linewidth=1.1 if ends else 0.6, linestyle=(0, (2, 1.2)) if box.frozen else "-",
        )
    )  # fmt: skip
    lines = _lines(box, words)
    room = _WIDTH - 0.1
    size = fitting_size([lines[0]], style.SMALL, room * 0.88, style.TINY - 0.5)  # bold is wider
    step = _HEIGHT / (len(lines) + 0.35)
    for at, line in enumerate(lines):
        y = bottom + _HEIGHT - step * (at + 0.68)
        small = size if at == 0 else style.TINY
        axes.text(left + _WIDTH / 2, y, shorten(line, small, room * (0.88 if at == 0 else 1.0)), ha="center",
                  va="center", fontsize=small, fontweight="bold" if at == 0 else "normal",
                  color=style.INK, zorder=3)  # fmt: skip


def _lines(box: LayerBox, words: Words) -> list[str]:
    title = box.type or initial(words("figure.input"))
    if box.group == "output":
        title = f"{title} ({words('figure.output')})"
    lines = [title, shape(box.output_shape)]
    if box.parameters:
        note = f"({words('figure.frozen')})" if box.frozen else words("figure.parameters")
        lines.append(f"{words.integer(box.parameters)} {note}")
    return lines


def shape(sides: Sequence[int | None]) -> str:
    """``28 × 28 × 32``, a question mark where a side is not fixed."""
    return " × ".join("?" if side is None else str(side) for side in sides)


def describe(info: ArchitectureInfo, words: Words) -> str:
    """The layers in order with their output shapes."""
    parts = [f"{box.type or words('figure.input')} ({shape(box.output_shape)})" for box in info.boxes]
    head = words("alt.architecture").format(label=info.label, layers=words.integer(len(info.boxes) - 1))
    return f"{head} {'; '.join(parts)}."


def frame(info: ArchitectureInfo, words: Words) -> str:
    """One line per layer."""
    keys = ("columns.layer_type", "figure.family", "columns.output_shape", "columns.layer_parameters",
            "columns.trainable")  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (box.type or initial(words("figure.input")), words(f"layer_groups.{box.group}"),
         shape(box.output_shape), box.parameters, words("words.no" if box.frozen else "words.yes"))
        for box in info.boxes
    ]  # fmt: skip
    return table([initial(words(key)) for key in keys], rows)
