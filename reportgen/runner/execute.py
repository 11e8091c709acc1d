"""Takes a way to plan and a store, gives the store filled: every run that can be had has an outcome.

The plan is made anew after every lane, because follow-up studies can be named
only when their parents have outcomes.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportgen.plan.model import DataPlan, Plan, RunPlan
from reportgen.records.codec import FACTS
from reportgen.records.model import Status
from reportgen.runner.cluster.driver import Cluster
from reportgen.runner.commands import WEIGHTS, Commands
from reportgen.runner.events import Event, Listener
from reportgen.runner.features import Shared
from reportgen.runner.keeping import Keeper, Summary
from reportgen.runner.outcomes import heard, told, write_recipe
from reportgen.runner.pool import LATE, POSTPONED, Job, Limits, Pool
from reportgen.runner.schedule import WORKER_BYTES, Lane, gpus, lanes, memory, usable_cores
from reportgen.runner.sharing import provide
from reportgen.runner.steps import Steps
from reportgen.runner.worker import TRAINING, Message, require_keras
from reportgen.sources.locate import PUBLISHED
from reportgen.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """How to train.

    Attributes:
        jobs: workers; 0 to decide.
        limits: seconds without a sign of life, and the time at which everything ends.
        studies: ids of those to train; empty for all.
        base: folder that declared paths are relative to.
        command: the process that trains.
        finish: monotonic time by which runs must be expected to end, to be begun at all.
        expected: key of a run -> seconds it may take; what is not told is begun as long as there is time.
        cluster: where runs are trained; None for this machine. Data sets are prepared here in any case.
        share_steps: whether a run goes on from the steps that another has taken.
    """

    jobs: int = 0
    limits: Limits = field(default_factory=Limits)
    studies: frozenset[str] = frozenset()
    base: Path = Path()
    command: Sequence[str] = TRAINING
    finish: float = math.inf
    expected: Mapping[str, float] = field(default_factory=dict)
    cluster: Cluster | None = None
    share_steps: bool = True


def execute(replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> Summary:
    """Train what is missing, lane after lane, until nothing more can be done.

    Raises:
        MissingError: when something has to be trained and Keras is not installed.
        StoreError: when an outcome cannot be kept.
    """
    with _Execution(replan, store, options, listen) as execution:
        return execution.run()


def prepare(replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> Summary:
    """Have everything that training needs from elsewhere: data sets and published weights.

    Raises: as :func:`execute`.
    """
    with _Execution(replan, store, options, listen) as execution:
        execution.prepare()
        execution.fetch()
        return execution.summary


def prepare_data(replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> Summary:
    """Have the data sets alone; raises as :func:`execute`."""
    with _Execution(replan, store, options, listen) as execution:
        execution.meet()
        execution.prepare()
        return execution.summary


def probe(runs: Sequence[RunPlan], store: Store, options: Options, listen: Listener) -> Summary:
    """Try each of these runs for a few seconds; ``measured`` of the summary tells what came of it.

    Their data sets must be stored. Nothing is kept of a probe.
    """
    with _Execution(lambda: Plan((), tuple(runs), ()), store, options, listen) as execution:
        execution.probe(runs)
        return execution.summary


class _Execution:
    """Use as a context manager: its workers stay warm from one lane to the next, until it is left."""

    def __init__(self, replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> None:
        self.replan = replan
        self.store = store
        self.options = options
        self.listen = listen
        self.summary = Summary()
        self.commands = Commands(store, options.base)
        self.tried: set[str] = set()
        self.plans: dict[str, RunPlan] = {}
        self.sound: set[str] = set()
        self.late: set[str] = set()
        self.steps = Steps(store)
        self.keeper = Keeper(store, self.steps, self.summary, listen)
        self.shared = Shared(store)
        self.trains = False
        self.pools: dict[tuple[int, int], Pool] = {}
        self.stack = ExitStack()

    def __enter__(self) -> _Execution:
        return self

    def __exit__(self, *error: Any) -> None:  # noqa: ANN401 - what Python hands in
        self.stack.__exit__(*error)

    def run(self) -> Summary:
        self.trains = True
        self.meet()
        while True:
            self.prepare()
            plan = self.replan()
            missing = self._missing(plan)
            if self._damaged(missing):
                continue  # whoever makes those weights is missing now
            ready = [run for run in missing if self._startable(run)]
            if not ready:
                self._give_up(missing)
                return self.summary
            require_keras()
            ahead = len(missing) + sum(item.count for item in plan.pending if self._selected(item.study))
            self.listen(Event("queued", total=ahead))
            if self.options.cluster is None:
                provide(ready, self.shared, self.commands, self._one_worker, self.listen)
            self._train(self._lanes(ready)[0])

    def meet(self) -> None:
        """Connect to the cluster, where runs are missing, before anything is prepared for it."""
        if self.options.cluster is not None and self._missing(self.replan()):
            self.options.cluster.connect()

    def _lanes(self, runs: Sequence[RunPlan]) -> tuple[Lane, ...]:
        if self.options.cluster is not None:
            return self.options.cluster.lanes(runs, self.options.jobs)
        dense = self.shared.dense(runs)
        return lanes(runs, usable_cores(), self.options.jobs, gpus=len(gpus()), dense=dense)

    def _threads(self, run: RunPlan) -> int:
        """Threads that a run will have beside others of its kind."""
        return self._lanes([run] * usable_cores())[0].threads

    def prepare(self) -> None:
        """Data sets that are not stored are prepared, until each is or cannot be had."""
        while lacking := self._lacking(self.replan()):
            require_keras()
            self._prepare(lacking)

    def fetch(self) -> None:
        """Published weights of every backbone that the plan uses."""
        wanted: dict[tuple[str, tuple[int, ...]], None] = {}
        plan = self.replan()
        shapes = {data.key: self._shape(data) for data in plan.data}
        for run in plan.runs:
            if shape := shapes[run.data]:
                wanted.update(dict.fromkeys(published_weights(run.content(), shape)))
        if not wanted:
            return
        require_keras()
        self.listen(Event("fetching", total=len(wanted), label=", ".join(name for name, _ in wanted)))
        jobs = [Job(f"imagenet-{name}", self.commands.weights(name, shape)) for name, shape in wanted]
        for outcome in self._pool(workers=1, threads=0).work(jobs):
            self.keeper.drop(outcome)
            if outcome.status != Status.OK:
                self.summary.unavailable[outcome.key] = told(outcome)

    def _shape(self, data: DataPlan) -> tuple[int, ...]:
        """(height, width, channels) of the images: as stored, as declared, or as published; else empty."""
        if entry := self.store.get("data", data.key, ("data.json",)):
            return tuple(json.loads(entry.files["data.json"])["image_shape"])
        recipe = data.content()
        published = PUBLISHED.get(str(recipe["name"]))
        return tuple(recipe.get("image_size", ())) or (published.image_shape if published else ())

    def probe(self, runs: Sequence[RunPlan]) -> None:
        """Each run for a few seconds, one after the other; a failure tells nothing and is no outcome."""
        self.listen(Event("probing", total=len(runs)))
        alone = [Lane((run,), 1, self._threads(run), "una prueba") for run in runs]
        afar = self.options.cluster is not None
        if not afar:
            self.shared.lacking(runs)  # finds those that are there
        for lane in self.options.cluster.lanes(runs, 1) if self.options.cluster else alone:
            commands = [self.commands.probe(run, self.shared.folders(run), whole=afar) for run in lane.runs]
            jobs = [Job(run.key, command) for run, command in zip(lane.runs, commands, strict=True)]
            with self._pool_of(lane) as pool:
                for outcome in pool.work(jobs):
                    self.keeper.drop(outcome)
                    if outcome.facts:
                        self.summary.measured[outcome.key] = outcome.facts

    def _startable(self, run: RunPlan) -> bool:
        return run.data not in self.late and all(self.store.has(WEIGHTS, key) for key in run.needs)

    def _damaged(self, missing: Sequence[RunPlan]) -> bool:
        """Whether weights that runs start from are there and not whole; every byte is checked once."""
        wanted = {key for run in missing for key in run.needs} - self.sound
        there = [key for key in sorted(wanted) if self.store.has(WEIGHTS, key)]
        whole = {key for key in there if self.store.verify(WEIGHTS, key)}
        self.sound |= whole
        return len(whole) < len(there)

    def _give_up(self, missing: Sequence[RunPlan]) -> None:
        """What is left starts from weights of runs that have none, or there was no time for its data."""
        waiting = {run.key: run for run in missing}
        while late := [run for run in waiting.values() if self._is_late(run)]:
            for run in late:
                self.summary.postponed[run.key] = LATE
                del waiting[run.key]
        for run in waiting.values():
            self.summary.unavailable[run.key] = (
                f"{run.study} · {run.label}: no terminó la ejecución de la que toma sus pesos"
            )

    def _is_late(self, run: RunPlan) -> bool:
        return run.data in self.late or any(key in self.summary.postponed for key in run.needs)

    def _lacking(self, plan: Plan) -> list[DataPlan]:
        """Data sets that are not stored whole; every byte of one is checked once."""
        found = []
        for data in plan.data:
            if data.key in self.sound | self.late or data.key in self.summary.unavailable:
                continue
            if self.store.verify("data", data.key):
                self.sound.add(data.key)
            else:
                found.append(data)
        return found

    def _selected(self, study: str) -> bool:
        return not self.options.studies or study in self.options.studies

    def _missing(self, plan: Plan) -> list[RunPlan]:
        """Runs without an outcome, each key once; what failed earlier is tried once more.

        A run whose weights are wanted and were not kept is trained again for them.
        """
        found: dict[str, RunPlan] = {}
        for run in plan.runs:
            if run.key in self.tried or run.data in self.summary.unavailable or not self._selected(run.study):
                continue
            kept = not run.keep_weights or self.store.has(WEIGHTS, run.key)
            stored = self.store.has("runs", run.key) and kept
            if (run.keep_weights or run.key not in found) and not stored and not self._settled(run.key):
                found[run.key] = run  # of two alike the one that keeps its weights
        return list(found.values())

    def _settled(self, key: str) -> bool:
        """A divergence is a result: the same recipe diverges again. Other failures get another chance."""
        entry = self.store.get("failed", key)
        return entry is not None and b'"status": "diverged"' in entry.files.get(FACTS, b"")

    def _prepare(self, plans: list[DataPlan]) -> None:
        """Load the data sets that are not stored, or learn why they cannot be had."""
        for plan in plans:
            self.listen(Event("preparing", key=plan.key, label=str(plan.content()["name"])))
        recipes = {plan.key: plan.recipe for plan in plans}
        for outcome in self._first_pool().work([Job(plan.key, self.commands.data(plan)) for plan in plans]):
            self.keeper.refuse_full(outcome)
            staging = Path(outcome.staging)
            if outcome.status == Status.OK:
                write_recipe(staging, recipes[outcome.key])
                self.store.commit("data", outcome.key, staging)
                self.sound.add(outcome.key)
                continue
            self.keeper.drop(outcome)
            if outcome.status == POSTPONED:
                self.late.add(outcome.key)
            else:
                self.summary.unavailable[outcome.key] = told(outcome)

    def _first_pool(self) -> Pool:
        """The workers of the lane that comes next on this machine, all of them begun: data need but one."""
        here = self.trains and self.options.cluster is None
        missing = [run for run in self._missing(self.replan()) if not run.needs] if here else []
        if not missing:
            return self._pool(workers=1, threads=0)
        lane = self._lanes(missing)[0]
        pool = self._pool(workers=lane.workers, threads=lane.threads)
        pool.begin()
        return pool

    def _train(self, lane: Lane) -> None:
        self.plans = {run.key: run for run in lane.runs}
        self.tried |= set(self.plans)
        self.listen(Event("lane", total=len(lane.runs), label=lane.why))
        folders = self.shared.folders
        stepwise = self.options.share_steps and self.options.cluster is None
        told = (self.steps.told,) if stepwise else ()
        runs = self.steps.in_order(lane.runs) if stepwise else lane.runs
        jobs = [
            Job(run.key, self.commands.run(run, lane.workers, folders(run), *told), self.steps.leader(run))
            for run in runs
        ]
        with self._pool_of(lane) as pool:
            for outcome in pool.work(jobs):
                self.keeper.keep(outcome, self.plans[outcome.key])

    def _pool_of(self, lane: Lane) -> AbstractContextManager[Pool]:
        """The workers of a lane, on the cluster where there is one."""
        if self.options.cluster is None:
            return nullcontext(self._pool(workers=lane.workers, threads=lane.threads))
        return self.options.cluster.pool(
            lane, self.options.command, self.options.limits, hear=self._hear, admit=self._in_time
        )

    def _one_worker(self) -> Pool:
        return self._pool(workers=1, threads=0)

    def _pool(self, *, workers: int, threads: int) -> Pool:
        """So many processes of this machine, warm if they have worked before."""
        kind = (workers, threads)
        self._make_room(kind)
        if kind not in self.pools:
            pool = Pool(
                command=self.options.command,
                workers=workers,
                threads=threads,
                limits=self.options.limits,
                log=self.commands.logs() / "workers.log",
                hear=self._hear,
                admit=self._in_time,
            )
            self.pools[kind] = self.stack.enter_context(pool)
        return self.pools[kind]

    def _make_room(self, kind: tuple[int, int]) -> None:
        """End idle workers of other kinds where the memory is not enough for all."""
        others = [other for other in self.pools if other != kind]
        if sum(workers for workers, _ in (*others, kind)) * WORKER_BYTES > memory():
            for other in others:
                self.pools[other].end()

    def _in_time(self, key: str) -> bool:
        return time.monotonic() + self.options.expected.get(key, 0.0) <= self.options.finish

    def _hear(self, message: Message) -> None:
        run = self.plans.get(str(message.get("key")))
        event = heard(run, message) if run else None
        if event:
            self.listen(event)


def published_weights(
    recipe: Mapping[str, Any], shape: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Backbones of a recipe with ImageNet weights, and the images (height, width, 3) that reach them."""
    height, width = shape[:2]
    for layer in recipe["model"]["layers"]:
        if layer.get("layer") == "Resizing":
            height, width = int(layer["height"]), int(layer["width"])
        if layer.get("weights") == "imagenet":
            yield str(layer["backbone"]), (height, width, 3)
