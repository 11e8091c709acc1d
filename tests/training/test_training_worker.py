"""Takes the real worker process, checks the protocol, the files it leaves and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from reportgen.records.codec import decode_data, decode_run
from reportgen.records.model import Status
from reportgen.sources.plugin import digest

ROOT = Path(__file__).resolve().parents[2]


def staged(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run_command(key: str, recipe: Any, data: Path, folder: Path, **more: Any) -> dict[str, Any]:
    staging = folder / key
    staging.mkdir()
    command = {
        "command": "run",
        "key": key,
        "recipe": recipe,
        "data_folder": str(data),
        "staging": str(staging),
    }
    return command | {"log": str(folder / f"{key}.log"), "weights_files": {}, "concurrent": 2} | more


def test_data_and_run_end_to_end(tmp_path: Path, worker: Any, data_recipe: Any, run_recipe: Any) -> None:
    assert worker.ready["event"] == "ready"
    assert worker.ready["environment"]["threads"] == 1
    assert set(worker.ready["environment"]["packages"]) >= {"keras", "tensorflow", "numpy", "scikit-learn"}
    data = tmp_path / "data"
    data.mkdir()
    recipe = data_recipe("digits", subset={"train": 200, "test": 50})
    events = worker.ask(
        {"command": "data", "key": "d", "recipe": recipe, "location": "", "staging": str(data)}
    )
    assert events[-1]["status"] == "ok"
    assert decode_data(staged(data)).test_images.shape == (50, 8, 8, 1)
    events = worker.ask(run_command("r", run_recipe(), data, tmp_path))
    assert [event["event"] for event in events if event["event"] != "step"] == [
        "start",
        "epoch",
        "epoch",
        "done",
    ]
    assert events[0] == {"event": "start", "key": "r", "epochs": 2}
    last_epoch = [event for event in events if event["event"] == "epoch"][-1]
    assert set(last_epoch["metrics"]) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert events[-1]["status"] == "ok"
    assert events[-1]["rss"] > 100 << 20
    record = decode_run(staged(tmp_path / "r"))
    assert record.status is Status.OK
    assert record.probabilities.shape == (50, 10)
    assert str(tmp_path) not in (tmp_path / "r" / "result.json").read_text()
    assert np.isfinite(record.seconds)


def test_diverged_failed_and_unavailable(
    tmp_path: Path, worker: Any, digits_folder: Path, run_recipe: Any, data_recipe: Any
) -> None:
    recipe = run_recipe(optimizer={"name": "SGD", "learning_rate": 1e38})
    recipe["model"]["output"] = "logits"
    done = worker.ask(run_command("nan", recipe, digits_folder, tmp_path))[-1]
    assert done["status"] == "diverged"
    assert decode_run(staged(tmp_path / "nan")).status is Status.DIVERGED
    recipe = run_recipe([{"layer": "Conv2D", "filters": 4, "kernel_size": 99}, {"layer": "Flatten"}])
    done = worker.ask(run_command("bad", recipe, digits_folder, tmp_path))[-1]
    assert done["status"] == "failed"
    assert done["reason"].startswith("ValueError")
    assert decode_run(staged(tmp_path / "bad")).reason == done["reason"]
    assert "Traceback" in (tmp_path / "bad.log").read_text()
    assert done["record"]
    lost = {"backbone": "VGG16", "weights": "0" * 64, "trainable": False}
    layers = [{"layer": "Resizing", "height": 32, "width": 32}, lost, {"layer": "Flatten"}]
    done = worker.ask(run_command("lost", run_recipe(layers), digits_folder, tmp_path))[-1]
    assert done["status"] == "unavailable"
    assert not done["record"]
    assert staged(tmp_path / "lost") == {}
    command = {"command": "data", "key": "d", "recipe": data_recipe("cifar10"), "staging": str(tmp_path)}
    done = worker.ask(command | {"location": str(tmp_path / "nada")})[-1]
    assert done["status"] == "unavailable"
    assert done["where"] == str(tmp_path / "nada")
    assert done["next_step"]
    command["recipe"] = data_recipe("digits", subset={"train": 99999})
    done = worker.ask(command | {"location": ""})[-1]
    assert done["status"] == "failed"
    assert "subset" in done["reason"]


def test_plugins_kept_weights_and_memory(
    tmp_path: Path, worker: Any, data_recipe: Any, run_recipe: Any
) -> None:
    module = tmp_path / "propio.py"
    text = """
import keras, numpy

def cargar():
    return numpy.zeros((60, 6, 6)), numpy.arange(60) % SIZE

def bloque(tensor, ancho):
    return keras.layers.Dense(ancho * FACTOR)(keras.layers.Flatten()(tensor))
"""
    sizes = {}
    for factor in (2, 3):  # the same warm worker, once more after the file has changed
        module.write_text(f"SIZE, FACTOR = 3, {factor}\n{text}")
        source, plugins = digest(module, tmp_path), {"propio": str(module)}
        folder = tmp_path / f"data{factor}"
        folder.mkdir()
        recipe = data_recipe("python", python={"function": "propio:cargar", "source": source})
        command = {"command": "data", "key": "d", "recipe": recipe, "staging": str(folder)}
        assert worker.ask(command | {"plugins": plugins})[-1]["status"] == "ok"
        assert decode_data(staged(folder)).classes == ("0", "1", "2")
        layers = [{"python": "propio:bloque", "source": source, "ancho": 5}]
        command = run_command(f"r{factor}", run_recipe(layers), folder, tmp_path, plugins=plugins)
        done = worker.ask(command | {"keep_weights": factor == 2})[-1]
        assert done["status"] == "ok", done["reason"]
        files = staged(tmp_path / f"r{factor}")
        assert ("model.weights.h5" in files) is (factor == 2)
        record = decode_run(files)
        sizes[factor] = next(row for row in record.layers if row.type == "Dense").output_shape
        assert 100 << 20 < record.peak_bytes < 64 << 30
    assert sizes == {2: (10,), 3: (15,)}
    module.write_text("")
    done = worker.ask(run_command("old", run_recipe(layers), folder, tmp_path, plugins=plugins))[-1]
    assert (done["status"], done["record"], done["where"]) == ("unavailable", False, str(module))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process reset its mark")
def test_peak_of_memory_starts_anew() -> None:
    code = """
from reportgen.training.process import peak_bytes, reset_peak
big = bytearray(100 << 20)
del big
before = peak_bytes()
reset_peak()
print(before - peak_bytes(), peak_bytes())
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    fallen, peak = (int(word) for word in ran.stdout.split())
    assert fallen > 90 << 20
    assert 1 << 20 < peak < 1 << 30


def test_probe_command(tmp_path: Path, worker: Any, digits_folder: Path, run_recipe: Any) -> None:
    command = run_command("p", run_recipe(), digits_folder, tmp_path, command="probe", seconds=1.5)
    events = worker.ask(command)
    assert events[0]["event"] == "start"
    assert {event["event"] for event in events[1:-1]} == {"step"}
    assert all(event["key"] == "p" for event in events)
    done = events[-1]
    assert (done["status"], done["record"]) == ("ok", False)
    assert set(done["probe"]) == {
        "setup_seconds", "step_seconds", "steps_per_epoch", "rss", "parameters", "test_images", "classes",
    }  # fmt: skip
    assert staged(tmp_path / "p") == {}
    bad = run_recipe([{"layer": "Dense", "unidades": 3}])
    command = run_command("bad", bad, digits_folder, tmp_path, command="probe")
    done = worker.ask(command)[-1]
    assert (done["status"], done["record"], "probe" in done) == ("failed", False, False)
    assert "units" in done["reason"]


def test_weights_command_without_network(new_worker: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    one = new_worker()
    command = {"command": "weights", "key": "w", "staging": str(tmp_path), "backbone": "MobileNetV2"}
    done = one.ask(command | {"shape": [96, 96, 1]})[-1]
    assert (done["status"], done["record"]) == ("unavailable", False)
    assert "ImageNet para MobileNetV2" in done["reason"]
    done = one.ask(command | {"shape": [96, 96, 3], "backbone": "Nada"})[-1]
    assert (done["status"], done["record"]) == ("failed", False)
    assert "no tiene Nada" in done["reason"]


# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_weights_command_with_a_filled_cache(new_worker: Any, tmp_path: Path, monkeypatch: Any) -> None:
    home = tmp_path / "keras"
    (home / "models").mkdir(parents=True)
    monkeypatch.setenv("KERAS_HOME", str(home))
    made = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_96_no_top.h5"
    made.save(home / "models" / name)
    one = new_worker()
    command = {"command": "weights", "key": "w", "staging": str(tmp_path / "s"), "backbone": "MobileNetV2"}
    done = one.ask(command | {"shape": [96, 96, 1]})[-1]
    assert (done["status"], done["record"], done["reason"]) == ("ok", False, "")


def test_end_of_input_ends_the_worker_and_noise_stays_in_the_log(new_worker: Any) -> None:
    one = new_worker()
    one.process.send_signal(signal.SIGINT)
    one.process.stdin.close()
    assert one.process.wait(timeout=20) == 3
    assert one.process.stdout.read() == ""
    assert one.log.exists()


def test_end_of_input_while_training_ends_the_worker(
    new_worker: Any, tmp_path: Path, digits_folder: Path, run_recipe: Any
) -> None:
    one = new_worker()
    command = run_command("long", run_recipe(epochs=100_000), digits_folder, tmp_path)
    one.process.stdin.write(json.dumps(command) + "\n")
    one.process.stdin.flush()
    assert one.event()["event"] == "start"
    assert next(event for event in iter(one.event, None) if event["event"] != "step")["event"] == "epoch"
    one.process.stdin.close()
    one.process.stdout.close()
    assert one.process.wait(timeout=20) == 3


def test_signatures_name_what_configurations_use() -> None:
    from reportgen.training.signatures import table

    known = table()
    assert known["layers"]["Conv2D"]["filters"] == {"required": True}
    assert "rank" not in known["layers"]["Conv2D"]
    assert known["layers"]["Dense"]["trainable"] is True
    assert known["optimizers"]["Adam"]["clipnorm"] is None
    assert known["callbacks"]["EarlyStopping"]["patience"] == 0
    assert "Lambda" not in known["layers"]
    assert "relu" in known["activations"]
    assert "VGG16" in known["applications"]
    assert known["metrics"]["SparseTopKCategoricalAccuracy"]["k"] == 5
    assert not {"Accuracy", "Mean", "Metric"} & set(known["metrics"])
    json.dumps(known, allow_nan=False)
    shipped = json.loads((ROOT / "reportgen/spec/keras_names.json").read_text())
    assert shipped["keras"] != known["keras"] or shipped == known, "refresh spec/keras_names.json"
