"""What a run has trained is kept for runs that take the same steps, given to them, checked and let go of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD

from reportgen.errors import StoreError
from reportgen.plan.trajectory import trajectory_of
from reportgen.runner import steps
from reportgen.runner.commands import RECIPE, STEPS
from reportgen.store import Store

STOP = '{ callback = "EarlyStopping", patience = 2 }'
BASE = '[study.base]\nmodel = "mlp"\nepochs = 3\n'
EARLY = f'[study.pronto]\nmodel = "mlp"\nepochs = 3\ncallbacks = [{STOP}]\n'
LONGER = '[study.base]\nmodel = "mlp"\nepochs = 5\n'
OTHER = '[study.otra]\nmodel = "mlp"\noptimizer = "SGD"\nepochs = 9\n'


@pytest.fixture(autouse=True)
def left(monkeypatch):
    """The trainer that trains nothing leaves steps."""
    monkeypatch.setenv("FAKE_STEPS", "uno")


def kept(made):
    return sorted(made.store.keys(STEPS))


def facts(made):
    (key,) = kept(made)
    return json.loads(made.store.get(STEPS, key).files["steps.json"])


def by_study(made):
    """Study -> the command of its only run."""
    studies = {run.key: run.study for run in made.runs_of_all()}
    return {studies[item["key"]]: item for item in made.commands()}


def test_the_run_that_others_can_be_read_off_is_first_and_told_of_them(study):
    made = study(text=HEAD + EARLY + BASE + OTHER)
    assert made.run().trained == 3
    told = by_study(made)
    assert [*told] == ["base", "otra", "pronto"], "who follows is last"
    assert told["base"]["others"] == [
        {"epochs": 3, "stopping": [{"callback": "EarlyStopping", "patience": 2}]}
    ]
    assert told["pronto"]["others"] == told["otra"]["others"] == []
    assert told["base"]["steps"] == told["otra"]["steps"] == ""
    folder = Path(told["pronto"]["steps"])
    assert folder.is_absolute()
    recipe = json.loads((folder / RECIPE).read_text())
    assert (recipe["kind"], recipe["training"]["callbacks"]) == ("trajectory", [])
    assert "epochs" not in recipe["training"]
    assert told["base"]["data_digest"] == made.store.manifest("data", made.runs_of_all()[0].data)
    assert len(kept(made)) == 2
    for run in made.runs_of_all():
        assert not {"steps.json", "states.npz"} & set(made.store.get("runs", run.key).files)


def test_more_epochs_are_given_what_fewer_left_and_leave_more(study):
    made = study(text=HEAD + BASE)
    made.run()
    first = made.runs_of_all()[0].key
    assert facts(made)["run"] == first
    made.use(HEAD + LONGER)
    assert made.run().trained == 1
    (command,) = made.commands()
    assert command["steps"] == str(made.store.folder(STEPS, *kept(made)).resolve())
    assert facts(made)["run"] == made.runs_of_all()[0].key != first
    made.use(HEAD + BASE.replace("epochs = 3", "epochs = 2"))
    made.run()
    assert len(facts(made)["history"]["loss"]) == 5, "fewer steps do not take the place of more"


def test_steps_taken_elsewhere_take_the_place_of_those_that_are_of_no_use(study, monkeypatch):
    made = study(text=HEAD + LONGER)
    made.run()
    monkeypatch.setenv("FAKE_STEPS", "otro")
    made.use(HEAD + BASE)
    made.run()
    assert len(facts(made)["history"]["loss"]) == 3
    made.use(HEAD + BASE.replace("epochs = 3", "epochs = 2"))
    made.run(jobs=2)
    assert len(facts(made)["history"]["loss"]) == 3, "runs beside it change no bit"


@pytest.mark.parametrize("name", ["steps.json", "states.npz", "MANIFEST.json"])
def test_damaged_steps_are_not_given_to_anybody(study, name):
    made = study(text=HEAD + BASE)
    made.run()
    path = made.store.folder(STEPS, *kept(made)) / name
    path.write_bytes(b"?" + path.read_bytes()[1:])
    made.use(HEAD + LONGER)
    assert made.run().trained == 1
    assert by_study(made)["base"]["steps"] == ""
    assert len(facts(made)["history"]["loss"]) == 5


def test_the_oldest_steps_make_room(study, monkeypatch):
    monkeypatch.setattr(steps, "LIMIT", 3000)
    grid = '[study.rejilla]\nmodel = "mlp"\nseeds = [0, 1, 2, 3, 4]\n'
    made = study(text=HEAD + grid)
    made.run()
    last = {trajectory_of(run.content()).key for run in made.runs_of_all()[-2:]}
    assert set(kept(made)) == last, "each takes some more than 1000 bytes"
    made.use(HEAD + grid.replace("4]", "4, 5]"))
    made.run()
    assert len(kept(made)) == 2
    assert len(set(kept(made)) & last) == 1, "those of earlier executions count"


@pytest.mark.parametrize("jobs", [1, 2])
def test_who_can_be_read_off_another_waits_for_it(study, monkeypatch, jobs):
    monkeypatch.setenv("FAKE_SECONDS", "0.5")
    made = study(text=HEAD + EARLY + BASE)
    made.run(jobs=jobs)
    told = by_study(made)
    assert [*told] == ["base", "pronto"]
    assert told["pronto"]["steps"] == str(made.store.folder(STEPS, *kept(made)).resolve())


def test_a_second_attempt_goes_on_from_nothing(study):
    flaky = f'[study.base]\nmodel = "mlp"\nepochs = 3\noptimizer = "{fake.FLAKY}"\n'
    made = study(text=HEAD + flaky)
    made.run()
    first, second = made.commands()
    assert first["keep_steps"]
    assert not {"steps", "keep_steps"} & set(second)


@pytest.mark.parametrize("harm", ["no room", "no states", "unreadable"])
def test_nothing_that_happens_to_steps_loses_a_run(study, monkeypatch, harm):
    made = study(text=HEAD + OTHER)
    made.run()
    (key,) = kept(made)
    if harm == "no states":
        (made.store.folder(STEPS, key) / "states.npz").unlink()
    plain = Store.commit, Store.verify

    def commit(store, kind, *more, **given):
        if kind == STEPS:
            raise StoreError("no queda sitio en el disco")
        return plain[0](store, kind, *more, **given)

    def verify(store, kind, *more):
        if kind == STEPS:
            raise StoreError("no se puede leer")
        return plain[1](store, kind, *more)

    if harm == "no room":
        monkeypatch.setattr(Store, "commit", commit)
    if harm == "unreadable":
        monkeypatch.setattr(Store, "verify", verify)
    made.use(HEAD + OTHER.replace("epochs = 9", "epochs = 10") + BASE)
    assert made.run().trained == 2
    for run in made.runs_of_all():
        assert not {"steps.json", "states.npz"} & set(made.store.get("runs", run.key).files)


def test_what_may_remember_more_is_told_nothing(study):
    log = '[study.log]\nmodel = "mlp"\ncallbacks = [{ callback = "CSVLogger", filename = "x.csv" }]\n'
    made = study(text=HEAD + log)
    made.run()
    assert not {"steps", "others", "keep_steps"} & set(by_study(made)["log"])
    assert kept(made) == []
