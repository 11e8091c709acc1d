"""Takes a grid, gives where the best level of one factor depends on the level of another.

What the intervals cover is said by :attr:`Interactions.unit`. Combinations of a grid with one seed are no
repetitions of one another: there the images are the unit, and the statement is on these trained networks.
From three seeds on, the seeds are. The variation between combinations is never passed off as that of seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.comparing import alongside, measured, right_share
from reportgen.analysis.grid import labels_of
from reportgen.analysis.seeds import FEWEST
from reportgen.analysis.statistics import ALPHA, UNVARIED, Interval, corrected_t, holm, paired_p

Vector = npt.NDArray[np.float64]
Simple = Mapping[tuple[tuple[str, str], frozenset[str], str], float]
"""(Axes, two levels of the first, a level of the second) -> p-value of the difference of the two there."""


class Unit(StrEnum):
    """What the intervals and tests of an interaction are over."""

    IMAGES = "images"
    SEEDS = "seeds"


@dataclass(frozen=True, slots=True)
class Crossover:
    """Two levels of a factor, each the best of all at one level of another factor.

    Attributes:
        factor: axis whose best level changes.
        other: axis that it changes with.
        first: best level of the factor at ``here``.
        second: best level at ``there``.
        here: level of the other axis.
        there: level of the other axis.
        ahead: test accuracy of ``first`` minus ``second`` at ``here``, positive.
        behind: the same at ``there``, negative.
        size: ``ahead`` minus ``behind``, the difference of the differences.
        units: test images, or seeds, that the intervals are over.
        p: the larger of the two differences' p-values, each adjusted by Holm over the whole study: both must
            be real for the order to turn (Gail & Simon, 1985).
        runs: keys behind the four accuracies.
    """

    factor: str
    other: str
    first: str
    second: str
    here: str
    there: str
    ahead: Interval
    behind: Interval
    size: Interval
    units: int
    p: float
    runs: tuple[str, ...]

    @property
    def strength(self) -> float:
        """The smaller of the two leads: what it costs at least to take the wrong level."""
        return min(self.ahead.value, -self.behind.value)

    def demonstrable(self, rope: float) -> bool:
        """Whether both leads are real and larger than the practical threshold."""
        return self.p < ALPHA and self.strength > rope


@dataclass(frozen=True, slots=True)
class Interactions:
    """All pairs of crossed factors of a grid.

    Attributes:
        unit: what is sampled: test images, for these trained networks, or seeds.
        units: how many, at least.
        pairs: pairs of factors with complete combinations.
        crossovers: from the strongest on.
        runs: keys of all runs that take part.
    """

    unit: Unit
    units: int
    pairs: int
    crossovers: tuple[Crossover, ...]
    runs: tuple[str, ...]

    def strongest(self, rope: float) -> Crossover | None:
        """The strongest one, of demonstrable ones if there are any."""
        sure = [item for item in self.crossovers if item.demonstrable(rope)]
        return next(iter(sure or self.crossovers), None)


@dataclass(frozen=True, slots=True)
class _Square:
    """Two axes: for each (level, level), accuracies over the units, shape (units,), and the keys behind."""

    axes: tuple[str, str]
    levels: tuple[tuple[str, ...], tuple[str, ...]]
    values: Mapping[tuple[str, str], Vector]
    runs: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def units(self) -> int:
        """Images or seeds."""
        return next(iter(self.values.values())).size

    def mean(self, first: str, second: str) -> float:
        """Accuracy of two levels together."""
        return float(self.values[first, second].mean())


def interactions(study: StudyResults) -> Interactions | None:
    """Where the order of levels turns; None where that cannot be judged.

    That is where two factors do not cross, no combination is complete, or the images are the unit and it is
    not known which of them each run gets right. Accuracies are of the test images. Only combinations of the
    other axes and seeds count in which every pair of levels finished, so that a failed run favours nobody.
    """
    results = measured(study.single())
    unit = _unit(results)
    if unit is Unit.IMAGES and not _answered(results):
        return None
    found = [_square(study, results, axes, unit) for axes in permutations(study.crossed, 2)]
    squares = [square for square in found if square is not None]
    if not squares:
        return None
    p_values = _p_values(squares)
    crossovers = [item for square in squares for item in _crossovers(square, p_values)]
    runs = dict.fromkeys(key for square in squares for keys in square.runs.values() for key in keys)
    return Interactions(
        unit,
        min(square.units for square in squares),
        len({frozenset(square.axes) for square in squares}),
        tuple(sorted(crossovers, key=lambda item: -item.strength)),
        tuple(runs),
    )


def _unit(results: Sequence[Result]) -> Unit:
    return Unit.SEEDS if len({result.plan.seed for result in results}) >= FEWEST else Unit.IMAGES


def _answered(results: Sequence[Result]) -> bool:
    return not results or len(alongside(results[0], results)) == len(results)


def lacks_answers(study: StudyResults) -> bool:
    """Whether the order cannot be judged because it is not known which images each run gets right."""
    results = measured(study.single())
    return _unit(results) is Unit.IMAGES and not _answered(results)


def _square(
    study: StudyResults, results: Sequence[Result], axes: tuple[str, str], unit: Unit
) -> _Square | None:
    """The accuracies of two axes, mean over all combinations of everything else that are complete.

    A pair of levels that never finished takes no part.
    """
    others = tuple(axis for axis in study.axes if axis not in axes)
    cells: dict[tuple[tuple[str, ...], int], dict[tuple[str, str], Result]] = {}
    for result in results:
        place = (result.plan.labels[axes[0]], result.plan.labels[axes[1]])
        cells.setdefault((labels_of(result, others), result.plan.seed), {})[place] = result
    places = tuple(dict.fromkeys(place for cell in cells.values() for place in cell))
    levels = tuple(dict.fromkeys(a for a, _ in places)), tuple(dict.fromkeys(b for _, b in places))
    whole = [(seed, cell) for (_, seed), cell in cells.items() if len(cell) == len(places)]
    if not whole or min(map(len, levels)) <= 1:
        return None
    seeds = tuple(dict.fromkeys(seed for seed, _ in whole))
    if unit is Unit.SEEDS and len(seeds) < FEWEST:
        return None
    values = {}
    for place in places:
        if unit is Unit.IMAGES:
            values[place] = np.mean([cell[place].correct() for _, cell in whole], axis=0)
        else:
            values[place] = np.array([_mean(whole, seed, place) for seed in seeds])
    runs = {place: tuple(cell[place].key for _, cell in whole) for place in places}
    return _Square(axes, levels, values, runs)


def _mean(
    whole: Sequence[tuple[int, Mapping[tuple[str, str], Result]]], seed: int, place: tuple[str, str]
) -> float:
    return float(np.mean([right_share(cell[place]) or 0.0 for own, cell in whole if own == seed]))


def _p_values(squares: Sequence[_Square]) -> Simple:
    """Of every two levels of the first axis at every level of the second, adjusted over all squares."""
    places: list[tuple[tuple[str, str], frozenset[str], str]] = []
    raw: list[float] = []
    absent = 0
    for square in squares:
        declared = [(a, c, b) for a, c in combinations(square.levels[0], 2) for b in square.levels[1]]
        tested = [(a, c, b) for a, c, b in declared if {(a, b), (c, b)} <= square.values.keys()]
        absent += len(declared) - len(tested)
        if not tested:
            continue
        raw += paired_p(np.array([square.values[a, b] - square.values[c, b] for a, c, b in tested]))
        places += [(square.axes, frozenset((a, c)), b) for a, c, b in tested]
    return dict(zip(places, holm(raw, absent), strict=True))


def _crossovers(square: _Square, p_values: Simple) -> list[Crossover]:
    best = {
        b: max((a for a in square.levels[0] if (a, b) in square.values), key=lambda a: square.mean(a, b))
        for b in square.levels[1]
    }
    found = []
    for here, there in combinations(square.levels[1], 2):
        first, second = best[here], best[there]
        four = ((first, here), (second, here), (first, there), (second, there))
        if not set(four) <= square.values.keys():
            continue
        ahead = square.values[first, here] - square.values[second, here]
        behind = square.values[first, there] - square.values[second, there]
        if not (ahead.mean() > UNVARIED and behind.mean() < -UNVARIED):
            continue
        pair = frozenset((first, second))
        found.append(
            Crossover(
                *square.axes,
                first,
                second,
                here,
                there,
                corrected_t(list(ahead), 0.0).difference,
                corrected_t(list(behind), 0.0).difference,
                corrected_t(list(ahead - behind), 0.0).difference,
                square.units,
                max(p_values[square.axes, pair, b] for b in (here, there)),
                tuple(key for place in four for key in square.runs[place]),
            )
        )
    return found
