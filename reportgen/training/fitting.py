"""Takes the recipe of a run and its data, trains, gives the record it leaves behind."""

from __future__ import annotations

import errno
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import keras

from reportgen.errors import MissingError
from reportgen.records.model import Environment, RunRecord, Status
from reportgen.training import callbacks, classes, measures, metrics, models, names, order
from reportgen.training.callbacks import DivergedError, Monitor, Send
from reportgen.training.metrics import Form
from reportgen.training.order import Feeder, Pool
from reportgen.training.plugins import PluginError, Plugins

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
        weights_files: SHA-256 or ``run:<key>`` -> local weight file.
        scratch: folder, present, for what callbacks write, which is removed, and for weights to keep.
        plugins: module -> file of the author's functions.
        keep_weights: whether the weights of a run that ends well are left in ``scratch``.
    """

    key: str
    recipe: Mapping[str, Any]
    weights_files: Mapping[str, str]
    scratch: Path
    plugins: Mapping[str, str] = field(default_factory=dict)
    keep_weights: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """A network with the data it will see: all there is before the first step.

    Attributes:
        model: built and compiled.
        pool: the data, the run's fold taken.
        feeder: batches of the same.
        batch: images per training step.
        per_epoch: training steps per epoch.
        form: what its metrics are given.
    """

    model: Any
    pool: Pool
    feeder: Feeder
    batch: int
    per_epoch: int
    form: Form


@contextmanager
def session(job: Job) -> Iterator[Plugins]:
    """Seeds and precision of a run, and its functions; afterwards the process is as it was."""
    try:
        keras.utils.set_random_seed(int(job.recipe["seed"]))
        keras.config.set_dtype_policy(str(job.recipe["training"].get("precision", "float32")))
        with Plugins(job.plugins) as plugins:
            yield plugins
    finally:
        keras.config.set_dtype_policy("float32")
        keras.backend.clear_session()


def train(job: Job, pool: Pool, environment: Environment, send: Send, log: logging.Logger) -> RunRecord:
    """Trains one run; what goes wrong in it becomes part of the record.

    Raises:
        MissingError: weights that cannot be had; the run is then not a result at all.
        OSError: the disk is full, likewise.
    """
    empty = RunRecord(key=job.key, status=Status.FAILED, environment=environment)
    work = Path(tempfile.mkdtemp(prefix="callbacks-", dir=job.scratch))
    try:
        with session(job) as plugins:
            return _train(job, compiled(job, pool, plugins), empty, send, work)
    except MissingError:
        raise
    except Exception as error:  # a run that fails is a result; the study goes on
        if is_disk_full(error):
            raise
        log.exception("run %s", job.key)
        for name in (models.MODEL_FILE, models.BACKBONE_FILE):
            (job.scratch / name).unlink(missing_ok=True)
        return replace(empty, reason=reason(error, job.scratch))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def compiled(job: Job, pool: Pool, plugins: Plugins) -> Compiled:
    """Builds and compiles the network of a recipe, inside its :func:`session`."""
    recipe = job.recipe
    pool = order.with_fold(pool, recipe.get("fold"))
    batch = int(recipe["training"]["batch_size"])
    model = models.build(recipe, pool.images.shape[1:], pool.classes, job.weights_files, plugins)
    form = Form(pool.classes, logits=bool(recipe["model"].get("output", "softmax") == "logits"))
    per_epoch = order.steps(len(pool.train), batch)
    compile_model(model, recipe, per_epoch, form)
    feeder = Feeder(pool, one_hot=not measures.is_sparse(model.loss))
    return Compiled(model, pool, feeder, batch, per_epoch, form)


def _train(job: Job, network: Compiled, empty: RunRecord, send: Send, work: Path) -> RunRecord:
    """Fits and measures.

    Class weights count in the training loss only: its column of the history is the weighted loss that
    was minimised, on another scale than ``val_loss``, where every image counts the same, as in all the
    metrics that are measured afterwards. Callbacks that watch ``val_loss`` thus watch the plain loss.
    """
    settings, model, pool, feeder = job.recipe["training"], network.model, network.pool, network.feeder
    epochs = int(settings["epochs"])
    extras = metrics.build(settings.get("metrics") or [], network.form)
    extra_names = [metric.name for metric in extras]
    monitor = Monitor(job.key, epochs, network.per_epoch, send, feeder.epoch.assign, extras=extra_names)
    declared = callbacks.declared(settings.get("callbacks") or [], work)
    large = evaluation_batch(model, network.batch)
    record = replace(empty, parameter_counts=models.parameter_counts(model), layers=models.layer_rows(model))
    started = time.monotonic()
    try:
        model.fit(
            feeder.training(network.batch, int(job.recipe["seed"])),
            epochs=epochs,
            shuffle=False,
            verbose=0,
            validation_data=feeder.fixed("validation", large),
            callbacks=[monitor, *declared],
            class_weight=class_weight(job.recipe, pool),
        )
    except DivergedError as error:
        record = replace(record, status=Status.DIVERGED, reason=str(error))
    seconds = time.monotonic() - started
    record = _with_history(record, monitor, seconds)
    if record.status is Status.DIVERGED:
        return record
    measured, probabilities = measures.measure(
        model, feeder, pool, batch=large, logits=network.form.logits, callbacks=[monitor], extras=extras
    )
    if job.keep_weights:
        models.save_weights(model, job.scratch)
    return replace(
        record, status=Status.OK, metrics=measured, labels=pool.test_labels, probabilities=probabilities
    )


def class_weight(recipe: Mapping[str, Any], pool: Pool) -> dict[int, float] | None:
    """Class number -> weight for ``fit``, by the training images of the run's own fold."""
    setting = recipe["training"].get("class_weight")
    return classes.weights(setting, pool.labels[pool.train], pool.names)


def compile_model(model: Any, recipe: Mapping[str, Any], per_epoch: int, form: Form) -> None:
    """Optimizer, loss, metrics and block size.

    XLA stays off: on a CPU it makes convolutions five times slower.
    """
    settings = recipe["training"]
    model.compile(
        optimizer=names.optimizer(settings["optimizer"]),
        loss=names.loss(settings.get("loss", "auto"), form.logits),
        metrics=["accuracy", *metrics.build(settings.get("metrics") or [], form)],
        steps_per_execution=1 if models.has_convolutions(model) else max(1, min(BLOCK, per_epoch)),
        jit_compile=False,
    )


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
    cause = error.__cause__ if isinstance(error, PluginError) else error
    return isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def reason(error: Exception, scratch: Path) -> str:
    """``TypeError: ...`` on one line, without the folders of this machine."""
    kind = "" if isinstance(error, PluginError) else f"{type(error).__name__}: "
    text = f"{kind}{error}".replace(str(scratch), "…").replace(str(Path.home()), "~")
    line = " ".join(text.split())
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"
