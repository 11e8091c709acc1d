"""Takes the recipe of a run and its data, trains, gives the record it leaves behind."""

from __future__ import annotations

import errno
import gc
import json
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
import numpy as np

from reportgen.errors import MissingError
from reportgen.records.model import Environment, RunRecord, SharedPass, Status
from reportgen.training import (
    callbacks,
    classes,
    features,
    loop,
    measures,
    metrics,
    models,
    names,
    order,
    seeds,
)
from reportgen.training.callbacks import DivergedError, Monitor, Send
from reportgen.training.metrics import Form
from reportgen.training.order import Data, Pool
from reportgen.training.plugins import PluginError, Plugins
from reportgen.training.programs import Program, Programs, copy

BLOCK = 64
"""Steps that a dense network takes without coming back to Python; the numbers stay the same."""
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
        features: folders with what the frozen start of the network gives; empty to train it whole.
    """

    key: str
    recipe: Mapping[str, Any]
    weights_files: Mapping[str, str]
    scratch: Path
    plugins: Mapping[str, str] = field(default_factory=dict)
    keep_weights: bool = False
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A network with the data it will see: all there is before the first step.

    Attributes:
        model: as built for this run, from its first weights.
        whole: from images to classes; the same, or with a frozen start before it that shares its layers.
        shared: the passes that gave what ``model`` is trained on, where that is not the images.
        program: what is trained; its model may be that of an earlier run of the same architecture.
        pool: the data, the run's fold taken.
        data: the same, where the network reads them.
        batch: images per training step.
        block: steps that may run as one.
        per_epoch: training steps per epoch.
        form: what its metrics are given.
    """

    model: Any
    whole: Any
    shared: tuple[SharedPass, ...]
    program: Program
    pool: Pool
    data: Data
    batch: int
    block: int
    per_epoch: int
    form: Form


@contextmanager
def session(job: Job) -> Iterator[Plugins]:
    """Seeds, precision and functions of a run; afterwards the process is as it was."""
    try:
        seeds.start(int(job.recipe["seed"]), tensorflow=bool(job.plugins))
        keras.config.set_dtype_policy(str(job.recipe["training"].get("precision", "float32")))
        with Plugins(job.plugins) as plugins:
            yield plugins
    finally:
        keras.config.set_dtype_policy("float32")


def train(
    job: Job,
    pool: Pool,
    environment: Environment,
    send: Send,
    log: logging.Logger,
    *,
    programs: Programs | None = None,
) -> RunRecord:
    """Trains one run; what goes wrong in it becomes part of the record.

    Args:
        job: the run.
        pool: its data set.
        environment: facts about machine and process.
        send: where progress goes.
        log: where the whole story of a failure goes.
        programs: what runs before left for runs alike.

    Raises:
        MissingError: weights that cannot be had; the run is then not a result at all.
        OSError: the disk is full, likewise.
    """
    empty = RunRecord(key=job.key, status=Status.FAILED, environment=environment)
    work = Path(tempfile.mkdtemp(prefix="callbacks-", dir=job.scratch))
    programs = Programs() if programs is None else programs
    try:
        with session(job) as plugins:
            return _train(job, prepared(job, pool, plugins, programs), empty, send, work)
    except MissingError:
        raise
    except Exception as error:  # a run that fails is a result; the study goes on
        if is_disk_full(error):
            raise
        log.exception("run %s", job.key)
        programs.clear()
        for name in (models.MODEL_FILE, models.BACKBONE_FILE):
            (job.scratch / name).unlink(missing_ok=True)
        return replace(empty, reason=reason(error, job.scratch))
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if any("layer" not in table for table in job.recipe["model"]["layers"]):
            gc.collect()  # a large network that is in no program any more


def prepared(job: Job, pool: Pool, plugins: Plugins, programs: Programs) -> Network:
    """Builds the network of a recipe, inside its :func:`session`, and finds or makes its program."""
    recipe = job.recipe
    pool = order.with_fold(pool, recipe.get("fold"))
    batch = int(recipe["training"]["batch_size"])
    built = models.network(recipe, pool.images.shape[1:], pool.classes, job.weights_files, plugins)
    model, pool, shared = features.instead_of_images(built, recipe, pool, job.features)
    form = Form(pool.classes, logits=bool(recipe["model"].get("output", "softmax") == "logits"))
    per_epoch = order.steps(len(pool.train), batch)
    compile_model(model, recipe, form)
    weights = class_weight(recipe, pool)
    stepwise = models.has_convolutions(model)
    xla = not stepwise and not (shared and features.draws(model))

    def make(fresh: Any) -> Program:
        return Program(
            fresh,
            pool.images.dtype,
            classes=pool.classes,
            one_hot=not measures.is_sparse(fresh.loss),
            weighted=weights is not None,
            xla=xla or order.on_gpu(),
        )

    architecture = _architecture(recipe, pool, weighted=weights is not None)
    program = programs.get(architecture, model, make)
    block = 1 if stepwise and not order.on_gpu() else max(1, min(BLOCK, len(pool.train) // batch))
    return Network(
        model, built.model, shared, program, pool, Data(pool, weights), batch, block, per_epoch, form
    )


def _architecture(recipe: Mapping[str, Any], pool: Pool, *, weighted: bool = False) -> str:
    """All that is written into the graph of a run; empty where Python functions may hold more.

    Rates that are plain numbers, seeds and first weights are values of variables; epochs, callbacks and
    the batch size are not of the graph.
    """
    if any("python" in table for table in recipe["model"]["layers"]):
        return ""
    outside = {"epochs", "callbacks", "batch_size", "class_weight"}
    settings = {name: value for name, value in recipe["training"].items() if name not in outside}
    optimizer = dict(settings["optimizer"])
    if not isinstance(optimizer.get("learning_rate", 0.0), Mapping):
        optimizer.pop("learning_rate", None)
    facts = {
        "model": recipe["model"],
        "training": settings | {"optimizer": optimizer},
        "weighted": weighted,
        "images": [str(pool.images.dtype), *pool.images.shape[1:], pool.classes],
    }
    return json.dumps(facts, sort_keys=True)


def _train(job: Job, network: Network, empty: RunRecord, send: Send, work: Path) -> RunRecord:
    """Fits and measures.

    Class weights count in the training loss only: its column of the history is the weighted loss that
    was minimised, on another scale than ``val_loss``, where every image counts the same, as in all the
    metrics that are measured afterwards. Callbacks that watch ``val_loss`` thus watch the plain loss.
    """
    settings, program, data = job.recipe["training"], network.program, network.data
    epochs, seed = int(settings["epochs"]), int(job.recipe["seed"])
    extras = [metric.name for metric in metrics.build(settings.get("metrics") or [], network.form)]
    monitor = Monitor(job.key, epochs, network.per_epoch, send, extras=extras)
    declared = callbacks.declared(settings.get("callbacks") or [], work)
    block = 1 if any(map(loop.wants_every_step, declared)) else network.block
    large = evaluation_batch(program.model, network.batch)
    counts, rows = models.parameter_counts(network.whole), models.layer_rows(network.whole)
    record = replace(empty, parameter_counts=counts, layers=rows, shared=network.shared)
    began = time.monotonic()
    program.warm(data, network.batch, block, large)
    started = time.monotonic()
    record = _measured_on(record, compiled=program.xla and block > 1, setup=started - began)
    try:
        loop.fit(
            program,
            data,
            epochs=epochs,
            batch=network.batch,
            block=block,
            seed=seed,
            callbacks=[monitor, *declared],
            evaluation_batch=large,
        )
    except DivergedError as error:
        record = replace(record, status=Status.DIVERGED, reason=str(error))
    seconds = time.monotonic() - started
    record = _with_history(record, monitor, seconds)
    if record.status is Status.DIVERGED:
        return record
    measured, probabilities = measures.measure(
        program, data, network.pool, batch=large, logits=network.form.logits, watch=monitor
    )
    if job.keep_weights:
        if program.model is not network.model:
            copy(program.model, network.model)
        models.save_weights(network.whole, job.scratch)
    return replace(
        record,
        status=Status.OK,
        metrics=measured,
        labels=np.asarray(network.pool.test_labels),
        probabilities=probabilities,
    )


def _measured_on(record: RunRecord, *, compiled: bool, setup: float) -> RunRecord:
    """The record with what it took before the first step, and whether steps are compiled."""
    if record.environment is None:
        return replace(record, setup_seconds=setup)
    environment = replace(record.environment, compiled=compiled)
    return replace(record, setup_seconds=setup, environment=environment)


def class_weight(recipe: Mapping[str, Any], pool: Pool) -> dict[int, float] | None:
    """Class number -> weight in training, by the training images of the run's own fold."""
    setting = recipe["training"].get("class_weight")
    return classes.weights(setting, pool.labels[pool.train], pool.names)


def compile_model(model: Any, recipe: Mapping[str, Any], form: Form) -> None:
    """Optimizer, loss and metrics.

    XLA stays off here: on a CPU it makes convolutions five times slower, and what gains by it is compiled
    block by block.
    """
    settings = recipe["training"]
    model.compile(
        optimizer=names.optimizer(settings["optimizer"]),
        loss=names.loss(settings.get("loss", "auto"), form.logits),
        metrics=["accuracy", *metrics.build(settings.get("metrics") or [], form)],
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)


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
