"""The schema that editors read: shipped as generated, told in Spanish, and of one mind with `check`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from support.configurations import ROOT, written
from support.schema_cases import BAD, GOOD, PARTS, document, plain

from reportgen import api
from reportgen.errors import ConfigurationError
from reportgen.spec import keras_names, model, schema
from reportgen.spec.load import load

SCHEMA = json.loads(schema.SHIPPED.read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
FILES = [
    ROOT / "experiments.toml",
    *sorted((ROOT / "examples").glob("*.toml")),
    *sorted((ROOT / "templates" / "init").glob("*/*.toml")),
]
CASES = [(path, name) for path in FILES for name in ("", *tomllib.loads(path.read_text()).get("profile", {}))]


def name_of(path: Any) -> str:
    return f"{path.parent.name}/{path.name}" if isinstance(path, Path) else str(path)


def complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(text))]


# --- the file ------------------------------------------------------------------------------------


def test_the_shipped_file_is_what_the_module_generates():
    shipped = schema.SHIPPED.read_text(encoding="utf-8")
    assert shipped == schema.as_text(schema.schema()) + "\n", (
        "python -m reportgen.spec.schema > reportgen/spec/reportgen.schema.json"
    )


def test_it_is_a_schema_and_small_enough_for_an_editor():
    Draft7Validator.check_schema(SCHEMA)
    assert schema.SHIPPED.stat().st_size < 400_000


def test_every_reference_leads_somewhere():
    for node in every(SCHEMA):
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/definitions/") in SCHEMA["definitions"], node


CONDITIONS = ("if", "then", "else", "not")
"""Parts of a schema that ask and tell nothing."""


def every(node: Any, skipped: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Every table in the schema."""
    if isinstance(node, list):
        for item in node:
            yield from every(item, skipped)
    elif isinstance(node, dict):
        yield node
        for key, item in node.items():
            if key not in (*skipped, "default", "enum"):
                yield from every(item, skipped)


def told(field: dict[str, Any]) -> str:
    """The description of a field, its own or that of what it refers to."""
    if "$ref" in field and "description" not in field:
        return told(SCHEMA["definitions"][field["$ref"].removeprefix("#/definitions/")])
    return str(field.get("description", ""))


def test_every_field_is_told_in_one_line_of_spanish():
    seen = 0
    for node in every(SCHEMA, CONDITIONS):
        for name, field in node.get("properties", {}).items() if "properties" in node else ():
            if not isinstance(field, dict) or name in CONDITIONS:
                continue
            if name in keras_field() and set(field) <= {"type", "const", "enum", "not"}:
                continue  # the class, told once for all its kind
            text = told(field)
            assert text, f"{name}: {field}"
            assert "\n" not in text
            assert text.endswith("."), text
            seen += 1
    assert seen > 1500


def keras_field() -> set[str]:
    return {*keras_names.NAME_FIELD.values(), "name"}


def test_every_table_and_field_of_the_model_is_there():
    tables = {
        "Report": SCHEMA["properties"]["report"], "Data": SCHEMA["properties"]["data"],
        **SCHEMA["definitions"],
    }  # fmt: skip
    for name in ("Report", "Data", "Training", "Model", "Study", "Variant", "Origin", "Labels", "Table",
                 "Split", "Subset", "Author", "ReportPatch", "DataPatch"):  # fmt: skip
        fields = {field.alias or key for key, field in getattr(model, name).model_fields.items()}
        assert set(tables[name]["properties"]) == fields, name
    assert set(SCHEMA["properties"]) == {*model.Spec.model_fields, "profile"}


def test_defaults_are_those_of_the_model():
    training = SCHEMA["definitions"]["Training"]["properties"]
    plain_training = model.Training().model_dump(mode="json")
    for name, field in training.items():
        assert field.get("default", []) == plain_training[name], name


def test_no_description_is_left_over():
    words = schema._words()
    known = {field.alias or key for name in words if hasattr(model, name)
             for key, field in getattr(model, name).model_fields.items()}  # fmt: skip
    for name, fields in words.items():
        if hasattr(model, name):
            assert set(fields) <= {*known, "profile"}, name
    arguments = {
        key
        for kind, classes in keras_names.table().items()
        if isinstance(classes, dict)
        for known_arguments in classes.values()
        for key in known_arguments
    }
    assert set(words["keras"]) <= arguments


def test_every_name_of_keras_is_offered():
    offered = json.dumps(SCHEMA)
    for kind in ("optimizers", "callbacks", "metrics", "losses", "activations", "applications", "schedules"):
        for name in keras_names.names(kind):
            assert f'"{name}"' in offered, name
    wrappers = {name for name, known in keras_names.table()["layers"].items() if "layer" in known}
    assert {"Bidirectional", "TimeDistributed"} <= wrappers  # their argument has the name of our field
    for name in set(keras_names.names("layers")) - wrappers:
        assert f'"{name}"' in offered, name


# --- of one mind with check ----------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_it_accepts_every_file_of_ours(path):
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("path", "profile"), CASES, ids=name_of)
def test_it_accepts_what_show_spells_out(path, profile, tmp_path):
    assert complaints(api.show(api.Request(path, profile, tmp_path))) == []


def accepted(folder: Path, text: str) -> bool:
    try:
        load(written(folder, text))
    except ConfigurationError:
        return False
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("schema")


ONE_GOOD = [(name, value) for name, values in GOOD.items() for value in values]
ONE_BAD = [(name, value) for name, values in BAD.items() for value in values]


@pytest.mark.parametrize(("name", "value"), ONE_GOOD)
def test_what_check_accepts_it_accepts(folder, name, value):
    text = document({name: value})
    assert accepted(folder, text)
    assert complaints(text) == []


@pytest.mark.parametrize(("name", "value"), ONE_BAD)
def test_mistakes_are_refused_by_both(folder, name, value):
    text = document({name: value})
    assert not accepted(folder, text)
    assert complaints(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, value in ONE_BAD
        if name not in ("report", "data") and "from" not in repr(value)
    ],
)
def test_mistakes_of_a_profile_are_seen_too(name, value):
    bad = plain(document({name: value}))
    profile = {key: bad[key] for key in ("training", "model", "study")}
    assert complaints(document({}) + tomli_w.dumps({"profile": {"p": profile}}))


def test_the_tables_of_mistakes_and_of_good_values_have_the_same_fields():
    settings_fields = set(model.Settings.model_fields)
    assert set(GOOD) == set(BAD) == settings_fields | set(PARTS)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_check_accepts_it_accepts(folder, data):
    choices = {}
    for name, good in GOOD.items():
        if data.draw(st.booleans(), label=name):
            pool = good if data.draw(st.integers(0, 19)) else BAD[name]
            choices[name] = data.draw(st.sampled_from(pool), label=name)
    text = document(choices)
    if accepted(folder, text):
        assert complaints(text) == []


def test_a_profile_may_say_a_part_of_anything():
    text = document({}) + tomli_w.dumps(
        {"profile": {"con guion-y espacio": {
            "study": {"s": {"from": {"per": ["n"]}}, "t": {"variant": {"a": {"epochs": 3}}}},
            "model": {"m": {"parameters": {"n": 3}}},
            "training": {"optimizer": {"learning_rate": {"decay_steps": 3}}},
            "data": {"split": {"validation": 0.3}}, "report": {"otro": {"title": "y"}}}}}
    )  # fmt: skip
    assert complaints(text) == []


def test_a_file_that_includes_others_may_lack_anything_and_one_that_does_not_may_not():
    assert complaints('include = ["comun.toml"]\n[study.s]\ntitle = "x"\n[model.m]\ntitle = "x"\n') == []
    assert complaints('[study.s]\ntitle = "x"\n')
    assert complaints(document({}).replace("[model.m]\n", "[model.x]\ntitle = 'x'\n[model.m]\n", 1))
