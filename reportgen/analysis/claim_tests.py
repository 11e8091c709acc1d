"""Takes two groups of configurations, or one and a bound, gives how they compare and by what.

What varies decides the test, as everywhere in a report: folds (Nadeau & Bengio, 2003), else three common
seeds (paired t), else three combinations of the paired axes (paired t over them, for these networks), else
the images of two trained networks (``comparing.py``). Nothing else is tested: what was measured once, and
of which nobody knows how much it varies, cannot decide anything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from reportgen.analysis.arms import ArmResults, repetition
from reportgen.analysis.claim_sides import Cell, Group, measured
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparing import compared, images_behind, margin_p
from reportgen.analysis.grid import UNITS
from reportgen.analysis.resources import condition
from reportgen.analysis.seeds import FEWEST
from reportgen.analysis.statistics import (
    UNVARIED,
    Interval,
    Unpaired,
    corrected_t,
    share_p,
    unpaired,
    unpaired_margin_p,
    wilson,
)
from reportgen.records.model import Status

PARAMETERS, SECONDS = "parameters", "seconds"
"""What is counted, and what depends on the machine."""
CONDITIONS = ("device", "cpu", "threads", "concurrent_runs", "compiled")
"""What makes up a ``Condition``, in its order."""


class Covers(StrEnum):
    """What varies in the interval: images of two trained networks, paired or each on its own, or trainings.

    ``EXACT`` numbers are counted and vary in nothing.
    """

    IMAGES = "images"
    COUNTS = "counts"
    SEEDS = "seeds"
    COMBINATIONS = "combinations"
    FOLDS = "folds"
    EXACT = "exact"


class Reason(StrEnum):
    """Why results cannot decide a claim."""

    DATA = "data"
    BUDGET = "budget"
    CONDITIONS = "conditions"
    SPLIT = "split"
    WAITING = "waiting"
    MISSING = "missing"
    FAILED = "failed"
    NONE = "none"
    MANY = "many"
    UNMEASURED = "unmeasured"
    FOLDED = "folded"
    PARTS = "parts"
    FEW = "few"
    UNVARIED = "unvaried"
    UNTESTED = "untested"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a comparison.

    Attributes:
        metric: ``test.accuracy``, ``seconds``...
        sign: 1 where more is claimed, -1 where less is.
        margin: by how much at least.
        bound: that the group is to lie beyond; None for a comparison of two.
        same_budget: whether networks that were given other numbers of epochs are refused.
    """

    metric: str
    sign: int = 1
    margin: float = 0.0
    bound: float | None = None
    same_budget: bool = True


@dataclass(frozen=True, slots=True)
class Test:
    """A difference with what is known of its chance.

    Attributes:
        covers: what the interval covers.
        difference: first minus second or bound, with its 95 % interval.
        p: two-sided, of no difference beyond the margin; unadjusted.
        units: seeds, combinations or folds behind it; 1 for trained networks.
        of_seeds: whether networks of the first seed stand for several.
    """

    covers: Covers
    difference: Interval
    p: float
    units: int = 1
    of_seeds: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """How one comparison came out, or why it did not.

    Attributes:
        first: the group that is claimed to be better, or to lie beyond the bound.
        second: the other one; None with a bound.
        test: None where nothing can be said.
        reason: why not.
        fields: of the language, in which the two differ so that they cannot be compared.
        value: mean of the first group; None where nothing was measured.
        other: that of the second; None with a bound.
        differences: one for each combination of the paired axes.
        lost: runs without a result, on both sides.
        declared: runs on both sides.
        budgets: the distinct planned epochs of each group.
        runs: keys behind the value.
        other_runs: keys behind the other value.
    """

    first: Group
    second: Group | None
    test: Test | None = None
    reason: Reason | None = None
    fields: tuple[str, ...] = ()
    value: float | None = None
    other: float | None = None
    differences: tuple[float, ...] = ()
    lost: int = 0
    declared: int = 0
    budgets: tuple[tuple[int, ...], ...] = ()
    runs: tuple[str, ...] = ()
    other_runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """One combination with one seed and fold: the run of each group there, and what was measured of it."""

    cell: Cell
    seed: int
    fold: int | None
    runs: tuple[Result, ...]
    values: tuple[float, ...]
    difference: float


Unit = Callable[[_Place], Hashable]
"""What a place belongs to: its fold, its seed, or its combination."""


def compare(collected: Collected, first: Group, second: Group | None, asked: Asked) -> Compared:
    """Two groups of configurations on the same data, or one against a bound."""
    both = [first] if second is None else [first, second]
    declared = tuple(_declared(both))
    places = tuple(_places(both, asked))
    reason, fields = _refused(declared, places, asked)
    material = _laid(places, len({result.plan.seed for result in declared}) > 1)
    test = None if reason else _test(collected, material, asked)
    if isinstance(test, Reason):
        reason, test = test, None
    sides = [tuple(dict.fromkeys(place.runs[at].key for place in material.places)) for at in range(len(both))]
    return Compared(
        first=first,
        second=second,
        test=test,
        reason=reason,
        fields=fields,
        value=material.mean(0),
        other=material.mean(1) if second is not None else None,
        differences=tuple(_by(material.places, lambda place: place.cell).values()),
        lost=sum(not result.ok for result in declared),
        declared=len(declared),
        budgets=tuple(_budgets(places, at) for at in range(len(both))),
        runs=sides[0],
        other_runs=sides[1] if second is not None else (),
    )


@dataclass(frozen=True, slots=True)
class _Material:
    """The places that count, and what makes one unit of what varies.

    ``covers`` is what an interval over the units covers; of trained networks it is what they were tested on.
    """

    places: tuple[_Place, ...]
    covers: Covers
    unit: Unit
    several: bool = False

    def mean(self, at: int) -> float | None:
        """Mean over the units of what was measured of a group; None without any."""
        groups: dict[Hashable, list[float]] = {}
        for place in self.places:
            groups.setdefault(self.unit(place), []).append(place.values[at])
        return fmean(fmean(values) for values in groups.values()) if groups else None


def _laid(places: tuple[_Place, ...], several: bool) -> _Material:
    """By what varies: folds, three seeds that all combinations finished, combinations, else nothing."""
    if any(place.fold is not None for place in places):
        return _Material(places, Covers.FOLDS, lambda place: place.fold)
    cells = {place.cell for place in places}
    seeds = {
        seed
        for seed in (place.seed for place in places)
        if len({place.cell for place in places if place.seed == seed}) == len(cells)
    }
    if len(seeds) >= FEWEST:
        whole = tuple(place for place in places if place.seed in seeds)
        return _Material(whole, Covers.SEEDS, lambda place: place.seed)
    if len(cells) > 1:
        return _Material(places, Covers.COMBINATIONS, lambda place: place.cell)
    return _Material(places[:1], Covers.IMAGES, lambda place: place.cell, several)


def _common(both: Sequence[Group]) -> tuple[Cell, ...]:
    return tuple(cell for cell in both[0].arms if all(cell in group.arms for group in both))


def _declared(both: Sequence[Group]) -> Iterator[Result]:
    """Every run that the comparison is about, whatever came of it."""
    for group in both:
        yield from (result for cell in _common(both) for result in group.arms[cell].results)


def _places(both: Sequence[Group], asked: Asked) -> Iterator[_Place]:
    """Where both groups have a finished run with equal seed and fold of which the metric is known."""
    for cell in _common(both):
        sides = [_measured(group.arms[cell], asked.metric) for group in both]
        for again in sides[0]:
            if all(again in side for side in sides):
                runs = tuple(side[again][0] for side in sides)
                values = tuple(side[again][1] for side in sides)
                other = values[1] if asked.bound is None else asked.bound
                yield _Place(cell, *again, runs, values, values[0] - other)


def _measured(arm: ArmResults, metric: str) -> dict[tuple[int, int | None], tuple[Result, float]]:
    found = ((result, measured(result, metric)) for result in arm.ok())
    return {repetition(result): (result, value) for result, value in found if value is not None}


def _by(places: Sequence[_Place], unit: Unit) -> dict[Hashable, float]:
    """Unit -> mean difference of its places."""
    groups: dict[Hashable, list[float]] = {}
    for place in places:
        groups.setdefault(unit(place), []).append(place.difference)
    return {name: fmean(values) for name, values in groups.items()}


# --- what cannot be compared -------------------------------------------------------------------------


def _refused(
    declared: Sequence[Result], places: Sequence[_Place], asked: Asked
) -> tuple[Reason | None, tuple[str, ...]]:
    """Why there is nothing to test, and the fields of the language that differ."""
    if any(result.record.status is Status.MISSING for result in declared):
        return Reason.MISSING, ()
    if len({result.plan.folds for result in declared}) > 1:
        return Reason.SPLIT, ("folds",)
    if not places:
        return _empty(declared), ()
    if asked.same_budget and any(_epochs(place) for place in places):
        return Reason.BUDGET, ("epochs",)
    if asked.metric == SECONDS and asked.bound is None and (fields := _conditions(places)):
        return Reason.CONDITIONS, fields
    return None, ()


def _empty(declared: Sequence[Result]) -> Reason:
    """Why there is nothing to compare."""
    if not declared:
        return Reason.NONE
    return Reason.UNMEASURED if all(result.ok for result in declared) else Reason.FAILED


def _epochs(place: _Place) -> bool:
    """Whether the runs were given other numbers of epochs; of those trained elsewhere nobody knows."""
    return len({result.planned_epochs for result in place.runs if not result.imported}) > 1


def _budgets(places: Sequence[_Place], at: int) -> tuple[int, ...]:
    found = {place.runs[at].planned_epochs for place in places if not place.runs[at].imported}
    return tuple(sorted(found))


def _conditions(places: Sequence[_Place]) -> tuple[str, ...]:
    """In what the runs were timed otherwise than each other; all of it where that is unknown."""
    runs = [result for place in places for result in place.runs]
    found = [condition(result) for result in runs]
    known = [item for item in found if item is not None]
    if len(known) < len(found):
        return CONDITIONS
    fields = tuple(name for at, name in enumerate(CONDITIONS) if len({item[at] for item in known}) > 1)
    return fields + (("shared",) if len({bool(result.record.shared) for result in runs}) > 1 else ())


# --- what can be tested ------------------------------------------------------------------------------


def _test(collected: Collected, material: _Material, asked: Asked) -> Test | Reason:
    """By what varies most of what is known."""
    if asked.metric == PARAMETERS:
        return _counted(material.places, asked)
    units = _by(material.places, material.unit)
    if material.covers is Covers.FOLDS:
        if not asked.metric.startswith("validation."):
            return Reason.FOLDED
        folds = max(result.plan.folds for place in material.places for result in place.runs)
        return _over(units, Covers.FOLDS, asked, 2, 1 / (folds - 1))
    if material.covers is Covers.IMAGES:
        return _networks(collected, material, asked)
    return _over(units, material.covers, asked, UNITS)


def _over(
    differences: Mapping[Hashable, float], covers: Covers, asked: Asked, fewest: int, ratio: float = 0.0
) -> Test | Reason:
    """A t test of the mean difference over units that vary."""
    if len(differences) < fewest:
        return Reason.PARTS if covers is Covers.FOLDS else Reason.FEW
    values = list(differences.values())
    if max(values) - min(values) < UNVARIED:
        return Reason.UNVARIED
    shift = asked.sign * asked.margin
    found = corrected_t([value - shift for value in values], ratio)
    around = found.difference
    moved = Interval(around.value + shift, around.low + shift, around.high + shift)
    return Test(covers, moved, found.p, len(values))


def _counted(places: Sequence[_Place], asked: Asked) -> Test:
    """What is no measurement: the claim holds if it does everywhere."""
    least = min(asked.sign * place.difference for place in places) * asked.sign
    return Test(Covers.EXACT, Interval(least, least, least), 0.0, len(places))


def _networks(collected: Collected, material: _Material, asked: Asked) -> Test | Reason:
    """Trained networks on the images that they were measured on, those of the first common seed."""
    (place,), several = material.places, material.several
    shift = asked.sign * asked.margin
    if asked.metric == "test.accuracy" and asked.bound is None:
        item = compared(*place.runs)
        if item is None:
            return Reason.UNTESTED
        covers = Covers.COUNTS if isinstance(item, Unpaired) else Covers.IMAGES
        p = margin_p(place.runs[0], place.runs[1], shift) if shift else item.p
        return Test(covers, item.difference, p, of_seeds=several)
    if asked.metric not in ("test.accuracy", "validation.accuracy"):
        return Reason.ONCE
    images = [_images(collected, result, asked.metric) for result in place.runs]
    told = [(round(value * count), count) for value, count in zip(place.values, images, strict=True) if count]
    if len(told) < len(images):
        return Reason.UNTESTED
    if asked.bound is not None:
        return Test(Covers.IMAGES, *_beyond(told[0], asked.bound), of_seeds=several)
    own = unpaired(*told)
    p = unpaired_margin_p(told[0], told[1], shift) if shift else own.p
    return Test(Covers.COUNTS, own.difference, p, of_seeds=several)


def _beyond(told: tuple[int, int], bound: float) -> tuple[Interval, float]:
    """A share less the bound, with Wilson's interval, and the p-value of the exact binomial test."""
    found = wilson(*told)
    moved = Interval(found.value - bound, found.low - bound, found.high - bound)
    return moved, share_p(*told, bound)


def _images(collected: Collected, result: Result, metric: str) -> int | None:
    """How many images a share is of; None where it is not told."""
    if metric == "test.accuracy":
        return images_behind(result)
    if collected.data is None or result.imported:
        return None
    return sum(collected.data.counts.get("validation", ())) or None
