"""Takes two ways of doing the same, or one that is repeated, gives one line of JSON for each bar.

A comparison runs in blocks A B B A, then B A A B, or B A B where A takes many times longer: a machine that
grows slower or faster meets both sides alike. Each B is paired with the A beside it; what counts is the
median of the paired ratios. Its interval is that of the sign test, which supposes nothing about the noise
and says how sure it is: with few pairs it is the whole range and not sure. The control is every side against
itself, later over earlier: how far it is from 1 is what the machine alone does.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from itertools import cycle, pairwise
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
CONFIDENCE = 0.95
SMALL = "small sizes, no measurement of speed"
"""What every bar of ``--quick`` says of itself."""
DIGITS = 5
"""Significant digits of what is printed."""
Sense = Literal["<=", ">="]
Side = Callable[[], float]
"""Does the work once and tells its seconds."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a bar asks: that what ``bar`` says in words is ``<sense> limit``, in ``unit``."""

    bar: str
    unit: str
    limit: float
    sense: Sense

    def met(self, value: float) -> bool:
        """Whether a value keeps the promise; one that is not a number does not."""
        return value <= self.limit if self.sense == "<=" else value >= self.limit


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise and what was measured.

    Attributes:
        bar, unit, limit, sense: those of the promise.
        value: what was measured.
        met: whether the promise is kept.
        interval: lowest and highest value that the measurements admit; None for a single measurement.
        control: lowest and highest ratio of a side to itself; None where nothing was repeated.
        detail: sizes, absolute figures and how sure the interval is, in words.
    """

    bar: str
    value: float
    unit: str
    limit: float
    sense: Sense
    met: bool
    interval: tuple[float, float] | None
    control: tuple[float, float] | None
    detail: str

    def line(self) -> str:
        """The bar as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for a median, with the probability that it holds the true one."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What repeated measurements came to.

    Attributes:
        values: what is judged: paired ratios, or the measurements themselves.
        controls: a side over itself, later over earlier.
    """

    values: tuple[float, ...]
    controls: tuple[float, ...]

    def bar(self, promise: Promise, detail: str) -> Bar:
        """The bar that these measurements make."""
        found = median_interval(self.values)
        sure = f"median of {len(self.values)}, interval {found.confidence:.0%} sure"
        own = median_interval(self.controls) if self.controls else None
        return judged(
            promise,
            statistics.median(self.values),
            f"{detail}; {sure}",
            (found.low, found.high),
            (own.low, own.high) if own else None,
        )


def judged(
    promise: Promise,
    value: float,
    detail: str,
    interval: tuple[float, float] | None = None,
    control: tuple[float, float] | None = None,
) -> Bar:
    """A bar with its verdict, which is that of the value before it is rounded for show."""
    return Bar(
        promise.bar,
        rounded(value),
        promise.unit,
        promise.limit,
        promise.sense,
        promise.met(value),
        interval and (rounded(interval[0]), rounded(interval[1])),
        control and (rounded(control[0]), rounded(control[1])),
        detail,
    )


def rounded(value: float) -> float:
    """The value with so many significant digits as a measurement deserves."""
    return float(f"{value:.{DIGITS}g}")


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The narrowest interval between order statistics that holds the median with this probability.

    By the sign test: the true median lies below the k-th smallest of n values with the probability that
    fewer than k of n coins show heads. Where even the whole range is less sure than asked for, that range.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("an interval needs values")
    ordered, count = sorted(values), len(values)
    outside, found = 0.0, Interval(ordered[0], ordered[-1], max(0.0, 1.0 - 2.0 ** (1 - count)))
    for rank in range(1, (count + 1) // 2 + 1):
        outside += 2.0 * math.comb(count, rank - 1) / 2.0**count
        if 1.0 - outside < confidence:
            break
        found = Interval(ordered[rank - 1], ordered[-rank], 1.0 - outside)
    return found


def abba(other: Side, ours: Side, rounds: int) -> Trial:
    """How many times faster ``ours`` is than ``other``, in blocks A B B A and B A A B in turn.

    Raises:
        ValueError: less than one round.
    """
    return _compared(other, ours, [("ABBA", "BAAB")[number % 2] for number in range(rounds)])


def bab(other: Side, ours: Side, rounds: int) -> Trial:
    """The same in blocks B A B, for another side that takes many times longer: one of it between two of ours.

    Raises:
        ValueError: less than one round.
    """
    return _compared(other, ours, ["BAB"] * rounds)


def _compared(other: Side, ours: Side, blocks: Sequence[str]) -> Trial:
    if not blocks:
        raise ValueError("a comparison needs a round")
    taken: dict[str, list[float]] = {"A": [], "B": []}
    ratios: list[float] = []
    for block in blocks:
        found: dict[str, list[float]] = {"A": [], "B": []}
        for side in block:
            found[side].append((other if side == "A" else ours)())
        pairs = zip(cycle(found["A"]), found["B"], strict=False)  # in B A B both of ours have the same other
        ratios += [theirs / own for theirs, own in pairs]
        for side, seconds in found.items():
            taken[side] += seconds
    controls = (later / earlier for side in taken.values() for earlier, later in pairwise(side))
    return Trial(tuple(ratios), tuple(controls))


def repeated(measure: Side, times: int) -> Trial:
    """The same measurement some times over."""
    return series([measure() for _ in range(times)])


def series(values: Sequence[float]) -> Trial:
    """Measurements of one thing, in their order; each over the one before is the control."""
    return Trial(tuple(values), tuple(later / earlier for earlier, later in pairwise(values)))


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# --- the machine ---------------------------------------------------------------------------------


def machine() -> str:
    """Processor, cores and versions on one line, without loading any of them; names no host."""
    packages = ("tensorflow", "keras", "weasyprint", "matplotlib")
    versions = ", ".join(f"{name} {version}" for name in packages if (version := _version(name)))
    system = f"{_cores()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {system}, {versions}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    for line in _cpuinfo():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.processor() or platform.machine()


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself."""
    flags = next((line for line in _cpuinfo() if line.startswith("flags")), "")
    return bool({"avx512_bf16", "amx_bf16"} & set(flags.split()))


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


# --- a script ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Options:
    """How a script is run: ``quick`` for sizes that only show that it works; ``rounds`` 0: its own number."""

    quick: bool = False
    rounds: int = 0

    def pick(self, full: int, quick: int) -> int:
        """A size by what is asked for."""
        return quick if self.quick else full

    def blocks(self, full: int) -> int:
        """Blocks of A B B A."""
        return self.rounds or self.pick(full, 1)


def main(measure: Callable[[Options], Iterable[Bar]], arguments: Sequence[str] | None = None) -> int:
    """Measures and prints a line for each bar as soon as it is known.

    Returns:
        0 when every bar is met, 1 when one is missed, 2 when one could not be measured.
    """
    parser = argparse.ArgumentParser(description=sys.modules[measure.__module__].__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it works, not how fast")
    parser.add_argument("--rounds", type=int, default=0, help="blocks of A B B A, or repetitions")
    options = Options(**vars(parser.parse_args(arguments)))
    missed = 0
    try:
        for bar in measure(options):
            told = replace(bar, detail=f"{SMALL}; {bar.detail}") if options.quick else bar
            print(told.line(), flush=True)
            missed += not bar.met
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        say(f"could not be measured: {error}")
        return 2
    return 1 if missed else 0


def say(text: str) -> None:
    """Tells on the standard error stream what goes on."""
    print(text, file=sys.stderr, flush=True)
