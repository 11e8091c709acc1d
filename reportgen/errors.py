"""Takes what went wrong, gives an error that says what, where and what to do next.

Every error that a user can meet is a :class:`ReportgenError`; its ``exit_code``
is what the command line returns (2 configuration or usage, 3 something missing on the
machine, 1 some runs failed).
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

_REASONS = {
    errno.EACCES: "permiso denegado",
    errno.EPERM: "permiso denegado",
    errno.ENOENT: "no existe",
    errno.ENOTDIR: "hay un archivo donde debería haber una carpeta",
    errno.EEXIST: "hay un archivo donde debería haber una carpeta",
    errno.EISDIR: "es una carpeta",
    errno.ENOSPC: "no queda espacio en el disco",
    errno.EDQUOT: "no queda cuota de disco",
    errno.EFBIG: "el archivo es demasiado grande para este disco o usuario",
    errno.EROFS: "el disco es de solo lectura",
    errno.EIO: "el disco no responde bien (error de lectura o escritura)",
    errno.EMFILE: "demasiados archivos abiertos",
    errno.ENFILE: "demasiados archivos abiertos",
    errno.ENOMEM: "no queda memoria",
}


def os_reason(error: OSError) -> str:
    """Why the system refused something, in Spanish where it is a common reason."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class ReportgenError(Exception):
    """Root of all errors meant for people.

    Args:
        what: what went wrong, one Spanish sentence.
        where: file, line and field, or the folder concerned; may be empty.
        next_step: what the reader can do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.next_step:
            parts.append(f"  → {self.next_step}")
        return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration: place, field, what is wrong and what is allowed."""

    file: str
    line: int
    field: str
    what: str
    allowed: str = ""

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}: {self.field}: {self.what}"
        return f"{head}\n  → {self.allowed}" if self.allowed else head


class ConfigurationError(ReportgenError):
    """The configuration cannot be used; carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        count = len(problems)
        noun = "error" if count == 1 else "errores"
        super().__init__(f"{count} {noun} en la configuración")
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([*(str(problem) for problem in self.problems), self.what])


class UsageError(ReportgenError):
    """What a command was given cannot be used: a file that is not there, or not what it should be."""

    exit_code = 2


class MissingError(ReportgenError):
    """Something the machine needs is not there: data, weights, pango, keras."""

    exit_code = 3


class StoreError(ReportgenError):
    """The store cannot be read or written."""

    exit_code = 3


class RenderError(ReportgenError):
    """A template, figure or asset of the report cannot be rendered."""

    exit_code = 1
