"""Takes results and findings, gives everything that the author's text may ask for, as it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from reportgen.analysis.collected import Collected
from reportgen.analysis.published import Published, addressed, share, without_numbers
from reportgen.findings.registry import RULES
from reportgen.report.context import FindingView
from reportgen.report.live import NOTHING
from reportgen.report.locale import Locale


def values_of(parts: Iterable[Collected], views: Iterable[FindingView], locale: Locale) -> dict[str, str]:
    """Everything that a text may ask for."""
    found: dict[str, str] = {NOTHING: str(escape(locale("words.not_available_short")))}
    for part in parts:
        for address, item in addressed(part):
            found.setdefault(f"valor {address}", _shown(item, locale))
        found |= {f"sin {place}": "" for place in without_numbers(part)}
        # A finding that these results do not have may be asked for, once for all studies or of one.
        places = ("", *(f" {study.id}" for study in part.studies))
        found |= {f"sin {rule.code}{place}": "" for rule in RULES for place in places}
    for view in views:
        code, study = view.finding.code, view.finding.study
        for home in dict.fromkeys((study, "")):
            found.setdefault(f"frase {code} {home}", str(view.html))
            for cell, shown in view.values.items():
                found.setdefault(f"celda {code} {cell} {home}", str(shown))
    return found


def _shown(item: Published, locale: Locale) -> str:
    column = item.name.rsplit(maxsplit=1)[-1]
    text = locale.percent(item.value) if share(item.name) else _written(column, item.value, locale)
    mark = Markup('<span class="cell" data-cell="{}.{}.{}">{}</span>')
    return str(mark.format(item.study, item.of, column, text))


def _written(column: str, value: float, locale: Locale) -> str:
    """As a table shows it, with its unit: a metric with four decimals, anything else as its column asks."""
    if column == "inference":
        return locale.milliseconds(value)
    return locale.number(value, 4) if "." in column else locale.cell(column, value)
