"""Takes a study, gives the pairs of its runs that differ in one respect, and in what runs differ at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.evidence import Level, level
from reportgen.analysis.statistics import Paired, holm, paired

Recipe = dict[str, Any]
Parts = list[Any]
IRRELEVANT = ("metrics",)
"""Parts of the training that change what is measured and not what is learned."""


@dataclass(frozen=True, slots=True)
class Respect:
    """One thing that recipes may differ in.

    Attributes:
        code: of the finding that tells of it.
        take: takes it out of a recipe, which it changes, and gives what it took.
        amount: how much of it that is; 0 is without it. The argument is the number of pixels of an image.
        from_nothing: whether only runs without it are something to compare with.
    """

    code: str
    take: Callable[[Recipe], Parts]
    amount: Callable[[Parts, int], float]
    from_nothing: bool = True


def _layers(*names: str) -> Callable[[Recipe], Parts]:
    """Takes out the layers of these names."""

    def take(recipe: Recipe) -> Parts:
        layers = recipe["model"]["layers"]
        recipe["model"]["layers"] = [layer for layer in layers if layer.get("layer") not in names]
        return [layer for layer in layers if layer.get("layer") in names]

    return take


def _of_backbone(field: str) -> Callable[[Recipe], Parts]:
    """Takes a field out of the published architectures."""

    def take(recipe: Recipe) -> Parts:
        return [layer.pop(field, None) for layer in recipe["model"]["layers"] if "backbone" in layer]

    return take


def _augmentation(recipe: Recipe) -> Parts:
    found: Parts = recipe["training"].get("augmentation") or []
    recipe["training"]["augmentation"] = []
    return found


def _regularizers(recipe: Recipe) -> Parts:
    found = [
        [layer.pop(name) for name in sorted(layer) if name.endswith("_regularizer")]
        for layer in recipe["model"]["layers"]
    ]
    return list(chain.from_iterable(found))


def _any(parts: Parts, _: int) -> float:
    return float(any(part.get("rate", True) if isinstance(part, Mapping) else part for part in parts))


def _trained(parts: Parts, _: int) -> float:
    """Frozen 0, from some layer on in between, whole 1."""
    return max((0.5 if isinstance(part, str) else float(bool(part)) for part in parts), default=0.0)


def _learned(parts: Parts, _: int) -> float:
    return float(any(part not in (None, "none") for part in parts))


def _pixels(parts: Parts, native: int) -> float:
    return float(parts[-1]["height"] * parts[-1]["width"]) if parts else float(native)


DROPOUT = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
           "GaussianDropout")  # fmt: skip
RESPECTS = (
    Respect("dropout_effect", _layers(*DROPOUT), _any),
    Respect("batchnorm_effect", _layers("BatchNormalization"), _any),
    Respect("augmentation_effect", _augmentation, _any),
    Respect("regularizer_effect", _regularizers, _any),
    Respect("image_size_effect", _layers("Resizing"), _pixels, from_nothing=False),
    Respect("transfer_effect", _of_backbone("weights"), _learned),
    Respect("frozen_vs_trainable", _of_backbone("trainable"), _trained),
)
"""Images of another size in the data set are another data set, and nothing is compared across those; so only
layers that resize count."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two runs, one with more of something than the other and else alike; positive differences favour it.

    ``p`` is McNemar's, adjusted by Holm over the study's pairs of the same respect, ``family`` in number;
    those count as well of which a run has no result.
    """

    more: Result
    less: Result
    compared: Paired
    p: float
    family: int
    level: Level


def contrasts(study: StudyResults, respect: Respect, rope: float, native: int) -> tuple[Contrast, ...]:
    """The pairs of a study that differ in one respect only, with equal seeds, compared on the same images.

    Args:
        study: whose runs are paired with each other; runs of folds or of no known recipe are not.
        respect: in which they differ.
        rope: the practical threshold.
        native: number of pixels of an image of the data set.
    """
    declared = {item.key: item for item in study.results if not item.folded and not item.imported}
    pairs = _pairs([item for item in declared.values() if item.ok], respect, native)
    compared = [paired(more.correct(), less.correct()) for more, less in pairs]
    absent = max(0, len(_pairs(tuple(declared.values()), respect, native)) - len(pairs))
    adjusted = holm([item.p for item in compared], absent)
    return tuple(
        Contrast(more, less, item, p, len(pairs) + absent, level(item.difference, p, rope))
        for (more, less), item, p in zip(pairs, compared, adjusted, strict=True)
    )


def _pairs(results: Sequence[Result], respect: Respect, native: int) -> list[tuple[Result, Result]]:
    """(more, least) of all that differ in the respect only."""
    groups: dict[str, list[tuple[float, Result]]] = {}
    for result in results:
        recipe = result.plan.content()
        amount = respect.amount(respect.take(recipe), native)
        groups.setdefault(json.dumps(recipe, sort_keys=True), []).append((amount, result))
    return [
        (more, less)
        for group in groups.values()
        if (least := min(amount for amount, _ in group)) == 0 or not respect.from_nothing
        for base, less in group
        if base == least
        for amount, more in group
        if amount > least
    ]


def differing_in(one: Result, other: Result) -> tuple[str, ...]:
    """In what two recipes differ: codes of :data:`RESPECTS`, parts of the training, ``layers``, ``output``.

    Seeds and folds are no difference, nor are metrics that are only measured.
    """
    before, after = one.plan.content(), other.plan.content()
    found = [
        respect.code for respect in RESPECTS if _token(respect.take(before)) != _token(respect.take(after))
    ]
    training = dict.fromkeys((*before["training"], *after["training"]))
    found += [
        name
        for name in training
        if name not in IRRELEVANT and before["training"].get(name) != after["training"].get(name)
    ]
    found += [name for name in ("layers", "output") if before["model"][name] != after["model"][name]]
    return tuple(found)


def _token(parts: Parts) -> str:
    return json.dumps(parts, sort_keys=True)
