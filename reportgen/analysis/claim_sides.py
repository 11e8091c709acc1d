"""Takes a claim and the results it is about, gives the configurations that it compares, in groups.

Each side names configurations of a study. Axes that no side says a value of are paired: on them the two are
compared combination by combination, as the levels of a factor are. What tells configurations of one side
apart beside that makes groups, and a claim on several groups is one on each of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.columns import value
from reportgen.analysis.declared import DeclaredClaim
from reportgen.analysis.naming import arm_names
from reportgen.plan.model import RunPlan
from reportgen.plan.naming import shown
from reportgen.spec.check_values import same
from reportgen.spec.keras_names import less_is_better
from reportgen.spec.sides import VARIANT, Side, matched

Cell = tuple[str, ...]
"""A combination of values of the paired axes."""


@dataclass(frozen=True, slots=True)
class Group:
    """Configurations that differ in nothing but the paired axes.

    Attributes:
        label: what the report calls them together.
        study: id of the study that has them.
        arms: combination of the paired axes -> its configuration.
    """

    label: str
    study: str
    arms: Mapping[Cell, ArmResults]

    @property
    def arm(self) -> str:
        """Id of the only configuration; empty of several."""
        return next(iter(self.arms.values())).id if len(self.arms) == 1 else ""


def measured(result: Result, metric: str) -> float | None:
    """``test.accuracy``, ``validation.loss``, ``seconds``... of one finished run; None where unknown."""
    split, _, name = metric.rpartition(".")
    return value(result, f"{name}.{split}" if split else name)


def groups(collected: Collected, claim: DeclaredClaim) -> tuple[tuple[Group, ...], ...]:
    """The groups of each side; the only one of a side is none of several that the other side names."""
    studies = {study.id: study for study in collected.studies}
    axes = _paired(claim, studies)
    titled = len({side.study for side in claim.sides}) > 1
    found = [
        _groups(collected, study, _chosen(study, side), axes, titled=titled)
        for side in claim.sides
        for study in [studies[side.study]]
    ]
    alone = {_names(own[0]) for own in found if len(own) == 1}
    return tuple(tuple(group for group in own if not own[1:] or _names(group) not in alone) for own in found)


def _names(group: Group) -> tuple[str, frozenset[str]]:
    return group.study, frozenset(arm.id for arm in group.arms.values())


def _paired(claim: DeclaredClaim, studies: Mapping[str, StudyResults]) -> tuple[str, ...]:
    """Axes on which both sides are compared combination by combination; a bound is held to each network."""
    if len(claim.sides) == 1 or not claim.related:
        return ()
    one, other = claim.sides
    axes = studies[other.study].axes
    return matched(one, other, tuple(axis for axis in studies[one.study].axes if axis in axes))


def _chosen(study: StudyResults, side: Side) -> tuple[ArmResults, ...]:
    """The configurations that a side names, or the one of them that validation picks, on average."""
    named = [
        arm
        for arm in by_arm(study)
        if all(_has(arm.results[0].plan, axis, wanted) for axis, wanted in side.where.items())
    ]
    if not side.best:
        return tuple(named)
    sign = -1 if less_is_better(side.best) else 1
    scored = [
        (sign * fmean(scores), -at, arm)
        for at, arm in enumerate(named)
        if (scores := [item for run in arm.ok() if (item := measured(run, side.best)) is not None])
    ]
    return (max(scored, key=lambda item: item[:2])[2],) if scored else ()


def _has(plan: RunPlan, axis: str, wanted: Any) -> bool:  # noqa: ANN401 - plain TOML
    """Whether a run has a value on an axis, by the value or by what the report calls it."""
    if axis in plan.parameters:
        return same(plan.parameters[axis], wanted) or plan.labels.get(axis) == wanted
    return plan.imported and axis == VARIANT and wanted in (plan.label, plan.arm)


def _groups(
    collected: Collected,
    study: StudyResults,
    arms: Sequence[ArmResults],
    axes: Sequence[str],
    *,
    titled: bool,
) -> tuple[Group, ...]:
    """The configurations of a side by what tells them apart beside the paired axes, in declared order."""
    found: dict[str, dict[Cell, ArmResults]] = {}
    for arm in arms:
        parameters = arm.results[0].plan.parameters
        cell = tuple(_token(parameters[axis]) for axis in axes)
        rest = _token({axis: item for axis, item in parameters.items() if axis not in axes})
        found.setdefault(rest, {})[cell] = arm
    return tuple(
        Group(_label(collected, study, tuple(own.values()), axes, titled=titled), study.id, own)
        for own in found.values()
    )


def _label(
    collected: Collected,
    study: StudyResults,
    arms: Sequence[ArmResults],
    axes: Sequence[str],
    *,
    titled: bool,
) -> str:
    """What tells a group from the others: its name, or its values, with its study where there are two."""
    if len(arms) == 1:
        return arm_names(collected)[study.id, arms[0].id]
    labels = {axis: label for axis, label in arms[0].labels.items() if axis not in axes}
    text = shown(study.axis_names, labels)
    if not text:
        return study.title
    return f"{text} ({study.title})" if titled else text


def _token(item: Any) -> str:  # noqa: ANN401 - plain JSON
    return json.dumps(item, sort_keys=True)
