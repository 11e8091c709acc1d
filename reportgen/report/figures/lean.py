"""Takes the SVG that Matplotlib writes, gives the same picture in a third of the elements.

Matplotlib wraps every piece in groups, refers to every tick mark by ``use`` and says colours in ``style``,
each of which costs a viewer time and WeasyPrint more: a parse, a copy, a saved state. What is drawn, where
and in what order stays.
"""

from __future__ import annotations

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


def lean(text: str) -> ET.Element:
    """The picture as a tree; an element that this module does not know stays as it is."""
    root = ET.fromstring(text)  # noqa: S314 - see above
    sheets = [node for node in root.iter(f"{_SVG}style") if (node.text or "").strip() == _SHEET]
    marks = {f"#{node.get('id')}": node for node in root.iter(f"{_SVG}path") if node.get("id")}
    if len(sheets) == len(list(root.iter(f"{_SVG}style"))):
        for node in root.iter():
            _unstyle(node)
        root.attrib.update(_EVERYWHERE)
    held = set(_REFERENCE.findall(text))
    root[:] = [node for child in root for node in _kept(child, marks, held, sheets)]
    return root


def _unstyle(node: ET.Element) -> None:
    """Its style as attributes."""
    parts = [part.partition(":") for part in node.get("style", "").split(";") if part.strip()]
    values = {name.strip(): value.strip() for name, _, value in parts}
    if values and set(values) <= _ATTRIBUTES:
        del node.attrib["style"]
        node.attrib.update(values)


def _kept(
    node: ET.Element,
    marks: Mapping[str, ET.Element],
    held: set[str],
    sheets: list[ET.Element],
) -> Iterator[ET.Element]:
    """What stands in the place of an element: nothing, itself, or what it holds."""
    if node in sheets or node.tag == f"{_SVG}metadata":
        return
    children = [kept for child in node for kept in _kept(child, marks, held, sheets)]
    if node.tag == f"{_SVG}use":
        yield _placed(node, marks)
        return
    if node.tag == f"{_SVG}defs":
        children = [child for child in children if child.tag != f"{_SVG}path"]
    if node.get("id") not in held:
        node.attrib.pop("id", None)
    if node.tag == f"{_SVG}g" and not node.attrib:
        yield from children
    elif children or node.tag not in (f"{_SVG}g", f"{_SVG}defs"):
        node[:] = children
        yield node


def _placed(node: ET.Element, marks: Mapping[str, ET.Element]) -> ET.Element:
    """The path that ``use`` refers to, moved to where it is used; its own properties go before."""
    mark = marks[node.attrib[_HREF]]
    properties = {name: value for name, value in node.attrib.items() if name not in (_HREF, "x", "y")}
    own = {name: value for name, value in mark.attrib.items() if name not in ("id", "d")}
    path = ET.Element(f"{_SVG}path", {**properties, **own})
    path.set("d", _moved(mark.attrib["d"], float(node.get("x", 0)), float(node.get("y", 0))))
    return path


def _moved(path: str, right: float, down: float) -> str:
    """A path of absolute coordinates somewhere else.

    Raises:
        ValueError: for a path with anything else in it, which Matplotlib does not write.
    """
    if not _ABSOLUTE.fullmatch(path):
        raise ValueError(f"not a path of absolute coordinates: {path[:60]}")
    return _POINT.sub(
        lambda found: f"{number(float(found[1]) + right)} {number(float(found[2]) + down)}", path
    )


def number(value: float) -> str:
    """A coordinate as text."""
    return f"{value:.{_FIXED}f}".rstrip("0").rstrip(".")
