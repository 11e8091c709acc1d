"""`reportgen init`: projects of every kind, ready to run, true as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from reportgen import api
from reportgen.api import starting
from reportgen.cli import KINDS, main
from reportgen.report.build import SECTIONS
from reportgen.report.kinds import KINDS as CONTENTS
from reportgen.spec import model, schema

FILE = "experiments.toml"
CASES = [(kind, profile) for kind in KINDS for profile in ("", "demo")]


def texts(kind: str) -> list[Path]:
    return sorted((starting.CHECKOUT / kind / "textos").glob("*.md"))


@pytest.fixture
def project(tmp_path):
    """Makes a project of one kind: the folder."""

    def make(kind: str) -> Path:
        folder = tmp_path / "mi informe" / kind
        assert main(["init", str(folder), "--kind", kind]) == 0
        return folder

    return make


def test_there_is_a_project_of_every_kind():
    assert set(KINDS) == set(get_args(model.Kind))
    assert {path.name for path in starting.CHECKOUT.iterdir()} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_made_and_how_to_try_it(project, capsys, kind):
    folder = project(kind)
    told = capsys.readouterr().out
    made = {path for path in folder.rglob("*") if path.is_file()}
    assert {folder / line for line in told.split("\n\n")[0].splitlines()} == made
    assert f"reportgen run {folder / FILE} --profile demo" in told
    assert (folder / schema.FILE).read_bytes() == schema.SHIPPED.read_bytes()
    assert (folder / FILE).read_text(encoding="utf-8").startswith(f"#:schema ./{schema.FILE}\n\n")


@pytest.mark.parametrize(("kind", "profile"), CASES)
def test_a_new_project_has_no_mistake(project, capsys, kind, profile):
    path = project(kind) / FILE
    assert main(["check", str(path), "--profile", profile]) == 0
    assert "sin errores" in capsys.readouterr().out
    (report,) = api.check(api.Request(path, profile)).reports.values()
    assert report.kind == kind
    assert report.title
    assert (path.parent / report.prose).is_dir()


@pytest.mark.parametrize("kind", KINDS)
def test_the_demo_needs_no_network_and_the_rest_is_public(project, tmp_path, kind):
    path = project(kind) / FILE
    plans = {
        profile: api.plan(api.Request(path, profile, tmp_path / "build")).plan for profile in ("", "demo")
    }
    assert {data.content()["name"] for data in plans["demo"].data} == {"digits"}
    assert {data.content()["name"] for data in plans[""].data} <= {"cifar10", "fashion_mnist"}
    for run in plans["demo"].runs:
        assert "backbone" not in json.dumps(run.content()["model"]["layers"])
    planned = {
        profile: len(plan.runs) + sum(item.count for item in plan.pending) for profile, plan in plans.items()
    }
    assert planned["demo"] <= planned[""] <= 25


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_its_place_and_types_no_result(kind):
    document = tomllib.loads((starting.CHECKOUT / kind / FILE).read_text(encoding="utf-8"))
    places = {*CONTENTS[kind], *document["study"]}
    for study in document["study"].values():
        places |= set(study.get("variant", {}))
    if kind in ("proyecto", "ejecutivo"):
        places.add("mejora")  # shown inside another section
    assert set(CONTENTS[kind]) <= set(SECTIONS)
    assert texts(kind)
    for path in texts(kind):
        assert path.stem in places, path
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\d", text), path
        assert not re.search(r"CIFAR|MNIST|dígito|prenda|foto", text), path
        guides = [line for line in text.splitlines() if "Por escribir" in line]
        assert all(line.startswith("> **Por escribir.** ") for line in guides), path
    assert any("Por escribir" in path.read_text(encoding="utf-8") for path in texts(kind))


def test_the_same_command_finishes_what_was_interrupted(tmp_path):
    made = api.init(tmp_path / "p", "breve")
    made[0].unlink()
    assert api.init(tmp_path / "p", "breve") == made
    assert all(path.is_file() for path in made)


def test_nothing_of_the_author_is_overwritten(tmp_path, capsys):
    folder = tmp_path / "p"
    folder.mkdir()
    mine = folder / FILE
    mine.write_text("# mío\n", encoding="utf-8")
    assert main(["init", str(folder), "--kind", "curso"]) == 3
    assert f"{mine}: ya existe y no se toca" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "# mío\n"
    assert list(folder.iterdir()) == [mine]


def test_a_folder_that_cannot_be_is_told(tmp_path, capsys):
    (tmp_path / "p").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "p")]) == 3
    told = capsys.readouterr().err
    assert str(tmp_path / "p") in told
    assert "Traceback" not in told


def test_an_unknown_kind_is_told_with_those_there_are(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["init", "p", "--kind", "tesis"])
    assert caught.value.code == 2
    assert "proyecto" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_new_project_becomes_a_report(project):
    folder = project("breve")
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "run", FILE, "--profile", "demo"],
        cwd=folder, capture_output=True, text=True, timeout=380, check=False,
        env={**os.environ, "PYTHONPATH": str(starting.CHECKOUT.parents[1])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = folder / "build" / "report"
    html = (report / "informe.html").read_text(encoding="utf-8")
    for words in ("Primer intento", "Por escribir.", "Nombre Apellido"):
        assert words in html
    assert (report / "informe.pdf").read_bytes().startswith(b"%PDF")
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    assert [run["status"] for run in results["runs"]] == ["ok"] * 3
    accuracies = [run["metrics"]["test"]["accuracy"] for run in results["runs"]]
    assert min(accuracies) > 0.8
