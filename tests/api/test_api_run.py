"""The straight line: judge, ask, train, render; and what a limit of time or an answer changes of it."""

from __future__ import annotations

import json
import time

import pytest
from support import fake_trainer as fake
from support.configurations import FOLLOW, GRID, HEAD

from reportgen import api
from reportgen.errors import ConfigurationError
from reportgen.runner.pool import LATE

BASE = HEAD + GRID
S = '[study.s]\nmodel = "mlp"\n'
B = '[model.b]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n'
SOURCE = '[study.previa]\nmodel = "b"\nweights = "none"\ngrid.epochs = [1, 2]\n'


def test_a_run_trains_what_is_missing_and_renders(place):
    outcome = place.run(BASE + FOLLOW)
    assert (outcome.declared, outcome.finished, outcome.trained, outcome.postponed) == (6, 6, 6, 0)
    assert place.rendered == [{}]
    assert place.commands("probe") == []
    assert [event.kind for event in place.events if event.kind not in ("started", "epoch", "finished")] == [
        "preparing", "queued", "lane", "queued", "lane", "rendering",
    ]  # fmt: skip
    assert place.run().trained == 0


def test_nobody_is_asked_where_nothing_was_measured(place):
    outcome = place.run(BASE, confirm=lambda _: pytest.fail("asked"))
    assert outcome.trained == 4


def test_the_budget_is_known_before_anybody_is_asked_and_no_is_no(place):
    asked = []

    def no(budget):
        asked.append(budget)
        return False

    assert place.run(BASE, confirm=no, probe=True) is None
    (budget,) = asked
    assert (budget.total.runs, budget.total.unknown) == (4, 0)
    assert (place.rendered, dict(place.trained()), list(place.store.keys("runs"))) == ([], {}, [])
    assert not list((place.store.root / "tmp").iterdir())
    assert place.run(confirm=lambda _: True, probe=True).trained == 4


def test_only_what_is_asked_for_is_judged(place):
    asked = []
    text = BASE + FOLLOW + '[study.otro]\nmodel = "mlp"\nset.units = [99]\n'
    place.run(text, confirm=lambda budget: asked.append(budget) or False, probe=True, studies=("otro",))
    assert set(asked[0].studies) == {"otro"}
    assert asked[0].total.runs == 1


def test_of_what_is_stored_nothing_is_probed(place):
    place.run(BASE)
    place.run(confirm=lambda budget: budget.total.runs == budget.total.unknown == 0, probe=True)
    assert place.commands("probe") == []


# --- a limit of time -----------------------------------------------------------------------------


def sound(place):
    """The store holds whole entries and nothing half done."""
    for kind in ("runs", "failed", "data", "weights"):
        for key in place.store.keys(kind):
            assert place.store.verify(kind, key)
    assert not list((place.store.root / "tmp").iterdir())


def test_nothing_is_begun_that_does_not_fit_and_the_report_says_so(place, monkeypatch):
    monkeypatch.setenv("FAKE_STEP", "60.0")  # ten steps an epoch: twenty minutes of two epochs
    outcome = place.run(BASE, max_hours=0.1)
    assert (outcome.declared, outcome.finished, outcome.trained, outcome.postponed) == (4, 0, 0, 4)
    assert outcome.unavailable == {}
    assert set(place.rendered[0].values()) == {LATE}
    assert not place.trained()
    sound(place)
    monkeypatch.delenv("FAKE_STEP")
    assert place.run(max_hours=0.1).trained == 4


def test_what_fits_is_trained_and_what_does_not_waits_for_the_next_command(place, monkeypatch):
    monkeypatch.setenv("FAKE_STEP", "10.0")
    text = HEAD + S + "grid.epochs = [1, 9]\n"  # 130 s and 1,170 s at most
    outcome = place.run(text, max_hours=0.2)
    assert (outcome.trained, outcome.postponed) == (1, 1)
    assert [item["recipe"]["training"]["epochs"] for item in place.commands("run")] == [1]
    sound(place)
    assert place.run().trained == 1


def test_what_runs_over_is_ended_and_trained_by_the_next_command(place, monkeypatch):
    monkeypatch.setenv("FAKE_STEP", "1e-6")
    monkeypatch.setenv("FAKE_SECONDS", "120")
    place.run(BASE, confirm=lambda _: False, probe=True)  # the data are there
    began = time.monotonic()
    outcome = place.run(max_hours=8 / 3600)
    assert time.monotonic() - began < 60
    assert (outcome.trained, outcome.postponed) == (0, 4)
    assert sum(place.trained().values()) == 1
    sound(place)
    monkeypatch.setenv("FAKE_SECONDS", "0.01")
    assert place.run().trained == 4


def test_with_no_time_at_all_nothing_happens_and_nothing_is_lost(place):
    precious = place.folder / "tesis.txt"
    precious.write_text("años")
    outcome = place.run(BASE, max_hours=1e-9)
    assert (outcome.trained, outcome.postponed, outcome.unavailable) == (0, 4, {})
    assert precious.read_text() == "años"
    assert not place.trained()
    sound(place)
    assert place.run().trained == 4


def test_stored_runs_tell_whether_those_alike_fit(place, monkeypatch):
    place.run(HEAD + S)  # half a second for two epochs
    monkeypatch.setenv("FAKE_STEP", "1e6")
    outcome = place.run(HEAD + S + "grid.epochs = [3, 20000]\n", max_hours=0.1)
    assert (outcome.trained, outcome.postponed) == (1, 1)
    assert place.commands("probe") == []


# --- weights of runs -----------------------------------------------------------------------------


def test_weights_of_an_arm_that_there_is_not_are_told_with_their_line(place):
    text = HEAD + B + SOURCE + '[study.fina]\nmodel = "b"\nweights = "run:previa.7"\n'
    line = text.splitlines().index("[study.fina]") + 1
    for ask in (api.check, api.plan, api.show, place.run):
        with pytest.raises(ConfigurationError) as caught:
            ask(text if ask == place.run else place.request(text))
        assert caught.value.exit_code == 2
        (found,) = caught.value.problems
        assert (found.line, found.field) == (line, "study.fina")
        assert "ninguna ejecución «7»" in found.what
        assert found.allowed == "hay: 1, 2"


def test_weights_of_an_arm_in_an_included_file_are_told_with_that_file(place):
    (place.folder / "comun.toml").write_text('\n[study.fina]\nmodel = "b"\nweights = "run:previa.7"\n')
    with pytest.raises(ConfigurationError) as caught:
        api.check(place.request('include = ["comun.toml"]\n' + HEAD + B + SOURCE))
    (found,) = caught.value.problems
    assert (found.file, found.line) == (str(place.folder / "comun.toml"), 2)


# --- prepare -------------------------------------------------------------------------------------


def test_prepare_brings_data_and_weights_and_trains_nothing(place):
    text = HEAD + B + '[study.s]\nmodel = "b"\ngrid.epochs = [1, 2]\n'
    place.request(text)
    outcome = api.prepare(place.request(), place.events.append)
    assert outcome.unavailable == {}
    assert [(item["backbone"], item["shape"]) for item in place.commands("weights")] == [("VGG16", [8, 8, 3])]
    assert len(list(place.store.keys("data"))) == 1
    assert place.rendered == []
    assert not place.trained()
    sound(place)
    assert place.run().trained == 2


def test_prepare_says_what_cannot_be_had(place, monkeypatch):
    monkeypatch.setenv("FAKE_NO_WEIGHTS", "VGG16")
    outcome = api.prepare(place.request(HEAD + B + '[study.s]\nmodel = "b"\n'), place.events.append)
    assert list(outcome.unavailable.values()) == [
        "keras.applications: no hay pesos de VGG16\n  → conéctate a internet"
    ]


# --- what is remembered --------------------------------------------------------------------------


def test_digests_of_local_files_and_of_python_are_remembered(place):
    (place.folder / "redes.py").write_text("def cola(tensor):\n    return tensor\n")
    place.run(HEAD + '[model.p]\nlayers = [{ python = "redes:cola" }]\n[study.s]\nmodel = "p"\n')
    digests = json.loads((place.store.root / "sources.json").read_text())
    assert set(digests) == {"python:redes"}
    keys = [line.key for line in place.plan().lines]
    (place.folder / "redes.py").unlink()
    assert [line.key for line in place.plan().lines] == keys
    assert place.plan().lines[0].state == "stored"


def test_a_failed_run_is_judged_and_tried_again(place):
    text = HEAD + f'[study.s]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "{fake.RAISE}", "{fake.DIVERGED}"]\n'
    place.run(text)
    assert place.plan().budget.total.runs == 1  # the divergence is a result
    assert place.run().trained == 0
    assert list(place.trained().values()) == [1]
