"""Takes folded text, gives the quantities in it: what they may mean, how exactly, and their unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.prose import lexicon

_NUMBER = re.compile(
    r"(?<![\w.,:/¤^])[-+−]?\d{1,3}(?:[ .,]\d{3})+(?!\d)(?:[.,]\d+)?(?![\w¤])|(?<![\w.,:/¤^])[-+−]?"
    r"\d+(?:[.,]\d+)?(?!\w)"
)
_CLOCK = re.compile(
    r"(?<![\w.,:/¤])(\d{1,3}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?!\d)\s*(horas|hrs|h|mins?|minutos|m|segundos|segs?|s)?(?!\w)\.?"
)
_PART = r"(\d+(?:[.,]\d+)?)\s?(horas?|hrs?|hs?|minutos?|mins?|min|m(?=\s*\d)|segundos?|segs?|seg|s)(?!\w)\.?"
_DURATION = re.compile(rf"(?<![\w.,:/¤]){_PART}(?:\s*(?:,|y|con)?\s*{_PART})?(?:\s*(?:,|y|con)?\s*{_PART})?")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}


_UNITS_IN_WORDS = {
    "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14,
    "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
}  # fmt: skip
_TENS = {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90, "cien": 100,
}  # fmt: skip
_TWENTIES = {
    "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_WORDS = re.compile(
    rf"\b(?:(?:({'|'.join(_TENS)})(?: y ({'|'.join(_UNITS_IN_WORDS)}))?)|({'|'.join(_TWENTIES)})"
    rf"|({'|'.join(_UNITS_IN_WORDS)}))\b"
)
_SPOKEN = re.compile(r"\s*(?:por\s?ciento|por cien|capas?|epocas?|minutos?|horas?|segundos)\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """One meaning of a number: its value, and the size of its last written place."""

    value: float
    step: float

    def is_of(self, truth: float) -> bool:
        """Whether the truth, rounded as the number is, gives the number; halves may go either way."""
        return abs(self.value - truth) <= self.step / 2 + 1e-9 * max(1.0, abs(truth))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        start, end: where it stands, its unit included.
        amounts: what it may mean: «1.234» is a thousand or a little more than one.
        unit: ``""``, ``percent``, ``points``, ``seconds``, ``milliseconds``, ``megabytes``, ``epochs``,
            ``parameters``, ``layers`` or ``other``, which is no result.
        digits: significant digits as written.
    """

    start: int
    end: int
    amounts: tuple[Amount, ...]
    unit: str
    digits: int


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a folded text in order; those that only count, date or set something are ``other``."""
    found: list[Quantity] = []
    for quantity in (*_clocks(text), *_durations(text), *_figures(text), *_spoken(text)):
        if not any(quantity.start < other.end and other.start < quantity.end for other in found):
            found.append(quantity)
    return tuple(sorted(found, key=lambda item: item.start))


def meanings(token: str) -> tuple[Amount, ...]:
    """What the digits and separators of a number may mean; both decimal signs are understood."""
    plain = token.lstrip("+-−")
    sign = -1.0 if token[:1] in "-−" else 1.0
    if " " in plain:
        whole, _, rest = plain.rpartition(" ")
        tail = re.split(r"[.,]", rest)
        digits = whole.replace(" ", "") + tail[0]
        plain = ".".join([digits, *tail[1:]])
    marks = re.findall(r"[.,]", plain)
    groups = re.split(r"[.,]", plain)
    if not marks:
        return (Amount(sign * float(plain), 1.0),)
    if len(marks) == 1:
        decimal = Amount(sign * float(".".join(groups)), 10.0 ** -len(groups[1]))
        grouped = len(groups[1]) == 3 and len(groups[0]) <= 3 and not groups[0].startswith("0")  # noqa: PLR2004
        return (decimal, Amount(sign * float("".join(groups)), 1.0)) if grouped else (decimal,)
    if len(set(marks)) == 1:
        return (Amount(sign * float("".join(groups)), 1.0),) if all(len(g) == 3 for g in groups[1:]) else ()  # noqa: PLR2004
    if len(set(marks[:-1])) == 1:
        return (Amount(sign * float("".join(groups[:-1]) + "." + groups[-1]), 10.0 ** -len(groups[-1])),)
    return ()


def _clocks(text: str) -> Iterator[Quantity]:
    for found in _CLOCK.finditer(text):
        first, second, third = (int(part) if part else 0 for part in found.group(1, 2, 3))
        unit = (found[4] or "")[:1]
        if re.search(r"(?:\ba las?|desde las?|hasta las?) $", text[: found.start()]):
            yield Quantity(found.start(), found.end(), (), "other", 3)
            continue
        if found[3]:
            amounts: tuple[Amount, ...] = (Amount(first * 3600.0 + second * 60 + third, 1.0),)
        elif unit == "h":
            amounts = (Amount(first * 3600.0 + second * 60, 60.0),)
        elif unit:
            amounts = (Amount(first * 60.0 + second, 1.0),)
        else:
            amounts = (Amount(first * 60.0 + second, 1.0), Amount(first * 3600.0 + second * 60, 60.0))
        yield Quantity(found.start(), found.end(), amounts, "seconds", 3)


def _durations(text: str) -> Iterator[Quantity]:
    for found in _DURATION.finditer(text):
        parts = [(found[at], found[at + 1]) for at in (1, 3, 5) if found[at]]
        sizes = [_SECONDS[unit[0]] for _, unit in parts]
        if sizes != sorted(sizes, reverse=True) or len(set(sizes)) < len(sizes):
            parts = parts[:1]
        last = meanings(parts[-1][0])
        before = sum(m[0].value * _SECONDS[unit[0]] for number, unit in parts[:-1] if (m := meanings(number)))
        size = _SECONDS[parts[-1][1][0]]
        amounts = tuple(Amount(before + item.value * size, item.step * size) for item in last)
        end = found.end() if len(parts) > 1 or not found[3] else found.end(2)
        chosen = re.search(lexicon.SETTING, text[: found.start()][-48:]) is not None
        unit = "other" if chosen else "seconds"
        yield Quantity(found.start(), end, amounts, unit, sum(c.isdigit() for c in found[0]))


def _figures(text: str) -> Iterator[Quantity]:
    for found in _NUMBER.finditer(text):
        before, behind = text[: found.start()], text[found.end() :]
        unit, length = "", 0
        for pattern, name in lexicon.UNITS:
            hit = re.match(pattern, behind)
            if hit:
                unit, length = name, hit.end()
                break
        amounts = meanings(found[0])
        if unit == "parameters" and "millones" in behind[:length]:
            amounts = tuple(Amount(item.value * 1e6, item.step * 1e6) for item in amounts)
        if _is_no_result(found[0], before, behind, unit, length):
            unit = "other"
        digits = len(re.sub(r"\D", "", found[0]).lstrip("0"))
        yield Quantity(found.start(), found.end() + length, amounts, unit, digits)


def _is_no_result(token: str, before: str, behind: str, unit: str, length: int) -> bool:
    near = before[-48:]
    if re.search(lexicon.NUMBERED, near) and unit in ("", "other", "percent") and token.isdigit():
        return True
    if re.search(lexicon.REFERENCED, near) or re.search(lexicon.SETTING, near):
        return True
    if unit == "percent" and re.match(lexicon.PERCENT_OF, behind[length:]):
        return True
    year = re.fullmatch(r"(?:1[89]|20)\d\d", token) is not None and not unit
    return (
        year
        or bool(re.match(r"\s*[-–]\s?\w*\s?(?:fold|bits?)\b|[ªº°]|\s*€|\s*\$", behind))
        or before.endswith(("$", "€"))
    )


def _spoken(text: str) -> Iterator[Quantity]:
    """Numbers in words, where a unit follows that makes them a quantity."""
    for found in _WORDS.finditer(text):
        hit = _SPOKEN.match(text[found.end() :])
        if hit is None:
            continue
        tens, ones, twenties, small = found.groups()
        value = float(
            _TENS.get(tens or "", 0)
            + _UNITS_IN_WORDS.get(ones or small or "", 0)
            + _TWENTIES.get(twenties or "", 0)
        )
        word = hit[0].strip()
        if word.startswith(("minuto", "hora", "segundo")):
            size = _SECONDS[word[0]]
            yield Quantity(
                found.start(), found.end() + hit.end(), (Amount(value * size, size),), "seconds", 2
            )
        else:
            unit = "percent" if word.startswith("por") else "layers" if word.startswith("capa") else "epochs"
            yield Quantity(found.start(), found.end() + hit.end(), (Amount(value, 1.0),), unit, 2)
