"""Takes the value of one setting or Keras argument, gives what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.model import WEIGHTS
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


def training_value(name: str, value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with one value of one training field."""
    if name == "optimizer":
        yield from entry_value("optimizers", value)
    elif name in ("callbacks", "augmentation"):
        yield from _list(name, value)
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
    kind = "layers" if name == "augmentation" else name
    for index, item in enumerate(value):
        for inner, what, allowed in entry_value(kind, item):
            if "«filepath»" not in what:  # reportgen decides where a callback writes
                yield (index, *inner), what, allowed


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
    yield (), f"{value!r} no son pesos", f"se admite: {', '.join(WEIGHTS)} o un archivo {WEIGHTS_ENDING}"


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
        if key == "activation" and isinstance(value, str):
            for inner, what, allowed in activation(value):
                yield (key, *inner), what, allowed
        for ending, kind in NESTED.items():
            if key.endswith(ending) and isinstance(value, Mapping) and "name" in value:
                for inner, what, allowed in _nested(kind, value):
                    yield (key, *inner), what, allowed


def _nested(kind: str, table: Mapping[str, Any]) -> Iterator[Complaint]:
    name = table["name"]
    if name not in keras_names.names(kind):  # spelled exactly, as Keras spells it
        yield ("name",), f"Keras no tiene «{name}»", keras_names.nearest(str(name), keras_names.names(kind))
    else:
        yield from keras_names.complaints(kind, table)


def activation(value: str) -> Iterator[Complaint]:
    """What is wrong with the name of an activation; a reference to a parameter is not one."""
    if not value.startswith("$") and value not in keras_names.names("activations"):
        allowed = keras_names.nearest(value, keras_names.names("activations"))
        yield (), f"Keras no tiene la activación «{value}»", allowed


def _one_of(value: Any, allowed: tuple[str, ...]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if value not in allowed:
        yield (), f"{value!r} no se admite", keras_names.nearest(str(value), allowed)


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
