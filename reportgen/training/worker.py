"""Takes a queue of commands, prepares data and trains runs, gives events and files in staging folders."""

from __future__ import annotations

import json
import logging
import queue
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras

from reportgen.errors import MissingError
from reportgen.log import logger
from reportgen.records.codec import encode_run
from reportgen.records.model import Environment, Status
from reportgen.training import backbones, environment, extraction, fitting, order, prepare
from reportgen.training.probe import probe
from reportgen.training.process import Channel, peak_bytes, reset_peak, resident_bytes
from reportgen.training.programs import Programs

Command = Mapping[str, Any]
PROBE_SECONDS = 3.0
GRAY, RGB = 1, 3


def serve(commands: queue.SimpleQueue[dict[str, Any]], channel: Channel) -> None:
    """Answers commands one after the other until ``stop``."""
    environment.configure()
    Worker(channel).loop(commands)


class Worker:
    """What stays between commands: the channel, the data set used last and the programs of networks."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._folder = ""
        self._pool: order.Pool | None = None
        self._programs = Programs()

    def loop(self, commands: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Says ``ready`` and serves; an unknown command is an error of the parent and ends the worker."""
        work = {"data": self.data, "run": self.run, "probe": self.probe, "weights": self.weights}
        work["features"] = self.features
        self._channel.send({"event": "ready", "environment": plain(environment.describe())})
        while True:
            command = commands.get()
            kind = command.get("command")
            if kind == "stop":
                return
            if kind not in work:
                raise ValueError(f"unknown command {kind!r}")
            self._answer(command, work[kind])

    def _answer(self, command: Command, work: Any) -> None:
        """Does one command; always ends with one ``done`` event.

        ``record`` says whether ``staging`` holds the files of a result: a failure of the run itself
        is one, a data set that cannot be divided or a disk that is full is not.
        """
        done = {"event": "done", "key": command["key"], "reason": "", "where": "", "next_step": ""}
        done |= {"record": True, "disk_full": False}
        staging = Path(command["staging"])
        with run_log(str(command.get("log", ""))) as log:
            try:
                done |= work(command, staging, log)
            except MissingError as error:
                log.exception("unavailable: %s", command["key"])
                done |= {"status": "unavailable", "record": False, "reason": error.what}
                done |= {"where": error.where, "next_step": error.next_step}
            except Exception as error:
                log.exception("failed: %s", command["key"])
                done |= {"status": "failed", "record": False, "reason": fitting.reason(error, staging)}
                done["disk_full"] = fitting.is_disk_full(error)
        self._channel.send({**done, "rss": resident_bytes(own=True), "stale": self._programs.dropped})

    def data(self, command: Command, staging: Path, _: logging.Logger) -> dict[str, str]:
        """Prepares a data set in ``staging``."""
        self._channel.send({"event": "start", "key": command["key"], "epochs": 0})
        location, plugins = str(command.get("location") or ""), command.get("plugins")
        prepare.run(str(command["key"]), command["recipe"], location, staging, plugins)
        return {"status": "ok"}

    def run(self, command: Command, staging: Path, log: logging.Logger) -> dict[str, str]:
        """Trains a run and writes the files of its record into ``staging``."""
        recipe, key = command["recipe"], str(command["key"])
        self._channel.send({"event": "start", "key": key, "epochs": int(recipe["training"]["epochs"])})
        job = _job(command, staging)
        reset_peak()
        facts = environment.describe(int(command.get("concurrent") or 1))
        log.info("start %s recipe %s", key, json.dumps(recipe, ensure_ascii=False, sort_keys=True))

        def tell(event: Mapping[str, Any]) -> None:
            if event["event"] == "epoch":
                log.info("epoch %s/%s %s", event["epoch"], event["epochs"], json.dumps(event["metrics"]))
            self._channel.send(event)

        data = self._data(str(command["data_folder"]))
        record = fitting.train(job, data, facts, tell, log, programs=self._programs)
        log.info("end %s %s %s s", record.status, record.reason, record.seconds)
        # what only builds and measures a network needs less memory than one that trains it
        read_off = record.status is Status.OK and record.setup_seconds is None
        record = record if read_off else replace(record, peak_bytes=peak_bytes())
        for name, content in encode_run(record).items():
            (staging / name).write_bytes(content)
        return {"status": str(record.status), "reason": record.reason}

    def probe(self, command: Command, staging: Path, _: logging.Logger) -> dict[str, Any]:
        """Measures what a step of a run costs; ``staging`` stays as it is."""
        self._channel.send({"event": "start", "key": command["key"], "epochs": 0})
        pool, seconds = self._data(str(command["data_folder"])), float(command.get("seconds", PROBE_SECONDS))
        whole = bool(command.get("whole"))
        found = probe(_job(command, staging), pool, seconds, self._channel.send, whole=whole)
        return {"status": "ok", "record": False, "probe": found}

    def features(self, command: Command, staging: Path, log: logging.Logger) -> dict[str, Any]:
        """Passes all images through the frozen start of a run's network, once for all runs that share it."""
        key, view = str(command["key"]), str(command["view"])
        self._channel.send({"event": "start", "key": key, "epochs": 0})
        pool = self._data(str(command["data_folder"]))
        found = extraction.extract(_job(command, staging), pool, view, self._channel.send)
        log.info("features %s %s %s", key, view, found)
        return {"status": "ok", "record": found.written, "facts": asdict(found)}

    def weights(self, command: Command, _: Path, __: logging.Logger) -> dict[str, Any]:
        """Sees to it that the ImageNet weights of a backbone are in the Keras cache."""
        self._channel.send({"event": "start", "key": command["key"], "epochs": 0})
        height, width, channels = (int(size) for size in command["shape"])
        shape = (height, width, RGB if channels == GRAY else channels)
        try:
            backbones.build(str(command["backbone"]), shape, "imagenet", {})
        finally:
            keras.backend.clear_session()
        return {"status": "ok", "record": False}

    def _data(self, folder: str) -> order.Pool:
        """The prepared data set, kept in memory while runs use the same one."""
        if self._pool is None or self._folder != folder:
            self._pool = None
            self._pool = order.load(Path(folder))
            self._folder = folder
        return self._pool


def _job(command: Command, staging: Path) -> fitting.Job:
    """What a ``run`` or ``probe`` asks for."""
    return fitting.Job(
        key=str(command["key"]),
        recipe=command["recipe"],
        weights_files=command.get("weights_files") or {},
        scratch=staging,
        plugins=command.get("plugins") or {},
        keep_weights=bool(command.get("keep_weights")),
        features=tuple(command.get("features") or ()),
        steps=str(command.get("steps") or ""),
        others=tuple(command.get("others") or ()),
        keep_steps=bool(command.get("keep_steps")),
        data_digest=str(command.get("data_digest") or ""),
    )


@contextmanager
def run_log(path: str) -> Iterator[logging.Logger]:
    """A logger that writes into the log file of one run, or nowhere without a path."""
    log = logger("training")
    log.setLevel(logging.INFO)
    handler = logging.FileHandler(path, encoding="utf-8") if path else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    try:
        yield log
    finally:
        log.removeHandler(handler)
        handler.close()


def plain(facts: Environment) -> dict[str, Any]:
    """An environment as JSON."""
    return {**asdict(facts), "packages": dict(facts.packages)}
