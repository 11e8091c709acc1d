"""A worker process that trains nothing: the protocol of reportgen.training, misbehaving as it is told.

The optimizer's name says what to do. FAKE_TRAINED names a file that gets one line for every key trained,
FAKE_COMMANDS one that gets every command as a line of JSON. FAKE_SECONDS is what a run takes, FAKE_STEP what
a probe says that a step takes. FAKE_NO_DATA makes the data set unavailable, FAKE_NO_WEIGHTS a backbone.
FAKE_WRONG is how many test images a run takes for another class.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from reportgen.records.codec import encode_data, encode_pass, encode_run
from reportgen.records.model import (
    DataRecord,
    Environment,
    LayerRow,
    ParameterCounts,
    RunRecord,
    SharedPass,
    Status,
)

OK, RAISE, EXIT, SEGFAULT = "SGD", "Adadelta", "Adagrad", "Adafactor"
HANG, DIVERGED, UNAVAILABLE, DISK_FULL = "Adamax", "Nadam", "Ftrl", "Lion"
FLAKY, SLOW_START, LIAR, STALL = "RMSprop", "AdamW", "Muon", "Lamb"
CLASSES, IMAGES = 10, 40
ENVIRONMENT = Environment("3.11", "Linux 6", "cpu", 2, 1, "CPU", {"keras": "3.15"}, 1)


def send(**event):
    os.write(1, (json.dumps(event) + "\n").encode())


def done(key, status, reason="", **more):
    facts = {"where": "", "next_step": "", "record": True, "disk_full": False, "rss": 1} | more
    send(event="done", key=key, status=status, reason=reason, **facts)


def write(staging, files):
    for name, content in files.items():
        (staging / name).write_bytes(content)


def data_files(key):
    """What preparing a data set leaves behind."""
    images = np.arange(IMAGES * 64, dtype=np.uint8).reshape(IMAGES, 8, 8, 1)
    labels = np.arange(IMAGES, dtype=np.int64) % CLASSES
    record = DataRecord(
        key=key,
        name="digits",
        classes=tuple("0123456789"),
        image_shape=(8, 8, 1),
        counts=dict.fromkeys(("train", "validation", "test"), (4,) * CLASSES),
        digest="d" * 64,
        source="fake",
        samples=np.zeros((CLASSES, 4, 8, 8, 1), np.uint8),
        test_images=images,
        test_labels=labels,
    )
    return encode_data(record) | {"test_images.npy": npy(images), "test_labels.npy": npy(labels)}


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def prepare(command, staging):
    if os.environ.get("FAKE_NO_DATA"):
        where = {"where": "/nowhere", "next_step": "descárgalos", "record": False}
        return done(command["key"], "unavailable", "no están los datos", **where)
    write(staging, data_files(command["key"]))
    return done(command["key"], "ok")


def record_of(key, epochs):
    accuracy = 0.3 + 0.6 * int(key[:6], 16) / 16**6
    probabilities = np.full((IMAGES, CLASSES), (1 - accuracy) / (CLASSES - 1), np.float32)
    wrong = np.arange(IMAGES) < int(os.environ.get("FAKE_WRONG", "0"))
    probabilities[np.arange(IMAGES), (np.arange(IMAGES) + wrong) % CLASSES] = accuracy
    column = tuple(accuracy * (epoch + 1) / epochs for epoch in range(epochs))
    metrics = {part: {"accuracy": accuracy, "loss": 1 - accuracy} for part in ("train", "validation", "test")}
    names = ("accuracy", "loss", "val_accuracy", "val_loss", "learning_rate", "seconds")
    return RunRecord(
        key, Status.OK, seconds=0.5, epochs_run=epochs, best_epoch=epochs,
        parameter_counts=ParameterCounts(90, 90, 0), metrics=metrics,
        history=dict.fromkeys(names, column), layers=(LayerRow("dense", "Dense", (10,), 90, True),),
        environment=ENVIRONMENT, labels=np.arange(IMAGES, dtype=np.int64) % CLASSES,
        probabilities=probabilities,
    )  # fmt: skip


def note(key):
    append("FAKE_TRAINED", key)


def append(variable, line):
    if path := os.environ.get(variable):
        with Path(path).open("a") as stream:
            stream.write(f"{line}\n")


def misbehave(kind, command, staging):
    """True where the run goes on to a good end."""
    key = command["key"]
    record = RunRecord(key, Status.FAILED, "ValueError: capa imposible", environment=ENVIRONMENT)
    if kind == RAISE:
        write(staging, encode_run(record))
        done(key, "failed", record.reason)
    elif kind == DIVERGED:
        reason = "la pérdida dejó de ser finita en la época 1, paso 3"
        diverged = RunRecord(key, Status.DIVERGED, reason, metrics={"validation": {"accuracy": 0.99}})
        write(staging, encode_run(diverged))
        done(key, "diverged", reason)
    elif kind == UNAVAILABLE:
        where = {"where": "keras.applications", "next_step": "conéctese a internet", "record": False}
        done(key, "unavailable", "no hay pesos", **where)
    elif kind == DISK_FULL:
        done(key, "failed", "OSError: no space left", record=False, disk_full=True)
    elif kind == LIAR:
        done(key, "ok")
    else:
        return suffer(kind, command)
    return False


def suffer(kind, command):
    log = Path(command["log"])
    if kind == EXIT:
        os._exit(0)
    elif kind == SEGFAULT:
        ctypes.string_at(0)
    elif kind == HANG:
        time.sleep(600)
    elif kind == STALL:
        send(event="step", key=command["key"], epoch=1, step=1, steps=9)
        time.sleep(600)
    elif kind == SLOW_START:
        time.sleep(2.0)
    elif kind == FLAKY and not log.with_suffix(".flaky").exists():
        log.with_suffix(".flaky").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return True


def train(command, staging):
    key, training = command["key"], command["recipe"]["training"]
    send(event="start", key=key, epochs=training["epochs"])
    note(key)
    Path(command["log"]).write_text("fake\n")
    if not misbehave(training["optimizer"]["name"], command, staging):
        return None
    lacking = [path for name, path in command["weights_files"].items() if not Path(path).is_file()]
    if lacking:
        return done(key, "unavailable", f"no están los pesos {lacking}", record=False)
    time.sleep(float(os.environ.get("FAKE_SECONDS", "0.001")))
    for epoch in range(training["epochs"]):
        send(event="epoch", key=key, epoch=epoch + 1, epochs=training["epochs"], metrics={"accuracy": 0.5})
    write(staging, encode_run(record_of(key, training["epochs"])))
    if command["keep_weights"]:
        write(staging, {"model.weights.h5": f"whole {key}".encode()})
        if any("backbone" in layer for layer in command["recipe"]["model"]["layers"]):
            write(staging, {"backbone.weights.h5": f"backbone {key}".encode()})
    if command.get("keep_steps") and os.environ.get("FAKE_STEPS"):
        facts = {"run": key, "environment": {"threads": 1, "concurrent_runs": command["concurrent"]}}
        facts |= {
            "passes": [],
            "data": command["data_digest"],
            "history": {"loss": [0.5] * training["epochs"]},
            "states": [1],
        }
        facts["environment"]["cpu"] = os.environ["FAKE_STEPS"]
        write(staging, {"steps.json": json.dumps(facts).encode(), "states.npz": bytes(1000)})
    return done(key, "ok")


def probe(command, staging):
    key = command["key"]
    if command["recipe"]["training"]["optimizer"]["name"] == RAISE:
        return done(key, "failed", "ValueError: capa imposible", record=False)
    facts = {
        "setup_seconds": 0.5, "step_seconds": float(os.environ.get("FAKE_STEP", "0.01")),
        "steps_per_epoch": 10, "rss": 1024**3, "parameters": 90,
        "test_images": IMAGES, "classes": CLASSES,
    }  # fmt: skip
    if os.environ.get("FAKE_PASS"):
        facts["pass_seconds"] = 0.0 if command["features"] else float(os.environ["FAKE_PASS"])
    write(staging, {"scratch": b"?"})
    return done(key, "ok", record=False, probe=facts)


def weights(command, staging):
    if os.environ.get("FAKE_NO_WEIGHTS") == command["backbone"]:
        where = {"where": "keras.applications", "next_step": "conéctate a internet", "record": False}
        return done(command["key"], "unavailable", f"no hay pesos de {command['backbone']}", **where)
    write(staging, {"scratch": b"?"})
    return done(command["key"], "ok", record=False)


def features(command, staging):
    """Features that say which run they were made for; too large or impossible where the test wants that."""
    key, facts = command["key"], {"bytes": 5 * 1024**3, "written": False}
    send(event="step", key=key, epoch=1, step=1, steps=2)
    if os.environ.get("FAKE_FEATURES") == "too large":
        return done(key, "ok", record=False, facts=facts)
    if os.environ.get("FAKE_FEATURES") == "impossible":
        return done(key, "unavailable", "no están los pesos", record=False)
    made = SharedPass(key, command["view"], "VGG16", 2 * IMAGES, 1.5, 4 * IMAGES, 2, "CPU")
    write(staging, {"train.npy": npy(np.zeros((IMAGES, 4), np.float32)), "pass.json": encode_pass(made)})
    return done(key, "ok", facts=facts | {"written": True})


COMMANDS = {"features": features, "data": prepare, "run": train, "probe": probe, "weights": weights}


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    send(event="ready", environment={})
    arrived = []
    more = threading.Condition()
    threading.Thread(target=listen, args=(arrived, more), daemon=True).start()
    while True:
        with more:
            while not arrived:
                more.wait()
            command = arrived.pop(0)
        if command["command"] == "stop":
            return
        append("FAKE_COMMANDS", json.dumps(command))
        COMMANDS[command["command"]](command, Path(command["staging"]))


def listen(arrived, more):
    stopping = False
    for line in sys.stdin.buffer:
        stopping = stopping or b'"stop"' in line
        with more:
            arrived.append(json.loads(line))
            more.notify()
    if not stopping:
        os._exit(3)


if __name__ == "__main__":
    main()
