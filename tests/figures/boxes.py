"""Takes a Matplotlib figure, gives the boxes of its texts on an Agg canvas and what is wrong with them."""

from __future__ import annotations

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

SLACK = 0.75  # pixels at 144 dpi that two boxes may share: hinting, not layout


def _drawn(canvas):
    """The texts that were really painted: invisible tick labels are artists too."""
    seen = []
    original = Text.draw

    def draw(self, renderer):
        if renderer is not None and self.get_visible() and self.get_text().strip():
            seen.append(self)
        return original(self, renderer)

    Text.draw = draw
    try:
        agg = FigureCanvasAgg(canvas)
        agg.draw()
    finally:
        Text.draw = original
    renderer = agg.get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in dict.fromkeys(seen)]


def faults(canvas):
    """Texts outside the figure, and pairs of texts that overlap."""
    canvas.set_dpi(144)
    drawn = _drawn(canvas)
    width, height = canvas.bbox.width, canvas.bbox.height
    wrong = [
        f"outside: {text!r} {box.extents.round(1)} of {width:.0f} x {height:.0f}"
        for text, box in drawn
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > width + SLACK or box.y1 > height + SLACK
    ]
    for (one, a), (other, b) in combinations(drawn, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > SLACK and up > SLACK:
            wrong.append(f"overlap: {one!r} and {other!r} by {across:.1f} x {up:.1f} pixels")
    return wrong, len(drawn)
