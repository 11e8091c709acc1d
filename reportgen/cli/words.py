"""Takes nothing, gives what texts for a terminal share: numbers and terms of the report, lists cut short."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence

from reportgen.report.locale import MINUS, Locale
from reportgen.report.packaged import packaged

SHOWN = 8
"""Lines of one list unless all are asked for."""
DIGITS = 4
"""Decimals of what is no share."""


def spanish() -> Locale:
    """The language of the terminal, with the terms of the report."""
    path = packaged() / "es" / "strings.toml"
    return Locale("es", tomllib.loads(path.read_text(encoding="utf-8")))


def runs(count: int) -> str:
    """``1 ejecución``, ``3 ejecuciones``."""
    return f"{count} ejecución" if count == 1 else f"{count} ejecuciones"


def measure(words: Locale, split: str, metric: str) -> str:
    """``exactitud de prueba``."""
    return f"{words.term('metrics', metric)} de {words.term('splits', split)}"


def number(words: Locale, metric: str, value: float) -> str:
    """An accuracy as a percentage, anything else with four decimals."""
    return words.percent(value) if metric == "accuracy" else words.number(value, DIGITS)


def change(words: Locale, metric: str, difference: float) -> str:
    """A difference with its sign, of accuracies in percentage points."""
    if metric == "accuracy":
        return f"{words.points(difference)} puntos"
    text = words.number(difference, DIGITS)
    return text if text.startswith(MINUS) or difference <= 0 else f"+{text}"


def cut(lines: Sequence[str], *, every: bool) -> Iterator[str]:
    """The lines, or the first of them and how many more there are."""
    most = len(lines) if every else SHOWN
    yield from lines[:most]
    if lines[most:]:
        yield f"  … y {len(lines) - most} más; --all lo muestra todo"
