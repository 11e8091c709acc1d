"""Takes Python files that a configuration names, gives their functions, once their code is the planned one.

What runs is exactly what was digested: modules are made from the bytes in memory, and only those that the
digest covers can be imported from the author's folder. Nothing of it stays in the process afterwards.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import ExecutionLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from reportgen.errors import MissingError
from reportgen.sources import plugin
from reportgen.sources.plugin import Source


class PluginError(ValueError):
    """A function of the author's failed or did not give what it should; the text tells all of it."""


class Plugins:
    """The functions of the author's files. Use as a context manager: leaving it forgets their modules.

    The local imports of a function work for as long as the context is open, also those inside its body.

    Args:
        files: module -> absolute path of its file.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._digests: dict[str, str] = {}
        self._finder = _Finder()

    def __enter__(self) -> Plugins:
        sys.meta_path.insert(0, self._finder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.meta_path.remove(self._finder)
        for name in self._finder.names():
            sys.modules.pop(name, None)

    def call(self, function: str, source: str, *values: Any, **arguments: Any) -> Any:
        """What ``module:function`` makes of some arguments.

        Args:
            function: ``module:function``.
            source: SHA-256 that :func:`reportgen.sources.plugin.digest` gave when the plan was made.
            values: positional arguments.
            arguments: named arguments.

        Raises:
            MissingError: the file is not there or its code is not that of the plan.
            PluginError: no such function, or it raised.
        """
        module, _, name = function.partition(":")
        self._check(module, source)
        found = self._guarded(function, lambda: self._function(module, name))
        return self._guarded(function, lambda: found(*values, **arguments))

    def _check(self, module: str, source: str) -> None:
        """Reads the files of a module once and compares their digest."""
        path = Path(self._files.get(module, ""))
        if module not in self._files or not path.is_file():
            raise MissingError(
                f"no está el archivo de Python del módulo {module}",
                where=str(path) if module in self._files else module,
                next_step="devuelve el archivo a su sitio, junto a la configuración, y repite la orden",
            )
        if module not in self._digests:
            found = plugin.sources(path, plugin.root_of(module, path))
            self._finder.add(found)
            self._digests[module] = plugin.digest_of(found)
        if self._digests[module] != source:
            raise MissingError(
                f"el código de {path.name} o de lo que importa ha cambiado desde que se hizo el plan",
                where=str(path),
                next_step="vuelve a ejecutar la orden: el plan se hará de nuevo con el código actual",
            )

    @staticmethod
    def _function(module: str, name: str) -> Callable[..., Any]:
        """The function inside its module, which is executed the first time."""
        content = vars(importlib.import_module(module))
        found = content.get(name)
        if not callable(found):
            own = [key for key, value in content.items() if callable(value) and not key.startswith("_")]
            near = difflib.get_close_matches(name, own, 1)
            hint = f"; ¿quisiste decir «{near[0]}»?" if near else ""
            raise PluginError(f"el módulo {module} no tiene la función «{name}»{hint}")
        return found

    def _guarded(self, function: str, work: Callable[[], Any]) -> Any:
        """The result of the author's code; whatever it raises is told with its line."""
        try:
            return work()
        except PluginError:
            raise
        except (Exception, SystemExit) as error:
            place = self._finder.line_of(error)
            told = " ".join(f"{type(error).__name__}: {error}".split())
            raise PluginError(f"falló la función {function}{place}: {told}") from error


class _Finder(MetaPathFinder):
    """Finds the modules whose files were digested, and folders on the way to them, and no others."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def add(self, found: Mapping[str, Source]) -> None:
        """Offers more modules; raises PluginError for one that would hide an installed library."""
        for name in found:
            if name not in self._sources and name in sys.modules:
                raise PluginError(
                    f"el archivo {found[name].name} se llama como la biblioteca {name}: dale otro nombre"
                )
        self._sources.update(found)

    def names(self) -> set[str]:
        """The modules and the folders around them."""
        return {prefix for name in self._sources for prefix in plugin.prefixes(name)}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # named by Python
        target: ModuleType | None = None,  # noqa: ARG002  # named by Python
    ) -> ModuleSpec | None:
        """A module from its bytes, or a folder without ``__init__.py`` that holds one."""
        if fullname in self._sources:
            source = self._sources[fullname]
            return importlib.util.spec_from_file_location(
                fullname,
                source.path,
                loader=_Loader(source),
                submodule_search_locations=[] if source.is_package else None,
            )
        if any(name.startswith(f"{fullname}.") for name in self._sources):
            return ModuleSpec(fullname, None, is_package=True)
        return None

    def line_of(self, error: BaseException) -> str:
        """`` (redes.py, línea 3)``: the innermost line of the author's that an error passed."""
        own = {str(source.path): source.name for source in self._sources.values()}
        frames = traceback.extract_tb(error.__traceback__)
        places = [
            f" ({own[frame.filename]}, línea {frame.lineno})" for frame in frames if frame.filename in own
        ]
        return places[-1] if places else ""


class _Loader(ExecutionLoader):
    """Makes a module from bytes in memory: no cache of compiled files is read or written."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def get_source(self, fullname: str) -> str:  # noqa: ARG002  # named by Python
        """The text of the file."""
        return importlib.util.decode_source(self._source.content)

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002  # named by Python
        """Its path, for ``__file__`` and tracebacks."""
        return str(self._source.path)

    def is_package(self, fullname: str) -> bool:  # noqa: ARG002  # named by Python
        """Whether it is an ``__init__.py``."""
        return self._source.is_package
