"""Takes a table with a Keras name and its arguments, gives the Keras object."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import keras

from reportgen.training.refused import REFUSED

Table = Mapping[str, Any]

KINDS: tuple[tuple[str, ModuleType], ...] = (
    ("_regularizer", keras.regularizers),
    ("_initializer", keras.initializers),
    ("_constraint", keras.constraints),
    ("learning_rate", keras.optimizers.schedules),
    ("schedule", keras.optimizers.schedules),
    ("loss", keras.losses),
)
"""End of an argument's name -> the Keras module in which a nested table is looked up."""


def build(module: ModuleType, root: type, table: Table, key: str = "name", **forced: Any) -> Any:
    """The object that ``table`` names in ``module``.

    Args:
        module: a public Keras module such as ``keras.layers``.
        root: class that the object must descend from.
        table: the name under ``key`` and the arguments under their own names.
        key: field that holds the name.
        forced: arguments that replace those of the table.

    Raises:
        ValueError: no such public name, or one that a configuration may not use.
        TypeError: arguments that the class does not take.
    """
    arguments = {name: resolve(name, value) for name, value in table.items() if name != key}
    return find(module, root, str(table[key]))(**{**arguments, **forced})


def find(module: ModuleType, root: type, name: str) -> Any:
    """The public class called ``name``; raises ValueError for unknown and refused names."""
    if name in REFUSED:
        raise ValueError(f"no se puede usar {name}: {REFUSED[name]}")
    found = None if name.startswith("_") else vars(module).get(name)
    if not (inspect.isclass(found) and issubclass(found, root)):
        raise ValueError(f"{module.__name__} no tiene {name}")
    return found


def resolve(argument: str, value: Any) -> Any:
    """A nested table as the Keras object it stands for; any other value as it is."""
    if isinstance(value, list):
        return [resolve(argument, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "layer" in value:
        return layer(value)
    if "name" in value:
        for ending, module in KINDS:
            if argument.endswith(ending):
                return build(module, object, value)
    return dict(value)


def layer(table: Table, **forced: Any) -> Any:
    """A Keras layer from ``{"layer": "Dense", "units": 10}``."""
    return build(keras.layers, keras.layers.Layer, table, "layer", **forced)


def accepts(module: ModuleType, name: str, argument: str) -> bool:
    """Whether the class called ``name`` takes ``argument`` by that name."""
    found = vars(module).get(name)
    return found is not None and argument in inspect.signature(found.__init__).parameters


def optimizer(table: Table) -> Any:
    """A Keras optimizer from ``{"name": "Adam", "learning_rate": 0.001}``."""
    return build(keras.optimizers, keras.optimizers.Optimizer, table)


def loss(setting: str | Table, from_logits: bool) -> Any:
    """The loss as an object; ``"auto"`` is sparse categorical cross-entropy.

    Snake-case names mean the class of the same name. ``from_logits`` is passed on to the losses
    that know it, so that the output of the model and its loss cannot disagree.
    """
    table: Table = {"name": setting} if isinstance(setting, str) else setting
    name = "SparseCategoricalCrossentropy" if table["name"] == "auto" else _camel(str(table["name"]))
    forced: dict[str, Any] = (
        {"from_logits": from_logits} if accepts(keras.losses, name, "from_logits") else {}
    )
    return build(keras.losses, keras.losses.Loss, {**table, "name": name}, "name", **forced)


def _camel(name: str) -> str:
    """``categorical_crossentropy`` -> ``CategoricalCrossentropy``, as Keras names its classes."""
    if name in vars(keras.losses) and inspect.isclass(vars(keras.losses)[name]):
        return name
    wanted = name.replace("_", "").lower()
    for candidate, value in vars(keras.losses).items():
        if inspect.isclass(value) and candidate.lower() == wanted:
            return candidate
    return name
