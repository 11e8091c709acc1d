"""Takes the text of one cell of a spreadsheet, gives the number, count or duration that it stands for.

Each function gives None for a cell that says that there is nothing, and raises ValueError, with what is
wrong in Spanish, for one that cannot be read: nothing is guessed where two readings would differ.
"""

from __future__ import annotations

import math
import re

NOTHING = frozenset({"", "-", "–", "—", "n/d", "n. d.", "nd", "na", "n/a", "nan", "null", "none", "s/d"})
"""What people and programs write where there is no value, in lower case."""
NOT_FINITE = frozenset({"inf", "+inf", "-inf", "infinity", "-infinity", "∞"})
"""A loss that was no number any more."""
FORMULA = ("=", "@", "\t", "\r")
"""Beginnings by which a spreadsheet takes a text for a formula; a sign may stand before a number."""
LONGEST = 120
"""Characters of a text in a cell."""
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d+)?)\s*(?:min\.?)?")
_UNITS = re.compile(
    r"(?:(?P<h>[\d.,]+)\s*(?:horas?|hrs?|hs?)(?![a-z])\.?)?\s*"
    r"(?:(?P<m>[\d.,]+)\s*(?:minutos?|mins?|m)(?![a-z])\.?)?\s*"
    r"(?:(?P<s>[\d.,]+)\s*(?P<unit>segundos?|segs?|s)?\.?)?"
)
MINUTE, HOUR = 60, 3600
SIZES = {"h": HOUR, "m": MINUTE, "s": 1}


def words(text: str) -> str:
    """The text without the space around it, and without the quote that keeps it from being a formula.

    Raises:
        ValueError: for a formula, an error of the spreadsheet, and a text that is too long.
    """
    plain = _SPACES.sub(" ", text).strip()
    if plain.startswith("'") and plain[1:2] in ("=", "@", "+", "-", "'"):
        return plain[1:]
    if plain.startswith(FORMULA):
        raise ValueError("parece una fórmula: en el archivo tiene que estar su valor")
    if plain.startswith("#"):
        raise ValueError("es un error de la hoja de cálculo")
    if len(plain) > LONGEST:
        raise ValueError(f"tiene más de {LONGEST} caracteres")
    return plain


def number(text: str) -> tuple[float, bool] | None:
    """The number and whether it was written as a percentage, which it then already is divided by."""
    plain = words(text).replace("\u2212", "-")
    if plain.lower() in NOTHING or plain.lower() in NOT_FINITE:
        return None
    percent = plain.endswith("%")
    value = _value(plain.rstrip("% "))
    return (value / 100, True) if percent else (value, False)


def _value(plain: str) -> float:
    if _PLAIN.fullmatch(plain):
        value = float(plain.replace(",", "."))
    elif (found := _GROUPS.fullmatch(plain)) and found[1] != found[2]:
        value = float(plain.replace(found[1], "").replace(",", "."))
    else:
        raise ValueError("no es un número")
    if not math.isfinite(value):
        raise ValueError("no es un número finito")
    return value


def count(text: str) -> int | None:
    """A whole number from 0; a point or comma before three digits separates thousands."""
    plain = words(text)
    if plain.lower() in NOTHING:
        return None
    digits = re.sub(r"(?<=\d)[.,' ](?=\d{3}(?!\d))", "", plain)
    whole = re.fullmatch(r"(\d{1,18})(?:[.,]0+)?", digits)
    if whole is None:
        raise ValueError("no es un número entero")
    return int(whole[1])


def seconds(text: str) -> float | None:
    """Seconds of ``82``, ``16:41`` (minutes first), ``1:02:03`` (hours first) or ``1 h 2 min``."""
    plain = words(text).lower()
    if plain in NOTHING:
        return None
    if found := _CLOCK.fullmatch(plain):
        return _clock(found)
    found = _UNITS.fullmatch(plain)
    bare = found is not None and found["s"] and not found["unit"] and (found["h"] or found["m"])
    if found is None or not any(found.groups()) or bare:  # 2h30 is no time in seconds
        raise ValueError("no es un tiempo: segundos, mm:ss o h:mm:ss")
    return sum(_value(found[part]) * size for part, size in SIZES.items() if found[part])


def milliseconds(text: str) -> float | None:
    """Milliseconds above 0, with or without their unit: ``3,2``, ``3.2 ms``; any other unit is refused."""
    plain = words(text).lower()
    if plain in NOTHING:
        return None
    value = _value(re.sub(r"\s*(?:ms|milisegundos?)$", "", plain))
    if value <= 0:
        raise ValueError("no es un tiempo: tiene que ser mayor que 0")
    return value


def _clock(found: re.Match[str]) -> float:
    hours, minutes, rest = found[1], int(found[2]), float(found[3].replace(",", "."))
    if rest >= MINUTE or (hours is not None and minutes >= MINUTE):
        raise ValueError("no es un tiempo: los minutos y segundos llegan hasta 59")
    return int(hours or 0) * HOUR + minutes * MINUTE + rest
