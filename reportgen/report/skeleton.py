"""Takes the author's texts, gives the document with each in the place that the templates kept for it.

A template shows a mark where the author's text goes. What the templates write is thus the same whatever the
author writes, and an edit of the prose costs a replacement of marks: no analysis, no figure, no template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.prose.model import Mark
from reportgen.report.live import Expression, filled, placed

BODY = Markup("<!--body-->")
"""Where the sections go in the frame. No text of an author can say this or a mark: their ``<`` is escaped."""
_MARK = re.compile(r"<!--prose:([0-9a-f]*)-->")
_REST = re.compile(r"<!--prose:", re.IGNORECASE)
_ID = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'<a\b[^>]*?\shref="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A document without the author's texts: its frame, its sections with marks, what texts may ask for."""

    frame: str
    body: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the author's as HTML, with marks in the places of its live values."""

    html: Markup
    live: tuple[Expression, ...] = ()


def mark(name: str) -> Markup:
    """What stands for the text ``name`` until it is filled in."""
    return Markup("<!--prose:{}-->").format(name.encode().hex())


def marks(names: Collection[str]) -> dict[str, Markup]:
    """The mark of each text."""
    return {name: mark(name) for name in names}


def written(prose: Mapping[str, str], marks: Mapping[str, Sequence[Mark]] | None = None) -> dict[str, Text]:
    """The Markdown as HTML, without texts that say nothing.

    Args:
        prose: name -> Markdown.
        marks: name -> the sentences of it that the results do not bear out.
    """
    from reportgen.report import markdown

    found = {}
    for name, text in prose.items():
        plain, live = placed(text)
        found[name] = Text(markdown.to_html(plain, (marks or {}).get(name, ())), live)
    return {name: text for name, text in found.items() if text.html}


def fill(skeleton: Skeleton, texts: Mapping[str, Text]) -> str:
    """The document with the author's texts; a link to what it does not hold becomes plain text.

    Raises:
        RenderError: when a template changed a mark, or shows a text that there is not; when a text asks for
            a value that there is not.
    """
    told = {name: filled(text.html, text.live, skeleton.values, name) for name, text in texts.items()}
    body = _landed(_filled(skeleton.body, told))
    return _filled(skeleton.frame, told).replace(BODY, body)


def _filled(text: str, texts: Mapping[str, Markup]) -> str:
    done = _MARK.sub(lambda found: texts.get(bytes.fromhex(found[1]).decode(), found[0]), text)
    if _REST.search(done):
        raise RenderError(
            "una plantilla cambia un texto del autor en lugar de mostrarlo",
            next_step="muestra {{ report.prose.NOMBRE }} tal cual, sin filtros",
        )
    return done


def _landed(body: str) -> str:
    """The body without links to what it does not hold: a report may leave out the annex, or a study."""
    held = set(_ID.findall(body))
    return _LINK.sub(lambda link: link[0] if link[1] in held else link[2], body)
