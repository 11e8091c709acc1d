"""Takes jobs, gives their outcomes: a few warm workers, watched and replaced.

A worker that dies or falls silent takes only the job it was doing; the job is
tried once more in a fresh process and then becomes an outcome of its own.
"""

from __future__ import annotations

import math
import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportgen.log import logger
from reportgen.runner.schedule import memory, own_gpu, processor
from reportgen.runner.worker import GONE, AnyWorker, Inbox, Message, Worker

POSTPONED = "postponed"
LATE = "no se entrenó: se agotó el tiempo de --max-hours"
WORKERS_SHARE = 0.7
"""Share of the machine's memory that all workers together may keep between two runs."""
MAX_STALE = 12
"""Programs that a worker may have let go of: TensorFlow keeps some 10 MB of each for ever."""
_SHOWN_IN_MINUTES = 120
_LOG = logger("runner")


@dataclass(frozen=True, slots=True)
class Job:
    """One command for a worker; ``command`` makes it anew for each attempt, with its own staging folder.

    It is not begun before the outcome of the job ``after`` has been dealt with, where there is one.
    """

    key: str
    command: Callable[[int], Message]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, with ``staging`` still unpublished.

    ``recorded`` tells that staging holds a result; ``disk_full`` that it could not be written, which is
    nobody's result; ``facts`` is what a probe measured, or a pass of features.
    """

    key: str
    status: str
    reason: str
    staging: str
    where: str = ""
    next_step: str = ""
    recorded: bool = False
    disk_full: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without a sign of life: between two of them, and before a job's first step; and the end of all.

    Importing TensorFlow and the first step, which compiles, are silent for long.
    """

    silence: float = 3600.0
    start: float = 300.0
    deadline: float = math.inf
    """Monotonic time at which what is still running is ended."""

    def of(self, *, moving: bool) -> float:
        """The limit for a job that has or has not taken its first step."""
        return self.silence if moving else max(self.silence, self.start)


@dataclass(slots=True)
class _Task:
    job: Job
    attempt: int = 1
    staging: str = ""
    moving: bool = False


class Pool:
    """Workers of one lane. Use as a context manager: leaving it leaves no process behind."""

    def __init__(
        self,
        *,
        command: Sequence[str],
        workers: int,
        threads: int,
        limits: Limits,
        log: Path,
        hear: Callable[[Message], None],
        admit: Callable[[str], bool] = lambda _key: True,
        start: Callable[[int, Inbox], AnyWorker] | None = None,
    ) -> None:
        """Workers are processes of this machine unless ``start`` makes others, by slot."""
        self.admit = admit
        self.start = start or self._process
        self.command = command
        self.size = workers
        self.threads = threads
        self.limits = limits
        self.log = log
        self.hear = hear
        self.inbox: Inbox = queue.Queue()
        self.slots: dict[int, AnyWorker | None] = dict.fromkeys(range(workers))
        self.busy: dict[AnyWorker, _Task] = {}
        self.open: set[str] = set()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        workers = [worker for worker in self.slots.values() if worker is not None]
        if kind is None:
            for worker in workers:
                worker.ask_to_stop()
        for worker in workers:
            worker.stop() if kind is None else worker.kill()

    def end(self) -> None:
        """Stop the workers, none of which is busy; they are begun again when there is work."""
        for slot, worker in self.slots.items():
            if worker is not None:
                worker.stop()
                self.slots[slot] = None

    def begin(self) -> None:
        """Start every worker now: loading TensorFlow takes seconds."""
        for slot, worker in self.slots.items():
            if worker is None:
                self.slots[slot] = self.start(slot, self.inbox)

    def work(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """Outcomes as they come; every job has exactly one."""
        waiting = deque(_Task(job) for job in jobs)
        self.open = {job.key for job in jobs}
        while waiting or self.busy:
            outcomes = self._fill(waiting)
            if self.busy:
                outcomes += [*self._hear_one(waiting), *self._watch(waiting)]
            outcomes += self._fill(waiting)  # the next job runs while the outcome of this one is kept
            for outcome in outcomes:
                yield outcome
                self.open.discard(outcome.key)  # it has been dealt with by now

    def _fill(self, waiting: deque[_Task]) -> list[Outcome]:
        """Give idle workers the next jobs; the outcomes of those for which there is no time left."""
        refused: list[Outcome] = []
        for slot in self._idle():
            while (task := self._next(waiting)) and not self.admit(task.job.key):
                waiting.remove(task)
                refused.append(Outcome(task.job.key, POSTPONED, LATE, task.staging))
            if task:
                waiting.remove(task)
                self._give(slot, task)
        return refused

    def _next(self, waiting: deque[_Task]) -> _Task | None:
        """The first that need not wait for another."""
        return next((task for task in waiting if task.job.after not in self.open), None)

    def _process(self, slot: int, inbox: Inbox) -> AnyWorker:
        cpu = processor(slot) if self.threads == 1 and self.size > 1 else None
        more = own_gpu(slot)
        return Worker(self.command, self.log, threads=self.threads, cpu=cpu, inbox=inbox, more=more)

    def _idle(self) -> list[int]:
        return [slot for slot, worker in self.slots.items() if worker is None or worker not in self.busy]

    def _give(self, slot: int, task: _Task) -> None:
        command = task.job.command(task.attempt)
        task.staging = str(command["staging"])
        worker = self.slots[slot] or self.start(slot, self.inbox)
        if not worker.send(command):  # it died idle, which is no attempt; its last message concerns nobody
            worker = self.start(slot, self.inbox)
            worker.send(command)  # one that is gone at once is noticed by its last message
        self.slots[slot] = worker
        self.busy[worker] = task

    def _hear_one(self, waiting: deque[_Task]) -> Iterator[Outcome]:
        try:
            worker, message = self.inbox.get(timeout=0.5)
        except queue.Empty:
            return
        if message is GONE:
            yield from self._lost(worker, worker.exit_reason(), "failed", waiting)
            return
        task = self.busy.get(worker)
        if task is None:
            return  # nothing is expected of it any more
        if message.get("event") == "done":
            del self.busy[worker]
            self._recycle(worker, message)
            yield _outcome(task, message)
        else:
            task.moving = task.moving or message.get("event") in ("step", "epoch")
            self.hear(message)

    def _recycle(self, worker: AnyWorker, message: Message) -> None:
        if has_grown(message, self.size):
            self._forget(worker)
            worker.stop()

    def _watch(self, waiting: deque[_Task]) -> Iterator[Outcome]:
        if time.monotonic() > self.limits.deadline:
            yield from self._end()
        for worker, task in list(self.busy.items()):
            limit = self.limits.of(moving=task.moving)
            if worker.silence() > limit:
                worker.kill()
                yield from self._lost(worker, f"sin avance durante {_span(limit)}", "timeout", waiting)

    def _end(self) -> Iterator[Outcome]:
        """Stop what is running: its time is over, and it leaves nothing behind."""
        for worker, task in list(self.busy.items()):
            worker.kill()
            self._forget(worker)
            del self.busy[worker]
            yield Outcome(task.job.key, POSTPONED, LATE, task.staging)

    def _lost(self, worker: AnyWorker, reason: str, status: str, waiting: deque[_Task]) -> Iterator[Outcome]:
        self._forget(worker)
        task = self.busy.pop(worker, None)
        if task is None:
            return
        _LOG.warning("%s: %s (intento %d)", task.job.key[:12], reason, task.attempt)
        if task.attempt < worker.attempts and status != "timeout":
            waiting.appendleft(_Task(task.job, task.attempt + 1))
            time.sleep(0.2)
        else:
            yield Outcome(task.job.key, status, reason, task.staging)

    def _forget(self, worker: AnyWorker) -> None:
        for slot, known in self.slots.items():
            if known is worker:
                self.slots[slot] = None


def has_grown(message: Message, workers: int) -> bool:
    """Whether one of so many workers is to be replaced: TensorFlow keeps memory of every architecture."""
    large = int(message.get("rss") or 0) > WORKERS_SHARE * memory() / workers
    return large or int(message.get("stale") or 0) >= MAX_STALE


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutos" if seconds >= _SHOWN_IN_MINUTES else f"{seconds:.0f} segundos"


def _outcome(task: _Task, message: Message) -> Outcome:
    return Outcome(
        key=task.job.key,
        status=str(message["status"]),
        reason=str(message.get("reason") or ""),
        staging=task.staging,
        where=str(message.get("where") or ""),
        next_step=str(message.get("next_step") or ""),
        recorded=bool(message.get("record")),
        disk_full=bool(message.get("disk_full")),
        facts=message.get("probe") or message.get("facts") or {},
    )
