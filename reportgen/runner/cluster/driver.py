"""Takes the address of a cluster, gives pools whose jobs are done on its nodes: this side of the bridge."""

from __future__ import annotations

import itertools
import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from subprocess import TimeoutExpired

from reportgen.errors import MissingError
from reportgen.plan.model import RunPlan
from reportgen.runner.cluster import size
from reportgen.runner.cluster.address import LOCAL, parse, unreachable
from reportgen.runner.cluster.size import Node
from reportgen.runner.events import Event, Listener
from reportgen.runner.pool import Limits, Pool
from reportgen.runner.schedule import Lane, usable_cores
from reportgen.runner.worker import ATTEMPTS, GONE, Inbox, Message, Worker

BRIDGE = (sys.executable, "-P", "-m", "reportgen.runner.cluster.bridge")
CONNECT_SECONDS = 7.0
"""Seconds within which a cluster that listens must answer."""
START_SECONDS = 90.0
"""Seconds that a cluster of this machine may take to start, and nodes to say what is installed."""
PATIENCE = 30.0
"""Seconds for which the head may be silent."""
FAREWELL = 10.0
"""Seconds that the bridge may take to give everything back."""
AGAIN = (
    "repite la misma orden cuando el clúster vuelva, o con --executor local: lo ya entrenado está guardado"
)


class Ticket:
    """A worker of the pool whose process is on whatever node has a free seat."""

    def __init__(self, cluster: Cluster, inbox: Inbox) -> None:
        self.attempts = ATTEMPTS
        self._cluster = cluster
        self._inbox = inbox
        self._number = 0
        self._placed = False
        self._heard = time.monotonic()
        self._reason = ""

    def send(self, command: Message) -> bool:
        """Give a job to the next free seat.

        Raises:
            MissingError: the cluster itself is gone.
        """
        self._cluster.check()
        self._placed = False
        self._number = self._cluster.ticket(self)
        return self._cluster.tell({"command": "work", "ticket": self._number, "job": command})

    def hear(self, message: Message) -> None:
        """Take what the cluster says of the job."""
        self._heard, self._placed = time.monotonic(), True
        if message["event"] == "gone":
            self._reason = str(message["reason"])
            self.attempts = int(message["attempts"]) or ATTEMPTS
            message = GONE
        self._inbox.put((self, message))

    def silence(self) -> float:
        """Seconds since the job was last heard of; none while it waits for a seat."""
        return time.monotonic() - self._heard if self._placed else 0.0

    def exit_reason(self) -> str:
        """Why the process ended.

        Raises:
            MissingError: the cluster itself is gone.
        """
        self._cluster.check()
        return self._reason

    def kill(self) -> None:
        """Have the job ended."""
        self._cluster.forget(self._number)
        self._cluster.tell({"command": "kill", "ticket": self._number})

    def ask_to_stop(self) -> None:
        """Seats are given back all at once, by the pool."""

    def stop(self) -> None:
        """As :meth:`ask_to_stop`."""


class ClusterPool(Pool):
    """The seats of one lane."""

    def __init__(
        self,
        cluster: Cluster,
        order: Message,
        limits: Limits,
        *,
        hear: Callable[[Message], None],
        admit: Callable[[str], bool],
    ) -> None:
        super().__init__(
            command=order["worker"],
            workers=int(order["seats"]),
            threads=int(order["threads"]),
            limits=limits,
            log=cluster.log,
            hear=hear,
            admit=admit,
            start=lambda _slot, inbox: Ticket(cluster, inbox),
        )
        self._cluster = cluster
        self._order = order

    def __enter__(self) -> ClusterPool:
        self._cluster.tell(self._order)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        super().__exit__(kind, *rest)
        self._cluster.tell({"command": "close"})


class Cluster:
    """A connection that is made when it is first needed. Use as a context manager: leaving it ends it.

    Args:
        address: as the user gives it; empty for ``RAY_ADDRESS``, else a cluster of this machine alone.
        log: file for what Ray and the processes on the nodes write.
        listen: is told that a connection is being made, and that there is no free place.
    """

    def __init__(self, address: str, log: Path, listen: Listener) -> None:
        self.address = parse(address)
        self._listen = listen
        self.log = log
        self._bridge: Worker | None = None
        self._inbox: Inbox = queue.Queue()
        self._replies: queue.Queue[Message] = queue.Queue()
        self._tickets: dict[int, Ticket] = {}
        self._numbers = itertools.count(1)
        self._broken: MissingError | None = None
        self._ready = False

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bridge is None:
            return
        if self._ready and self._broken is None:
            self._bridge.ask_to_stop()
            with suppress(TimeoutExpired):
                self._bridge.process.wait(FAREWELL)
        self._bridge.kill()
        self._bridge = None

    def _probe(self) -> None:
        """Prove, without loading Ray, that there is something to connect to."""
        if find_spec("ray") is None:
            step = "pip install 'reportgen[cluster]', o usa --executor local"
            raise MissingError("para usar un clúster falta instalar ray", next_step=step)
        self.address.probe()

    @property
    def connected(self) -> bool:
        """Whether there is a connection."""
        return self._ready and self._broken is None

    def check(self) -> None:
        """Raises MissingError when the connection is lost."""
        if self._broken:
            raise self._broken

    def lanes(self, runs: Sequence[RunPlan], jobs: int) -> tuple[Lane, ...]:
        """The lanes as the nodes that live now allow."""
        return size.lanes(runs, jobs, self.nodes())

    def nodes(self) -> tuple[Node, ...]:
        """The living nodes.

        Raises:
            MissingError: there is none, or no connection.
        """
        self.connect()
        self.tell({"command": "nodes"})
        found = tuple(Node(**facts) for facts in self._reply(START_SECONDS)["nodes"])
        if not found:
            what = "el clúster Ray no tiene ningún nodo con CPU"
            raise MissingError(
                what, where=self.address.text, next_step="añade nodos con ray start --address=…"
            )
        return found

    def pool(
        self,
        lane: Lane,
        command: Sequence[str],
        limits: Limits,
        *,
        hear: Callable[[Message], None],
        admit: Callable[[str], bool],
    ) -> ClusterPool:
        """A pool with the seats of a lane, each with its processors and GPUs."""
        self.connect()
        order = {
            "command": "open", "seats": lane.workers, "cpus": max(1, lane.threads), "gpus": lane.gpus,
            "threads": lane.threads, "worker": list(command),
        }  # fmt: skip
        return ClusterPool(self, order, limits, hear=hear, admit=admit)

    def ticket(self, holder: Ticket) -> int:
        """A new number; what is said of it goes to the holder, what is said of his last one to nobody."""
        number = next(self._numbers)
        self._tickets = {key: known for key, known in self._tickets.items() if known is not holder}
        self._tickets[number] = holder
        return number

    def forget(self, number: int) -> None:
        """Nobody waits for that ticket any more."""
        self._tickets.pop(number, None)

    def tell(self, order: Message) -> bool:
        """Give the bridge an order; False when it is gone."""
        return self._bridge is not None and self._bridge.send(order)

    def connect(self) -> None:
        """Start the bridge and wait until it is connected; nothing more the second time.

        Raises:
            MissingError: Ray is not installed here, nothing listens or answers, or nodes cannot train.
        """
        if self._bridge is not None:
            self.check()
            return
        self._probe()
        asked = {
            "address": self.address.text, "cores": usable_cores(), "patience": PATIENCE,
            "version": metadata.version("reportgen"),
        }  # fmt: skip
        self._listen(Event("connecting", label=self.address.text))
        command = (*BRIDGE, json.dumps(asked))
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._bridge = Worker(command, self.log, threads=0, cpu=None, inbox=self._inbox)
        threading.Thread(target=self._hear, daemon=True).start()
        self._reply(START_SECONDS)  # Ray is loaded
        self._reply(START_SECONDS if self.address.text == LOCAL else CONNECT_SECONDS)
        self._reply(START_SECONDS)  # and its nodes can train
        self._ready = True

    def _reply(self, seconds: float) -> Message:
        try:
            message = self._replies.get(timeout=seconds)
        except queue.Empty:
            raise unreachable(self.address.text, f"no responde en {seconds:.0f} segundos") from None
        self.check()
        return message

    def _hear(self) -> None:
        """Hand on what the bridge says, until it is gone."""
        while True:
            _bridge, message = self._inbox.get()
            kind = message.get("event")
            if message is GONE:
                self._break("se perdió la conexión con el clúster Ray", self.address.text, AGAIN)
                return
            if kind == "fatal":
                self._break(str(message["what"]), str(message["where"]), str(message["next_step"]) or AGAIN)
            elif kind in ("loaded", "reached", "connected", "nodes"):
                self._replies.put(message)
            elif kind == "crowded":
                self._listen(Event("crowded"))
            else:
                self._hand_on(message)

    def _hand_on(self, message: Message) -> None:
        if message["event"] in ("placed", "shipped", "gone"):
            self._note(message)
        if holder := self._tickets.get(int(message["ticket"])):
            holder.hear(message)

    def _note(self, message: Message) -> None:
        """Keep in the log what happens on the nodes, with what a process wrote before it died."""
        told = {key: value for key, value in message.items() if key != "output"}
        output = str(message.get("output") or "").rstrip()
        with self.log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(told, ensure_ascii=False) + (f"\n{output}\n" if output else "\n"))

    def _break(self, what: str, where: str, next_step: str) -> None:
        """From now on everybody who asks is told this."""
        if self._broken is None:
            self._broken = MissingError(what, where=where, next_step=next_step)
        self._replies.put({"event": "broken"})
        for holder in list(self._tickets.values()):
            holder.hear({"event": "gone", "reason": what, "attempts": 1})
