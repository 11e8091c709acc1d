"""Takes runs and the machine's size, gives lanes: which runs share the machine and how.

Steps of small networks leave a second thread idle most of the time; such runs are trained side by side,
one single-threaded process per core. A large network fills the processor by itself and gets all threads.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from reportgen.plan.layers import is_convolutional, is_large, work
from reportgen.plan.model import RunPlan

DENSE, SMALL, LARGE = "redes densas", "redes convolucionales pequeñas", "redes grandes"
WORKER_BYTES = 2 * 1024**3
"""Memory that a process which trains a small network should find."""
UNKNOWN_BYTES = 8 * 1024**3
DEVICES = "/dev"


@dataclass(frozen=True, slots=True)
class Lane:
    """Runs that are trained side by side: ``workers`` processes with ``threads`` threads (0 = all).

    ``gpus`` is what each of them reserves on a cluster; on one machine a GPU is simply there.
    """

    runs: tuple[RunPlan, ...]
    workers: int
    threads: int
    why: str
    gpus: int = 0


def lanes(
    runs: Sequence[RunPlan], cores: int, jobs: int, *, gpus: int, dense: Collection[str] = ()
) -> tuple[Lane, ...]:
    """The lanes in the order in which they are to be worked off.

    Args:
        runs: what is missing.
        cores: processors that may be used.
        jobs: workers asked for, 0 to decide here. More than there are GPUs share them.
        gpus: how many GPUs there are; each then takes one run at a time.
        dense: keys of those that are trained on stored features and have no other convolutions.
    """
    if not runs:
        return ()
    if jobs:
        threads = max(1, cores // jobs) if jobs > 1 else 0
        return (Lane(tuple(runs), min(jobs, len(runs)), threads, "según --jobs"),)
    if gpus:
        workers = min(gpus, len(runs))
        threads = max(1, cores // workers) if workers > 1 else 0
        many = f"{workers} GPU entrenan, cada una," if workers > 1 else "una GPU entrena"
        return (Lane(tuple(runs), workers, threads, f"{many} una ejecución a la vez"),)
    kinds: dict[str, list[RunPlan]] = {DENSE: [], SMALL: [], LARGE: []}
    for run in runs:
        kinds[DENSE if run.key in dense else _kind(run)].append(run)
    return tuple(_lane(kind, found, cores) for kind, found in kinds.items() if found)


def _kind(run: RunPlan) -> str:
    model = run.content()["model"]
    if not is_convolutional(model):
        return DENSE
    return LARGE if is_large(model) else SMALL


def _lane(kind: str, runs: Sequence[RunPlan], cores: int) -> Lane:
    if kind == LARGE or cores == 1 or len(runs) == 1:
        why = "un proceso con todos los hilos"
        return Lane(tuple(runs), 1, 0, f"{kind}: {why}")
    workers = max(1, min(cores, len(runs), memory() // WORKER_BYTES))
    threads = cores // workers
    width = "un hilo" if threads == 1 else f"{threads} hilos"
    return Lane(longest_first(runs), workers, threads, f"{kind}: {workers} procesos de {width} a la vez")


def longest_first(runs: Sequence[RunPlan]) -> tuple[RunPlan, ...]:
    """Long runs begin first, so that at the end no worker waits for one; equals stay in their order."""

    def length(run: RunPlan) -> int:
        recipe = run.content()
        return int(recipe["training"]["epochs"]) * work(recipe["model"])

    return tuple(sorted(runs, key=length, reverse=True))


def memory() -> int:
    """Bytes of memory of this machine; a guess where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return UNKNOWN_BYTES


def usable_cores() -> int:
    """Processors this process may run on."""
    return len(_processors())


def processor(slot: int) -> int:
    """The processor to which the worker of a slot keeps."""
    usable = _processors()
    return usable[slot % len(usable)]


def _processors() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def gpus() -> tuple[str, ...]:
    """The NVIDIA GPUs that may be used, as CUDA_VISIBLE_DEVICES names them; told without TensorFlow."""
    there = [str(number) for number, _ in enumerate(Path(DEVICES).glob("nvidia[0-9]*"))]
    if not there and shutil.which("nvidia-smi"):
        there = ["0"]  # where the system shows no device of its own, as under WSL
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if not there or chosen is None:
        return tuple(there)
    names = [name.strip() for name in chosen.split(",")]
    return tuple(takewhile(lambda name: name not in {"", "-1"}, names))


def own_gpu(slot: int) -> dict[str, str]:
    """What the environment of a slot's worker adds, so that it sees one GPU and takes no other's memory."""
    found = gpus()
    return {"CUDA_VISIBLE_DEVICES": found[slot % len(found)]} if found else {}
