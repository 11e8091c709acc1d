"""Takes a way to plan and a store, gives the store filled: every run that can be had has an outcome.

The plan is made anew after every lane, because follow-up studies can be named
only when their parents have outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reportgen.errors import StoreError
from reportgen.plan.model import DataPlan, Plan, RunPlan
from reportgen.records.codec import FACTS, decode_run, encode_run
from reportgen.records.model import RunRecord, Status
from reportgen.runner.events import Event, Listener
from reportgen.runner.pool import Job, Limits, Outcome, Pool
from reportgen.runner.schedule import Lane, has_gpu, lanes, usable_cores
from reportgen.runner.worker import TRAINING, Message, require_keras
from reportgen.store import Store

UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Options:
    """How to train.

    Attributes:
        jobs: workers; 0 to decide.
        limits: seconds without a sign of life.
        studies: ids of those to train; empty for all.
        base: folder that declared paths are relative to.
        command: the process that trains.
    """

    jobs: int = 0
    limits: Limits = field(default_factory=Limits)
    studies: frozenset[str] = frozenset()
    base: Path = Path()
    command: Sequence[str] = TRAINING


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
    def __init__(self, replan: Callable[[], Plan], store: Store, options: Options, listen: Listener) -> None:
        self.replan = replan
        self.store = store
        self.options = options
        self.listen = listen
        self.summary = Summary()
        self.tried: set[str] = set()
        self.plans: dict[str, RunPlan] = {}
        self.sound: set[str] = set()
        self.staged: dict[str, Path] = {}

    def run(self) -> Summary:
        while True:
            plan = self.replan()
            missing = self._missing(plan)
            lacking = self._lacking(plan)
            if not missing and not lacking:
                return self.summary
            require_keras()
            if lacking:
                self._prepare(lacking)
                continue
            ahead = len(missing) + sum(item.count for item in plan.pending if self._selected(item.study))
            self.listen(Event("queued", total=ahead))
            lane = lanes(missing, usable_cores(), self.options.jobs, gpu=has_gpu())[0]
            self._train(lane)

    def _lacking(self, plan: Plan) -> list[DataPlan]:
        """Data sets that are not stored whole; every byte of one is checked once."""
        found = []
        for data in plan.data:
            if data.key in self.sound or data.key in self.summary.unavailable:
                continue
            if self.store.verify("data", data.key):
                self.sound.add(data.key)
            else:
                found.append(data)
        return found

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
        return entry is not None and b'"status": "diverged"' in entry.files.get(FACTS, b"")

    def _prepare(self, plans: list[DataPlan]) -> None:
        """Load the data sets that are not stored, or learn why they cannot be had."""
        jobs = [Job(plan.key, self._data_command(plan)) for plan in plans]
        with self._pool(workers=1, threads=0) as pool:
            for outcome in pool.work(jobs):
                self._full(outcome)
                if outcome.status == Status.OK:
                    self.store.commit("data", outcome.key, Path(outcome.staging))
                    self.sound.add(outcome.key)
                else:
                    self.store.drop(Path(outcome.staging))
                    self.summary.unavailable[outcome.key] = _told(outcome)

    def _data_command(self, plan: DataPlan) -> Callable[[int], Message]:
        def command(_attempt: int) -> Message:
            name = plan.content()["name"]
            self.listen(Event("preparing", key=plan.key, label=name))
            staging = self._stage(plan.key)
            facts: dict[str, Any] = {"recipe": plan.content(), "location": self._located(plan.location)}
            return {"command": "data", "key": plan.key, "staging": str(staging.resolve()), **facts}

        return command

    def _stage(self, key: str) -> Path:
        """A new folder for an attempt; what an earlier one left is thrown away."""
        if key in self.staged:
            self.store.drop(self.staged[key])
        self.staged[key] = self.store.stage(key)
        return self.staged[key]

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
            command=self.options.command,
            workers=workers,
            threads=threads,
            limits=self.options.limits,
            log=logs / "workers.log",
            hear=self._hear,
        )

    def _logs(self) -> Path:
        folder = self.store.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve()

    def _run_command(self, run: RunPlan, concurrent: int) -> Callable[[int], Message]:
        def command(_attempt: int) -> Message:
            staging = self._stage(run.key)
            return {
                "command": "run",
                "key": run.key,
                "recipe": run.content(),
                "data_folder": str(self.store.folder("data", run.data).resolve()),
                "staging": str(staging.resolve()),
                "log": str(self._logs() / f"{run.study}.{run.id}.{run.key[:12]}.log"),
                "weights_files": {
                    key: self._located(path) for key, path in (run.weights_files or {}).items()
                },
                "concurrent": concurrent,
            }

        return command

    def _keep(self, outcome: Outcome) -> None:
        staging = Path(outcome.staging)
        self._full(outcome)
        if outcome.recorded and not _is_record(staging, outcome):
            reason = "el proceso dio por hecha la ejecución y no dejó su resultado"
            outcome = replace(outcome, status=str(Status.FAILED), reason=reason, recorded=False)
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
        self._tell(outcome)

    def _full(self, outcome: Outcome) -> None:
        """A disk that is full is nobody's result: stop, and keep what is there."""
        if outcome.disk_full:
            self.store.drop(Path(outcome.staging))
            raise StoreError(
                f"no queda sitio en el disco: {outcome.reason}",
                where=str(self.store.root),
                next_step="libera espacio y repite la misma orden: lo ya guardado se conserva",
            )

    def _keep_failure(self, outcome: Outcome, staging: Path) -> None:
        if outcome.recorded:
            self.store.commit("failed", outcome.key, staging, replace=True)
            return
        self.store.drop(staging)
        record = RunRecord(outcome.key, Status(outcome.status), outcome.reason)
        self.store.put("failed", outcome.key, encode_run(record), replace=True)

    def _tell(self, outcome: Outcome) -> None:
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


def _is_record(staging: Path, outcome: Outcome) -> bool:
    """Whether the worker left the record that it says it left."""
    try:
        record = decode_run({FACTS: (staging / FACTS).read_bytes()})
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return record.key == outcome.key and record.status == outcome.status


def _numbers(metrics: object) -> dict[str, float | None]:
    return dict(metrics) if isinstance(metrics, Mapping) else {}


def _told(outcome: Outcome) -> str:
    head = f"{outcome.where}: {outcome.reason}" if outcome.where else outcome.reason
    return f"{head}\n  → {outcome.next_step}" if outcome.next_step else head
