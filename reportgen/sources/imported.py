"""Takes nothing, gives the values of results made elsewhere, as their files say them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIANT = "variant"
"""The axis of runs that only have a name."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What one run says of each test image.

    Attributes:
        digest: SHA-256 of all of it.
        classes: names of the classes.
        labels: true class of each image, as a position in ``classes``.
        predicted: the class it says, likewise.
        probabilities: of each image and class, image after image; empty where only the class is known.
    """

    digest: str
    classes: tuple[str, ...]
    labels: array[int]
    predicted: array[int]
    probabilities: array[float]


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """One run that was trained elsewhere; None and empty where its files do not say.

    Attributes:
        line: of the file that tells it, for what is wrong with it.
        parameters: axis -> value, a number where it is one.
        labels: axis -> the value as the report shows it.
        label: what its author calls it; empty to be made of the axes.
        seed: the seed, None where none is told.
        metrics: part of the data -> ``accuracy`` and ``loss``.
        seconds: training time.
        epochs: that it ran.
        parameters_count: numbers in its weights.
        images: test images that it was measured on.
        inference: milliseconds per image that it takes to answer.
        history: column -> one value for each epoch, None where not finite.
        predictions: what it says of each test image.
    """

    line: int
    parameters: Mapping[str, Any]
    labels: Mapping[str, str]
    label: str = ""
    seed: int | None = None
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seconds: float | None = None
    epochs: int | None = None
    parameters_count: int | None = None
    images: int | None = None
    inference: float | None = None
    history: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    predictions: Predictions | None = None


@dataclass(frozen=True, slots=True)
class ImportedStudy:
    """The runs of one study; ``axes`` maps axes to the names that its author gives them, empty for none.

    ``digest`` is the SHA-256 of the files.
    """

    axes: Mapping[str, str]
    runs: tuple[ImportedRun, ...]
    digest: str
