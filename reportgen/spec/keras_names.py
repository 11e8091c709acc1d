"""Takes a Keras name with its arguments, gives its canonical form or what is wrong with it.

The table of names, arguments and defaults is generated from the installed
Keras by ``python -m reportgen.training.signatures`` and shipped, so that
nothing here has to import Keras.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

Entry = str | Mapping[str, Any]
Complaint = tuple[tuple[str | int, ...], str, str]
"""Path inside the entry, what is wrong, what is allowed."""

NAME_FIELD = {"layers": "layer", "callbacks": "callback", "applications": "backbone"}
"""Field that carries the name, by kind; ``name`` elsewhere."""
TRAINING = ("optimizers", "callbacks", "metrics", "schedules")
"""Kinds that stand outside of models, where nothing is a parameter."""
BACKBONE_FIELDS = ("backbone", "weights", "trainable", "until")


@cache
def table() -> dict[str, Any]:
    """The shipped table: kind -> name -> argument -> default."""
    text = Path(__file__).with_name("keras_names.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def names(kind: str) -> tuple[str, ...]:
    """All names of one kind (``layers``, ``optimizers``, ``callbacks``, ...)."""
    return tuple(table()[kind])


def close(name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The allowed name that ``name`` nearly is, if there is one."""
    folded = {item.lower(): item for item in reversed(allowed)}
    found = difflib.get_close_matches(name.lower(), list(folded), n=1, cutoff=0.6)
    return tuple(folded[item] for item in found)


def nearest(name: str, allowed: tuple[str, ...]) -> str:
    """The question that a near miss deserves, else the list of what is allowed."""
    for meant in close(name, allowed):
        return f"¿quisiste decir «{meant}»?"
    shown = ", ".join(allowed[:40])
    return f"se admite: {shown}" + (", ..." if len(allowed) > len(allowed[:40]) else "")


def proper_name(kind: str, name: str) -> str | None:
    """Keras' spelling of ``name`` (case does not matter, as in ``keras.optimizers.get``)."""
    return _folded(kind).get(name.lower())


@cache
def _folded(kind: str) -> dict[str, str]:
    """Lower-case name -> the first name spelled like it."""
    return {name.lower(): name for name in reversed(names(kind))}


def split_entry(kind: str, entry: Entry) -> tuple[str, dict[str, Any]]:
    """Name and arguments of an entry; the name is empty where none is given."""
    if isinstance(entry, str):
        return entry, {}
    field = NAME_FIELD.get(kind, "name")
    arguments = {key: value for key, value in entry.items() if key != field}
    return str(entry.get(field, "")), arguments


def canonical(kind: str, entry: Entry) -> dict[str, Any]:
    """The entry as a table, in Keras' spelling, without the arguments that equal Keras' defaults."""
    name, arguments = split_entry(kind, entry)
    proper = proper_name(kind, name) or name
    defaults = table()[kind].get(proper, {})
    plain = {key: _typed(defaults.get(key), value) for key, value in arguments.items()}
    kept = {key: value for key, value in plain.items() if not _is_default(defaults, key, value)}
    return {NAME_FIELD.get(kind, "name"): proper, **kept}


def metric_name(entry: Entry) -> str:
    """How Keras calls the values of a metric: ``sparse_top_k_categorical_accuracy``."""
    name, _ = split_entry("metrics", entry)
    proper = proper_name("metrics", name) or name
    default = table()["metrics"].get(proper, {}).get("name")
    return str(default or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", proper).lower())


LESS_IS_BETTER = ("loss", "error", "crossentropy", "hinge", "divergence", "logcosh", "poisson")
"""Ends of the names of Keras' metrics of which less is better."""


def less_is_better(metric: str) -> bool:
    """Whether a metric, by Keras' name or as ``validation.loss``, is the better the smaller it is."""
    return metric.endswith(LESS_IS_BETTER)


def filled(kind: str, entry: Entry) -> Entry:
    """The entry with every default of Keras that can be written down; one without a name stays as it is."""
    name, arguments = split_entry(kind, entry)
    proper = proper_name(kind, name)
    if proper is None:
        return entry
    defaults = {
        key: value
        for key, value in table()[kind][proper].items()
        if key not in _SELDOM and value is not None and not isinstance(value, dict)
    }
    return {NAME_FIELD.get(kind, "name"): proper, **defaults, **arguments}


def merged(entry: Entry, change: Entry) -> Entry:
    """``change`` laid over ``entry``: without a name of its own it keeps that of the entry and the rest."""
    if isinstance(change, str) or "name" in change:
        return change
    return {**({"name": entry} if isinstance(entry, str) else entry), **change}


def signature(kind: str, name: str) -> str:
    """How Keras writes a class: ``Dense(units, activation=None, use_bias=True, ...)``."""
    proper = proper_name(kind, name) or name
    known = table()[kind].get(proper, {})
    parts = [
        key if value == {"required": True} else f"{key}={_spelled(value)}"
        for key, value in known.items()
        if key not in _SELDOM
    ]
    return f"{proper}({', '.join(sorted(parts, key=lambda part: '=' in part))})"


_SELDOM = ("name", "dtype", "autocast", "activity_regularizer")
"""Arguments of every class that a configuration has no use for."""


def _spelled(value: object) -> str:
    return "..." if isinstance(value, dict) else repr(value)


def _typed(default: object, value: object) -> object:
    """A whole number where Keras' default has a fraction is that number with one: ``1`` is ``1.0`` there."""
    return float(value) if isinstance(default, float) and type(value) is int else value


def _is_default(defaults: Mapping[str, Any], key: str, value: object) -> bool:
    if key not in defaults:
        return False
    default = defaults[key]
    if isinstance(default, bool) or isinstance(value, bool):
        return default is value
    return bool(default == value)


def complaints(kind: str, entry: Entry, *, loose: tuple[str, ...] = ()) -> Iterator[Complaint]:
    """What is wrong with one entry; ``loose`` are extra fields that are not Keras' arguments."""
    field = NAME_FIELD.get(kind, "name")
    name, arguments = split_entry(kind, entry)
    if not name:
        yield (), f"falta el campo «{field}»", nearest(" ", names(kind))
        return
    proper = proper_name(kind, name)
    if proper is None:
        yield (
            (() if isinstance(entry, str) else (field,)),
            f"Keras no tiene «{name}»",
            nearest(name, names(kind)),
        )
        return
    known = table()[kind][proper]
    meant: set[str] = set()
    for key in arguments:
        if key not in known and key not in loose:
            near = nearest(key, tuple(known))
            yield (
                (key,),
                f"«{proper}» no tiene el argumento «{key}»",
                f"{near}\n  → {signature(kind, proper)}",
            )
            meant.update(close(key, tuple(known)))
    yield from mistyped(kind, known, arguments)
    required = [key for key, value in known.items() if value == {"required": True}]
    for key in required:
        if key not in arguments and key not in meant:
            yield (), f"«{proper}» necesita el argumento «{key}»", signature(kind, proper)


def mistyped(kind: str, known: Mapping[str, Any], arguments: Mapping[str, Any]) -> Iterator[Complaint]:
    """Texts where Keras' default is a switch or a fraction: Keras would take «false» for true."""
    for key, value in arguments.items():
        default = known.get(key)
        if isinstance(value, str) and value.startswith("$") and kind not in TRAINING:
            continue
        if isinstance(default, bool) and not isinstance(value, bool):
            yield (key,), f"{value!r} no se admite", "true o false, sin comillas"
        elif isinstance(default, float) and isinstance(value, str | bool):
            yield (key,), f"{value!r} no se admite", "un número, sin comillas"
