"""Takes a number as a report shows it, gives what it may stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from reportgen.analysis.collected import Collected
from reportgen.analysis.published import Published, addressed, published, share
from reportgen.findings.model import Cell, Finding, Unit
from reportgen.prose.asking import UnknownValueError
from reportgen.prose.asking import asked as called
from reportgen.prose.text import parsed
from reportgen.report.locale import Locale

_SHARES = (Unit.RATIO, Unit.POINTS)
_TOKEN = re.compile(r"[-+\u2212]?\d+(?:[.,\u00a0\u202f]?\d+)*")
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


def addresses(found: Iterable[Published], parts: Iterable[Collected]) -> frozenset[tuple[str, ...]]:
    """What a text writes between braces to have one of these numbers shown."""
    wanted = set(found)
    names = (address.split(maxsplit=1) for part in parts for address, it in addressed(part) if it in wanted)
    return frozenset(("valor", place, way) for place, name in names for way in (name, _as_column(name)))


def _as_column(name: str) -> str:
    split, _, metric = name.partition(".")
    return f"{metric}.{split}" if metric else name


def cell_addresses(found: Iterable[Meaning]) -> frozenset[tuple[str, ...]]:
    """The same of cells."""
    return frozenset(
        ("celda", item.finding.code, item.cell.id, *study)
        for item in found
        for study in ((), (item.finding.study,))
    )


def lines(text: str, prose: str, live: Collection[tuple[str, ...]]) -> tuple[int, ...]:
    """Lines of an author's text, from 1, where a number is typed, or shown by one of these live values."""
    wanted = {(reading.number, reading.digits) for reading in asked(text)}
    found = set()
    for at, line in enumerate(prose.splitlines(), start=1):
        read = {(item.number, item.digits) for token in _TOKEN.findall(line) for item in asked(token)}
        if read & wanted or (not wanted and _SPACES.sub("", text) in _SPACES.sub("", line)):
            found.add(at)
    for item in parsed(prose).live:
        with suppress(UnknownValueError):
            name, arguments = called(item.source)
            if (name, *arguments) in live:
                found.add(item.line)
    return tuple(sorted(found))


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
