"""Takes the author's texts, gives the document with each in the place that the templates kept for it.

A template shows a mark where the author's text goes. What the templates write is thus the same whatever the
author writes, and an edit of the prose costs a replacement of marks: no analysis, no figure, no template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.prose.model import Mark

BODY = Markup("<!--body-->")
"""Where the sections go in the frame. No text of an author can say this or a mark: their ``<`` is escaped."""
_MARK = re.compile(r"<!--prose:([0-9a-f]*)-->")
_REST = re.compile(r"<!--prose:", re.IGNORECASE)
_ID = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'<a\b[^>]*?\shref="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A document without the author's texts: its frame, and its sections with marks."""

    frame: str
    body: str


def mark(name: str) -> Markup:
    """What stands for the text ``name`` until it is filled in."""
    return Markup("<!--prose:{}-->").format(name.encode().hex())


def marks(names: Collection[str]) -> dict[str, Markup]:
    """The mark of each text."""
    return {name: mark(name) for name in names}


def written(prose: Mapping[str, str], marks: Mapping[str, Sequence[Mark]] | None = None) -> dict[str, Markup]:
    """The Markdown as HTML, without texts that say nothing.

    Args:
        prose: name -> Markdown.
        marks: name -> the sentences of it that the results do not bear out.
    """
    from reportgen.report import markdown

    found = {name: markdown.to_html(text, (marks or {}).get(name, ())) for name, text in prose.items()}
    return {name: html for name, html in found.items() if html}


def fill(skeleton: Skeleton, texts: Mapping[str, Markup]) -> str:
    """The document with the author's texts; a link to what it does not hold becomes plain text.

    Raises:
        RenderError: when a template changed a mark, or shows a text that there is not.
    """
    body = _landed(_filled(skeleton.body, texts))
    return _filled(skeleton.frame, texts).replace(BODY, body)


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
