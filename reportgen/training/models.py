"""Takes the recipe of a model, gives the Keras network, its layer table and its sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from reportgen.records.model import LayerRow, ParameterCounts
from reportgen.training import backbones, names

Recipe = Mapping[str, Any]
FLAT = 2
"""Axes of what a Dense output layer needs: batch and features."""


def build(recipe: Recipe, shape: Sequence[int], classes: int, weights_files: Mapping[str, str]) -> Any:
    """The network from images (batch, height, width, channels), float32 in 0..255, to classes.

    In order: augmentation, ``Rescaling(1/255)`` when the recipe asks for it, the declared layers and
    a Dense output in float32. Before a backbone nothing is rescaled: its own preprocessing, which
    expects 0..255, is part of the network.

    Args:
        recipe: the recipe of the run.
        shape: (height, width, channels).
        classes: number of outputs.
        weights_files: SHA-256 -> local weight file.

    Raises:
        MissingError: weights that cannot be had.
        ValueError, TypeError: what Keras says of wrong names, arguments or shapes.
    """
    declared = recipe["model"]
    inputs = keras.Input(tuple(shape), dtype="float32")
    tensor = inputs
    for number, table in enumerate(recipe["training"].get("augmentation") or []):
        tensor = augmentation(table, int(recipe["seed"]), number)(tensor)
    has_backbone = any("backbone" in table for table in declared["layers"])
    if declared.get("rescale") and not has_backbone:
        tensor = keras.layers.Rescaling(1.0 / 255.0, dtype="float32")(tensor)
    for table in declared["layers"]:
        if "backbone" in table:
            tensor = backbones.attach(tensor, table, weights_files)
        else:
            tensor = names.layer(table)(tensor)
    if len(tensor.shape) != FLAT:
        raise ValueError(
            f"la última capa entrega la forma {tuple(tensor.shape[1:])}: falta Flatten o "
            "GlobalAveragePooling2D antes de la salida"
        )
    activation = "softmax" if declared.get("output", "softmax") == "softmax" else None
    outputs = keras.layers.Dense(classes, activation=activation, dtype="float32")(tensor)
    return keras.Model(inputs, outputs)


def augmentation(table: Recipe, seed: int, number: int) -> Any:
    """One augmentation layer, in float32 and with a seed that follows from the run's."""
    forced: dict[str, Any] = {} if "dtype" in table else {"dtype": "float32"}
    if "seed" not in table and names.accepts(keras.layers, str(table["layer"]), "seed"):
        forced["seed"] = int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) % (2**31)
    return names.layer(table, **forced)


def layer_rows(model: Any, recipe: Recipe) -> tuple[LayerRow, ...]:
    """The layer table, input left out; a backbone is one row."""
    titles = [
        str(table["backbone"]) + (f" hasta {table['until']}" if table.get("until") else "")
        for table in recipe["model"]["layers"]
        if "backbone" in table
    ]
    rows = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        kind = type(layer).__name__
        if isinstance(layer, keras.Model) and titles:
            kind = f"{kind} ({titles.pop(0)})"
        rows.append(
            LayerRow(
                name=layer.name,
                type=kind,
                output_shape=tuple(layer.output.shape[1:]),
                parameters=int(layer.count_params()),
                trainable=bool(layer.trainable_weights) if layer.weights else bool(layer.trainable),
            )
        )
    return tuple(rows)


def parameter_counts(model: Any) -> ParameterCounts:
    """Scalars in the weights of the model, trained and not."""
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    total = sum(int(np.prod(weight.shape)) for weight in model.weights)
    return ParameterCounts(total=total, trainable=trainable, non_trainable=total - trainable)


def all_layers(model: Any) -> list[Any]:
    """Every layer, those inside backbones too."""
    found = []
    for layer in model.layers if hasattr(model, "layers") else []:
        found += [layer, *all_layers(layer)]
    return found


def has_convolutions(model: Any) -> bool:
    """Whether any layer convolves; such steps gain nothing from being run in blocks."""
    return any(hasattr(layer, "kernel_size") for layer in all_layers(model))


def widest(model: Any) -> int:
    """Scalars per image in the largest output of any layer, at least 1."""
    sizes = [1]
    for layer in all_layers(model):
        try:
            shape = layer.output.shape[1:]
        except (AttributeError, ValueError):  # a shared layer has no single output
            continue
        if None not in shape:
            sizes.append(int(np.prod(shape)))
    return max(sizes)
