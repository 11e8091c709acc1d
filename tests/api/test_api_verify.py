"""Stored runs that are trained again: which, from what, held against what; and what is left untouched."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from support.configurations import FOLLOW, GRID, HEAD, plan_of

from reportgen import api
from reportgen.analysis.repetition import Sameness
from reportgen.api import verifying
from reportgen.api.sampling import LIMIT, expected, fitting, spread
from reportgen.api.verified import verification
from reportgen.api.verifying import Sample, verify
from reportgen.errors import ConfigurationError, MissingError
from reportgen.records.codec import FACTS

BASE = HEAD + GRID
BACKBONE = """
[model.b]
layers = [{ backbone = "VGG16" }, "GlobalAveragePooling2D"]
[study.previa]
model = "b"
[study.fina]
model = "b"
weights = "run:previa"
epochs = 3
"""
SHARED = """
[model.c]
layers = [{ backbone = "VGG16", trainable = false }, "GlobalAveragePooling2D"]
[study.congelada]
model = "c"
"""


@pytest.fixture
def again(place):
    """Trains again; gives what came of it."""

    def run(*runs, size=0, seed=0, **more):
        place._forget()
        place.events.clear()
        return verify(place.request(**more), Sample(size, runs, seed), place.events.append)

    return run


def snapshot(folder):
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names(found):
    return [f"{item.study}.{item.run}" for item in found.repeated]


def kept(place):
    return json.loads((place.build / "report" / "verificacion.json").read_bytes())


def test_everything_that_fits_is_trained_again_and_is_the_same(place, again):
    place.run(BASE + FOLLOW)
    found = again()
    assert {item.found.sameness for item in found.repeated} == {Sameness.IDENTICAL}
    assert found.holds
    assert (len(found.repeated), found.stored, found.unavailable) == (6, 6, {})
    assert sorted(place.trained()) == sorted(item.key for item in found.repeated)
    assert set(place.trained().values()) == {1}


def test_nothing_of_the_store_changes_and_nothing_else_is_left(place, again):
    place.run(BASE)
    (place.build / "verify" / "runs").mkdir(parents=True)  # of a process that was killed
    (place.build / "verify" / "runs" / "junk").write_text("?")
    before = snapshot(place.store.root)
    again()
    assert snapshot(place.store.root) == before
    assert {path.name for path in place.build.iterdir()} == {"store", "report"}


def test_only_data_and_weights_are_taken_over(place, again, monkeypatch):
    """Neither steps nor features: what a run produced on the way is produced again."""
    monkeypatch.setenv("FAKE_STEPS", "cpu")
    stop = 'callbacks = [{ callback = "EarlyStopping", patience = 1 }]'
    place.run(HEAD + f'[study.s]\nmodel = "mlp"\n[study.t]\nmodel = "mlp"\n{stop}\n' + BACKBONE + SHARED)
    assert any("steps" in command for command in place.commands("run"))
    made = len(place.commands("features"))
    found = again()
    assert len(found.repeated) == 5
    assert not place.commands("data")
    assert len(place.commands("features")) == made > 0
    for command in place.commands("run"):
        assert "steps" not in command
        assert not command["keep_weights"]
        for path in (command["data_folder"], *command["features"], *command["weights_files"].values()):
            assert path.startswith(str((place.build / "verify").resolve()))


def test_a_run_has_as_many_threads_as_it_had(place, again, monkeypatch):
    place.run(BASE)
    monkeypatch.setattr(verifying, "usable_cores", lambda: 4)
    real, asked = verifying.execute, []

    def execute(plan, store, options, listen):
        asked.append(options)
        return real(plan, store, options, listen)

    monkeypatch.setattr(verifying, "execute", execute)
    again("rejilla.sgd-relu")
    assert [options.jobs for options in asked] == [4], "the stored runs had one thread each"


# --- which -----------------------------------------------------------------------------------------


def test_a_sample_of_a_size(place, again):
    place.run(BASE + FOLLOW)
    found = again(size=2)
    assert len(found.repeated) == 2
    assert {item.study for item in found.repeated} == {"rejilla", "dropout"}
    assert found.stored == 6
    assert names(again(size=2)) == names(found)
    assert any(names(again(size=2, seed=seed)) != names(found) for seed in range(1, 4))
    assert len(again(size=99).repeated) == 6


def test_runs_and_studies_that_are_asked_for(place, again):
    place.run(BASE + FOLLOW)
    assert {item.study for item in again(studies=("dropout",)).repeated} == {"dropout"}
    assert names(again("rejilla.adam-tanh")) == ["rejilla.adam-tanh"]
    key = next(iter(place.store.keys("runs")))
    assert [item.key for item in again(key[:12], key).repeated] == [key]
    with pytest.raises(ConfigurationError, match="1 error"):
        again("rejilla.adan")


def test_one_run_at_least_whatever_it_takes(place, again, monkeypatch):
    place.run(BASE)
    monkeypatch.setattr(verifying, "LIMIT", 0.0)
    assert len(again().repeated) == 1


def test_what_is_expected_grows_with_the_sample(place):
    place.run(BASE)
    project = api.open_project(place.request())
    known = {}
    made = api.plan_with(project, known)
    seconds = expected(project, made, known)
    few, all_of = seconds(made.runs[:1]), seconds(made.runs)
    assert 1 < few < all_of < LIMIT


def test_as_many_as_fit():
    runs = list(range(9))
    assert fitting(runs, lambda some: 100.0 * len(some), 600) == 6
    assert fitting(runs, lambda some: 100.0 * len(some), 599) == 5
    assert fitting(runs, lambda some: 100.0 * len(some), 50) == 1
    assert fitting(runs, lambda _: 1.0, 50) == 9


TWO = BASE + '[study.otro]\nmodel = "mlp"\nseeds = [1, 2, 3]\ngrid.units = [[8], [9], [10]]\n'


def test_every_beginning_of_the_order_is_spread(tmp_path):
    runs = plan_of(tmp_path, TWO).runs
    for seed in range(5):
        ordered = spread([*runs, *runs], seed)
        assert Counter(run.key for run in ordered) == Counter(run.key for run in runs)
        assert len({run.study for run in ordered[:2]}) == 2
        first = [run for run in ordered if run.study == "otro"][:3]
        assert len({str(run.parameters) for run in first}) == 3, "each network before the second of any"
    assert spread(runs, 0) == spread(tuple(reversed(runs)), 0)
    assert spread(runs, 0) != spread(runs, 1)


# --- what is lacking -------------------------------------------------------------------------------


def test_without_anything_stored_that_is_told_and_no_store_is_made(place, again):
    place.request(BASE)
    with pytest.raises(MissingError, match="no hay nada guardado") as caught:
        again()
    assert caught.value.exit_code == 3
    assert not place.build.exists()


def test_a_run_without_a_result_cannot_be_asked_for(place, again):
    place.run(BASE, studies=("rejilla",))
    place.request(BASE + FOLLOW + '[study.otro]\nmodel = "mlp"\nepochs = 9\n')
    with pytest.raises(MissingError, match=r"otro\.unica: no tiene ningún resultado guardado"):
        again("otro.unica")
    assert len(again().repeated) == 4


def test_what_a_run_starts_from_must_be_there(place, again):
    place.run(HEAD + BACKBONE)
    source = next(iter(place.store.keys("weights")))
    place.store.discard("weights", source)
    assert names(again()) == ["previa.unica"]
    with pytest.raises(MissingError, match="no están guardados los pesos"):
        again("fina.unica")
    place.store.discard("data", next(iter(place.store.keys("data"))))
    with pytest.raises(MissingError, match="no hay ninguna ejecución guardada que se pueda repetir"):
        again()


def test_damaged_data_are_not_trained_on(place, again):
    place.run(BASE)
    (images,) = place.store.root.glob("data/*/*/test_images.npy")
    images.write_bytes(images.read_bytes()[:-1] + b"?")
    with pytest.raises(MissingError, match="está dañado"):
        again()
    assert not place.trained()


def test_what_cannot_be_had_is_told(place, again, monkeypatch):
    """As when published weights are no longer on the machine."""
    place.run(BASE)
    real = verifying.execute
    lost = next(iter(place.store.keys("runs")))

    def execute(plan, store, options, listen):
        summary = real(plan, store, options, listen)
        summary.unavailable[lost] = "no hay pesos"
        return summary

    monkeypatch.setattr(verifying, "execute", execute)
    found = again()
    assert found.unavailable == {lost: "no hay pesos"}
    assert len(found.repeated) == 3
    assert lost not in {item.key for item in found.repeated}


# --- held against ----------------------------------------------------------------------------------


def test_other_predictions_are_different_and_kept(place, again, monkeypatch):
    place.run(BASE)
    monkeypatch.setenv("FAKE_WRONG", "1")
    (item,) = again("rejilla.sgd-relu").repeated
    assert item.found.sameness is Sameness.EQUIVALENT
    monkeypatch.setenv("FAKE_WRONG", "9")
    found = again("rejilla.sgd-relu")
    (item,) = found.repeated
    assert (item.found.sameness, item.found.changed, item.found.images) == (Sameness.DIFFERENT, 9, 40)
    assert not found.holds
    content = kept(place)
    assert (content["schema"], content["seed"], content["stored"]) == (1, 0, 1)
    (run,) = content["runs"]
    assert (run["study"], run["run"], run["key"]) == ("rejilla", "sgd-relu", item.key)
    assert (run["sameness"], run["changed"], run["epochs"]) == ("different", 9, [2, 2])


def test_what_is_published_is_held_against_what_is_stored(place, again):
    place.run(BASE)
    assert {item.published for item in again().repeated} == {None}
    report = place.build / "report"
    (key, other, *_) = (item.key for item in again().repeated)
    runs = [
        {
            "key": key, "study": "s", "arm": "a", "label": "A", "seed": 0, "fold": None, "folds": 0,
            "status": "ok", "metrics": json.loads(place.store.get("runs", key).files[FACTS])["metrics"],
        }
        for key in (key, other)
    ]  # fmt: skip
    runs[1]["metrics"]["test"]["accuracy"] += 1e-9
    (report / "results.json").write_text(json.dumps({"schema": 1, "runs": runs}))
    found = again()
    assert {item.key: item.published for item in found.repeated if item.published is not None} == {
        key: True, other: False,
    }  # fmt: skip
    assert not found.holds


# --- in the report ---------------------------------------------------------------------------------


def test_the_file_is_read_back_while_it_holds(place, again):
    place.run(BASE)
    found = again()
    read = verification(place.build / "report", place.store)
    assert read == {item.key: item.found for item in found.repeated}
    key = found.repeated[0].key
    files = place.store.get("runs", key).files
    facts = json.loads(files[FACTS])
    facts["seconds"] = 77.0
    place.store.discard("runs", key)
    place.store.put("runs", key, {**files, FACTS: json.dumps(facts).encode()})
    assert set(verification(place.build / "report", place.store)) == set(read) - {key}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"schema": 2, "runs": []}', b'{"schema": 1}'])
def test_a_file_that_is_something_else_says_nothing(place, content):
    place.run(BASE)
    report = place.build / "report"
    report.mkdir()
    (report / "verificacion.json").write_bytes(content)
    assert verification(report, place.store) == {}
