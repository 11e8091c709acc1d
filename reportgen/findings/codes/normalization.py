"""Takes all results, gives networks whose batch normalization had not settled when training ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import Pairs
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

LAG = 0.2
"""Accuracy while training minus accuracy of the same weights in inference, on the same images."""
_SKIPS = ("min_delta", "start_from_epoch", "baseline")
_MODES = (None, "auto")


def _normalized(result: Result) -> bool:
    layers = result.plan.content()["model"]["layers"]
    return any("backbone" in layer or layer.get("layer") == "BatchNormalization" for layer in layers)


def _lag(result: Result) -> float | None:
    """How far training accuracy in the epoch that a run's weights are from lies above that of these weights.

    Where several callbacks restore weights of different epochs, the least of them counts.
    """
    history, measured = result.record.history.get("accuracy", ()), result.value("train", "accuracy")
    epochs = _kept(result)
    seen = [value for at in epochs or () if 0 <= at < len(history) and (value := history[at]) is not None]
    return min(seen) - measured if seen and measured is not None else None


def _kept(result: Result) -> list[int] | None:
    """Epochs, from 0, that the final weights may be from; None where that does not follow from the curves."""
    callbacks = result.plan.content()["training"]["callbacks"]
    restoring = [item for item in callbacks if item.get("restore_best_weights")]
    found = [_best(item, result.record.history) for item in restoring]
    if None in found:
        return None
    return [at for at in found if at is not None] or [len(result.record.history.get("accuracy", ())) - 1]


def _best(callback: Mapping[str, Any], history: Mapping[str, Sequence[float | None]]) -> int | None:
    """The epoch that an early stopping restores, where it looks at all of them and counts any progress."""
    monitor = callback.get("monitor") or "val_loss"
    told = [(value, at) for at, value in enumerate(history.get(monitor, ())) if value is not None]
    if not told or any(callback.get(name) for name in _SKIPS) or callback.get("mode") not in _MODES:
        return None
    sign = -1 if monitor.endswith("accuracy") else 1
    return min((sign * value, at) for value, at in told)[1]


def is_unsettled(result: Result) -> bool:
    """Whether the run has batch normalization and is far worse in inference than it was while training."""
    lag = _lag(result)
    return _normalized(result) and lag is not None and lag > LAG


def settled(pairs: Pairs) -> Pairs:
    """The pairs of which neither network's normalization is unsettled."""
    return [pair for pair in pairs if not any(is_unsettled(result) for result in pair)]


def unsettled(collected: Collected) -> Iterator[Finding]:
    """``normalization_unsettled``: networks far worse in inference than they were while training.

    Batch normalization (Ioffe & Szegedy, 2015) uses the batch's statistics while training and moving
    averages afterwards; with few steps the averages have not reached the statistics yet.
    """
    judged = [
        (lag, result)
        for result in collected.unique()
        if _normalized(result) and (lag := _lag(result)) is not None
    ]
    lags = [(lag, result) for lag, result in judged if lag > LAG]
    if not lags:
        yield passed("normalization_unsettled") if judged else unjudged("normalization_unsettled")
        return
    widest, owner = max(lags, key=lambda item: item[0])
    own = names(collected)
    measured = owner.value("train", "accuracy") or 0.0
    yield Finding(
        "normalization_unsettled",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(lags), Unit.COUNT, tuple(result.key for _, result in lags)),
            Cell("training", widest + measured, Unit.RATIO, (owner.key,)),
            Cell("inference", measured, Unit.RATIO, (owner.key,)),
        ),
        names={"widest": own[owner.key]},
        lists={"labels": tuple(own[result.key] for _, result in lags)},
    )
