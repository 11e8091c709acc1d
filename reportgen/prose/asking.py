"""Takes what stands between braces in a text, gives what it asks for: a function and its arguments.

``valor("rejilla.adam", "test.accuracy")`` is a number of a run, or of a configuration (then its mean),
``celda("variant_improves", "difference", "cnn")`` one of a finding, ``frase("overall_best")`` its sentence.
Nothing else can be said: no operator, no attribute, no name, so that a text from anybody can do no harm and
takes no time (ADR 0016).
"""

from __future__ import annotations

import ast

FUNCTIONS = {"valor": (2, 2), "celda": (2, 3), "frase": (1, 2)}
"""Name -> least and most arguments."""
_USAGE = 'se admite: valor("ESTUDIO.EJECUCIÓN", "test.accuracy"), celda("CÓDIGO", "CELDA"), frase("CÓDIGO")'
_LENGTH = 300
"""Characters that it may have."""


class UnknownValueError(ValueError):
    """What stands between braces and means nothing; ``expected`` says what was perhaps meant."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.expected = expected


def asked(source: str) -> tuple[str, list[str]]:
    """The function and its arguments.

    Raises:
        UnknownValueError: when it is anything else.
    """
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
