"""Takes the bytes of a CSV as spreadsheets write it, gives its cells with their lines, or what is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.errors import Problem, os_reason

MAX_BYTES = 64 * 2**20
MAX_COLUMNS = 512
MAX_PROBLEMS = 40
"""Mistakes of one file that are told one by one."""
SEPARATORS = (";", "\t", ",", "|")
"""Of equally frequent ones the first is taken: a comma may also be a decimal sign."""
_HINT = re.compile(r"sep=([;,|\t])\r?\n", re.IGNORECASE)
"""First line by which a spreadsheet is told the separator."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record by the column's position, and the line on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file: its headers as written, and its rows, each as wide as the header."""

    file: str
    line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Complaints:
    """What is wrong with one file; past a number it is only said that there is more."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, what: str, allowed: str = "") -> None:
        """One mistake at a line of the file."""
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(Problem(self.file, line, column, what, allowed))
        elif len(self.found) == MAX_PROBLEMS:
            what = f"hay más de {MAX_PROBLEMS} errores en el archivo"
            self.found.append(Problem(self.file, line, column, what, "corrige los anteriores"))


def read(path: Path, complaints: Complaints, most: int) -> Sheet | None:
    """The sheet at ``path`` with at most ``most`` rows; None, with a complaint, when it cannot be used."""
    text = _text(path, complaints)
    if text is None:
        return None
    separator, skipped = _separator(text)
    lines = iter(_records(text, separator, skipped, complaints))
    head = next(lines, None)
    if head is None:
        if not complaints.found:
            complaints.add(1, "archivo", "está vacío", "una fila de cabeceras y las de datos")
        return None
    header = _header(head, complaints)
    rows = tuple(_rows(header, lines, complaints, most))
    if not rows and not complaints.found:
        complaints.add(head.line, "archivo", "no tiene ninguna fila de datos", "una fila por resultado")
    return None if complaints.found else Sheet(complaints.file, head.line, header, rows)


def _text(path: Path, complaints: Complaints) -> str | None:
    try:
        if not path.is_file():
            complaints.add(1, "archivo", "no existe", "una ruta relativa al archivo de configuración")
            return None
        if path.stat().st_size > MAX_BYTES:
            complaints.add(1, "archivo", f"ocupa más de {MAX_BYTES // 2**20} MiB", "divide la tabla")
            return None
        content = path.read_bytes()
    except OSError as error:
        complaints.add(1, "archivo", f"no se puede leer: {os_reason(error)}", "revisa la ruta")
        return None
    text = _decoded(content)
    if text is None or "\0" in text:
        line = (text or "").partition("\0")[0].count("\n") + 1
        complaints.add(line, "archivo", "no es un archivo de texto", "un CSV, no una hoja .xlsx")
        return None
    return text


def _decoded(content: bytes) -> str | None:
    """The text: UTF-8 or UTF-16 by its mark, else UTF-8, else what Windows writes in Western languages."""
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            if b"\0" in content:
                break
    return None


def _separator(text: str) -> tuple[str, int]:
    """What stands between cells, and how many characters say so before the header."""
    hint = _HINT.match(text)
    if hint:
        return hint[1], hint.end()
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=lambda sign: (bare.count(sign), -SEPARATORS.index(sign))), 0


def _records(text: str, separator: str, skipped: int, complaints: Complaints) -> Iterator[Row]:
    """Every record that has anything in it, with the line on which it begins."""
    before = text.count("\n", 0, skipped)
    reader = csv.reader(io.StringIO(text[skipped:], newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(before + start, tuple(cells))
            start = reader.line_num + 1
    except csv.Error:
        line = before + start
        complaints.add(line, "archivo", "las comillas no cuadran, o hay una celda enorme", "revisa la línea")


def _header(head: Row, complaints: Complaints) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in head.cells]
    while names and not names[-1]:  # empty columns that a spreadsheet leaves at the right
        names.pop()
    if len(names) > MAX_COLUMNS:
        complaints.add(
            head.line, "cabecera", f"más de {MAX_COLUMNS} columnas", "quita las que no hagan falta"
        )
        return tuple(names)
    for at, name in enumerate(names, start=1):
        if not name:
            complaints.add(head.line, f"columna {at}", "no tiene cabecera", "ponle un nombre o quítala")
    return tuple(names)


def _rows(
    header: tuple[str, ...], records: Iterator[Row], complaints: Complaints, most: int
) -> Iterator[Row]:
    width = len(header)
    for number, row in enumerate(records, start=1):
        if number > most:
            complaints.add(row.line, "archivo", f"más de {most} filas", "divide la tabla")
            return
        cells = row.cells
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            what = f"{len(cells)} celdas y no {width}, como la cabecera"
            allowed = "revisa el separador; con comas, un decimal con coma va entre comillas"
            complaints.add(row.line, "fila", what, allowed)
        else:
            yield Row(row.line, cells[:width])
