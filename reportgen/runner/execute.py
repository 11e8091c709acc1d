"""Takes a way to plan and a store, gives the store filled: every run that can be had has an outcome.

The plan is made anew after every lane, because follow-up studies can be named
only when their parents have outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportgen.errors import StoreError
from reportgen.plan.model import DataPlan, Plan, RunPlan
from reportgen.records.codec import encode_run
from reportgen.records.model import RunRecord, Status
from reportgen.runner.events import Event, Listener
from reportgen.runner.pool import Job, Outcome, Pool
from reportgen.runner.schedule import Lane, has_gpu, lanes, usable_cores
from reportgen.runner.worker import Message, require_keras
from reportgen.store import Store

UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Options:
    """How to train: workers (0 = decide), seconds without a sign of life, studies (empty = all).

    Declared paths are relative to ``base``.
    """

    jobs: int = 0
    timeout: float = 3600.0
    studies: frozenset[str] = frozenset()
    base: Path = Path()


@dataclass(slots=True)
class Summary:
    """What an execution did; ``unavailable`` tells what could not be had and what to do about it."""

    trained: int = 0
    failed: int = 0
    unavailable: dict[str, str] = field(default_factory=dict)


def execute(replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> Summary:
    """Train what is missing, lane after lane, until nothing more can be done.

    Raises:
        MissingError: when something has to be trained and Keras is not installed.
        StoreError: when an outcome cannot be kept.
    """
    return _Execution(replan, store, options, listen).run()


class _Execution:
    def __init__(
        self, replan: Callable[[], Plan], store: Store, options: Options, listen: Listener
    ) -> None:
        self.replan = replan
        self.store = store
        self.options = options
        self.listen = listen
        self.summary = Summary()
        self.tried: set[str] = set()
        self.plans: dict[str, RunPlan] = {}

    def run(self) -> Summary:
        while True:
            plan = self.replan()
            missing = self._missing(plan)
            if not missing:
                return self.summary
            require_keras()
            wanted = {run.data for run in missing}
            if not self._prepare([data for data in plan.data if data.key in wanted]):
                continue
            ahead = len(missing) + sum(item.count for item in plan.pending if self._selected(item.study))
            self.listen(Event("queued", total=ahead))
            lane = lanes(missing, usable_cores(), self.options.jobs, gpu=has_gpu())[0]
            self._train(lane)

    def _selected(self, study: str) -> bool:
        return not self.options.studies or study in self.options.studies

    def _missing(self, plan: Plan) -> list[RunPlan]:
        """Runs without an outcome, each key once; what failed earlier is tried once more."""
        found: dict[str, RunPlan] = {}
        for run in plan.runs:
            if run.key in self.tried or run.data in self.summary.unavailable or not self._selected(run.study):
                continue
            if not self.store.has("runs", run.key) and not self._settled(run.key):
                found.setdefault(run.key, run)
        return list(found.values())

    def _settled(self, key: str) -> bool:
        """A divergence is a result: the same recipe diverges again. Other failures get another chance."""
        entry = self.store.get("failed", key)
        return entry is not None and b'"status": "diverged"' in entry.files.get("result.json", b"")

    def _prepare(self, plans: list[DataPlan]) -> bool:
        """Load the data sets that are not stored; False when one of them cannot be had."""
        lacking = [plan for plan in plans if not self.store.has("data", plan.key)]
        if not lacking:
            return True
        jobs = [Job(plan.key, self._data_command(plan)) for plan in lacking]
        complete = True
        with self._pool(workers=1, threads=0) as pool:
            for outcome in pool.work(jobs):
                if outcome.status == Status.OK:
                    self.store.commit("data", outcome.key, Path(outcome.staging))
                    continue
                self.store.drop(Path(outcome.staging))
                self.summary.unavailable[outcome.key] = _told(outcome)
                complete = False
        return complete

    def _data_command(self, plan: DataPlan) -> Callable[[int], Message]:
        def command(_attempt: int) -> Message:
            name = plan.content()["name"]
            self.listen(Event("preparing", key=plan.key, label=name))
            staging = self.store.stage(plan.key)
            facts: dict[str, Any] = {"recipe": plan.content(), "location": self._located(plan.location)}
            return {"command": "data", "key": plan.key, "staging": str(staging.resolve()), **facts}

        return command

    def _located(self, path: str) -> str:
        return str((self.options.base / path).resolve()) if path else ""

    def _train(self, lane: Lane) -> None:
        self.plans = {run.key: run for run in lane.runs}
        self.tried |= set(self.plans)
        jobs = [Job(run.key, self._run_command(run, lane.workers)) for run in lane.runs]
        with self._pool(workers=lane.workers, threads=lane.threads) as pool:
            for outcome in pool.work(jobs):
                self._keep(outcome)

    def _pool(self, *, workers: int, threads: int) -> Pool:
        logs = self._logs()
        return Pool(
            workers=workers,
            threads=threads,
            timeout=self.options.timeout,
            log=logs / "workers.log",
            hear=self._hear,
        )

    def _logs(self) -> Path:
        folder = self.store.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve()

    def _run_command(self, run: RunPlan, concurrent: int) -> Callable[[int], Message]:
        def command(_attempt: int) -> Message:
            staging = self.store.stage(run.key)
            return {
                "command": "run",
                "key": run.key,
                "recipe": run.content(),
                "data_folder": str(self.store.folder("data", run.data).resolve()),
                "staging": str(staging.resolve()),
                "log": str(self._logs() / f"{run.study}.{run.id}.{run.key[:12]}.log"),
                "weights_files": {key: self._located(path) for key, path in (run.weights_files or {}).items()},
                "concurrent": concurrent,
            }

        return command

    def _keep(self, outcome: Outcome) -> None:
        staging = Path(outcome.staging)
        if outcome.disk_full:
            self.store.drop(staging)
            raise StoreError(
                f"no queda sitio para guardar una ejecución: {outcome.reason}",
                where=str(self.store.root),
                next_step="libera espacio y repite la misma orden: lo ya guardado se conserva",
            )
        if outcome.status == Status.OK:
            self.store.commit("runs", outcome.key, staging)
            self.store.discard("failed", outcome.key)
            self.summary.trained += 1
        elif outcome.status == UNAVAILABLE:
            self.store.drop(staging)
            self.summary.unavailable[outcome.key] = _told(outcome)
        else:
            self._keep_failure(outcome, staging)
            self.summary.failed += 1
        run = self.plans[outcome.key]
        self.listen(
            Event(
                "finished",
                key=outcome.key,
                study=run.study,
                label=run.label,
                status=outcome.status,
                reason=outcome.reason,
            )
        )

    def _keep_failure(self, outcome: Outcome, staging: Path) -> None:
        if outcome.recorded:
            self.store.commit("failed", outcome.key, staging)
            return
        self.store.drop(staging)
        record = RunRecord(outcome.key, Status(outcome.status), outcome.reason)
        self.store.put("failed", outcome.key, encode_run(record))

    def _hear(self, message: Message) -> None:
        run = self.plans.get(str(message.get("key")))
        kind = {"start": "started", "step": "step", "epoch": "epoch"}.get(str(message.get("event")))
        if run is None or kind is None:
            return
        self.listen(
            Event(
                kind,
                key=run.key,
                study=run.study,
                label=run.label,
                epoch=int(message.get("epoch") or 0),
                epochs=int(message.get("epochs") or 0),
                step=int(message.get("step") or 0),
                steps=int(message.get("steps") or 0),
                metrics=_numbers(message.get("metrics")),
            )
        )


def _numbers(metrics: object) -> dict[str, float | None]:
    return dict(metrics) if isinstance(metrics, Mapping) else {}


def _told(outcome: Outcome) -> str:
    head = f"{outcome.where}: {outcome.reason}" if outcome.where else outcome.reason
    return f"{head}\n  → {outcome.next_step}" if outcome.next_step else head
