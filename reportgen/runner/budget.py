"""Takes runs that lie ahead and what similar ones took, gives the time, disk and memory they will take.

Nothing is promised where nothing was measured: such runs are counted apart.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reportgen.plan.features import start_of_run
from reportgen.plan.model import Plan, RunPlan
from reportgen.runner.schedule import Lane, lanes

FREE = (
    "rate",
    "seed",
    "kernel_regularizer",
    "bias_regularizer",
    "kernel_initializer",
    "name",
    "stddev",
    "factor",
)
"""Arguments of layers that change no time."""
SPREAD = (0.8, 1.3)
"""How far a repetition may fall from one measurement, seen between machines that do other work too."""
WIDER = (0.5, 2.0)
"""The same for a winner that is not known yet."""
PER_RUN = 0.1
"""Seconds a run takes besides its epochs: building, predicting, storing."""
START = 8.0
"""Seconds until a worker has loaded TensorFlow and the data."""
RECORD_BYTES = 40_000
Split = Callable[[Sequence[RunPlan]], Sequence[Lane]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one training took: seconds per epoch, seconds before the first, peak memory and bytes stored.

    ``pass_seconds`` is what has to be computed before, once for all runs that share it.
    """

    signature: str
    per_epoch: float
    setup: float = 0.0
    peak_bytes: int = 0
    stored_bytes: int = 0
    pass_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high`` seconds, for ``runs`` runs; ``unknown`` more could not be judged."""

    low: float = 0.0
    high: float = 0.0
    runs: int = 0
    unknown: int = 0

    def __add__(self, other: Span) -> Span:
        return Span(
            self.low + other.low, self.high + other.high, self.runs + other.runs, self.unknown + other.unknown
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """What lies ahead.

    Attributes:
        studies: study -> seconds of training summed over its runs.
        total: wall time, with runs side by side where they are trained so.
        disk_bytes: what the store will grow by.
        peak_bytes: memory of all workers at their worst, 0 when nothing was measured.
        expected: key of a run -> seconds it may take at most.
    """

    studies: Mapping[str, Span] = field(default_factory=dict)
    total: Span = field(default_factory=Span)
    disk_bytes: int = 0
    peak_bytes: int = 0
    expected: Mapping[str, float] = field(default_factory=dict)


def signature(recipe: Mapping[str, Any], *, shared: bool = False) -> str:
    """What the time of an epoch depends on: network, data, batch, precision, augmentation, fold size.

    ``shared`` where only what follows a frozen network was trained, on stored features.
    """
    training = recipe["training"]
    layers = [
        {key: value for key, value in layer.items() if key not in FREE} for layer in recipe["model"]["layers"]
    ]
    fold = recipe["fold"]
    facts = [
        layers, training["batch_size"], training["precision"], recipe["data"], fold and fold["folds"],
        [layer.get("layer") for layer in training["augmentation"]],
    ]  # fmt: skip
    return json.dumps([*facts, "shared"] if shared else facts, sort_keys=True)


def signature_of(run: RunPlan) -> str:
    """That of a run as it will be trained."""
    return signature(run.content(), shared=start_of_run(run) is not None)


def span_of(recipe: Mapping[str, Any], measured: Sequence[Measured]) -> Span:
    """Seconds that one run will take; unknown without a measurement of the same network."""
    if not measured:
        return Span(unknown=1)
    epochs = int(recipe["training"]["epochs"])
    patience = [
        int(item.get("patience", 0))
        for item in recipe["training"]["callbacks"]
        if item["callback"] == "EarlyStopping"
    ]
    fewest = min(epochs, min(patience) + 1) if patience else epochs
    rates = [item.per_epoch for item in measured]
    setup = statistics.median(item.setup for item in measured) + PER_RUN
    low, high = (factor * rate for factor, rate in zip(SPREAD, (min(rates), max(rates)), strict=True))
    return Span(fewest * low + setup, epochs * high + setup, 1)


def budget(
    plan: Plan,
    ahead: Sequence[RunPlan],
    measured: Iterable[Measured],
    *,
    cores: int,
    jobs: int,
    gpus: int,
    split: Split | None = None,
) -> Budget:
    """What the runs ahead, and those that cannot be named yet, will take.

    ``split`` tells the lanes of a cluster; without it they are those of a machine with ``cores`` processors.
    """
    known: dict[str, list[Measured]] = {}
    for item in measured:
        known.setdefault(item.signature, []).append(item)
    unique = {run.key: run for run in ahead}
    later = {item.study: item.count for item in plan.pending}
    if not known:
        unknown = Counter(run.study for run in unique.values()) + Counter(later)
        studies = {study: Span(unknown=count) for study, count in unknown.items()}
        return Budget(studies=studies, total=Span(unknown=unknown.total()))
    starts = {key: start_of_run(run) for key, run in unique.items()}
    dense = {key for key, start in starts.items() if start and start.dense}
    own = partial(lanes, cores=cores, jobs=jobs, gpus=gpus, dense=dense)
    return _judged(plan, unique, known, split or own)


def _judged(
    plan: Plan,
    unique: Mapping[str, RunPlan],
    known: Mapping[str, list[Measured]],
    split: Split,
) -> Budget:
    facts = {key: _like(run, known) for key, run in unique.items()}
    spans = {key: span_of(run.content(), facts[key]) for key, run in unique.items()}
    studies: dict[str, Span] = {}
    for key, run in unique.items():
        studies[run.study] = studies.get(run.study, Span()) + spans[key]
    later = {item.study: _later(plan, item.waits_for, item.count, known) for item in plan.pending}
    total, peak = _passes(unique, facts), 0
    for lane in split(tuple(unique.values())):
        part = _summed(spans[run.key] for run in lane.runs)
        longest = max((spans[run.key].high for run in lane.runs), default=0.0)
        total += Span(
            START + part.low / lane.workers,
            START + max(part.high / lane.workers, longest),
            part.runs,
            part.unknown,
        )
        most = max((item.peak_bytes for run in lane.runs for item in facts[run.key]), default=0)
        peak = max(peak, most * lane.workers)
    disk = sum(_disk(facts[key]) for key in unique)
    return Budget(
        studies={**studies, **later},
        total=total + _summed(later.values()),
        disk_bytes=disk,
        peak_bytes=peak,
        expected={key: span.high for key, span in spans.items() if span.runs},
    )


def _passes(runs: Mapping[str, RunPlan], facts: Mapping[str, Sequence[Measured]]) -> Span:
    """What frozen networks take before the runs that share their output."""
    longest: dict[str, float] = {}
    for key, run in runs.items():
        if start := start_of_run(run):
            seconds = max((item.pass_seconds for item in facts[key]), default=0.0)
            longest[start.recipe] = max(seconds, longest.get(start.recipe, 0.0))
    seconds = math.fsum(longest.values())
    return Span(SPREAD[0] * seconds, SPREAD[1] * seconds)


def _like(run: RunPlan, known: Mapping[str, Sequence[Measured]]) -> Sequence[Measured]:
    """What was measured of runs like it; a whole network for want of the rest of one, which takes less."""
    return known.get(signature_of(run)) or known.get(signature(run.content())) or ()


def _summed(spans: Iterable[Span]) -> Span:
    total = Span()
    for span in spans:
        total += span
    return total


def _later(plan: Plan, parent: str, count: int, known: Mapping[str, Sequence[Measured]]) -> Span:
    """A study that waits for winners: as many runs like the mean of its parent's."""
    spans = [span_of(run.content(), _like(run, known)) for run in plan.runs if run.study == parent]
    judged = [span for span in spans if span.runs]
    if not judged:
        return Span(unknown=count)
    low, high = (
        factor * math.fsum(values) / len(judged)
        for factor, values in zip(WIDER, ([s.low for s in judged], [s.high for s in judged]), strict=True)
    )
    return Span(count * low, count * high, count)


def _disk(measured: Sequence[Measured]) -> int:
    """Bytes of one stored run; weights are counted where runs like it kept theirs."""
    return max((item.stored_bytes for item in measured), default=0) or RECORD_BYTES
