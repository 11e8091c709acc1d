"""Takes a :class:`Spec`, gives it as a document to be written as TOML, with every default spelled out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportgen.spec.check_values import LISTS
from reportgen.spec.keras_names import filled
from reportgen.spec.model import Base, Claim, DataSets, Model, Reports, Spec, Study, Variant

EMPTY: tuple[Any, ...] = ("", (), [], {})


def spelled_out(spec: Spec) -> dict[str, Any]:
    """Plain tables in the order of the language; what has no value is left out, for TOML has none.

    Loading what this gives makes the same runs: includes and profile are already laid into it.
    """
    content = spec.model_dump(mode="python", by_alias=True, exclude={"include"})
    models = {
        name: {**_filled(model, Model), "layers": with_layer_arguments(model["layers"])}
        for name, model in content["model"].items()
    }
    claims = {name: _filled(claim, Claim) for name, claim in content["claim"].items()}
    return {
        "report": _with_named(content.pop("report"), Reports),
        "data": _with_named(content.pop("data"), DataSets),
        "training": with_arguments(_plain(content.pop("training"))),
        "model": models,
        "study": {name: _study(study) for name, study in content["study"].items()},
        **({"claim": claims} if claims else {}),
    }


def _with_named(content: dict[str, Any], kind: type[Base]) -> dict[str, Any]:
    """Further reports and data sets in the place where an author writes them."""
    named = content.pop("named")
    return {**_filled(content, kind), **{name: _plain(patch) for name, patch in named.items()}}


def _study(study: dict[str, Any]) -> dict[str, Any]:
    variants = study.pop("variant")
    arms = {name: with_arguments(_filled(arm, Variant)) for name, arm in variants.items()}
    return {**with_arguments(_filled(study, Study)), **({"variant": arms} if arms else {})}


def with_arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Training settings whose Keras objects have all their arguments."""
    found = dict(settings)
    if "optimizer" in found:
        found["optimizer"] = filled("optimizers", found["optimizer"])
    for name, kind in LISTS.items():
        if name in found:
            found[name] = [filled(kind, entry) for entry in found[name]]
    return found


def with_layer_arguments(layers: Any) -> list[Any]:  # noqa: ANN401 - plain TOML
    """Layers with all their arguments; a backbone or a Python function stays as it is."""
    found: list[Any] = []
    for entry in _plain(layers):
        if isinstance(entry, Mapping) and "each" in entry:
            found.append({**entry, "layers": with_layer_arguments(entry["layers"])})
        elif isinstance(entry, Mapping) and "layer" not in entry:
            found.append(entry)
        else:
            found.append(filled("layers", entry))
    return found


def _filled(content: Mapping[str, Any], kind: type[Base]) -> dict[str, Any]:
    """Without the texts, lists and tables that are empty where nothing is said.

    `callbacks = []` in a study says something: none, whatever it starts from.
    """
    silent = {field.alias or name for name, field in kind.model_fields.items() if field.default in EMPTY}
    return {
        name: value for name, value in _plain(content).items() if name not in silent or value not in EMPTY
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any tree of plain values
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
