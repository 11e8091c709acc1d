"""Takes orders on the standard input, gives events on the standard output: the process that speaks with Ray.

A process of its own, because Ray ends the process that uses it when the head is lost, and because a
connection that hangs can only be ended from outside. Its end frees everything that it holds on the cluster.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from reportgen.runner.cluster.address import LOCAL, NEXT_STEP, Address, parse
from reportgen.runner.worker import Message

if TYPE_CHECKING:
    from reportgen.runner.cluster.chairs import Chairs, Kind

WATCH = 1.0
CROWDED = 15.0
"""Seconds without a seat for any job after which the user is told."""
NO_NODE = 120.0
"""Seconds for which no node may be large enough; a cluster that grows by itself needs some."""
FAREWELL = 9.0
"""Seconds that giving everything back may take when the driver is gone."""
CHECK = 60.0
"""Seconds in which a node must tell what is installed on it."""


class Channel:
    """Events, one JSON object a line; what libraries print goes to the log."""

    def __init__(self) -> None:
        self._descriptor = os.dup(1)
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def say(self, event: Message) -> None:
        """Write one event; a reader that is gone ends the process."""
        data = (json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n").encode()
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
            except OSError:
                os._exit(3)

    def fail(self, what: str, next_step: str, where: str) -> None:
        """Say why nothing more can be done."""
        self.say({"event": "fatal", "what": what, "where": where, "next_step": next_step})


def environment(address: str) -> None:
    """What Ray reads when it is loaded: it reports to nobody, and a cluster of our own stays at home."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address != LOCAL:
        return
    os.environ.pop("RAY_ADDRESS", None)
    # Only with it is every port bound to 127.0.0.1; it bears the names of the systems where that is usual.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    if os.environ.setdefault("RAY_AUTH_MODE", "token").lower() == "token" and not has_token():
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)


def has_token() -> bool:
    """Whether there is a token where Ray looks for it."""
    named = any(os.environ.get(name) for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"))
    return named or (Path.home() / ".ray" / "auth_token").is_file()


class NoTokenError(RuntimeError):
    """The cluster asks for a token that is not here."""


def greet(ray: ModuleType, address: Address) -> None:
    """Ask the head whether it lets us in: what connects goes on asking for long where it does not.

    Raises:
        NoTokenError: the token is missing or wrong.
    """
    if os.environ.get("RAY_AUTH_MODE", "").lower() == "token" and not has_token():
        raise NoTokenError  # Ray would end this process without a word
    if not address.host or "://" in address.text:
        return
    from ray.exceptions import AuthenticationError

    try:
        ray._raylet.GcsClient(address=address.text)  # noqa: SLF001 - what `ray health-check` asks with
    except AuthenticationError as error:
        raise NoTokenError from error
    except AttributeError:
        return  # it is Ray's own business, and may move: then it takes longer to be told


def connect(ray: ModuleType, address: Address, cores: int) -> None:
    """Connect Ray; start it first where the cluster is this machine."""
    greet(ray, address)
    if address.text == LOCAL:
        ray.init(
            address=LOCAL,
            num_cpus=cores,
            include_dashboard=False,
            dashboard_host="127.0.0.1",
            _node_ip_address="127.0.0.1",
            log_to_driver=False,
            configure_logging=False,
        )
    else:
        ray.init(address=address.text, log_to_driver=False, configure_logging=False)


def facts() -> dict[str, str]:
    """What is installed where this runs. Travels as code: it works where reportgen is not installed."""
    from importlib import metadata, util

    found = {}
    for name in ("reportgen", "tensorflow", "keras"):
        try:
            found[name] = metadata.version(name) if util.find_spec(name) else ""
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found


def lacking(ray: ModuleType, version: str) -> list[str]:
    """Nodes that cannot train, each with the reason."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    asked = {}
    for node in living(ray):
        where = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        task = ray.remote(facts).options(num_cpus=0, max_retries=0, scheduling_strategy=where)
        asked[str(node["NodeManagerAddress"])] = task.remote()
    found = []
    for host, answer in asked.items():
        try:
            told = ray.get(answer, timeout=CHECK)
        except ray.exceptions.RayError:
            continue  # a node that goes while it is asked is no node
        if told["reportgen"] != version:
            found.append(f"{host}: reportgen {told['reportgen'] or 'no está instalado'}, aquí {version}")
        elif missing := [name for name in ("tensorflow", "keras") if not told[name]]:
            found.append(f"{host}: falta {' y '.join(missing)}")
    return found


def living(ray: ModuleType) -> list[dict[str, Any]]:
    """Nodes that are alive and offer processors."""
    return [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]


def size(node: dict[str, Any]) -> dict[str, Any]:
    """What a node offers, as JSON."""
    offers = node["Resources"]
    return {
        "address": str(node["NodeManagerAddress"]),
        "cpus": int(offers.get("CPU", 0)),
        "gpus": int(offers.get("GPU", 0)),
    }


class Bridge:
    """Does the orders of the driver."""

    def __init__(self, ray: ModuleType, channel: Channel, address: Address, patience: float) -> None:
        from reportgen.runner.cluster.chairs import Freight

        self.ray = ray
        self.channel = channel
        self.address = address
        self.patience = patience
        self.freight = Freight()
        self.chairs: Chairs | None = None
        threading.Thread(target=self._watch, daemon=True).start()

    def do(self, order: Message) -> None:
        """Do one order."""
        kind = order["command"]
        if kind == "open":
            self._open(order)
        elif kind == "close":
            self._close()
        elif kind == "nodes":
            self.channel.say({"event": "nodes", "nodes": [size(node) for node in living(self.ray)]})
        elif kind == "work" and self.chairs is not None:
            self.chairs.work(int(order["ticket"]), order["job"])
        elif kind == "kill" and self.chairs is not None:
            self.chairs.kill(int(order["ticket"]))

    def end(self) -> None:
        """Give everything back."""
        self._close()
        self.ray.shutdown()

    def _open(self, order: Message) -> None:
        from reportgen.runner.cluster.chairs import Chairs, Kind

        self._close()
        kind = Kind(int(order["cpus"]), int(order["gpus"]), int(order["threads"]), tuple(order["worker"]))
        self.chairs = Chairs(int(order["seats"]), kind, self.freight, self.channel.say, self._no_seat)

    def _close(self) -> None:
        if self.chairs is not None:
            self.chairs.close()
            self.chairs = None

    def _no_seat(self, reason: str) -> None:
        self.channel.fail(f"no se pueden empezar procesos en los nodos: {reason}", "", self.address.text)

    def _watch(self) -> None:
        """Notice that the head is gone, or that no node is large enough any more."""
        heard = fits = free = time.monotonic()
        told: Chairs | None = None
        while True:
            time.sleep(WATCH)
            now = time.monotonic()
            if self.address.listens():
                heard = now
            elif now - heard > self.patience:
                self.channel.fail("el nodo principal del clúster ya no responde", "", self.address.text)
                return
            chairs = self.chairs
            if chairs is None or not chairs.waiting():
                free = now
            elif now - free > CROWDED and chairs is not told:
                self.channel.say({"event": "crowded"})
                told = chairs
            if free == now or chairs is None or self._fits(chairs.kind):
                fits = now
            elif now - fits > NO_NODE:
                needs = f"{chairs.kind.cpus} CPU y {chairs.kind.gpus} GPU"
                self.channel.fail(f"ningún nodo del clúster ofrece {needs}", "", self.address.text)
                return

    def _fits(self, kind: Kind) -> bool:
        sizes = [size(node) for node in living(self.ray)]
        return any(node["cpus"] >= kind.cpus and node["gpus"] >= kind.gpus for node in sizes)


def orders() -> queue.SimpleQueue[Message]:
    """What the driver says; the end of its input means stop, by force where that takes too long."""
    found: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin.buffer:
            found.put(json.loads(line))
        found.put({"command": "stop"})
        time.sleep(FAREWELL)
        os._exit(3)

    threading.Thread(target=read, daemon=True).start()
    return found


def main() -> None:
    """Connect, say what the cluster offers, then do orders until there are no more."""
    channel = Channel()
    waiting = orders()
    asked = json.loads(sys.argv[1])
    address = parse(asked["address"])
    environment(address.text)
    try:
        import ray

        channel.say({"event": "loaded"})
        connect(ray, address, int(asked["cores"]))
        channel.say({"event": "reached"})
        bad = lacking(ray, asked["version"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the driver tells it
        channel.fail(*explained(error), address.text)
        return
    if bad:
        step = "instala en cada nodo la misma versión: pip install 'reportgen[train]'"
        channel.fail(f"hay nodos que no pueden entrenar: {'; '.join(bad)}", step, address.text)
        return
    if not address.host:
        address = parse(ray.get_runtime_context().gcs_address)
    bridge = Bridge(ray, channel, address, float(asked["patience"]))
    channel.say({"event": "connected"})
    while (order := waiting.get())["command"] != "stop":
        bridge.do(order)
    bridge.end()


def explained(error: Exception) -> tuple[str, str]:
    """Why there is no connection, and what to do about it."""
    told = " ".join(str(error).split())
    if isinstance(error, NoTokenError):
        what = "el clúster Ray pide un testigo (token) y el de aquí falta o no es el suyo"
        return (
            what,
            "pon RAY_AUTH_MODE=token y el testigo del clúster en RAY_AUTH_TOKEN o en ~/.ray/auth_token",
        )
    if "ersion mismatch" in told:
        return f"Ray o Python no son aquí como en el clúster: {told}", "instala aquí las mismas versiones"
    return f"no se puede hablar con el clúster Ray: {type(error).__name__}: {told}", NEXT_STEP


if __name__ == "__main__":
    main()
