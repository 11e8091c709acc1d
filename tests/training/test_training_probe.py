"""Takes a real worker and a real process, checks what a probe measures and that nothing is left of it."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from reportgen.training import environment, fitting
from reportgen.training import probe as probing
from reportgen.training.fitting import Job
from reportgen.training.order import Pool
from reportgen.training.probe import probe

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CONVOLUTION = [{"layer": "Conv2D", "filters": 4, "kernel_size": 3}, {"layer": "Flatten"}]


@pytest.mark.parametrize(("layers", "batch"), [(None, 32), (None, 200), (None, 2), (CONVOLUTION, 32)])
def test_probe_measures_the_real_thing(
    tmp_path: Path, digits: Pool, run_recipe: Any, layers: Any, batch: int
) -> None:
    events: list[Any] = []
    files = {"callback": "CSVLogger", "filename": "x.csv"}
    recipe = run_recipe(layers, batch_size=batch, callbacks=[files], class_weight="balanced")
    started = time.monotonic()
    found = probe(Job("k", recipe, {}, tmp_path), digits, 0.5, events.append)
    spent = time.monotonic() - started
    assert found["steps_per_epoch"] == -(-240 // batch)
    assert found["classes"] == 10
    assert found["test_images"] == 60
    assert found["parameters"] == (1490 if layers else 1210)
    assert found["rss"] > 50 << 20
    assert 0 < found["step_seconds"] <= found["setup_seconds"] < spent - 0.5
    assert found["step_seconds"] < 0.2
    assert {event["event"] for event in events} == {"step"}
    assert all(0 < event["step"] <= event["steps"] == found["steps_per_epoch"] for event in events)
    assert list(tmp_path.iterdir()) == []


def test_probe_leaves_the_process_as_it_was(
    tmp_path: Path, digits: Pool, run_recipe: Any, train: Any
) -> None:
    recipe = run_recipe(CONVOLUTION, precision="mixed_bfloat16")
    before = train(recipe)
    probe(Job("k", recipe, {}, tmp_path), digits, 0.0, lambda _: None)
    assert keras.config.dtype_policy().name == "float32"
    after = train(recipe)
    assert after.history["loss"] == before.history["loss"]
    assert [row.name for row in after.layers] == [row.name for row in before.layers]
    with pytest.raises(TypeError):
        probe(Job("k", run_recipe([{"layer": "Dense", "unidades": 3}]), {}, tmp_path), digits, 0.0, print)
    facts = environment.describe()
    record = fitting.train(Job("k", recipe, {}, tmp_path), digits, facts, print, logging.getLogger("test"))
    assert record.history["loss"] == before.history["loss"]


def test_a_step_of_a_block_is_its_share_of_the_time(monkeypatch: Any) -> None:
    times = iter([10.0, 20.0, 20.0, 25.6, 30.0, 36.4])
    monkeypatch.setattr(probing, "time", SimpleNamespace(monotonic=lambda: next(times)))
    events: list[Any] = []
    watch = probing._Stopwatch("k", 120, 0.0, 3.0, events.append)
    for begin, end in ((0, 63), (64, 127)):  # Keras counts a last block as if it were a whole one
        watch.on_train_batch_begin(begin)
        watch.on_train_batch_end(end, {"loss": 1.0})
    watch.on_train_batch_begin(0)
    with pytest.raises(probing._EnoughError):
        watch.on_train_batch_end(63, {"loss": 1.0})
    assert watch.times() == pytest.approx({"setup_seconds": 13.7, "step_seconds": 0.1})
    assert [event["step"] for event in events] == [64, 120, 64]
