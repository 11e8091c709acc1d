"""Takes a study, gives its arms: one set of settings, model and labels for each combination."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reportgen.spec.check_values import same
from reportgen.spec.keras_names import filled, merged
from reportgen.spec.model import TRAINING_FIELDS, Settings, Spec, Study, Variant

OPTIMIZER = "optimizer."
"""Start of an axis that is one argument of the optimizer."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One combination before seeds and folds.

    Attributes:
        model: id of the model.
        data: id of the data set; empty for that of `[data]` itself.
        settings: training field -> value.
        values: model parameter -> value that differs from the model's default.
        seeds: seeds to train it with.
        folds: folds of the cross validation, 0 without.
        repeats: how often the folds are drawn anew.
        parameters: axis -> value, as results show it.
        labels: axis -> how the report shows the value.
        title: what a variant is called; empty in a grid.
        parents: (seed, fold) -> key of the winner's run that it derives from; empty without a parent.
        decimal: decimal sign of the report's language, for labels that the author does not give.
    """

    model: str
    data: str
    settings: Mapping[str, Any]
    values: Mapping[str, Any]
    seeds: tuple[int, ...]
    folds: int = 0
    repeats: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    parents: Mapping[tuple[int, int | None], str] = field(default_factory=dict)
    decimal: str = "."

    def changed(self, extra: Mapping[str, Any]) -> Arm:
        """The arm with some training fields, arguments of the optimizer, model or parameters set otherwise.

        A whole optimizer is set before any argument of it, whichever comes first.
        """
        settings, values = dict(self.settings), dict(self.values)
        model = str(extra.get("model") or self.model)
        for key in sorted(extra, key=lambda name: name.startswith(OPTIMIZER)):
            if key == "optimizer":
                settings[key] = merged(settings.get(key, {}), extra[key])
            elif key.startswith(OPTIMIZER):
                settings["optimizer"] = merged(
                    settings["optimizer"], {key.removeprefix(OPTIMIZER): extra[key]}
                )
            elif key in TRAINING_FIELDS:
                settings[key] = extra[key]
            elif key != "model":
                values[key] = extra[key]
        return replace(self, model=model, settings=settings, values=values)

    def value(self, axis: str) -> Any:  # noqa: ANN401 - plain TOML
        """What it is trained with on an axis; None for a parameter that was never set."""
        if axis == "model":
            return self.model
        if axis.startswith(OPTIMIZER):
            entry = filled("optimizers", self.settings["optimizer"])
            return None if isinstance(entry, str) else entry.get(axis.removeprefix(OPTIMIZER))
        return self.settings[axis] if axis in TRAINING_FIELDS else self.values.get(axis)

    def runs(self) -> Iterator[tuple[int, int | None]]:
        """(seed, fold) of each of its runs; folds are counted on over the repetitions."""
        folds = range(self.folds * self.repeats) if self.folds else (None,)
        yield from itertools.product(self.seeds, folds)


def arms_of(spec: Spec, study: Study) -> tuple[Arm, ...]:
    """Arms of a study that derives from no other, in the order the file declares them."""
    training = spec.training
    bare = Arm(
        study.model, study.data, training.given(), {}, training.seeds, training.folds, training.repeats,
        decimal=spec.report.decimal,
    )  # fmt: skip
    base = overridden(bare, study).changed(study.set)
    if study.variant:
        return tuple(_variant(study, base, name) for name in study.variant)
    return crossed(study, base)


def overridden(arm: Arm, settings: Settings) -> Arm:
    """The arm with the training settings that a study or variant spells out."""
    return replace(
        arm.changed(settings.given()),
        seeds=settings.seeds or arm.seeds,
        folds=arm.folds if settings.folds is None else settings.folds,
        repeats=settings.repeats or arm.repeats,
    )


def crossed(study: Study, base: Arm) -> tuple[Arm, ...]:
    """Every combination of the study's own axes laid over one arm, those that it excludes left out."""
    return tuple(
        _cell(study, base, indices) for indices in _combinations(study) if not _excluded(study, base, indices)
    )


def _combinations(study: Study) -> Iterator[dict[str, int]]:
    """Axis -> index of its value; axes of ``zip`` advance together, inside those of ``grid``."""
    crossed_axes = [range(len(values)) for values in study.grid.values()]
    together = range(max((len(values) for values in study.zip.values()), default=1))
    for *indices, step in itertools.product(*crossed_axes, together):
        yield {**dict(zip(study.grid, indices, strict=True)), **dict.fromkeys(study.zip, step)}


def _excluded(study: Study, base: Arm, indices: Mapping[str, int]) -> bool:
    values = {**base.parameters, **{axis: study.axes[axis][at] for axis, at in indices.items()}}
    return any(
        all(axis in values and same(values[axis], value) for axis, value in item.items())
        for item in study.exclude
    )


def _cell(study: Study, base: Arm, indices: Mapping[str, int]) -> Arm:
    values = {axis: study.axes[axis][at] for axis, at in indices.items()}
    labels = {
        axis: _label(study, axis, at, spelled(values[axis], base.decimal)) for axis, at in indices.items()
    }
    return replace(
        base.changed(values),
        parameters={**base.parameters, **values},
        labels={**base.labels, **labels},
    )


def followed(study: Study, winner: Arm, parents: Mapping[tuple[int, int | None], str]) -> tuple[Arm, ...]:
    """The arms that a follow-up study makes of a winner: what it changes, then its own axes.

    An axis of the parent that the study sets otherwise is shown with its new value. Other folds than the
    winner's are other images: no run of it is the one that such a run derives from.
    """
    base = overridden(winner, study).changed(study.set)
    base = replace(base, model=study.model or base.model, data=study.data or base.data)
    now = {axis: base.value(axis) for axis in winner.parameters if axis != "variant"}
    shown = {axis: value for axis, value in now.items() if not same(value, winner.value(axis))}
    base = replace(
        base,
        parameters={**base.parameters, **shown},
        labels={**base.labels, **{axis: spelled(value, base.decimal) for axis, value in shown.items()}},
        parents=parents if base.folds in (0, winner.folds) else {},
    )
    return crossed(study, base)


def axis_names(spec: Spec, name: str) -> dict[str, str]:
    """Axis -> the author's name for it; a follow-up study inherits its parent's."""
    study = spec.study[name]
    inherited = axis_names(spec, study.origin.study) if study.origin else {}
    return {**inherited, **{axis: labels.name for axis, labels in study.labels.items() if labels.name}}


def _label(study: Study, axis: str, index: int, otherwise: str) -> str:
    declared = study.labels[axis].values if axis in study.labels else ()
    return declared[index] if declared else otherwise


def spelled(value: Any, decimal: str = ".") -> str:  # noqa: ANN401 - plain TOML
    """A value as the report shows it when the author gives no label; code keeps its decimal points."""
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    if isinstance(value, Mapping):
        name = str(value.get("name", ""))
        rest = [f"{key}={spelled(item)}" for key, item in value.items() if key != "name"]
        return f"{name} ({', '.join(rest)})" if rest else name
    if isinstance(value, list | tuple):
        return "-".join(spelled(item, decimal) for item in value)
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
