"""Takes the name of a Python module beside the configuration, gives its file and the digest of its code.

The code counts with everything local that it imports, so that an edited helper changes the key of the
runs that use it. Nothing is executed here: imports are found in the syntax tree. A module that is named
in a text only (``importlib.import_module("x")``) is neither found here nor offered when the code runs.
"""

from __future__ import annotations

import ast
import hashlib
import keyword
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import MissingError, os_reason

PACKAGE = "__init__.py"


@dataclass(frozen=True, slots=True)
class Source:
    """One local file of Python: where it is, what it is called below the root, what it holds."""

    path: Path
    name: str
    content: bytes

    @property
    def is_package(self) -> bool:
        """Whether it is the ``__init__.py`` of a folder."""
        return self.path.name == PACKAGE


def locate(name: str, root: Path) -> Path:
    """The file of module ``paquete.redes``: ``paquete/redes/__init__.py`` or ``paquete/redes.py`` below root.

    Raises:
        MissingError: not a module's name, the name of one of Python's own, not there, or a link that leads
            out of ``root``.
    """
    parts = name.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        raise MissingError(
            f"«{name}» no puede ser el nombre de un módulo de Python",
            next_step="escribe `módulo:función`: el nombre del archivo sin .py y el de la función",
        )
    if parts[0] in sys.stdlib_module_names:
        raise MissingError(
            f"«{parts[0]}» es el nombre de un módulo propio de Python",
            where=str(root),
            next_step=f"da otro nombre al archivo: {parts[0]}_propio.py, por ejemplo",
        )
    found = _file_of(name, root.resolve())
    if found is None:
        wanted = root.resolve().joinpath(*parts).with_suffix(".py")
        raise MissingError(
            f"no está el archivo {'/'.join(parts)}.py con las funciones declaradas",
            where=str(wanted.parent),
            next_step="crea el archivo junto a la configuración o corrige el nombre del módulo",
        )
    return found


def root_of(name: str, path: Path) -> Path:
    """The folder below which ``locate(name, root)`` found ``path``."""
    depth = len(name.split(".")) - (path.name != PACKAGE)
    return path.parents[depth]


def digest(path: Path, root: Path) -> str:
    """SHA-256 over a module's file and, recursively, every module below ``root`` that it imports.

    Args:
        path: the file, as :func:`locate` gives it.
        root: the folder of the configuration.

    Returns:
        64 hexadecimal digits.

    Raises:
        MissingError: a file outside ``root``, or one that cannot be read or is not Python.
    """
    return digest_of(sources(path, root))


def digest_of(found: Mapping[str, Source]) -> str:
    """SHA-256 over length-prefixed names relative to the root and the contents, sorted by name."""
    total = hashlib.sha256()
    for source in sorted(found.values(), key=lambda item: item.name):
        name = source.name.encode("utf-8", "surrogateescape")
        total.update(len(name).to_bytes(8, "big") + name)
        total.update(len(source.content).to_bytes(8, "big") + source.content)
    return total.hexdigest()


def sources(path: Path, root: Path) -> dict[str, Source]:
    """Module -> file, for a module, the packages around it and every local module that these import.

    Raises:
        MissingError: as in :func:`digest`.
    """
    home = root.resolve()
    waiting = list(prefixes(_module_name(path, home)))
    found: dict[str, Source] = {}
    while waiting:
        name = waiting.pop()
        file = None if name in found else _file_of(name, home)
        if file is not None:
            found[name] = _read(file, home)
            waiting += _imports(found[name], name)
    return found


def _module_name(path: Path, home: Path) -> str:
    """``paquete.redes`` of a file below ``home``."""
    inside = path if path.is_relative_to(home) else path.resolve()
    if not inside.is_relative_to(home):
        raise _outside(path, home)
    parts = inside.relative_to(home).with_suffix("").parts
    return ".".join(parts[:-1] if inside.name == PACKAGE else parts)


def _file_of(name: str, home: Path) -> Path | None:
    """The file of a local module, as Python would choose it; None for whatever is not below ``home``."""
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names:
        return None
    base = home.joinpath(*parts)
    for candidate in (base / PACKAGE, base.with_name(f"{parts[-1]}.py")):
        if candidate.is_file():
            if not candidate.resolve().is_relative_to(home):
                raise _outside(candidate, home)
            return candidate
    return None


def _outside(path: Path, home: Path) -> MissingError:
    return MissingError(
        f"el archivo {path.name} está fuera de la carpeta de la configuración",
        where=str(path),
        next_step=f"copia el archivo dentro de {home}: solo se ejecuta lo que está allí",
    )


def _read(file: Path, home: Path) -> Source:
    try:
        return Source(file, file.relative_to(home).as_posix(), file.read_bytes())
    except OSError as error:
        raise MissingError(
            f"no se puede leer {file.name}: {os_reason(error)}",
            where=str(file),
            next_step="revisa los permisos del archivo",
        ) from error


def _imports(source: Source, name: str) -> Iterator[str]:
    """Every module that a file may mean by its imports, packages around it first."""
    try:
        tree = ast.parse(source.content)
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise MissingError(
            f"{source.path.name} no es Python que se pueda leer ({getattr(error, 'msg', error)})",
            where=f"{source.path}{line}",
            next_step="corrige el archivo y repite la orden",
        ) from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, name if source.is_package else name.rpartition(".")[0])
            yield from prefixes(base)
            if base:
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _base(node: ast.ImportFrom, package: str) -> str:
    """The module after ``from``, without leading dots; empty for one above the topmost package."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    above = node.level - 1
    if len(parts) <= above:
        return ""
    return ".".join([*parts[: len(parts) - above], *([node.module] if node.module else [])])


def prefixes(name: str) -> Iterator[str]:
    """``a``, ``a.b`` and ``a.b.c`` of ``a.b.c``: importing the last executes all of them."""
    parts = name.split(".") if name else []
    return (".".join(parts[: number + 1]) for number in range(len(parts)))
