"""Takes a :class:`ReportView`, gives one self-contained document but for the author's texts in it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.report.connectives import joined
from reportgen.report.context import ReportView
from reportgen.report.locale import Locale
from reportgen.report.numbers import Numbers
from reportgen.report.sentences import blocks
from reportgen.report.skeleton import BODY, Skeleton
from reportgen.report.templates import Templates

_HREF = re.compile(r'href="#([^"]+)"')


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents; ``number`` is empty for sections that have none."""

    level: int
    number: str
    title: str
    id: str


class Outline:
    """Numbers headings, figures and tables in the order in which templates ask for them."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._levels = [0, 0, 0]
        self._annex = 0
        self._counts: dict[str, int] = {}
        self._ids: set[str] = set()

    def heading(self, level: int, title: str, identifier: str) -> str:
        """Number of a new heading of level 1 to 3: ``2.1``."""
        self._levels[level - 1] += 1
        self._levels[level:] = [0] * (len(self._levels) - level)
        parts = [str(number) for number in self._levels[:level]]
        if self._annex:
            parts[0] = chr(ord("A") + self._annex - 1)
        return self._add(level, ".".join(parts), title, identifier)

    def annex(self, title: str, identifier: str) -> str:
        """Letter of a new annex; headings under it are numbered ``A.1``."""
        self._annex += 1
        self._levels = [0, 0, 0]
        return self._add(1, chr(ord("A") + self._annex - 1), title, identifier)

    def plain(self, title: str, identifier: str) -> str:
        """A section without a number."""
        return self._add(1, "", title, identifier)

    def _add(self, level: int, number: str, title: str, identifier: str) -> str:
        if identifier in self._ids:
            raise RenderError(f"dos apartados comparten el ancla «{identifier}»")
        self._ids.add(identifier)
        self.headings.append(Heading(level, number, title, identifier))
        return number

    def once(self, identifier: str) -> bool:
        """Whether this is the first time that something asks for an anchor: a figure may be shown twice."""
        first = identifier not in self._ids
        self._ids.add(identifier)
        return first

    def next(self, kind: str) -> int:
        """The next number of a ``figure`` or ``table``."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]


def to_skeleton(view: ReportView, templates: Templates, locale: Locale) -> Skeleton:
    """The document with marks for the author's texts.

    Its sections come first, so that the table of contents knows their headings.

    Raises:
        RenderError: naming a section that has no template.
    """
    language = locale.language
    outline = Outline()
    context: dict[str, Any] = {
        "report": view,
        "outline": outline,
        "words": locale,
        "locale": locale,
        "number": Numbers(view.provenance, locale),
        "blocks": lambda views, together=True: blocks(joined(views, locale), together=together),
    }
    sections: list[str] = []
    led_to: set[str] = set()  # a short report does not list what nothing in it leads to
    for name in view.sections:
        made = templates.render(f"{language}/sections/{name}.html.j2", {**context, "led_to": led_to})
        led_to |= set(_HREF.findall(made))
        sections.append(made)
    style = templates.text("report.css")
    frame = templates.render(
        f"{language}/documento.html.j2",
        {
            **context,
            "body": BODY,
            "style": Markup(style),  # noqa: S704 - our own file
            "style_hash": _hash(style),
            "language": locale.tag,
        },
    )
    return Skeleton(frame, "\n".join(sections))


def _hash(text: str) -> str:
    """What a content security policy names an inline style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
