"""A small network with chance and state in it, and what two runs of the same numbers have in common."""

from __future__ import annotations

import numpy as np

from reportgen.records.model import RunRecord, Status

DENSE = [
    {"layer": "Flatten"},
    {"layer": "Dense", "units": 16, "activation": "relu"},
    {"layer": "Dropout", "rate": 0.2},
    {"layer": "BatchNormalization"},
]


def same(first: RunRecord, second: RunRecord) -> None:
    """Bit for bit, but for the time that it took."""
    assert first.status is second.status is Status.OK, (first.reason, second.reason)
    for column in set(first.history) - {"seconds"}:
        assert first.history[column] == second.history[column], column
    assert (first.epochs_run, first.best_epoch) == (second.epochs_run, second.best_epoch)
    assert first.metrics == second.metrics
    assert first.layers == second.layers
    assert first.parameter_counts == second.parameter_counts
    np.testing.assert_array_equal(first.probabilities, second.probabilities)
