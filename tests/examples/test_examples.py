"""The files that readers start from: short, without a mistake, with the networks of the original reports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from reportgen import api
from reportgen.plan.model import Plan, RunPlan
from reportgen.training import models
from reportgen.training.plugins import Plugins

ROOT = Path(__file__).resolve().parents[2]
CIFAR10, FASHION_MNIST = (32, 32, 3), (28, 28, 1)

RUNS = {
    "experiments.toml": {
        "rejilla": 27, "lineal": 1, "dropout": 9, "parada_temprana": 9, "cnn": 2, "resnet50": 2, "vgg16": 2,
        "ligeras": 2,
    },
    "examples/fashion_mnist.toml": {"cnn": 25, "mejor_cnn": 1, "busqueda": 9, "eficiente": 1},
    "examples/escalera_cifar10.toml": {"escalera": 11},
    "examples/tres_intentos.toml": {"tutorial": 3},
    "examples/actividad_cnn.toml": {"redes": 4},
}  # fmt: skip
IMPORTED = {"examples/tabla_importada.toml": {"rejilla": 24}}
"""Files that tell results made elsewhere: there is nothing to train, and so no demo."""
ALL = {**RUNS, **IMPORTED}
KINDS = {
    "experiments.toml": "proyecto",
    "examples/fashion_mnist.toml": "curso",
    "examples/escalera_cifar10.toml": "escalera",
    "examples/tres_intentos.toml": "breve",
    "examples/actividad_cnn.toml": "actividad",
    "examples/tabla_importada.toml": "proyecto",
}
# (all, not trained) parameters of the networks, as the reports print them or as their layers add up to.
COUNTS = {
    "experiments.toml": {"CNN base": (1_846_410, 0), "CNN mejorada": (666_890, 0)},
    "examples/escalera_cifar10.toml": {
        "Proyecto 0": (263_402, 0),
        "Proyecto 1": (651_978, 0),
        "Proyecto 2": (651_978, 0),
        "Proyecto 3": (1_341_226, 0),
        "Proyecto 4": (849_066, 1_664),
        "Proyecto 5": (849_066, 1_664),
        "Proyecto 6": (14_881_738, 768),
        "Proyecto 7": (14_881_738, 14_881_738 - 166_282),
        "Proyecto 8": (14_881_738, 768),
        "Proyecto 9": (2_820_042, 768),
        "Proyecto 10": (15_274_954, 768),
    },
    "examples/tres_intentos.toml": {
        "Modelo original": (122_570, 0),
        "Primer intento": (122_570, 0),
        "Segundo intento": (188_810, 0),
    },
    "examples/actividad_cnn.toml": {"Modelo 1: CNN sencilla": (122_570, 0)},
    "examples/fashion_mnist.toml": {
        "LeNet-5": (44_426, 0),
        "CNN de tutorial": (542_230, 0),
        "CNN propia v1": (225_034, 0),
        "CNN propia v2": (225_034, 0),
        "CNN propia v3": (225_930, 448),
        "Red eficiente, con aumento de datos": (321_418, 3_968),
    },
}


def profiles_of(file: str) -> list[str]:
    """Names of the profiles, and the empty one of what is declared."""
    return ["", *tomllib.loads((ROOT / file).read_text(encoding="utf-8")).get("profile", {})]


def project_of(file: str, profile: str, folder: Path) -> api.Project:
    return api.open_project(api.Request(ROOT / file, profile, folder))


def plan_of(file: str, profile: str, folder: Path) -> Plan:
    return api.plan_with(project_of(file, profile, folder), {})


def counted(plan: Plan) -> dict[str, int]:
    found = {pending.study: pending.count for pending in plan.pending}
    for run in plan.runs:
        found[run.study] = found.get(run.study, 0) + 1
    return found


CASES = [(file, profile) for file in ALL for profile in profiles_of(file)]


# --- the files -----------------------------------------------------------------------------------


def test_every_example_is_among_those_tested():
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.toml")}
    assert {"experiments.toml", *found} == set(ALL)


def test_make_examples_runs_each_file_with_a_profile_that_it_has(tmp_path):
    told = tmp_path / "reportgen"
    told.write_text('#!/bin/sh\necho "told $*"\n', encoding="utf-8")
    told.chmod(0o755)
    # The recipe alone: what it needs is set up already, since this test runs.
    command = ["make", "-o", "setup", f"BIN={tmp_path}", "examples"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    calls = [line.split()[1:] for line in output.splitlines() if line.startswith("told ")]
    assert {call[1] for call in calls} == {file for file in ALL if file.startswith("examples/")}
    for call in calls:
        profile = call[call.index("--profile") + 1] if "--profile" in call else ""
        assert profile == ("demo" if call[1] in RUNS else "")
        api.check(api.Request(ROOT / call[1], profile))


@pytest.mark.parametrize("file", ALL)
def test_a_file_is_shorter_than_150_lines(file):
    assert len((ROOT / file).read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize(("file", "profile"), CASES)
def test_a_file_has_no_mistake_and_its_kind_and_prose(file, profile):
    spec = api.check(api.Request(ROOT / file, profile))
    (report,) = spec.reports.values()
    assert report.kind == KINDS[file]
    assert report.title
    assert report.authors
    assert report.date
    assert list((ROOT / file).parent.joinpath(report.prose).glob("*.md"))


@pytest.mark.parametrize(("file", "profile"), CASES)
def test_every_run_is_planned_and_none_twice(file, profile, tmp_path):
    plan = plan_of(file, profile, tmp_path)
    shown = counted(plan)
    shown.pop("previa", None)  # where the ladder's demo gets its weights from
    assert shown == ALL[file]
    keys = [run.key for run in plan.runs]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("file", RUNS)
def test_the_demo_needs_neither_images_nor_weights_from_outside(file, tmp_path):
    plan = plan_of(file, "demo", tmp_path)
    assert {data.content()["name"] for data in plan.data} == {"digits"}
    for run in plan.runs:
        recipe = run.content()
        weights = [table["weights"] for table in recipe["model"]["layers"] if "backbone" in table]
        assert all(value == "none" or value.startswith("run:") for value in weights), run.label
        assert "RandomFlip" not in str(recipe["training"]["augmentation"]), run.label


@pytest.mark.parametrize("file", ALL)
def test_prose_belongs_to_a_study_or_a_section_and_types_no_result(file):
    spec = api.check(api.Request(ROOT / file))
    (report,) = spec.reports.values()
    for path in (ROOT / file).parent.joinpath(report.prose).glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\d[,.]\d|\d\s*%", text), path
        assert not re.search(r"CIFAR|MNIST|dígito|prenda", text), path


# --- the networks --------------------------------------------------------------------------------

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
numpy_in_tensorflow = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def _fresh() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def network(run: RunPlan, shape: tuple[int, int, int]) -> Any:
    """The real network of a run; weights cannot be downloaded here and change no count."""
    recipe = run.content()
    for table in recipe["model"]["layers"]:
        if "backbone" in table:
            table["weights"] = "none"
    with Plugins({"redes": str(ROOT / "examples" / "redes.py")}) as plugins:
        return models.build(recipe, shape, 10, {}, plugins)


@numpy_in_tensorflow
@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("file", COUNTS)
def test_networks_have_the_parameters_of_the_reports(file, tmp_path):
    shape = FASHION_MNIST if "fashion" in file else CIFAR10
    runs = {run.label: run for run in plan_of(file, "", tmp_path).runs if run.label in COUNTS[file]}
    counts = {label: models.parameter_counts(network(run, shape)) for label, run in runs.items()}
    assert {label: (found.total, found.non_trainable) for label, found in counts.items()} == COUNTS[file]


# --- Fashion-MNIST, really -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_course_report_trains_on_real_fashion_mnist(tmp_path):
    file = "examples/fashion_mnist.toml"
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "run", file, "--profile", "prueba", "--build", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    known: dict[str, Any] = {}
    plan = api.plan_with(project_of(file, "prueba", tmp_path), known)
    assert counted(plan) == RUNS[file]
    assert {record.status for record in known.values()} == {"ok"}
    assert max(record.metrics["test"]["accuracy"] for record in known.values()) > 0.6
    assert {data.content()["name"] for data in plan.data} == {"fashion_mnist"}
    assert (tmp_path / "report" / "informe.pdf").stat().st_size > 100_000


# --- a table that others made --------------------------------------------------------------------


def test_a_table_of_results_is_a_whole_report_without_training(tmp_path):
    request = api.Request(ROOT / "examples" / "tabla_importada.toml", build=tmp_path)
    outcome = api.run(request, [].append)
    assert outcome is not None
    assert (outcome.declared, outcome.finished, outcome.trained) == (24, 24, 0)
    report = tmp_path / "report"
    assert (report / "informe.pdf").read_bytes().startswith(b"%PDF")
    page = (report / "informe.html").read_text(encoding="utf-8")
    assert "RMSprop" in page
    assert "Curvas de" not in page  # nobody tells how they learned
    assert "no constan los ajustes" in page
    findings = json.loads((report / "findings.json").read_text(encoding="utf-8"))
    told = {(item["code"], item["verdict"]): item for item in findings}
    best = told["overall_best", "supported"]
    assert "«RMSprop · ReLU · capas: 2»" in best["text"]
    assert next(cell["value"] for cell in best["cells"] if cell["id"] == "accuracy") == 0.6630
    assert "McNemar" not in best["text"]
    optimizer = next(item for item in findings if item["text"].startswith("Optimizador"))
    # the means over the six combinations that all three optimizers have, by hand
    six = (0.5414 + 0.5685 + 0.5802 + 0.4993 + 0.5391 + 0.5503) / 6
    cells = {cell["id"]: cell["value"] for cell in optimizer["cells"]}
    assert (optimizer["code"], optimizer["verdict"]) == ("factor_best", "inconclusive")
    assert cells["best_mean"] == pytest.approx((0.6 + 0.663 + 0.6443 + 0.4997 + 0.5533 + 0.5717) / 6)
    assert cells["second_mean"] == pytest.approx(six)
    assert ("imported_results", "supported") in told
    assert ("selected_on_test", "supported") in told
    assert ("deeper_is_better", "inconclusive") in told
    assert list((tmp_path / "store").glob("runs/*")) == []
