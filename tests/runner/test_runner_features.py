"""What a frozen network gives is computed once for all runs that share it, kept, checked and used again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD

from reportgen.runner import features as shared
from reportgen.runner import sharing
from reportgen.runner.commands import FEATURES, RECIPE
from reportgen.runner.pool import Limits
from reportgen.runner.schedule import lanes

B = (
    "[model.b]\nparameters = { units = 8, how = false }\n"
    'layers = [{ backbone = "VGG16", trainable = "$how" }, "GlobalAveragePooling2D", '
    '{ layer = "Dense", units = "$units" }]\n'
)
FIRST = '[study.una]\nmodel = "b"\ngrid.units = [8, 16]\nseeds = [0, 1]\n'
SECOND = '[study.otra]\nmodel = "b"\nfolds = 3\nepochs = 3\n'
FLIPPED = '[study.espejo]\nmodel = "b"\naugmentation = [{ layer = "RandomFlip", mode = "horizontal" }]\n'
WHOLE = '[study.entera]\nmodel = "b"\nset.how = true\n'


def kept(made):
    return sorted(made.store.keys(FEATURES))


def folders(made):
    """``study.id`` -> the features it was trained on."""
    names = {run.key: name for name, run in made.named().items()}
    return {names[item["key"]]: item["features"] for item in made.commands()}


def test_runs_studies_and_folds_share_one_pass(study):
    made = study(text=HEAD + B + FIRST + SECOND)
    assert made.run(jobs=2).trained == 7
    (command,) = made.commands("features")
    assert kept(made) == [command["key"]]
    assert command["view"] == "plain"
    assert command["recipe"]["model"]["layers"][0]["trainable"] is False
    (used,) = {tuple(item) for item in folders(made).values()}
    assert used == (str(made.store.folder(FEATURES, command["key"]).resolve()),)
    assert Path(used[0]).is_absolute()
    (event,) = [item for item in made.events if item.kind == "sharing"]
    assert (event.label, event.total) == ("VGG16", 7)
    facts = json.loads(made.store.get(FEATURES, command["key"], (RECIPE,)).files[RECIPE])
    assert facts["packages"]["keras"]


def test_a_later_study_needs_no_pass_at_all(study):
    made = study(text=HEAD + B + FIRST)
    made.run()
    made.use(HEAD + B + FIRST + SECOND)
    assert made.run().trained == 3
    assert made.commands("features") == []
    (key,) = kept(made)
    assert list(folders(made).values()) == [[str(made.store.folder(FEATURES, key).resolve())]] * 3
    assert made.run().trained == 0


def test_flips_add_the_mirrored_view_alone(study):
    made = study(text=HEAD + B + FIRST)
    made.run()
    made.use(HEAD + B + FIRST + FLIPPED)
    made.run()
    (command,) = made.commands("features")
    assert command["view"] == "flipped"
    (used,) = folders(made).values()
    views = [json.loads((Path(folder) / RECIPE).read_text())["view"] for folder in used]
    assert views == ["plain", "flipped"]


def test_a_network_that_is_trained_whole_gets_none(study):
    made = study(text=HEAD + B + WHOLE + '[study.densa]\nmodel = "mlp"\n')
    assert made.run().trained == 2
    assert made.commands("features") == []
    assert set(map(tuple, folders(made).values())) == {()}


@pytest.mark.parametrize("name", ["train.npy", "pass.json", "MANIFEST.json"])
def test_damaged_features_are_computed_again(study, name):
    made = study(text=HEAD + B + FIRST)
    made.run()
    (key,) = kept(made)
    path = made.store.folder(FEATURES, key) / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    made.use(HEAD + B + FIRST + SECOND)
    assert made.run().trained == 3
    assert [item["key"] for item in made.commands("features")] == [key]
    assert made.store.verify(FEATURES, key)
    assert len(list((made.store.root / "corrupt").iterdir())) == 1


@pytest.mark.parametrize(
    ("what", "reason"),
    [("too large", "ocuparían 5,0 GB"), ("impossible", "no están los pesos")],
)
def test_what_cannot_be_kept_is_trained_whole(study, monkeypatch, what, reason):
    monkeypatch.setenv("FAKE_FEATURES", what)
    made = study(text=HEAD + B + FIRST + '[study.densa]\nmodel = "mlp"\n')
    assert made.run(jobs=0).trained == 5
    assert len(made.commands("features")) == 1, "asked once, not for every run or lane"
    assert set(map(tuple, folders(made).values())) == {()}
    assert kept(made) == []
    (event,) = [item for item in made.events if item.kind == "unshared"]
    assert event.reason.startswith(reason)


def test_a_worker_that_leaves_nothing_is_not_believed(study, monkeypatch):
    made = study(text=HEAD + B + FIRST)
    monkeypatch.setattr(sharing, "FILES", frozenset({"nothing.npy"}))
    assert made.run().trained == 4
    assert kept(made) == []


def test_a_run_that_cannot_be_had_says_so_itself(study, monkeypatch):
    monkeypatch.setenv("FAKE_FEATURES", "impossible")
    made = study(text=HEAD + B + FIRST.replace("seeds", f'optimizer = "{fake.UNAVAILABLE}"\nseeds'))
    summary = made.run()
    assert (summary.trained, len(summary.unavailable)) == (0, 4)
    assert {text.split(":")[1].split("\n")[0].strip() for text in summary.unavailable.values()} == {
        "no hay pesos"
    }


def test_other_releases_of_keras_compute_their_own(study, monkeypatch):
    made = study(text=HEAD + B + FIRST)
    made.run()
    monkeypatch.setattr(shared, "version", lambda _name: "99.0")
    made.use(HEAD + B + SECOND)
    made.run()
    assert len(kept(made)) == 2


def test_features_follow_the_weights_that_another_run_left(study):
    text = (
        HEAD + B + '[study.previa]\nmodel = "b"\nset.how = true\nweights = "none"\n'
        '[study.fina]\nmodel = "b"\nweights = "run:previa"\n'
    )
    made = study(text=text)
    assert made.run().trained == 2
    (command,) = made.commands("features")
    assert list(command["weights_files"]) == [f"run:{made.named()['previa.unica'].key}"]
    source = made.named()["previa.unica"].key
    made.store.discard("weights", source)
    made.store.put("weights", source, {"backbone.weights.h5": b"otros", "model.weights.h5": b"?"})
    made.use(text + '[study.mas]\nmodel = "b"\nweights = "run:previa"\nepochs = 9\n')
    made.run()
    assert len(made.commands("features")) == 1
    assert len(kept(made)) == 2


def test_when_time_is_over_nothing_is_computed(study):
    made = study(text=HEAD + B + FIRST)
    summary = made.run(finish=0.0, limits=Limits(silence=60, start=60))
    assert (summary.trained, len(summary.postponed)) == (0, 4)
    assert made.commands("features") == []


def test_heads_on_features_are_trained_side_by_side(study):
    made = study(text=HEAD + B + FIRST + WHOLE)
    runs = made.replan().runs
    known = shared.Shared(made.store)
    assert known.dense(runs) == frozenset()
    assert [lane.workers for lane in lanes(runs, 2, 0, gpus=0)] == [1]
    made.run(studies=frozenset({"una"}))
    assert known.lacking(runs) == []
    dense = known.dense(runs)
    assert dense == {run.key for run in runs if run.study == "una"}
    found = lanes(runs, 2, 0, gpus=0, dense=dense)
    assert [(lane.workers, lane.threads, len(lane.runs)) for lane in found] == [(2, 1, 4), (1, 0, 1)]


def test_a_probe_is_made_on_features_where_they_are(study, monkeypatch):
    monkeypatch.setenv("FAKE_PASS", "30")
    made = study(text=HEAD + B + FIRST)
    measured = made.probe().measured
    assert {facts["pass_seconds"] for facts in measured.values()} == {30.0}
    made.run()
    made.use(HEAD + B + FIRST + SECOND)
    assert {facts["pass_seconds"] for facts in made.probe().measured.values()} == {0.0}
