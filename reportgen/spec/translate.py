"""Takes what pydantic found wrong, gives it as problems in Spanish with their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

from reportgen.errors import Problem
from reportgen.spec import keras_names, model
from reportgen.spec.positions import Marks, dotted, line_of
from reportgen.spec.positions import Path as Place

_TYPES = {
    "string_type": "un texto",
    "int_type": "un número entero",
    "int_from_float": "un número entero",
    "float_type": "un número",
    "bool_type": "true o false",
    "list_type": "una lista",
    "tuple_type": "una lista",
    "dict_type": "una tabla",
    "model_type": "una tabla",
    "model_attributes_type": "una tabla",
    "date_type": "una fecha, sin comillas: 2026-06-09",
    "date_parsing": "una fecha, sin comillas: 2026-06-09",
    "date_from_datetime_parsing": "una fecha, sin comillas: 2026-06-09",
    "date_from_datetime_inexact": "una fecha sin hora: 2026-06-09",
    "finite_number": "un número finito",
}
_PLAIN = {
    "missing": "falta este campo",
    "too_short": "está vacío",
    "string_too_short": "está vacío",
    "string_pattern_mismatch": "no sirve como identificador",
    "too_long": "tiene elementos de más",
}
_BOUNDS = {
    "greater_than": ("mayor que", "gt"),
    "greater_than_equal": ("mayor o igual que", "ge"),
    "less_than": ("menor que", "lt"),
    "less_than_equal": ("menor o igual que", "le"),
}


def problems(
    path: Path, document: Mapping[str, Any], details: Sequence[ErrorDetails], marks: Marks
) -> list[Problem]:
    """One problem for each place; the members of a union complain one by one and are told as one."""
    places: dict[Place, list[ErrorDetails]] = {}
    for item in details:
        places.setdefault(place_of(item, document), []).append(item)
    return [
        _problem(path, place, items, marks)
        for place, items in places.items()
        if not (_is_echo(items) and any(_inside(other, place) for other in places))
    ]


def _is_echo(items: list[ErrorDetails]) -> bool:
    """Whether it may be no more than what the parts of a value are complained of by themselves."""
    return all(item["type"] in ("too_short", "literal_error", *_TYPES) for item in items)


def _inside(place: Place, outer: Place) -> bool:
    """A list whose elements are wrong is also too short, a table with a wrong value is also no word."""
    return len(place) > len(outer) and place[: len(outer)] == outer


def _problem(path: Path, place: Place, items: list[ErrorDetails], marks: Marks) -> Problem:
    mark = line_of(marks, place)
    file = mark.file or str(path)
    wanted = [_TYPES[item["type"]] for item in items if item["type"] in _TYPES]
    other = [item for item in items if item["type"] not in _TYPES]
    literal = [item for item in other if item["type"] == "literal_error"]
    if wanted and len(wanted) + len(literal) == len(items):
        words = [f"{item.get('ctx', {}).get('expected', '')}" for item in literal]
        what = f"tiene que ser {' o '.join(dict.fromkeys([*wanted, *words]))}".replace(" or ", " o ")
        return Problem(file, mark.line, dotted(place), what)
    what, allowed = _told((other or items)[0], place)
    return Problem(file, mark.line, dotted(place), what, allowed)


def _told(item: ErrorDetails, place: Place) -> tuple[str, str]:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return "campo desconocido", keras_names.nearest(str(place[-1]), _fields_at(place[:-1]))
    if kind == "literal_error":
        return f"{item['input']!r} no se admite", _literals(
            str(item["input"]), str(context.get("expected", ""))
        )
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return f"{item['input']!r} no se admite", f"tiene que ser {word} {context.get(bound)}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(place[-1]), (_PLAIN[kind], _SLUG))
    least = context.get("min_length", 1)
    if kind == "too_short" and least > 1:
        return f"tiene que tener al menos {least} elementos", ""
    return _PLAIN.get(kind, str(context.get("error", item["msg"]))), ""


_SLUG = "hasta 64 letras minúsculas sin acento, cifras y «_»; no empieza por «_»"
_PATTERNS = {
    "python": ("no es el nombre de una función", '"módulo:función", de un archivo módulo.py'),
    "best": ("no es una medida de validación", "validation.accuracy, validation.loss o validation.MÉTRICA"),
}
"""Texts that must have another form than that of an id: field -> what is wrong, what is allowed."""


def _literals(given: str, expected: str) -> str:
    """The word that was nearly written, else all that are allowed."""
    for meant in keras_names.close(given, tuple(re.findall(r"'([^']*)'", expected))):
        return f"¿quisiste decir «{meant}»?"
    return f"se admite: {expected}".replace(" or ", " o ")


def place_of(item: ErrorDetails, document: Mapping[str, Any]) -> Place:
    """Where in the document an error is: without the names of union members and of checks."""
    place: list[str | int] = []
    node: Any = document
    parts = [part for whole in item["loc"] for part in _nested(whole)]
    for index, part in enumerate(parts):
        if isinstance(node, Mapping) and part in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif item["type"] != "missing" or index < len(parts) - 1:
            continue
        place.append(part)
    return tuple(place)


def _nested(part: str | int) -> list[str | int]:
    """``optimizer.learning_rate``, the one axis that is a table inside a table, as its two keys."""
    return [*part.split(".", 1)] if isinstance(part, str) and part.startswith("optimizer.") else [part]


_ROOMS: dict[str, type[model.Base]] = {
    "report": model.Reports, "data": model.DataSets, "training": model.Training,
    "model": model.Model, "study": model.Study, "claim": model.Claim,
}  # fmt: skip
_INNER: dict[str, type[model.Base]] = {
    "split": model.Split, "subset": model.Subset, "from": model.Origin, "table": model.Table,
}  # fmt: skip


def _fields_at(place: Place) -> tuple[str, ...]:
    """Names that are allowed in the table at ``place``."""
    if not place:
        return (*model.Spec.model_fields, "profile")
    room = _ROOMS.get(str(place[0]), model.Spec)
    if "variant" in place:
        room = model.Variant
    elif "labels" in place:
        room = model.Labels
    elif "authors" in place:
        room = model.Author
    room = _INNER.get(str(place[-1]), room)
    return tuple(field.alias or name for name, field in room.model_fields.items() if name != "named")
