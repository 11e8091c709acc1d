"""Takes nothing, gives the values a run and a data set leave behind.

All numbers are stored as measured, unrounded; ``None`` stands for a value that
does not exist or is not finite, so that no NaN ever reaches a JSON file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

SPLITS = ("train", "validation", "test")
METRICS = ("accuracy", "loss")


class Status(StrEnum):
    """How a run ended; ``missing`` is a declared run that has no record."""

    OK = "ok"
    FAILED = "failed"
    DIVERGED = "diverged"
    TIMEOUT = "timeout"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the layer table: shapes without the batch axis, parameter count."""

    name: str
    type: str
    output_shape: tuple[int | None, ...]
    parameters: int
    trainable: bool


@dataclass(frozen=True, slots=True)
class ParameterCounts:
    """Numbers of scalars in the weights of a model (the optimizer's state not counted).

    Of a model that was trained elsewhere perhaps only the total is known.
    """

    total: int
    trainable: int | None
    non_trainable: int | None


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a run was trained: an allow-list, never names of people, hosts or folders.

    ``compiled`` says whether its training steps were compiled by XLA.
    """

    python: str
    system: str
    cpu: str
    cores: int
    threads: int
    device: str
    packages: Mapping[str, str] = field(default_factory=dict)
    concurrent_runs: int = 1
    compiled: bool = False


@dataclass(frozen=True, slots=True)
class SharedPass:
    """One pass of a data set through the frozen start of a network, whose output runs are trained on.

    Attributes:
        key: of the stored features.
        view: ``plain``, or ``flipped`` for mirrored images.
        start: the frozen network and where it is cut.
        images: that were passed.
        seconds: wall time of the pass.
        bytes: of the stored features.
        threads, device: of the process that made them.
    """

    key: str
    view: str
    start: str
    images: int
    seconds: float
    bytes: int
    threads: int
    device: str


@dataclass(frozen=True, slots=True)
class Continued:
    """The first epochs of a run, which another run took with the same steps, bit for bit.

    Attributes:
        run: key of the run that took them.
        epochs: how many they are; all of the run where it only ends earlier.
    """

    run: str
    epochs: int


@dataclass(frozen=True, slots=True)
class Inference:
    """What a trained network costs to use, measured after its training in the process that trained it.

    Of a model that was trained elsewhere only the time is told.

    Attributes:
        milliseconds: wall time per image, from images in memory to answers in memory: the median of several
            calls of a warm program, compiled before.
        low, high: the quartiles of these calls: how steady it was; None where that is not told.
        batch: images per call; None where that is not told.
        calls: that were timed; 0 where that is not told.
        concurrent_runs: trainings at the same time on the machine; None where that is not told.
    """

    milliseconds: float
    low: float | None = None
    high: float | None = None
    batch: int | None = None
    calls: int = 0
    concurrent_runs: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What one training left behind.

    Attributes:
        key: SHA-256 of the run's recipe.
        status: how it ended.
        reason: why it is not ``ok``; empty otherwise.
        seconds: wall time of the training loop, validation included.
        setup_seconds: wall time before it, for tracing and compiling, which a run spares that follows
            one of the same architecture in the same process; None where unknown, and where no step was left
            to take.
        epochs_run: number of epochs really run.
        best_epoch: 1-based epoch with the lowest finite validation loss.
        parameter_counts: sizes of the model.
        metrics: split -> metric (``accuracy``, ``loss`` and those declared, under Keras' names) ->
            value, by the final weights in inference mode; every image counts the same.
        history: column -> one value per epoch; columns ``accuracy``, ``loss``,
            ``val_accuracy``, ``val_loss``, ``learning_rate``, ``seconds``, and for each declared
            metric its name and ``val_`` with its name. With class weights ``loss`` is the weighted
            loss that was minimised; ``val_loss`` is never weighted.
        layers: the layer table, in order.
        environment: where it was trained.
        labels: true class per test image, shape (n,).
        probabilities: per test image and class, shape (n, classes), rows sum to 1.
        peak_bytes: most resident memory that the process held during the run, what TensorFlow kept of
            the runs before it in the same process included; None where unknown, and where no step was left.
        shared: the passes whose stored output it was trained on, for the frozen start of its network;
            ``seconds`` are then those of the rest alone. Empty where it was trained whole.
        continued: the epochs that were not trained again because another run had taken the same steps;
            ``seconds`` count what they took there. None where all were trained for this run.
        inference: what the whole network takes to answer, its frozen start included; None where that was
            not measured, as in entries of earlier versions.
        predicted: of a run that was trained elsewhere, class per test image, shape (n,); None where it
            follows from ``probabilities``.
        images: of such a run, how many test images it was measured on, where that is told.
    """

    key: str
    status: Status
    reason: str = ""
    seconds: float | None = None
    epochs_run: int = 0
    best_epoch: int | None = None
    parameter_counts: ParameterCounts | None = None
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    history: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    layers: tuple[LayerRow, ...] = ()
    environment: Environment | None = None
    labels: npt.NDArray[np.int64] | None = None
    probabilities: npt.NDArray[np.float32] | None = None
    peak_bytes: int | None = None
    setup_seconds: float | None = None
    shared: tuple[SharedPass, ...] = ()
    continued: Continued | None = None
    inference: Inference | None = None
    predicted: npt.NDArray[np.int64] | None = None
    images: int | None = None

    def metric(self, split: str, name: str) -> float | None:
        """The value of one metric on one split, None where it was not measured."""
        return self.metrics.get(split, {}).get(name)


@dataclass(frozen=True, slots=True)
class DataRecord:
    """What is kept of a prepared data set.

    Attributes:
        key: SHA-256 of the data recipe.
        name: the data set's name in the configuration.
        classes: class names as the report shows them.
        image_shape: (height, width, channels).
        counts: split -> number of images per class, in the order of ``classes``.
        digest: SHA-256 of the prepared arrays.
        source: where the images came from, in words without a folder.
        samples: uint8, (classes, k, height, width, channels), drawn from the training part.
        test_images: uint8, (n, height, width, channels).
        test_labels: int64, (n,).
    """

    key: str
    name: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    counts: Mapping[str, tuple[int, ...]]
    digest: str
    source: str
    samples: npt.NDArray[np.uint8]
    test_images: npt.NDArray[np.uint8]
    test_labels: npt.NDArray[np.int64]
