"""Takes what a run left behind and what the same run left when it was trained again, gives how far apart.

The same recipe may come to other numbers: sums in another order, another processor, another release. What
that does to a result is small where it changes fewer predictions than the test images leave open anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import zip_longest

import numpy as np

from reportgen.analysis.statistics import wilson
from reportgen.records.model import RunRecord, Status

UNTIMED = ("seconds",)
"""Columns of a history that are never the same twice."""
INCIDENTAL = ("concurrent_runs",)
"""Facts of an environment that change times alone."""


class Sameness(StrEnum):
    """What came of training a run again.

    ``IDENTICAL``: every probability, metric and epoch bit by bit. ``EQUIVALENT``: the share of test images
    that get another class is below the half-width of the accuracy's interval (Wilson, 1927), or nil.
    ``DIFFERENT``: anything else.
    """

    IDENTICAL = "identical"
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Repetition:
    """A run that was trained again, held against what was stored of it.

    Attributes:
        sameness: what came of it.
        reason: why the new training did not end well; empty where it did.
        images: test images.
        changed: how many of them got another class; None where there is nothing to compare.
        half_width: of the stored accuracy's 95 % interval, a share of the test images.
        probability: largest absolute difference of any probability.
        accuracy: test accuracy of the new training minus the stored one.
        loss: the same of the test loss; None where one of the two is not finite.
        epochs: that were run, stored and new.
        parted: 1-based epoch at which the histories part; None where they do not.
        environment: fact -> stored and new value, of those that are not the same.
    """

    sameness: Sameness
    reason: str = ""
    images: int = 0
    changed: int | None = None
    half_width: float = 0.0
    probability: float | None = None
    accuracy: float | None = None
    loss: float | None = None
    epochs: tuple[int, int] = (0, 0)
    parted: int | None = None
    environment: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def repetition(stored: RunRecord, again: RunRecord) -> Repetition:
    """How far the new training of a run is from the stored one, which ended well and has predictions.

    Raises:
        ValueError: when the stored run has no predictions.
    """
    if stored.probabilities is None or stored.labels is None:
        raise ValueError(f"run {stored.key} has no predictions")
    correct = stored.probabilities.argmax(axis=1) == stored.labels
    interval = wilson(int(correct.sum()), int(correct.size))
    bare = Repetition(
        sameness=Sameness.DIFFERENT,
        reason=again.reason,
        images=int(correct.size),
        half_width=(interval.high - interval.low) / 2,
        epochs=(stored.epochs_run, again.epochs_run),
        parted=parted(stored, again),
        environment=dict(_otherwise(stored, again)),
    )
    if again.status is not Status.OK or again.probabilities is None or again.labels is None:
        return bare
    if again.probabilities.shape != stored.probabilities.shape or (again.labels != stored.labels).any():
        return bare  # other test images
    one, other = stored.probabilities, again.probabilities
    changed = int((one.argmax(axis=1) != other.argmax(axis=1)).sum())
    same = bare.parted is None and stored.metrics == again.metrics and one.tobytes() == other.tobytes()
    small = changed == 0 or changed / bare.images < bare.half_width
    return replace(
        bare,
        sameness=Sameness.IDENTICAL if same else Sameness.EQUIVALENT if small else Sameness.DIFFERENT,
        changed=changed,
        probability=float(np.abs(one.astype(np.float64) - other).max()),
        accuracy=_difference(stored, again, "accuracy"),
        loss=_difference(stored, again, "loss"),
    )


def _difference(stored: RunRecord, again: RunRecord, metric: str) -> float | None:
    before, after = (record.metric("test", metric) for record in (stored, again))
    return None if before is None or after is None else after - before


def parted(stored: RunRecord, again: RunRecord) -> int | None:
    """The first epoch, from 1, in which a number differs, or that only one of the two has."""
    columns = [name for name in dict.fromkeys([*stored.history, *again.history]) if name not in UNTIMED]
    rows = (
        zip_longest(*(record.history.get(name, ()) for name in columns), fillvalue=None)
        for record in (stored, again)
    )
    for epoch, (before, after) in enumerate(zip_longest(*rows), start=1):
        if before != after:
            return epoch
    return None


def _otherwise(stored: RunRecord, again: RunRecord) -> Iterator[tuple[str, tuple[str, str]]]:
    """Facts that are not the same; those of a package are called ``packages.NAME``. None without a record.

    ``shared`` is whether a frozen network was passed once for all, before the training.
    """
    before, after = _facts(stored), _facts(again)
    if not before or not after:
        return
    for name in dict.fromkeys([*before, *after]):
        pair = before.get(name, ""), after.get(name, "")
        if pair[0] != pair[1]:
            yield name, pair


def _facts(record: RunRecord) -> dict[str, str]:
    if record.environment is None:
        return {}
    facts = {name: value for name, value in asdict(record.environment).items() if name not in INCIDENTAL}
    packages = facts.pop("packages")
    facts["shared"] = bool(record.shared)
    return {name: str(value) for name, value in facts.items()} | {
        f"packages.{name}": str(value) for name, value in packages.items()
    }
