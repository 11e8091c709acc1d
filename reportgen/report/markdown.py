"""Takes Markdown, gives HTML; raw HTML in it is shown as text, never passed on."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def to_html(text: str) -> Markup:
    """Blocks of CommonMark as HTML."""
    return Markup(_PARSER.render(text))  # noqa: S704 - the parser escapes everything that is not Markdown


def inline(text: str) -> Markup:
    """One line of CommonMark as HTML without a paragraph around it."""
    return Markup(_PARSER.renderInline(text))  # noqa: S704 - as above


def titled(text: str) -> tuple[str, Markup]:
    """A text whose first line is ``# Title``: the title, and the rest as HTML."""
    head, _, rest = text.lstrip().partition("\n")
    return head.lstrip("# ").strip(), to_html(rest)
