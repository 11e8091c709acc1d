"""Takes a run, gives the number that a column of a results table shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from reportgen.analysis.collected import Result

USUAL = (
    "accuracy.train", "loss.train", "accuracy.validation", "loss.validation", "accuracy.test", "loss.test",
    "epochs", "seconds",
)  # fmt: skip
"""What a table shows when its author does not say: the names are those of ``spec/model.py: Column``."""

_MACRO = {"precision.test": 0, "recall.test": 1, "f1.test": 2}


def columns_of(declared: Sequence[str]) -> tuple[str, ...]:
    """The columns of a table: those declared, else the usual ones."""
    return tuple(declared) or USUAL


def value(result: Result, column: str) -> float | None:
    """The number of one finished run in one column, unrounded; None where it was not measured.

    Ratios are 0 to 1, times are seconds, ``memory`` is bytes, ``inference`` is milliseconds per image.
    """
    if not result.ok:
        return None
    if column in _MACRO:
        scores = macro(result)
        return scores[_MACRO[column]] if scores else None
    if column in _FACTS:
        return _FACTS[column](result)
    metric, split = column.split(".")
    return result.value(split, metric)


def macro(result: Result) -> tuple[float, float, float] | None:
    """Precision, recall and F1 on the test images, each the unweighted mean over all classes.

    0 counts for a class where one is undefined, as in ``evaluation.py``; None without predictions.
    """
    from sklearn import metrics

    truth, shares = result.record.labels, result.record.probabilities
    if truth is None or not result.predicts:
        return None
    named = len(result.plan.content()["classes"]) if shares is None else shares.shape[1]
    classes = list(range(named))
    scores = metrics.precision_recall_fscore_support(
        truth, result.predicted(), labels=classes, zero_division=0
    )
    precision, recall, f1 = (float(np.mean(score)) for score in scores[:3])
    return precision, recall, f1


def values(result: Result, columns: Sequence[str]) -> Mapping[str, float | None]:
    """Column -> number."""
    return {column: value(result, column) for column in columns}


def _per_epoch(result: Result) -> float | None:
    seconds, epochs = result.record.seconds, result.record.epochs_run
    return seconds / epochs if seconds is not None and epochs else None


def _parameters(result: Result) -> float | None:
    counts = result.record.parameter_counts
    return counts.total if counts else None


def _trainable(result: Result) -> float | None:
    counts = result.record.parameter_counts
    return counts.trainable if counts else None


def _inference(result: Result) -> float | None:
    found = result.record.inference
    return found.milliseconds if found else None


_FACTS: Mapping[str, Callable[[Result], float | None]] = {
    "epochs": lambda result: result.record.epochs_run or None,
    "best_epoch": lambda result: result.record.best_epoch,
    "seconds": lambda result: result.record.seconds,
    "seconds_per_epoch": _per_epoch,
    "parameters": _parameters,
    "trainable": _trainable,
    "memory": lambda result: result.record.peak_bytes,
    "inference": _inference,
}
