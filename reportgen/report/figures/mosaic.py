"""Takes images with their classes, gives them in a grid with a caption under each."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from reportgen.analysis.infos import MosaicInfo
from reportgen.report.figures import style
from reportgen.report.figures.canvas import Cell, blank, sheet, table
from reportgen.report.figures.labels import line_height, shorten, text_width, wrap
from reportgen.report.figures.model import Words
from reportgen.report.figures.scales import initial

_GAP = 0.14  # inches between images
_WIDEST = 1.5  # inches of a cell
_TALLEST = 1.6  # inches of an image
_SMALL_IMAGE = 96  # pixels under which every pixel is shown as a square
_EDGE = 0.03
_SIGNS = {"right": ("✓", style.BLUE), "wrong": ("✗", style.VERMILLION)}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Inches: the width of a cell, the size of the image in it and the height of the caption under it."""

    columns: int
    rows: int
    cell: float
    width: float
    height: float
    caption: float
    captions: list[list[tuple[str, str]]]


def _captions(info: MosaicInfo, words: Words, room: float) -> list[list[tuple[str, str]]]:
    """The lines under each image with their colours: the class, or the class and what it was taken for."""
    if info.kind not in _SIGNS:
        texts = (wrap(name, style.SMALL, room, 2).split("\n") for name in info.truth)
        return [[(line, style.INK) for line in text] for text in texts]
    sign, colour = _SIGNS[info.kind]
    arrow = text_width(" →", style.SMALL)
    return [
        [
            (f"{shorten(true, style.SMALL, room - arrow)} →", style.INK),
            (shorten(f"{sign} {predicted}", style.SMALL, room), colour),
            (words.percent(probability, 1), style.MUTED),
        ]
        for true, predicted, probability in zip(info.truth, info.predicted, info.probability, strict=True)
    ]


def _grid(info: MosaicInfo, words: Words) -> _Grid:
    columns = max(info.columns, 1)
    rows = max(1, -(-len(info.truth) // columns))
    cell = (style.WIDTH - 2 * _EDGE - _GAP * (columns - 1)) / columns
    cell = min(cell, _WIDEST)
    captions = _captions(info, words, cell)
    caption = line_height(style.SMALL, max((len(lines) for lines in captions), default=1)) + 0.14
    pixels_high, pixels_wide = info.images.shape[1:3]
    shape = pixels_high / max(pixels_wide, 1)
    tallest = max(min(_TALLEST, style.TALLEST / rows - caption), 0.25)
    width = min(cell, tallest / shape)
    return _Grid(columns, rows, cell, width, width * shape, caption, captions)


def plot(info: MosaicInfo, words: Words) -> Canvas:
    """The grid; a prediction carries a sign and a frame of its colour, so that grey print tells it too."""
    grid = _grid(info, words)
    pitch = grid.height + grid.caption
    height = grid.rows * pitch + _EDGE
    width = 2 * _EDGE + grid.columns * grid.cell + (grid.columns - 1) * _GAP
    canvas = blank(min(width, style.WIDTH), height)
    axes = sheet(canvas)
    for number, lines in enumerate(grid.captions):
        row, column = divmod(number, grid.columns)
        left = _EDGE + column * (grid.cell + _GAP)
        top = height - _EDGE - row * pitch
        _image(axes, info, number, (left, top), grid)
        for line, (text, colour) in enumerate(lines):
            base = top - grid.height - line_height(style.SMALL, line) - 0.14
            axes.text(left, base, text, fontsize=style.SMALL, color=colour, va="baseline")
    axes.set(xlim=(0.0, width), ylim=(0.0, height))
    return canvas


def _image(axes: Axes, info: MosaicInfo, number: int, corner: tuple[float, float], grid: _Grid) -> None:
    left, top = corner
    pixels = info.images[number]
    grey = pixels.shape[-1] == 1
    small = max(pixels.shape[:2]) <= _SMALL_IMAGE
    axes.imshow(
        pixels[..., 0] if grey else pixels[..., :3],
        extent=(left, left + grid.width, top - grid.height, top), aspect="auto", vmin=0, vmax=255,
        cmap="gray" if grey else None, interpolation="nearest" if small else "antialiased",
    )  # fmt: skip
    colour = _SIGNS.get(info.kind, ("", style.MUTED))[1]
    axes.add_patch(
        Rectangle((left, top - grid.height), grid.width, grid.height, fill=False, edgecolor=colour,
                  linewidth=1.4 if info.kind in _SIGNS else 0.5)
    )  # fmt: skip


def describe(info: MosaicInfo, words: Words) -> str:
    """How many images, and what each is or was taken for."""
    head = words(f"alt.mosaic_{info.kind}").format(label=info.label, images=words.integer(len(info.truth)))
    if info.kind not in _SIGNS:
        return f"{head} {', '.join(dict.fromkeys(info.truth))}."
    pairs = (
        f"{true} → {predicted} ({words.percent(probability, 1)})"
        for true, predicted, probability in zip(info.truth, info.predicted, info.probability, strict=True)
    )
    return f"{head} {'; '.join(pairs)}."


def frame(info: MosaicInfo, words: Words) -> str:
    """One line per image: its number, its class and, if any, its prediction."""
    names = ["plural.image.one", "figure.true_class"]
    if info.kind not in _SIGNS:
        rows: list[tuple[Cell, ...]] = list(enumerate(info.truth, start=1))
    else:
        names += ["figure.predicted_class", "figure.probability"]
        answers = zip(info.truth, info.predicted, info.probability, strict=True)
        rows = [(number, *answer) for number, answer in enumerate(answers, start=1)]
    return table([initial(words(name)) for name in names], rows)
