"""Takes runs and the nodes of a cluster, gives lanes: how many runs at once, and what each of them gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportgen.plan.layers import is_convolutional
from reportgen.plan.model import RunPlan
from reportgen.runner import schedule
from reportgen.runner.schedule import Lane

IDLE = 0.1
"""Share of the processors that may stay idle so that runs are wider."""


@dataclass(frozen=True, slots=True)
class Node:
    """A living node: its address, and the processors and GPUs that it offers."""

    address: str
    cpus: int
    gpus: int


def lanes(runs: Sequence[RunPlan], jobs: int, nodes: Sequence[Node]) -> tuple[Lane, ...]:
    """The lanes of :func:`schedule.lanes`, as wide as the cluster is.

    Args:
        runs: what is missing.
        jobs: runs at once that are asked for, 0 to decide here.
        nodes: those that can train; one processor at least among them.
    """
    cores = sum(node.cpus for node in nodes)
    return tuple(_fitted(lane, jobs, nodes) for lane in schedule.lanes(runs, cores, 0, gpus=0))


def _fitted(lane: Lane, jobs: int, nodes: Sequence[Node]) -> Lane:
    count = len(lane.runs)
    if not is_convolutional(lane.runs[0].content()["model"]):
        most = sum(node.cpus for node in nodes)
        why = "redes densas: una CPU del clúster para cada una"
        return replace(lane, workers=min(jobs or most, most, count), threads=1, why=why)
    if gpus := sum(node.gpus for node in nodes):
        share = max(1, min(node.cpus // node.gpus for node in nodes if node.gpus))
        why = "redes convolucionales: una GPU del clúster para cada una"
        return replace(lane, workers=min(jobs or gpus, gpus, count), threads=share, gpus=1, why=why)
    width = width_for(jobs, nodes) if jobs else widest(nodes)
    why = "redes convolucionales: las CPU de un nodo para cada una"
    return replace(lane, workers=min(jobs or count, seats(nodes, width), count), threads=width, why=why)


def seats(nodes: Sequence[Node], width: int) -> int:
    """How many runs of so many processors the nodes hold; a run never spans two."""
    return sum(node.cpus // width for node in nodes)


def widest(nodes: Sequence[Node]) -> int:
    """All processors of a node: the most a run can have without leaving many of the cluster's idle."""
    sizes = sorted({node.cpus for node in nodes}, reverse=True)
    enough = (1 - IDLE) * max(seats(nodes, size) * size for size in sizes)
    return next(size for size in sizes if seats(nodes, size) * size >= enough)


def width_for(jobs: int, nodes: Sequence[Node]) -> int:
    """The most processors that so many runs at once can each have."""
    most = max(node.cpus for node in nodes)
    return next((width for width in range(most, 1, -1) if seats(nodes, width) >= jobs), 1)
