"""Takes the installed Keras, gives the public names and arguments a configuration may use, as JSON.

``python -m reportgen.training.signatures > reportgen/spec/keras_names.json`` refreshes the table
against which the room ``spec`` checks names without loading Keras.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from types import ModuleType
from typing import Any

from reportgen.training.refused import REFUSED

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

REQUIRED = {"required": True}
NOT_JSON = {"required": False}
VARIADIC = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def default_of(parameter: inspect.Parameter) -> Any:
    """Its default as JSON; ``REQUIRED`` without one, ``NOT_JSON`` if JSON cannot say it."""
    value = parameter.default
    if value is inspect.Parameter.empty:
        return REQUIRED
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return NOT_JSON


def arguments(cls: type, root: type) -> dict[str, Any]:
    """Argument -> default of a class, with what its ``**kwargs`` hand to the root class of its kind.

    Bases in between are passed over: a subclass fixes their arguments (``rank`` of a convolution).
    """
    found: dict[str, Any] = {}
    own = True
    for base in cls.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        parameters = inspect.signature(vars(base)["__init__"]).parameters.items()
        open_ended = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for _, parameter in parameters)
        if own or issubclass(root, base):
            for name, parameter in parameters:
                if parameter.kind not in VARIADIC and name != "self":
                    found.setdefault(name, default_of(parameter))
        own = False
        if not open_ended:
            break
    return found


def classes(module: ModuleType, root: type) -> dict[str, dict[str, Any]]:
    """Public subclasses of ``root`` that a module offers -> their arguments; the root itself is left out."""
    return {
        name: arguments(value, root)
        for name, value in sorted(vars(module).items())
        if inspect.isclass(value)
        and issubclass(value, root)
        and value is not root
        and name not in REFUSED
        and not name.startswith("_")
    }


def applications(module: ModuleType) -> dict[str, dict[str, Any]]:
    """Backbones -> arguments of their constructor functions."""
    found = {}
    for name, value in sorted(vars(module).items()):
        if inspect.isfunction(value) and name[:1].isupper():
            parameters = inspect.signature(value).parameters
            found[name] = {key: default_of(parameter) for key, parameter in parameters.items()}
    return found


def functions(module: ModuleType) -> list[str]:
    """Names of the plain functions that a module offers, its lookup helpers left out."""
    helpers = {"get", "serialize", "deserialize"}
    return sorted(
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and name not in helpers and not name.startswith("_")
    )


def table() -> dict[str, Any]:
    """All names and arguments of the installed Keras, as plain JSON."""
    import keras

    losses = {**{name: {} for name in functions(keras.losses)}, **classes(keras.losses, keras.losses.Loss)}
    return {
        "keras": keras.__version__,
        "layers": classes(keras.layers, keras.layers.Layer),
        "optimizers": classes(keras.optimizers, keras.optimizers.Optimizer),
        "activations": functions(keras.activations),
        "callbacks": classes(keras.callbacks, keras.callbacks.Callback),
        "applications": applications(keras.applications),
        "losses": losses,
        "metrics": classes(keras.metrics, keras.metrics.Metric),
        "schedules": classes(keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule),
        "regularizers": classes(keras.regularizers, keras.regularizers.Regularizer),
        "initializers": classes(keras.initializers, keras.initializers.Initializer),
        "constraints": classes(keras.constraints, keras.constraints.Constraint),
    }


def main() -> None:
    """Writes the table to standard output, sorted."""
    json.dump(table(), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
