"""Takes the author's Markdown and the values of the results, gives it with its live values filled in.

``{{ valor("rejilla.adam", "test.accuracy") }}`` stands for a number of a run, or of a configuration (then its
mean), ``{{ celda("variant_improves", "difference", "cnn") }}`` for a number of a finding, and
``{{ frase("overall_best") }}`` for its sentence. Nothing else can be said between the braces: no operator, no
attribute, no name, so that a text from anybody can do no harm and takes no time (ADR 0016).
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reportgen.errors import RenderError

Values = Mapping[str, str]
"""Address -> HTML: ``valor STUDY.RUN NAME``, ``celda CODE CELL STUDY``, ``frase CODE STUDY``."""
FUNCTIONS = {"valor": (2, 2), "celda": (2, 3), "frase": (1, 2)}
"""Name -> least and most arguments."""
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of an expression; of no alphabet."""
_PLACES = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_USAGE = 'se admite: valor("ESTUDIO.EJECUCIÓN", "test.accuracy"), celda("CÓDIGO", "CELDA"), frase("CÓDIGO")'
_NEARLY = 0.6
"""How much alike two addresses are, from 0 to 1, for one to be offered for the other."""
_LENGTH = 300
"""Characters that an expression may have."""


class UnknownValueError(ValueError):
    """What stands between braces and means nothing; ``expected`` says what was perhaps meant."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between braces in a text, and the line it begins on, from 1."""

    source: str
    line: int


def turned(name: str) -> str:
    """``accuracy.test`` as ``test.accuracy``; the mean of a configuration under the plain name."""
    metric, _, split = name.removeprefix("mean ").partition(".")
    return f"{split}.{metric}" if split else metric


def evaluate(source: str, values: Values) -> Markup:
    """What an expression stands for.

    Raises:
        UnknownValueError: when it is none, or there is no such value.
    """
    name, arguments = _call(source)
    most = FUNCTIONS[name][1]
    addresses = [" ".join([name, *arguments, *[""] * (most - len(arguments))])]
    if name == "valor":  # the columns of tables are named the other way round
        addresses.append(f"valor {arguments[0]} {turned(arguments[1])}")
    for address in addresses:
        if address in values:
            return Markup(values[address])  # noqa: S704 - made by values_of
    raise UnknownValueError(f"no hay ningún valor {source}", _near(addresses[0], values))


def _call(source: str) -> tuple[str, list[str]]:
    try:
        tree = ast.parse(source, mode="eval").body if len(source) <= _LENGTH else None
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        tree = None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.keywords:
        raise UnknownValueError(f"«{source[:_LENGTH]}» no es un valor del informe", _USAGE)
    least, most = FUNCTIONS.get(tree.func.id, (0, -1))
    constants = [item.value for item in tree.args if isinstance(item, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    if not least <= len(tree.args) <= most or len(texts) != len(tree.args):
        raise UnknownValueError(f"«{source}» no es un valor del informe", _USAGE)
    return tree.func.id, texts


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
