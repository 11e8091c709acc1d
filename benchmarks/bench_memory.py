"""Takes real trainings and a full store, gives the memory of the command and of its training processes."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench_overhead import TRAINER
from bench_plan import configuration
from harness import ROOT, Bar, Options, Promise, judged, main, say
from sides import followed, reportgen

from reportgen import api
from reportgen.store import Store

MEGABYTE = 1_000_000
TRAINING = Promise("memory of the parent process while training", "MB", 300.0, "<=")
STORED = Promise("memory of the parent process at 10,000 stored runs", "MB", 300.0, "<=")
PARENT = Promise("memory of the parent process at the end of 300 runs over that before", "x", 1.2, "<=")
WORKER = Promise("memory of a training process at the end of 300 runs over that before", "x", 1.2, "<=")
CONFIG = """\
[report]
title = "Medición"
[data]
name = "digits"
subset = {{ train = 200, test = 50 }}
[training]
epochs = 1
[model.mlp]
layers = ["Flatten", {{ layer = "Dense", units = 8, activation = "relu" }}]
[study.semillas]
model = "mlp"
seeds = {seeds}
"""
HELD = 20
"""Runs that are left to train in a store that is otherwise full."""


def measure(options: Options) -> Iterator[Bar]:
    """Linux only: memory is read from ``/proc``."""
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("memory is read from /proc, which this system does not have")
    yield from while_training(options.pick(300, 12))
    yield at_many_stored(options.pick(10_000, 300))


# --- real trainings ------------------------------------------------------------------------------


@dataclass(slots=True)
class Watched:
    """Resident bytes of the parent and of its training processes, whenever a run has ended."""

    peak: int = 0
    parent: list[int] = field(default_factory=list)
    workers: dict[int, list[int]] = field(default_factory=dict)

    def __call__(self, process: int, line: str) -> None:
        """Reads them; lines that tell of no run are passed over."""
        if not line.startswith("["):
            return
        self.peak = max(self.peak, status(process, "VmHWM"))
        self.parent.append(status(process, "VmRSS"))
        for child in children(process):
            self.workers.setdefault(child, []).append(status(child, "VmRSS"))


def while_training(runs: int) -> Iterator[Bar]:
    """So many small real trainings by one process: the same network, other seeds."""
    watched = Watched()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "e.toml").write_text(CONFIG.format(seeds=list(range(runs))), encoding="utf-8")
        reportgen(folder / "e.toml", folder / "build", "--jobs", "1", watch=watched)
    told = f"{runs} real trainings by one process"
    yield judged(TRAINING, watched.peak / MEGABYTE, f"high-water mark; {told}")
    yield judged(PARENT, *growth(watched.parent, told))
    one_after_the_other = [size for sizes in watched.workers.values() for size in sizes]
    replaced = f"{told}, replaced {len(watched.workers) - 1} times"
    yield judged(WORKER, *growth(one_after_the_other, replaced))


def growth(sizes: list[int], told: str) -> tuple[float, str]:
    """The last tenth of the readings over the tenth after the first, which fills caches; medians of both.

    Raises:
        RuntimeError: too few readings for tenths.
    """
    tenth = len(sizes) // 10
    if not tenth:
        raise RuntimeError(f"{len(sizes)} readings of memory are too few")
    early, late = statistics.median(sizes[tenth : 2 * tenth]), statistics.median(sizes[-tenth:])
    shown = f"{early / MEGABYTE:.1f} MB in the second tenth of them, {late / MEGABYTE:.1f} MB in the last"
    return late / early, f"{told}; {shown}"


def status(process: int, name: str) -> int:
    """A size of a process in bytes, 0 when it is gone."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        return int(text.split(f"{name}:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]


# --- a full store --------------------------------------------------------------------------------


def at_many_stored(runs: int) -> Bar:
    """The command in a store where all runs but a few are present: it reads them all and trains the few."""
    watched = Watched()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "e.toml"
        config.write_text(configuration(runs), encoding="utf-8")
        say(f"memory: filling a store with {runs - HELD} runs")
        fill(config, folder / "build", runs)
        command = [sys.executable, str(TRAINER), "run", "e.toml", "--jobs", "1", "--max-runs", str(runs)]
        followed(command, folder, watched, FAKE_NO_REPORT="1")
    if len(watched.parent) != HELD:
        raise RuntimeError(f"{len(watched.parent)} runs were trained instead of {HELD}")
    return judged(STORED, watched.peak / MEGABYTE, f"high-water mark; {runs} runs, {HELD} of them trained")


def fill(config: Path, build: Path, runs: int) -> None:
    """Stores what the tests' trainer would have left, for all runs of a plan but the last ones."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.fake_trainer import record_of

    from reportgen.records.codec import encode_run

    planned = api.plan(api.Request(config, build=build, max_runs=runs))
    store = Store(build / "store")
    store.prepare()
    for run in planned.plan.runs[:-HELD]:
        files = encode_run(record_of(run.key, int(run.content()["training"]["epochs"])))
        store.put("runs", run.key, {**files, "recipe.json": run.recipe.encode()})


if __name__ == "__main__":
    sys.exit(main(measure))
