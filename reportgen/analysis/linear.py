"""Takes finished runs, gives those without a hidden layer, and the others against the best of them."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparing import family, measured, right_share
from reportgen.analysis.evidence import Level, level
from reportgen.analysis.selection import select

AS_THEY_ARE = frozenset({"Flatten", "Identity", "Normalization", "Permute", "Rescaling", "Reshape"})
"""Layers after which the values of an image are still the same up to a shift and a scale."""
CROSS_ENTROPIES = frozenset({"auto", "categoricalcrossentropy", "sparsecategoricalcrossentropy"})
"""Losses by Keras' names, of classes and functions alike without capitals and underscores."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A network against the linear one on the same test images.

    ``beats`` is whether it is demonstrably better, ``worse`` whether it is demonstrably worse.
    """

    result: Result
    accuracy: float
    beats: bool
    worse: bool


@dataclass(frozen=True, slots=True)
class Linear:
    """The networks of a data set against its linear one.

    Attributes:
        base: the linear network that validation chooses; None where none was trained.
        judged: the others, from the lowest test accuracy to the highest.
        unknown: others that nothing is known of to compare them by.
    """

    base: Result | None
    judged: tuple[Judged, ...]
    unknown: tuple[Result, ...]


def is_linear(result: Result) -> bool:
    """Whether a run is a multinomial logistic regression on the pixels, by its recipe.

    That is: only layers that leave the image as it is stand before the output, and the loss is cross-entropy.
    Of a run that was trained elsewhere nobody knows its layers.
    """
    recipe = result.plan.content()
    loss = str(recipe["training"].get("loss", "auto")).replace("_", "").lower()
    layers = [table.get("layer") for table in recipe["model"]["layers"]]
    return not result.imported and AS_THEY_ARE.issuperset(layers) and loss in CROSS_ENTROPIES


def against_linear(collected: Collected) -> Linear:
    """Every network that may be ranked against the linear one; all pairs are one family (Holm).

    One pair is of two trained networks: of several linear ones, of other seeds too, the one that validation
    chooses is the one to beat.
    """
    ranked = measured(collected.single())
    linear = [result for result in ranked if is_linear(result)]
    others = [result for result in ranked if not is_linear(result)]
    if not linear:
        return Linear(None, (), ())
    base = select(linear) or linear[0]
    found = family([(other, base) for other in others])
    judged, unknown = [], []
    for other, compared, p in zip(others, found.comparisons, found.p, strict=True):
        if compared is None:
            unknown.append(other)
            continue
        sure = level(compared.difference, p, collected.rope) in (Level.SURE, Level.PROBABLE)
        ahead = compared.difference.value > 0
        judged.append(Judged(other, right_share(other) or 0.0, sure and ahead, sure and not ahead))
    return Linear(base, tuple(sorted(judged, key=lambda item: item.accuracy)), tuple(unknown))
