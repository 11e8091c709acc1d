"""Takes labels and a seed, gives the indices of stratified samples, splits and folds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]

TEST, VALIDATION, SUBSET_TRAIN, SUBSET_TEST, FOLDS, SAMPLES = range(6)
"""Purposes: each draws from its own stream, so that changing one leaves the others as they were."""

MIN_FOLDS = 2


def stream(seed: int, purpose: int, *more: int) -> np.random.Generator:
    """The random numbers for one purpose."""
    return np.random.default_rng([seed, purpose, *more])


def size_of(part: float | int, available: int, name: str) -> int:
    """Images in a part declared as a fraction (a float) or as a number (an int).

    Raises:
        ValueError: the part would be empty or take everything.
    """
    size = round(part * available) if isinstance(part, float) else int(part)
    if not 0 < size < available:
        raise ValueError(f"la parte de {name} ({part}) no cabe en {available} imágenes: quedarían 0 o menos")
    return size


def quotas(counts: Indices, size: int) -> Indices:
    """How many of each class make a sample of ``size``: proportional, by largest remainder.

    With at least as many places as classes, no class that exists is left without one.
    """
    exact = counts * (size / counts.sum())
    taken = np.floor(exact).astype(np.int64)
    least = (counts > 0).astype(np.int64) * int(size >= np.count_nonzero(counts))
    taken = np.maximum(taken, least)
    order = np.argsort(-(exact - taken), kind="stable")
    while taken.sum() < size:
        for number in order:
            if taken.sum() < size and taken[number] < counts[number]:
                taken[number] += 1
    while taken.sum() > size:
        excess = np.where(taken > least, taken - exact, -np.inf)
        taken[int(np.argmax(excess))] -= 1
    return taken


def draw(labels: Indices, size: int, random: np.random.Generator) -> tuple[Indices, Indices]:
    """A stratified sample of ``size`` and the rest, both as sorted positions in ``labels``."""
    counts = np.bincount(labels).astype(np.int64)
    chosen = [
        random.permutation(np.flatnonzero(labels == number))[:quota]
        for number, quota in enumerate(quotas(counts, size))
    ]
    sample = np.sort(np.concatenate(chosen)).astype(np.int64)
    rest = np.setdiff1d(np.arange(len(labels)), sample).astype(np.int64)
    return sample, rest


def fold(labels: Indices, folds: int, index: int, random: np.random.Generator) -> tuple[Indices, Indices]:
    """(validation, training) of one of ``folds`` stratified folds, as sorted positions in ``labels``.

    The images of each class are shuffled and dealt in turn; the dealing goes on from class to class,
    so that the folds differ by one image at most.

    Raises:
        ValueError: fewer images than folds, or no such fold.
    """
    if not MIN_FOLDS <= folds <= len(labels) or not 0 <= index < folds:
        raise ValueError(f"no hay partición {index + 1} de {folds} en {len(labels)} imágenes")
    dealt = np.empty(len(labels), np.int64)
    order = np.concatenate(
        [random.permutation(np.flatnonzero(labels == number)) for number in range(int(labels.max()) + 1)]
    )
    dealt[order] = np.arange(len(labels)) % folds
    return np.flatnonzero(dealt == index), np.flatnonzero(dealt != index)
