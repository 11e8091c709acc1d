"""Takes a measurement that is repeated, gives one line of JSON for each bar."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Promise:
    """What a bar asks: that what ``bar`` says in words is ``<sense> limit``, in ``unit``."""

    bar: str
    unit: str
    limit: float
    sense: Literal["<=", ">="]


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise and what was measured."""

    bar: str
    value: float
    unit: str
    limit: float
    sense: str
    met: bool
    interval: tuple[float, float]
    detail: str

    def line(self) -> str:
        """The bar as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Options:
    """How a script is run: ``quick`` only shows that it works; ``rounds`` 0: its own number."""

    quick: bool = False
    rounds: int = 0

    def pick(self, full: int, quick: int) -> int:
        """A size by what is asked for."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Trial:
    """What repeated measurements came to."""

    values: tuple[float, ...]

    def bar(self, promise: Promise, detail: str) -> Bar:
        """The bar that they make: their median, between the lowest and the highest."""
        value = statistics.median(self.values)
        met = value <= promise.limit if promise.sense == "<=" else value >= promise.limit
        facts = (promise.unit, promise.limit, promise.sense, met)
        span = (round(min(self.values), 4), round(max(self.values), 4))
        return Bar(promise.bar, round(value, 4), *facts, span, f"{detail}; median of {len(self.values)}")


def repeated(measure: Callable[[], float], times: int) -> Trial:
    """The same measurement some times over."""
    return Trial(tuple(measure() for _ in range(times)))


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(measure: Callable[[Options], Iterable[Bar]], arguments: Sequence[str] | None = None) -> int:
    """Print a line for each bar as soon as it is known; gives 1 when one is missed."""
    parser = argparse.ArgumentParser(description=sys.modules[measure.__module__].__doc__)
    parser.add_argument("--quick", action="store_true", help="shows that it works, not how fast")
    parser.add_argument("--rounds", type=int, default=0, help="repetitions")
    missed = 0
    for bar in measure(Options(**vars(parser.parse_args(arguments)))):
        print(bar.line(), flush=True)
        missed += not bar.met
    return 1 if missed else 0
