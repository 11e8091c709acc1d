"""Takes Markdown, gives HTML; raw HTML in it is shown as text, never passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token
from markupsafe import Markup

from reportgen.prose.model import Mark, Typed
from reportgen.prose.text import ACCEPTED, PARSER, parsed, plain, sentence_bounds

_OPEN = Markup('<span class="refuted" title="{}">')
_NUMBER = Markup('<a class="typed" data-at="{}">')
_NOTE = Markup(' <small class="refuted">[✗ {}]</small>')
_Span = tuple[int, int]


def to_html(text: str, marks: Sequence[Mark] = (), typed: Sequence[Typed] = ()) -> Markup:
    """Blocks of CommonMark as HTML, without the author's words of acceptance.

    Args:
        text: the Markdown; marks of ``text.placed`` stand in the places of its live values.
        marks: sentences that get a span of class ``refuted``, and a note of what the results say.
        typed: numbers that get a link of class ``typed``, which says which of them it is.
    """
    tokens = list(parsed(text).tokens)
    for block, token in enumerate(tokens):
        those = [mark for mark in marks if mark.block == block]
        numbers = [((item.start, item.end), at) for at, item in enumerate(typed) if item.block == block]
        if token.type == "inline" and (those or numbers or ACCEPTED.search(token.content)):
            tokens[block] = token.copy(children=list(_redone(token, those, numbers)))
    return Markup(PARSER.renderer.render(tokens, PARSER.options, {}))  # noqa: S704 - the parser escapes


def _redone(token: Token, marks: Sequence[Mark], numbers: Sequence[tuple[_Span, int]]) -> Iterator[Token]:
    """The children of a token with marked stretches wrapped one by one, so that no tag crosses another."""
    letters, *_ = plain(token)
    hidden = [hit.span() for hit in ACCEPTED.finditer(letters)]
    bounds = sentence_bounds(token)
    spans = [(bounds[m.sentence] if m.sentence < len(bounds) else (0, len(letters)), m.note) for m in marks]
    ends = (*hidden, *(span for span, _ in spans), *(span for span, _ in numbers))
    cuts = sorted({at for low, high in ends for at in (low, high)})
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
            note = next((note for span, note in spans if _in(low, size, span)), None)
            number = next((which for span, which in numbers if _in(low, size, span)), None)
            yield from _piece(child, (low - at, high - at), note, number)
            yield from (_raw(_NOTE.format(note)) for (_, last), note in spans if size and low < last <= high)
        at += size


def _shown(child: Token) -> bool:
    return child.type in ("text", "code_inline", "text_special")


def _in(low: int, size: int, span: _Span) -> bool:
    return size > 0 and span[0] <= low < span[1]


def _piece(child: Token, part: _Span, note: str | None, number: int | None) -> Iterator[Token]:
    """A part of a child, wrapped where its sentence is refuted and where it is of a number."""
    text = child.type in ("text", "text_special")
    cut = child.copy(content=child.content[slice(*part)]) if text else child
    marked, linked = note is not None and _shown(child), number is not None and text
    if marked:
        yield _raw(_OPEN.format(note))
    if linked:
        yield _raw(_NUMBER.format(number))
    yield cut
    if linked:
        yield _raw(Markup("</a>"))
    if marked:
        yield _raw(Markup("</span>"))


def _raw(html: Markup) -> Token:
    return Token("html_inline", "", 0, content=str(html))


def inline(text: str) -> Markup:
    """One line of CommonMark as HTML without a paragraph around it."""
    return Markup(PARSER.renderInline(text))  # noqa: S704 - as above


def titled(text: str) -> tuple[str, Markup]:
    """A text whose first line is ``# Title``: the title, and the rest as HTML."""
    head, _, rest = text.lstrip().partition("\n")
    return head.lstrip("# ").strip(), to_html(rest)
