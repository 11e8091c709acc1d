"""Takes the model of a configuration, gives its JSON Schema, with which editors complete and complain.

``python -m reportgen.spec.schema > reportgen/spec/reportgen.schema.json`` refreshes the file that is
shipped. It describes a document as it is written, before :mod:`reportgen.spec.shape` lays it out, and
as far as one file can tell: what refers to something is left to ``reportgen check``. Every field is
optional by itself, for profiles and included files say only a part; what a whole file needs is asked of
the root, unless it includes others.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reportgen.spec import model
from reportgen.spec.check_model import RESERVED
from reportgen.spec.schema_keras import Schema, definitions
from reportgen.spec.sides import SIDES

FILE = "reportgen.schema.json"
SHIPPED = Path(__file__).with_name(FILE)
"""The file that the package ships and `reportgen init` puts beside a configuration."""
SLUG = r"^[a-z0-9][a-z0-9_]{0,63}$"
WIDTH = 110
"""Characters of a line of the file."""
OPTIMIZER = r"^optimizer\.."
ONE_SOURCE: Schema = {"type": "object", "required": ["name", "python"], "additionalProperties": True}
"""What a data set may not have: two places its images come from."""
ENTRIES = {"callbacks": "callback", "augmentation": "keras_layer", "metrics": "metric"}
"""Settings that are lists of Keras objects -> the definition of one."""
REFERENCES = {
    "optimizer": "optimizer", "loss": "loss", "weights": "weights", "layers": "layers",
    "grid": "grid", "zip": "zip", "set": "settings",
}  # fmt: skip
"""Fields that are a definition of their own."""
SETS = ("seeds", "figures", "columns", "sections", "studies", "select")
"""Lists in which nothing may be said twice."""
PART = [{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, {"type": "integer", "minimum": 1}]
ONE_OR_SOME = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
]
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DATE = [{**DAY, "format": "date"}, DAY]
"""A text that is a date is taken for one."""
CHOSEN: Schema = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "study": {"type": "string", "description": "Estudio del que se habla."},
                "best": {"type": "string", "description": "Métrica de validación que elige una."},
            },
            "additionalProperties": True,
            "x-tombi-additional-key-label": "eje",
        },
    ]
}
"""A side of a claim."""
RULES: dict[tuple[type[model.Base], str], Schema] = {
    (model.Split, "validation"): {"anyOf": [*PART, {"type": "string", "const": "test"}]},
    (model.Split, "test"): {"anyOf": PART},
    (model.Model, "parameters"): {"propertyNames": {"type": "string", "not": {"enum": list(RESERVED)}}},
    **{(model.Claim, side): CHOSEN for side in SIDES},
    **{(kind, "folds"): {"not": {"const": 1}} for kind in (model.Training, model.Study, model.Variant)},
}
"""What the validators of the model ask for in code."""
ALIKE = {"ReportPatch": "Report", "Reports": "Report", "DataSets": "DataPatch", "Data": "DataPatch"}
"""Classes whose fields are told as those of another."""


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def schema() -> Schema:
    """The whole schema, as plain JSON."""
    words = _words()
    found = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "reportgen",
        "x-tombi-toml-version": "v1.0.0",
        **_root(words),
        "definitions": {**_tables(words), **_axes(), **definitions(words)},
    }
    return dict(json.loads(json.dumps(found)))


def _words() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("schema_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _root(words: Mapping[str, Mapping[str, str]]) -> Schema:
    said, told = words["Spec"], words["tables"]

    def field(name: str, content: Schema) -> Schema:
        return {**content, "description": said[name]}

    parts = {
        "report": field("report", _with_named("Report")),
        "data": field("data", _with_named("Data")),
        "training": field("training", ref("Training")),
        "model": field("model", _many("Model")),
        "study": field("study", _many("Study")),
        "claim": field("claim", _many("Claim")),
    }
    profile = {"type": "object", "description": told["Profile"], "properties": parts}
    return {
        "type": "object",
        "description": told["Spec"],
        "properties": {
            "include": field("include", {"type": "array", "items": {"type": "string"}}),
            **parts,
            "profile": field("profile", _table_of({**profile, "additionalProperties": False}, names={})),
        },
        "additionalProperties": False,
        "if": {"type": "object", "required": ["include"], "additionalProperties": True},
        "else": _whole(),
    }


def _whole() -> Schema:
    """What a file that includes no other has to say."""
    report, data = list(model.Report.model_fields), list(model.Data.model_fields)
    open_table = {"type": "object", "additionalProperties": True}

    def alone(fields: list[str], then: Schema) -> Schema:
        """Asked of a table that holds no table of its own kind."""
        return {
            **open_table,
            "if": {**open_table, "propertyNames": {"type": "string", "enum": fields}},
            "then": {**open_table, **then},
        }

    either = {"anyOf": [{**open_table, "required": [name]} for name in ("name", "python")]}
    origin = {**open_table, "required": ["study"]}
    made = {"type": "object", "additionalProperties": {**open_table, "required": ["results"]}}
    return {
        **open_table,
        "required": ["report", "data", "study"],
        "if": {**open_table, "properties": {"study": made}},
        "else": {**open_table, "required": ["model"]},
        "properties": {
            "report": alone(report, {"required": ["title"]}),
            "data": alone(data, either),
            "model": {"type": "object", "additionalProperties": {**open_table, "required": ["layers"]}},
            "study": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {**open_table, "properties": {"from": origin}},
            },
        },
    }


def _table_of(content: Schema, names: Schema | None = None) -> Schema:
    """Tables of one kind, by their identifiers."""
    pattern: Schema = {"propertyNames": {"type": "string", "pattern": SLUG}}
    return {
        "type": "object",
        **(pattern if names is None else names),
        "additionalProperties": content,
        "x-tombi-additional-key-label": "ID",
    }


def _many(name: str) -> Schema:
    return _table_of(ref(name))


def _with_named(name: str) -> Schema:
    """`[report]` or `[data]`, with tables of their own kind inside."""
    kinds: dict[str, type[model.Base]] = {"Report": model.Reports, "Data": model.DataSets}
    found = _table(kinds[name], _words())
    one = {"not": ONE_SOURCE} if name == "Data" else {}
    return {**_many(f"{name}Patch"), "properties": found["properties"], **one}


def _tables(words: Mapping[str, Mapping[str, str]]) -> dict[str, Schema]:
    """A definition for each table of the language."""
    kinds: tuple[type[model.Base], ...] = (
        model.Author, model.Mute, model.ReportPatch, model.Split, model.Subset, model.DataPatch,
        model.Training, model.Model, model.Origin, model.Labels, model.Table, model.Variant, model.Study,
        model.Claim,
    )  # fmt: skip
    found = {kind.__name__: _table(kind, words) for kind in kinds}
    part = {"type": "object", "additionalProperties": True}
    none = {field: {"maxProperties": 0, **part} for field in ("grid", "zip", "from")}
    found["Study"] |= {
        "if": {**part, "required": ["variant"], "properties": {"variant": {"minProperties": 1, **part}}},
        "then": {**part, "properties": none},
    }
    found["DataPatch"]["not"] = ONE_SOURCE
    found["Author"]["required"] = ["name"]
    found["Mute"]["required"] = ["code", "reason"]
    return found


def _table(kind: type[model.Base], words: Mapping[str, Mapping[str, str]]) -> Schema:
    """One class of the model: its fields by the names that an author writes."""
    plain = kind.model_json_schema(by_alias=True)
    fields = {}
    for name, content in plain["properties"].items():
        if name != "named":
            fields[name] = {
                "description": _said(kind, name, words),
                **_special(kind, name, _plain(content)),
            }
    told = words["tables"].get(kind.__name__, "")
    return {
        "type": "object",
        **({"description": told} if told else {}),
        "properties": fields,
        "additionalProperties": False,
    }


def _said(kind: type[model.Base], name: str, words: Mapping[str, Mapping[str, str]]) -> str:
    """The description of a field; raises KeyError for one that has none."""
    for parent in kind.__mro__:
        told = words.get(ALIKE.get(parent.__name__, parent.__name__), {})
        if name in told:
            return told[name]
    raise KeyError(f"schema_words.toml: [{kind.__name__}] {name}")


def _plain(content: Any) -> Any:  # noqa: ANN401 - plain JSON
    """What pydantic says of a field, in the dialect of the schema: without null, titles and its own ids."""
    if isinstance(content, list):
        return [_plain(item) for item in content]
    if not isinstance(content, dict):
        return content
    if "anyOf" in content:
        some = [item for item in content["anyOf"] if item != {"type": "null"}]
        rest = {key: value for key, value in content.items() if key != "anyOf"}
        content = {**rest, **some[0]} if len(some) == 1 else {**rest, "anyOf": some}
    if "$ref" in content:
        return ref(str(content["$ref"]).rsplit("/", 1)[-1])
    if "prefixItems" in content:
        sides = {"items": content["prefixItems"][0]}
        content = {key: value for key, value in content.items() if key != "prefixItems"} | sides
    dull = {"title", *(("default",) if content.get("default") in (None, "", [], {}) else ())}
    return {
        key: value if key in ("default", "const", "enum") else _plain(value)
        for key, value in content.items()
        if key not in dull and not (key == "default" and isinstance(value, dict))
    }


def _special(kind: type[model.Base], name: str, content: Schema) -> Schema:
    """A field with what is known of it beyond its type."""
    default = {"default": content["default"]} if "default" in content else {}
    if name in REFERENCES:
        return {**ref(REFERENCES[name]), **default}
    if name in ENTRIES:
        return {"type": "array", "items": ref(ENTRIES[name])}
    if name == "variant":
        return _many("Variant")
    if name in SETS:
        return {**content, "uniqueItems": True}
    if name == "results" or content.get("format") == "date":
        return {"anyOf": ONE_OR_SOME if name == "results" else DATE}
    return {**content, **RULES.get((kind, name), {})}


def _axes() -> dict[str, Schema]:
    """Values of the training and of models, alone and as lists to choose from."""
    training = _table(model.Training, _words())["properties"]
    values = {name: dict(training[name]) for name in model.TRAINING_FIELDS}
    for value in values.values():
        value.pop("default", None)
    values["model"] = {"type": "string", "description": _words()["Study"]["model"]}
    known = definitions(_words())
    arguments = {
        key: {**value, "description": known[value["$ref"].rsplit("/", 1)[-1]]["description"]}
        for key, value in known["optimizer_part"]["properties"].items()
    }
    return {
        "settings": {
            "type": "object",
            "properties": values,
            "additionalProperties": True,
            "x-tombi-additional-key-label": "parámetro",
        },
        "grid": _choices(values, arguments, {"uniqueItems": True}),
        "zip": _choices(values, arguments, {}),
    }


def _choices(values: Mapping[str, Schema], arguments: Mapping[str, Schema], rules: Schema) -> Schema:
    """Axes: lists of values, and a table of lists for arguments of the optimizer."""
    some = {"type": "array", "minItems": 1, **rules}
    lists = {
        name: {"description": value["description"], **some, "items": _without(value)}
        for name, value in values.items()
    }
    optimizers = {
        "type": "object",
        "properties": {
            key: {"description": value["description"], **some, "items": _without(value)}
            for key, value in arguments.items()
        },
        "additionalProperties": False,
    }
    described = lists["optimizer"].pop("description")
    lists["optimizer"] = {"description": described, "anyOf": [lists["optimizer"], optimizers]}
    return {
        "type": "object",
        "properties": lists,
        "patternProperties": {OPTIMIZER: some},
        "additionalProperties": some,
        "x-tombi-additional-key-label": "parámetro",
    }


def _without(value: Schema) -> Schema:
    return {key: item for key, item in value.items() if key != "description"}


def as_text(content: Any, indent: int = 0) -> str:  # noqa: ANN401 - plain JSON
    """JSON in lines that a person can compare: what is short stands on one."""
    compact = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(compact) <= WIDTH or not isinstance(content, dict | list):
        return compact
    inner, outer = "\n" + " " * (indent + 1), "\n" + " " * indent
    if isinstance(content, list):
        return f"[{inner}{f',{inner}'.join(as_text(item, indent + 1) for item in content)}{outer}]"
    pairs = (f"{json.dumps(key)}:{as_text(value, indent + 1)}" for key, value in content.items())
    return f"{{{inner}{f',{inner}'.join(pairs)}{outer}}}"


def main() -> None:
    """Writes the schema to standard output."""
    sys.stdout.write(as_text(schema()) + "\n")


if __name__ == "__main__":
    main()
