"""Many variants of one study, told as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from support.results import variants

from reportgen.analysis.collected import Collected

NAMES = ("base", "una", "dos", "tres", "cuatro")


def ladder(outcomes: Sequence[float | None]) -> Collected:
    """A base and variants, each of which extends the one before."""
    names = NAMES[: len(outcomes)]
    extends = dict(zip(names, ("", *names), strict=False))
    return variants(dict(zip(names, outcomes, strict=True)), extends)


CASES = {
    "variants_overview supported all": lambda: ladder([0.4, 0.5, 0.6, 0.7, 0.8]),
    "variants_overview supported some": lambda: ladder([0.4, 0.5, 0.501, 0.6, 0.7]),
    "variants_overview refuted all": lambda: ladder([0.8, 0.7, 0.6, 0.5, 0.4]),
    "variants_overview refuted one": lambda: ladder([0.8, 0.7, 0.7, 0.7, 0.7]),
    "variants_overview inconclusive none": lambda: ladder([0.7, 0.7, 0.701, 0.7, 0.7]),
    "variants_overview inconclusive mixed": lambda: ladder([0.5, 0.6, 0.7, 0.8, 0.6]),
    "variants_overview inconclusive mixed open": lambda: ladder([0.5, 0.6, 0.601, 0.8, 0.6]),
}
