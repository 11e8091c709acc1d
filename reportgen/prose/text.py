"""Takes Markdown, gives its sentences and tables with their lines; what is no claim is masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reportgen.prose.lexicon import ABBREVIATIONS

PARSER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
MASK = "¤"
"""Stands for every character that is to be read as nothing: code, links, quotations, references, dates."""
ACCEPTED = re.compile(r"<!--\s*aceptado:(.*?)-->", re.DOTALL)
"""What an author puts behind a sentence to let it stand, with the reason."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of an expression; of no alphabet."""
PLACES = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
"""What stands in the place of a live value while Markdown is read."""
_MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
_MASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:https?://|www\.|doi:\s?)\S+",
        r"\b10\.\d{4,}/\S+",
        r"\([^()]*\b(?:1[89]|20)\d\d[a-z]?\b[^()%]*\)",  # (Kingma y Ba, 2014)
        r"\[\d+(?:\s?[,–-]\s?\d+)*\]",  # [12]
        rf"\b\d{{1,2}}(?:\s?[–-]\s?\d{{1,2}}|\sy\s\d{{1,2}})? de {_MONTH}(?: del? \d{{4}})?",
        rf"\b{_MONTH} del? \d{{4}}",
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
        r"\b\d+(?:[.,]\d+)?\s?[×x]\s?\d+(?:\s?[×x]\s?\d+)*\b",  # 3 × 3
        r"\b\d+(?:[.,]\d+)?e[-+−]?\d+\b|\b10\^\S+|\b10⁻\S+",  # 1e-4
    )
)
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"\n]*\"")
_LABEL = 3
"""Words up to which something in quotation marks is a name and not a quotation."""
_END = re.compile(r"[.!?…]+[)»”\"]*(?=\s+[^a-zñáéíóú\s]|\s*$)")
_NUMBERING = re.compile(r"\s*(?:\d+\.)*\d+[.)]?\s+(?=[A-ZÁÉÍÓÚ¿])")


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between braces in a text, the line it begins on, from 1, and the line ends in it."""

    source: str
    line: int
    breaks: int = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as tokens, which nobody changes, with a mark in the place of each of its live values."""

    tokens: tuple[Token, ...]
    live: tuple[Expression, ...]

    def asked(self, letters: str, start: int, end: int) -> tuple[str, ...]:
        """The expressions of the live values in a stretch of its letters."""
        numbers = (int(found[1]) for found in PLACES.finditer(letters, start, end))
        return tuple(self.live[number].source for number in numbers if number < len(self.live))

    def line(self, line: int) -> int:
        """The line of the text that a line of the tokens is: a mark ends no line."""
        for item in self.live:
            line += item.breaks if item.line < line else 0
        return line


def placed(text: str) -> tuple[str, tuple[Expression, ...]]:
    """The text with a mark in the place of each expression, which no Markdown can read into, and these."""
    plain = text.replace(_OPEN, "").replace(_CLOSE, "")  # nobody else may set such a mark
    found: list[Expression] = []

    def place(match: re.Match[str]) -> str:
        line = plain.count("\n", 0, match.start()) + 1
        found.append(Expression(match[1].strip(), line, match[0].count("\n")))
        return f"{_OPEN}{len(found) - 1}{_CLOSE}"

    return _EXPRESSION.sub(place, plain), tuple(found)


@lru_cache(maxsize=256)
def parsed(text: str) -> Parsed:
    """The text, read once for the document and for those who judge it."""
    marked, live = placed(text)
    return Parsed(tuple(PARSER.parse(marked)), live)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, cell or heading.

    Attributes:
        text: as it is read in the document, its blanks made one.
        read: the same characters with everything masked that is no claim of the author's.
        line: 1-based line of the text where it begins.
        heading: what stands above it, masked; empty before the first heading.
        accepted: why it may stand in spite of the results; empty otherwise.
        live: the expressions of its live values.
        strong: whether all of it is bold.
        place: number of its block, and of the sentence in it.
        start: where it begins in the letters of its block.
    """

    text: str
    read: str
    line: int
    heading: str = ""
    accepted: str = ""
    live: tuple[str, ...] = ()
    strong: bool = False
    place: tuple[int, int] = (0, 0)
    start: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table written by hand: its header, its rows, and the sentence above it."""

    header: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, ...], ...]
    above: str


@dataclass(slots=True)
class _Open:
    """The table that is being read."""

    header: list[Sentence] = field(default_factory=list)
    rows: list[list[Sentence]] = field(default_factory=list)


def fold(text: str) -> str:
    """Lower case without accents and tildes, character by character: positions stay."""
    return "".join(map(_plain, text))


def _plain(letter: str) -> str:
    if letter.isspace() or letter == "\N{NO-BREAK SPACE}":
        return " "
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def blocks(text: str) -> Iterator[Sentence | Table]:
    """The sentences and tables of a Markdown text in order, without code blocks and quoted paragraphs."""
    whole = parsed(text)
    tokens = whole.tokens
    heading, last = "", ""
    quoted, line = 0, 0
    table: _Open | None = None
    for at, token in enumerate(tokens):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.map:
            line = token.map[0]
        if token.type == "table_open":
            table = _Open()
        elif token.type == "tr_open" and table is not None:
            table.rows.append([])
        elif token.type == "table_close" and table is not None:
            if not quoted:
                yield Table(
                    tuple(table.header), tuple(tuple(row) for row in table.rows if row), last or heading
                )
            table = None
        if token.type != "inline" or quoted:
            continue
        opened = tokens[at - 1].type
        if table is not None:
            cell = _cell(token, whole, line, heading, at)
            (table.header if opened == "th_open" else table.rows[-1]).append(cell)
            continue
        sentences = list(_sentences(token, whole, line, heading, at))
        if opened == "heading_open":
            heading = " ".join(sentence.read for sentence in sentences)
        last = sentences[-1].read if sentences else last
        yield from sentences


def plain(token: Token) -> tuple[str, list[bool], list[int], bool]:
    """The text of an inline token: characters, which of them are code or link, their lines, all bold."""
    letters: list[str] = []
    silent: list[bool] = []
    lines: list[int] = []
    row = depth = bold = 0
    strong = True
    spans = iter(re.findall(r"(`+)(.+?)(?<!`)\1(?!`)", token.content, re.DOTALL))
    for child in token.children or ():
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        bold += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        content = {"text": child.content, "code_inline": child.content, "text_special": child.content}.get(
            child.type, ""
        )
        if child.type in ("softbreak", "hardbreak"):
            content = "\n"
        if content.strip() and not bold:
            strong = False
        for letter in content:
            letters.append(letter)
            silent.append(bool(depth) or (child.type == "code_inline" and not letter.isalpha()))
            lines.append(row)
            row += letter == "\n"
        if child.type == "code_inline":
            row += next(spans, ("", ""))[1].count("\n")
    return "".join(letters), silent, lines, strong and bool(letters)


def _cell(token: Token, whole: Parsed, line: int, heading: str, block: int) -> Sentence:
    letters, silent, _, strong = plain(token)
    read = _masked(letters, silent)
    found = ACCEPTED.search(letters)
    return Sentence(
        _told(_COMMENT.sub("", letters), whole).strip(),
        read,
        whole.line(line + 1),
        heading,
        found[1].strip() if found else "",
        whole.asked(letters, 0, len(letters)),
        strong,
        (block, 0),
    )


def _told(letters: str, whole: Parsed) -> str:
    """Letters as the author wrote them, with the expressions where their marks are."""
    return PLACES.sub(lambda at: f"{{{{ {' '.join(whole.asked(at[0], 0, len(at[0])))} }}}}", letters)


def _sentences(token: Token, whole: Parsed, line: int, heading: str, block: int) -> Iterator[Sentence]:
    letters, silent, lines, _ = plain(token)
    read = _masked(letters, silent)
    bounds = list(_bounds(read))
    for number, (start, end) in enumerate(bounds):
        following = bounds[number + 1][0] if number + 1 < len(bounds) else len(letters)
        begin = start if number else 0
        accepted = [
            found[1].strip() for found in ACCEPTED.finditer(letters) if begin <= found.start() < following
        ]
        live = whole.asked(letters, start, end)
        shown = " ".join(_told(_COMMENT.sub(" ", letters[start:end]), whole).split())
        if shown:
            reason = next(filter(None, accepted), "")
            yield Sentence(
                shown,
                read[start:end],
                whole.line(line + lines[start] + 1),
                heading,
                reason,
                live,
                place=(block, number),
                start=start,
            )


def sentence_bounds(token: Token) -> list[tuple[int, int]]:
    """Where the sentences of an inline token begin and end, in the order of :func:`blocks`."""
    letters, silent, _, _ = plain(token)
    return list(_bounds(_masked(letters, silent)))


def _masked(letters: str, silent: Sequence[bool]) -> str:
    """The same number of characters: blanks for line ends and comments, masks for what is not to be read."""
    read = [
        MASK if quiet else (" " if letter.isspace() else letter)
        for letter, quiet in zip(letters, silent, strict=True)
    ]
    text = "".join(read)
    for found in _COMMENT.finditer(letters):
        text = _over(text, found.start(), found.end(), " ")
    for found in PLACES.finditer(letters):
        text = _over(text, found.start(), found.end(), MASK)
    for found in _QUOTED.finditer(text):
        if len(found[0].split()) > _LABEL:
            text = _over(text, found.start(), found.end(), MASK)
    for pattern in _MASKED:
        for found in pattern.finditer(text):
            text = _over(text, found.start(), found.end(), MASK)
    return text


def _over(text: str, start: int, end: int, sign: str) -> str:
    return text[:start] + sign * (end - start) + text[end:]


def _bounds(read: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end."""
    found = _NUMBERING.match(read)
    start = found.end() if found else 0
    for stop in _END.finditer(read):
        word = re.findall(r"[^\W\d_]+$", read[start : stop.start()])
        if word and stop[0].startswith(".") and stop.end() < len(read.rstrip()):
            short = fold(word[0])
            if short in ABBREVIATIONS or (len(short) == 1 and word[0].isupper()):
                continue
        yield from _trimmed(read, start, stop.end())
        start = stop.end()
    yield from _trimmed(read, start, len(read))


def _trimmed(read: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inside = read[start:end]
    if inside.strip():
        yield start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())
