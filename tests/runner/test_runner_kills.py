"""Commands that are killed, interrupted and started twice: real processes, a trainer that trains nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from support.configurations import HEAD, ROOT, written
from support.processes import children, gone

from reportgen.store import Store

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
RUNS = 8
TEXT = HEAD + f'[study.s]\nmodel = "mlp"\nseeds = {list(range(RUNS))}\n'


class Shop:
    """A folder with a configuration, and commands started in it."""

    def __init__(self, folder):
        self.config = written(folder, TEXT)
        self.build = folder / "build"
        self.note = folder / "trained"
        self.note.touch()
        self.store = Store(self.build / "store")

    def start(self, seconds):
        return subprocess.Popen(
            [*COMMAND, "run", str(self.config), "--build", str(self.build), "--jobs", "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "FAKE_TRAINED": str(self.note),
                "FAKE_SECONDS": str(seconds),
                "FAKE_NO_REPORT": "1",
            },
        )

    def trained(self):
        return Counter(self.note.read_text().split())

    def stored(self):
        return list(self.store.keys("runs"))

    def wait_for(self, count, what):
        """Until there are that many of something."""
        end = time.monotonic() + 60
        while len(what()) < count:
            assert time.monotonic() < end, "nothing happens"
            time.sleep(0.02)

    def whole(self):
        """How many runs are stored with every byte."""
        return sum(self.store.verify("runs", key) for key in list(self.store.keys("runs")))


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_a_killed_command_takes_its_workers_along_and_the_same_command_goes_on(shop):
    with shop.start(0.4) as first:
        shop.wait_for(2, shop.stored)
        workers = children(first.pid)
        assert len(workers) == 2
        first.kill()
        assert gone(workers, 2.0), "a worker outlived the command"
    stored = set(shop.store.keys("runs"))
    assert 2 <= len(stored) < RUNS
    assert all(shop.store.verify("runs", key) for key in stored)
    before = shop.trained()
    with shop.start(0.01) as second:
        _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    again = shop.trained() - before
    assert set(again) == set(shop.trained()) - stored
    assert shop.whole() == RUNS
    assert not list((shop.store.root / "tmp").iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_ends_at_once_and_says_how_to_go_on(shop, number):
    with shop.start(9.0) as first:
        shop.wait_for(2, shop.trained)
        workers = children(first.pid)
        assert all(os.getsid(pid) == pid for pid in workers), "Ctrl-C would reach the workers"
        began = time.monotonic()
        first.send_signal(number)
        _, errors = first.communicate(timeout=10)
        assert time.monotonic() - began < 1.5
    assert first.returncode == 130
    assert "repite la misma orden" in errors
    assert "Traceback" not in errors
    assert gone(workers, 0.5)
    assert all(shop.store.verify("runs", key) for key in shop.store.keys("runs"))


def test_two_identical_commands_train_every_run_once(shop):
    with shop.start(0.05) as first, shop.start(0.05) as second:
        errors = [process.communicate(timeout=60)[1] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), errors
    assert "esperando a que termine" in "".join(errors)
    assert sorted(shop.trained().values()) == [1] * RUNS
    assert shop.whole() == RUNS


REAL = """\
[report]
title = "Prueba"
[data]
name = "digits"
subset = { train = 200, test = 50 }
[training]
epochs = 1
[model.mlp]
parameters = { units = 4 }
layers = ["Flatten", { layer = "Dense", units = "$units", activation = "relu" }]
[study.s]
model = "mlp"
grid.units = [4, 5, 6]
"""


@pytest.mark.slow
def test_with_real_keras_a_killed_command_goes_on_where_it_was(shop, tmp_path):
    written(tmp_path, REAL)
    command = [
        sys.executable,
        "-m",
        "reportgen",
        "run",
        str(shop.config),
        "--build",
        str(shop.build),
        "--jobs",
        "1",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        shop.wait_for(1, shop.stored)
        workers = children(first.pid)
        first.kill()
        assert gone(workers, 2.0), "a worker outlived the command"
    facts = {
        path: (path.stat().st_mtime_ns, json.loads(path.read_text())["seconds"])
        for key in shop.store.keys("runs")
        for path in [shop.store.folder("runs", key) / "result.json"]
    }
    assert 1 <= len(facts) < 3
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"{3 - len(facts)} ejecuciones por entrenar" in done.stderr
    assert shop.whole() == 3
    results = json.loads((shop.build / "report" / "results.json").read_text())
    assert [run["status"] for run in results["runs"]] == ["ok"] * 3
    for path, (written_at, seconds) in facts.items():
        assert path.stat().st_mtime_ns == written_at
        assert json.loads(path.read_text())["seconds"] == seconds
