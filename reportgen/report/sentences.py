"""Takes findings, gives their sentences from ``findings/CODE.j2``.

A sentence template holds no digit: every number is a cell, shown by the one
filter that belongs to its unit, so that text and table cannot disagree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup, escape

from reportgen.errors import RenderError
from reportgen.findings.model import Cell, Finding, Unit
from reportgen.report.context import FindingView
from reportgen.report.locale import Locale
from reportgen.report.numbers import mark, plain_number
from reportgen.report.sources import Place
from reportgen.report.templates import Templates, first_few, given


def shown(cell: Cell, locale: Locale) -> str:
    """A cell's value by the filter of its unit."""
    show: dict[Unit, Callable[[float], str]] = {
        Unit.RATIO: locale.percent,
        Unit.POINTS: locale.points,
        Unit.SECONDS: locale.duration,
        Unit.MILLISECONDS: locale.milliseconds,
        Unit.COUNT: lambda value: locale.integer(int(value)),
        Unit.PROBABILITY: locale.probability,
        Unit.FACTOR: lambda value: locale.number(value, 1 if round(abs(value), 1) < WHOLE else 0),
        Unit.EFFECT: lambda value: locale.number(value, 2),
        Unit.NUMBER: lambda value: locale.number(value, 4),
        Unit.BYTES: lambda value: locale.size(int(value)),
    }
    return show[cell.unit](cell.value)


WHOLE = 10
"""Times from which they are told without a decimal: it would say more than a measurement does."""
_OPEN, _CLOSE = "\x02", "\x03"
"""What a template puts around the words on how far its sentence reaches; no report has these characters."""
_SCOPE = re.compile(f"{_OPEN}(.*?){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences in a row; ``scope`` is what all of them hold for, empty where each says its own."""

    views: tuple[FindingView, ...]
    scope: Markup = field(default_factory=Markup)


class _Numbers:
    """What a sentence may ask of the cells of its finding."""

    def __init__(self, finding: Finding, locale: Locale, leads: Mapping[str, Place]) -> None:
        self.finding = finding
        self.locale = locale
        self.leads = leads
        self.cells = {cell.id: cell for cell in finding.cells}

    def _cell(self, name: str) -> Cell:
        if name not in self.cells:
            raise RenderError(f"el hallazgo «{self.finding.code}» no tiene la celda «{name}»")
        return self.cells[name]

    def value(self, name: str) -> Markup:
        """The number, marked with its cell and linked to where it comes from."""
        cell = self._cell(name)
        return self._mark(cell, shown(cell, self.locale))

    def unsigned(self, name: str) -> Markup:
        """A difference without its sign, for sentences that say the direction in words."""
        cell = self._cell(name)
        bare = Cell(cell.id, abs(cell.value), cell.unit, cell.sources)
        return self._mark(cell, shown(bare, self.locale).lstrip("+"))

    def _mark(self, cell: Cell, text: str) -> Markup:
        code, place = self.finding.code, self.leads.get(cell.id)
        which = f'data-cell="{code}.{cell.id}"'
        if place is not None and place.name != cell.id:
            which += f' data-n="{place.name}"'
        unit = self.locale(f"cell_units.{cell.unit}")
        return mark(text, place.id if place else "", which, f"{plain_number(cell.value)!r} · {code} · {unit}")

    def counted(self, name: str, noun: str) -> Markup:
        """The number with the noun that agrees with it: ``3 ejecuciones``."""
        count = int(self._cell(name).value)
        return self.value(name) + "\N{NO-BREAK SPACE}" + escape(self.locale.plural(count, noun))

    def one(self, name: str) -> bool:
        """Whether the cell is exactly one, for verbs that must agree."""
        return self._cell(name).value == 1

    def zero(self, name: str) -> bool:
        """Whether the cell is zero."""
        return self._cell(name).value == 0

    def positive(self, name: str) -> bool:
        """Whether the cell is above zero."""
        return self._cell(name).value > 0

    def all_of(self, name: str, whole: str) -> bool:
        """Whether two cells are equal: "all of them"."""
        return self._cell(name).value == self._cell(whole).value


def sentence(
    finding: Finding,
    templates: Templates,
    locale: Locale,
    leads: Mapping[str, Place],
    *,
    folder: str = "findings",
) -> FindingView:
    """The finding in words; ``leads`` says by cell where a number leads, if anywhere.

    ``folder`` has the sentence: ``findings``, or those for readers who do not know the trade.
    """
    language = locale.language
    numbers = _Numbers(finding, locale, leads)
    rendered = templates.render(
        f"{language}/{folder}/{finding.code}.j2",
        {
            "verdict": str(finding.verdict),
            "value": numbers.value,
            "unsigned": numbers.unsigned,
            "counted": numbers.counted,
            "one": numbers.one,
            "zero": numbers.zero,
            "positive": numbers.positive,
            "all_of": numbers.all_of,
            "names": _named(finding.names, locale),
            "lists": _listed(finding.lists, locale),
            "flags": finding.flags,
            "items": locale.items,
            "pairs_of": lambda first, second: list(zip(first, second, strict=False)),
            "several": lambda values: len(values) > 1,
            "some": lambda values: _some(values, locale),
            "scope": lambda text: escape(_OPEN) + escape(text) + escape(_CLOSE),
        },
    )
    tidy = re.sub(r"\s*\n\s*", " ", rendered).strip()
    reach = _SCOPE.search(tidy)
    bare = re.sub(r" {2,}", " ", _SCOPE.sub("", tidy)).strip()
    tidy = tidy.replace(_OPEN, f"{locale('scope.one')} ").replace(_CLOSE, ".")
    values = {name: numbers.value(name) for name in numbers.cells}
    return FindingView(
        finding,
        Markup(tidy),  # noqa: S704 - rendered with autoescape
        plain(tidy),
        values,
        bare=Markup(bare),  # noqa: S704 - the same
        scope=Markup(reach[1] if reach else ""),  # noqa: S704 - the same
    )


def blocks(views: Sequence[FindingView], *, together: bool = True) -> tuple[Block, ...]:
    """The sentences in their order, those in a row that hold for the same taken together.

    What only one says of its reach stays in its sentence; without ``together`` each says its own, as where
    readers take one sentence with them: in a summary.
    """
    if not together:
        return (Block(tuple(views)),)
    found: list[Block] = []
    for reach, group in groupby(views, key=lambda view: plain(view.scope)):
        told = tuple(group)
        if reach and told[1:]:
            found.append(Block(told, told[0].scope))
        elif found and not found[-1].scope:
            found[-1] = Block((*found[-1].views, *told))
        else:
            found.append(Block(told))
    return tuple(found)


def _named(names: Mapping[str, str], locale: Locale) -> dict[str, str]:
    """Labels of a finding; metrics and axes without a name of the author's by that of the catalogue."""
    found = dict(names)
    for name, axis in (("factor", "axis"), ("other", "other_axis")):
        if name in found and found[name] == found.get(axis):
            found[name] = locale.term("axes", found[name])
    if "metric" in found:
        found["metric"] = locale.term("metrics", found["metric"])
    return found


def _listed(lists: Mapping[str, tuple[str, ...]], locale: Locale) -> dict[str, tuple[str, ...]]:
    """Lists of a finding; fields of the language by their names in the catalogue."""
    fields = tuple(locale.term("fields", name) for name in lists.get("fields", ()))
    return {**lists, **({"fields": fields} if fields else {})}


def _some(values: tuple[str, ...], locale: Locale) -> Markup:
    """A list in words, cut after a few with how many more there are."""
    told = first_few(values)
    if len(values) == len(told):
        return escape(locale.items([f"«{value}»" for value in values]))
    rest = len(values) - len(told)
    head = locale("list.separator").join(f"«{value}»" for value in told)
    return escape(f"{head} {locale('list.and')} ") + given(locale.integer(rest)) + f" {locale('figure.more')}"


def plain(text: str) -> str:
    """A sentence without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()
