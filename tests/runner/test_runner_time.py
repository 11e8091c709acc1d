"""A limit of time: what does not fit is not begun, what runs over is ended, and the next command goes on."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD

from reportgen.runner.commands import WEIGHTS
from reportgen.runner.pool import LATE, Limits
from reportgen.store import Store

B = '[model.b]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n'
SOURCE = '[study.previa]\nmodel = "b"\nweights = "none"\n'
USER = '[study.fina]\nmodel = "b"\nweights = "run:previa"\nepochs = 3\n'
LAST = '[study.ultima]\nmodel = "b"\nweights = "run:fina"\nepochs = 4\n'


@pytest.fixture(autouse=True)
def precious(tmp_path, monkeypatch):
    """A working directory in which something stands: nobody may clear it away."""
    folder = tmp_path / "trabajo"
    folder.mkdir()
    (folder / "tesis.txt").write_text("años")
    monkeypatch.chdir(folder)
    yield folder
    assert (folder / "tesis.txt").read_text() == "años"


def ends(seconds):
    """Limits under which everything ends after some seconds."""
    return Limits(silence=60.0, start=60.0, deadline=time.monotonic() + seconds)


def test_what_does_not_fit_is_not_begun(study):
    made = study(fake.OK, "Adam", "RMSprop")
    long, *short = (run.key for run in made.runs().values())
    expected = {long: 1000.0, short[0]: 1.0}
    summary = made.run(finish=time.monotonic() + 100.0, expected=expected)
    assert summary.postponed == {long: LATE}
    assert set(made.trained()) == set(short)
    assert (summary.trained, summary.unavailable) == (2, {})
    assert made.run().trained == 1


def test_without_any_time_nothing_is_begun_and_no_process_is_started(study):
    made = study(fake.OK, "Adam")
    summary = made.run(jobs=2, finish=time.monotonic() - 1.0, command=("/no/such/command",))
    assert list(summary.postponed.values()) == [LATE, LATE]
    assert not made.trained()
    assert not [event for event in made.events if event.kind == "finished"]


def test_data_for_which_there_is_no_time_put_off_their_runs(study):
    made = study(fake.OK, data=False)
    summary = made.run(finish=time.monotonic() - 1.0)
    assert summary.postponed == {made.runs()["sgd"].key: LATE}
    assert summary.unavailable == {}
    assert not list(made.store.keys("data"))
    assert made.run().trained == 1


def test_what_is_running_is_ended_at_the_deadline_and_leaves_nothing(study, monkeypatch):
    monkeypatch.setenv("FAKE_SECONDS", "60")
    made = study(fake.OK, "Adam")
    began = time.monotonic()
    summary = made.run(limits=ends(1.5), finish=began + 1.0)
    assert time.monotonic() - began < 30
    assert set(summary.postponed) == {run.key for run in made.runs().values()}
    assert len(made.trained()) == 1
    assert made.statuses() == {"sgd": None, "adam": None}
    monkeypatch.setenv("FAKE_SECONDS", "0.01")
    assert made.run().trained == 2


def test_data_that_take_too_long_are_ended_too(study):
    made = study(fake.OK, data=False)
    sleepy = made.folder / "sleepy.py"
    sleepy.write_text("import sys, time\nsys.stdin.readline()\ntime.sleep(60)\n")
    summary = made.run(limits=ends(0.5), finish=time.monotonic() + 0.4, command=(sys.executable, str(sleepy)))
    assert summary.postponed == {made.runs()["sgd"].key: LATE}


def test_whoever_starts_from_what_was_put_off_is_put_off_too(study):
    made = study(text=HEAD + B + LAST + USER + SOURCE)
    keys = {run.study: run.key for run in made.runs_of_all()}
    summary = made.run(finish=time.monotonic() + 100.0, expected={keys["previa"]: 1000.0})
    assert summary.postponed == dict.fromkeys(keys.values(), LATE)
    assert summary.unavailable == {}
    assert made.run().trained == 3
    assert made.store.verify(WEIGHTS, keys["fina"])


def test_a_failed_source_is_no_lack_of_time(study):
    made = study(text=HEAD + B + USER + SOURCE + f'optimizer = "{fake.RAISE}"\n')
    summary = made.run(finish=time.monotonic() + 100.0)
    assert summary.postponed == {}
    assert len(summary.unavailable) == 1


# --- probes --------------------------------------------------------------------------------------


def test_a_probe_measures_and_keeps_nothing(study):
    made = study(fake.OK, "Adam")
    before = {path: path.stat().st_mtime_ns for path in made.store.root.rglob("*") if path.is_file()}
    summary = made.probe()
    assert set(summary.measured) == {run.key for run in made.runs().values()}
    assert {facts["steps_per_epoch"] for facts in summary.measured.values()} == {10}
    after = {path: path.stat().st_mtime_ns for path in made.store.root.rglob("*") if path.is_file()}
    assert {path: when for path, when in after.items() if "logs" not in path.parts} == before
    assert [(item["seconds"], "keep_weights" in item) for item in made.commands("probe")] == [
        (3.0, False)
    ] * 2
    assert not made.trained()


def test_a_probe_that_fails_tells_nothing_and_the_others_go_on(study):
    made = study(fake.RAISE, fake.OK)
    summary = made.probe()
    assert set(summary.measured) == {made.runs()["sgd"].key}
    assert (summary.failed, summary.unavailable) == (0, {})
    assert made.statuses() == {"adadelta": None, "sgd": None}


def test_without_time_nothing_is_probed(study):
    made = study(fake.OK)
    assert made.probe(finish=time.monotonic() - 1.0).measured == {}


def test_a_probe_knows_the_run_as_it_would_be_trained(study):
    made = study(text=HEAD + B + SOURCE)
    made.probe()
    (command,) = made.commands("probe")
    run = made.named()["previa.unica"]
    assert (command["key"], command["recipe"]) == (run.key, run.content())
    assert Path(command["data_folder"]) == made.store.folder("data", run.data).resolve()


# --- the danger ----------------------------------------------------------------------------------


def test_the_store_throws_nothing_away_that_is_not_its_own(tmp_path, precious):
    store = Store(tmp_path / "store")
    store.prepare()
    for path in (Path(), precious, tmp_path / "store", tmp_path / "store" / "tmp", Path("tmp/x")):
        with pytest.raises(ValueError, match="staging area"):
            store.drop(path)
    staged = store.stage("k")
    (staged / "x").write_bytes(b"x")
    store.drop(staged)
    store.drop(staged)
    assert not staged.exists()
