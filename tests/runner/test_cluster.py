"""Runs on the nodes of a real Ray cluster, two on this machine, one of which is killed.

The trainer is the one that trains nothing, as everywhere in this folder; one test has the real one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD, ROOT, written
from support.processes import children, descendants, gone, listening, running
from support.studies import Study

from reportgen.errors import MissingError
from reportgen.plan.layers import plugin
from reportgen.runner.cluster import driver
from reportgen.runner.cluster.driver import Cluster
from reportgen.runner.worker import TRAINING
from reportgen.sources.plugin import digest
from reportgen.store import Store

pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.slow]
LOST = "se perdió el nodo del clúster en el que se entrenaba"
LOOPBACK, LOOPBACK_6 = "0100007F", "0000000000000000FFFF00000100007F"
TRAINER = "support/fake_trainer.py"
COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))


class Nodes:
    """A cluster on this machine; every node has a folder of its own, as on machines of their own."""

    def __init__(self, *sizes, **environment):
        self.folder = Path(tempfile.mkdtemp(prefix="ray", dir="/tmp"))  # short: Ray's sockets lie below it
        self.note = self.folder / "trained"
        self.note.touch()
        self.environment = {
            **os.environ,
            "RAY_TMPDIR": str(self.folder),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_health_check_period_ms": "1000",  # a lost node is noticed in 5 s, not in 15
            "FAKE_TRAINED": str(self.note),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            **environment,
        }
        self.sizes = sizes
        command = [sys.executable, str(ROOT / "tests" / "support" / "ray_nodes.py")]
        with (self.folder / "nodes.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *(self._node(number) for number in range(len(sizes)))],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment,
            )  # fmt: skip
        line = self.process.stdout.readline()
        assert line, (self.folder / "nodes.log").read_text()
        self.answer = json.loads(line)

    def _node(self, number):
        return json.dumps(
            {
                "num_cpus": self.sizes[number],
                "num_gpus": number,  # Ray takes our word for it
                "env_vars": {"REPORTGEN_NODE_FOLDER": str(self.folder / f"node{number}")},
            }
        )

    @property
    def address(self):
        return self.answer["address"]

    def kill(self, number):
        """As when the machine loses its power: everything of the node is gone at once."""
        for pid in self.answer["processes"][number]:
            for one in [pid, *descendants(pid)]:
                os.kill(one, signal.SIGKILL)

    def trainers(self):
        """Processes that train on these nodes."""
        return running(TRAINER, f"REPORTGEN_NODE_FOLDER={self.folder}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        left = running(str(self.folder))
        shutil.rmtree(self.folder, ignore_errors=True)
        assert gone(left, 10), "Ray left processes"


@pytest.fixture(scope="module")
def nodes():
    found = Nodes(1, 2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def guarded():
    """A cluster of one node that asks for a token."""
    found = Nodes(2, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="t" * 32)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    for name in ("RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def cluster(nodes):
    """One connection for all tests that harm neither it nor the nodes' head."""
    with Cluster(nodes.address, nodes.folder / "cluster.log", lambda _event: None) as found:
        yield found
    assert not set(running("runner.cluster.bridge")) & set(descendants(os.getpid())), "the bridge is left"


class OnNodes(Study):
    """A study that is trained on a cluster."""

    def on(self, nodes, cluster, **options):
        self.note = nodes.note
        cluster.log.write_text("")
        return self.run(cluster=cluster, **{"jobs": 0, **options})


def notes(cluster, event):
    """What the log tells of the nodes."""
    lines = [line for line in cluster.log.read_text().splitlines() if line.startswith('{"')]
    return [note for note in map(json.loads, lines) if note.get("event") == event]


@pytest.fixture
def study(nodes, tmp_path):
    """Makes a study of some optimizers, each with some seeds; nothing may be left of it."""

    def make(*optimizers, seeds=(1,), text=""):
        grid = json.dumps(list(optimizers))
        text = text or HEAD + f'[study.s]\nmodel = "mlp"\ngrid.optimizer = {grid}\nseeds = {list(seeds)}\n'
        return OnNodes(tmp_path, text)

    yield make
    assert not list((tmp_path / "store" / "tmp").glob("*")), "staging is left"
    assert gone(nodes.trainers(), 5), "a node still trains"


def whole(store):
    return [key for key in store.keys("runs") if store.verify("runs", key)]


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.02)


def test_runs_are_trained_on_both_nodes_and_the_data_travel_once_to_each(nodes, cluster, study):
    made = study(fake.OK, "Adam", fake.SLOW_START, seeds=range(3))
    assert made.on(nodes, cluster).trained == 9
    assert set(made.statuses().values()) == {"ok"}
    assert set(made.trained().values()) == {1}
    assert len(whole(made.store)) == 9
    shipped = Counter(note["digest"] for note in notes(cluster, "shipped"))
    entry = made.store.folder("data", made.project.data[0].key)
    assert len(shipped) == len(list(entry.iterdir()))
    assert set(shipped.values()) == {2}
    for number in (0, 1):
        kept = nodes.folder / f"node{number}" / "files"
        assert {path.name for path in kept.iterdir() if path.suffix != ".lock"} == set(shipped)
    made.use(HEAD + '[study.s]\nmodel = "mlp"\nseeds = [9]\n')
    assert made.on(nodes, cluster).trained == 1
    assert not notes(cluster, "shipped"), "the node has them"


def test_what_is_stored_needs_no_cluster(study):
    made = study(fake.OK)
    made.run()
    with Cluster("127.0.0.1:1", made.folder / "log", made.events.append) as nowhere:
        assert made.run(cluster=nowhere).trained == 0
        made.use(HEAD + '[study.s]\nmodel = "mlp"\nseeds = [9]\n')
        with pytest.raises(MissingError, match="no se puede hablar con el clúster"):
            made.run(cluster=nowhere)


def test_runs_that_go_wrong_end_as_on_one_machine(nodes, cluster, study):
    made = study(fake.OK, fake.RAISE, fake.EXIT, fake.DIVERGED, fake.LIAR, fake.UNAVAILABLE)
    summary = made.on(nodes, cluster)
    assert made.statuses() == {
        "sgd": "ok", "adadelta": "failed", "adagrad": "failed", "nadam": "diverged", "muon": "failed",
        "ftrl": None,
    }  # fmt: skip
    assert made.record("adadelta").reason == "ValueError: capa imposible"
    assert made.record("adagrad").reason == "el proceso terminó sin resultado (código 0)"
    assert "no dejó su resultado" in made.record("muon").reason
    assert list(summary.unavailable.values()) == [
        "keras.applications: no hay pesos\n  → conéctese a internet"
    ]
    counts = made.trained()
    assert [counts[made.runs()[name].key] for name in ("sgd", "adagrad")] == [1, 2]
    logs = {path.name.split(".")[1]: path.read_text() for path in (made.store.root / "logs").glob("s.*.log")}
    assert logs["sgd"] == "fake\n"


def test_a_run_that_falls_silent_is_ended_on_its_node(nodes, cluster, study):
    made = study(fake.HANG, fake.OK, seeds=(1, 2))
    summary = made.on(nodes, cluster, silence=2.0, start=2.0)
    assert (summary.trained, summary.failed) == (2, 2)
    assert made.record("adamax-s1").status == "timeout"
    assert set(made.trained().values()) == {1}


def test_a_full_disk_of_a_node_is_told_of_the_node_and_stops_nobody(nodes, cluster, study):
    made = study(fake.DISK_FULL, fake.OK)
    summary = made.on(nodes, cluster)
    assert summary.trained == 1
    assert "no queda sitio en el disco del nodo" in next(iter(summary.unavailable.values()))


TELLING = """\
import os, pathlib
from support import fake_trainer as fake

if __name__ == "__main__":
    seen = f"{os.environ['CUDA_VISIBLE_DEVICES']!r} {os.environ['REPORTGEN_THREADS']}\\n"
    with pathlib.Path(__file__).with_suffix(".seen").open("a") as stream:
        stream.write(seen)
    fake.main()
"""


def test_convolutions_get_the_gpu_with_its_processors_and_dense_networks_none(
    nodes, cluster, study, tmp_path
):
    conv = '[model.conv]\nlayers = [{ layer = "Conv2D", filters = 2, kernel_size = 3 }, "Flatten"]\n'
    studies = '[study.d]\nmodel = "mlp"\nseeds = [1, 2]\n[study.c]\nmodel = "conv"\nseeds = [1, 2]\n'
    made = study(text=HEAD + conv + studies)
    trainer = written(tmp_path, TELLING, "trainer.py")
    assert made.on(nodes, cluster, command=(sys.executable, str(trainer))).trained == 4
    *dense, convolutional = trainer.with_suffix(".seen").read_text().splitlines()
    assert set(dense) == {"'' 1"}
    assert convolutional == "'0' 2", "one process for both: there is one GPU"


def test_networks_are_tried_on_a_node(cluster, study):
    made = study(fake.OK, fake.RAISE)
    found = made.probe(cluster=cluster).measured
    assert list(found) == [made.runs()["sgd"].key]
    assert found[made.runs()["sgd"].key]["steps_per_epoch"] == 10


REAL = """\
[report]
title = "Prueba"
[data]
name = "digits"
subset = { train = 200, test = 50 }
[training]
epochs = 2
[model.mlp]
layers = ["Flatten", { python = "capas.doble:doble", units = 8 }]
[study.s]
model = "mlp"
"""
LAYER = """\
import keras
from capas.dos import DOS

def doble(tensor, *, units):
    return keras.layers.Dense(units)(DOS * tensor)
"""


def test_with_real_keras_a_run_on_a_node_has_the_numbers_of_one_here(nodes, cluster, tmp_path):
    """Also its code: a module of the author's with one that it imports, which the node has not."""
    (tmp_path / "capas").mkdir()
    (tmp_path / "capas" / "doble.py").write_text(LAYER)
    (tmp_path / "capas" / "dos.py").write_text("DOS = 2.0\n")
    made = OnNodes(tmp_path, REAL, data=False)
    digests = {plugin("capas.doble"): digest(tmp_path / "capas" / "doble.py", tmp_path)}
    made.project = replace(made.project, digests=digests)
    assert made.on(nodes, cluster, command=TRAINING, start=300.0).trained == 1
    there = made.record("unica")
    made.store.discard("runs", there.key)
    assert made.run(command=TRAINING, start=300.0).trained == 1
    here = made.record("unica")
    assert there.metrics["test"] == pytest.approx(here.metrics["test"], rel=1e-4)
    assert there.history["loss"] == pytest.approx(here.history["loss"], rel=1e-4)
    assert there.environment.packages == here.environment.packages


def test_a_command_that_is_killed_frees_the_nodes_and_the_same_command_goes_on(nodes, tmp_path):
    shop = Shop(tmp_path, nodes, seeds=range(4), optimizer=fake.SLOW_START)
    with shop.start() as first:
        until(shop.stored)
        assert nodes.trainers()
        bridges = children(first.pid)
        first.kill()
    assert bridges
    assert gone(bridges, 10)
    assert gone(nodes.trainers(), 10), "a training outlived the command"
    stored = set(shop.stored())
    shop.note.write_text("")
    with shop.start() as second:
        _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    assert len(stored) < 4
    assert set(shop.note.read_text().split()) == set(shop.store.keys("runs")) - stored
    assert len(whole(shop.store)) == 4


class Shop:
    """A folder with a configuration, and commands started in it."""

    def __init__(self, folder, nodes, *, seeds, optimizer="SGD"):
        text = f'[study.s]\nmodel = "mlp"\noptimizer = "{optimizer}"\nseeds = {list(seeds)}\n'
        self.config = written(folder, HEAD + text)
        self.build = folder / "build"
        self.store = Store(self.build / "store")
        self.note = nodes.note
        self.note.write_text("")
        self.address = nodes.address

    def start(self, *more, **environment):
        ray = more or ("--executor", "ray", "--ray-address", self.address)
        return subprocess.Popen(
            [*COMMAND, "run", str(self.config), "--build", str(self.build), *ray],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={
                **os.environ, "FAKE_NO_REPORT": "1", "FAKE_TRAINED": str(self.note), "FAKE_PATIENCE": "3",
                **environment,
            },
        )  # fmt: skip

    def stored(self):
        return list(self.store.keys("runs"))


def test_a_node_with_another_version_is_named(nodes, study, monkeypatch):
    monkeypatch.setattr(driver.metadata, "version", lambda _name: "9.9.9")
    made = study(fake.OK)
    with (
        Cluster(nodes.address, made.folder / "log", made.events.append) as cluster,
        pytest.raises(MissingError, match=r"hay nodos que no pueden entrenar: .*aquí 9\.9\.9") as caught,
    ):
        made.run(cluster=cluster)
    assert "misma versión" in caught.value.next_step


def test_a_node_that_is_killed_costs_no_run_and_leaves_no_second_entry(nodes, cluster, study):
    """The last one with two nodes: it stays dead."""
    made = study(fake.SLOW_START, seeds=range(5))
    killed = []

    def kill(event):
        """With two begun at least one is on the second node: the first has one processor."""
        running_now = len(nodes.note.read_text().split()) - len(whole(made.store))
        if event.kind == "started" and not killed and running_now >= 2:
            killed.append(event.key)
            nodes.kill(1)

    made.events = type("Listener", (list,), {"append": lambda _self, event: kill(event)})()
    summary = made.on(nodes, cluster)
    assert killed
    assert (summary.trained, summary.failed, summary.unavailable) == (5, 0, {})
    assert len(whole(made.store)) == len(list(made.store.keys("runs"))) == 5
    assert not list(made.store.keys("failed"))
    lost = [note["reason"] for note in notes(cluster, "gone")]
    assert lost in ([LOST], [LOST, LOST])
    assert 5 < made.trained().total() <= 5 + len(lost)
    assert max(made.trained().values()) == 2


TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "t" * 32}


@pytest.mark.parametrize(
    "environment",
    [{}, {"RAY_AUTH_MODE": "token"}, {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "x" * 32}],
    ids=["mode", "none", "wrong"],
)
def test_without_the_token_a_guarded_cluster_is_closed(guarded, tmp_path, environment):
    shop = Shop(tmp_path, guarded, seeds=[1])
    began = time.monotonic()
    with shop.start(HOME=str(tmp_path), **environment) as command:
        _, errors = command.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert command.returncode == 3
    assert "pide un testigo" in errors
    assert not shop.note.read_text()


def test_when_the_head_is_killed_the_command_says_so_and_here_only_the_rest_is_trained(guarded, tmp_path):
    shop = Shop(tmp_path, guarded, seeds=range(4), optimizer=fake.SLOW_START)
    with shop.start(**TOKEN) as first:
        until(shop.stored)
        guarded.kill(0)
        _, errors = first.communicate(timeout=60)
    assert first.returncode == 3, errors
    assert "repite la misma orden" in errors
    assert "--executor local" in errors
    assert "Traceback" not in errors
    stored = set(shop.stored())
    assert 1 <= len(stored) < 4
    assert len(whole(shop.store)) == len(stored)
    shop.note.write_text("")
    with shop.start("--executor", "local") as second:
        _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    assert set(shop.note.read_text().split()) == set(shop.store.keys("runs")) - stored
    assert len(whole(shop.store)) == 4


def test_without_an_address_a_cluster_of_this_machine_is_started_and_ended(nodes, tmp_path):
    shop = Shop(tmp_path, nodes, seeds=[1], optimizer=fake.SLOW_START)
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "RAY_TMPDIR": str(nodes.folder),
        "REPORTGEN_NODE_FOLDER": str(tmp_path / "node"),
    }
    with shop.start("--executor", "ray", **environment) as command:
        until(shop.note.read_text)
        processes = descendants(command.pid)
        assert listening(processes) <= {LOOPBACK, LOOPBACK_6}
        assert listening(processes)
        _, errors = command.communicate(timeout=60)
    assert command.returncode == 0, errors
    assert len(whole(shop.store)) == 1
    assert gone(processes, 5)
    assert not list(home.iterdir()), "no token is left in the user's folder"
