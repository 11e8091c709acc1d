"""Takes one study, gives everything in it that cannot work: axes, settings, variants, parents, tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_imported import imported_complaints
from reportgen.spec.check_model import Uses, parameter_value, uses_of
from reportgen.spec.check_optimizer import partial, possible
from reportgen.spec.check_values import Complaint, same, training_value
from reportgen.spec.model import TRAINING_FIELDS, Settings, Spec, Study
from reportgen.spec.positions import Path
from reportgen.spec.references import axes_of, chain_of, metrics_of, models_of, values_of

OPTIMIZER = "optimizer."


def study_complaints(spec: Spec, name: str) -> Iterator[Complaint]:
    """Every mistake in one study, in no special order."""
    study, path = spec.study[name], ("study", name)
    yield from _data(spec, study, path)
    yield from imported_complaints(study, path)
    if study.results:
        return
    yield from _models(spec, name)
    models = models_of(spec, name)
    known = bool(models) and all(model in spec.model for model in models)
    uses = _uses(spec, models) if known else None
    yield from settings_complaints(study, path, possible(spec, name))
    yield from _axes(spec, name, uses)
    yield from _zip(study, path)
    yield from _exclude(spec, name)
    yield from _set(spec, name, study.set, path, uses)
    yield from _variants(spec, name, uses)
    yield from _origin(spec, study, path)
    yield from _shown(spec, name)


def _data(spec: Spec, study: Study, path: Path) -> Iterator[Complaint]:
    if study.data and study.data not in spec.data_sets:
        named = tuple(spec.data.named)
        allowed = keras_names.nearest(study.data, named) if named else f"declara [data.{study.data}]"
        yield (*path, "data"), f"no hay ningún conjunto de datos «{study.data}»", allowed


def settings_complaints(settings: Settings, path: Path, optimizers: Sequence[str]) -> Iterator[Complaint]:
    """What is wrong with the training settings that are spelled out in one place."""
    for name, value in settings.given().items():
        for inner, what, allowed in _setting(name, value, optimizers):
            yield (*path, name, *inner), what, allowed


def _setting(name: str, value: Any, optimizers: Sequence[str]) -> Iterator[Complaint]:  # noqa: ANN401
    if name == "optimizer" and isinstance(value, Mapping) and "name" not in value:
        yield from partial(value, optimizers)
    else:
        yield from training_value(name, value)


def _models(spec: Spec, name: str) -> Iterator[Complaint]:
    study, path = spec.study[name], ("study", name)
    declared = f"modelos declarados: {', '.join(spec.model)}"
    places: list[tuple[Path, str]] = [(("model",), study.model)] if study.model else []
    places += [(("variant", key, "model"), arm.model) for key, arm in study.variant.items() if arm.model]
    arms = [((), study.set), *((("variant", key), arm.set) for key, arm in study.variant.items())]
    places += [((*where, "set", "model"), str(said["model"])) for where, said in arms if "model" in said]
    for part in ("grid", "zip"):
        values = getattr(study, part).get("model", ())
        places += [((part, "model", index), str(value)) for index, value in enumerate(values)]
    for where, model in places:
        if model not in spec.model:
            yield (
                (*path, *where),
                f"no hay ningún modelo «{model}»",
                _or_list(model, tuple(spec.model), declared),
            )
    if study.variant:
        lacking = any(not any(link.model for link in chain_of(study, key)) for key in study.variant)
    else:
        lacking = study.origin is None and "model" not in study.axes
    if lacking and not study.model:
        yield (*path, "model"), "falta `model`", declared


def _or_list(name: str, allowed: tuple[str, ...], everything: str) -> str:
    """The near miss, and in any case what there is."""
    meant = keras_names.close(name, allowed)
    return f"¿quisiste decir «{meant[0]}»?; {everything}" if meant else everything


def _uses(spec: Spec, models: Sequence[str]) -> Uses:
    """Parameters of all models of a study with what they stand for."""
    found: dict[str, frozenset[str]] = {}
    for model in models:
        used = uses_of(spec.model[model])
        for parameter in spec.model[model].parameters:
            found[parameter] = found.get(parameter, frozenset()) | used.get(parameter, frozenset())
    return found


def _axes(spec: Spec, name: str, uses: Uses | None) -> Iterator[Complaint]:
    study = spec.study[name]
    optimizers = possible(spec, name)
    for part in ("grid", "zip"):
        for axis, values in getattr(study, part).items():
            here: Path = ("study", name, part, *_place(axis))
            yield from _axis(here, axis, uses, optimizers)
            seen: set[str] = set()
            for index, value in enumerate(values):
                for inner, what, allowed in _value(axis, value, uses, optimizers):
                    yield (*here, index, *inner), what, allowed
                text = json.dumps(value, sort_keys=True)
                if text in seen and part == "grid":
                    yield (*here, index), "el valor está repetido", "cada valor una sola vez"
                seen.add(text)
    for axis, labels in study.labels.items():
        if labels.values and axis in study.axes and len(labels.values) != len(study.axes[axis]):
            what = f"{len(labels.values)} etiquetas para {len(study.axes[axis])} valores"
            yield ("study", name, "labels", axis, "values"), what, "una etiqueta por valor del eje"
        elif axis not in axes_of(spec, name):
            axes = axes_of(spec, name)
            allowed = keras_names.nearest(axis, axes) if axes else _told(axes)
            yield ("study", name, "labels", axis), f"«{axis}» no es un eje del estudio", allowed


def _place(axis: str) -> tuple[str, ...]:
    """Where an axis may stand in the file: an argument of the optimizer is a table inside a table."""
    return tuple(axis.split(".", 1))


def _zip(study: Study, path: Path) -> Iterator[Complaint]:
    lengths = {axis: len(values) for axis, values in study.zip.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{axis}: {length}" for axis, length in lengths.items())
        what = "los ejes de `zip` avanzan a la vez y tienen distinto número de valores"
        yield (*path, "zip"), what, told
    for axis in study.zip:
        if axis in study.grid:
            yield (
                (*path, "zip", *_place(axis)),
                f"«{axis}» está también en `grid`",
                "quítalo de uno de los dos",
            )


def _exclude(spec: Spec, name: str) -> Iterator[Complaint]:
    axes = axes_of(spec, name)
    for index, item in enumerate(spec.study[name].exclude):
        for axis, value in item.items():
            here: Path = ("study", name, "exclude", index, axis)
            if axis not in axes:
                yield (
                    here,
                    f"«{axis}» no es un eje del estudio",
                    keras_names.nearest(axis, axes) if axes else _told(axes),
                )
                continue
            values = values_of(spec, name, axis)
            if values and not any(same(value, item) for item in values):
                told, shown = _json(value), ", ".join(map(_json, values))
                yield here, f"el eje «{axis}» no tiene el valor {told}", f"valores: {shown}"


def _json(value: Any) -> str:  # noqa: ANN401 - plain TOML
    return json.dumps(value, ensure_ascii=False)


def _set(
    spec: Spec, name: str, values: Mapping[str, Any], path: Path, uses: Uses | None
) -> Iterator[Complaint]:
    optimizers = possible(spec, name)
    for axis, value in values.items():
        here = (*path, "set", axis)
        yield from _axis(here, axis, uses, optimizers)
        for inner, what, allowed in _value(axis, value, uses, optimizers):
            yield (*here, *inner), what, allowed


def _axis(path: Path, axis: str, uses: Uses | None, optimizers: Sequence[str]) -> Iterator[Complaint]:
    """What is wrong with the name of an axis, whatever its values."""
    if axis.startswith(OPTIMIZER):
        argument = axis.removeprefix(OPTIMIZER)
        for _, what, allowed in partial({argument: 0}, optimizers):
            yield path, what, allowed
    elif not (axis in (*TRAINING_FIELDS, "model") or uses is None or axis in uses):
        allowed = keras_names.nearest(axis, (*TRAINING_FIELDS, "model", *sorted(uses)))
        yield path, f"«{axis}» no es un ajuste del entrenamiento ni un parámetro del modelo", allowed


def _value(
    axis: str,
    value: Any,  # noqa: ANN401 - plain TOML
    uses: Uses | None,
    optimizers: Sequence[str],
) -> Iterator[Complaint]:
    """What is wrong with one value of an axis; that an argument is none is told of the axis."""
    if axis.startswith(OPTIMIZER):
        for inner, what, allowed in partial({axis.removeprefix(OPTIMIZER): value}, ()):
            yield inner[1:], what, allowed
    elif axis in TRAINING_FIELDS:
        yield from _setting(axis, value, optimizers)
    elif axis != "model":
        yield from parameter_value(value, (uses or {}).get(axis, frozenset()))


def _variants(spec: Spec, name: str, uses: Uses | None) -> Iterator[Complaint]:
    study = spec.study[name]
    for key, variant in study.variant.items():
        here: Path = ("study", name, "variant", key)
        yield from settings_complaints(variant, here, possible(spec, name))
        yield from _set(spec, name, variant.set, here, uses)
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
    if spec.study[parent].results:
        what = f"«{parent}» es de resultados hechos fuera: no hay redes de las que partir"
        yield (*path, "from", "study"), what, "un estudio que se entrene en este archivo"
        return
    metrics = tuple(f"validation.{metric}" for metric in metrics_of(spec, parent))
    if study.origin.best not in metrics:
        what = f"«{parent}» no mide «{study.origin.best}»"
        yield (*path, "from", "best"), what, keras_names.nearest(study.origin.best, metrics)
    axes = axes_of(spec, parent)
    for index, axis in enumerate(study.origin.per):
        if axis not in axes:
            yield (*path, "from", "per", index), f"«{axis}» no es un eje de «{parent}»", _told(axes)


def _told(axes: tuple[str, ...]) -> str:
    return f"ejes: {', '.join(axes)}" if axes else "no tiene ejes"


def _shown(spec: Spec, name: str) -> Iterator[Complaint]:
    table = spec.study[name].table
    if table is None:
        return
    axes = axes_of(spec, name)
    rows = [("rows", table.rows)] if table.rows else []
    for field, axis in (*rows, *(("by", item) for item in table.by)):
        if axis not in axes:
            yield ("study", name, "table", field), f"«{axis}» no es un eje del estudio", _told(axes)
