"""Takes the metrics a recipe declares, gives Keras metrics that understand the targets of its run.

Keras has metrics for class numbers (``Sparse...``) and metrics for one-hot rows. Which targets a run has
follows from its loss; each metric gets them in the form it is defined for.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from reportgen.training import names
from reportgen.training.names import Table

ONE_HOT = 2
"""Axes of one-hot targets."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the metrics of a run are given: outputs for so many classes, logits or probabilities."""

    classes: int
    logits: bool


def build(tables: Sequence[Table], form: Form) -> list[Any]:
    """The metrics under Keras' own names; the second of one class has ``_1`` behind it, and so on.

    Raises:
        ValueError: no such metric, or one that does not give a single number for these classes.
        TypeError: arguments that the metric does not take.
    """
    made: list[Any] = []
    for table in tables:
        name = _name(table, [metric.name for metric in made])
        _check(_one(table, name, form), table, form)
        made.append(_one(table, name, form))
    return made


def _name(table: Table, taken: list[str]) -> str:
    """``sparse_top_k_categorical_accuracy``: what Keras calls a metric that is given no name."""
    cls = names.find(keras.metrics, keras.metrics.Metric, str(table["name"]))
    default = inspect.signature(cls.__init__).parameters["name"].default
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", cls.__name__)
    own = str(default or re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower())
    repeated = sum(re.fullmatch(rf"{re.escape(own)}(_\d+)?", name) is not None for name in taken)
    return f"{own}_{repeated}" if repeated else own


def _one(table: Table, name: str, form: Form) -> Any:
    """One metric that takes class numbers as well as one-hot rows, and logits where the run has them."""
    cls = names.find(keras.metrics, keras.metrics.Metric, str(table["name"]))
    known = inspect.signature(cls.__init__).parameters
    forced: dict[str, Any] = {"name": name}
    entropy = cls.__name__.endswith("CategoricalCrossentropy")
    if "from_logits" in known:
        forced["from_logits"] = form.logits and entropy
    if "sparse_y_pred" in known:
        forced["sparse_y_pred"] = False
    sparse = cls.__name__.startswith("Sparse") or bool(
        "sparse_y_true" in known and table.get("sparse_y_true", True)
    )
    softmax = form.logits and not entropy

    def update_state(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        shown = keras.ops.softmax(y_pred) if softmax else y_pred
        targets = _targets(y_true, form.classes, sparse)
        return cls.update_state(self, targets, shown, sample_weight=sample_weight)

    adapted = type(cls.__name__, (cls,), {"update_state": update_state})
    arguments = {key: names.resolve(key, value) for key, value in table.items() if key != "name"}
    return adapted(**{**arguments, **forced})


def _targets(targets: Any, classes: int, sparse: bool) -> Any:
    """Class numbers (n,) or one-hot rows (n, classes), whichever is asked for, from either."""
    one_hot = len(targets.shape) == ONE_HOT and targets.shape[-1] == classes
    if sparse:
        return keras.ops.argmax(targets, axis=-1) if one_hot else targets
    return targets if one_hot else keras.ops.one_hot(keras.ops.cast(targets, "int32"), classes)


def _check(metric: Any, table: Table, form: Form) -> None:
    """Tries a metric on one image of each class, before hours of training are spent on it."""
    if table.get("num_classes", form.classes) != form.classes:
        raise ValueError(f"la métrica {table['name']} necesita num_classes = {form.classes}")
    outputs = np.full((form.classes, form.classes), 1.0 / form.classes, np.float32)
    try:
        metric.update_state(np.arange(form.classes), outputs)
        shape = np.shape(metric.result())
    except (TypeError, ValueError, AttributeError, tf.errors.OpError) as error:
        raise ValueError(f"la métrica {table['name']} no sirve para estas clases: {error}") from error
    if shape != ():
        advice = (
            ': añade average = "macro"' if "average" in inspect.signature(type(metric)).parameters else ""
        )
        raise ValueError(f"la métrica {table['name']} da {shape[0]} valores en lugar de uno{advice}")
