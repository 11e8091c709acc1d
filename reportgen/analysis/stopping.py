"""Takes finished runs, gives whether early stopping watched them, ended them, or never could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportgen.analysis.collected import Result


def watched(result: Result) -> bool:
    """Whether a run was trained with early stopping."""
    return bool(_stoppers(result))


def stopped(result: Result) -> bool:
    """Whether it ended before its planned epochs."""
    return result.record.epochs_run < result.planned_epochs


def patience(result: Result) -> int:
    """Epochs without progress that the most impatient early stopping of a run waits for."""
    return min(_patience(item) for item in _stoppers(result))


def cannot_stop(result: Result) -> bool:
    """Whether none of its callbacks could have ended a run early, whatever its curves had been.

    As Keras 3 counts: of the epochs that are looked at the first always is the best so far, and each after
    it may add one to the wait; with a baseline that is not reached the first one counts as well. To stop
    after the last planned epoch shortens nothing.
    """
    return watched(result) and not any(_can(item, result.planned_epochs) for item in _stoppers(result))


def _can(callback: Mapping[str, Any], epochs: int) -> bool:
    looked_at = epochs - 1 - int(callback.get("start_from_epoch") or 0)
    longest = looked_at if callback.get("baseline") is not None else looked_at - 1
    return looked_at > 1 and longest >= _patience(callback)  # the first is never the one that ends it


def _patience(callback: Mapping[str, Any]) -> int:
    """At least one: an epoch that is no better is needed."""
    return max(1, int(callback.get("patience") or 0))


def _stoppers(result: Result) -> list[Mapping[str, Any]]:
    callbacks = result.plan.content()["training"]["callbacks"]
    return [item for item in callbacks if item["callback"] == "EarlyStopping"]
