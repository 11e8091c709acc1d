"""Takes the SVG that Matplotlib writes, gives the same picture in a third of the elements and half the bytes.

Matplotlib wraps every piece in groups, refers to every tick mark by ``use`` and says colours in ``style``,
each of which costs a viewer time and WeasyPrint more: a parse, a copy, a saved state. What is drawn, where
and in what order stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_POINT = re.compile(r"(-?[\d.]+(?:e-?\d+)?) (-?[\d.]+(?:e-?\d+)?)")
_ABSOLUTE = re.compile(r"[MLQCz\s\d.e-]*")
_EVERYWHERE = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What the style sheet of Matplotlib says of all elements; on the root it is inherited by all."""
_SHEET = "*{stroke-linejoin: round; stroke-linecap: butt}"
_ATTRIBUTES = frozenset({
    "fill", "fill-opacity", "fill-rule", "font-family", "font-size", "font-style", "font-weight", "opacity",
    "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor",
})  # fmt: skip
"""Properties that mean the same as an attribute, where no style sheet is above them."""
_FIXED = 3  # digits behind the point: a thousandth of a pixel
_NUMBER = re.compile(r"-?\d+\.\d{4,}(?:e-?\d+)?|-?[\d.]+e-?\d+")
_ROOM = re.compile(r"\s*([A-Za-z])\s*")
_ROUND = re.compile(r"M[^A-Za-z]+(?:C[^A-Za-z]+){8}z")
"""What Matplotlib draws a circle with."""
_ARC, _OPPOSITE = 3, 12
"""Points of a curve, and which point of eight curves lies opposite to the first."""
_CONTROL = 1.0346
"""How far from the centre control points of eight curves lie that make a circle of radius 1."""
_EVEN = 0.002  # pixels that the points of a circle may be off, rounded as they are


def lean(text: str) -> ET.Element:
    """The picture as a tree; what this module does not know stays as it is."""
    root = ET.fromstring(text)  # noqa: S314 - see above
    sheets = list(root.iter(f"{_SVG}style"))
    known = all((node.text or "").strip() == _SHEET for node in sheets)
    if known:
        for node in root.iter():
            _unstyle(node)
        root.attrib.update(_EVERYWHERE)
    marks = {f"#{node.get('id')}": node for node in root.iter(f"{_SVG}path") if _is_mark(node)}
    held = {*_REFERENCE.findall(text), *(node.get(_HREF, "")[1:] for node in _others(root, marks))}
    root[:] = [node for child in root for node in _kept(child, marks, held, known=known)]
    for node in root.iter(f"{_SVG}path"):
        _shorten(node)
    return root


def _is_mark(node: ET.Element) -> bool:
    """Whether an element can be drawn somewhere else by moving its coordinates."""
    return set(node.attrib) <= {"id", "d", *_ATTRIBUTES} and bool(_ABSOLUTE.fullmatch(node.get("d", "h")))


def _others(root: ET.Element, marks: Mapping[str, ET.Element]) -> Iterator[ET.Element]:
    """Uses that stay, of anything else or turned."""
    for node in root.iter(f"{_SVG}use"):
        if node.get(_HREF) not in marks or "transform" in node.attrib:
            yield node


def _unstyle(node: ET.Element) -> None:
    """Its style as attributes."""
    parts = [part.partition(":") for part in node.get("style", "").split(";") if part.strip()]
    values = {name.strip(): value.strip() for name, _, value in parts}
    if values and set(values) <= _ATTRIBUTES:
        del node.attrib["style"]
        node.attrib.update(values)


def _kept(
    node: ET.Element, marks: Mapping[str, ET.Element], held: set[str], *, known: bool
) -> Iterator[ET.Element]:
    """What stands in the place of an element: nothing, itself, or what it holds."""
    if node.tag == f"{_SVG}metadata" or (known and node.tag == f"{_SVG}style"):
        return
    children = [kept for child in node for kept in _kept(child, marks, held, known=known)]
    name = node.get("id", "")
    if name not in held:
        node.attrib.pop("id", None)
    if node.tag == f"{_SVG}use" and node.get(_HREF) in marks and "transform" not in node.attrib:
        yield _placed(node, marks)
    elif node.tag == f"{_SVG}g" and not node.attrib:
        yield from children
    elif f"#{name}" in marks and name not in held:
        return
    elif children or node.tag not in (f"{_SVG}g", f"{_SVG}defs"):
        node[:] = children
        yield node


def _placed(node: ET.Element, marks: Mapping[str, ET.Element]) -> ET.Element:
    """The path that ``use`` refers to, moved to where it is used; its own properties go before."""
    mark = marks[node.attrib[_HREF]]
    properties = {name: value for name, value in node.attrib.items() if name not in (_HREF, "x", "y")}
    own = {name: value for name, value in mark.attrib.items() if name not in ("id", "d")}
    right, down = float(node.get("x", 0)), float(node.get("y", 0))
    path = ET.Element(f"{_SVG}path", {**properties, **own})
    path.set("d", _POINT.sub(lambda at: _moved(at, right, down), mark.attrib["d"]))
    return path


def _moved(point: re.Match[str], right: float, down: float) -> str:
    return f"{number(float(point[1]) + right)} {number(float(point[2]) + down)}"


def number(value: float) -> str:
    """A coordinate as text."""
    return f"{value:.{_FIXED}f}".rstrip("0").rstrip(".")


def _shorten(path: ET.Element) -> None:
    """A circle as such instead of its eight curves, any other path without idle digits and blanks."""
    if "d" not in path.attrib:
        return
    text = _ROOM.sub(r"\1", _NUMBER.sub(lambda found: number(float(found[0])), path.attrib["d"]))
    circle = _circle(text)
    if circle is None:
        path.set("d", text)
        return
    del path.attrib["d"]
    path.tag = f"{_SVG}circle"
    path.attrib.update(zip(("cx", "cy", "r"), map(number, circle), strict=True))


def _circle(text: str) -> tuple[float, float, float] | None:
    """Centre and radius of a path that is a circle to a thousandth of a pixel; None of any other."""
    if not _ROUND.fullmatch(text):
        return None
    numbers = [float(item) for item in re.findall(r"-?[\d.]+", text)]
    points = list(zip(numbers[0::2], numbers[1::2], strict=True))
    (x, y), (right, down) = points[0], points[_OPPOSITE]
    centre = (x + right) / 2, (y + down) / 2
    radius = math.dist(points[0], centre)
    even = all(
        abs(math.dist(point, centre) - radius * (_CONTROL if at % _ARC else 1)) < _EVEN
        for at, point in enumerate(points)
    )
    return (*centre, radius) if even and radius > _EVEN and points[-1] == points[0] else None
