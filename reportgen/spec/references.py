"""Takes a :class:`Spec`, gives what its studies refer to: models, axes, parents, weights, functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.model import RUN_WEIGHTS, WEIGHTS, Model, Spec, Study, Training, Variant


def lineage(spec: Spec, name: str) -> list[str]:
    """A study and all that it derives from, itself first; what is missing or turns back ends it."""
    found: dict[str, None] = {}
    while name in spec.study and name not in found:
        found[name] = None
        origin = spec.study[name].origin
        name = origin.study if origin else ""
    return list(found)


def chain_of(study: Study, name: str) -> list[Variant]:
    """A variant and those it extends, itself first; what is missing or turns back ends it."""
    chain: dict[str, Variant] = {}
    while name in study.variant and name not in chain:
        chain[name] = study.variant[name]
        name = study.variant[name].extends
    return list(chain.values())


def axes_of(spec: Spec, name: str) -> tuple[str, ...]:
    """Axes that tell the runs of a study apart: its parent's, then its own."""
    found: dict[str, None] = {}
    for study in (spec.study[item] for item in reversed(lineage(spec, name))):
        found.update(dict.fromkeys(("variant",) if study.variant else study.axes))
    return tuple(found)


def models_of(spec: Spec, name: str) -> tuple[str, ...]:
    """Ids of the models that runs of a study may use, declared or not; a follow-up uses its parent's."""
    found: dict[str, None] = {}
    for study in (spec.study[item] for item in lineage(spec, name)):
        named = [study.model, *(variant.model for variant in study.variant.values())]
        axis = [str(value) for value in study.axes.get("model", ())]
        sets = [study.set, *(variant.set for variant in study.variant.values())]
        extra = [str(values["model"]) for values in sets if "model" in values]
        found.update(dict.fromkeys(item for item in [*named, *axis, *extra] if item))
        if axis or (study.model and not study.variant):
            break
    return tuple(found)


def metrics_of(spec: Spec, name: str) -> tuple[str, ...]:
    """What may be asked of runs of a study on a part of the data: accuracy, loss and its further metrics."""
    settings: list[Study | Variant | Training] = [spec.training]
    for study in (spec.study[item] for item in lineage(spec, name)):
        settings += [study, *study.variant.values()]
    entries = [entry for item in settings for entry in item.metrics or ()]
    return ("accuracy", "loss", *dict.fromkeys(keras_names.metric_name(entry) for entry in entries))


def data_of(spec: Spec, name: str) -> str:
    """Id of the data set of a study; a follow-up uses its parent's unless it names one."""
    return next((spec.study[item].data for item in lineage(spec, name) if spec.study[item].data), "")


def weights_of(spec: Spec, name: str) -> frozenset[str]:
    """Everything that may stand for weights in a study: words, files, runs."""
    return frozenset([*_of_settings(spec, name), *_of_models(spec, name)])


def _of_settings(spec: Spec, name: str) -> Iterator[str]:
    """Weights said beside the layers, nearest first: what a study says hides what it starts from."""
    for study in (spec.study[item] for item in lineage(spec, name)):
        for arm in study.variant.values():
            yield from _texts([arm.weights, arm.set.get("weights")])
        yield from _texts([*study.axes.get("weights", ()), study.set.get("weights"), study.weights])
        chains = [chain_of(study, key) for key in study.variant]
        everywhere = bool(chains) and all(any(_says(arm) for arm in chain) for chain in chains)
        if everywhere or _says(study) or "weights" in study.axes:
            return
    yield spec.training.weights


def _says(settings: Study | Variant) -> bool:
    return bool(settings.weights) or "weights" in settings.set


def _of_models(spec: Spec, name: str) -> Iterator[str]:
    studies = [spec.study[item] for item in lineage(spec, name)]
    arms: list[Study | Variant] = [*studies, *(arm for study in studies for arm in study.variant.values())]
    for model in models_of(spec, name):
        if model in spec.model:
            yield from _of_model(spec.model[model], studies, arms)


def _of_model(model: Model, studies: list[Study], arms: list[Study | Variant]) -> Iterator[str]:
    for value in _texts(entry.get("weights") for entry in backbones_of(model)):
        if not value.startswith("$"):
            yield value
            continue
        parameter = value[1:]
        yield from _texts([model.parameters.get(parameter), *(arm.set.get(parameter) for arm in arms)])
        for study in studies:
            yield from _texts(study.axes.get(parameter, ()))


def backbones_of(model: Model) -> tuple[Mapping[str, Any], ...]:
    """The tables of a model that are a network of keras.applications."""
    return tuple(_backbones(model.layers))


def _backbones(layers: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - plain TOML
    for entry in layers if isinstance(layers, list | tuple) else ():
        if isinstance(entry, Mapping):
            yield from _backbones(entry.get("layers"))
            if "backbone" in entry:
                yield entry


def _texts(values: Any) -> Iterator[str]:  # noqa: ANN401 - plain TOML
    yield from (value for value in values if isinstance(value, str))


def local_weights(spec: Spec) -> tuple[str, ...]:
    """Declared paths of weight files: what stands for weights and is neither a word of Keras nor a run."""
    texts = {text for name in spec.study for text in weights_of(spec, name)}
    return tuple(sorted(text for text in texts if text not in WEIGHTS and not text.startswith(RUN_WEIGHTS)))


def sources_of(spec: Spec, name: str) -> tuple[tuple[str, str], ...]:
    """(study, arm) of every run whose weights a study may start from; the arm is empty for the only one.

    Weights said beside the layers reach only a backbone that names none itself.
    """
    models = [spec.model[model] for model in models_of(spec, name) if model in spec.model]
    takes = any("weights" not in entry for model in models for entry in backbones_of(model))
    texts = {*_of_models(spec, name), *(_of_settings(spec, name) if takes else ())}
    return tuple(source(text) for text in sorted(texts) if text.startswith(RUN_WEIGHTS))


def source(text: str) -> tuple[str, str]:
    """``run:STUDY.ARM`` as (study, arm)."""
    study, _, arm = text.removeprefix(RUN_WEIGHTS).partition(".")
    return study, arm


def parents_of(spec: Spec, name: str) -> tuple[str, ...]:
    """Studies that must be stored before one can be trained: its origin and those it takes weights from."""
    origin = spec.study[name].origin
    found = [origin.study] if origin else []
    return tuple(dict.fromkeys([*found, *(study for study, _ in sources_of(spec, name))]))


def all_parents(spec: Spec) -> dict[str, tuple[str, ...]]:
    """Study -> those declared ones that must be stored before it can be trained."""
    return {
        name: tuple(parent for parent in parents_of(spec, name) if parent in spec.study)
        for name in spec.study
    }


def ancestors(parents: Mapping[str, tuple[str, ...]], name: str) -> frozenset[str]:
    """All studies that one depends on, at any distance; itself too when the dependence turns back."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        further = set(parents[ahead.pop()]) - found
        found |= further
        ahead += further
    return frozenset(found)


def values_of(spec: Spec, name: str, axis: str) -> tuple[Any, ...]:
    """Values that an axis has in a study: its own, what it sets, or its parent's; empty without any."""
    for study in (spec.study[item] for item in lineage(spec, name)):
        if axis in study.axes:
            return study.axes[axis]
        if axis == "variant" and study.variant:
            return tuple(study.variant)
        said = {**study.given(), **study.set, **({"model": study.model} if study.model else {})}
        if axis in said:
            partly = axis == "optimizer" and isinstance(said[axis], Mapping) and "name" not in said[axis]
            return () if partly else (said[axis],)
    return ()


def python_of(spec: Spec) -> tuple[str, ...]:
    """``module:function`` of everything that is Python: layers and data sets."""
    layers = {text for model in spec.model.values() for text in _python_layers(model.layers)}
    data = {item.python for item in spec.data_sets.values() if item.python}
    return tuple(sorted(layers | data))


def _python_layers(layers: Any) -> Iterator[str]:  # noqa: ANN401 - plain TOML
    for entry in layers:
        if isinstance(entry, Mapping):
            yield from _python_layers(entry.get("layers", ()))
            yield from _texts([entry.get("python")])
