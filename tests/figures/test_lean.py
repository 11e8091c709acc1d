"""The same picture in fewer elements: what is drawn, where, in what order and how."""

from __future__ import annotations

import io
import math
import re
import xml.etree.ElementTree as ET

import pytest
from figures import figure_samples as samples
from matplotlib.backends.backend_svg import FigureCanvasSVG

from reportgen.report.figures import draw, plot
from reportgen.report.figures.canvas import blank, styled, write
from reportgen.report.figures.lean import lean
from reportgen.report.figures.svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
SHEET = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def plain(canvas):
    target = io.BytesIO()
    with styled():
        FigureCanvasSVG(canvas).print_svg(target, metadata={"Date": None, "Creator": None})
    return target.getvalue().decode()


def properties(node):
    """What an element says of how it is drawn, as attributes or in its style."""
    left_out = (
        "id", "style", "x", "y", "d", "width", "height", "transform", "version", "viewBox", "cx", "cy", "r",
        HREF,
    )  # fmt: skip
    own = {name: value for name, value in node.attrib.items() if name not in left_out}
    parts = [part.split(":") for part in node.get("style", "").split(";") if part.strip()]
    return own | {name.strip(): value.strip() for name, value in parts}


def place(path, right=0.0, down=0.0):
    numbers = re.findall(r"-?\d[\d.e-]*", path)
    return [float(number) + (down if at % 2 else right) for at, number in enumerate(numbers)]


class Drawn:
    """All that is drawn, in order: kind, place and properties; ``use`` as the path it refers to."""

    def __init__(self, root, sheet):
        self.sheet, self.found = sheet, []
        self.marks = {f"#{node.get('id')}": node for node in root.iter(f"{SVG}path")}
        clips = {node.get("id"): [item.attrib for item in node] for node in root.iter(f"{SVG}clipPath")}
        self.clips = {f"url(#{name})": clip for name, clip in clips.items()}
        self.walk(root, {})

    def walk(self, node, above):
        if node.tag in (f"{SVG}defs", f"{SVG}style", f"{SVG}metadata"):
            return
        here = above | self.sheet | properties(node)
        shown = here | {"clip-path": self.clips.get(here.get("clip-path"))}
        if node.tag == f"{SVG}use":
            mark = self.marks[node.get(HREF)]
            at = place(mark.get("d"), float(node.get("x")), float(node.get("y")))
            self.found.append(("path", at, shown | properties(mark)))
        elif node.tag == f"{SVG}path":
            self.found.append(("path", place(node.get("d")), shown))
        elif node.tag == f"{SVG}circle":
            self.found.append(("path", [float(node.get(name)) for name in ("cx", "cy", "r")], shown))
        elif node.tag in (f"{SVG}text", f"{SVG}image"):
            self.found.append((node.tag, [], (node.text, node.get("transform"), here.get("fill"))))
        for child in node:
            self.walk(child, here)


def circle(numbers):
    """Centre and radius of the box around the ends of a path's curves, which has to be a square."""
    points = list(zip(numbers[0::2], numbers[1::2], strict=True))[0::3]
    (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*points, strict=True))
    assert right - left == pytest.approx(bottom - top, abs=0.002)
    return [(left + right) / 2, (top + bottom) / 2, (right - left) / 2]


def test_the_same_is_drawn_in_the_same_order(info, words):
    text = plain(plot(info, words))
    before = Drawn(ET.fromstring(text), SHEET).found  # noqa: S314
    after = Drawn(lean(text), {}).found
    assert len(before) == len(after) > 0
    for one, other in zip(before, after, strict=True):
        assert one[0] == other[0]
        assert (one[1] if len(other[1]) != 3 else circle(one[1])) == pytest.approx(other[1], abs=0.001)
        assert one[2] == other[2]


CURVES = "M {} {} " + "C {} {} {} {} {} {} " * 8 + "z"


def eight_curves(right, down, radius, reach=1.0346):
    """A ring of eight curves, a circle with these control points; ``reach`` is how far out those lie."""
    points = []
    for at in range(25):
        turn, part = divmod(at, 3)
        angle = math.pi / 4 * turn + (0, math.atan(0.2652), math.pi / 4 - math.atan(0.2652))[part]
        out = radius * (reach if part else 1)
        points += [right + out * math.cos(angle), down + out * math.sin(angle)]
    return CURVES.format(*(f"{number:.6f}" for number in points))


def shape(path):
    (node,) = lean(f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{path}"/></svg>')
    return node


@pytest.mark.parametrize("radius", [0.5, 1.5, 40])
def test_a_ring_of_eight_curves_is_a_circle(radius):
    node = shape(eight_curves(100, 50, radius))
    assert node.tag == f"{SVG}circle"
    assert [float(node.get(name)) for name in ("cx", "cy", "r")] == pytest.approx(
        [100, 50, radius], abs=0.001
    )


@pytest.mark.parametrize(
    "path",
    [
        eight_curves(100, 50, 3, reach=1.2),  # a flower
        eight_curves(100, 50, 3).replace(" z", ""),
        "M 0 0 C 1 0 1 1 0 1 z",
        eight_curves(100, 50, 0.0001),
    ],
)
def test_what_is_no_circle_stays_a_path(path):
    assert shape(path).tag == f"{SVG}path"


def test_the_markers_of_curves_take_no_room(words):
    """Twenty epochs in two panels: some 80 markers, which took 35 of 48 kB as curves."""
    data = draw(samples.curve(20), words).data
    assert data.count(b"<circle ") >= 40
    assert len(data) < 20_000


def test_coordinates_lose_what_nobody_sees():
    assert shape("M 1.234567 -2.000000  L 1e-7 3.5  z").get("d") == "M1.235 -2L0 3.5z"


def test_there_are_far_fewer_elements(info, words):
    text = plain(plot(info, words))
    assert len(list(lean(text).iter())) < 0.75 * len(list(ET.fromstring(text).iter()))  # noqa: S314


def test_every_reference_is_kept_and_no_other_name(info, words):
    with styled():
        text = to_svg(plot(info, words)).decode()
    ids = set(re.findall(r'\sid="([^"]+)"', text))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) == ids
    assert "<use" not in text


@pytest.mark.parametrize(("anchor", "share"), [("left", 0.0), ("center", 0.5), ("right", 1.0)])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_text_starts_where_its_width_says(anchor, share, turn):
    canvas = blank(3, 1)
    write(canvas, 1.5, 0.5, "Exactitud", ha=anchor, rotation=turn, rotation_mode="anchor")
    with styled():
        (node,) = ET.fromstring(to_svg(canvas)).iter(f"{SVG}text")  # noqa: S314
    assert "text-anchor" not in node.attrib
    if turn == 0:
        assert float(node.get("x")) == pytest.approx(108 - share * float(node.get("textLength")), abs=0.01)


STAY = [
    '<path id="m" d="M 0 0 h 3"/>', '<path id="m" d="M 0 0 L 3 4" transform="scale(2)"/>',
    '<g id="m"><path d="M 0 0 L 3 4"/></g>',
]  # fmt: skip


@pytest.mark.parametrize("mark", STAY)
def test_what_it_does_not_know_stays(mark):
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    use = '<g id="n"><use xlink:href="#m" x="1" y="2"/></g><style>g { fill: red }</style>'
    root = lean(f"<svg {spaces}><defs>{mark}</defs>{use}</svg>")
    (stayed,) = root.iter(f"{SVG}use")
    assert stayed.attrib == {HREF: "#m", "x": "1", "y": "2"}
    assert [node.get("id") for node in root.iter() if node.get("id")] == ["m"]
    assert len(list(root.iter(f"{SVG}style"))) == 1
