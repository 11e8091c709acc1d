"""Takes stored runs, gives a sample of them to train again: spread over studies, no more than time allows."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from reportgen.api.planning import measured_runs
from reportgen.api.project import Project
from reportgen.plan.model import Plan, RunPlan
from reportgen.runner.budget import SPREAD, budget, signature_of
from reportgen.runner.schedule import gpus, usable_cores

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord

LIMIT = 600.0
"""Seconds that a sample may take which nobody gave a size."""


def spread(runs: Iterable[RunPlan], seed: int) -> tuple[RunPlan, ...]:
    """Each run once, in an order of which every beginning is spread over studies, and in each over networks.

    Args:
        runs: those that can be trained again.
        seed: of the draw among runs that are alike; the same gives the same order on every machine.
    """
    unique: dict[str, RunPlan] = {}
    for run in runs:
        unique.setdefault(run.key, run)
    studies: dict[str, dict[str, list[RunPlan]]] = {}
    for run in sorted(unique.values(), key=lambda run: _draw(run.key, seed)):
        studies.setdefault(run.study, {}).setdefault(signature_of(run), []).append(run)
    return tuple(_in_turn([tuple(_in_turn(networks.values())) for networks in studies.values()]))


def _draw(key: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def _in_turn(groups: Iterable[Sequence[RunPlan]]) -> Iterator[RunPlan]:
    """The first of each group, then the second of each that has one."""
    for row in zip_longest(*groups):
        yield from (run for run in row if run is not None)


def fitting(runs: Sequence[RunPlan], seconds: Callable[[Sequence[RunPlan]], float], limit: float) -> int:
    """How many of them, from the first, take no longer than the limit; the first in any case."""
    counts = range(1, len(runs) + 1)
    return max(1, bisect_right(counts, limit, key=lambda count: seconds(runs[:count])))


def expected(
    project: Project, made: Plan, known: Mapping[str, RunRecord]
) -> Callable[[Sequence[RunPlan]], float]:
    """What tells the seconds that runs may take when they are trained again, by what they took before."""
    measured = measured_runs(project, made, known)
    cores, cards = usable_cores(), len(gpus())

    def seconds(runs: Sequence[RunPlan]) -> float:
        found = budget(Plan((), tuple(runs), ()), runs, measured, cores=cores, jobs=0, gpus=cards)
        untold = (known[run.key].seconds or 0.0 for run in runs if run.key not in found.expected)
        passes = {item.key: item.seconds for run in runs for item in known[run.key].shared}
        return found.total.high + SPREAD[1] * math.fsum([*untold, *passes.values()])

    return seconds
