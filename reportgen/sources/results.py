"""Takes a configuration, gives the results made elsewhere that its studies tell, or every mistake in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath

from reportgen.errors import ConfigurationError, Problem
from reportgen.sources.claimed import claimed
from reportgen.sources.columns import slug
from reportgen.sources.histories import final, history, is_history, seconds, with_histories
from reportgen.sources.imported import VARIANT, ImportedRun, ImportedStudy
from reportgen.sources.locate import PUBLISHED, class_names
from reportgen.sources.matching import Runs
from reportgen.sources.predictions import with_predictions
from reportgen.sources.spreadsheet import Complaints, Sheet, read
from reportgen.sources.table import Table, table
from reportgen.spec.keras_names import nearest
from reportgen.spec.model import Data, Spec, Study
from reportgen.spec.positions import Path as Place
from reportgen.spec.positions import dotted, line_of
from reportgen.spec.read import read as read_toml
from reportgen.spec.references import data_of

NAMES = {"accuracy": "exactitud", "loss": "pérdida"}
MAX_RUNS = 2000
MAX_ROWS = 5_000_000
"""Rows of a file of epochs or predictions."""


def imported(spec: Spec, config: Path) -> dict[str, ImportedStudy]:
    """Study -> its runs, for the studies with ``results``.

    Raises:
        ConfigurationError: with every mistake in all of the files, each with its line.
    """
    found: dict[str, ImportedStudy] = {}
    problems: list[Problem] = []
    for name, study in spec.study.items():
        if study.results:
            reading = _Reading(spec, config, name)
            made = reading.study()
            problems += reading.problems
            if made is not None:
                found[name] = made
    if problems:
        raise ConfigurationError(tuple(dict.fromkeys(problems)))
    return found


class _Reading:
    """One study being read; what is wrong is kept, and the rest is read all the same."""

    def __init__(self, spec: Spec, config: Path, name: str) -> None:
        self.spec = spec
        self.study_id = name
        self.declared: Study = spec.study[name]
        self.data: Data = spec.data_sets[data_of(spec, name)]
        self.config = config
        self.problems: list[Problem] = []

    def study(self) -> ImportedStudy | None:
        """The runs; None, with problems, where the results cannot be read."""
        sheets = [
            self._sheet(("results", at), file, MAX_RUNS)
            for at, file in enumerate(self.declared.results or ())
        ]
        there = [sheet for sheet in sheets if sheet is not None]
        if len(there) < len(sheets):
            return None
        logs = [is_history(sheet) for sheet in there]
        if all(logs):
            made = self._logs(there)
        elif len(there) == 1:
            made = self._table(there[0])
        else:
            what = "varios archivos, y no son todos historias de una ejecución (con columna «epoch»)"
            self._complain(("results",), what, "una tabla, o uno o más CSV de CSVLogger")
            return None
        if made is None:
            return None
        runs = self._further(made)
        self._shown(made)
        return ImportedStudy(made.axes, tuple(self._on_test(run) for run in runs), self._digest())

    def _sheet(self, place: Place, file: str, most: int) -> Sheet | None:
        path = self.config.parent / file
        complaints = Complaints(str(path))
        if not path.resolve().is_relative_to(self.config.parent.resolve()):
            what = f"«{file}» está fuera de la carpeta de la configuración"
            self._complain(place, what, "una ruta relativa, sin enlaces que lleven fuera")
            return None
        if not path.is_file():
            self._complain(place, f"no existe «{file}»", "una ruta relativa a este archivo")
            return None
        sheet = read(path, complaints, most)
        self.problems += complaints.found
        return sheet

    def _table(self, sheet: Sheet) -> Table | None:
        complaints = Complaints(sheet.file)
        made = table(sheet, complaints)
        self.problems += complaints.found
        return made

    def _logs(self, sheets: list[Sheet]) -> Table | None:
        """Each file is a run, called after it."""
        runs = []
        for sheet in sheets:
            complaints = Complaints(sheet.file)
            epochs = history(sheet, sheet.rows, complaints)
            self.problems += complaints.found
            stem = PurePath(sheet.file).stem
            runs.append(
                ImportedRun(
                    sheet.line,
                    {VARIANT: slug(stem) or stem},
                    {VARIANT: stem},
                    metrics=final(epochs),
                    seconds=seconds(epochs),
                    epochs=len(sheet.rows),
                    history=epochs,
                )
            )
        names = [str(run.parameters[VARIANT]) for run in runs]
        if len(set(names)) < len(names):
            self._complain(("results",), "dos archivos se llaman igual", "cada ejecución con su nombre")
            return None
        return Table({VARIANT: ""}, tuple(runs), tuple({VARIANT: run.labels[VARIANT]} for run in runs))

    def _further(self, made: Table) -> tuple[ImportedRun, ...]:
        """The runs with their epochs and predictions, where files tell them."""
        names = Runs.of(tuple(made.axes), made.runs, made.texts)
        runs = made.runs
        for field in ("histories", "predictions"):
            file = getattr(self.declared, field)
            sheet = self._sheet((field,), file, MAX_ROWS) if file else None
            if sheet is None:
                continue
            complaints = Complaints(sheet.file)
            if field == "histories":
                runs = with_histories(sheet, runs, names, complaints)
            else:
                runs = with_predictions(
                    sheet,
                    runs,
                    names,
                    class_names(self.data.kind, self.data.classes, self.data.select),
                    complaints,
                )
            self.problems += complaints.found
        return runs

    def _on_test(self, run: ImportedRun) -> ImportedRun:
        """Where the author validates with the test images, one measurement is told of both parts."""
        metrics = {split: dict(values) for split, values in run.metrics.items()}
        if self.data.split.validation == "test":
            for metric in ("accuracy", "loss"):
                one = metrics.get("validation", {}).get(metric)
                other = metrics.get("test", {}).get(metric)
                value = other if other is not None else one
                if one is not None and other is not None and one != other:
                    what = (
                        f"la fila de la línea {run.line} da otra {NAMES[metric]} en validación que en prueba"
                    )
                    self._complain(("results",), what, "se declara que son las mismas imágenes")
                if value is not None:
                    metrics.setdefault("validation", {}).setdefault(metric, value)
                    metrics.setdefault("test", {})[metric] = value
        images = run.images if run.images is not None else images_of(self.data)
        return replace(run, metrics=metrics, images=images)

    def _shown(self, made: Table) -> None:
        """What the configuration says of axes, which only the file tells."""
        axes = tuple(made.axes)
        laid = self.declared.table
        rows = [(("table", "rows"), laid.rows)] if laid and laid.rows else []
        by = [(("table", "by"), axis) for axis in (laid.by if laid else ())]
        for place, axis in (*rows, *by):
            if axis not in axes:
                self._complain(place, f"«{axis}» no es una columna de la tabla", nearest(axis, axes))
        for axis, labels in self.declared.labels.items():
            if axis not in axes:
                self._complain(
                    ("labels", axis), f"«{axis}» no es una columna de la tabla", nearest(axis, axes)
                )
                continue
            levels = dict.fromkeys(run.labels[axis] for run in made.runs)
            if labels.values and len(labels.values) != len(levels):
                what = f"{len(labels.values)} etiquetas para {len(levels)} valores"
                self._complain(("labels", axis, "values"), what, f"una por valor: {', '.join(levels)}")

        for where, what, allowed in claimed(self.spec, self.study_id, made):
            self._tell(where, what, allowed)

    def _complain(self, place: Place, what: str, allowed: str) -> None:
        self._tell(("study", self.study_id, *place), what, allowed)

    def _tell(self, here: Place, what: str, allowed: str) -> None:
        mark = line_of(read_toml(self.config).marks, here)
        self.problems.append(Problem(mark.file or str(self.config), mark.line, dotted(here), what, allowed))

    def _digest(self) -> str:
        total = hashlib.sha256()
        for file in _files(self.declared):
            with suppress(OSError):
                total.update(hashlib.sha256((self.config.parent / file).read_bytes()).digest())
        return total.hexdigest()


def _files(study: Study) -> Iterator[str]:
    yield from study.results or ()
    yield from (file for file in (study.histories, study.predictions) if file)


def images_of(data: Data) -> int | None:
    """Test images of data that everybody has; None where it depends on more."""
    known = PUBLISHED.get(data.name or "")
    if known is None or not known.has_own_test or data.select is not None:
        return None
    sample = data.subset.test if data.subset else None
    return sample if sample is not None else known.test
