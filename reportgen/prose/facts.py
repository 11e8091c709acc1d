"""Takes the results, gives configurations by what they are called and the numbers that each of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from statistics import fmean

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.columns import value as column_value
from reportgen.analysis.curves import learning
from reportgen.analysis.evaluation import ClassScore, Evaluation, evaluate
from reportgen.analysis.naming import arm_names
from reportgen.analysis.resources import clearly_faster, terms
from reportgen.analysis.selection import select as selected
from reportgen.prose.lexicon import LOWER_IS_BETTER, ROLES
from reportgen.prose.text import fold

Constraints = Mapping[str, frozenset[str]]
"""Axis -> the labels that are named of it."""
CLASS = "class"
"""What the classes of the data stand for among the axes."""
STUDY, FAMILY, ROLE, VARIANT, DATA = "study", "family", "role", "variant", "data"
IDENTITY = (FAMILY, ROLE, VARIANT, STUDY)
_SCORES = ("precision", "recall", "f1")
_COLUMNS = {name: name for name in ("seconds", "epochs", "parameters", "memory", "inference")}


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: a metric, a part of the data (empty: not said), a class (empty: all)."""

    metric: str = "accuracy"
    split: str = ""
    label: str = ""

    @property
    def lower(self) -> bool:
        """Whether less is better."""
        return self.metric in LOWER_IS_BETTER


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of the results: where it is found, as ``STUDY.RUN`` (empty for a mean) and column.

    ``key`` is that of the run, which several studies may have.
    """

    value: float
    run: str
    column: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration of a study with all its runs.

    ``facets`` is what a text may call it by, axis -> label; ``name`` is what the report calls it.
    """

    study: StudyResults
    arm: ArmResults
    facets: Mapping[str, str]
    name: str

    @property
    def folded(self) -> bool:
        """Whether its runs are those of a cross validation."""
        return any(result.folded for result in self.arm.results)

    @property
    def base(self) -> str:
        """Id of the variant that it starts from; empty without one."""
        variant = str(self.arm.results[0].plan.parameters.get("variant", ""))
        return self.study.extends.get(variant, "")

    @property
    def id(self) -> str:
        """Its variant, or the slug of its labels."""
        return str(self.arm.results[0].plan.parameters.get("variant") or self.arm.id)


class Knowledge:
    """All that one data set's results say."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self.beside: Sequence[Knowledge] = (self,)
        """What all data sets of the report say, this one's among them."""
        self._scores: dict[str, Evaluation | None] = {}

    @cached_property
    def configs(self) -> tuple[Config, ...]:
        """The configurations of all studies in declared order."""
        names = arm_names(self.collected)
        return tuple(
            Config(study, arm, _facets(study, arm, self.collected), names[study.id, arm.id])
            for study in self.collected.studies
            for arm in by_arm(study)
        )

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; none before the data set was prepared."""
        return self.collected.classes

    def select(self, named: Constraints, home: str = "") -> tuple[Config, ...]:
        """The configurations that bear all the names; none where no configuration does.

        Without the name of a study those of the study ``home`` go first, then those that derive from no
        other: who says «Adam con ReLU» does not mean what Dropout made of it. A name of an axis that a
        study does not have is held against the recipes.
        """
        wanted = {axis: labels for axis, labels in named.items() if axis != CLASS}
        found = [
            config for config in self.configs if all(config.facets.get(a) in ls for a, ls in wanted.items())
        ]
        if not found:
            found = [config for config in self.configs if _bears(config, wanted)]
        if STUDY in wanted or not found:
            return tuple(found)
        at_home = [config for config in found if config.study.id == home]
        return tuple(at_home or [c for c in found if c.study.shape != "follow_up"] or found)

    def point(self, config: Config, measure: Measure) -> float | None:
        """The number that ranks a configuration: the mean over its finished runs, on the test images.

        Runs of a cross validation are judged by the part that each leaves out.
        """
        split = measure.split or ("validation" if config.folded else "test")
        return _mean(self._value(result, measure, split) for result in config.arm.ok())

    def facts(self, config: Config, measure: Measure) -> tuple[Fact, ...]:
        """The numbers that a text may give for a configuration: of each run and their mean, of each part.

        Of several runs there are too many numbers for any to be meant by chance: those of the training part
        only count where the text says so.
        """
        several = len(config.arm.results) > 1
        splits = (measure.split,) if measure.split else ("test", "validation", "train")[: 2 if several else 3]
        found: list[Fact] = []
        for split in splits if measure.metric in ("accuracy", "loss") else ("test",):
            column = f"{split}.{measure.metric}" if measure.metric not in _COLUMNS else measure.metric
            values = [
                Fact(value, f"{result.plan.study}.{result.plan.id}", column, result.key)
                for result in config.arm.ok()
                if (value := self._value(result, measure, split)) is not None
            ]
            if len(values) > 1:
                found.append(Fact(fmean(item.value for item in values), "", column))
            found += values
        return tuple(found)

    def _value(self, result: Result, measure: Measure, split: str) -> float | None:
        metric = measure.metric
        if metric == "gap":
            return learning(result).gap
        if metric in _SCORES:
            row = self.scores(result, measure.label)
            return None if row is None else float(getattr(row, metric))
        if metric in _COLUMNS:
            return column_value(result, _COLUMNS[metric])
        if measure.label and metric == "accuracy":  # of one class: the share of its images that is found
            row = self.scores(result, measure.label)
            return None if row is None else row.recall
        return result.value(split, metric)

    def scores(self, result: Result, label: str) -> ClassScore | None:
        """What a run scores on one class, or on all of them on average."""
        if result.key not in self._scores:
            there = bool(self.collected.classes) and result.predicts
            self._scores[result.key] = evaluate(result, self.collected) if there else None
        found = self._scores[result.key]
        if found is None:
            return None
        return next((row for row in found.classes if row.name == label), None) if label else found.macro

    def timed_alike(self, configs: Iterable[Config]) -> bool:
        """Whether the times of answers of configurations compare: all were taken on the same terms."""
        found = {terms(result) for config in configs for result in config.arm.ok()}
        return len(found) == 1 and None not in found

    def timed_apart(self, ours: Iterable[Config], theirs: Iterable[Config]) -> bool:
        """Whether all networks of one side answer clearly faster than all of the other."""
        sides = [[result for config in side for result in config.arm.ok()] for side in (ours, theirs)]
        pairs = list(product(*sides))
        return all(clearly_faster(one, other) for one, other in pairs) or all(
            clearly_faster(other, one) for one, other in pairs
        )

    def chosen(self, configs: Sequence[Config]) -> Config | None:
        """The one that the validation chooses."""
        owner = {result.key: config for config in configs for result in config.arm.ok()}
        best = selected([result for config in configs for result in config.arm.ok()])
        return owner[best.key] if best else None

    def parent(self, config: Config) -> Config | None:
        """The configuration that it was made from: the variant it extends, or the winner it follows."""
        if config.base:
            return next(
                (c for c in self.configs if c.study.id == config.study.id and c.id == config.base), None
            )
        keys = {result.plan.parent for result in config.arm.results} - {""}
        return next((c for c in self.configs if keys & {result.key for result in c.arm.results}), None)


def _facets(study: StudyResults, arm: ArmResults, collected: Collected) -> dict[str, str]:
    facets = {axis: label for axis, label in arm.labels.items() if axis != "variant"}
    facets[STUDY] = study.id
    facets[DATA] = collected.id or (collected.data.name if collected.data else "")
    variant = str(arm.results[0].plan.parameters.get("variant", ""))
    if variant:
        facets[VARIANT] = arm.label
        role = role_of(arm.label, variant, study)
        if role:
            facets |= {ROLE: role, FAMILY: study.id}
    return facets


def role_of(title: str, variant: str, study: StudyResults) -> str:
    """Which of the usual parts a variant plays in its study, by its title or its id; empty for none.

    Of two variants the one that extends the other is the improved one, whatever they are called.
    """
    for role, forms in ROLES.items():
        pattern = rf"\b(?:{'|'.join(forms)})\b"
        if re.search(pattern, fold(title)) or re.fullmatch(pattern, fold(variant)):
            return role
    variants = {result.plan.parameters.get("variant") for result in study.results}
    if len(variants) == 2 and study.extends:  # noqa: PLR2004 - one and the other
        return "mejorada" if variant in study.extends else "base"
    return ""


def _bears(config: Config, wanted: Constraints) -> bool:
    """Whether it bears all names of the axes that it has, one at least, and is trained as the others say."""
    shared = {axis: labels for axis, labels in wanted.items() if axis in config.facets}
    if not shared or not all(config.facets[axis] in labels for axis, labels in shared.items()):
        return False
    if any(axis in IDENTITY for axis in set(wanted) - set(shared)) or not set(shared) - {DATA}:
        return False
    optimizer = wanted.get("optimizer") if "optimizer" not in config.facets else None
    training = config.arm.results[0].plan.content()["training"]
    return optimizer is None or training.get("optimizer", {}).get("name") in optimizer  # else nobody knows


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
