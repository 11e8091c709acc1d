"""Takes a table of results, a row for each run, gives its axes and its runs, or every cell that is wrong."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from reportgen.sources.cells import count, milliseconds, number, seconds, words
from reportgen.sources.columns import KNOWN, METRICS, named, shown, slug
from reportgen.sources.imported import VARIANT, ImportedRun
from reportgen.sources.spreadsheet import Complaints, Row, Sheet

ACCURACIES = tuple(name for name, (_, metric) in METRICS.items() if metric == "accuracy")
NEARLY = 0.85
"""How much alike a header and a known one are, from 0 to 1, for one to be taken for a slip of the other."""
MAX_SEED = 2**31 - 1
_LAYERS = re.compile(r"\d+(?:-\d+)*")
_READERS: Mapping[str, Callable[[str], float | None]] = {
    "seconds": seconds, "epochs": count, "seed": count, "parameters": count, "images": count,
    "inference": milliseconds,
}  # fmt: skip
_WANTED = {"seconds": "un tiempo", "inference": "milisegundos por imagen"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Table:
    """Axis -> the author's name for it, the runs, and for each run axis -> the cell that says its value."""

    axes: Mapping[str, str]
    runs: tuple[ImportedRun, ...]
    texts: tuple[Mapping[str, str], ...]


def table(sheet: Sheet, complaints: Complaints) -> Table | None:
    """The runs of a sheet; None, with complaints, where it cannot be used."""
    names = [named(header) for header in sheet.header]
    _headers(sheet, names, complaints)
    if complaints.found:
        return None
    axes = {
        name: shown(header, name)
        for header, name in zip(sheet.header, names, strict=True)
        if name not in KNOWN
    }
    by_name = not axes
    if by_name:
        axes = {VARIANT: ""}
        if "label" not in names:
            what = "nada distingue una fila de otra"
            complaints.add(
                sheet.line, "cabecera", what, "una columna «label», o una por cada ajuste que cambia"
            )
            return None
    texts = [_texts(row, names, axes, complaints, by_name=by_name) for row in sheet.rows]
    levels = {axis: _values([item[axis] for item in texts]) for axis in axes}
    _alike(sheet, texts, complaints)
    numbers = {
        name: _numbers(sheet, name, names.index(name), complaints) for name in METRICS if name in names
    }
    facts = {name: _facts(sheet, name, names.index(name), complaints) for name in _READERS if name in names}
    if complaints.found:
        return None
    runs = tuple(
        replace(
            _run(at, texts[at], levels, {**numbers, **facts}),
            line=row.line,
            label="" if by_name else _label(row, names),
        )
        for at, row in enumerate(sheet.rows)
    )
    _once(runs, complaints)
    return None if complaints.found else Table(axes, runs, tuple(texts))


def _headers(sheet: Sheet, names: Sequence[str], complaints: Complaints) -> None:
    for at, (header, name) in enumerate(zip(sheet.header, names, strict=True)):
        meant = difflib.get_close_matches(name, KNOWN, 1, NEARLY)
        if not name or not name[0].isalnum():
            complaints.add(
                sheet.line, f"columna {at + 1}", f"«{header[:40]}» no sirve de nombre", "letras y cifras"
            )
        elif name in names[:at]:
            complaints.add(sheet.line, header, "la columna está dos veces", "quita una")
        elif name not in KNOWN and meant:
            complaints.add(sheet.line, header, "no es una columna conocida", f"¿quisiste decir «{meant[0]}»?")
    if not set(names) & set(ACCURACIES):
        what = "no hay ninguna columna de exactitud"
        complaints.add(sheet.line, "cabecera", what, f"se admite: {', '.join(ACCURACIES)}")


def _texts(
    row: Row, names: Sequence[str], axes: Mapping[str, str], complaints: Complaints, *, by_name: bool
) -> dict[str, str]:
    """Axis -> what its cell says."""
    found = {}
    for axis in axes:
        column = "label" if by_name else axis
        text = row.cells[names.index(column)]
        try:
            found[axis] = words(text)
        except ValueError as error:
            complaints.add(row.line, column, f"«{text.strip()[:40]}» {error}", "el valor, escrito como texto")
            found[axis] = text
        if not found[axis]:
            complaints.add(row.line, column, "celda vacía", "si estaba combinada con otra, repite su valor")
    return found


def _values(texts: Sequence[str]) -> list[Any]:
    """The values of an axis: numbers if all are, lists if all are layers such as ``512-256``, else texts."""
    numbers = [_number(text) for text in texts]
    if all(value is not None for value in numbers):
        return [int(value) if value.is_integer() else value for value in numbers if value is not None]
    if all(_LAYERS.fullmatch(text) for text in texts):
        return [[int(part) for part in text.split("-")] for text in texts]
    return list(texts)


def _number(text: str) -> float | None:
    try:
        found = number(text)
    except ValueError:
        return None
    return found[0] if found else None


def _alike(sheet: Sheet, texts: Sequence[Mapping[str, str]], complaints: Complaints) -> None:
    """Values that differ only in capitals would pass for two levels."""
    first: dict[tuple[str, str], str] = {}
    for row, found in zip(sheet.rows, texts, strict=True):
        for axis, text in found.items():
            before = first.setdefault((axis, text.casefold()), text)
            if before != text:
                complaints.add(
                    row.line, axis, f"«{text}» y «{before}» solo difieren en mayúsculas", "escríbelo igual"
                )


def _numbers(sheet: Sheet, name: str, at: int, complaints: Complaints) -> list[float | None]:
    """A column of measures; one of accuracies that are all above 1 is in percent."""
    read = [_read(number, row, (name, at), complaints, "un número") for row in sheet.rows]
    values = [item[0] if item else None for item in read]
    if name not in ACCURACIES:
        return values
    bare = [value for item in read if item for value, percent in (item,) if not percent and value != 0]
    whole = bool(bare) and max(bare) > 1
    found: list[float | None] = []
    for row, item in zip(sheet.rows, read, strict=True):
        value = item[0] if item else None
        if item and whole and not item[1]:
            if 0 < item[0] <= 1:
                what = f"«{row.cells[at].strip()}»: la columna mezcla proporciones y porcentajes"
                complaints.add(row.line, name, what, "todas entre 0 y 1, o todas en porcentaje")
            value = item[0] / 100
        if value is not None and not 0 <= value <= 1:
            what = f"«{row.cells[at].strip()[:40]}» no puede ser una exactitud"
            complaints.add(row.line, name, what, "entre 0 y 1, o entre 0 % y 100 %")
        found.append(value)
    return found


def _facts(sheet: Sheet, name: str, at: int, complaints: Complaints) -> list[float | None]:
    wanted = _WANTED.get(name, "un número entero")
    values = [_read(_READERS[name], row, (name, at), complaints, wanted) for row in sheet.rows]
    for row, value in zip(sheet.rows, values, strict=True):
        if value is not None and name == "seed" and value > MAX_SEED:
            complaints.add(row.line, name, f"{value} es demasiado grande", f"hasta {MAX_SEED}")
        if value is None and name == "seed":
            complaints.add(row.line, name, "falta la semilla", "en todas las filas, o quita la columna")
        if value == 0 and name in ("images", "epochs", "parameters"):
            complaints.add(row.line, name, "no puede ser 0", "desde 1, o vacía")
    return values


def _read(
    reader: Callable[[str], _T], row: Row, column: tuple[str, int], complaints: Complaints, wanted: str
) -> _T | None:
    """One cell; ``column`` is its name and position."""
    name, at = column
    text = row.cells[at]
    try:
        return reader(text)
    except ValueError as error:
        shortened = " ".join(text.split())[:40]
        complaints.add(row.line, name, f"«{shortened}» {error}", wanted)
        return None


def _label(row: Row, names: Sequence[str]) -> str:
    if "label" not in names:
        return ""
    return " ".join(row.cells[names.index("label")].split())[:120]


def _run(
    at: int,
    texts: Mapping[str, str],
    levels: Mapping[str, Sequence[Any]],
    numbers: Mapping[str, Sequence[float | None]],
) -> ImportedRun:
    """The run of the row at a position; its line and label are filled in by whoever knows the sheet."""
    metrics: dict[str, dict[str, float]] = {}
    for name, (split, metric) in METRICS.items():
        value = numbers[name][at] if name in numbers else None
        if value is not None:
            metrics.setdefault(split, {})[metric] = value

    def whole(name: str) -> int | None:
        value = numbers[name][at] if name in numbers else None
        return None if value is None else int(value)

    named_only = list(levels) == [VARIANT]
    return ImportedRun(
        line=0,
        parameters={
            axis: slug(texts[axis]) or f"fila_{at + 1}" if named_only else values[at]
            for axis, values in levels.items()
        },
        labels=dict(texts),
        seed=whole("seed"),
        metrics=metrics,
        seconds=numbers["seconds"][at] if "seconds" in numbers else None,
        epochs=whole("epochs"),
        parameters_count=whole("parameters"),
        images=whole("images"),
        inference=numbers["inference"][at] if "inference" in numbers else None,
    )


def _once(runs: Sequence[ImportedRun], complaints: Complaints) -> None:
    """Two rows of one configuration are told apart by their seeds."""
    first: dict[str, int] = {}
    for run in runs:
        place = json.dumps([run.parameters, run.seed], sort_keys=True)
        line = first.setdefault(place, run.line)
        if line != run.line:
            what = f"es la misma configuración que la de la línea {line}"
            complaints.add(run.line, "fila", what, "si es otra repetición, una columna «seed» las distingue")
