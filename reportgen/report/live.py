"""Takes the author's Markdown and the values of the results, gives it with its live values filled in.

What may be said between braces, and nothing else, ``prose/asking.py`` reads (ADR 0016). A report is not lost
for a value: what a run that failed or waits would have is told as not available.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.prose.asking import FUNCTIONS, UnknownValueError, asked

Values = Mapping[str, str]
"""Address -> HTML: ``valor STUDY.RUN NAME``, ``celda CODE CELL STUDY``, ``frase CODE STUDY``; ``sin PLACE``
for what may be asked for and is not there, and ``NOTHING``, which then stands in its place."""
NOTHING = "nada"
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of an expression; of no alphabet."""
_PLACES = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_NEARLY = 0.6
"""How much alike two addresses are, from 0 to 1, for one to be offered for the other."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between braces in a text, and the line it begins on, from 1."""

    source: str
    line: int


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


def placed(text: str) -> tuple[str, tuple[Expression, ...]]:
    """The text with a mark in the place of each expression, which no Markdown can read into, and these."""
    plain = text.replace(_OPEN, "").replace(_CLOSE, "")  # nobody else may set such a mark
    found: list[Expression] = []

    def place(match: re.Match[str]) -> str:
        found.append(Expression(match[1].strip(), plain.count("\n", 0, match.start()) + 1))
        return f"{_OPEN}{len(found) - 1}{_CLOSE}"

    return _EXPRESSION.sub(place, plain), tuple(found)


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
    return Markup(_PLACES.sub(lambda match: made[int(match[1])], html))  # noqa: S704 - values are our own HTML
