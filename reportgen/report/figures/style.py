"""Takes nothing, gives the design of every figure: sizes, colours, markers, colour map and rc settings.

The hues are those of Okabe and Ito (2008), which readers with any colour vision tell apart; a hue never
carries a meaning alone (line style, marker, symbol or order says it too), so a grey print still reads.

The font is the DejaVu Sans that Matplotlib ships, so that a layout does not depend on the machine; how it
reaches the reader is told in ``svg.py``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.typing import ColorType

WIDTH: Final = 6.3  # inches: the text width of an A4 page with 2.5 cm margins
TALLEST: Final = 8.8  # inches: what still leaves room for a caption on that page
DPI: Final = 200  # of images inside a figure

BASE: Final = 8.0  # points
SMALL: Final = 7.0
TINY: Final = 6.0

INK: Final = "#222222"
MUTED: Final = "#6b6b6b"
GRID: Final = "#e4e4e4"
EMPTY: Final = "#f4f4f4"
HATCH: Final = "#bdbdbd"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"

CYCLE: Final = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, INK, MUTED)
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
SPLITS: Final = {"train": BLUE, "validation": VERMILLION, "test": SKY}

RC: Final[dict[str, object]] = {
    "font.family": ["DejaVu Sans"],
    "font.size": BASE,
    "text.color": INK,
    "text.parse_math": False,  # a "$" in an author's label is a "$"
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": BASE,
    "axes.linewidth": 0.6,
    "axes.titlesize": BASE,
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.4,
    "hatch.linewidth": 0.6,
    "hatch.color": HATCH,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.handlelength": 2.0,
    "legend.borderpad": 0.0,
    "legend.borderaxespad": 0.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "path.simplify": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "reportgen",
    "svg.image_inline": True,
}

_TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                    [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                    [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


_SRGB_KNEE: Final = 0.04045  # where sRGB turns from a line into a power
_EVEN: Final = 0.179  # luminance on which black and white contrast alike: 4.58 to 1, over the 4.5 of WCAG AA


def _linear(colour: ColorType) -> npt.NDArray[np.float64]:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= _SRGB_KNEE, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _sequential(start: str, end: str, *, hue: tuple[float, float], steps: int = 256) -> ListedColormap:
    """A map even to the eye from ``start`` to ``end``.

    In Oklab (Ottosson, 2020) lightness falls in a straight line, so that it reads in grey too, while the
    colour bends towards ``hue`` (a, b).
    """
    first, last = (_TO_LAB @ np.cbrt(_TO_LMS @ _linear(colour)) for colour in (start, end))
    bend = np.array([(first[0] + last[0]) / 2, *hue])
    t = np.linspace(0.0, 1.0, steps)[:, None]
    lab = (1 - t) ** 2 * first + 2 * t * (1 - t) * bend + t**2 * last
    linear = (np.linalg.inv(_TO_LMS) @ ((np.linalg.inv(_TO_LAB) @ lab.T) ** 3)).T.clip(0.0, 1.0)
    rgb = np.where(linear <= _SRGB_KNEE / 12.92, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return ListedColormap([tuple(row) for row in rgb.clip(0.0, 1.0).tolist()], name="reportgen")


SEQUENTIAL: Final = _sequential("#f3f8fc", "#06335f", hue=(-0.06, -0.15))


def ink_on(colour: ColorType) -> str:
    """Black or white, whichever contrasts more with ``colour`` (relative luminance of WCAG 2)."""
    red, green, blue = _linear(colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "black" if luminance > _EVEN else "white"
