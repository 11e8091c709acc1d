"""Takes a file with what each run of a table says of each test image, gives it run by run."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reportgen.sources.cells import number, words
from reportgen.sources.columns import slug
from reportgen.sources.imported import ImportedRun, Predictions
from reportgen.sources.matching import Runs
from reportgen.sources.spreadsheet import Complaints, Row, Sheet

SPELLINGS = {
    "image": ("image", "imagen", "id", "index", "indice"),
    "label": ("label", "clase", "clase_real", "etiqueta", "true", "y_true"),
    "predicted": ("predicted", "prediccion", "predicha", "clase_predicha", "y_pred"),
}
"""What a column says -> how it may be called."""
ROUNDED = 0.02
"""By how much rounded probabilities of one image may miss one."""
AGREES = 0.0051
"""By how much an accuracy of the table may miss that of the predictions: half a point, as it is rounded."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Positions of the columns; ``classes`` has one for each class where there are probabilities."""

    image: int
    label: int
    predicted: int | None
    classes: tuple[int, ...]


class _Classes:
    """Names of the classes, and which of them a cell means: by its name, else by its number from 0."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._by_name = {name.casefold(): at for at, name in enumerate(names)}

    def at(self, text: str) -> int | None:
        """The position of a class, None where there is no such class."""
        plain = words(text)
        if plain.casefold() in self._by_name:
            return self._by_name[plain.casefold()]
        return int(plain) if plain.isascii() and plain.isdigit() and int(plain) < len(self.names) else None


def with_predictions(
    sheet: Sheet,
    runs: Sequence[ImportedRun],
    names: Runs,
    known: Sequence[str],
    complaints: Complaints,
) -> tuple[ImportedRun, ...]:
    """The runs, each with what the file has of it; ``known`` are names of the classes, empty if unknown."""
    places = names.places(sheet, complaints, (*SPELLINGS["label"], "predicted"))
    columns = _columns(sheet, places, known, complaints)
    if places is None or columns is None:
        return tuple(runs)
    classes = _Classes(known or _named(sheet, columns))
    groups: dict[int, list[Row]] = {}
    for row in sheet.rows:
        at = names.find(row, places, complaints)
        if at is not None:
            groups.setdefault(at, []).append(row)
    found = {at: _predictions(rows, columns, classes, complaints) for at, rows in groups.items()}
    if complaints.found:
        return tuple(runs)
    _same_images({at: groups[at][0].line for at in groups}, found, complaints)
    return tuple(
        _with(run, found[at][1], groups[at][0].line, complaints) if at in found else run
        for at, run in enumerate(runs)
    )


def _columns(
    sheet: Sheet, places: Mapping[str, int] | None, known: Sequence[str], complaints: Complaints
) -> _Columns | None:
    names = [slug(header) for header in sheet.header]
    found = {
        what: next((names.index(name) for name in spellings if name in names), None)
        for what, spellings in SPELLINGS.items()
    }
    taken = {*(places or {}).values(), *(at for at in found.values() if at is not None)}
    rest = [at for at in range(len(names)) if at not in taken and names[at] != "seed"]
    image, label = found["image"], found["label"]
    if image is None or label is None:
        complaints.add(sheet.line, "cabecera", "faltan las columnas «image» y «label»", "imagen y clase real")
        return None
    if found["predicted"] is None and not rest:
        what = "falta la columna «predicted», o una por clase con su probabilidad"
        complaints.add(sheet.line, "cabecera", what, "la clase que dice cada red")
        return None
    if not rest:
        return _Columns(image, label, found["predicted"], ())
    if not known:
        return _Columns(image, label, found["predicted"], tuple(rest))
    classes = _Classes(known)
    at = {classes.at(sheet.header[column]): column for column in rest}
    if set(at) != set(range(len(known))) or len(rest) != len(known):
        told = ", ".join(sheet.header[column] for column in rest)
        what = f"las columnas de probabilidades no son una por clase: {told[:80]}"
        complaints.add(sheet.line, "cabecera", what, f"clases: {', '.join(known)}")
        return None
    return _Columns(image, label, found["predicted"], tuple(at[index] for index in range(len(known))))


def _named(sheet: Sheet, columns: _Columns) -> list[str]:
    """Names of the classes of data that nobody has named: the headers, else all that occurs."""
    if columns.classes:
        return [sheet.header[at] for at in columns.classes]
    places = [columns.label, *([columns.predicted] if columns.predicted is not None else [])]
    told = {row.cells[at].strip() for row in sheet.rows for at in places}
    if all(text.isascii() and text.isdigit() for text in told):
        return [str(value) for value in range(max(map(int, told)) + 1)] if len(told) < len(sheet.rows) else []
    return sorted(told)


_Told = tuple[list[str], Predictions]
"""Ids of the images in their order, and what is said of them."""


def _predictions(rows: Sequence[Row], columns: _Columns, classes: _Classes, complaints: Complaints) -> _Told:
    ids: dict[str, Row] = {}
    for row in rows:
        image = row.cells[columns.image].strip()
        if image in ids or not image:
            what = f"la imagen «{image}» está dos veces en la misma ejecución" if image else "sin imagen"
            complaints.add(row.line, "image", what, "una fila por ejecución e imagen")
        ids.setdefault(image, row)
    ordered = sorted(ids, key=lambda text: (int(text), "") if text.isdigit() else (-1, text))
    labels, predicted, shares = array("q"), array("q"), array("f")
    for image in ordered:
        row = ids[image]
        labels.append(_class(row, columns.label, "label", classes, complaints))
        row_shares = [_share(row, at, complaints) for at in columns.classes]
        shares.extend(row_shares)
        said = (
            -1
            if columns.predicted is None
            else _class(row, columns.predicted, "predicted", classes, complaints)
        )
        predicted.append(_answer(row, said, row_shares, complaints))
    digest = hashlib.sha256("\0".join([*classes.names, *ordered]).encode())
    for values in (labels, predicted, shares):
        digest.update(values.tobytes())
    return ordered, Predictions(digest.hexdigest(), classes.names, labels, predicted, shares)


def _class(row: Row, at: int, column: str, classes: _Classes, complaints: Complaints) -> int:
    text = row.cells[at].strip()
    try:
        found = classes.at(text)
    except ValueError as error:
        complaints.add(row.line, column, f"«{text[:40]}» {error}", "el nombre de una clase, o su número")
        return 0
    if found is None:
        told = ", ".join(classes.names[:12])
        complaints.add(row.line, column, f"«{text[:40]}» no es una clase", f"clases: {told}")
    return found or 0


def _share(row: Row, at: int, complaints: Complaints) -> float:
    text = row.cells[at].strip()
    try:
        found = number(text)
    except ValueError as error:
        complaints.add(row.line, f"columna {at + 1}", f"«{text[:40]}» {error}", "una probabilidad")
        return 0.0
    if found is None or not 0 <= found[0] <= 1:
        complaints.add(
            row.line, f"columna {at + 1}", f"«{text[:40]}» no está entre 0 y 1", "una probabilidad"
        )
        return 0.0
    return found[0]


def _answer(row: Row, said: int, shares: Sequence[float], complaints: Complaints) -> int:
    """The class that is said: the most probable one, which a column of its own may not contradict."""
    if not shares:
        return said
    if abs(sum(shares) - 1) > ROUNDED:
        complaints.add(row.line, "fila", f"las probabilidades suman {sum(shares):g}", "tienen que sumar 1")
    most = max(range(len(shares)), key=lambda at: shares[at])
    if said not in (-1, most) and shares[said] < shares[most]:
        complaints.add(
            row.line, "predicted", "no es la clase de mayor probabilidad", "las dos tienen que coincidir"
        )
    return most


def _same_images(lines: Mapping[int, int], found: Mapping[int, _Told], complaints: Complaints) -> None:
    """Every run must have been tested on the same images: else nothing could be said of two of them."""
    first = next(iter(found), None)
    if first is None:
        return
    ids, reference = found[first]
    for at, (others, predictions) in found.items():
        if others != ids or predictions.labels != reference.labels:
            what = "no tiene las mismas imágenes, o no con las mismas clases, que las demás ejecuciones"
            complaints.add(lines[at], "image", what, "las mismas imágenes de prueba para todas")


def _with(run: ImportedRun, made: Predictions, line: int, complaints: Complaints) -> ImportedRun:
    images = len(made.labels)
    right = sum(one == other for one, other in zip(made.labels, made.predicted, strict=True)) / images
    told = run.metrics.get("test", {}).get("accuracy")
    if told is not None and abs(told - right) > AGREES:
        what = f"las predicciones aciertan {right:.4g}, y la tabla dice {told:.4g} de exactitud de prueba"
        complaints.add(line, "predicted", what, "los dos archivos tienen que ser de la misma red")
    if run.images not in (None, images):
        complaints.add(line, "image", f"son {images} imágenes, y la tabla dice {run.images}", "las mismas")
    metrics = {**run.metrics, "test": {**run.metrics.get("test", {}), "accuracy": right}}
    return replace(run, predictions=made, images=images, metrics=metrics)
