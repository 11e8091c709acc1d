"""Takes a study of results made elsewhere, gives what cannot work: fields of a training, files outside.

What is in the files is read and judged by :mod:`reportgen.sources.results`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from reportgen.spec.check_values import Complaint
from reportgen.spec.model import Study
from reportgen.spec.positions import Path as Place

BESIDE = frozenset({"title", "data", "labels", "table", "figures", "results", "histories", "predictions"})
"""Fields that a study of results made elsewhere may have."""
FURTHER = ("histories", "predictions")
"""Files that say more of the runs of a table."""


def imported_complaints(study: Study, path: Place) -> Iterator[Complaint]:
    """Every mistake in what a study says of results made elsewhere, in no special order."""
    if study.results:
        for name in sorted(study.model_fields_set - BESIDE):
            written = Study.model_fields[name].alias or name
            what = f"`{written}` no se usa con `results`: esos resultados ya están hechos"
            yield (*path, written), what, "quítalo, o entrena en otro estudio"
    else:
        for name in FURTHER:
            if getattr(study, name):
                what = f"`{name}` solo acompaña a `results`"
                yield (*path, name), what, 'results = "tabla.csv"'
    files: list[tuple[Place, str]] = [(("results", at), name) for at, name in enumerate(study.results or ())]
    files += [((name,), getattr(study, name)) for name in FURTHER if getattr(study, name)]
    for place, name in files:
        if not _inside(name):
            what = f"«{name}» no es un archivo de la carpeta de la configuración"
            yield (*path, *place), what, "una ruta relativa, sin «..»"


def _inside(name: str) -> bool:
    parts = PurePath(name.replace("\\", "/")).parts
    return bool(parts) and ".." not in parts and not Path(name).is_absolute()
