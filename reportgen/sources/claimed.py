"""Takes what a table of results tells, gives what the claims of the configuration ask of it in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.sources.imported import VARIANT
from reportgen.sources.table import Table
from reportgen.spec.check_values import Complaint, same
from reportgen.spec.keras_names import nearest
from reportgen.spec.model import Spec
from reportgen.spec.sides import said_of, side_of


def claimed(spec: Spec, name: str, made: Table) -> Iterator[Complaint]:
    """Axes and values that the claims name of a study of imported results and that its table does not have.

    Args:
        spec: the configuration.
        name: id of the study.
        made: its table.
    """
    axes = tuple(made.axes)
    for claim_id, claim in spec.claim.items():
        for field, said in said_of(claim).items():
            side = side_of(spec, claim, said)
            if side is None or side.study != name:
                continue
            for axis, wanted in side.where.items():
                table = isinstance(said, Mapping)
                place = ("claim", claim_id, field, *((axis,) if table else ()))
                levels = _levels(spec, name, made, axis)
                if not levels:
                    yield place, f"«{axis}» no es una columna de la tabla de «{name}»", nearest(axis, axes)
                elif not any(same(level, wanted) for level in levels):
                    told = tuple(dict.fromkeys(str(level) for level in levels))
                    yield place, f"la tabla de «{name}» no tiene «{wanted}»", nearest(str(wanted), told)


def _levels(spec: Spec, name: str, made: Table, axis: str) -> list[object]:
    """What a claim may call the values of an axis: as the table has them, or as the author labels them."""
    labels = spec.study[name].labels.get(axis)
    given: list[object] = [*(labels.values if labels else ())]
    if axis in made.axes:
        return [
            *(run.parameters[axis] for run in made.runs),
            *(run.labels[axis] for run in made.runs),
            *given,
        ]
    return [run.label for run in made.runs if run.label] if axis == VARIANT else []
