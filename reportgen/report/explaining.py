"""Takes a number as a report shows it, gives what it may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Collected
from reportgen.analysis.published import Published, published, share
from reportgen.findings.model import Cell, Finding, Unit
from reportgen.report.locale import Locale

_SHARES = (Unit.RATIO, Unit.POINTS)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A number with its decimals; ``percent`` tells that it can only be a share."""

    number: float
    digits: int
    percent: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """A cell of a finding that is shown so."""

    finding: Finding
    cell: Cell


def asked(text: str) -> tuple[Asked, ...]:
    """What a text may be as a number: one reading, or two for ``1.234``; none for what is no number."""
    plain = text.strip().strip("«»\"'").replace("\u2212", "-")
    percent = bool(re.search(r"%|puntos|por ciento", plain))
    plain = _SPACES.sub("", re.sub(r"%|puntos|por ciento|±|ms$", "", plain))
    if not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)*", plain):
        return ()
    whole, separator, decimals = plain.rpartition(max(".", ",", key=plain.rfind))
    if not separator:
        return (Asked(float(plain), 0, percent),)
    head = re.sub(r"[.,]", "", whole)
    readings = [Asked(float(f"{head}.{decimals}"), len(decimals), percent)]
    if len(decimals) == 3 and re.fullmatch(r"[+-]?[1-9]\d*", whole):  # noqa: PLR2004 - perhaps thousands
        readings.append(Asked(float(head + decimals), 0, percent))
    return tuple(readings)


def values(text: str, parts: Iterable[Collected], locale: Locale) -> Iterator[Published]:
    """Every number of a run or configuration that a report shows, or could show, as this text."""
    readings = asked(text)
    for part in parts:
        for item in published(part):
            scales = (1.0, 100.0) if share(item.name) else (1.0,)
            if _matches(readings, item.value, scales) or _lasts(text, item, locale):
                yield item


def cells(text: str, findings: Iterable[Sequence[Finding]], locale: Locale) -> Iterator[Meaning]:
    """Every cell of a finding, likewise."""
    readings = asked(text)
    for finding in (item for part in findings for item in part):
        for cell in finding.cells:
            scales = (1.0, 100.0) if cell.unit in _SHARES else (1.0,)
            lasts = cell.unit is Unit.SECONDS and _alike(text, locale.duration(cell.value))
            if lasts or _matches(readings, cell.value, scales):
                yield Meaning(finding, cell)


def _matches(readings: Iterable[Asked], value: float, scales: Sequence[float]) -> bool:
    """Whether the value, in one of the scales, is rounded to a reading; its sign may be left out."""
    return any(
        round(abs(value) * scale, reading.digits) == abs(reading.number)
        for reading in readings
        for scale in scales
        if not reading.percent or scale > 1
    )


def _lasts(text: str, item: Published, locale: Locale) -> bool:
    return item.name.split()[-1].startswith("seconds") and _alike(text, locale.duration(item.value))


def _alike(one: str, other: str) -> bool:
    return _SPACES.sub("", one) == _SPACES.sub("", other)
