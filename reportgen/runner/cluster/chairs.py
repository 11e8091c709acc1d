"""Takes jobs, gives what becomes of them on the nodes: a few actors of Ray, each a seat, replaced when lost.

A job goes to whichever seat is free: the loss of a node, which leaves fewer, delays jobs and stops none.
Ray retries nothing: attempts are counted by the pool alone. Loaded in the bridge only.
"""

from __future__ import annotations

import errno
import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, RayError

from reportgen.errors import os_reason
from reportgen.runner.cluster.parcel import Packer, Parcel, chunks, is_plain
from reportgen.runner.cluster.seat import Seat
from reportgen.runner.worker import Message

POLL = 1.0
ANSWER = 120.0
"""Seconds in which a seat must answer; Ray tells of a dead node much earlier."""
UNAVAILABLE = 30.0
"""Seconds for which a seat may be out of reach and come back."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CLOSING = 5.0
"""Seconds that giving the seats back may take."""
TRIES = 5
"""Seats in a row that may fail to stand before that is an error."""
LOST_ATTEMPTS = 4
"""Attempts of a run whose node was lost: more than for a crash, which is likely to be the run's own doing."""
LOST = "se perdió el nodo del clúster en el que se entrenaba"
"""Names no node: it may end in a report."""
Handle = Any
"""An actor, one of its methods, or what it answered: Ray makes them of a class, and types cannot follow."""
Say = Callable[[Message], None]


class NoSeatError(RuntimeError):
    """Seats cannot be had on the nodes; the text tells why."""


@dataclass(slots=True)
class Job:
    """A ticket with its command; ``ended`` when nobody waits for it any more."""

    ticket: int
    command: Message
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Kind:
    """What each seat gets: processors, GPUs and threads, and the command that trains."""

    cpus: int
    gpus: int
    threads: int
    command: tuple[str, ...]


class Freight:
    """Files on their way to the nodes: each is put into Ray's object store once, in pieces."""

    def __init__(self) -> None:
        self._packer = Packer()
        self._pieces: dict[str, list[Any]] = {}
        self._lock = threading.Lock()

    def load(self, command: Message) -> tuple[Parcel, dict[str, list[Any]]]:
        """The parcel of a command and the pieces of its files."""
        with self._lock:
            parcel = self._packer.pack(command)
            for digest in parcel.sizes:
                if digest not in self._pieces:
                    self._pieces[digest] = [ray.put(piece) for piece in chunks(self._packer.paths[digest])]
            return parcel, {digest: self._pieces[digest] for digest in parcel.sizes}


class Chairs:
    """The seats of one lane, each with a thread that looks after it."""

    def __init__(
        self, count: int, kind: Kind, freight: Freight, say: Say, fail: Callable[[str], None]
    ) -> None:
        self.kind = kind
        self._freight = freight
        self._say = say
        self._fail = fail
        self._jobs: deque[Job] = deque()
        self._running: dict[int, Job] = {}
        self._news = threading.Condition()
        self._closing = False
        self.standing = 0
        self._actor: Handle = ray.remote(Seat).options(
            num_cpus=kind.cpus,
            num_gpus=kind.gpus,
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=4,
            scheduling_strategy="SPREAD",
        )
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def work(self, ticket: int, command: Message) -> None:
        """Have a job done by the next free seat."""
        with self._news:
            self._jobs.append(Job(ticket, command))
            self._news.notify()

    def kill(self, ticket: int) -> None:
        """Nobody waits for that job any more: its seat is taken away."""
        with self._news:
            self._jobs = deque(job for job in self._jobs if job.ticket != ticket)
            if job := self._running.get(ticket):
                job.ended.set()

    def waiting(self) -> bool:
        """Whether there are jobs and no seat for any."""
        with self._news:
            return bool(self._jobs) and not self.standing

    def close(self) -> None:
        """End the processes and give the resources back."""
        with self._news:
            self._closing = True
            for job in self._running.values():
                job.ended.set()
            self._news.notify_all()
        end = time.monotonic() + CLOSING
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _run(self) -> None:
        try:
            while seat := self._seat():
                self._serve(*seat)
        except NoSeatError as error:
            self._fail(str(error))

    def _serve(self, handle: Handle, host: str) -> None:
        """Give a seat jobs until it is lost or all is over."""
        try:
            while job := self._next():
                if not self._do(handle, host, job):
                    return
        finally:
            self._leave(handle)

    def _seat(self) -> tuple[Any, str] | None:
        """A seat that stands; waits for as long as its resources are busy. None when all is over.

        Raises:
            NoSeatError: it fails again and again.
        """
        reason = ""
        for _ in range(TRIES):
            handle = self._actor.remote(
                self.kind.command, self.kind.threads, ray.get, gpu=bool(self.kind.gpus)
            )
            standing = handle.host.remote()
            while not self._closing:
                done, _waiting = ray.wait([standing], timeout=POLL)
                if not done:
                    continue
                try:
                    host = str(ray.get(standing))
                except RayError as error:
                    reason = str(error).strip().rpartition("\n")[2]  # the rest is a traceback
                    break
                with self._news:
                    self.standing += 1
                return handle, host
            ray.kill(handle)
            if self._closing:
                return None
            time.sleep(POLL)
        raise NoSeatError(reason)

    def _leave(self, handle: Handle) -> None:
        with self._news:
            self.standing -= 1
        with suppress(RayError):  # it is gone, or it hangs and is ended with what it started
            ray.get(handle.stop.remote(), timeout=2 * POLL)
        ray.kill(handle)

    def _next(self) -> Job | None:
        with self._news:
            while not self._jobs and not self._closing:
                self._news.wait()
            if self._closing:
                return None
            job = self._jobs.popleft()
            self._running[job.ticket] = job
            return job

    def _do(self, handle: Handle, host: str, job: Job) -> bool:
        """Have a job done; whether the seat is good for another one."""
        try:
            self._say({"ticket": job.ticket, "event": "placed", "host": host})
            parcel, pieces = self._freight.load(job.command)
            _ask(handle.begin, job, job.ticket, parcel, pieces)
            return self._follow(handle, job, host)
        except (RayError, ValueError) as error:  # some of Ray's are OSErrors too
            self._gone(job, LOST, LOST_ATTEMPTS, f"{host}: {error}")
            return False
        except OSError as error:
            self._gone(job, f"no se puede leer lo que la ejecución necesita: {os_reason(error)}", 1)
            return True
        finally:
            with self._news:
                self._running.pop(job.ticket, None)

    def _follow(self, handle: Handle, job: Job, host: str) -> bool:
        """Hand on what the seat says until the job ends."""
        heard = 0
        while not job.ended.is_set():
            for message in _ask(handle.poll, job, heard, POLL):
                heard += 1
                if message["event"] == "done":
                    self._bring(handle, job, host, message)
                    return True
                if message["event"] == "gone":
                    _append(job.command.get("log"), str(message.get("log_text") or ""))
                    self._gone(job, str(message["reason"]), 0, str(message.get("output") or ""))
                    return True
                self._say({"ticket": job.ticket, "host": host, **message})
        return False

    def _bring(self, handle: Handle, job: Job, host: str, message: Message) -> None:
        """Bring what the job left into the driver's staging folder, checked, then say that it is done."""
        staging = Path(str(job.command["staging"]))
        told = {key: value for key, value in message.items() if key not in ("batches", "digests", "log_text")}
        if told["disk_full"]:
            reason = f"no queda sitio en el disco del nodo {host}: {told['reason']}"
            told |= {"status": "unavailable", "disk_full": False, "record": False, "reason": reason}
        try:
            for number in range(message["batches"]):
                for name, piece in _ask(handle.take, job, number):
                    if not is_plain(name):
                        raise ValueError(f"{name!r} is no name of a file")
                    with (staging / name).open("ab") as stream:
                        stream.write(piece)
            _check(staging, message["digests"])
            _append(job.command.get("log"), message["log_text"])
        except RayError:  # some are OSErrors too
            raise
        except OSError as error:
            told |= {"status": "failed", "disk_full": error.errno in FULL, "record": False}
            told["reason"] = f"{type(error).__name__}: {os_reason(error)}"
        self._say({"ticket": job.ticket, **told})

    def _gone(self, job: Job, reason: str, attempts: int, output: str = "") -> None:
        if not job.ended.is_set():
            self._say(
                {
                    "ticket": job.ticket,
                    "event": "gone",
                    "reason": reason,
                    "attempts": attempts,
                    "output": output,
                }
            )


def _ask(method: Handle, job: Job, *arguments: object) -> Handle:
    """The answer of a seat. A call may be repeated, so one that got lost is.

    Raises:
        RayError: the seat is lost.
    """
    end = time.monotonic() + UNAVAILABLE
    while True:
        try:
            return ray.get(method.remote(*arguments), timeout=ANSWER)
        except ActorUnavailableError:
            if time.monotonic() > end or job.ended.is_set():
                raise
            time.sleep(POLL)


def _check(staging: Path, digests: Mapping[str, str]) -> None:
    """Raises ValueError unless exactly the announced files arrived."""
    for name, digest in digests.items():
        with (staging / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise ValueError(f"{name} llegó dañado")


def _append(path: object, text: str) -> None:
    if path and text:
        with Path(str(path)).open("a", encoding="utf-8") as stream:
            stream.write(text)
