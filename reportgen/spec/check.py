"""Takes a validated configuration, gives everything in it that cannot work.

What a schema cannot see: names that refer to nothing, axes that are neither a
training setting nor a parameter, cycles, Keras names and their arguments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.model import TRAINING_FIELDS, Settings, Spec, Study
from reportgen.spec.positions import Path

Complaint = tuple[Path, str, str]
"""Path in the file, what is wrong, what is allowed."""

MAX_RUNS = 2000


def check(spec: Spec) -> Iterator[Complaint]:
    """Every mistake in ``spec``, in no special order."""
    yield from _settings(spec.training, ("training",), frozenset())
    for name, model in spec.model.items():
        for complaint in _layers(model.layers, frozenset(model.parameters)):
            yield ("model", name, "layers", *complaint[0]), complaint[1], complaint[2]
        for clash in sorted(set(model.parameters) & {*TRAINING_FIELDS, "seeds"}):
            yield (
                ("model", name, "parameters", clash),
                f"«{clash}» es también un ajuste del entrenamiento",
                "dale otro nombre al parámetro",
            )
    for name, study in spec.study.items():
        yield from _study(spec, name, study)
    yield from _cycles(spec)


def _settings(settings: Settings, path: Path, parameters: frozenset[str]) -> Iterator[Complaint]:
    for name, value in settings.given().items():
        for inner, what, allowed in training_value(name, value):
            yield (*path, name, *inner), what, allowed


def training_value(name: str, value: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    """What is wrong with one value of one training field."""
    if name == "optimizer":
        yield from _entry("optimizers", value)
    elif name == "callbacks" and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            for inner, what, allowed in keras_names.complaints("callbacks", item, loose=("filepath",)):
                if "«filepath»" not in what:
                    yield (index, *inner), what, allowed
    elif name == "augmentation" and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            for inner, what, allowed in _entry("layers", item):
                yield (index, *inner), what, allowed
    elif name == "loss" and value != "auto" and keras_names.proper_name("losses", _camel(value)) is None:
        yield (), f"Keras no tiene la pérdida «{value}»", keras_names.nearest(value, keras_names.names("losses"))
    elif name in ("epochs", "batch_size") and (not isinstance(value, int) or value < 1):
        yield (), f"{value!r} no es un número entero positivo", "un entero desde 1"


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_")) if "_" in name else name


def _entry(kind: str, entry: Any) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if not isinstance(entry, str | Mapping):
        yield (), f"{entry!r} no es un nombre ni una tabla", ""
        return
    yield from keras_names.complaints(kind, entry)
    if isinstance(entry, Mapping):
        yield from _finite(entry, ())


def _finite(value: Any, path: Path) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if isinstance(value, float) and not math.isfinite(value):
        yield path, f"{value} no es un número finito", "un número"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _finite(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _finite(item, (*path, index))


def _layers(layers: Sequence[Any], parameters: frozenset[str]) -> Iterator[Complaint]:
    for index, entry in enumerate(layers):
        for inner, what, allowed in _layer(entry, parameters):
            yield (index, *inner), what, allowed


def _layer(entry: Any, parameters: frozenset[str]) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    yield from _references(entry, parameters, ())
    if isinstance(entry, Mapping) and "each" in entry:
        if entry["each"] not in parameters:
            yield ("each",), f"el modelo no tiene el parámetro «{entry['each']}»", _list(parameters)
        for inner, what, allowed in _layers(list(entry.get("layers", [])), parameters):
            yield ("layers", *inner), what, allowed
    elif isinstance(entry, Mapping) and "backbone" in entry:
        name = str(entry["backbone"])
        if not name.startswith("$") and keras_names.proper_name("applications", name) is None:
            allowed = keras_names.nearest(name, keras_names.names("applications"))
            yield ("backbone",), f"keras.applications no tiene «{name}»", allowed
        for key in entry:
            if key not in (*keras_names.BACKBONE_FIELDS, "when"):
                allowed = keras_names.nearest(key, (*keras_names.BACKBONE_FIELDS, "when"))
                yield (key,), f"un «backbone» no tiene el campo «{key}»", allowed
    elif isinstance(entry, str | Mapping):
        name, _ = keras_names.split_entry("layers", entry)
        if not name.startswith("$"):
            yield from keras_names.complaints("layers", entry, loose=("when",))
    else:
        yield (), f"{entry!r} no es una capa", "el nombre de una capa de Keras, o una tabla { layer = ... }"


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


def _study(spec: Spec, name: str, study: Study) -> Iterator[Complaint]:
    path: Path = ("study", name)
    yield from _settings(study, path, frozenset())
    models = _models_of(spec, name, study)
    for where, model in models:
        if model not in spec.model:
            what = f"no hay ningún modelo «{model}»" if model else "falta `model`"
            yield (*path, *where), what, f"modelos declarados: {', '.join(spec.model)}"
    parameters = frozenset(
        key for _, model in models if model in spec.model for key in spec.model[model].parameters
    )
    for field, values in (("grid", study.grid), ("set", {key: [value] for key, value in study.set.items()})):
        for axis, items in values.items():
            yield from _axis((*path, field, axis), axis, items, parameters, listed=field == "grid")
    if math.prod(len(items) for items in study.grid.values()) > MAX_RUNS:
        yield (*path, "grid"), f"la rejilla tiene más de {MAX_RUNS} combinaciones", "quita valores de algún eje"
    for axis, labels in study.labels.items():
        if labels.values and axis in study.grid and len(labels.values) != len(study.grid[axis]):
            what = f"{len(labels.values)} etiquetas para {len(study.grid[axis])} valores"
            yield (*path, "labels", axis, "values"), what, "una etiqueta por valor del eje"
    yield from _variants(study, path, parameters)
    yield from _origin(spec, study, path)
    yield from _table(spec, study, path)


def _models_of(spec: Spec, name: str, study: Study) -> list[tuple[Path, str]]:
    """Where each model of a study is named; follow-ups use their parents'."""
    if study.variant:
        found = [(("variant", key, "model"), item.model) for key, item in study.variant.items() if item.model]
        lacking = any(not item.model and not item.extends for item in study.variant.values())
        return [*found, (("model",), study.model)] if study.model or lacking else list(found)
    seen = {name}
    while study.origin is not None and study.origin.study in spec.study and not study.model:
        if study.origin.study in seen:
            return []
        seen.add(study.origin.study)
        study = spec.study[study.origin.study]
    if study.origin is not None and not study.model:
        return []  # the unknown parent is complained about elsewhere
    return [(("model",), study.model)]


def _axis(
    path: Path, axis: str, items: Sequence[Any], parameters: frozenset[str], *, listed: bool
) -> Iterator[Complaint]:
    if axis in TRAINING_FIELDS:
        for index, item in enumerate(items):
            for inner, what, allowed in training_value(axis, item):
                yield (*path, *((index,) if listed else ()), *inner), what, allowed
    elif axis not in parameters:
        allowed = keras_names.nearest(axis, (*TRAINING_FIELDS, *sorted(parameters)))
        yield path, f"«{axis}» no es un ajuste del entrenamiento ni un parámetro del modelo", allowed
    for index, item in enumerate(items):
        for inner, what, allowed in _finite(item, ()):
            yield (*path, *((index,) if listed else ()), *inner), what, allowed


def _variants(study: Study, path: Path, parameters: frozenset[str]) -> Iterator[Complaint]:
    for key, variant in study.variant.items():
        here = (*path, "variant", key)
        yield from _settings(variant, here, parameters)
        for axis, value in variant.set.items():
            yield from _axis((*here, "set", axis), axis, [value], parameters, listed=False)
        if variant.extends and variant.extends not in study.variant:
            allowed = f"variantes: {', '.join(study.variant)}"
            yield (*here, "extends"), f"no hay ninguna variante «{variant.extends}»", allowed
        seen = {key}
        while variant.extends in study.variant:
            if variant.extends in seen:
                yield (*here, "extends"), "la cadena de `extends` vuelve sobre sí misma", "rompe el ciclo"
                break
            seen.add(variant.extends)
            variant = study.variant[variant.extends]


def _origin(spec: Spec, study: Study, path: Path) -> Iterator[Complaint]:
    if study.origin is None:
        return
    parent = study.origin.study
    if parent not in spec.study:
        yield (*path, "from", "study"), f"no hay ningún estudio «{parent}»", keras_names.nearest(parent, tuple(spec.study))
        return
    axes = axes_of(spec, parent)
    for index, axis in enumerate(study.origin.per):
        if axis not in axes:
            yield (*path, "from", "per", index), f"«{axis}» no es un eje de «{parent}»", f"ejes: {', '.join(axes)}"


def axes_of(spec: Spec, name: str) -> tuple[str, ...]:
    """Axes that tell the runs of a study apart; a follow-up has its parent's."""
    seen: set[str] = set()
    while name in spec.study and name not in seen:
        seen.add(name)
        study = spec.study[name]
        if study.origin is None:
            return tuple(study.grid) if study.grid else (("variant",) if study.variant else ())
        name = study.origin.study
    return ()


def _table(spec: Spec, study: Study, path: Path) -> Iterator[Complaint]:
    if study.table is None:
        return
    name = next(key for key, value in spec.study.items() if value is study)
    axes = axes_of(spec, name)
    for field, axis in (("rows", study.table.rows), *(("by", item) for item in study.table.by)):
        if axis not in axes:
            yield (*path, "table", field), f"«{axis}» no es un eje del estudio", f"ejes: {', '.join(axes)}"


def _cycles(spec: Spec) -> Iterator[Complaint]:
    for name, study in spec.study.items():
        seen = [name]
        while study.origin is not None and study.origin.study in spec.study:
            parent = study.origin.study
            if parent in seen:
                if parent == name:
                    chain = " → ".join([*seen, parent])
                    yield ("study", name, "from"), f"el estudio deriva de sí mismo: {chain}", "rompe el ciclo"
                break
            seen.append(parent)
            study = spec.study[parent]
