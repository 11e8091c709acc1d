"""Takes a few accuracies, gives the Collected of a real Spec whose runs left consistent predictions.

The spec is loaded, planned and collected by the product; only what a training would have left behind is
made up here, from seeded numpy: predictions that are right as often as asked, a history, times.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from reportgen.analysis.collect import collect
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.plan.expand import expand
from reportgen.plan.model import RunPlan
from reportgen.records.model import (
    Continued,
    DataRecord,
    Environment,
    Inference,
    LayerRow,
    ParameterCounts,
    RunRecord,
    SharedPass,
    Status,
)
from reportgen.spec.load import load
from reportgen.spec.model import Report, Spec

PASS = SharedPass("f" * 64, "plain", "VGG16", 2400, 75.0, 5 << 20, 2, "CPU")
IMAGES = 400
CLASSES = ("avión", "barco", "ciervo", "hierro")
HERE = Environment("3.12", "Linux", "CPU de prueba", 2, 2, "CPU", {"keras": "3.15.0"}, 1)
HEAD = """
[report]
title = "Informe de prueba"
{report}
[data]
name = "digits"
{data}
[training]
epochs = {epochs}
seeds = {seeds}
[model.mlp]
parameters = {{ units = [8], activation = "relu", dropout = 0.0 }}
layers = [
  "Flatten",
  {{ each = "units", layers = [
    {{ layer = "Dense", units = "$units", activation = "$activation" }},
    {{ layer = "Dropout", rate = "$dropout", when = "$dropout" }},
  ] }},
]
[model.cnn]
parameters = {{ filters = 4 }}
layers = [
  {{ layer = "Conv2D", filters = "$filters", kernel_size = 3, activation = "relu" }},
  "MaxPooling2D",
  "Flatten",
]
[model.red]
parameters = {{ backbone = "MobileNetV2" }}
layers = [{{ backbone = "$backbone" }}, "GlobalAveragePooling2D"]
"""


@dataclass(frozen=True)
class Outcome:
    """What one run is to leave behind; ``validation`` and ``train`` default to ``test``.

    ``wrong`` names the test images that it gets wrong; without it they are the last ones, so that the
    errors of a better network lie inside those of a worse one. ``predicted`` says everything.
    """

    test: float = 0.8
    validation: float | None = None
    train: float | None = None
    seconds: float | None = 10.0
    epochs: int | None = None
    best_epoch: int | None = None
    rise: float = 0.02
    wrong: tuple[int, ...] | None = None
    predicted: tuple[int, ...] | None = None
    status: Status = Status.OK
    reason: str = ""
    environment: Environment | None = HERE
    seen: float | None = None
    """Accuracy while training, in the last epoch's history; as measured afterwards by default."""
    blind: bool = False
    """Without train and validation metrics and without a history."""
    rates: tuple[float, ...] = ()
    """Learning rate of each epoch; the same throughout by default."""
    further: Mapping[str, float] = field(default_factory=dict)
    """Further metrics, the same on every part of the data."""
    peak_bytes: int | None = None
    inference: Inference | None = None
    shared: tuple[SharedPass, ...] = ()
    continued: Continued | None = None
    val_accuracy: tuple[float, ...] = ()
    """Validation accuracy of each epoch; by default a straight line up to ``validation``."""
    parameters: int = 1234
    """Weights of the network, all but 34 of them trainable."""
    confidence: float | tuple[float, ...] = ()
    """Probability of the predicted class, of all images or of each; rising from 0.55 to 0.95 by default."""


Decide = Callable[[RunPlan], "Outcome | float | None"]
"""The outcome of a run; a bare number is its test accuracy, None leaves it without a record."""


def data_record(
    classes: Sequence[str] = CLASSES, images: int = IMAGES, train: Sequence[int] | None = None
) -> DataRecord:
    """A balanced data set of tiny grey images; ``train`` counts the training images per class."""
    rng = np.random.default_rng(7)
    count = len(classes)
    labels = np.arange(images, dtype=np.int64) % count
    return DataRecord(
        key="d" * 64,
        name="digits",
        classes=tuple(classes),
        image_shape=(8, 8, 1),
        counts={
            "train": tuple(train or [900] * count),
            "validation": tuple([100] * count),
            "test": tuple(int(np.sum(labels == label)) for label in range(count)),
        },
        digest="e" * 64,
        source="scikit-learn",
        samples=rng.integers(0, 256, (count, 5, 8, 8, 1), dtype=np.uint8),
        test_images=rng.integers(0, 256, (images, 8, 8, 1), dtype=np.uint8),
        test_labels=labels,
    )


def spec_of(
    text: str, *, epochs: int = 10, seeds: Sequence[int] = (0,), report: str = "", data: str = ""
) -> Spec:
    """The spec of some studies over the models ``mlp``, ``cnn`` and ``red``."""
    head = HEAD.format(epochs=epochs, seeds=list(seeds), report=report, data=data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "experiments.toml"
        path.write_text(head + text, encoding="utf-8")
        return load(path)


def run(spec: Spec, decide: Decide, data: DataRecord | None = None) -> Collected:
    """All runs of a spec with one data set, with the outcomes decided; ``data`` is :func:`data_record`."""
    return run_with(spec, decide, data_record() if data is None else data)


def run_with(
    spec: Spec, decide: Decide, data: DataRecord | None, reasons: Mapping[str, str] | None = None
) -> Collected:
    """The same, with a data set that may be missing and reasons for what could not be had."""
    (part,) = parts(spec, decide, data, reasons)
    return part


def parts(
    spec: Spec,
    decide: Decide,
    data: DataRecord | None,
    reasons: Mapping[str, str] | None = None,
    report: Report | None = None,
) -> tuple[Collected, ...]:
    """The results of each data set; ``data`` stands for all of them, ``report`` is the file's first."""
    shown = data or data_record()
    told = report or next(iter(spec.reports.values()))
    records: dict[str, RunRecord] = {}
    while True:
        scores = {key: _scores(record) for key, record in records.items()}
        plan = expand(spec, {}, scores)
        new = [item for item in plan.runs if item.key not in records]
        made = {item.key: record for item in new if (record := _decided(item, decide, shown)) is not None}
        records |= made
        if not made:
            there = {} if data is None else {item.key: replace(data, key=item.key) for item in plan.data}
            return collect(spec, told, plan, records, there, reasons or {})


def _scores(record: RunRecord) -> dict[str, float | None]:
    return {
        f"{split}.{name}": value for split, values in record.metrics.items() for name, value in values.items()
    }


def _decided(plan: RunPlan, decide: Decide, data: DataRecord) -> RunRecord | None:
    outcome = decide(plan)
    if outcome is None:
        return None
    return record_of(plan, outcome if isinstance(outcome, Outcome) else Outcome(float(outcome)), data)


def record_of(plan: RunPlan, outcome: Outcome, data: DataRecord) -> RunRecord:
    """The record of one run."""
    if outcome.status is not Status.OK:
        return RunRecord(plan.key, outcome.status, outcome.reason, environment=outcome.environment)
    planned = int(plan.content()["training"]["epochs"])
    epochs = planned if outcome.epochs is None else outcome.epochs
    best = outcome.best_epoch or max(1, epochs // 2)
    validation = outcome.test if outcome.validation is None else outcome.validation
    train = validation if outcome.train is None else outcome.train
    predicted = _predicted(outcome, data)
    test = float(np.mean(predicted == data.test_labels))
    record = RunRecord(
        key=plan.key,
        status=Status.OK,
        seconds=outcome.seconds,
        epochs_run=epochs,
        best_epoch=best,
        parameter_counts=ParameterCounts(outcome.parameters, outcome.parameters - 34, 34),
        metrics={
            "train": {"accuracy": train, "loss": 0.2, **outcome.further},
            "validation": {"accuracy": validation, "loss": 0.4, **outcome.further},
            "test": {"accuracy": test, "loss": 0.5, **outcome.further},
        },
        history=_history(
            train if outcome.seen is None else outcome.seen, validation, epochs, best, outcome.rise
        ),
        layers=(LayerRow("dense", "Dense", (8,), 1234, True),),
        environment=outcome.environment,
        labels=data.test_labels,
        probabilities=_probabilities(predicted, len(data.classes), outcome.confidence),
        peak_bytes=outcome.peak_bytes,
        inference=outcome.inference,
        shared=outcome.shared,
        continued=outcome.continued,
    )
    if outcome.val_accuracy:
        record = replace(record, history={**record.history, "val_accuracy": outcome.val_accuracy})
    if outcome.rates:
        record = replace(record, history={**record.history, "learning_rate": outcome.rates})
    if outcome.blind:
        return replace(record, history={}, best_epoch=None, metrics={"test": record.metrics["test"]})
    return record


def _predicted(outcome: Outcome, data: DataRecord) -> np.ndarray:
    labels, count = data.test_labels, len(data.classes)
    if outcome.predicted is not None:
        return np.array(outcome.predicted, dtype=np.int64)
    right = np.arange(labels.size) < round(outcome.test * labels.size)
    if outcome.wrong is not None:
        right = ~np.isin(np.arange(labels.size), outcome.wrong)
    other = (labels + 1 + np.arange(labels.size) // count % (count - 1)) % count
    return np.where(right, labels, other)


def _probabilities(predicted: np.ndarray, count: int, confidence: float | tuple[float, ...]) -> np.ndarray:
    sure = 0.55 + 0.4 * np.arange(predicted.size) / predicted.size
    if confidence:
        sure = np.broadcast_to(np.array(confidence, dtype=np.float64), predicted.shape)
    table = np.repeat((1 - sure)[:, None] / (count - 1), count, axis=1)
    table[np.arange(predicted.size), predicted] = sure
    return table.astype(np.float32)


def _history(
    train: float, validation: float, epochs: int, best: int, rise: float
) -> dict[str, tuple[float, ...]]:
    steps = np.arange(1, epochs + 1)
    falling = np.interp(steps, [1, best], [1.0, 0.4]) if best > 1 else np.full(epochs, 0.4)
    rising = np.interp(steps, [best, epochs], [0.4, 0.4 * (1 + rise)]) if epochs > best else falling
    columns = {
        "accuracy": train * steps / epochs,
        "val_accuracy": validation * steps / epochs,
        "loss": 1.0 / steps,
        "val_loss": np.where(steps <= best, falling, rising),
        "learning_rate": np.full(epochs, 0.001),
        "seconds": np.full(epochs, 1.0),
    }
    return {name: tuple(float(value) for value in values) for name, values in columns.items()}


# --- studies ---------------------------------------------------------------------------------------


def grid_text(axes: Mapping[str, Sequence[Any]], name: str = "rejilla", table: str = "") -> str:
    """TOML of a grid over the model ``mlp``."""
    lines = [f"[study.{name}]", 'title = "Rejilla"', 'model = "mlp"']
    lines += [f"grid.{axis} = {json.dumps(list(values))}" for axis, values in axes.items()]
    names = {"optimizer": "Optimizador", "activation": "Activación", "units": "Capas", "epochs": "Épocas"}
    lines += [f'labels.{axis} = {{ name = "{names[axis]}" }}' for axis in axes if axis in names]
    return "\n".join([*lines, table, ""])


def grid(
    axes: Mapping[str, Sequence[Any]], decide: Decide, data: DataRecord | None = None, **more: Any
) -> Collected:
    """One grid; ``decide`` sees each run's plan."""
    return run(spec_of(grid_text(axes), **more), decide, data)


def table(values: Mapping[tuple[str, ...], Any], axes: Mapping[str, Sequence[Any]], **more: Any) -> Collected:
    """One grid with an outcome for each tuple of labels, in the order of the axes; None: missing."""
    return grid(axes, lambda plan: values.get(tuple(plan.labels.values())), **more)


def variants_text(extends: Mapping[str, str], name: str = "cnn", **settings: str) -> str:
    """TOML of a study whose variants extend one another; ``settings`` adds a line to a variant."""
    lines = [f"[study.{name}]", f'title = "Estudio {name}"']
    for at, (variant, base) in enumerate(extends.items()):
        lines += [f"[study.{name}.variant.{variant}]", f'title = "Red {variant}"']
        lines += [f'extends = "{base}"', f'change = "cambio de {variant}"'] if base else ['model = "cnn"']
        lines += [settings.get(variant, f"set.filters = {at + 5}")]
    return "\n".join([*lines, ""])


def variants(outcomes: Mapping[str, Any], extends: Mapping[str, str], **more: str) -> Collected:
    """One study with variants; outcomes by variant."""
    spec = spec_of(variants_text(extends, **more))
    return run(spec, lambda plan: outcomes.get(plan.parameters["variant"]))


def folds_text(arms: Sequence[str], *, folds: int = 5, more: str = "", name: str = "cv") -> str:
    """TOML of a cross-validated study with these variants."""
    lines = [f"[study.{name}]", 'title = "Validación"', 'model = "cnn"', f"folds = {folds}", more]
    for at, arm in enumerate(arms):
        lines += [f"[study.{name}.variant.{arm}]", f'title = "Red {arm}"', f"set.filters = {at + 5}"]
        lines += [f'extends = "{arms[0]}"', f'change = "cambio de {arm}"'] if at else []
    return "\n".join([*lines, ""])


def folded(scores: Mapping[str, Sequence[Any]], **more: Any) -> Collected:
    """A cross validation: the outcome of each fold of each variant; a number is its validation accuracy."""

    def decide(plan: RunPlan) -> Any:
        given = scores[plan.parameters["variant"]]
        found = given[plan.fold] if plan.fold is not None and plan.fold < len(given) else None
        return Outcome(0.8, validation=found) if isinstance(found, float) else found

    return run(spec_of(folds_text(tuple(scores), **more)), decide)


FOLLOW = """
[study.derivado]
title = "Regularización con Dropout"
from = {{ study = "rejilla", best = "validation.accuracy", per = ["optimizer"] }}
{changed}
"""
OPTIMIZERS = ("SGD", "Adam", "RMSprop", "Nadam", "Adagrad")


def follow_up(pairs: Sequence[tuple[Any, Any]], changed: str = "set.dropout = 0.3", **more: Any) -> Collected:
    """A grid with one run per optimizer and a study derived from each: (before, after) for each."""
    names = OPTIMIZERS[: len(pairs)]
    spec = spec_of(grid_text({"optimizer": names}) + FOLLOW.format(changed=changed), **more)

    def decide(plan: RunPlan) -> Any:
        before, after = pairs[names.index(str(plan.parameters["optimizer"]))]
        return after if plan.study == "derivado" else before

    return run(spec, decide)


def study_of(collected: Collected, name: str) -> StudyResults:
    """A study by id."""
    return next(study for study in collected.studies if study.id == name)


def result_of(collected: Collected, label: str, study: str = "") -> Result:
    """The one result with this label."""
    found = [
        result
        for result in collected.results()
        if result.plan.label == label and study in ("", result.plan.study)
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} results are called {label!r}")
    return found[0]
