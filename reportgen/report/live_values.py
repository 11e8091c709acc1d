"""Takes results and findings, gives everything that the author's text may ask for, as it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from reportgen.analysis.collected import Collected
from reportgen.analysis.published import SCORES, Published, addressed, share, turned, without_numbers
from reportgen.findings.registry import RULES
from reportgen.report.context import FindingView
from reportgen.report.live import NOTHING
from reportgen.report.locale import Locale
from reportgen.report.numbers import Numbers, arm_place, run_place


def values_of(
    parts: Iterable[Collected], views: Iterable[FindingView], locale: Locale, numbers: Numbers
) -> dict[str, str]:
    """Everything that a text may ask for, each number leading to its entry among ``numbers``."""
    found: dict[str, str] = {NOTHING: str(escape(locale("words.not_available_short")))}
    for part in parts:
        for address, item in addressed(part):
            found.setdefault(f"valor {address}", str(_shown(item, locale, numbers)))
        for address, value in _scores(part, locale, numbers):
            found.setdefault(address, value)
        found |= {f"sin {place}": "" for place in without_numbers(part)}
        # A finding that these results do not have may be asked for, once for all studies or of one.
        places = ("", *(f" {study.id}" for study in part.studies), *(f" {item.id}" for item in part.claims))
        found |= {f"sin {rule.code}{place}": "" for rule in RULES for place in places}
    for view in views:
        code, study = view.finding.code, view.finding.study
        for home in dict.fromkeys((study, view.finding.names.get("claim", study), "")):
            found.setdefault(f"frase {code} {home}", str(view.html))
            for cell, shown in view.values.items():
                found.setdefault(f"celda {code} {cell} {home}", str(shown))
    return found


def _shown(item: Published, locale: Locale, numbers: Numbers) -> Markup:
    several = item.name.startswith("mean ")
    place = arm_place(item.study, item.of) if several else run_place(item.runs[0])
    column = item.name.rsplit(maxsplit=1)[-1]
    text = locale.percent(item.value) if share(item.name) else _written(column, item.value, locale)
    return numbers.marked(item.name, place, text)


def _scores(part: Collected, locale: Locale, numbers: Numbers) -> Iterator[tuple[str, str]]:
    """The scores of each class and their means, of those runs that the report tells class by class."""
    for study in part.studies:
        for result in study.ok():
            place = run_place(result.key)
            for source in numbers.of(place):
                column, _, label = source.name.partition(" ")
                if column.partition(".")[0] in SCORES and source.value is not None:
                    shown = numbers.marked(source.name, place, locale.percent(source.value))
                    yield f"clase {study.id}.{result.plan.id} {turned(column)} {label}".rstrip(), str(shown)


def _written(column: str, value: float, locale: Locale) -> str:
    """As a table shows it, with its unit: a metric with four decimals, anything else as its column asks."""
    if column == "inference":
        return locale.milliseconds(value)
    return locale.number(value, 4) if "." in column else locale.cell(column, value)
