"""Takes a study, gives its arms: one set of settings, model and labels for each combination."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reportgen.spec.model import TRAINING_FIELDS, Settings, Spec, Study, Variant


@dataclass(frozen=True, slots=True)
class Arm:
    """One combination before seeds.

    Attributes:
        model: id of the model.
        settings: training field -> value.
        values: model parameter -> value that differs from the model's default.
        seeds: seeds to train it with.
        parameters: axis -> value, as results show it.
        labels: axis -> how the report shows the value.
        title: what a variant is called; empty in a grid.
        parents: seed -> key of the winner's run that it derives from; empty without a parent.
    """

    model: str
    settings: Mapping[str, Any]
    values: Mapping[str, Any]
    seeds: tuple[int, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    parents: Mapping[int, str] = field(default_factory=dict)

    def changed(self, extra: Mapping[str, Any]) -> Arm:
        """The arm with some training fields or model parameters set otherwise."""
        settings = {**self.settings, **{key: extra[key] for key in extra if key in TRAINING_FIELDS}}
        values = {**self.values, **{key: extra[key] for key in extra if key not in TRAINING_FIELDS}}
        return replace(self, settings=settings, values=values)


def arms_of(spec: Spec, study: Study) -> tuple[Arm, ...]:
    """Arms of a study that derives from no other, in the order the file declares them."""
    base = overridden(
        Arm(study.model, spec.training.given(), {}, spec.training.seeds),
        study,
    ).changed(study.set)
    if study.variant:
        return tuple(_variant(study, base, name) for name in study.variant)
    names = tuple(study.grid)
    combinations = itertools.product(*(range(len(study.grid[name])) for name in names))
    return tuple(_cell(study, base, names, indices) for indices in combinations)


def overridden(arm: Arm, settings: Settings) -> Arm:
    """The arm with the training settings that a study or variant spells out."""
    return replace(arm.changed(settings.given()), seeds=settings.seeds or arm.seeds)


def _cell(study: Study, base: Arm, names: tuple[str, ...], indices: tuple[int, ...]) -> Arm:
    values = {name: study.grid[name][index] for name, index in zip(names, indices, strict=True)}
    labels = {
        name: _label(study, name, index, values[name]) for name, index in zip(names, indices, strict=True)
    }
    return replace(base.changed(values), parameters=values, labels=labels)


def axis_names(spec: Spec, name: str) -> dict[str, str]:
    """Axis -> the author's name for it; a follow-up study inherits its parent's."""
    study = spec.study[name]
    inherited = axis_names(spec, study.origin.study) if study.origin else {}
    return {**inherited, **{axis: labels.name for axis, labels in study.labels.items() if labels.name}}


def _label(study: Study, axis: str, index: int, value: Any) -> str:  # noqa: ANN401 - plain TOML
    declared = study.labels[axis].values if axis in study.labels else ()
    return declared[index] if declared else spelled(value)


def spelled(value: Any) -> str:  # noqa: ANN401 - plain TOML
    """A value as the report shows it when the author gives no label."""
    if isinstance(value, Mapping):
        name = str(value.get("name", ""))
        rest = [f"{key}={spelled(item)}" for key, item in value.items() if key != "name"]
        return f"{name} ({', '.join(rest)})" if rest else name
    if isinstance(value, list | tuple):
        return "-".join(spelled(item) for item in value)
    return str(value)


def _variant(study: Study, base: Arm, name: str) -> Arm:
    chain: list[Variant] = []
    at = name
    while at:
        chain.append(study.variant[at])
        at = study.variant[at].extends
    arm = base
    for variant in reversed(chain):
        arm = overridden(arm, variant).changed(variant.set)
        arm = replace(arm, model=variant.model or arm.model)
    title = study.variant[name].title or name.replace("_", " ").capitalize()
    return replace(arm, parameters={"variant": name}, labels={"variant": title}, title=title)
