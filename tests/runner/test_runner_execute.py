"""What becomes of runs that go wrong, with a trainer that misbehaves as it is told."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD, ROOT
from support.studies import FAKE

from reportgen import api
from reportgen.api.project import MEMORY, remember
from reportgen.errors import MissingError, StoreError
from reportgen.records.codec import decode_run
from reportgen.runner import worker as worker_module


def test_runs_are_trained_once_and_kept(study):
    made = study(fake.OK, "Adam", data=False)
    summary = made.run(jobs=2)
    assert (summary.trained, summary.failed, summary.unavailable) == (2, 0, {})
    assert made.statuses() == {"sgd": "ok", "adam": "ok"}
    assert set(made.trained().values()) == {1}
    finished = [event for event in made.events if event.kind == "finished"]
    assert {(event.label, event.status) for event in finished} == {("SGD", "ok"), ("Adam", "ok")}
    assert [event.total for event in made.events if event.kind == "queued"] == [2]
    assert made.run().trained == 0
    assert not made.trained()


CRASHES = {
    fake.EXIT: "el proceso terminó sin resultado (código 0)",
    fake.SEGFAULT: "el proceso murió por la señal SIGSEGV",
}


@pytest.mark.parametrize("kind", CRASHES)
def test_a_run_that_kills_its_worker_is_tried_twice_and_its_siblings_are_untouched(study, kind):
    made = study(fake.OK, kind, "Adam")
    summary = made.run(jobs=2)
    assert (summary.trained, summary.failed) == (2, 1)
    record = made.record(kind.lower())
    assert (record.status, record.reason) == ("failed", CRASHES[kind])
    counts = made.trained()
    assert [counts[run.key] for run in made.runs().values()] == [1, 2, 1]


def test_one_crash_is_forgiven(study):
    made = study(fake.FLAKY, fake.OK)
    assert (made.run().trained, made.statuses()) == (2, {"rmsprop": "ok", "sgd": "ok"})
    assert made.trained()[made.runs()["rmsprop"].key] == 2


def test_a_kill_from_outside_is_told_as_lack_of_memory(study):
    killer = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)"
    made = study(fake.OK)
    made.run(command=(sys.executable, "-c", killer))
    assert "probablemente por falta de memoria" in made.record("sgd").reason


def test_a_worker_that_closes_its_output_and_lives_on_is_ended(study, monkeypatch):
    monkeypatch.setattr(worker_module, "GRACE", 0.3)
    made = study(fake.OK)
    made.run(command=(sys.executable, "-c", "import os, time; os.close(1); os.close(2); time.sleep(99)"))
    assert made.record("sgd").reason == "el proceso cerró su salida y no terminó"


@pytest.mark.parametrize(("kind", "limits"), [(fake.HANG, (1.0, 1.0)), (fake.STALL, (1.0, 60.0))])
def test_a_run_that_falls_silent_is_ended_and_told(study, kind, limits):
    made = study(fake.OK, kind)
    summary = made.run(silence=limits[0], start=limits[1])
    assert (summary.trained, summary.failed) == (1, 1)
    record = made.record(kind.lower())
    assert (record.status, record.reason) == ("timeout", "sin avance durante 1 segundos")
    assert made.trained()[made.runs()[kind.lower()].key] == 1


def test_a_slow_first_step_is_no_hang(study):
    made = study(fake.SLOW_START)
    assert made.run(silence=1.0, start=60.0).trained == 1


def test_failed_runs_get_another_chance_and_divergences_do_not(study):
    made = study(fake.RAISE, fake.DIVERGED, fake.OK)
    assert made.run().failed == 2
    assert made.statuses() == {"adadelta": "failed", "nadam": "diverged", "sgd": "ok"}
    assert made.record("adadelta").reason == "ValueError: capa imposible"
    made.run()
    assert list(made.trained()) == [made.runs()["adadelta"].key]


def test_a_success_takes_the_place_of_a_failure(study):
    made = study(fake.RAISE)
    made.run()
    honest = made.folder / "honest.py"
    honest.write_text("from support import fake_trainer as fake\nfake.RAISE = ''\nfake.main()\n")
    os.environ["PYTHONPATH"] = str(ROOT / "tests")
    try:
        assert made.run(command=(sys.executable, str(honest))).trained == 1
    finally:
        del os.environ["PYTHONPATH"]
    assert made.statuses() == {"adadelta": "ok"}
    assert not list(made.store.keys("failed"))


def test_a_worker_that_says_done_and_leaves_nothing_is_not_believed(study):
    made = study(fake.LIAR, fake.OK)
    assert made.run().trained == 1
    assert "no dejó su resultado" in made.record("muon").reason
    assert [key for key in made.store.keys("runs") if not made.store.verify("runs", key)] == []


def test_what_cannot_be_had_leaves_the_others_alone(study):
    made = study(fake.UNAVAILABLE, fake.OK)
    summary = made.run()
    key = made.runs()["ftrl"].key
    assert summary.trained == 1
    assert summary.unavailable == {key: "keras.applications: no hay pesos\n  → conéctese a internet"}
    assert made.record("ftrl") is None


def test_data_that_cannot_be_had_is_told_and_nothing_is_trained(study, monkeypatch):
    monkeypatch.setenv("FAKE_NO_DATA", "1")
    made = study(fake.OK, data=False)
    summary = made.run()
    assert list(summary.unavailable.values()) == ["/nowhere: no están los datos\n  → descárgalos"]
    assert not made.trained()
    monkeypatch.delenv("FAKE_NO_DATA")
    assert made.run().trained == 1


def test_a_full_disk_stops_everything_and_keeps_what_is_there(study):
    made = study(fake.OK, fake.DISK_FULL)
    with pytest.raises(StoreError, match="no queda sitio"):
        made.run(jobs=1)
    assert made.statuses() == {"sgd": "ok", "lion": None}


def test_damaged_data_is_prepared_again_before_anything_is_trained(study):
    made = study(fake.OK)
    made.run()
    key = next(made.store.keys("data"))
    (made.store.folder("data", key) / "samples.npy").write_bytes(b"x")
    made.use((made.folder / "e.toml").read_text().replace("epochs = 2", "epochs = 3"))
    made.events.clear()
    assert made.run().trained == 1
    assert next(event.kind for event in made.events) == "preparing"
    assert made.store.verify("data", key)


def test_data_that_is_gone_comes_back_even_when_nothing_is_to_be_trained(study):
    made = study(fake.OK)
    made.run()
    shutil.rmtree(made.store.root / "data")
    made.run()
    assert len(list(made.store.keys("data"))) == 1
    assert not made.trained()


@pytest.mark.parametrize("name", ["result.json", "probabilities.npy"])
def test_a_damaged_run_is_trained_again_and_the_others_are_not(study, name):
    made = study(fake.OK, "Adam")
    made.run()
    key = made.runs()["sgd"].key
    path = made.store.folder("runs", key) / name
    path.write_bytes(path.read_bytes()[:-1])
    assert made.run().trained == 1
    assert list(made.trained()) == [key]


def test_a_run_of_another_schema_is_trained_again(study):
    made = study(fake.OK)
    made.run()
    key = made.runs()["sgd"].key
    files = dict(made.store.get("runs", key).files)
    files["result.json"] = files["result.json"].replace(b'"schema": 1', b'"schema": 2')
    made.store.put("runs", key, files, replace=True)
    assert made.run().trained == 1
    assert made.record("sgd").status == "ok"


FOLLOW = """\
[study.t]
from = { study = "s", best = "validation.accuracy" }
set.dropout = 0.3
[study.u]
from = { study = "t", best = "validation.accuracy" }
set.activation = "tanh"
"""


def test_follow_ups_are_trained_in_the_same_execution(study):
    made = study(fake.OK, fake.DIVERGED, "Adam", more=FOLLOW)
    assert made.run().trained == 4
    runs = list(api.plan_with(made.project, {}).runs)
    assert [run.study for run in runs] == ["s", "s", "s", "t", "u"]
    accuracy = {run.key: decode_run(made.store.get("runs", run.key).files) for run in (runs[0], runs[2])}
    winner = max(accuracy, key=lambda key: accuracy[key].metric("validation", "accuracy"))
    assert runs[3].parent == winner
    assert [event.total for event in made.events if event.kind == "queued"] == [5, 2, 1]
    made.run()
    assert not made.trained()


def test_only_the_studies_asked_for_are_trained(study):
    made = study(fake.OK, more='[study.otro]\nmodel = "mlp"\nepochs = 9\n')
    assert made.run(studies=frozenset({"otro"})).trained == 1
    assert made.statuses() == {"sgd": None, "unica": "ok"}


def test_a_key_that_two_studies_share_is_trained_once(study):
    made = study(fake.OK, more='[study.otro]\nmodel = "mlp"\ngrid.optimizer = ["sgd"]\n')
    assert made.run().trained == 1


def test_removing_a_study_and_putting_it_back_costs_nothing(study):
    made = study(fake.OK, "Adam")
    made.run()
    text = (made.folder / "e.toml").read_text()
    made.use(text.replace('"SGD", "Adam"', '"SGD"'))
    made.run()
    made.use(text)
    made.run()
    assert not made.trained()


def test_what_killed_processes_left_behind_is_swept(study):
    made = study(fake.OK)
    (made.store.stage("x" * 64) / "half").write_bytes(b"?")
    (made.store.root / "tmp" / "probe.1").write_bytes(b"?")
    made.run()


def test_a_store_that_cannot_be_written_is_told_before_training(tmp_path, study):
    made = study(fake.OK)
    request = replace(made.project.request, build=tmp_path / "b", worker=FAKE)
    (tmp_path / "b").write_text("")
    with pytest.raises(StoreError) as caught:
        api.run(request, made.events.append)
    assert caught.value.exit_code == 3
    assert not made.trained()


def test_without_keras_nothing_is_started(study, monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    made = study(fake.OK)
    with pytest.raises(MissingError, match="tensorflow y keras") as caught:
        made.run()
    assert "pip install 'reportgen[train]'" in str(caught.value)
    assert not made.events


def test_the_cost_of_a_run_is_small(study, capsys):
    made = study(fake.OK, more=f"seeds = {list(range(200))}\n")
    began = time.perf_counter()
    assert made.run(jobs=1).trained == 200
    each = (time.perf_counter() - began) / 200
    with capsys.disabled():
        sys.stdout.write(f"\n  {1000 * each:.1f} ms per run of 1 ms, workers included\n")
    assert each < 0.05


def test_data_and_weights_keep_their_digest_when_they_are_gone(tmp_path):
    (tmp_path / "w.weights.h5").write_bytes(b"weights")
    (tmp_path / "x.npz").write_bytes(b"data")
    text = (
        HEAD.replace('"digits"', '"npz"\npath = "x.npz"')
        + '[study.s]\nmodel = "mlp"\nweights = "w.weights.h5"\n'
    )
    path = tmp_path / "e.toml"
    path.write_text(text)
    request = api.Request(path, build=tmp_path / "b")
    before = api.open_project(request)
    assert set(before.digests) == {"w.weights.h5", "x.npz"}
    before.store.prepare()
    remember(before.store, MEMORY, before.digests)
    for name in ("w.weights.h5", "x.npz"):
        (tmp_path / name).unlink()
    assert api.open_project(request).digests == before.digests
    (tmp_path / "x.npz").write_bytes(b"other")
    assert api.open_project(request).digests["x.npz"] != before.digests["x.npz"]
    Path(tmp_path / "b" / "store" / "sources.json").write_text("no es JSON")
    assert set(api.open_project(request).digests) == {"x.npz"}
