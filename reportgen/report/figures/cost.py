"""Takes the time and accuracy of every run, gives them in one plane with the efficient front."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import cycle, pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D

from reportgen.analysis.infos import CostInfo, CostPoint
from reportgen.report.figures import style
from reportgen.report.figures.canvas import Cell, axes_at, blank, legend, legend_height, no_data, table, write
from reportgen.report.figures.labels import Box, along, place, shorten, widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import (
    Scale,
    duration_scale,
    initial,
    metric_name,
    metric_scale,
    set_x,
    set_y,
)

_HEIGHT = 3.1  # inches of the axes
_ALL = 14  # points up to which every point is named
_LABEL = 1.9  # inches of a label, at most
_TITLE = 0.26
_DASH = (0, (4, 2))
_MARK = 0.045  # inches from the centre of a marker to its edge


def _studies(info: CostInfo) -> dict[str, tuple[str, str]]:
    """Colour and marker of each study, in order of first appearance."""
    names = dict.fromkeys(point.study for point in info.points)
    return dict(zip(names, cycle(zip(style.CYCLE, style.MARKERS, strict=True)), strict=False))


def _front(info: CostInfo) -> list[CostPoint]:
    efficient = (point for point in info.points if point.efficient)
    return sorted(efficient, key=lambda point: (point.seconds, point.run))


def _entries(info: CostInfo, words: Words) -> list[tuple[Line2D, str]]:
    room = style.WIDTH - 1.0
    entries = [
        (Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=5.5),
         shorten(info.study_titles.get(study, study), style.SMALL, room))
        for study, (colour, marker) in _studies(info).items()
    ]  # fmt: skip
    entries.append(
        (
            Line2D([], [], color=style.INK, linewidth=0.9, linestyle=_DASH),
            initial(words("figure.pareto_front")),
        )
    )
    if any(point.low is not None for point in info.points):
        entries.append((Line2D([], [], color=style.MUTED, linewidth=0.8), initial(words("figure.interval"))))
    return entries


def plot(info: CostInfo, words: Words) -> Canvas:
    """Test accuracy against training time; time is logarithmic where it ranges over more than 20 times."""
    entries = _entries(info, words)
    bounds = [bound for p in info.points for bound in (p.accuracy, p.low, p.high) if bound is not None]
    vertical = metric_scale(bounds, "accuracy", words, count=6)
    left = widest(vertical.labels, style.SMALL) + 0.14
    below = legend_height([name for _, name in entries], style.WIDTH - left) + 0.08
    bottom = below + 0.44
    width = style.WIDTH - left - 0.12
    canvas = blank(style.WIDTH, bottom + _HEIGHT + _TITLE)
    axes = axes_at(canvas, left, bottom, width, _HEIGHT)
    write(canvas, left, bottom + _HEIGHT + 0.09, metric_name("accuracy", "test", words), fontweight="bold")
    write(canvas, left + width / 2, below + 0.06, initial(words("figure.time")), ha="center", va="bottom")
    legend(canvas, entries, left, below - 0.02)
    if not info.points:
        axes.set(xticks=[], yticks=[])
        no_data(axes, words)
        return canvas
    horizontal, logarithmic = duration_scale([point.seconds for point in info.points], words, width)
    if logarithmic:
        axes.set_xscale("log")
    set_x(axes, horizontal)
    set_y(axes, vertical)
    axes.grid(axis="both")
    _points(axes, info)
    _name(axes, info, _Plane(horizontal, vertical, width, logarithmic=logarithmic))
    return canvas


def _points(axes: Axes, info: CostInfo) -> None:
    front = _front(info)
    axes.plot([p.seconds for p in front], [p.accuracy for p in front], color=style.INK, linewidth=0.9,
              linestyle=_DASH, zorder=2)  # fmt: skip
    for study, (colour, marker) in _studies(info).items():
        points = [point for point in info.points if point.study == study]
        seconds = [point.seconds for point in points]
        bounded = [(p.seconds, p.low, p.high) for p in points if p.low is not None and p.high is not None]
        if bounded:
            places, lows, highs = zip(*bounded, strict=True)
            axes.vlines(places, lows, highs, color=colour, linewidth=0.8, alpha=0.55, zorder=2)
        axes.plot(seconds, [p.accuracy for p in points], color=colour, marker=marker, linestyle="none",
                  markersize=5.5, markeredgecolor="white", markeredgewidth=0.5, zorder=3)  # fmt: skip


class _Plane:
    """From the values of a point to its place in the axes, in inches."""

    def __init__(self, horizontal: Scale, vertical: Scale, width: float, *, logarithmic: bool) -> None:
        self._x, self._y = horizontal, vertical
        self._logarithmic = logarithmic
        self.area = Box(0.03, 0.03, width, _HEIGHT)

    def at(self, point: CostPoint, accuracy: float | None = None) -> tuple[float, float]:
        """The place of ``point``, or of another accuracy at its time."""
        low, high = self._x.low, self._x.high
        if self._logarithmic:
            share = math.log(point.seconds / low) / math.log(high / low)
        else:
            share = (point.seconds - low) / (high - low)
        height = (point.accuracy if accuracy is None else accuracy) - self._y.low
        return share * self.area.right, height / (self._y.high - self._y.low) * _HEIGHT

    def mark(self, point: CostPoint) -> Box:
        """The box of the marker of ``point``."""
        x, y = self.at(point)
        return Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK)

    def obstacles(self, points: Sequence[CostPoint], front: Sequence[CostPoint]) -> list[Box]:
        """What no label may cover: markers, intervals and the line of the front."""
        boxes = []
        for point in points:
            x = self.at(point)[0]
            boxes.append(self.mark(point))
            if point.low is not None and point.high is not None:
                low, high = self.at(point, point.low)[1], self.at(point, point.high)[1]
                boxes.append(Box(x - 0.01, low, x + 0.01, high))
        for start, end in pairwise(self.at(point) for point in front):
            boxes.extend(along(start, end))
        return boxes


def _name(axes: Axes, info: CostInfo, plane: _Plane) -> None:
    """Write the labels that find a free place: those of the front first, the rest only if points are few."""
    front = _front(info)
    others = [point for point in info.points if not point.efficient] if len(info.points) <= _ALL else []
    taken = plane.obstacles(info.points, front)
    labels: list[Box] = []
    studies = _studies(info)
    to_axes = Affine2D().scale(1 / plane.area.right, 1 / _HEIGHT) + axes.transAxes
    for point in (*front, *others):
        text = shorten(point.label, style.SMALL, _LABEL)
        whole = [*labels, *(plane.mark(other) for other in info.points if other is not point)]
        placed = place(text, plane.at(point), taken=taken, whole=whole, area=plane.area)
        if placed is None:
            continue
        labels.append(placed.box)
        axes.text((placed.box.left + placed.box.right) / 2, (placed.box.bottom + placed.box.top) / 2, text,
                  transform=to_axes, ha="center", va="center", fontsize=style.SMALL,
                  color=style.INK if point.efficient else style.MUTED)  # fmt: skip
        if placed.leader:
            taken.extend(along(*placed.leader))
            across, up = zip(*placed.leader, strict=True)
            axes.add_line(Line2D(across, up, transform=to_axes, color=studies[point.study][0],
                                 linewidth=0.5, zorder=2))  # fmt: skip


def describe(info: CostInfo, words: Words) -> str:
    """The efficient runs with their time and accuracy."""
    front = "; ".join(
        f"{p.label}: {words.duration(p.seconds)}, {words.percent(p.accuracy, 1)}" for p in _front(info)
    )
    return words("alt.cost").format(runs=words.integer(len(info.points)), front=front)


def frame(info: CostInfo, words: Words) -> str:
    """One line per run."""
    keys = ("columns.run", "words.study", "columns.label", "figure.time", "metrics.accuracy", "columns.lower",
            "columns.upper", "metrics.parameters", "figure.pareto_front")  # fmt: skip
    names = [initial(words(key)) for key in keys]
    names[3] += f" ({words('units.second')})"
    rows: list[tuple[Cell, ...]] = [
        (p.run, info.study_titles.get(p.study, p.study), p.label, p.seconds, p.accuracy, p.low, p.high,
         p.parameters, words("words.yes" if p.efficient else "words.no"))
        for p in info.points
    ]  # fmt: skip
    return table(names, rows)
