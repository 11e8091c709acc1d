"""Takes the live values of a text, gives what is wrong with those that ask for what there is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from reportgen.analysis.collected import Collected
from reportgen.analysis.published import addressed, turned, without_numbers
from reportgen.findings import find
from reportgen.findings.registry import RULES
from reportgen.prose.asking import UnknownValueError, asked
from reportgen.prose.judge import Verdict
from reportgen.prose.model import Kind


class Askable:
    """All that a text may ask for, of all data sets."""

    def __init__(self, parts: Sequence[Collected]) -> None:
        self._parts = parts

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(address for part in self._parts for address, _ in addressed(part))

    @cached_property
    def _lacking(self) -> frozenset[str]:
        return frozenset(place for part in self._parts for place in without_numbers(part))

    @cached_property
    def _cells(self) -> dict[str, set[str]]:
        """Code -> ids of the cells of its findings; empty for one that has none here."""
        found: dict[str, set[str]] = {rule.code: set() for rule in RULES}
        for finding in (item for part in self._parts for item in find(part)):
            found[finding.code] |= {cell.id for cell in finding.cells}
        return found

    def unknown(self, expressions: Sequence[str]) -> Iterator[Verdict]:
        """What is wrong with the live values of a sentence."""
        for source in expressions:
            try:
                wrong = self._wrong(*asked(source))
            except UnknownValueError as error:
                wrong = f"{error}: {error.expected}"
            if wrong:
                yield Verdict(Kind.UNKNOWN, wrong)

    def _wrong(self, name: str, arguments: Sequence[str]) -> str:
        if name == "valor":
            return self._wrong_value(*arguments)
        code, *rest = arguments
        if code not in self._cells:
            return f"no hay ningún hallazgo «{code}»"
        cell = rest[0] if name == "celda" else ""
        if cell and self._cells[code] and cell not in self._cells[code]:
            return f"el hallazgo «{code}» no tiene la celda «{cell}»"
        return ""

    def _wrong_value(self, place: str, number: str) -> str:
        if {f"{place} {number}", f"{place} {turned(number)}"} & self._numbers:
            return ""
        study = place.partition(".")[0]
        if {place, f"{study}."} & self._lacking:
            return f"«{place}» no tiene resultados"
        if f"{place} {number}" in self._lacking:
            return f"de «{place}» no se midió «{number}»"
        if any(address.startswith(f"{place} ") for address in self._numbers):
            return f"no hay ningún valor «{number}» de una ejecución: por ejemplo, «test.accuracy»"
        known = any(study == item.id for part in self._parts for item in part.studies)
        return f"no hay ninguna ejecución «{place}»" + ("" if known else f" ni ningún estudio «{study}»")
