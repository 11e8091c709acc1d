"""Takes a run's predictions, gives how far the probabilities it states agree with how often it is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reportgen.analysis.collected import Result
from reportgen.analysis.statistics import LEVEL, Interval

BINS = 15
"""Equal-width bins of the confidence, as Guo et al. (2017) have them."""
LIMIT = 0.05
"""Calibration error below which a network counts as well calibrated. Without a remedy it is typically 4 to
10 % (Guo et al., 2017, section 5): what lies demonstrably below 5 % is at the good end of that."""
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The images whose confidence lies in (``low``, ``high``]; the means are None where there are none."""

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """One run on the test images; all values but ``excess`` are 0 to 1.

    Attributes:
        error: expected calibration error, with bounds (see :func:`calibration`).
        excess: mean confidence minus accuracy; above 0 the network is too sure of itself.
        brier: half the mean squared distance between stated probabilities and what is true (Brier, 1950).
        bins: the reliability diagram.
        images: number of test images.
    """

    error: Interval
    excess: Interval
    brier: float
    bins: tuple[ReliabilityBin, ...]
    images: int


def calibration(result: Result) -> Calibration:
    """Calibration of one finished run.

    The error is that of Guo et al. (2017): over the bins, the mean distance between confidence (the
    highest probability) and accuracy, weighted by images. Both intervals are bootstrapped over images
    with a fixed seed. The error of a sample lies above that of all images, because chance never cancels
    in a distance, and that of a resample lies higher again; so that neither end claims too much, each is
    the outer one of the percentile and the basic interval (Davison & Hinkley, 1997).

    Raises:
        ValueError: when the run has no predictions.
    """
    from sklearn import metrics

    probabilities, labels = result.record.probabilities, result.record.labels
    if probabilities is None or labels is None:
        raise ValueError(f"run {result.key} has no predictions")
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = result.correct().astype(np.float64)
    places = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    error, excess = _intervals(confidence - correct, places)
    classes = list(range(probabilities.shape[1]))
    brier = metrics.brier_score_loss(labels, probabilities, labels=classes, scale_by_half=True)
    return Calibration(error, excess, float(brier), _bins(confidence, correct, places), int(labels.size))


def _intervals(distance: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> tuple[Interval, Interval]:
    """Error and excess with their bounds, from confidence minus hit and the bin of each image."""
    images = distance.size
    rng = np.random.default_rng(0)
    draws = np.empty((_RESAMPLES, BINS))
    for at in range(_RESAMPLES):
        drawn = rng.integers(images, size=images)
        draws[at] = np.bincount(places[drawn], weights=distance[drawn], minlength=BINS)
    measured = np.bincount(places, weights=distance, minlength=BINS) / images
    error = float(np.abs(measured).sum())
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = (float(end) for end in np.quantile(np.abs(draws / images).sum(axis=1), ends))
    least, most = (float(end) for end in np.quantile(draws.sum(axis=1) / images, ends))
    return (
        Interval(error, max(0.0, min(low, 2 * error - high)), max(high, 2 * error - low)),
        Interval(float(distance.mean()), least, most),
    )


def _bins(
    confidence: npt.NDArray[np.float64], correct: npt.NDArray[np.float64], places: npt.NDArray[np.int64]
) -> tuple[ReliabilityBin, ...]:
    def one(at: int) -> ReliabilityBin:
        inside = places == at
        images = int(inside.sum())
        return ReliabilityBin(
            low=at / BINS,
            high=(at + 1) / BINS,
            images=images,
            confidence=float(confidence[inside].mean()) if images else None,
            accuracy=float(correct[inside].mean()) if images else None,
        )

    return tuple(one(at) for at in range(BINS))
