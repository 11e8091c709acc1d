"""Weights that runs leave for others, and the recipe that lies beside everything that is stored."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD

from reportgen.runner.commands import RECIPE, WEIGHTS

B = '[model.b]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n'
SOURCE = '[study.previa]\nmodel = "b"\nweights = "none"\noptimizer = "%s"\n'
USER = '[study.fina]\nmodel = "b"\nweights = "run:previa"\nepochs = 3\n'


def text(optimizer=fake.OK, *parts):
    return HEAD + B + SOURCE % optimizer + "".join(parts or (USER,))


def recipe_of(made, kind, key):
    entry = made.store.get(kind, key, (RECIPE,))
    return json.loads(entry.files[RECIPE])


def test_everything_that_is_stored_says_what_it_was_made_from(study):
    made = study(fake.OK, fake.RAISE, fake.EXIT, data=False)
    made.run()
    kinds = {"sgd": "runs", "adadelta": "failed", "adagrad": "failed"}
    for name, run in made.runs().items():
        assert recipe_of(made, kinds[name], run.key) == run.content()
    (data,) = made.replan().data
    assert recipe_of(made, "data", data.key) == data.content()


def test_whoever_starts_from_another_run_waits_for_it_and_gets_its_weights(study):
    made = study(text=HEAD + B + USER + SOURCE % fake.OK)
    assert made.run(jobs=2).trained == 2
    source, user = made.named()["previa.unica"], made.named()["fina.unica"]
    commands = {item["key"]: item for item in made.commands()}
    assert list(commands) == [source.key, user.key]
    assert [item["keep_weights"] for item in commands.values()] == [True, False]
    path = Path(commands[user.key]["weights_files"][f"run:{source.key}"])
    assert path.is_absolute()
    assert path.read_bytes() == f"backbone {source.key}".encode()
    assert made.store.verify(WEIGHTS, source.key)
    assert {item.name for item in path.parent.glob("*.h5")} == {"model.weights.h5", "backbone.weights.h5"}
    assert not list((made.store.root / "runs").rglob("*.h5"))
    assert made.run().trained == 0


def test_a_run_without_a_backbone_keeps_the_whole_alone(study):
    made = study(
        text=HEAD.replace("epochs = 2", "epochs = 2\nkeep_weights = true") + '[study.s]\nmodel = "mlp"\n'
    )
    made.run()
    (run,) = made.runs().values()
    assert [path.name for path in made.store.folder(WEIGHTS, run.key).glob("*.h5")] == ["model.weights.h5"]


@pytest.mark.parametrize("kind", [fake.RAISE, fake.DIVERGED, fake.EXIT])
def test_when_the_source_fails_whoever_needs_it_is_told_and_the_others_go_on(study, kind):
    made = study(text=text(kind, USER, '[study.otra]\nmodel = "mlp"\n'))
    summary = made.run()
    assert (summary.trained, summary.failed) == (1, 1)
    user = made.named()["fina.unica"]
    assert summary.unavailable == {user.key: "fina · fina: no terminó la ejecución de la que toma sus pesos"}
    assert user.key not in made.trained()


def test_weights_asked_for_later_are_trained_again_once(study):
    alone = text(fake.OK, '[study.otra]\nmodel = "mlp"\n')
    made = study(text=alone)
    assert made.run().trained == 2
    made.use(alone + USER)
    source = made.named()["previa.unica"].key
    result = made.store.get("runs", source).files
    assert made.run().trained == 2
    assert set(made.trained()) == {source, made.named()["fina.unica"].key}
    assert made.store.get("runs", source).files == result
    made.run()
    assert not made.trained()


def test_weights_that_cannot_be_had_again_leave_the_result_as_it_was(study):
    alone = text(fake.OK, '[study.otra]\nmodel = "mlp"\n')
    made = study(text=alone)
    made.run()
    made.use(alone + USER)
    source = made.named()["previa.unica"].key
    dying = made.folder / "dying.py"
    dying.write_text("import sys; sys.stdin.readline()\n")
    summary = made.run(command=(sys.executable, str(dying)))
    assert summary.failed == 1
    made.replan()
    assert made.known[source].status == "ok"
    assert set(summary.unavailable) == {made.named()["fina.unica"].key}
    assert made.run().trained == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_studies_alike_the_one_whose_weights_are_wanted_decides(study, order):
    twins = (SOURCE % fake.OK, (SOURCE % fake.OK).replace("previa", "gemela"))
    made = study(text=HEAD + B + "".join(twins[at] for at in order) + USER)
    keys = {run.key for name, run in made.named().items() if not name.startswith("fina")}
    assert len(keys) == 1
    summary = made.run()
    assert (summary.trained, summary.unavailable) == (2, {})


@pytest.mark.parametrize("name", ["backbone.weights.h5", "model.weights.h5", "MANIFEST.json"])
def test_damaged_weights_are_trained_again_before_anything_starts_from_them(study, name):
    made = study(text=text())
    made.run(studies=frozenset({"previa"}))
    source = made.named()["previa.unica"].key
    path = made.store.folder(WEIGHTS, source) / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert made.run().trained == 2
    assert [item["key"] for item in made.commands()][-1] == made.named()["fina.unica"].key
    assert made.trained()[source] == 1
    assert made.store.verify(WEIGHTS, source)
    assert len(list((made.store.root / "corrupt").iterdir())) == 1


def test_damaged_weights_that_nobody_needs_any_more_are_left_alone(study):
    made = study(text=text())
    made.run()
    source = made.named()["previa.unica"].key
    (made.store.folder(WEIGHTS, source) / "model.weights.h5").write_bytes(b"?")
    made.run()
    assert not made.trained()


def test_weights_of_a_winner_are_there_once_it_is_known(study):
    grid = HEAD + B + '[study.previa]\nmodel = "b"\nweights = "none"\ngrid.optimizer = ["SGD", "Adam"]\n'
    winner = '[study.mejor]\nfrom = { study = "previa", per = ["optimizer"] }\nepochs = 5\n'
    made = study(text=grid + winner + USER.replace("run:previa", "run:mejor.adam"))
    assert made.run().trained == 5
    last = made.commands()[-1]
    assert last["key"] == made.named()["fina.unica"].key
    assert list(last["weights_files"]) == [f"run:{made.named()['mejor.adam'].key}"]
    kept = {item["key"] for item in made.commands() if item["keep_weights"]}
    assert kept == {made.named()["mejor.adam"].key}


def test_python_beside_the_configuration_reaches_the_worker(study, tmp_path):
    (tmp_path / "redes.py").write_text("def cola(tensor):\n    return tensor\n")
    made = study(text=HEAD + '[model.p]\nlayers = [{ python = "redes:cola" }]\n[study.s]\nmodel = "p"\n')
    made.run()
    assert [item["plugins"] for item in made.commands()] == [{"redes": str(tmp_path / "redes.py")}]
