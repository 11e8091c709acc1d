"""Takes the history of one run, gives its figure of accuracy and loss by epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from reportgen.analysis.infos import CurveInfo
from reportgen.report.figures import style
from reportgen.report.figures.canvas import Cell, axes_at, blank, legend, legend_height, no_data, table
from reportgen.report.figures.labels import widest
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import (
    Scale,
    epoch_scale,
    initial,
    metric_name,
    metric_scale,
    metric_text,
    set_x,
    set_y,
)

Series = tuple[float | None, ...]
_PANEL = 1.75  # inches of height of the axes
_GAP = 0.16
_FEW = 30  # epochs up to which every epoch gets its dot
DASH = (0, (3.2, 1.4))
_BEST: dict[str, object] = {
    "marker": "D", "color": style.SPLITS["validation"], "markeredgecolor": style.INK, "markeredgewidth": 0.9,
    "linestyle": "none", "zorder": 5,
}  # fmt: skip


def pair(info: CurveInfo, metric: str) -> tuple[Series, Series]:
    """The values of ``metric`` for train and for validation."""
    if metric == "loss":
        return info.loss, info.val_loss
    return info.accuracy, info.val_accuracy


def draw_pair(axes: Axes, info: CurveInfo, metric: str, *, width: float = 1.4, dot: float = 2.6) -> None:
    """Both curves of ``metric``, with a gap where a value is missing, and the best and the last epoch."""
    train, validation = pair(info, metric)
    size = dot if len(train) > 1 else 2 * dot
    for values, split, dash in ((train, "train", "-"), (validation, "validation", DASH)):
        heights = [float("nan") if value is None else value for value in values]
        axes.plot(range(1, len(heights) + 1), heights, linestyle=dash, color=style.SPLITS[split],
                  linewidth=width, marker="o", markersize=size, markeredgewidth=0,
                  markevery=_dotted(values))  # fmt: skip
    if info.stopped_early:
        axes.axvline(len(train), color=style.MUTED, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=1)
    if info.best_epoch is not None:
        if len(train) > 1:
            axes.axvline(info.best_epoch, color=style.INK, linewidth=0.6, zorder=1)
        best = value_at(validation, info.best_epoch)
        if best is not None:
            axes.plot([info.best_epoch], [best], **_BEST, markersize=dot * 2.1)  # type: ignore[arg-type]


def _dotted(values: Series) -> list[int]:
    """The positions that get a dot: all if they are few, else those that no line joins to a neighbour."""
    if len(values) <= _FEW:
        return list(range(len(values)))
    around = (None, *values, None)
    return [n for n in range(len(values)) if around[n] is None and around[n + 2] is None]


def value_at(values: Sequence[float | None], epoch: int) -> float | None:
    """The value of this 1-based epoch, None where there is none."""
    return values[epoch - 1] if 1 <= epoch <= len(values) else None


def key(words: Words, best: str | None, stopped: str | None) -> list[tuple[Line2D, str]]:
    """The entries of the legend; those without a text are left out."""
    train, validation = style.SPLITS["train"], style.SPLITS["validation"]
    entries = [
        (Line2D([], [], color=train, linewidth=1.4), initial(words("splits.train"))),
        (
            Line2D([], [], color=validation, linewidth=1.4, linestyle=DASH),
            initial(words("splits.validation")),
        ),
    ]
    if best is not None:
        entries.append((Line2D([], [], **_BEST, markersize=5), best))  # type: ignore[arg-type]
    if stopped is not None:
        entries.append((Line2D([], [], color=style.MUTED, linewidth=0.9, linestyle=(0, (1, 1.5))), stopped))
    return entries


def _entries(info: CurveInfo, words: Words) -> list[tuple[Line2D, str]]:
    best = None
    if info.best_epoch is not None:
        best = f"{initial(words('figure.best'))} ({words.integer(info.best_epoch)})"
    stopped = words("figure.stop_at").format(
        epoch=words.integer(len(info.accuracy)), planned=words.integer(info.epochs_planned)
    )
    return key(words, best, stopped if info.stopped_early else None)


def plot(info: CurveInfo, words: Words) -> Canvas:
    """Two panels side by side, accuracy and loss, on the same epochs."""
    scales = {
        metric: metric_scale((v for values in pair(info, metric) for v in values), metric, words)
        for metric in ("accuracy", "loss")
    }

    def draw(axes: Axes, metric: str) -> None:
        draw_pair(axes, info, metric)

    return two_panels(scales, _entries(info, words), len(info.accuracy), draw, words)


def two_panels(
    scales: Mapping[str, Scale],
    entries: Sequence[tuple[Line2D, str]],
    epochs: int,
    draw: Callable[[Axes, str], None],
    words: Words,
) -> Canvas:
    """A panel for each metric of ``scales`` beside the other, drawn by ``draw``, under one legend."""
    names = [name for _, name in entries]
    margin = {metric: widest(scale.labels, style.SMALL) + 0.12 for metric, scale in scales.items()}
    first = next(iter(margin.values()))
    bottom, top = 0.42, legend_height(names, style.WIDTH - first) + 0.33
    height = bottom + _PANEL + top
    width = (style.WIDTH - sum(margin.values()) - _GAP - 0.06) / 2
    canvas = blank(style.WIDTH, height)
    left = 0.0
    for metric, scale in scales.items():
        left += margin[metric]
        axes = axes_at(canvas, left, bottom, width, _PANEL)
        axes.set_title(initial(words(f"metrics.{metric}")), fontweight="bold")
        if scale.ticks:
            draw(axes, metric)
            _finish(axes, scale, epochs, words)
        else:
            axes.set(xticks=[], yticks=[])
            no_data(axes, words)
        left += width + _GAP
    legend(canvas, entries, first, height - 0.03)
    return canvas


def _finish(axes: Axes, scale: Scale, epochs: int, words: Words) -> None:
    axes.grid(axis="y")
    set_x(axes, epoch_scale(epochs, words))
    set_y(axes, scale)
    axes.set_xlabel(initial(words("figure.epoch")), labelpad=2.0)


def describe(info: CurveInfo, words: Words) -> str:
    """One sentence or two on a run: its epochs, its best one and how it ended."""
    parts = [words("alt.curve").format(label=info.label, epochs=words.integer(len(info.accuracy)))]
    best = None if info.best_epoch is None else value_at(info.val_accuracy, info.best_epoch)
    if info.best_epoch is not None and best is not None:
        shown = metric_text(best, "accuracy", words)
        parts.append(words("alt.curve_best").format(epoch=words.integer(info.best_epoch), value=shown))
    losses = [value for value in (*info.val_loss[-1:], *info.loss[-1:]) if value is not None]
    if losses:
        parts.append(words("alt.curve_loss").format(value=metric_text(losses[0], "loss", words)))
    if info.stopped_early:
        parts.append(words("alt.curve_stopped").format(planned=words.integer(info.epochs_planned)))
    return " ".join(parts)


def rows(info: CurveInfo) -> list[tuple[Cell, ...]]:
    """One row per epoch: the epoch and its five values."""
    columns = (info.accuracy, info.val_accuracy, info.loss, info.val_loss, info.learning_rate)
    epochs = range(1, len(info.accuracy) + 1)
    return [(epoch, *(value_at(values, epoch) for values in columns)) for epoch in epochs]


def header(words: Words) -> list[str]:
    """The names of the columns of ``rows``."""
    names = [initial(words("figure.epoch"))]
    for metric in ("accuracy", "loss"):
        names += [metric_name(metric, split, words) for split in ("train", "validation")]
    return [*names, initial(words("metrics.learning_rate"))]


def frame(info: CurveInfo, words: Words) -> str:
    """The history as CSV."""
    return table(header(words), rows(info))
