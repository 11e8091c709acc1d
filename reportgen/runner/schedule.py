"""Takes runs and the machine's size, gives waves: which runs share the machine and how.

Dense networks are bound by the cost of single steps and scale best as one
single-threaded process per core; convolutions fill a processor by themselves
and get all threads, one at a time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.plan.layers import is_convolutional
from reportgen.plan.model import RunPlan


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


def lanes(runs: Sequence[RunPlan], cores: int, jobs: int, *, gpu: bool) -> tuple[Lane, ...]:
    """The lanes in the order in which they are to be worked off.

    Args:
        runs: what is missing.
        cores: processors that may be used.
        jobs: workers asked for, 0 to decide here.
        gpu: whether a GPU is there; then it takes one run at a time.
    """
    if not runs:
        return ()
    if jobs:
        threads = max(1, cores // jobs) if jobs > 1 else 0
        return (Lane(tuple(runs), min(jobs, len(runs)), threads, "según --jobs"),)
    if gpu:
        return (Lane(tuple(runs), 1, 0, "una GPU entrena una ejecución a la vez"),)
    light = tuple(run for run in runs if not is_convolutional(run.content()["model"]))
    heavy = tuple(run for run in runs if is_convolutional(run.content()["model"]))
    found: list[Lane] = []
    if light:
        why = "redes densas: un proceso de un hilo por núcleo"
        found.append(Lane(light, min(cores, len(light)), 1 if cores > 1 else 0, why))
    if heavy:
        found.append(Lane(heavy, 1, 0, "redes convolucionales: un proceso con todos los hilos"))
    return tuple(found)


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


def has_gpu() -> bool:
    """Whether the system shows an NVIDIA device, told without loading TensorFlow."""
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None
