"""Takes the real worker process, checks the protocol, the files it leaves and how it ends."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np

from reportgen.records.codec import decode_data, decode_run
from reportgen.records.model import Status


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
    json.dumps(known, allow_nan=False)
    shipped = json.loads((Path(__file__).parents[2] / "reportgen/spec/keras_names.json").read_text())
    assert shipped["keras"] != known["keras"] or shipped == known, "refresh spec/keras_names.json"
