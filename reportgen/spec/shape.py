"""Takes a parsed document, gives it in the shape of the schema: what is short to write is spelled out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from reportgen.spec import model

NEARLY = 0.8
"""How much alike two names are, from 0 to 1, for one to be taken for a slip of the other."""


def shaped(document: Mapping[str, Any]) -> dict[str, Any]:
    """Further reports and data sets under ``named``, axes as ``optimizer.learning_rate``, files as lists."""
    found = dict(document)
    for name, fields in (("report", model.Report.model_fields), ("data", model.Data.model_fields)):
        if isinstance(found.get(name), dict):
            found[name] = _gathered(found[name], tuple(fields))
    if isinstance(found.get("study"), dict):
        found["study"] = {name: _study(study) for name, study in found["study"].items()}
    return found


def _gathered(content: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Sub-tables that are no field under ``named``: one more of its kind each.

    A table whose name is nearly that of a field is a mistake and stays where it is, to be complained of.
    """
    named = {
        key: value
        for key, value in content.items()
        if isinstance(value, dict)
        and key not in fields
        and not difflib.get_close_matches(key, fields, 1, NEARLY)
    }
    rest = {key: value for key, value in content.items() if key not in named}
    return {**rest, "named": named} if named else rest


def _study(study: Any) -> Any:  # noqa: ANN401 - plain TOML
    if not isinstance(study, dict):
        return study
    axes = {part: _flat(study[part]) for part in ("grid", "zip") if isinstance(study.get(part), dict)}
    one = {"results": [study["results"]]} if isinstance(study.get("results"), str) else {}
    return {**study, **axes, **one}


def _flat(axes: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in axes.items():
        if isinstance(values, dict):
            found.update({f"{name}.{inner}": value for inner, value in values.items()})
        else:
            found[name] = values
    return found
