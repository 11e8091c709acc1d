"""Takes the path of a TOML file, gives its content with that of its includes, and the place of each key.

The limits are against files made to hurt: size, depth of tables, dots of a key, includes that turn back.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportgen.errors import ConfigurationError, Problem, os_reason
from reportgen.spec.positions import Mark, Marks, dotted, line_of, positions
from reportgen.spec.positions import Path as Place

MAX_BYTES = 256 * 1024
MAX_DOTS = 32
MAX_DEPTH = 32
MAX_FILES = 32
MAX_SHOWN = 60
LARGEST = 2**63
"""Whole numbers of TOML have 64 bits."""
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"""(?m)(?:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_DOTS}}}""")
"""A dotted key that nests tables without end."""


@dataclass(slots=True)
class Source:
    """The merged content of a configuration's files, the place of every key, and their texts by path."""

    document: dict[str, Any] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)


def read(path: Path) -> Source:
    """The file at ``path`` laid over the files it includes, in their order.

    Raises:
        ConfigurationError: what cannot be read or parsed, with file and line.
    """
    source = Source()
    _include(path, path.parent.resolve(), source)
    return source


def _include(path: Path, root: Path, source: Source) -> None:
    text = _read(path)
    document = _parse(path, text)
    marks: Marks = {place: Mark(str(path), line) for place, line in positions(text).items()}
    source.texts[path] = text
    _bounded(path, document, marks)
    if len(source.texts) > MAX_FILES:
        raise single(path, 1, "include", f"más de {MAX_FILES} archivos", "reúne algunos")
    names = document.get("include", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        mark = line_of(marks, ("include",))
        raise single(
            path, mark.line, "include", "tiene que ser una lista de textos", 'include = ["comun.toml"]'
        )
    for index, name in enumerate(names):
        line = line_of(marks, ("include", index)).line
        wrong = _refused(path, name, root, source)
        if wrong:
            raise single(path, line, f"include[{index}]", *wrong)
        _include(path.parent / name, root, source)
    overlay(source.document, document, (), (source.marks, marks))


def _refused(path: Path, name: str, root: Path, source: Source) -> tuple[str, str] | None:
    """Why a file may not be included, and what is allowed."""
    other = path.parent / name
    try:
        real = other.resolve()
        there = other.is_file()
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, links that turn back
        return f"no existe «{_short(name)}»", "revisa la ruta"
    if Path(name).is_absolute() or not real.is_relative_to(root):
        what = f"«{_short(name)}» está fuera de la carpeta de la configuración"
        return what, "una ruta relativa, sin «..»"
    if any(known.resolve() == real for known in source.texts):
        return f"«{_short(name)}» ya está incluido", "cada archivo una sola vez"
    return None if there else (f"no existe «{_short(name)}»", "revisa la ruta")


def _short(name: str) -> str:
    return name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…"


def overlay(
    target: dict[str, Any], extra: Mapping[str, Any], source: Place, marks: tuple[Marks, Marks]
) -> None:
    """Lay ``extra``, which stands at ``source``, over ``target``; ``marks`` (to, from) follow."""
    known, new = marks
    moved = dict(_lay(target, extra, (), source))
    for path, mark in list(new.items()):
        for length in range(1, len(path) + 1):
            if path[:length] in moved:
                known[(*moved[path[:length]], *path[length:])] = mark
                break


def _lay(
    target: dict[str, Any], extra: Mapping[str, Any], at: Place, source: Place
) -> Iterator[tuple[Place, Place]]:
    """Tables merge, all else is replaced; gives where each thing stood and where it stands now."""
    for key, value in extra.items():
        here, there = (*at, key), (*source, key)
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            yield from _lay(target[key], value, here, there)
        else:
            target[key] = value
            yield there, here


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            what = f"ocupa más de {MAX_BYTES // 1024} KiB"
            raise single(path, 1, "archivo", what, "divide la configuración")
        content = path.read_bytes()
    except OSError as error:
        what = f"no se puede leer: {os_reason(error)}"
        raise single(path, 1, "archivo", what, "revisa la ruta") from error
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise single(path, line, "archivo", "no está en UTF-8", "guárdalo como UTF-8") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    if match := _DEEP_KEY.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise single(path, line, "TOML", f"una clave con más de {MAX_DOTS} puntos", "acórtala")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error), text)
        what = f"no es TOML válido: {_told(error)}"
        raise single(path, line, "TOML", what, "revisa comillas, corchetes y comas") from error
    except (RecursionError, ValueError) as error:
        what = "no se puede interpretar: demasiados niveles o un número con demasiadas cifras"
        raise single(path, 1, "TOML", what, "simplifica el archivo") from error
    if _depth(document) > MAX_DEPTH:
        what = f"listas o tablas dentro de otras, más de {MAX_DEPTH} veces"
        raise single(path, _deepest(text), "TOML", what, "simplifica el archivo")
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


def _bounded(path: Path, document: dict[str, Any], marks: Marks) -> None:
    """Refuse whole numbers that have more digits than anything can do with."""
    for place, value in leaves(document, ()):
        if isinstance(value, int) and not -LARGEST <= value < LARGEST:
            what = "un número entero con demasiadas cifras"
            raise single(path, line_of(marks, place).line, dotted(place), what, "hasta 64 bits")


def leaves(node: Any, at: Place) -> Iterator[tuple[Place, Any]]:  # noqa: ANN401 - plain TOML
    """Every value that is neither a table nor a list, with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*at, index))
    else:
        yield at, node


def _deepest(text: str) -> int:
    """The line with the most brackets: where to look for what is nested too deeply."""
    counts = [line.count("[") + line.count("{") for line in text.split("\n")]
    return counts.index(max(counts)) + 1


def _line_in(message: str, text: str) -> int:
    """Python before 3.14 gives the place of a TOML error only inside its message."""
    if found := re.search(r"at line (\d+)", message):
        return int(found.group(1))
    return max(1, len(text.rstrip().split("\n")))  # at the end of the document


def single(path: Path, line: int, field: str, what: str, allowed: str) -> ConfigurationError:
    """One mistake after which nothing more can be said."""
    return ConfigurationError((Problem(str(path), line, field, what, allowed),))
