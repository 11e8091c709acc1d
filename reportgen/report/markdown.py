"""Takes Markdown, gives HTML; raw HTML in it is shown as text, never passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from reportgen.prose.model import Mark
from reportgen.prose.text import ACCEPTED, plain, sentence_bounds

_PARSER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
_OPEN = Markup('<span class="refuted" title="{}">')
_NOTE = Markup(' <small class="refuted">[✗ {}]</small>')


def to_html(text: str, marks: Sequence[Mark] = ()) -> Markup:
    """Blocks of CommonMark as HTML, without the author's words of acceptance.

    Args:
        text: the Markdown.
        marks: sentences that get a span of class ``refuted``, and a note of what the results say.
    """
    tokens = _PARSER.parse(text)
    for block, token in enumerate(tokens):
        those = [mark for mark in marks if mark.block == block]
        if token.type == "inline" and (those or ACCEPTED.search(token.content)):
            token.children = list(_redone(token, those))
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, {}))  # noqa: S704 - the parser escapes


def _redone(token: Token, marks: Sequence[Mark]) -> Iterator[Token]:
    """The children of a token with marked stretches wrapped one by one, so that no tag crosses another."""
    letters, *_ = plain(token)
    hidden = [hit.span() for hit in ACCEPTED.finditer(letters)]
    bounds = sentence_bounds(token)
    spans = [(bounds[m.sentence] if m.sentence < len(bounds) else (0, len(letters)), m.note) for m in marks]
    cuts = sorted({at for low, high in (*hidden, *(span for span, _ in spans)) for at in (low, high)})
    at = 0
    for child in token.children or ():
        size = 1 if child.type in ("softbreak", "hardbreak") else len(child.content) if _shown(child) else 0
        places = [
            at,
            *(cut for cut in cuts if at < cut < at + size and child.type != "code_inline"),
            at + size,
        ]
        for low, high in pairwise(places):
            if size and any(first <= low < last for first, last in hidden):
                continue
            yield from _piece(
                child, low - at, high - at, next((i for i in spans if _in(low, size, i[0])), None)
            )
            yield from (_raw(_NOTE.format(note)) for (_, last), note in spans if size and low < last <= high)
        at += size


def _shown(child: Token) -> bool:
    return child.type in ("text", "code_inline", "text_special")


def _in(low: int, size: int, span: tuple[int, int]) -> bool:
    return size > 0 and span[0] <= low < span[1]


def _piece(child: Token, low: int, high: int, marked: tuple[tuple[int, int], str] | None) -> Iterator[Token]:
    if not _shown(child) or marked is None:
        yield child.copy(content=child.content[low:high]) if child.type in ("text", "text_special") else child
        return
    yield _raw(_OPEN.format(marked[1]))
    yield child.copy(content=child.content[low:high])
    yield _raw(Markup("</span>"))


def _raw(html: Markup) -> Token:
    return Token("html_inline", "", 0, content=str(html))


def inline(text: str) -> Markup:
    """One line of CommonMark as HTML without a paragraph around it."""
    return Markup(_PARSER.renderInline(text))  # noqa: S704 - as above


def titled(text: str) -> tuple[str, Markup]:
    """A text whose first line is ``# Title``: the title, and the rest as HTML."""
    head, _, rest = text.lstrip().partition("\n")
    return head.lstrip("# ").strip(), to_html(rest)
