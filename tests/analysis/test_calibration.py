from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.results import IMAGES, Outcome, result_of, table

from reportgen.analysis.calibration import BINS, calibration


def run_of(outcome):
    return result_of(table({("SGD",): outcome}, {"optimizer": ["SGD"]}), "SGD")


def made(confidence, right, classes=3):
    """A run whose first class is predicted with these confidences, rightly or not."""
    result = run_of(0.8)
    sure = np.array(confidence, dtype=np.float64)
    rest = ((1 - sure) / (classes - 1))[:, None]
    probabilities = np.hstack([sure[:, None], np.repeat(rest, classes - 1, axis=1)]).astype(np.float32)
    labels = np.where(np.array(right, dtype=bool), 0, 1).astype(np.int64)
    return replace(result, record=replace(result.record, probabilities=probabilities, labels=labels))


def naive(confidence, right):
    """The definition of Guo et al. (2017), bin after bin."""
    total = 0.0
    for at in range(BINS):
        inside = [i for i, value in enumerate(confidence) if at / BINS < value <= (at + 1) / BINS]
        if inside:
            distance = abs(np.mean([right[i] for i in inside]) - np.mean([confidence[i] for i in inside]))
            total += len(inside) / len(confidence) * distance
    return total


def test_a_worked_example():
    # Two bins: 0.9 and 0.9 of which one is right, 0.6 that is right: (2/3) |0.5 - 0.9| + (1/3) |1 - 0.6|.
    found = calibration(made([0.9, 0.9, 0.6], [1, 0, 1]))
    assert found.error.value == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.4, abs=1e-6)
    assert found.excess.value == pytest.approx(0.8 - 2 / 3, abs=1e-6)
    assert [item.images for item in found.bins if item.images] == [1, 2]
    assert found.bins[13].confidence == pytest.approx(0.9)
    assert found.bins[13].accuracy == 0.5
    assert found.bins[0].accuracy is None


def test_the_error_is_that_of_the_definition():
    rng = np.random.default_rng(5)
    confidence = rng.uniform(0.4, 1.0, 500).astype(np.float32)
    right = rng.uniform(size=500) < confidence**2
    found = calibration(made(confidence, right))
    assert found.error.value == pytest.approx(naive(confidence.tolist(), right.tolist()), abs=1e-6)
    assert abs(found.excess.value) <= found.error.value + 1e-9  # chance cancels in the one, not in the other
    assert sum(item.images for item in found.bins) == found.images == 500


def test_the_bounds_hold_the_estimate_and_no_negative_error():
    for outcome in (Outcome(0.9, confidence=0.9), Outcome(0.6, confidence=0.95), 0.5, 1.0):
        found = calibration(run_of(outcome))
        assert 0 <= found.error.low <= found.error.value <= found.error.high
        assert found.excess.low <= found.excess.value <= found.excess.high


def test_a_perfectly_calibrated_network_is_not_accused():
    """Its sampled error is above 0; the lower bound, drawn the same way, must take that back."""
    rng = np.random.default_rng(1)
    lows, below = [], 0
    for _ in range(20):
        confidence = rng.uniform(0.4, 1.0, 400)
        found = calibration(made(confidence, rng.uniform(size=400) < confidence))
        lows.append(found.error.low)
        below += found.excess.low <= 0 <= found.excess.high
        assert found.error.value > 0.02
    assert np.mean(lows) < 0.01
    assert below >= 17


def test_the_interval_of_the_excess_is_that_of_a_mean():
    rng = np.random.default_rng(2)
    confidence = rng.uniform(0.4, 1.0, 2000)
    right = rng.uniform(size=2000) < 0.6
    found = calibration(made(confidence, right)).excess
    error = np.std(confidence - right, ddof=1) / np.sqrt(2000)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.1)


def test_brier_is_half_the_squared_distance():
    found = calibration(made([0.8, 0.5], [1, 0]))
    right, wrong = 0.2**2 + 2 * 0.1**2, 0.5**2 + 0.75**2 + 0.25**2
    assert found.brier == pytest.approx((right + wrong) / 4, abs=1e-6)


def test_it_is_the_same_twice_and_needs_predictions():
    result = run_of(0.8)
    assert calibration(result) == calibration(result)
    assert calibration(result).images == IMAGES
    with pytest.raises(ValueError, match="no predictions"):
        calibration(replace(result, record=replace(result.record, probabilities=None)))
