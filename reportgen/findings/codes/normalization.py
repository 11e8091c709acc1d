"""Takes all results, gives networks whose batch normalization had not settled when training ended."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.naming import names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

LAG = 0.2
"""Accuracy while training minus accuracy of the same weights in inference, on the same images."""


def _normalized(result: Result) -> bool:
    layers = result.plan.content()["model"]["layers"]
    return any("backbone" in layer or layer.get("layer") == "BatchNormalization" for layer in layers)


def _lag(result: Result) -> float | None:
    """How far the last epoch's training accuracy lies above that of the weights it left behind.

    Only for runs that kept their last weights: restored ones belong to another epoch.
    """
    callbacks = result.plan.content()["training"]["callbacks"]
    restored = any(item.get("restore_best_weights") for item in callbacks)
    history = [value for value in result.record.history.get("accuracy", ()) if value is not None]
    measured = result.value("train", "accuracy")
    if restored or not history or measured is None:
        return None
    return history[-1] - measured


def is_unsettled(result: Result) -> bool:
    """Whether the run has batch normalization and is far worse in inference than it was while training."""
    lag = _lag(result)
    return _normalized(result) and lag is not None and lag > LAG


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
