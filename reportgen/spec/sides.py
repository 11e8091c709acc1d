"""Takes a `[claim.ID]`, gives which configurations of which study each side of it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reportgen.spec.check_values import same
from reportgen.spec.model import Claim, Spec
from reportgen.spec.references import axes_of, lineage, values_of

Chosen = str | dict[str, Any]
"""A study, a variant, ``STUDY.VARIANT``, or a table: values of axes, perhaps with `study` and `best`."""
SIDES = ("better", "than", "of")
BESIDE = ("study", "best")
"""What a side says beside values of axes."""
OPTIMIZER = "optimizer"
VARIANT = "variant"


@dataclass(frozen=True, slots=True)
class Side:
    """The configurations that one side of a claim names.

    Attributes:
        study: that has them; empty where the claim does not say.
        where: axis -> the value that they have on it, by the author's value or label; empty for all of them.
        best: by which metric of the validation one of them is picked; empty for all of them.
    """

    study: str
    where: Mapping[str, Any] = field(default_factory=dict)
    best: str = ""


def said_of(claim: Claim) -> dict[str, Chosen]:
    """The sides of a claim that are said, in the order of the language."""
    found = {name: getattr(claim, name) for name in SIDES}
    return {name: said for name, said in found.items() if said is not None}


def side_of(spec: Spec, claim: Claim, said: Chosen) -> Side | None:
    """What a side names; None for a text that names nothing.

    A study that does not exist is given as it is written: what is wrong with it the check tells.
    """
    if isinstance(said, str):
        return _named(spec, claim.study, said)
    where = dict(_flat({name: value for name, value in said.items() if name not in BESIDE}))
    study = str(said.get("study", claim.study))
    if study in spec.study:
        where = {axis: _value(spec, study, axis, value) for axis, value in where.items()}
    return Side(study, where, str(said.get("best", "")))


def _named(spec: Spec, study: str, text: str) -> Side | None:
    """A variant of the claim's study, by its name or its title; a study; or a variant of another one."""
    home = spec.study.get(study)
    if home is not None and home.results:
        return Side(study, {VARIANT: text})  # what its table calls them, only the table knows
    if (variant := _variant(spec, study, text)) is not None:
        return Side(study, {VARIANT: variant})
    if text in spec.study:
        return Side(text)
    other, dot, rest = text.partition(".")
    if dot and (variant := _variant(spec, other, rest)) is not None:
        return Side(other, {VARIANT: variant})
    return None


def _variant(spec: Spec, study: str, text: str) -> str | None:
    variants = spec.study[study].variant if study in spec.study else {}
    return next((name for name, item in variants.items() if text in (name, item.title)), None)


def _flat(where: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Arguments of the optimizer alone are axes of their own: ``optimizer.learning_rate``."""
    for axis, value in where.items():
        if axis == OPTIMIZER and isinstance(value, Mapping) and "name" not in value:
            yield from ((f"{OPTIMIZER}.{argument}", inner) for argument, inner in value.items())
        else:
            yield axis, value


def _value(spec: Spec, study: str, axis: str, value: Any) -> Any:  # noqa: ANN401 - plain TOML
    """The value of an axis for which the author wrote its label."""
    values = values_of(spec, study, axis)
    if any(same(value, item) for item in values):
        return value
    if axis == VARIANT and isinstance(value, str):
        return _variant(spec, study, value) or value
    labels = labels_of(spec, study, axis)
    return values[labels.index(value)] if value in labels[: len(values)] else value


def labels_of(spec: Spec, study: str, axis: str) -> tuple[str, ...]:
    """What the report calls the values of an axis, by the study that has it; empty where nobody says."""
    for name in lineage(spec, study):
        if axis in spec.study[name].axes:
            labels = spec.study[name].labels.get(axis)
            return labels.values if labels else ()
    return ()


def shared_axes(spec: Spec, one: str, other: str) -> tuple[str, ...]:
    """Axes by which configurations of two studies are paired; none of studies that are no relations.

    There an axis of the same name says nothing.
    """
    if not set(lineage(spec, one)) & set(lineage(spec, other)):
        return ()
    axes = axes_of(spec, other)
    return tuple(axis for axis in axes_of(spec, one) if axis in axes)


def matched(first: Side, second: Side, shared: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the shared axes on which neither side says a value: there they are compared pair by pair."""
    if first.best or second.best:
        return ()
    return tuple(axis for axis in shared if axis not in first.where and axis not in second.where)
