"""Takes the author's Markdown and the values of the results, gives it with its live values filled in.

What may be said between braces, and nothing else, ``prose/asking.py`` reads (ADR 0016). A report is not lost
for a value: what a run that failed or waits would have is told as not available.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.prose.asking import FUNCTIONS, UnknownValueError, asked
from reportgen.prose.text import PLACES, Expression

Values = Mapping[str, str]
"""Address -> HTML: ``valor STUDY.RUN NAME``, ``celda CODE CELL STUDY``, ``frase CODE STUDY``; ``clase
STUDY.RUN NAME CLASS``, which a text cannot ask for but a number that it types may be; ``sin PLACE`` for what
may be asked for and is not there, and ``NOTHING``, which then stands in its place."""
NOTHING = "nada"
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<a\b[^>]*>.*?</a>", re.DOTALL)
_OWN_LINK = re.compile(r'<a class="n" href="[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)
_TYPED = re.compile(r'<a class="typed" data-at="(\d+)">(.*?)</a>', re.DOTALL)
"""A number that the author typed, and which of those that are results it is."""
_NEARLY = 0.6
"""How much alike two addresses are, from 0 to 1, for one to be offered for the other."""


def evaluate(source: str, values: Values) -> Markup:
    """What an expression stands for.

    Raises:
        UnknownValueError: when it is none, or there is no such value.
    """
    name, arguments = asked(source)
    most = FUNCTIONS[name][1]
    addresses = [" ".join([name, *arguments, *[""] * (most - len(arguments))])]
    if name == "valor":  # the columns of tables are named the other way round
        metric, _, split = arguments[1].partition(".")
        addresses.append(f"valor {arguments[0]} {split}.{metric}")
    for address in addresses:
        if address in values:
            return Markup(values[address])  # noqa: S704 - made by values_of
    if _lacks(name, arguments, values):
        return Markup(values[NOTHING])  # noqa: S704 - as above
    raise UnknownValueError(f"no hay ningún valor {source}", _near(addresses[0], values))


def _lacks(name: str, arguments: list[str], values: Values) -> bool:
    """Whether a value may be asked for and nobody has it: a run failed or waits, or that was not measured."""
    if name == "valor":
        study = arguments[0].partition(".")[0]
        places = (arguments[0], f"{study}.", " ".join(arguments))
        return any(f"sin {place}" in values for place in places)
    code, *rest = arguments
    study = "".join(rest[1:] if name == "celda" else rest)
    return f"frase {code} {study}" not in values and f"sin {code} {study}".rstrip() in values


def _near(address: str, values: Values) -> str:
    kind = address.partition(" ")[0]
    alike = difflib.get_close_matches(address, [key for key in values if key.startswith(kind)], 3, _NEARLY)
    shown = ", ".join(f"{kind}({', '.join(repr(part) for part in key.split()[1:])})" for key in alike)
    return f"¿quisiste decir {shown}?" if shown else "`reportgen plan` muestra estudios y ejecuciones"


def filled(html: str, expressions: Sequence[Expression], values: Values, name: str) -> Markup:
    """The HTML of a placed text with the values in their places.

    Raises:
        RenderError: with the line of the text ``name`` whose value there is not.
    """
    made = []
    for item in expressions:
        try:
            made.append(str(evaluate(item.source, values)))
        except UnknownValueError as error:
            raise RenderError(str(error), where=f"{name}.md:{item.line}", next_step=error.expected) from error

    def fill(part: str, values: Sequence[str]) -> str:
        return PLACES.sub(lambda at: values[int(at[1])] if int(at[1]) < len(values) else "", part)

    # In a tag of the author's, such as the title of an image, only text may stand; in a link no other link.
    html = _TAG.sub(lambda tag: fill(tag[0], [_TAG.sub("", item) for item in made]), html)
    html = _LINK.sub(lambda link: fill(link[0], [_unlinked(item) for item in made]), html)
    return Markup(fill(html, made))  # noqa: S704 - values are our own HTML


def _unlinked(value: str) -> str:
    """A value whose numbers say their sources and lead nowhere."""
    return _OWN_LINK.sub(r'<span class="n"\1>\2</span>', value)


def typed(html: str, addresses: Sequence[str], values: Values) -> str:
    """The HTML with each number of the author's that is a result leading to where that value leads."""

    def link(found: re.Match[str]) -> str:
        value = values.get(addresses[int(found[1])], "")
        marked = value.startswith("<")
        return value[: value.index(">") + 1] + found[2] + value[value.rindex("<") :] if marked else found[2]

    return _TYPED.sub(link, html)
