"""Takes numbers, dates and keys, gives them as the language of the report writes them.

The only place, beside ``templates/``, that rounds or words anything.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel import Locale as BabelLocale
from babel import dates, numbers

from reportgen.errors import RenderError

_GROUPED_FROM = 10_000
"""Spanish groups digits from five on: 1234, but 12 345."""
_SIXTY = 60
_SMALLEST_P = 0.001
_NEARLY = 0.015
"""Share of errors, or of hits, up to which hundredths are too coarse."""
_RATIOS = frozenset({"accuracy", "loss", "precision", "recall", "f1"})
"""Columns with four decimals."""
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class OutOf:
    """A share with its bounds as whole numbers out of ``whole``, as text."""

    value: str
    low: str
    high: str
    whole: str


class Locale:
    """A language and region with its catalogue of terms.

    Args:
        tag: ``es``, ``es-CL``, ``es-MX``...
        catalogue: section -> key -> term.
    """

    def __init__(self, tag: str, catalogue: Mapping[str, Any]) -> None:
        self.tag = tag
        self._babel = BabelLocale.parse(tag.replace("-", "_"))
        self._catalogue = catalogue

    @property
    def language(self) -> str:
        """The language without its region: the folder of its templates."""
        return self.tag.split("-", maxsplit=1)[0]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the language and of every term."""
        content = json.dumps([self.tag, self._catalogue], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()

    def __call__(self, key: str) -> str:
        """The term ``section.key``.

        Raises:
            RenderError: when the catalogue has no such term.
        """
        value: Any = self._catalogue
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if not isinstance(value, str):
            raise RenderError(f"el catálogo de términos no tiene «{key}»", where="templates/es/strings.toml")
        return value

    def term(self, section: str, key: str) -> str:
        """The term, or the key itself where the catalogue has none: names that users make up."""
        value = self._catalogue.get(section, {}).get(key)
        return value if isinstance(value, str) else key

    def plain(self) -> Locale:
        """The same with the terms of ``[plain]`` laid over the others, for readers outside the trade."""
        over = self._catalogue.get("plain", {})
        sections = {name: {**self._catalogue.get(name, {}), **terms} for name, terms in over.items()}
        return Locale(self.tag, {**self._catalogue, **sections})

    def number(self, value: float, digits: int) -> str:
        """``value`` with exactly ``digits`` decimals; minus is a real minus sign."""
        pattern = "0" if abs(value) < _GROUPED_FROM else "#,##0"
        pattern += "." + "0" * digits if digits else ""
        text = numbers.format_decimal(value, format=pattern, locale=self._babel)
        if not re.search(r"[1-9]", text):
            text = text.lstrip("-")  # never "-0,0"
        return text.replace("-", MINUS)

    def integer(self, value: int) -> str:
        """A whole number."""
        return self.number(value, 0)

    def percent(self, value: float, digits: int = 1) -> str:
        """A share (0 to 1) as a percentage: 0.912 -> ``91,2 %``, with the space that the Academy asks for."""
        return f"{self.number(100 * value, digits)}{NBSP}%"

    def points(self, value: float, digits: int = 1) -> str:
        """A difference of shares in percentage points, with its sign: 0.012 -> ``+1,2``."""
        text = self.number(100 * value, digits)
        return text if value <= 0 or not re.search(r"[1-9]", text) else f"+{text}"

    def duration(self, seconds: float) -> str:
        """A span of time: ``8,4 s``, ``2 min 05 s``, ``1 h 07 min``."""
        tenths = round(10 * seconds)
        if tenths < 10 * _SIXTY:
            return f"{self.number(tenths / 10, 1)}{NBSP}s"
        minutes, rest = divmod(round(seconds), _SIXTY)
        if minutes < _SIXTY:
            return f"{minutes}{NBSP}min{NBSP}{rest:02d}{NBSP}s"
        hours, minutes = divmod(round(seconds / _SIXTY), _SIXTY)
        return f"{hours}{NBSP}h{NBSP}{minutes:02d}{NBSP}min"

    def milliseconds(self, value: float) -> str:
        """A short time, in milliseconds: ``0,032 ms``, ``12,4 ms``."""
        return f"{self.significant(value)}{NBSP}ms"

    def clock(self, seconds: float) -> str:
        """A span of time as a clock shows it, ``h:mm:ss,ffffff``, with the decimal sign of the language."""
        whole, micros = divmod(round(seconds * 1_000_000), 1_000_000)
        minutes, rest = divmod(whole, _SIXTY)
        hours, minutes = divmod(minutes, _SIXTY)
        sign = numbers.get_decimal_symbol(self._babel)
        return f"{hours}:{minutes:02d}:{rest:02d}{sign}{micros:06d}"

    def out_of(self, share: float, low: float, high: float) -> OutOf:
        """A share (0 to 1) and its bounds as counts of a hundred, for readers outside the trade.

        The bounds are rounded outwards. Of a thousand where hundredths are too coarse: near all or none,
        or between bounds closer than one.
        """
        coarse = min(share, 1 - share) < _NEARLY or high - low < 1 / 100
        whole = 1000 if coarse else 100
        return OutOf(
            self.integer(round(whole * share)),
            self.integer(math.floor(whole * low)),
            self.integer(math.ceil(whole * high)),
            self.integer(whole),
        )

    def significant(self, value: float, digits: int = 3) -> str:
        """A number with so many significant digits and no closing zeros: a learning rate."""
        exponent = Decimal(f"{value:.{digits}g}").normalize().as_tuple().exponent
        return self.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)

    def size(self, count: int) -> str:
        """A number of bytes: ``19,95 MB``, ``1,25 GB``."""
        if count < 2**30:
            return f"{self.number(count / 2**20, 2)}{NBSP}MB"
        return f"{self.number(count / 2**30, 2)}{NBSP}GB"

    def p_value(self, value: float) -> str:
        """A p-value for a table: ``0,804``, ``< 0,001``."""
        if value < _SMALLEST_P:
            return f"<{NBSP}{self.number(_SMALLEST_P, 3)}"
        return self.number(value, 3)

    def probability(self, value: float) -> str:
        """A p-value for a sentence, with its sign of relation: ``= 0,804``, ``< 0,001``."""
        text = self.p_value(value)
        return text if text.startswith("<") else f"={NBSP}{text}"

    def date(self, value: dt.date) -> str:
        """A date in full: ``9 de junio de 2026``."""
        return dates.format_date(value, format="long", locale=self._babel)

    def megabytes(self, parameters: int) -> str:
        """Size of float32 weights."""
        return f"{self.number(parameters * 4 / 2**20, 2)}{NBSP}MB"

    def cell(self, column: str, value: float) -> str:
        """A number as the column of a results table shows it; the names are those of `table.columns`."""
        kind = column.split(".", maxsplit=1)[0]
        if kind in _RATIOS:
            return self.number(value, 4)
        if kind in ("seconds", "seconds_per_epoch"):
            return self.duration(value)
        if kind == "inference":
            return self.significant(value)  # its unit is in the header
        if kind == "memory":
            return f"{self.number(value / 2**20, 0)}{NBSP}MB"
        return self.number(value, 0 if float(value).is_integer() else 1)

    def items(self, values: Sequence[str]) -> str:
        """A list in words; "e" before the sound i, as Spanish asks."""
        if not values[1:]:
            return "".join(values)
        last = values[-1]
        word = self("list.and_before_i") if re.match(r"(?i)\W*(hi|i|y)(?![aeou])", last) else self("list.and")
        return f"{self('list.separator').join(values[:-1])} {word} {last}"

    def plural(self, count: int, noun: str) -> str:
        """The noun that agrees with ``count``, without the number."""
        return self(f"plural.{noun}.{'one' if count == 1 else 'other'}")
