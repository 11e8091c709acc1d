"""Takes the runs of a table, gives the one that a row of another file is about.

The files of a study name a run by the same columns: those of the axes, and the seed where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.sources.cells import count, number, words
from reportgen.sources.columns import named
from reportgen.sources.imported import VARIANT, ImportedRun
from reportgen.sources.spreadsheet import Complaints, Row, Sheet

Key = tuple[str, ...]


def token(text: str) -> str:
    """What is compared of a cell: the number where it is one, else the text without regard to case."""
    try:
        value = number(text)
    except ValueError:
        value = None
    return repr(value[0]) if value is not None else " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a table by what names them: the columns ``axes``, and a seed where ``seeded``."""

    axes: tuple[str, ...]
    seeded: bool
    positions: Mapping[Key, int]

    @classmethod
    def of(cls, axes: Sequence[str], runs: Sequence[ImportedRun], texts: Sequence[Mapping[str, str]]) -> Runs:
        """``texts`` has, for each run, axis -> the cell that tells its value."""
        seeded = any(run.seed is not None for run in runs)
        positions = {
            _key([cells[axis] for axis in axes], run.seed if seeded else None): at
            for at, (run, cells) in enumerate(zip(runs, texts, strict=True))
        }
        return cls(tuple(axes), seeded, positions)

    def places(
        self, sheet: Sheet, complaints: Complaints, taken: Sequence[str] = ()
    ) -> dict[str, int] | None:
        """Axis, or ``seed`` -> position of its column; None, with complaints, where one is missing.

        ``taken`` are columns that say something else in this file.
        """
        names = ["" if named(header) in taken else named(header) for header in sheet.header]
        wanted = {axis: ("label", "model", VARIANT) if axis == VARIANT else (axis,) for axis in self.axes}
        if self.seeded:
            wanted["seed"] = ("seed",)
        found = {}
        for axis, spellings in wanted.items():
            at = next((names.index(name) for name in spellings if name in names), None)
            if at is None:
                what = f"falta la columna «{spellings[-1]}», que dice de qué ejecución es cada fila"
                complaints.add(sheet.line, "cabecera", what, f"columnas: {', '.join(sheet.header)}")
            else:
                found[axis] = at
        return found if len(found) == len(wanted) else None

    def find(self, row: Row, places: Mapping[str, int], complaints: Complaints) -> int | None:
        """The position of the run that a row is about; None, with a complaint, where there is none."""
        texts = [row.cells[places[axis]] for axis in self.axes]
        try:
            seed = count(row.cells[places["seed"]]) if self.seeded else None
            key = _key([words(text) for text in texts], seed)
        except ValueError as error:
            complaints.add(row.line, "fila", str(error), "los mismos valores que en la tabla")
            return None
        if key not in self.positions:
            told = ", ".join(texts) + (f", semilla {seed}" if self.seeded else "")
            complaints.add(
                row.line, "fila", f"la tabla no tiene «{told}»", "los mismos valores que en la tabla"
            )
        return self.positions.get(key)


def _key(texts: Sequence[str], seed: int | None) -> Key:
    return (*(token(text) for text in texts), "" if seed is None else str(seed))
