"""Takes the recipe of a model, gives the Keras network, its layer table and its sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from reportgen.records.model import LayerRow, ParameterCounts
from reportgen.training import backbones, names
from reportgen.training.plugins import PluginError, Plugins

Recipe = Mapping[str, Any]
FLAT = 2
"""Axes of what a Dense output layer needs: batch and features."""
MODEL_FILE, BACKBONE_FILE = "model.weights.h5", "backbone.weights.h5"


@dataclass(frozen=True, slots=True)
class Built:
    """A network and the way to it.

    Attributes:
        model: from images to classes.
        tensors: what each declared layer gives, in order.
        flip: the augmentation layer where it is the only one, else None.
    """

    model: Any
    tensors: tuple[Any, ...]
    flip: Any = None


def build(
    recipe: Recipe,
    shape: Sequence[int],
    classes: int,
    weights_files: Mapping[str, str],
    plugins: Plugins | None = None,
) -> Any:
    """The model of :func:`network` alone."""
    return network(recipe, shape, classes, weights_files, plugins).model


def network(
    recipe: Recipe,
    shape: Sequence[int],
    classes: int,
    weights_files: Mapping[str, str],
    plugins: Plugins | None = None,
) -> Built:
    """The network from images (batch, height, width, channels), float32 in 0..255, to classes.

    In order: augmentation, ``Rescaling(1/255)`` when the recipe asks for it, the declared layers and
    a Dense output in float32. Before a backbone nothing is rescaled: its own preprocessing, which
    expects 0..255, is part of the network.

    Args:
        recipe: the recipe of the run.
        shape: (height, width, channels).
        classes: number of outputs.
        weights_files: SHA-256 or ``run:<key>`` -> local weight file.
        plugins: the author's functions, open.

    Raises:
        MissingError: weights or Python files that cannot be had.
        PluginError: what is wrong with a function of the author's.
        ValueError, TypeError: what Keras says of wrong names, arguments or shapes.
    """
    declared = recipe["model"]
    inputs = keras.Input(tuple(shape), dtype="float32")
    tensor = inputs
    changes: list[Any] = []
    for number, table in enumerate(recipe["training"].get("augmentation") or []):
        changes.append(augmentation(table, int(recipe["seed"]), number))
        tensor = changes[-1](tensor)
    has_backbone = any("backbone" in table for table in declared["layers"])
    if declared.get("rescale") and not has_backbone:
        tensor = keras.layers.Rescaling(1.0 / 255.0, dtype="float32")(tensor)
    tensors = layers_on(tensor, declared["layers"], weights_files, plugins)
    tensor = tensors[-1] if tensors else tensor
    if len(tensor.shape) != FLAT:
        raise ValueError(
            f"la última capa entrega la forma {tuple(tensor.shape[1:])}: falta Flatten o "
            "GlobalAveragePooling2D antes de la salida"
        )
    activation = "softmax" if declared.get("output", "softmax") == "softmax" else None
    outputs = keras.layers.Dense(classes, activation=activation, dtype="float32")(tensor)
    flip = changes[0] if len(changes) == 1 else None
    return Built(keras.Model(inputs, outputs), tuple(tensors), flip)


def layers_on(
    tensor: Any, tables: Sequence[Recipe], weights_files: Mapping[str, str], plugins: Plugins | None
) -> list[Any]:
    """What each of the declared layers gives, put one after the other on a tensor; errors as above."""
    tensors = []
    for table in tables:
        if "backbone" in table:
            tensor = backbones.attach(tensor, table, weights_files)
        elif "python" in table:
            tensor = _from_python(tensor, table, plugins or Plugins({}))
        else:
            tensor = names.layer(table)(tensor)
        tensors.append(tensor)
    return tensors


def _from_python(tensor: Any, table: Recipe, plugins: Plugins) -> Any:
    """What the author's function makes of a tensor; nested tables reach it as Keras objects."""
    function = str(table["python"])
    arguments = {
        name: names.resolve(name, value) for name, value in table.items() if name not in ("python", "source")
    }
    result = plugins.call(function, str(table["source"]), tensor, **arguments)
    if not isinstance(result, keras.KerasTensor):
        raise PluginError(
            f"la función {function} debe entregar un tensor de Keras, el que recibe o uno hecho con capas a "
            f"partir de él, y entregó {type(result).__name__}"
        )
    return result


def augmentation(table: Recipe, seed: int, number: int) -> Any:
    """One augmentation layer, in float32 and with a seed that follows from the run's."""
    forced: dict[str, Any] = {} if "dtype" in table else {"dtype": "float32"}
    if "seed" not in table and names.accepts(keras.layers, str(table["layer"]), "seed"):
        forced["seed"] = int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) % (2**31)
    return names.layer(table, **forced)


def layer_rows(model: Any) -> tuple[LayerRow, ...]:
    """The layer table, input left out; a backbone is one row, and so is any other model inside."""
    rows = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        title, kind = backbones.title_of(layer), type(layer).__name__
        rows.append(
            LayerRow(
                name=layer.name,
                type=f"{kind} ({title})" if title else kind,
                output_shape=_output_shape(layer),
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
    return max(
        (math.prod(size or 1 for size in _output_shape(layer)) for layer in all_layers(model)), default=1
    )


def _output_shape(layer: Any) -> tuple[int | None, ...]:
    """Shape of the first output without the batch axis; empty where there is none."""
    try:
        return tuple(keras.tree.flatten(layer.output)[0].shape[1:])
    except (AttributeError, ValueError):  # a layer inside another one, without a place in the graph
        return ()


def save_weights(model: Any, folder: Path) -> None:
    """Writes the weights of the whole network and, if it has one, of its first backbone."""
    model.save_weights(folder / MODEL_FILE)
    for layer in model.layers:
        if backbones.title_of(layer):
            layer.save_weights(folder / BACKBONE_FILE)
            return
