"""An install without Keras: it plans, checks and renders what others trained.

Run by `make render-only` in an environment of its own, with the wheel and no source tree on the path, so
nothing is imported from tests/support.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdf
import pytest

from reportgen.plan.expand import expand
from reportgen.records.codec import encode_data, encode_run
from reportgen.records.model import DataRecord, Environment, LayerRow, ParameterCounts, RunRecord, Status
from reportgen.spec.load import load
from reportgen.store import Store

TOML = """
[report]
title = "Sin Keras"
date = 2026-06-09
[data]
name = "digits"
[training]
epochs = 4
[model.mlp]
parameters = { units = [8], dropout = 0.0 }
layers = [
  "Flatten",
  { each = "units", layers = [{ layer = "Dense", units = "$units", activation = "relu" }] },
  { layer = "Dropout", rate = "$dropout", when = "$dropout" },
]
[study.rejilla]
title = "Rejilla"
model = "mlp"
grid.optimizer = ["SGD", "Adam"]
grid.units = [[8], [8, 8]]
[study.dropout]
title = "Dropout"
from = { study = "rejilla", per = ["optimizer"] }
set.dropout = 0.3
"""
IMAGES, CLASSES = 100, 10
PIP = "pip install 'reportgen[train]'"


def data_record(key):
    rng = np.random.default_rng(0)
    return DataRecord(
        key, "digits", tuple("0123456789"), (8, 8, 1),
        {"train": (100,) * 10, "validation": (10,) * 10, "test": (10,) * 10}, "e" * 64, "scikit-learn",
        rng.integers(0, 256, (10, 5, 8, 8, 1), dtype=np.uint8),
        rng.integers(0, 256, (IMAGES, 8, 8, 1), dtype=np.uint8),
        np.arange(IMAGES, dtype=np.int64) % CLASSES,
    )  # fmt: skip


def run_record(key, place):
    labels = np.arange(IMAGES, dtype=np.int64) % CLASSES
    predicted = np.where(np.arange(IMAGES) < 70 + 3 * place, labels, (labels + 1) % CLASSES)
    table = np.full((IMAGES, CLASSES), 0.02, dtype=np.float32)
    table[np.arange(IMAGES), predicted] = 0.82
    metrics = {"accuracy": 0.7 + 0.03 * place, "loss": 0.5}
    falling = (0.9, 0.7, 0.5, 0.45)
    return RunRecord(
        key, Status.OK, seconds=1.5 + place, epochs_run=4, best_epoch=4,
        parameter_counts=ParameterCounts(500, 500, 0),
        metrics={"train": metrics, "validation": metrics, "test": metrics},
        history=dict.fromkeys(("accuracy", "val_accuracy", "loss", "val_loss"), falling),
        layers=(LayerRow("dense", "Dense", (8,), 500, True),),
        environment=Environment("3.12", "Linux", "CPU", 2, 2, "CPU", {"keras": "3.15.0"}),
        labels=labels, probabilities=table,
    )  # fmt: skip


def fill(folder, *, studies=("rejilla", "dropout")):
    """A configuration and the store that a training elsewhere would have left."""
    config = folder / "experiments.toml"
    config.write_text(TOML, encoding="utf-8")
    store = Store(folder / "build" / "store")
    store.prepare()
    spec, scores = load(config), {}
    for _ in range(2):
        plan = expand(spec, {}, scores)
        for place, run in enumerate(plan.runs):
            if run.key not in scores and run.study in studies:
                record = run_record(run.key, place)
                store.put("runs", run.key, encode_run(record))
                scores[run.key] = {
                    f"{split}.{n}": v for split, values in record.metrics.items() for n, v in values.items()
                }
    data = data_record(plan.data[0].key)
    arrays = {"test_images.npy": data.test_images, "test_labels.npy": data.test_labels}
    files = encode_data(data)
    for name, array in arrays.items():
        np.save(folder / name, array, allow_pickle=False)
        files[name] = (folder / name).read_bytes()
    store.put("data", data.key, files)
    return config


def command(folder, *words):
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "reportgen", *words],
        cwd=folder, capture_output=True, encoding="utf-8", timeout=300, env=environment, check=False,
    )  # fmt: skip


def test_there_is_no_keras_and_no_source_tree_here():
    for name in ("keras", "tensorflow"):
        assert importlib.util.find_spec(name) is None
    source = Path(importlib.util.find_spec("reportgen").origin)
    assert "site-packages" in source.parts
    assert (source.parent / "templates" / "es" / "strings.toml").is_file()  # shipped in the wheel


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("entero")
    fill(folder)
    return folder


def test_check(trained):
    done = command(trained, "check", "experiments.toml")
    assert done.returncode == 0, done.stderr
    assert "sin errores" in done.stdout


def test_plan_finds_everything_stored(trained):
    done = command(trained, "plan", "experiments.toml", "--json")
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert [item["state"] for item in read["runs"]] == ["stored"] * 6
    assert read["pending"] == []


@pytest.mark.parametrize("verb", ["render", "run"])
def test_the_report_is_written(trained, verb):
    """`run` with nothing to train is a render."""
    done = command(trained, verb, "experiments.toml")
    assert done.returncode == 0, done.stderr
    report = trained / "build" / "report"
    reader = pypdf.PdfReader(report / "informe.pdf")
    assert len(reader.pages) > 5
    text = "".join(page.extract_text() for page in reader.pages)
    assert "0,8500" in text  # the best accuracy, as Spanish writes it
    assert "<title>Sin Keras</title>" in (report / "informe.html").read_text(encoding="utf-8")
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    assert {item["status"] for item in results["runs"]} == {"ok"}
    assert json.loads((report / "findings.json").read_text(encoding="utf-8"))


def test_a_run_that_must_train_says_what_to_install(tmp_path):
    fill(tmp_path, studies=("rejilla",))
    done = command(tmp_path, "run", "experiments.toml")
    assert done.returncode == 3, done.stdout + done.stderr
    assert PIP in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_partial_store_renders_and_says_so(tmp_path):
    fill(tmp_path, studies=("rejilla",))
    done = command(tmp_path, "render", "experiments.toml")
    assert done.returncode == 1
    assert (tmp_path / "build" / "report" / "informe.pdf").is_file()
    assert "Informe parcial" in (tmp_path / "build" / "report" / "informe.html").read_text(encoding="utf-8")
