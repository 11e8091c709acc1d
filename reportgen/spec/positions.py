"""Takes TOML text that parses, gives the line on which each key and element stands.

``tomllib`` tells no positions; this scanner only follows structure (headers,
dotted keys, arrays, inline tables, strings) and leaves all values to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """Where a key stands: a file, and a 1-based line in it."""

    file: str
    line: int


Marks = dict[Path, Mark]


_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._line_at = 0
        self._line = 1

    def line(self) -> int:
        """1-based line of the cursor; counted on from the last call."""
        self._line += self.text.count("\n", self._line_at, self.at)
        self._line_at = self.at
        return self._line

    def skip(self, *, newlines: bool) -> None:
        """Pass white space and comments."""
        blank = " \t\r\n" if newlines else " \t"
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in blank:
                self.at += 1
            elif char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def string(self) -> str:
        """Pass a quoted string of any of the four kinds and give its raw content."""
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        fence = quote * 3 if long else quote
        start = self.at = self.at + len(fence)
        while self.at < len(self.text) and not self.text.startswith(fence, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        content = self.text[start : self.at]
        self.at += len(fence)
        while long and self.peek() == quote:  # up to two more quotes may close a long string
            self.at += 1
        return content

    def key(self) -> Path:
        """Pass a dotted key."""
        parts: list[str] = []
        while self.at < len(self.text):
            self.skip(newlines=False)
            if self.peek() in "\"'":
                parts.append(self.string())
            elif match := _BARE.match(self.text, self.at):
                parts.append(match.group())
                self.at = match.end()
            self.skip(newlines=False)
            if self.peek() != ".":
                break
            self.at += 1
        return tuple(parts)

    def mark(self, path: Path) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], self.line())

    def value(self, path: Path) -> None:
        """Pass a value, marking what is inside it."""
        self.skip(newlines=False)
        char = self.peek()
        if char in ("'", '"'):
            self.string()
        elif char == "[":
            for index in self._items("]"):
                self.mark((*path, index))
                self.value((*path, index))
        elif char == "{":
            for _ in self._items("}"):
                self.pair(path)
        elif match := _SCALAR.match(self.text, self.at):
            self.at = match.end()

    def _items(self, close: str) -> Iterator[int]:
        self.at += 1
        index = 0
        while self.at < len(self.text):
            self.skip(newlines=True)
            if self.peek() == close:
                self.at += 1
                return
            if self.peek() == ",":
                self.at += 1
                continue
            before = self.at
            yield index
            index += 1
            self.at = max(self.at, before + 1)

    def pair(self, base: Path) -> None:
        start = self.at
        path = base + self.key()
        self.mark(path)
        self.skip(newlines=False)
        if self.peek() == "=":
            self.at += 1
            self.value(path)
        self.at = max(self.at, start + 1)

    def document(self) -> None:
        base: Path = ()
        last: dict[Path, int] = {}
        while True:
            self.skip(newlines=True)
            if self.at >= len(self.text):
                return
            if self.peek() != "[":
                self.pair(base)
                continue
            many = self.text.startswith("[[", self.at)
            self.at += 2 if many else 1
            *above, name = self.key() or ("",)
            base = ()
            for part in above:
                base = (*base, part)
                if base in last:  # a table inside the last one of a list
                    base = (*base, last[base])
            base = (*base, name)
            if many:
                last[base] = last.get(base, -1) + 1
                base = (*base, last[base])
            self.mark(base)
            self.at += 2 if many else 1


def positions(text: str) -> dict[Path, int]:
    """Line of every key and array element of ``text``, by path; text must be valid TOML."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def dotted(path: Path) -> str:
    """A path as people write it: ``study.rejilla.grid.units[1]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def line_of(marks: Marks, path: Path) -> Mark:
    """The mark of ``path``, or of the nearest thing around it that has one, else line 1 of no file."""
    for length in range(len(path), 0, -1):
        if path[:length] in marks:
            return marks[path[:length]]
    return Mark("", 1)
