"""Takes arguments for an optimizer that is named elsewhere, gives what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_values import Complaint, arguments
from reportgen.spec.model import Spec
from reportgen.spec.references import lineage


def possible(spec: Spec, name: str) -> tuple[str, ...]:
    """Optimizers that runs of a study may use: those of its axes, else those it and its variants name."""
    found: dict[str, None] = {}
    for item in lineage(spec, name):
        study = spec.study[item]
        found.update(_names(study.axes.get("optimizer", ())))
        if found:
            return tuple(found)
        named = [study.optimizer, *(arm.optimizer for arm in study.variant.values())]
        found.update(_names(value for value in named if value is not None))
        if study.optimizer is not None and _names([study.optimizer]):
            return tuple(found)
    found.update(_names([spec.training.optimizer]))
    return tuple(found)


def _names(entries: Iterable[Any]) -> dict[str, None]:
    names = (entry.get("name") if isinstance(entry, Mapping) else entry for entry in entries)
    return {
        proper: None
        for name in names
        if isinstance(name, str) and (proper := keras_names.proper_name("optimizers", name))
    }


def partial(table: Mapping[str, Any], optimizers: Sequence[str]) -> Iterator[Complaint]:
    """What is wrong with arguments laid over whichever of these optimizers is in use."""
    if not table:
        yield (), "no dice qué cambia del optimizador", "{ learning_rate = 1e-4 }"
    yield from arguments(table)
    for name in optimizers:
        yield from keras_names.mistyped("optimizers", keras_names.table()["optimizers"][name], table)
    for key in table:
        for name in optimizers:
            known = tuple(item for item in keras_names.table()["optimizers"][name] if item != "name")
            if key not in known:
                allowed = (
                    f"{keras_names.nearest(key, known)}\n  → {keras_names.signature('optimizers', name)}"
                )
                yield (key,), f"«{name}» no tiene el argumento «{key}»", allowed
                break
