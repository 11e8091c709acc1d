"""Takes files of epochs, gives the history of each run: one file a run, or one file for all of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reportgen.sources.cells import count, number
from reportgen.sources.columns import HISTORY, METRICS, named
from reportgen.sources.imported import ImportedRun
from reportgen.sources.matching import Runs
from reportgen.sources.spreadsheet import Complaints, Row, Sheet

History = Mapping[str, tuple[float | None, ...]]
ACCURACIES = ("accuracy", "val_accuracy")


def is_history(sheet: Sheet) -> bool:
    """Whether a file is that of one run, epoch by epoch, as Keras' ``CSVLogger`` writes it."""
    return "epoch" in [named(header) for header in sheet.header]


def history(sheet: Sheet, rows: Sequence[Row], complaints: Complaints) -> History:
    """The columns that reports show, over the rows of one run, which must be in the order of the epochs."""
    names = [named(header) for header in sheet.header]
    _in_order(rows, names.index("epoch"), complaints)
    places = {name: names.index(name) for name in HISTORY if name in names}
    if not set(ACCURACIES) & set(places):
        what = "no tiene ninguna exactitud"
        complaints.add(sheet.line, "cabecera", what, f"una columna {' o '.join(ACCURACIES)}")
    return {name: tuple(_values(rows, name, at, complaints)) for name, at in places.items()}


def _in_order(rows: Sequence[Row], at: int, complaints: Complaints) -> None:
    last: int | None = None
    for row in rows:
        try:
            epoch = count(row.cells[at])
        except ValueError as error:
            complaints.add(row.line, "epoch", f"«{row.cells[at].strip()}» {error}", "0, 1, 2...")
            return
        right = epoch in (0, 1) if last is None else epoch == last + 1
        if not right:
            what = f"la época «{row.cells[at].strip()}» no sigue a la anterior"
            complaints.add(row.line, "epoch", what, "todas las épocas de una ejecución, en orden")
            return
        last = epoch


def _values(rows: Sequence[Row], name: str, at: int, complaints: Complaints) -> Iterable[float | None]:
    for row in rows:
        try:
            found = number(row.cells[at])
        except ValueError as error:
            complaints.add(row.line, name, f"«{row.cells[at].strip()[:40]}» {error}", "un número")
            continue
        value = None if found is None else found[0]
        if value is not None and name in ACCURACIES and not 0 <= value <= 1:
            complaints.add(row.line, name, f"{value:g} no está entre 0 y 1", "una proporción o un porcentaje")
        yield value


def final(history: History) -> dict[str, dict[str, float]]:
    """The numbers of the last epoch by part of the data; those that are not finite are left out."""
    found: dict[str, dict[str, float]] = {}
    for name, (split, metric) in METRICS.items():
        values = history.get(name, ())
        if values and (value := values[-1]) is not None:
            found.setdefault(split, {})[metric] = value
    return found


def seconds(history: History) -> float | None:
    """Sum over the epochs, where the history tells all of them."""
    known = [value for value in history.get("seconds", ()) if value is not None]
    return sum(known) if known and len(known) == len(history["seconds"]) else None


def with_histories(
    sheet: Sheet, runs: Sequence[ImportedRun], names: Runs, complaints: Complaints
) -> tuple[ImportedRun, ...]:
    """The runs, each with the epochs that the file has of it."""
    if not is_history(sheet):
        complaints.add(sheet.line, "cabecera", "falta la columna «epoch»", "una fila por ejecución y época")
    places = names.places(sheet, complaints)
    if places is None or complaints.found:
        return tuple(runs)
    groups: dict[int, list[Row]] = {}
    for row in sheet.rows:
        at = names.find(row, places, complaints)
        if at is not None:
            groups.setdefault(at, []).append(row)
    return tuple(
        _with(run, sheet, groups[at], complaints) if at in groups else run for at, run in enumerate(runs)
    )


def _with(run: ImportedRun, sheet: Sheet, rows: Sequence[Row], complaints: Complaints) -> ImportedRun:
    found = history(sheet, rows, complaints)
    if run.epochs is not None and run.epochs != len(rows):
        what = f"son {len(rows)} épocas, y la tabla dice {run.epochs}"
        complaints.add(rows[0].line, "epoch", what, "las mismas en los dos archivos")
    return replace(run, history=found, epochs=len(rows))
