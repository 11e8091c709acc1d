"""Takes a trainer that needs a millisecond, gives what a run costs besides, and that it stays so for many."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bench_plan import configuration
from harness import ROOT, Bar, Options, Promise, Trial, main
from sides import followed

EACH = Promise("run, overhead per run with a 1 ms trainer", "ms", 15.0, "<=")
LINEAR = Promise("run, overhead per run among many over that among few", "x", 1.25, "<=")
TRAINER = ROOT / "tests" / "support" / "fake_reportgen.py"
TRAINER_MS = 1.0
NONE = 100
"""Runs of the command that is taken away from the others: what is left is neither start nor end."""


def measure(options: Options) -> Iterator[Bar]:
    """One worker, nothing rendered. What a run costs is a slope: starting the processes is not in it."""
    few, many = options.pick(400, 200), options.pick(1600, 500)
    rounds = options.rounds or options.pick(5, 1)
    seconds = [{runs: once(runs) for runs in order(number, few, many)} for number in range(rounds)]
    each = [1000 * (taken[many] - taken[NONE]) / (many - NONE) - TRAINER_MS for taken in seconds]
    controls = [later / earlier for earlier, later in pairwise(each)]
    medians = {runs: statistics.median(taken[runs] for taken in seconds) for runs in (NONE, few, many)}
    told = ", ".join(f"{runs} runs {median:.2f} s" for runs, median in medians.items())
    yield Trial(tuple(each), tuple(controls)).bar(EACH, f"one worker, nothing rendered; {told}")
    ratios = [
        (taken[many] - taken[few]) / (many - few) / ((taken[few] - taken[NONE]) / (few - NONE))
        for taken in seconds
    ]
    if min(ratios) <= 0:
        raise RuntimeError(f"the machine is too busy to tell whether the overhead is linear: {told}")
    yield Trial(tuple(ratios), ()).bar(LINEAR, f"from {few} to {many} runs over from {NONE} to {few}; {told}")


def order(number: int, few: int, many: int) -> tuple[int, ...]:
    """Sizes forth and back, so that a machine that grows slower does not look like one that is not linear."""
    return (NONE, few, many) if number % 2 == 0 else (many, few, NONE)


def once(runs: int) -> float:
    """Seconds of the command on so many runs, all of them missing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "e.toml").write_text(configuration(runs), encoding="utf-8")
        command = [sys.executable, str(TRAINER), "run", "e.toml", "--jobs", "1", "--max-runs", str(runs)]
        trained, _ = followed(command, folder, FAKE_NO_REPORT="1", FAKE_SECONDS=str(TRAINER_MS / 1000))
        stored = len(list((folder / "build" / "store" / "runs").glob("??/*/result.json")))
    if stored != runs:
        raise RuntimeError(f"{stored} of {runs} runs are stored")
    return trained


if __name__ == "__main__":
    sys.exit(main(measure))
