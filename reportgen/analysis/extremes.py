"""Takes runs on the same images, gives how far the chosen one is from the worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Result
from reportgen.analysis.effects import cohens_h
from reportgen.analysis.selection import select
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired


@dataclass(frozen=True, slots=True)
class Extremes:
    """The run that validation chooses against the one with the lowest test accuracy.

    Attributes:
        chosen: by validation.
        worst: of several with the lowest accuracy the first declared; ``chosen`` itself if it has it.
        h: Cohen's h of the two test accuracies, 0 when they are one run.
        compared: on the same images.
        p: McNemar's, adjusted by Holm over all comparisons with the chosen one; 1 when they are one run.
    """

    chosen: Result
    worst: Result
    h: float
    compared: Paired
    p: float

    @property
    def demonstrable(self) -> bool:
        """Whether the images tell the two apart."""
        return self.p < ALPHA


def extremes(results: Sequence[Result]) -> Extremes | None:
    """Both ends of a family of finished runs; None with fewer than two or without a validation score.

    All runs must share the test images: that is checked by the paired comparison.
    """
    chosen = select(results)
    if chosen is None or len(results) <= 1:
        return None
    accuracies = {result.key: float(result.correct().mean()) for result in results}
    lowest = min(accuracies.values())
    worst = next(result for result in (chosen, *results) if accuracies[result.key] == lowest)
    others = [result for result in results if result.key != chosen.key]
    compared = [paired(chosen.correct(), other.correct()) for other in others]
    adjusted = dict(zip((other.key for other in others), holm([item.p for item in compared]), strict=True))
    return Extremes(
        chosen,
        worst,
        cohens_h(accuracies[chosen.key], lowest),
        paired(chosen.correct(), worst.correct()),
        adjusted.get(worst.key, 1.0),
    )
