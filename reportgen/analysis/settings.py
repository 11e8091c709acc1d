"""Takes recipes, gives what a run is made of: settings as code, what differs, which methods are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.analysis.collected import Result

SETTINGS = ("optimizer", "loss", "epochs", "batch_size", "precision", "augmentation", "callbacks")


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of two runs, as code; empty where one has none."""

    name: str
    first: str
    second: str


def as_code(entry: Any) -> str:  # noqa: ANN401 - plain JSON of a recipe
    """A Keras entry as a call: ``Conv2D(64, kernel_size=3)`` without the field that carries the name."""
    if isinstance(entry, Mapping):
        items = dict(entry)
        name = next(
            (items.pop(field) for field in ("layer", "callback", "backbone", "name") if field in items), ""
        )
        items = {key: value for key, value in items.items() if not (key == "until" and value is None)}
        if not items:
            return str(name)
        return f"{name}({', '.join(f'{key}={_argument(value)}' for key, value in items.items())})"
    if isinstance(entry, list | tuple):
        return ", ".join(as_code(item) for item in entry)
    return str(entry)


def _argument(value: Any) -> str:  # noqa: ANN401 - plain JSON of a recipe
    code = as_code(value)
    return f"({code})" if isinstance(value, list | tuple) else code


def settings(result: Result) -> dict[str, str]:
    """Training settings and layers of one run, as code."""
    recipe = result.plan.content()
    found = {name: as_code(recipe["training"][name]) for name in SETTINGS}
    found["layers"] = " → ".join(as_code(layer) for layer in recipe["model"]["layers"])
    found["seed"] = str(recipe["seed"])
    return found


def differences(first: Result, second: Result) -> tuple[Difference, ...]:
    """Settings in which two runs differ."""
    one, other = settings(first), settings(second)
    return tuple(Difference(name, one[name], other[name]) for name in one if one[name] != other[name])


def shared(results: Iterable[Result]) -> dict[str, str]:
    """Settings that all runs have in common; a setting in which they differ is left out."""
    all_settings = [settings(result) for result in results]
    if not all_settings:
        return {}
    return {
        name: value
        for name, value in all_settings[0].items()
        if all(item[name] == value for item in all_settings)
    }


def methods(results: Iterable[Result]) -> tuple[str, ...]:
    """Ids of the methods that the runs really use, such as ``optimizers/Adam``, in a fixed order."""
    used: dict[str, None] = {}
    for result in results:
        for method in _methods_of(result.plan.content()):
            used.setdefault(method)
    order = ("optimizers", "activations", "architectures", "regularizers")
    return tuple(sorted(used, key=lambda item: order.index(item.split("/", maxsplit=1)[0])))


def _methods_of(recipe: Mapping[str, Any]) -> Iterable[str]:
    training, layers = recipe["training"], recipe["model"]["layers"]
    yield f"optimizers/{training['optimizer']['name']}"
    for layer in layers:
        yield from _layer_methods(layer)
    if recipe["model"]["output"] == "softmax":
        yield "activations/softmax"
    yield from _architecture(layers)
    for callback in training["callbacks"]:
        yield f"regularizers/{callback['callback']}"
    if training["augmentation"]:
        yield "regularizers/augmentation"
    if training["precision"] != "float32":
        yield "regularizers/mixed_precision"


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


def _architecture(layers: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    layers = list(layers)
    backbones = [layer["backbone"] for layer in layers if "backbone" in layer]
    if backbones:
        yield from (f"architectures/{name}" for name in backbones)
    elif any("Conv" in layer["layer"] for layer in layers):
        yield "architectures/cnn"
    else:
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
    """Facts on a network that declares convolutions; None for any other, also a published architecture."""
    layers = result.plan.content()["model"]["layers"]
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
