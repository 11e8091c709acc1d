"""Takes the recipe of a run and its data, trains, gives the record it leaves behind."""

from __future__ import annotations

import errno
import logging
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras

from reportgen.errors import MissingError
from reportgen.records.model import Environment, RunRecord, Status
from reportgen.training import callbacks, measures, models, names, order
from reportgen.training.callbacks import DivergedError, Monitor, Send
from reportgen.training.order import Feeder, Pool

BLOCK = 64
"""Batches that a dense network runs without coming back to Python; the numbers stay the same."""
EVALUATION_BYTES = 256 << 20
"""What the widest activation of an evaluation batch may take."""
EVALUATION_BATCH = 1024
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Job:
    """One training to do.

    Attributes:
        key: SHA-256 of the recipe.
        recipe: the recipe of the run.
        weights_files: SHA-256 -> local weight file.
        scratch: folder, present, for what callbacks write; its content is removed.
    """

    key: str
    recipe: Mapping[str, Any]
    weights_files: Mapping[str, str]
    scratch: Path


def train(job: Job, pool: Pool, environment: Environment, send: Send, log: logging.Logger) -> RunRecord:
    """Trains one run; what goes wrong in it becomes part of the record.

    Raises:
        MissingError: weights that cannot be had; the run is then not a result at all.
        OSError: the disk is full, likewise.
    """
    empty = RunRecord(key=job.key, status=Status.FAILED, environment=environment)
    precision = str(job.recipe["training"].get("precision", "float32"))
    work = Path(tempfile.mkdtemp(prefix="callbacks-", dir=job.scratch))
    try:
        keras.utils.set_random_seed(int(job.recipe["seed"]))
        keras.config.set_dtype_policy(precision)
        return _train(job, order.with_fold(pool, job.recipe.get("fold")), empty, send, work)
    except MissingError:
        raise
    except Exception as error:  # a run that fails is a result; the study goes on
        if is_disk_full(error):
            raise
        log.exception("run %s", job.key)
        return replace(empty, reason=reason(error, job.scratch))
    finally:
        keras.config.set_dtype_policy("float32")
        keras.backend.clear_session()
        shutil.rmtree(work, ignore_errors=True)


def _train(job: Job, pool: Pool, empty: RunRecord, send: Send, work: Path) -> RunRecord:
    """Builds, compiles, fits and measures."""
    settings = job.recipe["training"]
    batch, epochs = int(settings["batch_size"]), int(settings["epochs"])
    model = models.build(job.recipe, pool.images.shape[1:], pool.classes, job.weights_files)
    per_epoch = order.steps(len(pool.train), batch)
    logits = compile_model(model, job.recipe, per_epoch)
    feeder = Feeder(pool, one_hot=not measures.is_sparse(model.loss))
    monitor = Monitor(job.key, epochs, per_epoch, send, feeder.epoch.assign)
    declared = callbacks.declared(settings.get("callbacks") or [], work)
    large = evaluation_batch(model, batch)
    record = replace(
        empty,
        parameter_counts=models.parameter_counts(model),
        layers=models.layer_rows(model, job.recipe),
    )
    started = time.monotonic()
    try:
        model.fit(
            feeder.training(batch, int(job.recipe["seed"])),
            epochs=epochs,
            shuffle=False,
            verbose=0,
            validation_data=feeder.fixed("validation", large),
            callbacks=[monitor, *declared],
        )
    except DivergedError as error:
        record = replace(record, status=Status.DIVERGED, reason=str(error))
    seconds = time.monotonic() - started
    record = _with_history(record, monitor, seconds)
    if record.status is Status.DIVERGED:
        return record
    metrics, probabilities = measures.measure(
        model, feeder, pool, batch=large, logits=logits, callbacks=[monitor]
    )
    return replace(
        record, status=Status.OK, metrics=metrics, labels=pool.test_labels, probabilities=probabilities
    )


def compile_model(model: Any, recipe: Mapping[str, Any], per_epoch: int) -> bool:
    """Optimizer, loss and block size; returns whether the outputs are logits.

    XLA stays off: on a CPU it makes convolutions five times slower.
    """
    settings = recipe["training"]
    logits = bool(recipe["model"].get("output", "softmax") == "logits")
    model.compile(
        optimizer=names.optimizer(settings["optimizer"]),
        loss=names.loss(settings.get("loss", "auto"), logits),
        metrics=["accuracy"],
        steps_per_execution=1 if models.has_convolutions(model) else max(1, min(BLOCK, per_epoch)),
        jit_compile=False,
    )
    return logits


def evaluation_batch(model: Any, batch: int) -> int:
    """Images per evaluation batch: as many as fit, which changes no number but rounding."""
    fitting = EVALUATION_BYTES // (4 * models.widest(model))
    return max(1, min(EVALUATION_BATCH, max(fitting, min(batch, EVALUATION_BATCH))))


def _with_history(record: RunRecord, monitor: Monitor, seconds: float) -> RunRecord:
    """The record with what the monitor kept."""
    return replace(
        record,
        seconds=seconds,
        epochs_run=len(monitor.history["loss"]),
        best_epoch=callbacks.best_epoch(monitor.history["val_loss"]),
        history={column: tuple(values) for column, values in monitor.history.items()},
    )


def is_disk_full(error: BaseException) -> bool:
    """Whether the machine ran out of disk, which says nothing about the run."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def reason(error: Exception, scratch: Path) -> str:
    """``TypeError: ...`` on one line, without the folders of this machine."""
    text = f"{type(error).__name__}: {error}".replace(str(scratch), "…").replace(str(Path.home()), "~")
    line = " ".join(text.split())
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"
