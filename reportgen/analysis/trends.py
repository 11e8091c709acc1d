"""Takes histories, gives where learning rested, where it went back and forth, and how gaps moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportgen.analysis.collected import Result
from reportgen.analysis.curves import learning
from reportgen.analysis.pairs import Pairs

SHORTEST = 6
"""Epochs from which a curve is judged: so many that its last third has two."""
WOBBLE = 0.02
"""Validation accuracy that goes back and forth by more than this from one epoch to the next is unstable: four
times the practical threshold of half a point that reports have by default, so that the epoch at which
training happens to end would decide more than what counts as a difference."""
ENOUGH = 6
"""Pairs from which an exact sign test can find anything at all: with five, its p is 0.06 at least."""


def _validation(result: Result) -> tuple[float, ...]:
    """Validation accuracy epoch by epoch; empty where one is unknown or there are too few."""
    values = result.record.history.get("val_accuracy", ())
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) >= SHORTEST else ()


@dataclass(frozen=True, slots=True)
class Tail:
    """The last third of a run's epochs: how many they are, and how far they raised the best accuracy."""

    epochs: int
    gain: float


def tail(result: Result) -> Tail | None:
    """What the last third of the epochs brought in validation; None where that cannot be judged.

    A run that a callback ended is not judged: its last epochs are what the callback waits for; nor one that
    was trained elsewhere, of which nobody knows what ended it.
    """
    values = _validation(result)
    if not values or result.imported or result.record.epochs_run < result.planned_epochs:
        return None
    last = len(values) // 3
    return Tail(last, max(values[-last:]) - max(values[:-last]))


def wobble(result: Result) -> float | None:
    """How much validation accuracy goes back and forth, 0 to 1; None where that cannot be judged.

    The mean absolute change from one epoch to the next without what leads from the first to the last: a
    steady rise, however steep, gives 0.
    """
    values = _validation(result)
    if not values:
        return None
    path = sum(abs(after - before) for before, after in pairwise(values))
    return (path - abs(values[-1] - values[0])) / (len(values) - 1)


@dataclass(frozen=True, slots=True)
class GapPair:
    """Training minus validation accuracy of a run and of the one it starts from."""

    changed: Result
    base: Result
    before: float
    after: float

    @property
    def difference(self) -> float:
        """Change of the gap; below 0 it became smaller."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class GapChange:
    """The gaps of a study beside those of the runs it starts from.

    ``p`` is that of the exact two-sided sign test over the pairs (equal gaps left out); None where pairs
    have runs in common, which are not independent, or where there are too few for it to find anything.
    """

    pairs: tuple[GapPair, ...]
    p: float | None


def gap_change(pairs: Pairs) -> GapChange | None:
    """How the gap moved in each pair; None where it is known of none."""
    measured = [(changed, base, learning(base).gap, learning(changed).gap) for changed, base in pairs]
    known = tuple(
        GapPair(changed, base, before, after)
        for changed, base, before, after in measured
        if before is not None and after is not None
    )
    return GapChange(known, _sign_test(known)) if known else None


def _sign_test(pairs: Sequence[GapPair]) -> float | None:
    from scipy import stats

    runs = {item.key for pair in pairs for item in (pair.changed, pair.base)}
    moved = [pair.difference for pair in pairs if pair.difference]
    if len(runs) < 2 * len(pairs) or len(moved) < ENOUGH:
        return None
    return float(stats.binomtest(sum(value < 0 for value in moved), len(moved)).pvalue)
