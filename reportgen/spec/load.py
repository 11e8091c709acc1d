"""Takes the path of a TOML file and a profile, gives its :class:`Spec` or all its errors at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reportgen.errors import ConfigurationError, Problem
from reportgen.spec import check, keras_names, model
from reportgen.spec.positions import Path as Place
from reportgen.spec.positions import line_of, positions

MAX_BYTES = 256 * 1024
MAX_DOTS = 64


def load(path: Path, profile: str = "") -> model.Spec:
    """The configuration at ``path``, with ``[profile.NAME]`` laid over it when a profile is named.

    Raises:
        ConfigurationError: with every problem found, each with file, line and field.
    """
    text = _read(path)
    document = _parse(path, text)
    lines = positions(text)
    profiles = document.pop("profile", {})
    if profile:
        if not isinstance(profiles, dict) or profile not in profiles:
            known = ", ".join(profiles) if isinstance(profiles, dict) and profiles else "ninguno"
            raise _single(path, 1, "profile", f"no hay ningún perfil «{profile}»", f"declarados: {known}")
        _overlay(document, profiles[profile], (), ("profile", profile), lines)
    return _validate(path, document, lines)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _single(path, 1, "archivo", f"ocupa más de {MAX_BYTES // 1024} KiB", "divide la configuración")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _single(path, 1, "archivo", f"no se puede leer: {error.strerror}", "revisa la ruta") from error
    except UnicodeDecodeError as error:
        raise _single(path, 1, "archivo", "no está en UTF-8", "guárdalo como UTF-8") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.split("=")[0].count(".") > MAX_DOTS:
            raise _single(path, number, "TOML", f"una clave con más de {MAX_DOTS} puntos", "acórtala")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_in(str(error))
        raise _single(path, line, "TOML", f"no es TOML válido: {error}", "revisa comillas y corchetes") from error
    except (RecursionError, ValueError) as error:
        raise _single(path, 1, "TOML", f"no se puede interpretar: {error}", "simplifica el archivo") from error


def _line_in(message: str) -> int:
    """Python before 3.14 gives the place of a TOML error only inside its message."""
    words = message.replace(",", " ").replace(")", " ").split()
    after = [words[index + 1] for index, word in enumerate(words[:-1]) if word == "line"]
    return int(after[0]) if after and after[0].isdigit() else 1


def _single(path: Path, line: int, field: str, what: str, allowed: str) -> ConfigurationError:
    return ConfigurationError((Problem(str(path), line, field, what, allowed),))


def _overlay(
    target: dict[str, Any], extra: Mapping[str, Any], at: Place, source: Place, lines: dict[Place, int]
) -> None:
    """Lay ``extra`` over ``target``: tables are merged, anything else replaced, lines follow."""
    for key, value in extra.items():
        here, there = (*at, key), (*source, key)
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _overlay(target[key], value, here, there, lines)
            continue
        target[key] = value
        for path in [path for path in lines if path[: len(there)] == there]:
            lines[(*here, *path[len(there) :])] = lines[path]


def _validate(path: Path, document: dict[str, Any], lines: dict[Place, int]) -> model.Spec:
    try:
        spec = model.Spec.model_validate_json(json.dumps(document, default=str))
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [_from_pydantic(path, item, lines) for item in details]
        raise ConfigurationError(tuple(sorted(set(problems), key=lambda item: (item.line, item.field)))) from error
    found = [
        Problem(str(path), line_of(lines, place), _dotted(place), what, allowed)
        for place, what, allowed in check.check(spec)
    ]
    if found:
        raise ConfigurationError(tuple(sorted(set(found), key=lambda item: (item.line, item.field))))
    return spec


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


_SPANISH = {
    "missing": "falta este campo",
    "string_type": "tiene que ser un texto",
    "int_type": "tiene que ser un número entero",
    "float_type": "tiene que ser un número",
    "bool_type": "tiene que ser true o false",
    "list_type": "tiene que ser una lista",
    "tuple_type": "tiene que ser una lista",
    "dict_type": "tiene que ser una tabla",
    "model_type": "tiene que ser una tabla",
    "date_type": "tiene que ser una fecha, sin comillas: 2026-06-09",
    "finite_number": "tiene que ser un número finito",
    "too_short": "está vacío",
    "string_pattern_mismatch": "solo se admiten letras minúsculas sin acento, cifras y «_»",
}
_BOUNDS = {
    "greater_than": ("mayor que", "gt"),
    "greater_than_equal": ("mayor o igual que", "ge"),
    "less_than": ("menor que", "lt"),
    "less_than_equal": ("menor o igual que", "le"),
}
_UNION_TAGS = ("function-", "constrained-", "dict[", "tuple[", "list[", "lax-", "nullable")


def _from_pydantic(path: Path, item: ErrorDetails, lines: dict[Place, int]) -> Problem:
    place = tuple(part for part in item["loc"] if not _is_tag(part))
    kind, context = item["type"], item.get("ctx", {})
    allowed = ""
    if kind == "extra_forbidden":
        what = "campo desconocido"
        allowed = keras_names.nearest(str(place[-1]), _fields_at(place[:-1]))
    elif kind == "literal_error":
        what = f"{item['input']!r} no se admite"
        allowed = f"se admite: {context.get('expected', '')}".replace(" or ", " o ")
    elif kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        what = f"tiene que ser {word} {context.get(bound)}"
    elif kind == "value_error":
        what = str(context.get("error", item["msg"]))
    else:
        what = _SPANISH.get(kind, item["msg"])
    return Problem(str(path), line_of(lines, place), _dotted(place), what, allowed)


def _is_tag(part: str | int) -> bool:
    """Pydantic puts the names of union members and of key checks into the path."""
    if not isinstance(part, str):
        return False
    return part in ("str", "int", "float", "[key]") or part.startswith(_UNION_TAGS) or part.startswith("literal[")


_ROOMS: dict[str, type[model.Base]] = {
    "report": model.Report, "data": model.Data, "training": model.Training,
    "model": model.Model, "study": model.Study,
}  # fmt: skip


def _fields_at(place: Place) -> tuple[str, ...]:
    """Names that are allowed in the table at ``place``."""
    if not place:
        return (*model.Spec.model_fields, "profile")
    room: type[model.Base] = _ROOMS.get(str(place[0]), model.Spec)
    if "variant" in place:
        room = model.Variant
    inner = {"split": model.Split, "subset": model.Subset, "from": model.Origin, "table": model.Table}
    room = inner.get(str(place[-1]), model.Labels if "labels" in place else room)
    return tuple(field.alias or name for name, field in room.model_fields.items())
