"""Takes the curves of several runs, gives one grid of small panels on shared axes."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas

from reportgen.analysis.infos import CurveInfo, SmallMultiplesInfo
from reportgen.report.figures import curves, style
from reportgen.report.figures.canvas import axes_at, blank, legend, legend_height, no_data, table, write
from reportgen.report.figures.ends import level, listed
from reportgen.report.figures.labels import line_height, text_width, widest, wrap
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import (
    Scale,
    epoch_scale,
    initial,
    metric_scale,
    metric_text,
    set_x,
    set_y,
)

_ROW_LABEL = 1.05  # inches, at most
_PITCH = 1.4  # inches from one row to the next, at most
_GAP = 0.13
_SHORT = 0.75  # inches of a panel under which the vertical axis gets fewer ticks
_BOTTOM = 0.4


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where everything goes, in inches, and the two shared scales."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    left: float
    top: float  # from the upper edge of the figure to the first row of panels
    width: float
    panel_height: float
    horizontal: Scale
    vertical: Scale

    @property
    def height(self) -> float:
        rows = max(len(self.rows), 1)
        return self.top + rows * self.panel_height + (rows - 1) * _GAP + _BOTTOM

    def corner(self, number: int) -> tuple[float, float]:
        """Lower left corner of this panel."""
        row, column = divmod(number, max(len(self.columns), 1))
        x = self.left + column * (self.width + _GAP)
        return x, self.height - self.top - row * (self.panel_height + _GAP) - self.panel_height


def _values(panel: CurveInfo | None, metric: str) -> list[float]:
    if panel is None:
        return []
    return [value for split in curves.pair(panel, metric) for value in split if value is not None]


def _grid(info: SmallMultiplesInfo, words: Words, legend_names: list[str]) -> _Grid:
    rows, columns = max(len(info.row_labels), 1), max(len(info.column_labels), 1)
    names = tuple(wrap(label, style.SMALL, _ROW_LABEL, 3) for label in info.row_labels)
    beside = widest(names, style.SMALL) + (0.1 if any(names) else 0.0)
    values = [value for panel in info.panels for value in _values(panel, info.metric)]
    room = style.TALLEST - 0.8 - _BOTTOM
    short = room / rows - _GAP < _SHORT
    vertical = metric_scale(values, info.metric, words, count=5 if short else 6)
    left = beside + widest(vertical.labels, style.SMALL) + 0.12
    width = (style.WIDTH - left - 0.1 - _GAP * (columns - 1)) / columns
    head = tuple(wrap(label, style.SMALL, width * 0.92, 2) for label in info.column_labels)
    lines = max((label.count("\n") + 1 for label in head), default=0)
    metric = text_width(initial(words(f"metrics.{info.metric}")), style.BASE, bold=True) + 0.15
    top = legend_height(legend_names, style.WIDTH - metric) + 0.16 + line_height(style.SMALL, lines)
    epochs = max((len(panel.accuracy) for panel in info.panels if panel is not None), default=1)
    pitch = min(_PITCH, (style.TALLEST - top - _BOTTOM + _GAP) / rows)
    horizontal = epoch_scale(epochs, words, count=max(1, int(width / 0.32)))
    return _Grid(names, head, left, top, width, pitch - _GAP, horizontal, vertical)


def plot(info: SmallMultiplesInfo, words: Words) -> Canvas:
    """Rows by columns of panels; ticks only on the outer ones; a run that failed is a hatched cell."""
    stopped = any(panel is not None and panel.stopped_early for panel in info.panels)
    best = any(panel is not None and panel.best_epoch is not None for panel in info.panels)
    entries = curves.key(
        words,
        initial(words("figure.best")) if best else None,
        initial(words("figure.stop")) if stopped else None,
    )
    grid = _grid(info, words, [name for _, name in entries])
    canvas = blank(style.WIDTH, grid.height)
    for number, panel in enumerate(info.panels):
        _panel(canvas, grid, (number, panel), info.metric, words)
    for row, name in enumerate(grid.rows):
        _, y = grid.corner(row * max(len(grid.columns), 1))
        write(canvas, 0.02, y + grid.panel_height / 2, name, va="center", fontsize=style.SMALL)
    for column, name in enumerate(grid.columns):
        x, y = grid.corner(column)
        write(canvas, x + grid.width / 2, y + grid.panel_height + 0.05, name, ha="center", va="bottom",
              fontsize=style.SMALL, fontweight="bold")  # fmt: skip
    title = initial(words(f"metrics.{info.metric}"))
    write(canvas, 0.02, grid.height - 0.03, title, va="top", fontweight="bold")
    legend(canvas, entries, text_width(title, style.BASE, bold=True) + 0.15, grid.height - 0.04)
    middle = (grid.left + style.WIDTH - 0.1) / 2
    write(canvas, middle, 0.03, initial(words("figure.epoch")), ha="center", va="bottom")
    return canvas


def _panel(
    canvas: Canvas, grid: _Grid, item: tuple[int, CurveInfo | None], metric: str, words: Words
) -> None:
    number, panel = item
    columns = max(len(grid.columns), 1)
    axes = axes_at(canvas, *grid.corner(number), grid.width, grid.panel_height)
    if panel is None or not _values(panel, metric):
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        no_data(axes, words)
    else:
        axes.grid(axis="y")
        curves.draw_pair(axes, panel, metric, width=1.1, dot=1.6)
    set_x(axes, grid.horizontal)
    set_y(axes, grid.vertical)
    last_row = number // columns == max(len(grid.rows), 1) - 1
    axes.tick_params(labelbottom=last_row, labelleft=number % columns == 0)


def describe(info: SmallMultiplesInfo, words: Words) -> str:
    """What the grid compares, and the run that ends with the best validation."""
    named = [panel for panel in info.panels if panel is not None]
    text = words("alt.multiples").format(
        title=info.title,
        metric=words(f"metrics.{info.metric}"),
        rows=", ".join(info.row_labels),
        columns=", ".join(info.column_labels),
        runs=words.integer(len(named)),
        missing=words.integer(len(info.panels) - len(named)),
    )
    choose = min if info.metric == "loss" else max
    reached = [
        (choose(values), panel.label)
        for panel in named
        if (values := [v for v in curves.pair(panel, info.metric)[1] if v is not None])
    ]
    if not reached:
        return text
    shown, names = level(reached, choose, lambda value: metric_text(value, info.metric, words))
    return f"{text} {words('alt.multiples_best').format(label=listed(names, words), value=shown)}"


def frame(info: SmallMultiplesInfo, words: Words) -> str:
    """The histories as CSV, one under the other, each with its row and column."""
    columns = max(len(info.column_labels), 1)
    rows = []
    for number, panel in enumerate(info.panels):
        row, column = divmod(number, columns)
        place = (*info.row_labels[row : row + 1], *info.column_labels[column : column + 1])
        if panel is not None:
            rows += [(*place, panel.run, *values) for values in curves.rows(panel)]
    places = (("figure.row", info.row_labels), ("figure.column", info.column_labels))
    names = [initial(words(key)) for key, labels in places if labels]
    return table([*names, words("columns.run"), *curves.header(words)], rows)
