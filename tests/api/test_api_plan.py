"""A plan says what is stored, what is not and why, and what it will cost."""

from __future__ import annotations

import json
import time

import pytest
from support import fake_trainer as fake
from support.configurations import FOLLOW, GRID, HEAD, written

from reportgen import api
from reportgen.cli.plan_text import SHOWN, as_json, as_text
from reportgen.runner.commands import WEIGHTS

BASE = HEAD + GRID
S = '[study.s]\nmodel = "mlp"\n'


def told(planned, study="rejilla"):
    """Id -> (state, reason, changes) of the runs of a study."""
    lines = [line for line in planned.lines if line.study == study]
    return {line.id: (line.state, line.reason, line.changes) for line in lines}


def test_a_plan_writes_nothing_and_starts_nothing(place):
    planned = place.plan(BASE + FOLLOW, worker=("/no/such/command",))
    assert {line.state for line in planned.lines} == {"missing"}
    assert {line.reason for line in planned.lines} == {"nueva"}
    assert [(item.study, item.count) for item in planned.plan.pending] == [("dropout", 2)]
    assert not place.build.exists()


def test_every_state_is_told_with_its_reason(place):
    text = HEAD + f'[study.s]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "{fake.RAISE}", "{fake.DIVERGED}"]\n'
    place.run(text)
    assert told(place.plan(), "s") == {
        "sgd": ("stored", "", ()),
        "adadelta": ("failed", "ValueError: capa imposible", ()),
        "nadam": ("diverged", "la pérdida dejó de ser finita en la época 1, paso 3", ()),
    }
    seconds = {line.id: line.seconds for line in place.plan().lines}
    assert seconds["sgd"] == 0.5


CHANGED = "ha cambiado desde que se guardó"
EDITS = [  # what is edited, into what, the changes that are told
    ("epochs = 2", "epochs = 5", ("training.epochs: 2 → 5",)),
    ("epochs = 2", "epochs = 2\nbatch_size = 64", ("training.batch_size: 32 → 64",)),
    ("[8]", "[9]", ("model.layers[1].units: 8 → 9",)),
    ("dropout = 0.0", "dropout = 0.5", None),
    ('name = "digits"', 'name = "mnist"', ("data.name: digits → mnist",)),
    (
        'name = "digits"',
        'name = "digits"\nsplit = { validation = 0.2, seed = 3 }\nsubset = { train = 500 }',
        (
            "data.split.seed: 0 → 3",
            "data.split.validation: 0.1 → 0.2",
            'data.subset: nada → {"test": null, "train": 500}',
        ),
    ),
    ("epochs = 2", "epochs = 3\nfolds = 2", None),
]


@pytest.mark.parametrize(("old", "new", "changes"), EDITS)
def test_why_a_run_is_stale(place, old, new, changes):
    place.run(BASE)
    found = told(place.plan(BASE.replace(old, new)))
    assert {state for state, _, _ in found.values()} == {"missing"}
    assert {reason for _, reason, _ in found.values()} == {CHANGED}
    for _, _, items in found.values():
        assert items
        assert changes is None or items == changes


def test_a_title_makes_nothing_stale(place):
    place.run(BASE)
    found = told(place.plan(BASE.replace("Prueba", "Otra cosa")))
    assert {state for state, _, _ in found.values()} == {"stored"}


def test_when_the_name_of_a_run_has_changed_it_is_compared_with_the_one_most_like_it(place):
    place.run(BASE)
    renamed = BASE.replace("epochs = 2", "epochs = 5")
    renamed += 'labels.optimizer.values = ["Uno", "Dos"]\n'
    found = told(place.plan(renamed))
    assert set(found) == {"uno-relu", "uno-tanh", "dos-relu", "dos-tanh"}
    assert {items for _, _, items in found.values()} == {("training.epochs: 2 → 5",)}


def test_what_is_new_beside_what_is_stored_has_changed_nothing(place):
    place.run(BASE)
    found = told(place.plan(BASE.replace('"Adam"]', '"Adam", "RMSprop"]')))
    assert found["rmsprop-relu"] == ("missing", "nueva", ())
    assert found["adam-relu"][0] == "stored"
    seeds = told(place.plan(BASE.replace("epochs = 2", "epochs = 2\nseeds = [0, 1]")))
    assert seeds["sgd-relu-s0"][0] == "stored"
    assert seeds["sgd-relu-s1"] == ("missing", "nueva", ())


def test_an_edited_function_is_told_by_its_source(place):
    text = HEAD + '[model.p]\nlayers = [{ python = "redes:cola", n = 3 }]\n[study.s]\nmodel = "p"\n'
    (place.folder / "redes.py").write_text("def cola(tensor, n):\n    return tensor\n")
    place.run(text)
    (place.folder / "redes.py").write_text("def cola(tensor, n):\n    return 2 * tensor\n")
    ((state, reason, (change,)),) = told(place.plan(), "s").values()
    assert (state, reason) == ("missing", CHANGED)
    assert change.startswith("model.layers[0].source: ")


def test_an_edited_data_function_is_told_by_its_source(place):
    text = HEAD.replace('name = "digits"', 'python = "datos:cargar"') + S
    (place.folder / "datos.py").write_text("def cargar():\n    return 1\n")
    place.run(text)
    (place.folder / "datos.py").write_text("def cargar():\n    return 2\n")
    ((_, _, (change,)),) = told(place.plan(), "s").values()
    assert change.startswith("data.python.source: ")


def test_profiles_are_compared_each_with_itself(place):
    text = BASE + "[profile.demo]\ntraining.epochs = 1\n"
    place.run(text)
    assert {item[1] for item in told(place.plan(profile="demo")).values()} == {"nueva"}
    place.run(text, profile="demo")
    edited = text.replace("training.epochs = 1", "training.epochs = 4")
    assert {item[2] for item in told(place.plan(edited, profile="demo")).values()} == {
        ("training.epochs: 1 → 4",)
    }


MEMORIES = [
    "no es JSON",
    "[]",
    '{"x": 1}',
    '{"x": "y"}',
    '{"|rejilla|sgd-relu": "corta"}',
    '{"|rejilla|sgd-relu": 3}',
]


@pytest.mark.parametrize("content", MEMORIES)
def test_a_damaged_memory_of_plans_costs_only_the_explanation(place, content):
    place.run(BASE)
    path = place.store.root / "plans.json"
    assert set(json.loads(path.read_text())) >= {"|rejilla|sgd-relu"}
    path.write_text(content)
    found = told(place.plan(BASE.replace("epochs = 2", "epochs = 5")))
    assert {item[0] for item in found.values()} == {"missing"}
    assert place.run().trained == 4


B = '[model.b]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n[study.previa]\nmodel = "b"\nweights = "none"\n'
USER = '[study.fina]\nmodel = "b"\nweights = "run:previa"\n'


def test_weights_that_are_wanted_and_were_not_kept_are_a_reason(place):
    place.run(HEAD + B)
    found = place.plan(HEAD + B + USER)
    assert told(found, "previa") == {
        "unica": ("missing", "faltan sus pesos, que otras ejecuciones necesitan", ())
    }
    place.run()
    assert told(place.plan(), "previa")["unica"][0] == "stored"


def test_only_the_studies_asked_for_and_those_they_depend_on_are_planned(place):
    text = BASE + FOLLOW + '[study.otro]\nmodel = "mlp"\nepochs = 9\n'
    text += '[study.deotro]\nfrom = { study = "otro" }\nset.dropout = 0.3\n'
    planned = place.plan(text, studies=("dropout",))
    assert planned.studies == ("rejilla", "dropout")
    assert {line.study for line in planned.lines} == {"rejilla"}
    assert [item.study for item in planned.plan.pending] == ["dropout"]
    assert set(planned.budget.studies) == {"rejilla", "dropout"}
    assert planned.budget.total.unknown == 6
    assert place.plan(studies=("otro",)).studies == ("otro",)
    assert len(place.plan().lines) == 5


# --- what it will cost ---------------------------------------------------------------------------


def test_stored_runs_tell_the_time_of_those_alike(place):
    place.run(HEAD + S)
    text = HEAD + S + "grid.epochs = [2, 200]\n[study.t]\nmodel = 'mlp'\nset.units = [99]\n"
    found = place.plan(text).budget
    assert (found.studies["s"].runs, found.studies["s"].unknown) == (1, 0)
    # a stored run takes half a second for two epochs
    assert found.studies["s"].low == pytest.approx(200 * 0.25 * 0.8 + 0.1)
    assert found.studies["s"].high == pytest.approx(200 * 0.25 * 1.3 + 0.1)
    assert (found.studies["t"].runs, found.studies["t"].unknown) == (0, 1)
    assert (found.total.runs, found.total.unknown) == (1, 1)
    assert found.disk_bytes > 0


def test_runs_of_an_earlier_configuration_tell_the_time_too(place):
    place.run(HEAD + S)
    found = place.plan(HEAD + S.replace("[study.s]", "[study.otro]") + "epochs = 40\n").budget
    assert (found.total.runs, found.total.unknown) == (1, 0)


def test_kept_weights_count_as_disk(place):
    kept = HEAD.replace("epochs = 2", "epochs = 2\nkeep_weights = true") + S
    place.run(kept)
    key = place.plan().lines[0].key
    size = sum(path.stat().st_size for path in place.store.folder(WEIGHTS, key).iterdir())
    plain = sum(path.stat().st_size for path in place.store.folder("runs", key).iterdir())
    assert place.plan(kept + "seeds = [1]\n").budget.disk_bytes == size + plain


def test_when_all_is_stored_nothing_lies_ahead(place):
    place.run(BASE)
    planned = place.plan()
    assert (planned.budget.total.runs, planned.budget.total.unknown) == (0, 0)
    assert as_text(planned, every=False).rstrip().endswith("4 ejecuciones: 4 guardadas, 0 por entrenar.")


def test_probes_tell_the_time_of_what_nobody_has_trained(place, monkeypatch):
    monkeypatch.setenv("FAKE_STEP", "2.0")
    text = HEAD + S + "grid.units = [[8], [9]]\nseeds = [0, 1]\n"
    planned = place.plan(text)
    request = place.request()
    probed = api.probed(planned, request, place.events.append)
    assert (probed.budget.total.runs, probed.budget.total.unknown) == (4, 0)
    assert probed.budget.studies["s"].high == pytest.approx(4 * (2 * 20 * 1.3 + 0.6))
    assert len(place.commands("probe")) == 2  # one for each kind of network
    assert not list(place.store.keys("runs"))
    assert not list((place.store.root / "tmp").iterdir())


# --- how it is told ------------------------------------------------------------------------------


def strict(text):
    return json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))


def test_as_json_everything_is_there_and_no_number_is_none(place):
    place.run(HEAD + S + 'grid.optimizer = ["SGD", "Nadam"]\n')
    text = (
        HEAD
        + S
        + 'grid.optimizer = ["SGD", "Nadam", "Adam"]\nepochs = 2\n[study.t]\nfrom = { study = "s" }\n'
    )
    content = strict(as_json(place.plan(text)))
    assert [(run["id"], run["state"]) for run in content["runs"]] == [
        ("sgd", "stored"),
        ("nadam", "diverged"),
        ("adam", "missing"),
    ]
    assert content["pending"][0]["count"] == 1
    assert set(content["budget"]) == {"studies", "total", "disk_bytes", "peak_bytes"}
    assert {"low", "high", "runs", "unknown"} == set(content["budget"]["total"])


def test_all_runs_are_told_when_they_are_asked_for(place):
    place.run(HEAD + S + f"seeds = {list(range(5))}\n")
    planned = place.plan(HEAD + S + f"seeds = {list(range(25))}\n")
    short, long = as_text(planned, every=False), as_text(planned, every=True)
    assert f"… y {20 - SHOWN} más; --runs las muestra todas" in short
    assert "  20 por entrenar: nueva" in short
    assert "  5 guardadas" not in short
    assert "  5 guardadas" in long
    assert "más; --runs" not in long
    for line in planned.lines:
        assert line.key[:12] in long
    table = next(line for line in short.splitlines() if line.startswith("s "))
    assert table.split()[:5] == ["s", "25", "5", "20", "0"]


def test_runs_that_changed_alike_are_told_together(place):
    place.run(BASE)
    text = as_text(place.plan(BASE.replace("epochs = 2", "epochs = 5")), every=False)
    lines = text.splitlines()
    at = lines.index(f"  4 por entrenar: {CHANGED}")
    assert lines[at + 1] == "    training.epochs: 2 → 5"
    assert [line.split()[1] for line in lines[at + 2 : at + 6]] == [
        "sgd-relu",
        "sgd-tanh",
        "adam-relu",
        "adam-tanh",
    ]


FROZEN = (
    HEAD + '[model.b]\nlayers = [{ backbone = "VGG16", trainable = false }, "Flatten"]\n'
    '[study.s]\nmodel = "b"\nseeds = [0, 1, 2]\n'
)
FLIPS = '[study.t]\nmodel = "b"\naugmentation = [{ layer = "RandomFlip", mode = "horizontal" }]\n'


def test_runs_that_share_a_pass_are_told_with_whether_it_is_there(place):
    text = as_text(place.plan(FROZEN + FLIPS), every=False)
    plain = "VGG16, congelada: 4 ejecuciones comparten lo que da de cada imagen, que se calcula una sola vez."
    flipped = (
        "VGG16, congelada: una ejecución usa lo que da de las imágenes reflejadas, que se calcula una sola"
    )
    assert [line for line in text.splitlines() if "congelada" in line] == [plain, f"{flipped} vez."]
    place.run(FROZEN)
    assert place.plan(FROZEN).passes == ()
    planned = place.plan(FROZEN + FLIPS)
    assert [(item.view, item.runs, item.stored) for item in planned.passes] == [
        ("plain", 1, True),
        ("flipped", 1, False),
    ]
    assert "ya está guardado" in as_text(planned, every=False)
    assert [item["stored"] for item in strict(as_json(planned))["passes"]] == [True, False]


def large(folder):
    text = HEAD
    for number in range(5):
        rates = ", ".join(f'{{ name = "Adam", learning_rate = {0.001 * (rate + 2)} }}' for rate in range(20))
        text += f'[study.s{number}]\nmodel = "mlp"\nbatch_size = {number + 1}\ngrid.optimizer = [{rates}]\n'
        text += f"grid.dropout = {[step / 20 for step in range(10)]}\n"
        text += f"grid.units = {[[size + 1] for size in range(10)]}\n"
    return written(folder, text)


def test_ten_thousand_runs_are_planned_in_two_seconds(tmp_path):
    request = api.Request(large(tmp_path), build=tmp_path / "b", max_runs=10_000)
    api.plan(
        api.Request(written(tmp_path, BASE, "small.toml"), build=tmp_path / "b")
    )  # imports are not planning
    began = time.process_time()
    planned = api.plan(request)
    seconds = time.process_time() - began
    assert len(planned.lines) == 10_000
    assert seconds < 2.0, f"{seconds:.2f} s"
