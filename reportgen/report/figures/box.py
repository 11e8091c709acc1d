"""Takes the accuracies of configurations over folds or seeds, gives a box and its points for each.

The box is seaborn's, on axes of our own. Importing it loads pyplot and takes over a second, so that only
this figure does, when it is drawn; it opens no window, makes no figure and leaves the settings as they are.
The points are our own: seaborn's strip draws its jitter from numpy's global generator.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from reportgen.analysis.infos import BoxInfo, BoxLevel
from reportgen.report.figures import style
from reportgen.report.figures.canvas import no_data, table
from reportgen.report.figures.dots import heights, labelled_rows
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import initial, metric_name, metric_scale, metric_text, set_x

_PITCH = 0.46  # inches per configuration
_WIDTH = 0.62  # of a box, over the height of its row
_FACE = "#cfe3f1"
_POINT: dict[str, object] = {
    "marker": "o", "markersize": 3.6, "linestyle": "none", "color": style.VERMILLION, "markeredgewidth": 0,
    "alpha": 0.85, "zorder": 4,
}  # fmt: skip
_NOUNS = {"folds": "figure.fold", "seeds": "figure.seed"}


def plot(info: BoxInfo, words: Words) -> Canvas:
    """A row per configuration: quartiles, whiskers to the lowest and highest value, and every value."""
    values = [value for level in info.levels for value in level.values]
    scale = metric_scale(values, info.metric, words, pad=0.06)
    title = metric_name(info.metric, info.split, words)
    entries = [
        (Line2D([], [], color=style.BLUE, linewidth=5), words("figure.quartiles")),
        (Line2D([], [], **_POINT), initial(words(_NOUNS[info.kind]))),  # type: ignore[arg-type]
    ]
    labels = [level.label for level in info.levels]
    notes = [_note(level, info, words) for level in info.levels]
    canvas, axes = labelled_rows(labels, notes, scale=scale, title=title, entries=entries, pitch=_PITCH)
    limits, ticks = axes.get_ylim(), list(axes.get_yticks())
    names = [text.get_text() for text in axes.get_yticklabels()]
    _boxes(axes, info)
    for row, level in enumerate(info.levels):
        axes.plot(level.values, heights(row, len(level.values), 0.3), **_POINT)  # type: ignore[arg-type]
    axes.set(xlabel="", ylabel="")
    axes.set_ylim(*limits)
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="y", length=0)
    set_x(axes, scale)
    if not values:
        no_data(axes, words)
    return canvas


def _boxes(axes: Axes, info: BoxInfo) -> None:
    import seaborn as sns

    values = [value for level in info.levels for value in level.values]
    rows = [row + 0.5 for row, level in enumerate(info.levels) for _ in level.values]
    if not values:
        return
    before = set(axes.patches)
    sns.boxplot(
        x=values, y=rows, orient="h", native_scale=True, ax=axes, width=_WIDTH, whis=(0, 100),
        showfliers=False, color=_FACE, linecolor=style.BLUE, saturation=1.0, linewidth=0.9, zorder=2,
    )  # fmt: skip
    for patch in set(axes.patches) - before:
        patch.set_zorder(2)


def _note(level: BoxLevel, info: BoxInfo, words: Words) -> str:
    if not level.values:
        return words("figure.no_data")
    mean = sum(level.values) / len(level.values)
    return f"{metric_text(mean, info.metric, words)} (n = {words.integer(len(level.values))})"


def describe(info: BoxInfo, words: Words) -> str:
    """Mean, lowest and highest value of every configuration."""
    head = words(f"alt.box_{info.kind}").format(title=metric_name(info.metric, info.split, words))
    parts = (
        f"{level.label}: {_note(level, info, words)} "
        f"[{metric_text(min(level.values), info.metric, words)}; "
        f"{metric_text(max(level.values), info.metric, words)}]"
        for level in info.levels
        if level.values
    )
    return f"{head} {'; '.join(parts)}."


def frame(info: BoxInfo, words: Words) -> str:
    """One line per run: its configuration and its value."""
    rows = [(level.label, value) for level in info.levels for value in level.values]
    return table([words("columns.label"), metric_name(info.metric, info.split, words)], rows)
