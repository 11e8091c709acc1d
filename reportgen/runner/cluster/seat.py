"""Takes commands on a node, gives what its training process says and leaves: one seat, one process.

Knows nothing of Ray: whoever puts it on a node hands it the way to fetch what was sent. Every call may be
repeated: what was begun is not begun again, and events stay until they are known to have arrived.
"""

from __future__ import annotations

import hashlib
import queue
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reportgen.errors import os_reason
from reportgen.runner import schedule
from reportgen.runner.cluster.parcel import CHUNK, Field, Parcel
from reportgen.runner.cluster.shelf import Shelf
from reportgen.runner.pool import has_grown
from reportgen.runner.worker import GONE, Inbox, Message, Worker

Fetch = Callable[[Any], bytes]
Chunks = Mapping[str, Sequence[Any]]
"""Digest -> what stands for the pieces of the file."""
Batch = tuple[tuple[str, int, int], ...]
"""Pieces of files that are left: name, first byte, number of bytes."""
LOG_TAIL = 256 * 1024
"""Bytes of a log that come back at most."""


class Seat:
    """A place for one run at a time."""

    def __init__(self, command: Sequence[str], threads: int, fetch: Fetch, *, gpu: bool) -> None:
        self._command = (sys.executable, *command[1:])  # the driver's Python may lie elsewhere
        self._threads = threads
        self._fetch = fetch
        self._gpu = gpu
        self._shelf = Shelf()
        self._inbox: Inbox = queue.Queue()
        self._process: Worker | None = None
        self._begun: set[int] = set()
        self._works: queue.SimpleQueue[tuple[Parcel, Chunks]] = queue.SimpleQueue()
        self._events: list[Message] = []
        self._seen = 0
        self._news = threading.Condition()
        self._left = Path()
        self._batches: tuple[Batch, ...] = ()
        # The process dies with the thread that started it: this one lives as long as the seat.
        threading.Thread(target=self._serve, daemon=True).start()

    def host(self) -> str:
        """The name of the node, for logs; answers as soon as the seat stands."""
        return socket.gethostname()

    def begin(self, ticket: int, parcel: Parcel, chunks: Chunks) -> bool:
        """Start a job; a ticket that was begun before is not begun again."""
        with self._news:
            if ticket in self._begun:
                return False
            self._begun.add(ticket)
            self._events, self._seen = [], 0
        self._works.put((parcel, chunks))
        return True

    def poll(self, after: int, seconds: float) -> list[Message]:
        """The events of the job from number ``after`` on; waits for one, so many seconds at most."""
        with self._news:
            self._events = self._events[after - self._seen :]
            self._seen = after
            if not self._events:
                self._news.wait(seconds)
            return list(self._events)

    def take(self, number: int) -> list[tuple[str, bytes]]:
        """One of the batches that ``done`` has counted: pieces of the files that the job left."""
        pieces = []
        for name, start, count in self._batches[number]:
            with (self._left / name).open("rb") as stream:
                stream.seek(start)
                pieces.append((name, stream.read(count)))
        return pieces

    def stop(self) -> None:
        """End the process and throw the scratch folder away."""
        if self._process is not None:
            self._process.kill()
        self._shelf.close()

    def _say(self, event: Message) -> None:
        with self._news:
            self._events.append(event)
            self._news.notify_all()

    def _serve(self) -> None:
        while True:
            parcel, chunks = self._works.get()
            try:
                self._do(parcel, chunks)
            except OSError as error:
                reason = f"el nodo no puede guardar lo que la ejecución necesita: {os_reason(error)}"
                self._say(_unavailable(parcel, reason))
            except ValueError as error:
                self._say({"event": "gone", "reason": str(error)})

    def _do(self, parcel: Parcel, chunks: Chunks) -> None:
        paths = {field: str(path) for field, path in self._unpacked(parcel, chunks)}
        out, log = self._shelf.scratch / "out", self._shelf.scratch / "run.log"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        log.unlink(missing_ok=True)
        process = self._process or self._start()
        process.send(parcel.placed(paths, staging=str(out), log=str(log)))
        message = self._hear_out(process)
        if message is GONE:
            self._process = None
            output = _tail(self._output())
            reason = process.exit_reason()
            self._say({"event": "gone", "reason": reason, "log_text": _tail(log), "output": output})
            return
        seats = max(1, schedule.usable_cores() // max(1, self._threads))
        if has_grown(message, seats):
            process.stop()
            self._process = None
        self._left, self._batches = out, tuple(_batches(out))
        originals = {paths[field]: parcel.places[field].original for field in paths}
        self._say(
            {
                **message,
                **_told(message, originals | {str(out): str(parcel.command["staging"])}),
                "rss": 0,
                "stale": 0,  # a process that has grown was replaced here
                "batches": len(self._batches),
                "digests": {path.name: _digest(path) for path in out.iterdir()},
                "log_text": _tail(log),
            }
        )

    def _unpacked(self, parcel: Parcel, chunks: Chunks) -> Iterator[tuple[Field, Path]]:
        for field, place in parcel.places.items():
            yield (
                field,
                self._shelf.folder(place.files, lambda digest: self._pieces(digest, chunks)) / place.inner,
            )

    def _pieces(self, digest: str, chunks: Chunks) -> Iterable[bytes]:
        total = 0
        for chunk in chunks[digest]:
            piece = self._fetch(chunk)
            total += len(piece)
            self._say({"event": "shipping", "digest": digest})
            yield piece
        self._say({"event": "shipped", "digest": digest, "bytes": total})

    def _output(self) -> Path:
        return self._shelf.scratch / "output.log"

    def _start(self) -> Worker:
        self._output().unlink(missing_ok=True)
        more = {} if self._gpu else {"CUDA_VISIBLE_DEVICES": ""}
        self._process = Worker(
            self._command, self._output(), threads=self._threads, cpu=None, inbox=self._inbox, more=more
        )
        return self._process

    def _hear_out(self, process: Worker) -> Message:
        """Hand on what the process says; its last word, or that it is gone."""
        while True:
            worker, message = self._inbox.get()
            if worker is not process:
                continue
            if message is GONE or message.get("event") == "done":
                return message
            self._say(message)


def _unavailable(parcel: Parcel, reason: str) -> Message:
    """The end of a job that had no chance on this node; not the run's fault, and no result."""
    return {
        "event": "done", "key": parcel.command["key"], "status": "unavailable", "reason": reason, "where": "",
        "next_step": "libera espacio en el nodo o dale otra carpeta con REPORTGEN_NODE_FOLDER",
        "record": False, "disk_full": False, "rss": 0, "batches": 0, "digests": {}, "log_text": "",
    }  # fmt: skip


def _told(message: Message, originals: Mapping[str, str]) -> dict[str, str]:
    """What an error says, with the user's paths in the place of the node's."""
    told = {}
    for name in ("reason", "where", "next_step"):
        text = str(message.get(name) or "")
        for path in sorted(originals, key=len, reverse=True):
            text = text.replace(path, originals[path])
        told[name] = text
    return told


def _batches(folder: Path) -> Iterator[Batch]:
    """The files of a folder as batches of at most one chunk."""
    batch: list[tuple[str, int, int]] = []
    free = CHUNK
    for path in sorted(folder.iterdir()):
        start, size = 0, path.stat().st_size
        while True:
            count = min(free, size - start)
            batch.append((path.name, start, count))
            start, free = start + count, free - count
            if start >= size:
                break
            yield tuple(batch)
            batch, free = [], CHUNK
    if batch:
        yield tuple(batch)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tail(path: Path) -> str:
    """The end of a text that may be long, or not be there."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - LOG_TAIL))
            return stream.read().decode(errors="replace")
    except OSError:
        return ""
