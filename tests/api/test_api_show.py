"""The configuration with everything spelled out, and one run of it."""

from __future__ import annotations

import shutil
import tomllib

import pytest
from support import fake_trainer as fake
from support.configurations import FOLLOW, GRID, HEAD, ROOT, written
from support.generated import stages

from reportgen import api
from reportgen.errors import ConfigurationError
from reportgen.spec.load import load

FILES = [
    "experiments.toml",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.toml")),
]
CASES = [
    (file, profile)
    for file in FILES
    for profile in ["", *tomllib.loads((ROOT / file).read_text(encoding="utf-8")).get("profile", {})]
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The files that are shipped, where more may be written beside them."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "experiments.toml", folder)
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.mark.parametrize(("file", "profile"), CASES)
def test_what_is_shown_of_a_shipped_file_loads_to_the_same_runs(checkout, file, profile):
    path = checkout / file
    build = checkout / "b"
    shown = path.with_name("mostrado.toml")
    shown.write_text(api.show(api.Request(path, profile, build)), encoding="utf-8")
    plans = [
        api.plan_with(api.open_project(request), {})
        for request in (api.Request(path, profile, build), api.Request(shown, "", build))
    ]
    assert plans[0] == plans[1]
    assert stages(load(path, profile))[-1] == stages(load(shown))[-1]
    reports = [load(*place).reports for place in ((path, profile), (shown, ""))]
    assert reports[0] == reports[1]


BASE = HEAD + GRID + FOLLOW


def test_everything_is_spelled_out_and_every_run_is_a_comment(place):
    place.run(HEAD + GRID)
    text = api.show(place.request(BASE.replace('"Adam"]', '{ name = "adam", learning_rate = 0.01 }]')))
    content = tomllib.loads(text)
    assert content["training"]["optimizer"]["beta_1"] == 0.9
    assert content["training"]["batch_size"] == 32
    assert content["data"]["split"] == {"validation": 0.1, "seed": 0}
    assert content["model"]["mlp"]["layers"][1]["layers"][0]["use_bias"] is True
    lines = text.splitlines()
    assert "# 4 ejecuciones:" in lines
    assert [line.split()[2] for line in lines if line.endswith("(guardada)")] == [
        "rejilla.sgd-relu",
        "rejilla.sgd-tanh",
    ]
    assert lines[-1] == "# 2 ejecuciones, cuando termine «rejilla»"


def test_an_empty_list_that_says_something_is_shown(place):
    text = HEAD.replace("epochs = 2", 'epochs = 2\ncallbacks = ["TerminateOnNaN"]\nmetrics = ["AUC"]')
    text += '[study.s]\nmodel = "mlp"\ncallbacks = []\n'
    text += "variant.a = { metrics = [] }\nvariant.b = { augmentation = [] }\n"
    content = tomllib.loads(api.show(place.request(text)))["study"]["s"]
    assert content["callbacks"] == []
    assert content["variant"] == {"a": {"metrics": []}, "b": {"augmentation": []}}
    assert "title" not in content


def test_labels_with_line_breaks_and_signals_stay_in_their_comment(place):
    text = HEAD + '[study.s]\nmodel = "mlp"\nvariant.a = { title = "uno\\ndos\\u0007\\u007f\\u2028tres" }\n'
    shown = api.show(place.request(text))
    assert tomllib.loads(shown)["study"]["s"]["variant"]["a"]["title"] == "uno\ndos\x07\x7f\u2028tres"
    assert load(written(place.folder, shown)).study


def test_includes_and_profile_are_laid_in(place):
    written(place.folder, HEAD, "comun.toml")
    text = 'include = ["comun.toml"]\n' + GRID + "[profile.demo]\ntraining.epochs = 1\n"
    content = tomllib.loads(api.show(place.request(text, profile="demo")))
    assert content["training"]["epochs"] == 1
    assert "include" not in content
    assert "profile" not in content


# --- one run -------------------------------------------------------------------------------------


def test_one_run_is_shown_with_all_that_it_is_trained_with(place):
    place.run(HEAD + GRID)
    planned = place.plan()
    line = next(line for line in planned.lines if line.id == "adam-tanh")
    texts = {
        name: api.show_run(place.request(), name) for name in ("rejilla.adam-tanh", line.key, line.key[:12])
    }
    assert len(set(texts.values())) == 1
    content = tomllib.loads(texts[line.key])
    assert (content["run"]["id"], content["run"]["key"]) == ("adam-tanh", line.key)
    assert content["recipe"]["data"]["name"] == "digits"
    assert content["recipe"]["training"]["optimizer"]["epsilon"] == 1e-07
    assert content["recipe"]["model"]["layers"][1]["use_bias"] is True
    assert content["result"]["status"] == "ok"
    assert content["result"]["metrics"]["test"]["accuracy"] > 0


def test_a_run_that_is_missing_or_failed_is_shown_as_that(place):
    text = HEAD + f'[study.s]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "{fake.RAISE}"]\n'
    assert tomllib.loads(api.show_run(place.request(text), "s.sgd"))["result"] == {"status": "missing"}
    place.run()
    found = tomllib.loads(api.show_run(place.request(), "s.adadelta"))["result"]
    assert (found["status"], found["reason"]) == ("failed", "ValueError: capa imposible")


def test_the_arm_of_a_single_seed_is_a_name_too(place):
    text = HEAD + '[study.s]\nmodel = "mlp"\nseeds = [3]\n[study.t]\nmodel = "mlp"\nseeds = [0, 1]\n'
    assert tomllib.loads(api.show_run(place.request(text), "s.unica"))["run"]["seed"] == 3
    with pytest.raises(ConfigurationError) as caught:
        api.show_run(place.request(), "t.unica")
    assert "«t.unica» puede ser 2 ejecuciones" in str(caught.value)
    assert "t.unica-s0, t.unica-s1" in str(caught.value)


def test_an_unknown_run_is_told_with_some_that_there_are(place):
    with pytest.raises(ConfigurationError) as caught:
        api.show_run(place.request(HEAD + GRID), "rejilla.adan")
    assert caught.value.exit_code == 2
    assert "no hay ninguna ejecución «rejilla.adan»" in str(caught.value)
    assert "rejilla.sgd-relu, rejilla.sgd-tanh" in str(caught.value)
