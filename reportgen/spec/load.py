"""Takes the path of a TOML file and a profile, gives its :class:`Spec` or all its errors at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reportgen.errors import ConfigurationError, Problem, os_reason
from reportgen.spec import model
from reportgen.spec.check import check
from reportgen.spec.check_values import Complaint
from reportgen.spec.positions import Path as Place
from reportgen.spec.positions import line_of, positions
from reportgen.spec.repair import repaired
from reportgen.spec.translate import dotted, problems

MAX_BYTES = 256 * 1024
MAX_DOTS = 32
MAX_DEPTH = 32
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"""(?m)(?:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_DOTS}}}""")
"""A dotted key that nests tables without end."""


def load(path: Path, profile: str = "") -> model.Spec:
    """The configuration at ``path``, with ``[profile.NAME]`` laid over it when a profile is named.

    Raises:
        ConfigurationError: with every problem found, each with file, line and field.
    """
    text = _read(path)
    document = _parse(path, text)
    lines = positions(text)
    _lay_profile(path, document, profile, lines)
    return _validate(path, document, lines)


def _lay_profile(path: Path, document: dict[str, Any], profile: str, lines: dict[Place, int]) -> None:
    profiles = document.pop("profile", {})
    known = profiles if isinstance(profiles, dict) else {}
    at = line_of(lines, ("profile", profile))
    if profile and profile not in known:
        allowed = f"declarados: {', '.join(known) or 'ninguno'}"
        raise _single(path, at, "profile", f"no hay ningún perfil «{profile}»", allowed)
    for name, content in known.items():
        if not isinstance(content, dict):
            line = line_of(lines, ("profile", name))
            raise _single(path, line, f"profile.{name}", "tiene que ser una tabla", f"[profile.{name}]")
    if profile:
        _overlay(document, known[profile], (), ("profile", profile), lines)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            what = f"ocupa más de {MAX_BYTES // 1024} KiB"
            raise _single(path, 1, "archivo", what, "divide la configuración")
        content = path.read_bytes()
    except OSError as error:
        what = f"no se puede leer: {os_reason(error)}"
        raise _single(path, 1, "archivo", what, "revisa la ruta") from error
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _single(path, line, "archivo", "no está en UTF-8", "guárdalo como UTF-8") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    if match := _DEEP_KEY.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise _single(path, line, "TOML", f"una clave con más de {MAX_DOTS} puntos", "acórtala")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error), text)
        what = f"no es TOML válido: {_told(error)}"
        raise _single(path, line, "TOML", what, "revisa comillas, corchetes y comas") from error
    except (RecursionError, ValueError) as error:
        what = "no se puede interpretar: demasiados niveles o un número con demasiadas cifras"
        raise _single(path, 1, "TOML", what, "simplifica el archivo") from error
    if _depth(document) > MAX_DEPTH:
        what = f"listas o tablas dentro de otras, más de {MAX_DEPTH} veces"
        raise _single(path, _deepest(text), "TOML", what, "simplifica el archivo")
    return document


def _told(error: tomllib.TOMLDecodeError) -> str:
    """What the parser says, in Spanish where it is one of its common complaints."""
    said = re.sub(r" \(at .*\)$", "", str(error))
    for pattern, told in _SAID:
        if re.search(pattern, said):
            return told
    return said


_SAID = (
    (r"Cannot overwrite a value|Duplicate|twice", "la clave ya estaba declarada"),
    (r"Cannot declare|Cannot mutate|Cannot redefine", "la tabla ya estaba declarada"),
    (r"Expected '=' after a key", "falta «=» después de la clave"),
    (r"Expected .* at the end of a table", "falta «]» al final del nombre de la tabla"),
    (r"Expected newline or end of document", "sobra texto al final de la línea"),
    (r"Invalid value", "el valor no se entiende; un texto va entre comillas"),
    (r"Invalid statement", "la línea no empieza por una clave"),
    (r"Unclosed array", "falta «]» al final de la lista"),
    (r"Unclosed inline table", "falta «}» al final de la tabla"),
    (r"Unterminated string|Expected \"'\"|Illegal character", "falta cerrar comillas"),
    (r"Invalid initial character for a key", "la clave empieza por un carácter que no se admite"),
    (r"Unescaped", "hay una «\\\\» suelta dentro de un texto"),
)


def _depth(document: object) -> int:
    """Levels of tables and lists, counted without recursion."""
    depth, level = 0, [document]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            item
            for node in level
            if isinstance(node, dict | list)
            for item in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def _deepest(text: str) -> int:
    """The line with the most brackets: where to look for what is nested too deeply."""
    counts = [line.count("[") + line.count("{") for line in text.split("\n")]
    return counts.index(max(counts)) + 1


def _line_in(message: str, text: str) -> int:
    """Python before 3.14 gives the place of a TOML error only inside its message."""
    if found := re.search(r"at line (\d+)", message):
        return int(found.group(1))
    return max(1, len(text.rstrip().split("\n")))  # at the end of the document


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
        spec = model.Spec.model_validate_json(as_json(document))
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = problems(path, document, details, lines)
        found += _complaints(path, repaired(document, details, as_json), lines)
        raise ConfigurationError(_ordered(found)) from error
    found = [*_complaints(path, check(spec), lines), *_prose(path, spec, lines)]
    if found:
        raise ConfigurationError(_ordered(found))
    return spec


def as_json(document: dict[str, Any]) -> str:
    """The document for strict validation, which in JSON takes a list for a tuple."""
    return json.dumps(document, default=str)


def _complaints(path: Path, complaints: Iterator[Complaint], lines: dict[Place, int]) -> list[Problem]:
    return [
        Problem(str(path), line_of(lines, place), dotted(place), what, allowed)
        for place, what, allowed in complaints
    ]


def _ordered(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda item: (item.line, item.field)))


def _prose(path: Path, spec: model.Spec, lines: dict[Place, int]) -> Iterator[Problem]:
    """What is wrong with the author's texts: better told now than after hours of training."""
    if not spec.report.prose:
        return
    folder = path.parent / spec.report.prose
    line = line_of(lines, ("report", "prose"))
    if not folder.is_dir():
        what = f"no existe la carpeta «{spec.report.prose}»"
        yield Problem(str(path), line, "report.prose", what, "créala o quita `prose`")
        return
    for text in sorted(folder.glob("*.md")):
        try:
            text.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            what = f"no se puede leer «{text.name}» como UTF-8"
            yield Problem(str(path), line, "report.prose", what, "guárdalo como UTF-8")
