"""Takes a folder, gives a project in it whose store is full: what a report of 75 figures is rendered from.

The runs are real entries of a real store, written by the codec and committed by the store; only the numbers
in them are made up: noisy curves, and predictions that are right as often as the run's accuracy says.
"""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reportgen import api
from reportgen.plan.model import DataPlan, RunPlan
from reportgen.records.codec import encode_data, encode_run
from reportgen.records.model import DataRecord, Environment, LayerRow, ParameterCounts, RunRecord, Status

CLASSES = ("avión", "automóvil", "pájaro", "gato", "ciervo", "perro", "rana", "caballo", "barco", "camión")
FIGURES = 75
"""In the report of these runs."""
IMAGES = 10_000
SIDE = 32
EPOCHS = 40
ENVIRONMENT = Environment("3.11.9", "Linux 6", "una CPU", 2, 1, "CPU", {"keras": "3.15.0"}, 2)
CONFIGURATION = """\
[report]
title       = "Etiquetado de imágenes con redes neuronales"
subtitle    = "Material de medida"
kind        = "proyecto"
institution = "Universidad de Ejemplo"
date        = 2026-06-09
authors     = [{ name = "Integrante Uno", id = "20.111.222-3" }]
prose       = "textos"

[data]
name  = "cifar10"
split = { validation = 0.1, seed = 0 }

[training]
epochs = 40

[model.mlp]
parameters = { units = [512], activation = "relu", dropout = 0.0 }
layers = [
  "Flatten",
  { each = "units", layers = [
    { layer = "Dense", units = "$units", activation = "$activation" },
    { layer = "Dropout", rate = "$dropout", when = "$dropout" } ] } ]

[study.rejilla]
title = "Optimizadores, activaciones y profundidad"
model = "mlp"
grid.optimizer  = ["SGD", "Adam", "RMSprop"]
grid.activation = ["relu", "tanh", "sigmoid"]
grid.units      = [[512], [512, 256], [512, 256, 256]]
labels.activation.values = ["ReLU", "tanh", "sigmoide"]
labels.units = { name = "Capas", values = ["1", "2", "3"] }
table  = { rows = "units", by = ["optimizer", "activation"] }

[study.dropout]
title = "Regularización con Dropout"
from  = { study = "rejilla", best = "validation.accuracy", per = ["optimizer", "activation"] }
set.dropout = 0.3
table = { rows = "activation", by = ["optimizer"] }

[study.tasas]
title = "Tasas de aprendizaje"
model = "mlp"
grid.optimizer.learning_rate = [0.1, 0.01, 0.003, 0.001, 0.0003, 0.0001]

[study.tramas]
title = "Unidades"
model = "mlp"
grid.units = [[64], [96], [128], [192], [256], [1024], [2048]]
"""
PROSE = {
    "resumen": "Un **resumen** del autor, con una [nota](#conclusiones).",
    "problema": "Clasificar imágenes en diez clases.\n\n- Una.\n- Otra.",
    "rejilla": "Qué se espera de la rejilla.",
    "cierre": "Lo que queda por hacer.",
}


def project(folder: Path, *, images: int = IMAGES) -> api.Request:
    """A configuration, its prose and a store with every run that it declares."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "experiments.toml"
    config.write_text(CONFIGURATION, encoding="utf-8")
    (folder / "textos").mkdir(exist_ok=True)
    for name, text in PROSE.items():
        (folder / "textos" / f"{name}.md").write_text(text, encoding="utf-8")
    request = api.Request(config, build=folder / "build")
    opened = api.open_project(request)
    opened.store.prepare()
    for plan in opened.data:
        opened.store.put("data", plan.key, _data(plan, images))
    known: dict[str, RunRecord] = {}
    while missing := [run for run in api.plan_with(opened, known).runs if run.key not in known]:
        for run in missing:
            opened.store.put("runs", run.key, encode_run(_record(run, images)))
    return request


def _data(plan: DataPlan, images: int) -> dict[str, bytes]:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (images, SIDE // 4, SIDE // 4, 3), dtype=np.uint8)
    pictures = coarse.repeat(4, axis=1).repeat(4, axis=2)
    labels = _labels(images)
    record = DataRecord(
        key=plan.key, name="cifar10", classes=CLASSES, image_shape=(SIDE, SIDE, 3),
        counts={"train": (4500,) * 10, "validation": (500,) * 10, "test": (images // 10,) * 10},
        digest="d" * 64, source="hecho para medir", test_images=pictures, test_labels=labels,
        samples=np.stack([pictures[labels == name][:8] for name in range(len(CLASSES))]),
    )  # fmt: skip
    return encode_data(record) | {"test_images.npy": _npy(pictures), "test_labels.npy": _npy(labels)}


def _labels(images: int) -> np.ndarray:
    return np.arange(images, dtype=np.int64) % len(CLASSES)


def _npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _record(run: RunPlan, images: int) -> RunRecord:
    random = np.random.default_rng(int(run.key[:12], 16))
    accuracy = float(random.uniform(0.45, 0.85))
    labels = _labels(images)
    predicted = np.where(random.random(images) < accuracy, labels, random.integers(0, 10, images))
    scores = random.random((images, len(CLASSES))).astype(np.float32)
    scores[np.arange(images), predicted] += 2
    probabilities = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    test = float(np.mean(predicted == labels))
    layers = tuple(
        LayerRow(f"dense_{at}", "Dense", (size,), 1000 * size, True) for at, size in enumerate((512, 256, 10))
    )
    return RunRecord(
        run.key, Status.OK, seconds=float(random.uniform(20, 900)), epochs_run=EPOCHS, best_epoch=EPOCHS - 5,
        parameter_counts=ParameterCounts(778_000, 778_000, 0),
        metrics={
            "train": {"accuracy": min(0.99, accuracy + 0.05), "loss": 0.4},
            "validation": {"accuracy": accuracy, "loss": 0.7},
            "test": {"accuracy": test, "loss": 0.8},
        },
        history=_history(random, accuracy),
        layers=layers, environment=ENVIRONMENT, labels=labels, probabilities=probabilities,
    )  # fmt: skip


def _history(random: np.random.Generator, accuracy: float) -> dict[str, tuple[float, ...]]:
    steps = np.arange(1, EPOCHS + 1)
    rise = accuracy * (1 - np.exp(-steps / 8))

    def noisy(values: np.ndarray, size: float) -> tuple[float, ...]:
        return tuple(float(value) for value in np.clip(values + random.normal(0, size, EPOCHS), 0.01, None))

    return {
        "accuracy": noisy(rise, 0.005), "val_accuracy": noisy(0.97 * rise, 0.015),
        "loss": noisy(2.3 * (1 - rise), 0.02), "val_loss": noisy(2.4 * (1 - 0.95 * rise), 0.06),
        "learning_rate": (0.001,) * EPOCHS, "seconds": noisy(np.full(EPOCHS, 5.0), 0.3),
    }  # fmt: skip


# --- the command ---------------------------------------------------------------------------------

COMMAND = """
import sys
from reportgen.cli import main
code = main(sys.argv[1:])
print(sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Done:
    """Seconds of a command, after how many a watched file was another, and packages that it loaded."""

    seconds: float
    appeared: float
    modules: frozenset[str]


def reportgen(*words: str, watched: Path | None = None, modules: bool = False) -> Done:
    """The command as it is typed, in a fresh process.

    Raises:
        RuntimeError: when it fails, or the watched file stays as it was.
    """
    command = ["-c", COMMAND] if modules else ["-m", "reportgen"]
    before = _mark(watched)
    appeared = 0.0
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while watched is not None and process.poll() is None:
        if _mark(watched) != before:
            appeared = time.perf_counter() - began
            break
        time.sleep(0.004)
    told, errors = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode or (watched is not None and not appeared):
        raise RuntimeError(f"{' '.join(words)} failed ({process.returncode}): {errors}")
    found = ast.literal_eval(told.splitlines()[-1]) if modules else ()
    return Done(seconds, appeared, frozenset(found))


def _mark(path: Path | None) -> tuple[int, int] | None:
    """What changes when a file is replaced."""
    if path is None or not path.exists():
        return None
    facts = os.stat(path)  # noqa: PTH116
    return facts.st_ino, facts.st_mtime_ns
