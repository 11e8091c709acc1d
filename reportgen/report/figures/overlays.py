"""Takes the histories of a configuration's runs, gives their curves over one another with the mean on top."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from reportgen.analysis.infos import ArmCurvesInfo
from reportgen.report.figures import curves, style
from reportgen.report.figures.canvas import Cell, table
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import initial, metric_scale, metric_text

_THIN: dict[str, object] = {"linewidth": 0.6, "alpha": 0.45}
_THICK: dict[str, object] = {"linewidth": 2.0, "zorder": 4}
_NOUNS = {"folds": "figure.fold", "seeds": "figure.seed"}


def plot(info: ArmCurvesInfo, words: Words) -> Canvas:
    """Two panels, accuracy and loss: a thin line for each run, a thick one for the mean of all."""
    scales = {
        metric: metric_scale(
            (v for item in info.curves for values in curves.pair(item, metric) for v in values), metric, words
        )
        for metric in ("accuracy", "loss")
    }
    epochs = max(len(item.accuracy) for item in info.curves)

    def draw(axes: Axes, metric: str) -> None:
        for item in info.curves:
            _lines(axes, curves.pair(item, metric), _THIN)
        _lines(axes, curves.pair(info.mean, metric), _THICK)

    return curves.two_panels(scales, _entries(info, words), epochs, draw, words)


def _lines(axes: Axes, pair: tuple[curves.Series, curves.Series], line: dict[str, object]) -> None:
    for values, split, dash in zip(pair, ("train", "validation"), ("-", curves.DASH), strict=True):
        heights = [float("nan") if value is None else value for value in values]
        dot = {"marker": "o", "markersize": 2.2} if len(heights) == 1 else {}
        axes.plot(range(1, len(heights) + 1), heights, linestyle=dash, color=style.SPLITS[split],
                  **dot, **line)  # type: ignore[arg-type]  # fmt: skip


def _entries(info: ArmCurvesInfo, words: Words) -> list[tuple[Line2D, str]]:
    each = initial(words(_NOUNS[info.kind]))
    return [
        *((handle, f"{name}, {words('figure.mean')}") for handle, name in curves.key(words, None, None)),
        (Line2D([], [], color=style.INK, linewidth=0.6, alpha=0.6), each),
    ]


def describe(info: ArmCurvesInfo, words: Words) -> str:
    """How many runs there are, how long they took, and where the means end."""
    text = words(f"alt.overlays_{info.kind}").format(
        label=info.label,
        runs=words.integer(len(info.curves)),
        epochs=words.integer(max(len(item.accuracy) for item in info.curves)),
    )
    ends = [values[-1] for values in (info.mean.accuracy, info.mean.val_accuracy) if values]
    known = [metric_text(value, "accuracy", words) for value in ends if value is not None]
    if len(known) <= 1:
        return text
    end = words("alt.overlays_end").format(
        epoch=words.integer(len(info.mean.accuracy)), train=known[0], validation=known[1]
    )
    return f"{text} {end}"


def frame(info: ArmCurvesInfo, words: Words) -> str:
    """The histories as CSV, one under the other, the mean last."""
    rows: list[tuple[Cell, ...]] = []
    named = (*zip(info.names, info.curves, strict=True), (initial(words("figure.mean")), info.mean))
    for name, item in named:
        rows += [(name, *values) for values in curves.rows(item)]
    return table([words("columns.run"), *curves.header(words)], rows)
