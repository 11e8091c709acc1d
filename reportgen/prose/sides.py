"""Takes a comparison and the results, gives the senses it may have: who stands on either side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean

from reportgen.analysis.collected import Result
from reportgen.analysis.comparing import compared, measured
from reportgen.analysis.evidence import Level, level
from reportgen.analysis.statistics import Paired, Unpaired
from reportgen.prose.claims import BEFORE, Comparison
from reportgen.prose.facts import (
    FAMILY,
    IDENTITY,
    ROLE,
    STUDY,
    VARIANT,
    Config,
    Constraints,
    Knowledge,
    Measure,
)
from reportgen.prose.reading import Scope
from reportgen.prose.wording import called, listed, of_metric

EQUAL = 1e-12
"""What floats may differ by and still be the same number."""
_RELATIVE = 0.02
"""What two times or sizes must differ by for one to be denied to be more."""
Pair = tuple[Config, Config]
Group = tuple[Config, ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a claim: whether the results bear it out, and what they say.

    ``sure`` is whether the order that is claimed goes beyond chance: only then is it false to deny it.
    """

    holds: bool
    says: str
    sure: bool = True


def meant(
    claim: Comparison, left: Constraints, right: Constraints, knowledge: Knowledge, scope: Scope
) -> list[tuple[Group, Group]]:
    """What may be meant by the two sides: what only one of them names goes for both, or for itself alone."""
    if claim.relation == BEFORE:
        ours = (
            knowledge.select(scope.around(left), scope.study)
            if left or scope.facets
            else _extended(knowledge)
        )
        pairs = [(config, parent) for config in ours if (parent := knowledge.parent(config)) is not None]
        return [(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))] if pairs else []
    if not left:
        left = scope.around({})
    if not left or not right:
        return []
    if right.get(ROLE) == frozenset(("base",)) and not ({ROLE, VARIANT} & set(left) or FAMILY in right):
        left = {**left, ROLE: frozenset(("mejorada",))}  # «VGG16 no mejora respecto de su base»
    contrast = {axis for axis in left if axis in right and left[axis] != right[axis]}
    if not contrast and {FAMILY, VARIANT} & set(left) and {FAMILY, VARIANT} & set(right):
        contrast = set(IDENTITY)
    shared = {axis: labels for side in (right, left) for axis, labels in side.items() if axis not in contrast}
    found: list[tuple[Group, Group]] = []
    around = scope.around({axis: frozenset() for axis in {**left, **right}})
    home = {axis: labels for axis, labels in around.items() if labels}
    # «la CNN mejorada ... la base» is about its own base, and about no other
    alone = not any(axis in IDENTITY for axis in set(left) ^ set(right))
    for one, other in (
        ({**home, **shared, **_only(left, contrast)}, {**home, **shared, **_only(right, contrast)}),
        *((({**home, **left}, {**home, **right}),) if alone else ()),
    ):
        ours, theirs = knowledge.select(one, scope.study), knowledge.select(other, scope.study)
        both = {id(config) for config in ours} & {id(config) for config in theirs}
        if ours and theirs and not both and (ours, theirs) not in found:
            found.append((ours, theirs))
    return found


def _only(side: Constraints, axes: set[str]) -> Constraints:
    return {axis: labels for axis, labels in side.items() if axis in axes}


def _extended(knowledge: Knowledge) -> tuple[Config, ...]:
    return tuple(config for config in knowledge.configs if config.base)


@dataclass(frozen=True)
class Sides:
    """The two sides of a comparison in one sense, and what they are compared by.

    ``named`` are the names that each side was given in the text.
    """

    claim: Comparison
    ours: Group
    theirs: Group
    named: tuple[Constraints, Constraints]
    measure: Measure
    knowledge: Knowledge

    def senses(self) -> list[Sense]:
        """Over paired configurations, of a factor also as the report has it; else of each side."""
        if self.measure.metric == "inference":
            return self._timed()
        differences = self.differences(self.measure)
        if self.claim.none:
            return (
                [Sense(not any(self.sign * d > EQUAL for d in differences), self.says)] if differences else []
            )
        if self.claim.all and differences:
            return [Sense(all(self.sign * d > EQUAL for d in differences), self.says)]
        if not differences:
            return self._apart()
        mean = fmean(differences)
        senses = [Sense(self.sign * mean > EQUAL, self.says, self._sure(mean))]
        if len(self.pairs) > 1 and not self.measure.split and self.measure.metric == "accuracy":
            chosen = self.differences(replace(self.measure, split="validation"))
            senses += [Sense(self.sign * fmean(chosen) > EQUAL, self.says)] if chosen else []
            senses += self._as_a_factor()
        return senses

    def _timed(self) -> list[Sense]:
        """Times of answers, each measured once: of networks timed on the same terms, and clearly apart."""
        one, other = self._points(self.ours), self._points(self.theirs)
        if not one or not other or not self.knowledge.timed_alike((*self.ours, *self.theirs)):
            return []
        apart = self.knowledge.timed_apart(self.ours, self.theirs)
        right = self.sign * (fmean(one) - fmean(other)) > 0
        return [Sense(right or not apart, self.says, apart)]

    @property
    def sign(self) -> int:
        """1 where the left side is said to have the higher number."""
        return self.claim.sign * (-1 if self.claim.better and self.measure.lower else 1)

    @property
    def contrast(self) -> set[str]:
        """The axes on which the two sides bear different names."""
        one, other = self.named
        return {axis for axis in one if axis in other and one[axis] != other[axis]}

    @cached_property
    def pairs(self) -> list[Pair]:
        """Configurations of the two sides that differ in nothing but what is compared."""
        if self.claim.relation == BEFORE:
            return list(zip(self.ours, self.theirs, strict=True))
        if len(self.ours) == 1 or len(self.theirs) == 1:
            every = [(one, other) for one in self.ours for other in self.theirs]
            return every if len(self.ours) == len(self.theirs) or self._each() else []
        contrast = self.contrast
        if FAMILY in contrast or not contrast:
            contrast |= {FAMILY}
        free = contrast | {VARIANT, STUDY} if contrast & set(IDENTITY) else contrast

        def rest(config: Config) -> tuple[tuple[str, str], ...]:
            return tuple(sorted((axis, label) for axis, label in config.facets.items() if axis not in free))

        there: dict[tuple[tuple[str, str], ...], list[Config]] = {}
        for config in self.theirs:
            there.setdefault(rest(config), []).append(config)
        return [(config, other) for config in self.ours for other in there.get(rest(config), ())]

    def _each(self) -> bool:
        """Whether every one of several is compared: «Adam y RMSprop superan a SGD»."""
        several = any(len(item.labels) > 1 for item in (*self.claim.left, *self.claim.right))
        return self.claim.all or self.claim.none or several

    def differences(self, measure: Measure) -> list[float]:
        """Left minus right of every pair that has both."""
        values = [(self.knowledge.point(a, measure), self.knowledge.point(b, measure)) for a, b in self.pairs]
        return [one - other for one, other in values if one is not None and other is not None]

    def _points(self, configs: Sequence[Config]) -> list[float]:
        return [v for config in configs if (v := self.knowledge.point(config, self.measure)) is not None]

    def _apart(self) -> list[Sense]:
        """The mean of each side, and the best of each."""
        one, other = self._points(self.ours), self._points(self.theirs)
        if not one or not other:
            return []
        best = min if self.measure.lower else max
        mean = fmean(one) - fmean(other)
        return [
            Sense(self.sign * mean > EQUAL, self.says, abs(mean) > EQUAL),
            Sense(self.sign * (best(one) - best(other)) > EQUAL, self.says),
        ]

    def _as_a_factor(self) -> list[Sense]:
        """As the report's tables have it: over the cells in which every level of the factor finished."""
        from reportgen.analysis.grid import factor_effect

        one, other = self.named
        studies = {config.study.id: config.study for config in (*self.ours, *self.theirs)}
        if len(self.contrast) != 1 or len(studies) != 1 or set(one) | set(other) != self.contrast:
            return []
        axis = next(iter(self.contrast))
        senses = []
        for split in ("test", "validation"):
            effect = factor_effect(next(iter(studies.values())), axis, split)
            means = dict(zip(effect.levels, effect.means, strict=True)) if effect else {}
            ours = [means[label] for label in one[axis] if label in means]
            theirs = [means[label] for label in other[axis] if label in means]
            if ours and theirs:
                senses.append(Sense(self.sign * (fmean(ours) - fmean(theirs)) > EQUAL, self.says))
        return senses

    def _sure(self, mean: float) -> bool:
        """Whether a difference is more than chance may make."""
        if self.measure.metric in ("seconds", "parameters", "memory", "epochs"):
            scale = max((abs(v) for pair in self.pairs for v in self._points(pair)), default=0.0)
            return abs(mean) > _RELATIVE * scale
        if len(self.pairs) == 1 and self.measure.metric == "accuracy" and self.measure.split in ("", "test"):
            one, other = (config.arm.ok() for config in self.pairs[0])
            if len(one) == len(other) == 1 and not self.pairs[0][0].folded:
                found = _tested(one[0], other[0])
                if found is not None:
                    sure = level(found.difference, found.p, self.knowledge.collected.rope)
                    return sure in (Level.SURE, Level.PROBABLE)
        return abs(mean) > self.knowledge.collected.rope

    @cached_property
    def says(self) -> str:
        """The numbers of both sides, or their means."""
        folded = any(config.folded for config in self.ours)
        sides = []
        for configs, names, at in ((self.ours, self.named[0], 0), (self.theirs, self.named[1], 1)):
            inside = {id(pair[at]) for pair in self.pairs}
            values = self._points([config for config in configs if not inside or id(config) in inside])
            if values:
                sides.append((called(names, configs), fmean(values)))
        average = " de media" if len(self.ours) > 1 or len(self.theirs) > 1 else ""
        metric = of_metric(self.measure, "validation" if folded else "test")
        return f"{metric}{average}: {listed(sides, self.measure.metric)}"


def _tested(one: Result, other: Result) -> Paired | Unpaired | None:
    """Two runs compared by the best means there are; None where nothing is known to compare."""
    return compared(one, other) if len(measured((one, other))) > 1 else None
