"""Takes a validated configuration, gives everything in it that cannot work.

What a schema cannot see: names that refer to nothing, axes that are neither a
training setting nor a parameter, cycles, Keras names and their arguments.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_model import Uses, model_complaints, parameter_value, uses_of
from reportgen.spec.check_values import Complaint, training_value
from reportgen.spec.model import TRAINING_FIELDS, Settings, Spec, Study, Variant
from reportgen.spec.positions import Path

MAX_RUNS = 2000


def check(spec: Spec) -> Iterator[Complaint]:
    """Every mistake in ``spec``, in no special order."""
    yield from _settings(spec.training, ("training",))
    for name, model in spec.model.items():
        yield from model_complaints(name, model)
    for name, study in spec.study.items():
        yield from _study(spec, name, study)
    yield from _cycles(spec)


def _settings(settings: Settings, path: Path) -> Iterator[Complaint]:
    for name, value in settings.given().items():
        for inner, what, allowed in training_value(name, value):
            yield (*path, name, *inner), what, allowed


def _study(spec: Spec, name: str, study: Study) -> Iterator[Complaint]:
    path: Path = ("study", name)
    yield from _settings(study, path)
    models = _models_of(spec, study)
    for where, model in models:
        if model not in spec.model:
            what = f"no hay ningún modelo «{model}»" if model else "falta `model`"
            yield (*path, *where), what, f"modelos declarados: {', '.join(spec.model)}"
    known = all(model in spec.model for _, model in models)
    uses = _uses(spec, [model for _, model in models]) if known and models else None
    yield from _grid(study, path, uses)
    yield from _set(study.set, path, uses)
    yield from _variants(study, path, uses)
    yield from _origin(spec, study, path)
    yield from _table(spec, name, study, path)


def _uses(spec: Spec, models: Sequence[str]) -> Uses:
    """Parameters of all models of a study with what they stand for."""
    found: dict[str, frozenset[str]] = {}
    for model in models:
        used = uses_of(spec.model[model])
        for parameter in spec.model[model].parameters:
            found[parameter] = found.get(parameter, frozenset()) | used.get(parameter, frozenset())
    return found


def _models_of(spec: Spec, study: Study) -> list[tuple[Path, str]]:
    """Where each model of a study is named; a follow-up uses its parent's."""
    seen: list[Study] = []
    while study.origin is not None and not study.model:
        if study.origin.study not in spec.study or study in seen:
            return []  # complained about elsewhere
        seen.append(study)
        study = spec.study[study.origin.study]
    if not study.variant:
        return [(("model",), study.model)]
    found: list[tuple[Path, str]] = [
        (("variant", key, "model"), item.model) for key, item in study.variant.items() if item.model
    ]
    lacking = any(not any(link.model for link in chain_of(study, key)) for key in study.variant)
    return [*found, (("model",), study.model)] if study.model or lacking else found


def chain_of(study: Study, name: str) -> list[Variant]:
    """A variant and those it extends, itself first; what is missing or turns back ends it."""
    chain: dict[str, Variant] = {}
    while name in study.variant and name not in chain:
        chain[name] = study.variant[name]
        name = study.variant[name].extends
    return list(chain.values())


def _grid(study: Study, path: Path, uses: Uses | None) -> Iterator[Complaint]:
    for axis, values in study.grid.items():
        here = (*path, "grid", axis)
        yield from _axis(here, axis, uses)
        seen: set[str] = set()
        for index, value in enumerate(values):
            for inner, what, allowed in _value(axis, value, uses):
                yield (*here, index, *inner), what, allowed
            text = json.dumps(value, sort_keys=True)
            if text in seen:
                yield (*here, index), "el valor está repetido", "cada valor una sola vez"
            seen.add(text)
    if math.prod(len(values) for values in study.grid.values()) > MAX_RUNS:
        what = f"la rejilla tiene más de {MAX_RUNS} combinaciones"
        yield (*path, "grid"), what, "quita valores de algún eje"
    for axis, labels in study.labels.items():
        if labels.values and axis in study.grid and len(labels.values) != len(study.grid[axis]):
            what = f"{len(labels.values)} etiquetas para {len(study.grid[axis])} valores"
            yield (*path, "labels", axis, "values"), what, "una etiqueta por valor del eje"


def _set(values: Mapping[str, Any], path: Path, uses: Uses | None) -> Iterator[Complaint]:
    for axis, value in values.items():
        here = (*path, "set", axis)
        yield from _axis(here, axis, uses)
        for inner, what, allowed in _value(axis, value, uses):
            yield (*here, *inner), what, allowed


def _axis(path: Path, axis: str, uses: Uses | None) -> Iterator[Complaint]:
    if axis in TRAINING_FIELDS or uses is None or axis in uses:
        return
    allowed = keras_names.nearest(axis, (*TRAINING_FIELDS, *sorted(uses)))
    yield path, f"«{axis}» no es un ajuste del entrenamiento ni un parámetro del modelo", allowed


def _value(axis: str, value: Any, uses: Uses | None) -> Iterator[Complaint]:  # noqa: ANN401 - plain TOML
    if axis in TRAINING_FIELDS:
        yield from training_value(axis, value)
    else:
        yield from parameter_value(value, (uses or {}).get(axis, frozenset()))


def _variants(study: Study, path: Path, uses: Uses | None) -> Iterator[Complaint]:
    for key, variant in study.variant.items():
        here = (*path, "variant", key)
        yield from _settings(variant, here)
        yield from _set(variant.set, here, uses)
        if variant.extends and variant.extends not in study.variant:
            allowed = keras_names.nearest(variant.extends, tuple(study.variant))
            yield (*here, "extends"), f"no hay ninguna variante «{variant.extends}»", allowed
        elif any(link.extends == key for link in chain_of(study, key)):
            yield (*here, "extends"), "la cadena de `extends` vuelve sobre sí misma", "rompe el ciclo"


def _origin(spec: Spec, study: Study, path: Path) -> Iterator[Complaint]:
    if study.origin is None:
        return
    parent = study.origin.study
    if parent not in spec.study:
        allowed = keras_names.nearest(parent, tuple(spec.study))
        yield (*path, "from", "study"), f"no hay ningún estudio «{parent}»", allowed
        return
    axes = axes_of(spec, parent)
    for index, axis in enumerate(study.origin.per):
        if axis not in axes:
            yield (*path, "from", "per", index), f"«{axis}» no es un eje de «{parent}»", _axes(axes)


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


def _axes(axes: tuple[str, ...]) -> str:
    return f"ejes: {', '.join(axes)}" if axes else "no tiene ejes"


def _table(spec: Spec, name: str, study: Study, path: Path) -> Iterator[Complaint]:
    if study.table is None:
        return
    axes = axes_of(spec, name)
    for field, axis in (("rows", study.table.rows), *(("by", item) for item in study.table.by)):
        if axis not in axes:
            yield (*path, "table", field), f"«{axis}» no es un eje del estudio", _axes(axes)


def _cycles(spec: Spec) -> Iterator[Complaint]:
    for name in spec.study:
        chain = [name]
        origin = spec.study[name].origin
        while origin is not None and origin.study in spec.study and origin.study not in chain:
            chain.append(origin.study)
            origin = spec.study[origin.study].origin
        if origin is not None and origin.study == name:
            text = " → ".join([*chain, name])
            yield ("study", name, "from"), f"el estudio deriva de sí mismo: {text}", "rompe el ciclo"
