"""Takes the entries that numbers come from, gives each number as the report shows it, with its source.

Templates show a number by its name and the run or entry that has it: what stands there is what the entry has,
formatted, so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from markupsafe import Markup, escape

from reportgen.analysis.settings import SHORT
from reportgen.errors import RenderError
from reportgen.report.context_annex import Provenance, Source
from reportgen.report.locale import Locale

REPORT = "r-informe"
"""The entry of what is counted over the whole report."""
_OVER = ("mean ", "sd ")
"""How names of numbers over several runs begin."""
_OUT_OF = "out_of"


class Keyed(Protocol):
    """A run in any of its forms."""

    @property
    def key(self) -> str:
        """Key of the run."""


def run_place(key: str) -> str:
    """The anchor of the entry of a run."""
    return f"p-{key[:SHORT]}"


def arm_place(study: str, arm: str) -> str:
    """The anchor of the entry of a configuration with several runs."""
    return f"c-{study}-{arm}"


def shared_place(key: str) -> str:
    """The anchor of the entry of a pass through a frozen network."""
    return f"s-{key[:SHORT]}"


def mark(text: str, place: str, marks: str, title: str) -> Markup:
    """A number with its source: a link to its entry, or no more than the words a pointer shows over it.

    Args:
        text: the number as shown.
        place: anchor of its entry; empty where the report has no such annex.
        marks: attributes that say which number it is, escaped.
        title: the unrounded number and where it is from.
    """
    shown, over = escape(text), escape(title)
    if not place:
        return Markup(f'<span class="n" {marks} title="{over}">{shown}</span>')  # noqa: S704 - escaped above
    return Markup(f'<a class="n" href="#{place}" {marks} title="{over}">{shown}</a>')  # noqa: S704 - the same


class Numbers:
    """What templates call to show a number: ``number("accuracy.test", run)``."""

    def __init__(self, provenance: Provenance, locale: Locale) -> None:
        self.locale = locale
        self._linked = provenance.linked
        self._entries = {
            entry.id: (entry.name, {source.name: source for source in entry.numbers()})
            for entry in provenance.entries()
        }
        self._names = {name for _, sources in self._entries.values() for name in sources}
        self._styles: dict[str, Callable[..., str]] = {
            "number": locale.number,
            "percent": locale.percent,
            "points": locale.points,
            "unsigned": lambda value, digits=1: locale.points(value, digits).lstrip("+"),
            "integer": locale.integer,
            "duration": locale.duration,
            "clock": locale.clock,
            "size": locale.size,
            "p": locale.p_value,
            "significant": locale.significant,
        }

    def __call__(self, name: str, of: str | Keyed, style: str = "", *digits: int) -> Markup:
        """A number of a run or of an entry; "not available" where it was not measured.

        Args:
            name: in the entry: ``accuracy.test``, ``f1.test avión``. Of a configuration with several runs it
                is the mean where no spread is named.
            of: anchor of the entry, or anything that has the key of a run.
            style: how it is written, a key of ``self._styles``; by default as a results table writes it.
            digits: decimals, for styles that take them.

        Raises:
            RenderError: when the report has no such entry, or no entry has such a number.
        """
        place = of if isinstance(of, str) else run_place(of.key)
        source = self._source(name, place)
        if source is None or source.value is None:
            return escape(self.locale("words.not_available_short"))
        if style == _OUT_OF:
            shown = self._out_of(name, place)
        elif style:
            shown = self._styles[style](source.value, *digits)
        else:
            shown = self.locale.cell(source.name.removeprefix("mean ").removeprefix("sd "), source.value)
        return self._marked(source, place, shown)

    def marked(self, name: str, place: str, shown: str) -> Markup:
        """A number of an entry, shown in the caller's way.

        Raises:
            RenderError: when there is no such entry or number.
        """
        source = self._source(name, place)
        return escape(shown) if source is None else self._marked(source, place, shown)

    def of(self, place: str) -> Iterable[Source]:
        """The numbers of an entry; none where there is no such entry."""
        return self._entries[place][1].values() if place in self._entries else ()

    def _marked(self, source: Source, place: str, shown: str) -> Markup:
        title = f"{source.text} · {self._entries[place][0]} · {source.words}"
        which = f'data-n="{escape(source.name)}"'
        if not self._linked:
            return mark(shown, "", f'data-p="{place}" {which}', title)
        return mark(shown, place, which, title)

    def _source(self, name: str, place: str) -> Source | None:
        if place not in self._entries:
            raise RenderError(f"una plantilla muestra «{name}» de «{place}», que no está en el informe")
        found = self._entries[place][1]
        if name not in self._names and not any(over + name in self._names for over in _OVER):
            raise RenderError(
                f"una plantilla muestra «{name}» de «{place}», y nada del informe tiene ese número",
                next_step="los nombres están en el anexo de procedencia, en el atributo data-v",
            )
        return found.get(name) or found.get(f"mean {name}")

    def _out_of(self, name: str, place: str) -> str:
        """A share or a bound of it as a count of a hundred or a thousand, as its plain words have it."""
        values = [
            source.value or 0.0 for item in ("hits", "low", "high") if (source := self._source(item, place))
        ]
        counts = self.locale.out_of(*values)
        return {"hits": counts.value, "low": counts.low, "high": counts.high}[name]


def plain_number(value: float) -> float:
    """The number without a type of NumPy, whose name would be part of its text."""
    return value if isinstance(value, int) else float(value)
