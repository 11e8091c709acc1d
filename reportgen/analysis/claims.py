"""Takes collected results, gives each of the author's claims decided, with what decides it.

The claims of a configuration are one family: their p-values are adjusted by Holm over all of them, those
that cannot be judged and those on other data sets counted as if they had found nothing. A claim on several
rivals holds only if it holds against each, which needs no correction among them (Berger, 1982); that it
fails against one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from reportgen.analysis.claim_sides import groups
from reportgen.analysis.claim_tests import (
    PARAMETERS,
    SECONDS,
    Asked,
    Compared,
    Covers,
    Reason,
    Test,
    compare,
)
from reportgen.analysis.collected import Collected
from reportgen.analysis.declared import DeclaredClaim
from reportgen.analysis.evidence import Level, level
from reportgen.analysis.statistics import ALPHA, Interval, holm
from reportgen.plan.differences import differences
from reportgen.spec.keras_names import less_is_better

_Row = tuple[Compared, Interval, Level, float]
_APART = (Level.SURE, Level.PROBABLE)


class Outcome(StrEnum):
    """What the results say of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many comparisons of a claim hold, are left open and fail, each on its own.

    That all hold needs no correction among them; to say of some that they do does (Holm, 1979).
    """

    holding: int = 0
    undecided: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A claim with what the results say of it.

    Attributes:
        declared: the claim.
        asked: what was measured and asked.
        outcome: what came of it.
        level: how sure the comparison is that it hangs on; None where nothing is judged.
        compared: every comparison that it is about.
        decisive: the one that it hangs on: the rival that turns it down, else the one that it beats by the
            least; None where no configurations could be set against each other.
        p: of that comparison, adjusted.
        family: claims that were adjusted for.
        reason: why it cannot be judged; None where it can.
        fields: of the language, in which the two sides differ.
        tally: how many of the comparisons hold and fail.
    """

    declared: DeclaredClaim
    asked: Asked
    outcome: Outcome
    level: Level | None = None
    compared: tuple[Compared, ...] = ()
    decisive: Compared | None = None
    p: float = 1.0
    family: int = 1
    reason: Reason | None = None
    fields: tuple[str, ...] = ()
    tally: Tally = Tally()


def decided(collected: Collected) -> tuple[Decided, ...]:
    """Every claim of a data set, in the order of the file."""
    found = [_Claim(collected, claim) for claim in collected.claims]
    others = max(collected.family, len(found)) - len(found)
    adjusted = holm([*(claim.p for claim in found), *[1.0] * others])
    return tuple(claim.decided(p, len(adjusted)) for claim, p in zip(found, adjusted, strict=False))


class _Claim:
    """A claim with its comparisons, before it is known what the others of its family say."""

    def __init__(self, collected: Collected, declared: DeclaredClaim) -> None:
        self.declared = declared
        self.rope = collected.rope
        self.asked = _asked(collected, declared)
        self.reason: Reason | None = None
        self.fields: tuple[str, ...] = ()
        self.compared = tuple(self._comparisons(collected))

    def _comparisons(self, collected: Collected) -> Iterator[Compared]:
        """One for each pair of groups; none, with the reason, where there are no pairs."""
        first, *rest = self.declared.data
        if any(data.key != first.key for data in rest):
            recipes = [data.content() for data in self.declared.data]
            self.reason = Reason.DATA
            self.fields = tuple(change.field for change in differences(*recipes))
            return
        studies = {study.id: study for study in collected.studies}
        if any(studies[side.study].pending for side in self.declared.sides):
            self.reason = Reason.WAITING
            return
        found = groups(collected, self.declared)
        empty = [side for side, own in zip(self.declared.sides, found, strict=True) if not own]
        if empty:
            self.reason = Reason.MISSING if empty[0].best else Reason.NONE
        elif all(own[1:] for own in found[:2]) and len(found) > 1:
            self.reason = Reason.MANY
        elif len(found) == 1:
            yield from (compare(collected, group, None, self.asked) for group in found[0])
        else:
            yield from (compare(collected, one, other, self.asked) for one, other in product(*found))

    @property
    def _tested(self) -> list[tuple[Compared, Test]]:
        return [(item, item.test) for item in self.compared if item.test is not None]

    @property
    def p(self) -> float:
        """Of the claim: where it is ahead everywhere the largest, else the smallest of where it is not.

        1 where a comparison that it needs cannot be made.
        """
        tested = self._tested
        behind = [test.p for _, test in tested if self._gain(test).value <= 0]
        if behind:
            return min(1.0, len(tested) * min(behind))
        whole = len(tested) == len(self.compared)
        return max((test.p for _, test in tested), default=1.0) if whole else 1.0

    def _gain(self, test: Test) -> Interval:
        """By how much more than the margin the difference speaks for the claim."""
        sign, margin = self.asked.sign, self.asked.margin
        bounds = sorted((sign * test.difference.low - margin, sign * test.difference.high - margin))
        return Interval(sign * test.difference.value - margin, *bounds)

    def _adjusted(self, test: Test, times: float) -> float:
        """The p-value of one comparison; one that speaks against the claim counts its rivals too."""
        against = self._gain(test).value <= 0
        return min(1.0, test.p * times * (len(self._tested) if against else 1))

    def _level(self, test: Test, p: float) -> Level:
        """How sure the comparison is; without a practical threshold where none is declared for the metric."""
        gain = self._gain(test)
        if test.covers is Covers.EXACT:
            return Level.SURE
        plain = self.asked.bound is None and not self.asked.margin
        if plain and self.asked.metric.endswith("accuracy"):
            return level(gain, p, self.rope)
        return Level.SURE if p < ALPHA and (gain.low > 0 or gain.high < 0) else Level.OPEN

    def decided(self, adjusted: float, family: int) -> Decided:
        """What comes of it, with its p-value adjusted for its family."""
        times = adjusted / self.p if self.p else 1.0
        judged = [
            (item, self._gain(test), self._level(test, p), p)
            for item, test in self._tested
            for p in [self._adjusted(test, times)]
        ]
        against = [row for row in judged if row[2] is Level.ALIKE or (row[2] in _APART and row[1].value <= 0)]
        tally = self._tally(times, against)
        unjudged = next((item for item in self.compared if item.test is None), None)
        if against:
            return self._found(Outcome.FAILS, min(against, key=lambda row: row[1].value), family, tally)
        if unjudged is not None or not judged:
            return self._unjudged(unjudged, family)
        undecided = [row for row in judged if row[2] is Level.OPEN]
        if undecided:
            return self._found(Outcome.OPEN, min(undecided, key=lambda row: row[1].value), family, tally)
        least = [row for row in judged if row[2] is Level.PROBABLE] or judged
        return self._found(Outcome.HOLDS, min(least, key=lambda row: row[1].value), family, tally)

    def _tally(self, times: float, against: Sequence[_Row]) -> Tally:
        """The comparisons by what each says on its own, ``times`` its p-value for the other claims."""
        failing = {id(item) for item, *_ in against}
        adjusted = holm([test.p for _, test in self._tested])
        holding = sum(
            id(item) not in failing
            and self._gain(test).value > 0
            and self._level(test, min(1.0, p * times)) in _APART
            for (item, test), p in zip(self._tested, adjusted, strict=True)
        )
        return Tally(holding, len(self._tested) - holding - len(failing), len(failing))

    def _found(self, outcome: Outcome, row: _Row, family: int, tally: Tally) -> Decided:
        decisive, _, sure, p = row
        return Decided(
            self.declared, self.asked, outcome, sure, self.compared, decisive, p, family, tally=tally
        )

    def _unjudged(self, first: Compared | None, family: int) -> Decided:
        return Decided(
            self.declared,
            self.asked,
            Outcome.UNJUDGED,
            compared=self.compared,
            decisive=first,
            family=family,
            reason=first.reason if first is not None else self.reason,
            fields=first.fields if first is not None else self.fields,
        )


def _asked(collected: Collected, declared: DeclaredClaim) -> Asked:
    claim = declared.claim
    metric = claim.metric or _usual(collected, declared)
    less = less_is_better(metric) or metric in (PARAMETERS, SECONDS)
    bound = claim.below if claim.above is None else claim.above
    if bound is not None:
        less = claim.above is None
    varied = any("epochs" in side.where for side in declared.sides)  # then the budget is what is claimed of
    return Asked(
        metric=metric,
        sign=-1 if less else 1,
        margin=claim.by or 0.0,
        bound=bound,
        same_budget=claim.same_budget and not varied,
    )


def _usual(collected: Collected, declared: DeclaredClaim) -> str:
    """Accuracy on the test images; with folds on the images that each leaves out."""
    homes = {side.study for side in declared.sides}
    folded: Sequence[bool] = [study.folded for study in collected.studies if study.id in homes]
    return "validation.accuracy" if any(folded) else "test.accuracy"
