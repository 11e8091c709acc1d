"""Takes a model's layers and the values of its parameters, gives the flat list of Keras layers.

``$name`` becomes the parameter's value; ``{ each = "units", layers = [...] }``
repeats its layers for every element of a list; ``when`` drops a layer whose
condition is false, zero or empty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reportgen.spec.keras_names import canonical
from reportgen.spec.model import Model


def resolve(
    model: Model, values: Mapping[str, Any], weights: str, digests: Mapping[str, str]
) -> dict[str, Any]:
    """The ``model`` part of a recipe.

    Args:
        model: the declared model.
        values: parameter -> value, defaults laid under.
        weights: of every backbone that names none.
        digests: what stands in the recipe for a local weights file (its SHA-256), for another run
            (``run:`` and its key) and for the source of a Python layer (its SHA-256).
    """
    layers = [_finish(entry, weights, digests) for entry in _flatten(model.layers, values)]
    backbone = any("backbone" in entry for entry in layers)
    rescale = model.rescale is not False and not backbone  # a backbone does its own preprocessing on 0..255
    return {"layers": layers, "output": model.output, "rescale": rescale}


def _flatten(entries: Any, values: Mapping[str, Any]) -> list[Any]:  # noqa: ANN401 - plain TOML
    flat: list[Any] = []
    for entry in entries:
        if isinstance(entry, Mapping) and "each" in entry:
            name = entry["each"]
            for item in values[name]:
                flat += _flatten(entry["layers"], {**values, name: item})
            continue
        filled = _substitute(entry, values)
        if isinstance(filled, dict) and not filled.pop("when", True):
            continue
        flat.append(filled)
    return flat


def _substitute(value: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain TOML
    if isinstance(value, str) and value.startswith("$"):
        return values[value[1:]]
    if isinstance(value, Mapping):
        return {key: _substitute(item, values) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_substitute(item, values) for item in value]
    return value


def _finish(entry: Any, weights: str, digests: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(entry, dict) and "python" in entry:
        return {**entry, "source": digests.get(plugin(str(entry["python"])), "")}
    if not (isinstance(entry, dict) and "backbone" in entry):
        return canonical("layers", entry)
    chosen = entry.get("weights", weights)
    return {
        "backbone": canonical("applications", entry["backbone"])["backbone"],
        "weights": digests.get(chosen, chosen),
        "trainable": entry.get("trainable", True),
        "until": entry.get("until"),
    }


def plugin(python: str) -> str:
    """Name under which the digest of a Python source is handed in: ``python:module``."""
    return f"python:{python.partition(':')[0]}"


def is_convolutional(model: Mapping[str, Any]) -> bool:
    """Whether a resolved model does work that fills a whole processor by itself; Python code may do any."""
    return any(
        "layer" not in entry or "Conv" in str(entry["layer"]) or _has_many_steps(entry)
        for entry in model["layers"]
    )


def is_large(model: Mapping[str, Any]) -> bool:
    """Whether one step of a resolved model has work for every processor; Python code may have."""
    return any("layer" not in entry or _has_many_steps(entry) for entry in model["layers"])


def _has_many_steps(entry: Mapping[str, Any]) -> bool:
    """Whether a layer, or one inside it, goes through a sequence or compares all of its parts."""
    name = str(entry.get("layer", ""))
    inner = (value for value in entry.values() if isinstance(value, Mapping))
    return any(part in name for part in ("LSTM", "GRU", "RNN", "Attention")) or any(
        map(_has_many_steps, inner)
    )


def work(model: Mapping[str, Any]) -> int:
    """Weights of the dense and convolutional layers, roughly, to tell long runs from short ones.

    The shape of the data is not known here; the first layer is taken to have as many inputs as outputs.
    """
    total, before = 1, 0
    for entry in model["layers"]:
        width = entry.get("units") or entry.get("filters")
        if isinstance(width, int):
            size = entry.get("kernel_size", 1)
            area = math.prod(size) if isinstance(size, list | tuple) else size**2
            total += width * (before or width) * area
            before = width
    return total
