"""Takes the value of one setting or Keras argument, gives what is wrong with it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.model import RUN_WEIGHTS, WEIGHTS
from reportgen.spec.positions import Path

Complaint = tuple[Path, str, str]
"""Path in the file, what is wrong, what is allowed."""

WEIGHTS_ENDING = ".weights.h5"
NESTED = {
    "_regularizer": "regularizers",
    "_initializer": "initializers",
    "_constraint": "constraints",
    "learning_rate": "schedules",
    "schedule": "schedules",
}
"""End of an argument's name -> where the name of a nested table is looked up."""


LISTS = {"callbacks": "callbacks", "augmentation": "layers", "metrics": "metrics"}
"""Settings that are lists of Keras objects -> what kind of."""


def training_value(name: str, value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with one value of one training field."""
    if name == "optimizer":
        yield from entry_value("optimizers", value)
    elif name in LISTS:
        yield from _list(name, value)
    elif name == "class_weight":
        yield from _class_weight(value)
    elif name == "loss":
        yield from _loss(value)
    elif name == "weights":
        yield from weights_value(value)
    elif name == "precision":
        yield from _one_of(value, ("float32", "mixed_bfloat16", "mixed_float16"))
    elif type(value) is not int or value < 1:  # epochs and batch_size
        yield (), f"{value!r} no es un número entero positivo", "un entero desde 1"


def _list(name: str, value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if not isinstance(value, list | tuple):
        yield (), "tiene que ser una lista", f"{name} = [...]"
        return
    for index, item in enumerate(value):
        for inner, what, allowed in entry_value(LISTS[name], item):
            if "«filepath»" not in what:  # reportgen decides where a callback writes
                yield (index, *inner), what, allowed


def _class_weight(value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if isinstance(value, Mapping):
        for key, weight in value.items():
            if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 < weight < math.inf:
                yield (key,), f"{weight!r} no es un peso", "un número mayor que 0"
    elif value not in ("none", "balanced"):
        yield (), f"{value!r} no se admite", 'se admite: "balanced", "none" o { clase = peso }'


def _loss(value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if value == "auto":
        return
    if not isinstance(value, str):
        yield (), "tiene que ser un texto", "el nombre de una pérdida de Keras, o «auto»"
    elif keras_names.proper_name("losses", _camel(value)) is None:
        allowed = keras_names.nearest(value, ("auto", *keras_names.names("losses")))
        yield (), f"Keras no tiene la pérdida «{value}»", allowed


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_")) if "_" in name else name


def weights_value(value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with the weights of a backbone."""
    if isinstance(value, str) and (value in WEIGHTS or value.endswith(WEIGHTS_ENDING)):
        return
    if isinstance(value, str) and value.startswith(RUN_WEIGHTS):
        return  # where it leads is checked with the studies
    allowed = f"se admite: {', '.join(WEIGHTS)}, un archivo {WEIGHTS_ENDING} o {RUN_WEIGHTS}ESTUDIO.VARIANTE"
    yield (), f"{value!r} no son pesos", allowed


def entry_value(kind: str, entry: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with one Keras object: a name, or a table with the name and its arguments."""
    if not isinstance(entry, str | Mapping):
        yield (), f"{entry!r} no es un nombre ni una tabla", ""
        return
    yield from keras_names.complaints(kind, entry, loose=("filepath",) if kind == "callbacks" else ())
    if isinstance(entry, Mapping):
        yield from arguments(entry)


def arguments(entry: Mapping[str, Any]) -> Iterator[Complaint]:
    """What is wrong with values of arguments whose meaning their names tell, and with numbers."""
    yield from finite(entry)
    for key, value in entry.items():
        if key == "activation":
            for inner, what, allowed in activation(value):
                yield (key, *inner), what, allowed
        for ending, kind in NESTED.items():
            if key.endswith(ending):
                for inner, what, allowed in _object(kind, value):
                    yield (key, *inner), what, allowed


def _object(kind: str, value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with a regularizer, an initializer, a constraint or a schedule."""
    if isinstance(value, Mapping) and "name" in value:
        yield from _nested(kind, value)
    elif isinstance(value, Mapping):
        yield (), "falta el campo «name»", keras_names.nearest(" ", keras_names.names(kind))
    elif kind == "schedules" and isinstance(value, str | bool):
        yield (), f"{value!r} no se admite", "un número, o una tabla con `name`"
    elif isinstance(value, str) and not value.startswith("$") and value not in keras_names.names(kind):
        yield (), f"Keras no tiene «{value}»", keras_names.nearest(value, keras_names.names(kind))


def _nested(kind: str, table: Mapping[str, Any]) -> Iterator[Complaint]:
    name = table["name"]
    if name not in keras_names.names(kind):  # spelled exactly, as Keras spells it
        yield ("name",), f"Keras no tiene «{name}»", keras_names.nearest(str(name), keras_names.names(kind))
    else:
        yield from keras_names.complaints(kind, table)


def activation(value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with the name of an activation; a reference to a parameter is not one."""
    if not isinstance(value, str):
        yield (), f"{value!r} no es una activación", "el nombre de una activación de Keras"
    elif not value.startswith("$") and value not in keras_names.names("activations"):
        allowed = keras_names.nearest(value, keras_names.names("activations"))
        yield (), f"Keras no tiene la activación «{value}»", allowed


def _one_of(value: Any, allowed: tuple[str, ...]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if value not in allowed:
        yield (), f"{value!r} no se admite", keras_names.nearest(str(value), allowed)


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - plain TOML
    """Whether two values of an axis are the same: 1 is 1.0, and neither is true."""
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other)]
    return bool(one == other) if all(numbers) else _ordered(one) == _ordered(other)


def _ordered(value: Any) -> str:  # noqa: ANN401 - plain TOML
    return json.dumps(value, sort_keys=True)


def finite(value: Any, path: Path = ()) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """Every number that is none, at its path."""
    if isinstance(value, float) and not math.isfinite(value):
        yield path, f"{value} no es un número finito", "un número"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from finite(item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from finite(item, (*path, index))
