"""Takes a declared model, gives what is wrong with its layers and with values of its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_values import Complaint, activation, arguments, finite, weights_value
from reportgen.spec.model import PYTHON_NAME, TRAINING_FIELDS, Model
from reportgen.spec.positions import Path

RESERVED = (*TRAINING_FIELDS, "seeds", "folds", "repeats", "model", "data")
"""Names that a parameter may not have: as an axis they would mean two things."""
Uses = Mapping[str, frozenset[str]]
"""Parameter -> arguments it stands for; ``each`` where a list of layers is repeated for its elements."""


def model_complaints(name: str, model: Model) -> Iterator[Complaint]:
    """Every mistake in one model."""
    here: Path = ("model", name)
    for inner, what, allowed in _layers(model.layers, frozenset(model.parameters)):
        yield (*here, "layers", *inner), what, allowed
    uses = uses_of(model)
    for parameter, value in model.parameters.items():
        path: Path = (*here, "parameters", parameter)
        if parameter in RESERVED:
            what = f"«{parameter}» es también un ajuste del entrenamiento"
            yield path, what, "dale otro nombre al parámetro"
        for inner, what, allowed in parameter_value(value, uses.get(parameter, frozenset())):
            yield (*path, *inner), what, allowed


def parameter_value(value: Any, uses: frozenset[str]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with one value of a parameter that is used like that."""
    yield from finite(value)
    if "each" not in uses:
        yield from _used(value, uses)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            for inner, what, allowed in _used(item, uses):
                yield (index, *inner), what, allowed
    else:
        yield (), "tiene que ser una lista: sus capas se repiten por cada elemento", f"[{value!r}]"


def _used(value: Any, uses: frozenset[str]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    for field, kind in (("backbone", "applications"), ("layer", "layers")):
        if field in uses and keras_names.proper_name(kind, str(value)) is None:
            yield (), f"Keras no tiene «{value}»", keras_names.nearest(str(value), keras_names.names(kind))
    if "activation" in uses and isinstance(value, str):
        yield from activation(value)
    if "weights" in uses:
        yield from weights_value(value)


def uses_of(model: Model) -> Uses:
    """What each parameter of a model stands for."""
    found: dict[str, set[str]] = {}
    for parameter, argument in _uses(model.layers):
        found.setdefault(parameter, set()).add(argument)
    return {parameter: frozenset(names) for parameter, names in found.items()}


def _uses(layers: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain TOML
    for entry in layers if isinstance(layers, list | tuple) else ():
        if isinstance(entry, str) and entry.startswith("$"):
            yield entry[1:], "layer"
        if not isinstance(entry, Mapping):
            continue
        if isinstance(entry.get("each"), str):
            yield entry["each"], "each"
        for key, value in entry.items():
            if isinstance(value, str) and value.startswith("$"):
                yield value[1:], key
        yield from _uses(entry.get("layers"))


def _layers(layers: Sequence[Any], parameters: frozenset[str]) -> Iterator[Complaint]:
    for index, entry in enumerate(layers):
        for inner, what, allowed in _layer(entry, parameters):
            yield (index, *inner), what, allowed


def _layer(entry: Any, parameters: frozenset[str]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    yield from _references(entry, parameters, ())
    if isinstance(entry, Mapping) and "each" in entry:
        yield from _each(entry, parameters)
    elif isinstance(entry, Mapping) and "backbone" in entry:
        yield from _backbone(entry)
    elif isinstance(entry, Mapping) and "python" in entry:
        yield from _python(entry)
    elif isinstance(entry, str | Mapping):
        name, _ = keras_names.split_entry("layers", entry)
        if not name.startswith("$"):
            yield from keras_names.complaints("layers", entry, loose=("when",))
        if isinstance(entry, Mapping):
            yield from arguments(entry)
    else:
        yield (), f"{entry!r} no es una capa", "el nombre de una capa de Keras, o una tabla { layer = ... }"


def _each(entry: Mapping[str, Any], parameters: frozenset[str]) -> Iterator[Complaint]:
    if entry["each"] not in parameters:
        yield ("each",), f"el modelo no tiene el parámetro «{entry['each']}»", _list(parameters)
    for key in entry:
        if key not in ("each", "layers"):
            yield (key,), "campo desconocido", keras_names.nearest(key, ("each", "layers"))
    layers = entry.get("layers")
    if not isinstance(layers, list) or not layers:
        yield ("layers",), "falta la lista de capas que se repiten", "layers = [...]"
        return
    for inner, what, allowed in _layers(layers, parameters):
        yield ("layers", *inner), what, allowed


_BACKBONE: tuple[tuple[str, type | tuple[type, ...], str], ...] = (
    ("trainable", (bool, str), "true, false o el nombre de la primera capa que se entrena"),
    ("until", str, "el nombre de la última capa que se usa"),
)
"""Fields of a backbone beside its name and weights, what they may be, and how that is told."""


def _backbone(entry: Mapping[str, Any]) -> Iterator[Complaint]:
    name = str(entry["backbone"])
    if not name.startswith("$") and keras_names.proper_name("applications", name) is None:
        allowed = keras_names.nearest(name, keras_names.names("applications"))
        yield ("backbone",), f"keras.applications no tiene «{name}»", allowed
    fields = (*keras_names.BACKBONE_FIELDS, "when")
    for key in entry:
        if key not in fields:
            yield (key,), f"un «backbone» no tiene el campo «{key}»", keras_names.nearest(key, fields)
    for key, kinds, told in _BACKBONE:
        if not isinstance(entry.get(key, ""), kinds):
            yield (key,), f"{entry[key]!r} no se admite", told
    weights = entry.get("weights", "none")
    if not str(weights).startswith("$"):
        for inner, what, allowed in weights_value(weights):
            yield ("weights", *inner), what, allowed


def _python(entry: Mapping[str, Any]) -> Iterator[Complaint]:
    if not isinstance(entry["python"], str) or not re.fullmatch(PYTHON_NAME, entry["python"]):
        yield (
            ("python",),
            f"{entry['python']!r} no es una función",
            '"módulo:función", de un archivo módulo.py',
        )
    for key in ("layer", "source"):
        if key in entry:
            yield (key,), f"una capa con «python» no lleva «{key}»", "quítalo"
    yield from finite(entry)


def _references(value: Any, parameters: frozenset[str], path: Path) -> Iterator[Complaint]:  # noqa: ANN401
    if isinstance(value, str) and value.startswith("$") and value[1:] not in parameters:
        yield path, f"el modelo no tiene el parámetro «{value[1:]}»", _list(parameters)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key == "layers":
                continue  # the nested list answers for itself
            yield from _references(item, parameters, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, parameters, (*path, index))


def _list(names: frozenset[str]) -> str:
    return f"parámetros declarados: {', '.join(sorted(names))}" if names else "no declara ninguno"
