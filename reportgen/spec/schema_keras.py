"""Takes the table of Keras' names, gives the parts of a JSON Schema that know them and their arguments.

Each class is an alternative of its own, told apart by its name, so that an editor offers the arguments
of just that class and complains of just what is wrong. What needs an argument stands beside them: a
table that is still being written keeps its completions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_values import NESTED
from reportgen.spec.model import PYTHON_NAME

Schema = dict[str, Any]
REQUIRED = {"required": True}
PARAMETER = {"type": "string", "pattern": r"^\$"}
"""A reference to a parameter of the model."""
NUMBER: Schema = {"type": "number"}
WEIGHTS: Schema = {
    "anyOf": [
        {"type": "string", "enum": ["imagenet", "none"]},
        {"type": "string", "pattern": r"\.weights\.h5$|^run:"},
    ]
}
UNTOLD = "Argumento de Keras; su documentación dice para qué sirve."
OPTIONAL = {"callbacks": ("filepath",)}
"""Arguments that Keras requires and reportgen fills in."""


def definitions(words: Mapping[str, Mapping[str, str]]) -> dict[str, Schema]:
    """Name -> definition: entries of each kind, and every argument once.

    Args:
        words: descriptions; ``keras`` has those of arguments, ``layers`` those of reportgen's own fields.
    """
    own = words["layers"]
    return {
        "parameter": PARAMETER,
        "weights": WEIGHTS,
        "activation": {"type": "string", "enum": list(keras_names.names("activations"))},
        "loss": _word("losses", ["auto"], caseless=True),
        "layers": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/layer"}},
        "layer": _layer(own),
        "layer_name": _word("layers", caseless=True),
        "layer_table": _table("layers", own, ("when",)),
        "keras_layer": {
            "anyOf": [{"$ref": "#/definitions/layer_name"}, {"$ref": "#/definitions/layer_table"}]
        },
        "optimizer": {"anyOf": [_word("optimizers", caseless=True), _optimizer(own)]},
        "optimizer_part": _part("optimizers"),
        "callback": {"anyOf": [_word("callbacks", caseless=True), _table("callbacks", own)]},
        "metric": {"anyOf": [_word("metrics", caseless=True), _table("metrics", own)]},
        "schedule": _table("schedules", own),
        "schedule_part": _part("schedules"),
        **{kind[:-1]: _table(kind, own) for kind in ("regularizers", "initializers", "constraints")},
        **{f"{kind[:-1]}_name": _word(kind) for kind in ("regularizers", "initializers", "constraints")},
        **_arguments(words["keras"]),
    }


def _known(kind: str) -> dict[str, dict[str, Any]]:
    """Class -> its arguments; without those whose argument has the name of the field for the class."""
    field = keras_names.NAME_FIELD.get(kind, "name")
    return {
        name: {key: value for key, value in arguments.items() if key != field}
        for name, arguments in keras_names.table()[kind].items()
        if field == "name" or field not in arguments
    }


def _needed(kind: str, arguments: Mapping[str, Any]) -> list[str]:
    optional = OPTIONAL.get(kind, ())
    return [key for key, value in arguments.items() if value == REQUIRED and key not in optional]


def _word(kind: str, more: Sequence[str] = (), *, caseless: bool = False) -> Schema:
    """A name alone: of a class that needs no argument."""
    names = keras_names.names(kind)
    if kind in ("layers", "optimizers", "callbacks", "metrics"):
        names = tuple(name for name, arguments in _known(kind).items() if not _needed(kind, arguments))
    if not caseless:
        return {"type": "string", "enum": list(names)}
    also = [*more, *names, *(name.replace("_", "") for name in names)]
    return _caseless([*more, *names], also, parameter=kind == "layers")


def _caseless(names: Sequence[str], also: Sequence[str], *, parameter: bool) -> Schema:
    """A name in any mixture of capitals; offered, and missed, as Keras spells it."""
    allowed = {"type": "string", "enum": list(names)}
    pattern = _any_case(also) + (r"|^\$" if parameter else "")
    return {
        "anyOf": [allowed, {"type": "string"}],
        "if": {"type": "string", "pattern": pattern},
        "else": allowed,
    }


def _any_case(names: Sequence[str]) -> str:
    """Keras' names in any mixture of capitals, as a pattern that every dialect of patterns has."""
    spelled = {
        "".join(f"[{char.upper()}{char.lower()}]" if char.isalpha() else char for char in name)
        for name in names
    }
    return f"^(?:{'|'.join(sorted(spelled))})$"


def _table(kind: str, own: Mapping[str, str], extra: Sequence[str] = ()) -> Schema:
    """A table with the name of a class and its arguments."""
    field = keras_names.NAME_FIELD.get(kind, "name")
    known = _known(kind)
    names = list(known)
    pattern = _any_case(names) + (r"|^\$" if kind == "layers" else "")
    unknown = _open({field: {"not": {"enum": names}}}, [field])
    needs: dict[tuple[str, ...], list[str]] = {}
    for one, arguments in known.items():
        needs.setdefault(tuple(_needed(kind, arguments)), []).append(one)
    needy = [one for needed, group in needs.items() if needed for one in group]
    other = _open({field: {"not": {"enum": needy}}}, [field])
    name: Schema = {
        "description": own[field],
        "anyOf": [{"type": "string", "enum": names}, {"type": "string"}],
    }
    return {
        **_open({field: name}, [field]),
        "anyOf": [
            *(_class(kind, group, known[group[0]], own, extra) for group in _alike(known)),
            unknown,
        ],
        "if": _open({field: {"type": "string", "pattern": pattern}}, [field]),
        "then": {
            **_open({}, [field]),
            "anyOf": [
                *(
                    _open({field: _one_of(group)}, [field, *needed])
                    for needed, group in needs.items()
                    if needed
                ),
                other,
            ],
        },
        "else": _open({field: {"enum": names}}, []),
    }


def _alike(known: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Classes by what they take: Keras has many under two names, and families that differ in name only."""
    groups: dict[str, list[str]] = {}
    for name, arguments in known.items():
        groups.setdefault(json.dumps(arguments, sort_keys=True), []).append(name)
    return list(groups.values())


def _one_of(names: Sequence[str]) -> Schema:
    one, *more = names
    return {"type": "string", "enum": list(names)} if more else {"type": "string", "const": one}


def _open(properties: Mapping[str, Schema], required: Sequence[str]) -> Schema:
    """A table that may hold more: said aloud, because some validators take silence for no."""
    return {
        "type": "object",
        "additionalProperties": True,
        **({"properties": dict(properties)} if properties else {}),
        **({"required": list(required)} if required else {}),
    }


def _class(
    kind: str,
    names: Sequence[str],
    arguments: Mapping[str, Any],
    own: Mapping[str, str],
    extra: Sequence[str],
) -> Schema:
    """Classes that are alike with their arguments; which of them they need is said elsewhere."""
    field = keras_names.NAME_FIELD.get(kind, "name")
    taken = keras_names.signature(kind, names[0]).removeprefix(names[0])
    return {
        "type": "object",
        "description": f"{', '.join(names)}: {taken}",
        "properties": {
            field: _one_of(names),
            **{key: _argument(key, default) for key, default in arguments.items()},
            **{key: {"description": own[key]} for key in extra},
        },
        "required": [field],
        "additionalProperties": False,
    }


def _argument(name: str, default: Any) -> Schema:  # noqa: ANN401 - plain JSON
    known = not isinstance(default, dict) and default is not None
    return {"$ref": f"#/definitions/keras.{name}", **({"default": default} if known else {})}


def _part(kind: str) -> Schema:
    """Arguments for whichever class is named elsewhere."""
    known = dict.fromkeys(key for arguments in _known(kind).values() for key in arguments)
    return {
        "type": "object",
        "properties": {key: _argument(key, None) for key in known},
        "additionalProperties": False,
    }


def _optimizer(own: Mapping[str, str]) -> Schema:
    """A table that may leave out the name: then it changes the optimizer that is named elsewhere."""
    named = _table("optimizers", own)
    named["anyOf"].append({"$ref": "#/definitions/optimizer_part"})
    del named["required"]
    return named


def _layer(own: Mapping[str, str]) -> Schema:
    """An element of a model's list: a layer, a repetition, a network of Keras, or the author's function."""

    def told(name: str, schema: Schema) -> Schema:
        return {**schema, "description": own[name]}

    each = {
        "each": told("each", {"type": "string"}),
        "layers": told("layers", {"$ref": "#/definitions/layers"}),
    }
    networks = list(keras_names.names("applications"))
    backbone = {
        "backbone": told("backbone", _caseless(networks, networks, parameter=True)),
        "weights": told("weights", {"anyOf": [{"$ref": "#/definitions/weights"}, PARAMETER]}),
        "trainable": told("trainable", {}),
        "until": told("until", {}),
        "when": told("when", {}),
    }
    python = {"python": told("python", {"type": "string", "pattern": PYTHON_NAME}), "when": told("when", {})}
    closed = {"type": "object", "additionalProperties": False}
    return {
        "anyOf": [
            {"$ref": "#/definitions/layer_name"},
            {**closed, "properties": each, "required": ["each", "layers"]},
            {**closed, "properties": backbone, "required": ["backbone"]},
            _open(python, ["python"]),
            {"$ref": "#/definitions/layer_table"},
        ]
    }


def _arguments(words: Mapping[str, str]) -> dict[str, Schema]:
    """``keras.NAME`` -> what is said and known of an argument of that name, in whichever class."""
    kinds = (
        "layers", "optimizers", "callbacks", "metrics",
        "schedules", "regularizers", "initializers", "constraints",
    )  # fmt: skip
    defaults: dict[str, list[Any]] = {}
    for kind in kinds:
        for arguments in _known(kind).values():
            for key, value in arguments.items():
                defaults.setdefault(key, []).append(value)
    return {
        f"keras.{key}": {"description": words.get(key, UNTOLD), **_value(key, values)}
        for key, values in sorted(defaults.items())
    }


def _value(name: str, defaults: Sequence[Any]) -> Schema:
    """What an argument may be, as far as its name and its defaults tell."""
    if name == "activation":
        return {"anyOf": [{"$ref": "#/definitions/activation"}, PARAMETER]}
    kinds = [kind for ending, kind in NESTED.items() if name.endswith(ending)]
    if kinds == ["schedules"]:
        tables = [{"$ref": f"#/definitions/schedule{part}"} for part in ("", "_part")]
        return {"anyOf": [NUMBER, *tables]}
    if kinds:
        one = kinds[0][:-1]
        return {"anyOf": [{"$ref": f"#/definitions/{one}_name"}, PARAMETER, {"$ref": f"#/definitions/{one}"}]}
    if all(isinstance(default, bool) for default in defaults):
        return {"anyOf": [{"type": "boolean"}, PARAMETER]}
    if all(isinstance(default, float) for default in defaults):
        return {
            "anyOf": [NUMBER, PARAMETER, {"type": "array"}, {"type": "object", "additionalProperties": True}]
        }
    return {}
