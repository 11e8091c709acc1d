"""The whole way on real images: Fashion-MNIST from Debian's package, real Keras, the real PDF."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

CONFIG = """
[report]
title = "Prendas de vestir"
language = "es"

[data]
name = "fashion_mnist"
subset = {{ train = 2000, test = 500 }}

[training]
epochs = 2
batch_size = 64

[model.mlp]
parameters = {{ units = [64], activation = "relu", dropout = 0.0 }}
layers = [
  "Flatten",
  {{ each = "units", layers = [
    {{ layer = "Dense", units = "$units", activation = "$activation" }},
    {{ layer = "Dropout", rate = "$dropout", when = "$dropout" }},
  ] }},
]

[model.cnn]
layers = [
  {{ layer = "Conv2D", filters = 8, kernel_size = 3, activation = "relu" }},
  "MaxPooling2D",
  "Flatten",
]

[study.rejilla]
title = "Rejilla"
model = "mlp"
grid.optimizer = ["Adam", {{ name = "SGD", learning_rate = {rate} }}]
grid.units = [[64], [64, 32]]
table = {{ rows = "units", by = ["optimizer"] }}

[study.dropout]
title = "Dropout"
from = {{ study = "rejilla", best = "validation.accuracy", per = ["optimizer"] }}
set.dropout = 0.2

[study.cnn]
title = "CNN"
variant.base = {{ model = "cnn", epochs = 1 }}
variant.mejorada = {{ extends = "base", change = "una época más", epochs = 2 }}
"""


def reportgen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reportgen", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fashion")
    (folder / "e.toml").write_text(CONFIG.format(rate=0.05), encoding="utf-8")
    done = reportgen(folder, "run", "e.toml")
    assert done.returncode == 0, done.stderr
    return folder


def planned(folder: Path) -> dict[str, str]:
    done = reportgen(folder, "plan", "e.toml", "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    return {f"{run['study']}/{run['label']}": run["state"] for run in plan["runs"]}


def test_every_declared_run_is_ok_and_learned_something(trained):
    runs = json.loads((trained / "build/report/results.json").read_text())["runs"]
    assert len(runs) == 4 + 2 + 2
    assert {run["status"] for run in runs} == {"ok"}
    assert max(run["metrics"]["test"]["accuracy"] for run in runs) > 0.6
    assert all(run["seconds"] > 0 and run["epochs_run"] >= 1 for run in runs)


def test_the_pdf_shows_the_accuracies_in_spanish_and_has_an_outline(trained):
    pdf = PdfReader(trained / "build/report/informe.pdf")
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    runs = json.loads((trained / "build/report/results.json").read_text())["runs"]
    for run in runs:
        shown = f"{run['metrics']['test']['accuracy']:.4f}".replace(".", ",")
        assert shown in text, run["label"]
    assert pdf.outline
    assert "Camiseta/top" in text
    assert "2000" in text or "1800" in text


def test_findings_lead_back_to_runs(trained):
    keys = {run["key"] for run in json.loads((trained / "build/report/results.json").read_text())["runs"]}
    findings = json.loads((trained / "build/report/findings.json").read_text())
    codes = {finding["code"] for finding in findings}
    assert {"overall_best", "overall_worst", "factor_best", "variant_improves", "few_seeds"} <= codes
    for finding in findings:
        for cell in finding["cells"]:
            assert set(cell["sources"]) <= keys


def test_every_run_has_a_log_with_a_line_per_epoch(trained):
    logs = list((trained / "build/store/logs").glob("*.*.*.log"))
    assert len(logs) == 4 + 2 + 2
    for log in logs:
        lines = log.read_text(encoding="utf-8").splitlines()
        epochs = [line for line in lines if " epoch " in line]
        assert epochs, log.name
        assert "val_accuracy" in epochs[-1]
        assert "end ok" in lines[-1]


def test_a_second_run_trains_nothing(trained):
    entries = sorted((trained / "build/store/runs").glob("*/*/result.json"))
    before = {path: path.stat().st_mtime_ns for path in entries}
    done = reportgen(trained, "run", "e.toml")
    assert done.returncode == 0, done.stderr
    assert "por entrenar" not in done.stderr
    assert before == {path: path.stat().st_mtime_ns for path in entries}


def test_editing_title_trains_nothing_and_editing_one_rate_only_what_it_touches(trained):
    config = trained / "e.toml"
    text = config.read_text(encoding="utf-8")
    try:
        config.write_text(text.replace("Prendas de vestir", "Otro título"), encoding="utf-8")
        assert set(planned(trained).values()) == {"stored"}
        config.write_text(CONFIG.format(rate=0.04), encoding="utf-8")
        states = planned(trained)
        missing = {name for name, state in states.items() if state == "missing"}
        assert missing
        assert all("SGD" in name for name in missing)
        assert states["cnn/Base"] == "stored"
    finally:
        config.write_text(text, encoding="utf-8")


def test_render_makes_the_same_bytes_without_training(trained):
    report = trained / "build/report"
    before = {name: (report / name).read_bytes() for name in ("informe.pdf", "informe.html", "results.json")}
    stale = report / "csv" / "tabla-otra.csv"
    stale.write_text("de otro informe")
    done = reportgen(trained, "render", "e.toml")
    assert done.returncode == 0, done.stderr
    for name, content in before.items():
        assert (report / name).read_bytes() == content, name
    assert not stale.exists()
    assert (report / "csv" / "ejecuciones.csv").exists()
