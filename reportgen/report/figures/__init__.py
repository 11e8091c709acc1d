"""Takes an info value, gives its figure: SVG, alternative text and CSV, all from that one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from matplotlib.figure import Figure as Canvas

from reportgen.analysis import infos
from reportgen.analysis.architecture import ArchitectureInfo
from reportgen.report.figure import SVG
from reportgen.report.figures import (
    architecture,
    box,
    confusion,
    cost,
    counts,
    curves,
    dots,
    heatmap,
    mosaic,
    multiples,
    overlays,
    rates,
)
from reportgen.report.figures.canvas import styled
from reportgen.report.figures.model import Figure, Words
from reportgen.report.figures.svg import to_svg

__all__ = ["Figure", "Info", "Words", "draw", "plot"]

Info = (
    infos.CurveInfo
    | infos.SmallMultiplesInfo
    | infos.HeatmapInfo
    | infos.ConfusionInfo
    | infos.MosaicInfo
    | infos.ClassCountsInfo
    | infos.CostInfo
    | infos.FactorInfo
    | infos.BarInfo
    | infos.ArmCurvesInfo
    | infos.BoxInfo
    | infos.RatesInfo
    | ArchitectureInfo
)


class _Outputs(NamedTuple):
    """The three dumb functions of one type of info value."""

    plot: Callable[[Any, Words], Canvas]
    describe: Callable[[Any, Words], str]
    frame: Callable[[Any, Words], str]


_OUTPUTS: dict[type, _Outputs] = {
    infos.CurveInfo: _Outputs(curves.plot, curves.describe, curves.frame),
    infos.SmallMultiplesInfo: _Outputs(multiples.plot, multiples.describe, multiples.frame),
    infos.HeatmapInfo: _Outputs(heatmap.plot, heatmap.describe, heatmap.frame),
    infos.ConfusionInfo: _Outputs(confusion.plot, confusion.describe, confusion.frame),
    infos.MosaicInfo: _Outputs(mosaic.plot, mosaic.describe, mosaic.frame),
    infos.ClassCountsInfo: _Outputs(counts.plot, counts.describe, counts.frame),
    infos.CostInfo: _Outputs(cost.plot, cost.describe, cost.frame),
    infos.FactorInfo: _Outputs(dots.plot_factor, dots.describe_factor, dots.frame_factor),
    infos.BarInfo: _Outputs(dots.plot_bars, dots.describe_bars, dots.frame_bars),
    infos.ArmCurvesInfo: _Outputs(overlays.plot, overlays.describe, overlays.frame),
    infos.BoxInfo: _Outputs(box.plot, box.describe, box.frame),
    infos.RatesInfo: _Outputs(rates.plot, rates.describe, rates.frame),
    ArchitectureInfo: _Outputs(architecture.plot, architecture.describe, architecture.frame),
}


def plot(info: Info, words: Words) -> Canvas:
    """The Matplotlib figure, before it is written as SVG."""
    with styled():
        return _OUTPUTS[type(info)].plot(info, words)


def draw(info: Info, words: Words) -> Figure:
    """Draw ``info``. Equal values and words give equal bytes."""
    outputs = _OUTPUTS[type(info)]
    with styled():
        canvas = outputs.plot(info, words)
        data = to_svg(canvas)
    width, height = (float(side) for side in canvas.get_size_inches())
    alt, csv = outputs.describe(info, words), outputs.frame(info, words)
    return Figure(data, SVG, width, height, alt, csv)
