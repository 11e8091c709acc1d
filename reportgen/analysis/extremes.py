"""Takes runs on the same images, gives how far the chosen one is from the worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.alike import lowest
from reportgen.analysis.collected import Result
from reportgen.analysis.comparing import compared, family, measured, right_share
from reportgen.analysis.effects import cohens_h
from reportgen.analysis.selection import select
from reportgen.analysis.statistics import ALPHA, Paired, Unpaired


@dataclass(frozen=True, slots=True)
class Extremes:
    """The run that validation chooses against the one with the lowest test accuracy.

    Attributes:
        chosen: by validation.
        worst: of several with the lowest accuracy the first declared; ``chosen`` itself if it has it.
        level: others that are shown to be as bad as the worst.
        h: Cohen's h of the two test accuracies, 0 when they are one run.
        compared: by the best means there are (``comparing.py``); None where there are none.
        p: adjusted by Holm over all comparisons with the chosen one; 1 when they are one run or not compared.
    """

    chosen: Result
    worst: Result
    level: tuple[Result, ...]
    h: float
    compared: Paired | Unpaired | None
    p: float

    @property
    def demonstrable(self) -> bool:
        """Whether the images tell the two apart."""
        return self.p < ALPHA


def extremes(results: Sequence[Result], absent: int = 0) -> Extremes | None:
    """Both ends of those of a family of finished runs that have a test accuracy; ``absent`` as for ties.

    None with fewer than two or without a validation score.
    """
    results = measured(results)
    chosen = select(results)
    if chosen is None or len(results) <= 1:
        return None
    accuracies = {result.key: right_share(result) or 0.0 for result in results}
    least = min(accuracies.values())
    worst = next(result for result in (chosen, *results) if accuracies[result.key] == least)
    level = [item for item in lowest(results, lambda item: accuracies[item.key]) if item.key != worst.key]
    others = [result for result in results if result.key != chosen.key]
    found = family([(chosen, other) for other in others], absent)
    adjusted = dict(zip((other.key for other in others), found.p, strict=True))
    return Extremes(
        chosen,
        worst,
        tuple(level),
        cohens_h(accuracies[chosen.key], least),
        compared(chosen, worst),
        adjusted.get(worst.key, 1.0),
    )
