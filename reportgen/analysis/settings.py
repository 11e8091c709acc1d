"""Takes recipes, gives what a run is made of: settings as code, what differs, which methods are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportgen.analysis.collected import Result
from reportgen.spec import keras_names

SETTINGS = (
    "optimizer", "loss", "epochs", "batch_size", "precision", "augmentation", "callbacks",
    "metrics", "class_weight",
)  # fmt: skip
"""Parts of the training of a recipe; the last two are in it only when declared."""
NAMES = ("layer", "callback", "backbone", "python", "name")
"""Fields that carry the name of an entry."""
RUN = "run:"
"""Start of the weights that are those of another run, before its key."""
SHORT = 12
"""Digits of a key by which a run without a label is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of two runs, as code; empty where one has none."""

    name: str
    first: str
    second: str


def as_code(entry: Any, runs: Mapping[str, str] | None = None) -> str:  # noqa: ANN401 - plain JSON of a recipe
    """A Keras entry as a call: ``Conv2D(64, kernel_size=3)`` without the field that carries the name.

    ``runs`` maps keys to the labels by which weights of other runs are told.
    """
    if isinstance(entry, Mapping):
        items = dict(entry)
        name = next((items.pop(field) for field in NAMES if field in items), "")
        items = {key: value for key, value in items.items() if not (key == "until" and value is None)}
        items.pop("source", None)  # digest of a Python function: no argument of it
        arguments = ", ".join(f"{key}={_argument(value, runs)}" for key, value in items.items())
        return (f"{name}({arguments})" if name else arguments) if items else str(name)
    if isinstance(entry, list | tuple):
        return ", ".join(as_code(item, runs) for item in entry)
    text = str(entry)
    if text.startswith(RUN):
        key = text.removeprefix(RUN)
        return f"«{runs[key]}»" if runs and key in runs else key[:SHORT]
    return text


def _argument(value: Any, runs: Mapping[str, str] | None) -> str:  # noqa: ANN401 - plain JSON of a recipe
    code = as_code(value, runs)
    return f"({code})" if isinstance(value, list | tuple) else code


def settings(result: Result, runs: Mapping[str, str] | None = None) -> dict[str, str]:
    """Training settings and layers of one run, as code; what is not declared is left out.

    Empty for a run that was trained elsewhere.

    ``runs`` maps keys to the labels by which weights of other runs are told.
    """
    if result.imported:
        return {}
    recipe = result.plan.content()
    found = {name: as_code(recipe["training"][name]) for name in SETTINGS if name in recipe["training"]}
    found["layers"] = " → ".join(as_code(layer, runs) for layer in recipe["model"]["layers"])
    found["seed"] = str(recipe["seed"])
    return found


def differences(
    first: Result, second: Result, runs: Mapping[str, str] | None = None
) -> tuple[Difference, ...]:
    """Settings in which two runs differ."""
    one, other = settings(first, runs), settings(second, runs)
    return tuple(
        Difference(name, one.get(name, ""), other.get(name, ""))
        for name in dict.fromkeys((*one, *other))
        if one.get(name, "") != other.get(name, "")
    )


def shared(results: Iterable[Result], runs: Mapping[str, str] | None = None) -> dict[str, str]:
    """Settings that all runs have in common; a setting in which they differ is left out."""
    all_settings = [settings(result, runs) for result in results]
    if not all_settings:
        return {}
    return {
        name: value
        for name, value in all_settings[0].items()
        if all(item.get(name) == value for item in all_settings)
    }


def methods(results: Iterable[Result]) -> tuple[str, ...]:
    """Ids of the methods that the runs really use, such as ``optimizers/Adam``, in a fixed order."""
    used: dict[str, None] = {}
    for result in results:
        for method in _methods_of(result):
            used.setdefault(method)
    order = ("optimizers", "activations", "architectures", "regularizers")
    return tuple(sorted(used, key=lambda item: order.index(item.split("/", maxsplit=1)[0])))


def _methods_of(result: Result) -> Iterable[str]:
    if result.imported:
        yield from _told_methods(result)
        return
    recipe = result.plan.content()
    training, layers = recipe["training"], recipe["model"]["layers"]
    yield f"optimizers/{training['optimizer']['name']}"
    for layer in layers:
        yield from _layer_methods(layer)
    if recipe["model"]["output"] == "softmax":
        yield "activations/softmax"
    yield from _architecture(layers, result)
    for callback in training["callbacks"]:
        yield f"regularizers/{callback['callback']}"
    if training["augmentation"]:
        yield "regularizers/augmentation"
    if training["precision"] != "float32":
        yield "regularizers/mixed_precision"


def _told_methods(result: Result) -> Iterable[str]:
    """What the table of a run that was trained elsewhere says of it, by the columns of these names."""
    for axis, kind in (("optimizer", "optimizers"), ("activation", "activations")):
        value = result.plan.parameters.get(axis)
        name = keras_names.proper_name(kind, value) if isinstance(value, str) else None
        if name:
            yield f"{kind}/{name}"


def penalised(result: Result) -> bool:
    """Whether the loss of a run has a penalty on its weights or activations, beside what its output costs."""
    if result.imported:
        return False
    layers = result.plan.content()["model"]["layers"]
    return any(name.endswith("_regularizer") and value for layer in layers for name, value in layer.items())


def _layer_methods(layer: Mapping[str, Any]) -> Iterable[str]:
    if layer.get("activation"):
        yield f"activations/{layer['activation']}"
    if "backbone" in layer and layer["weights"] != "none" and layer["trainable"] is not True:
        yield "regularizers/frozen"
    if layer.get("layer") in ("Dropout", "SpatialDropout2D", "AlphaDropout"):
        yield "regularizers/Dropout"
    if layer.get("layer") == "BatchNormalization":
        yield "regularizers/BatchNormalization"
    for value in layer.values():
        if isinstance(value, Mapping) and value.get("name") in ("L1", "L2"):
            yield f"regularizers/{value['name']}"


def _architecture(layers: Sequence[Mapping[str, Any]], result: Result) -> Iterable[str]:
    """The kind of network; what a Python function adds is seen in the layer table of the finished run."""
    backbones = [layer["backbone"] for layer in layers if "backbone" in layer]
    built = [row.type for row in result.record.layers] if any("python" in layer for layer in layers) else []
    if backbones:
        yield from (f"architectures/{name}" for name in backbones)
    elif any("Conv" in name for name in (*built, *(layer.get("layer", "") for layer in layers))):
        yield "architectures/cnn"
    elif built or not any("python" in layer for layer in layers):
        yield "architectures/dense"


@dataclass(frozen=True, slots=True)
class ConvolutionFacts:
    """The convolutions of one network in a line: each field joins the distinct values, in order.

    ``layers`` counts the layers of the layer table that have weights.
    """

    label: str
    layers: int
    filters: str
    kernel: str
    padding: str
    pooling: str
    strides: str


NONE = "–"


def convolutions(result: Result) -> ConvolutionFacts | None:
    """Facts on a network that declares convolutions; None for any other, also a published architecture.

    None too for one with layers of a Python function: which convolutions those have is not declared.
    """
    layers = result.plan.content()["model"]["layers"]
    if any("python" in layer for layer in layers):
        return None
    convs = [layer for layer in layers if "Conv" in layer.get("layer", "")]
    pools = [layer for layer in layers if "Pooling" in layer.get("layer", "")]
    if not convs:
        return None
    pooling = [
        layer["layer"]
        + ("" if layer["layer"].startswith("Global") else f" {_square(layer.get('pool_size', 2))}")
        for layer in pools
    ]
    return ConvolutionFacts(
        label=result.plan.label,
        layers=sum(row.parameters > 0 for row in result.record.layers),
        filters=_joined(
            [str(layer["filters"]) for layer in convs if "filters" in layer], "-", distinct=False
        ),
        kernel=_joined([_square(layer["kernel_size"]) for layer in convs], ", "),
        padding=_joined([layer.get("padding", "valid") for layer in convs], ", "),
        pooling=_joined(pooling, ", "),
        strides=_joined([_square(layer.get("strides", 1)) for layer in convs], ", "),
    )


def _square(size: int | list[int]) -> str:
    height, width = (size, size) if isinstance(size, int) else (size[0], size[-1])
    return f"{height} × {width}"


def _joined(values: list[str], separator: str, *, distinct: bool = True) -> str:
    return separator.join(dict.fromkeys(values) if distinct else values) or NONE
