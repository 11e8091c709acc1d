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
from reportgen.records.codec import STEPS_FACTS, STEPS_STATES
from reportgen.records.model import Environment, Inference, RunRecord, SharedPass, Status
from reportgen.training import (
    callbacks,
    classes,
    features,
    inference,
    loop,
    measures,
    metrics,
    models,
    names,
    order,
    seeds,
    trajectory,
)
from reportgen.training.callbacks import DivergedError, Monitor, Send
from reportgen.training.metrics import Form
from reportgen.training.order import Data, Images, Pool
from reportgen.training.plugins import PluginError, Plugins
from reportgen.training.programs import Program, Programs, copy
from reportgen.training.trajectory import Begun, Recorder

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
        steps: folder with steps that another run took; empty to begin with the first.
        others: what is declared of runs that take the same steps, whose ends are worth keeping.
        keep_steps: whether its own steps are left in ``scratch``, for others to go on from.
        data_digest: of the images, which the steps depend on.
    """

    key: str
    recipe: Mapping[str, Any]
    weights_files: Mapping[str, str]
    scratch: Path
    plugins: Mapping[str, str] = field(default_factory=dict)
    keep_weights: bool = False
    features: tuple[str, ...] = ()
    steps: str = ""
    others: tuple[Mapping[str, Any], ...] = ()
    keep_steps: bool = False
    data_digest: str = ""


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
        images: those of the test part as they are, even where ``pool`` has features in their place.
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
    images: Images
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
        for name in (models.MODEL_FILE, models.BACKBONE_FILE, STEPS_FACTS, STEPS_STATES):
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
    images = pool.test_images
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
    data = Data(pool, weights)
    return Network(model, built.model, shared, program, pool, data, images, batch, block, per_epoch, form)


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
    large = evaluation_batch(program.model, network.batch)
    counts, rows = models.parameter_counts(network.whole), models.layer_rows(network.whole)
    record = replace(empty, parameter_counts=counts, layers=rows, shared=network.shared)
    clock = time.monotonic()
    record = _measured_on(record, compiled=program.xla and network.block > 1)
    begun = _begun(job, network, record, work)
    block = 1 if any(map(loop.wants_every_step, begun.callbacks)) else network.block
    if not begun.ended:
        program.warm(data, network.batch, block, large)
        record = _measured_on(record, compiled=program.xla and block > 1)
    monitor.take_up(begun.history)
    started = time.monotonic()
    record = replace(record, continued=begun.continued(job.key))
    if begun.ended and begun.stored:
        record = replace(record, environment=begun.stored.environment)
    else:
        record = replace(record, setup_seconds=started - clock)
    recorder = _recorder(job, program.model, monitor, begun)
    try:
        loop.fit(
            program,
            data,
            epochs=begun.epochs if begun.ended else epochs,
            batch=network.batch,
            block=block,
            seed=seed,
            callbacks=[monitor, *begun.callbacks, *recorder],
            evaluation_batch=large,
            taken=begun.epochs,
        )
    except DivergedError as error:
        record = replace(record, status=Status.DIVERGED, reason=str(error))
    seconds = time.monotonic() - started + sum(begun.history.get("seconds", ()))
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
    if recorder and not begun.ended:
        trajectory.save(job.scratch, record, recorder[0].states, job.data_digest)
    return replace(
        record,
        status=Status.OK,
        metrics=measured,
        labels=np.asarray(network.pool.test_labels),
        probabilities=probabilities,
        inference=_inference(network, empty.environment, monitor),
    )


def _inference(network: Network, here: Environment | None, monitor: Monitor) -> Inference | None:
    """What the whole network takes to answer; one that was trained on features is passed from its images.

    The weights make no difference to the time: a program kept from a run alike is not copied back first.
    """
    answer, images = network.program.answer, network.data.part("test")[0]
    if network.shared:
        own = network.images[: inference.SAMPLE]
        answer, images = inference.forward(network.whole, own.dtype), order.resident(own)
    return inference.timed(
        answer,
        images,
        batch=min(inference.BATCH, evaluation_batch(network.whole, 1)),
        concurrent=here.concurrent_runs if here else 1,
        beat=monitor.on_test_batch_end,
    )


def _begun(job: Job, network: Network, record: RunRecord, work: Path) -> Begun:
    """The network with the epochs behind it that another run has taken in the same steps here."""
    settings, stored = job.recipe["training"], trajectory.load(job.steps)
    passes = [item.key for item in network.shared]
    here = record.environment
    if stored and (job.keep_weights or not here or not stored.fits(here, passes, job.data_digest)):
        stored = None  # weights are kept with the optimizer's own variables, which only the last state has
    epochs = int(settings["epochs"])
    tables = settings.get("callbacks") or []
    tried = iter(range(2))  # callbacks that write want a folder that is not there yet

    def declare() -> list[Any]:
        return callbacks.declared(tables, work / str(next(tried)))

    return trajectory.begin(stored, network.program.model, epochs, declare)


def _recorder(job: Job, model: Any, monitor: Monitor, begun: Begun) -> list[Recorder]:
    """What keeps the states of a training that others may want; empty where none are to be kept."""
    if not (job.keep_steps and trajectory.is_kept(model)):
        return []
    others = trajectory.rules(job.others, model)
    return [Recorder(monitor, int(job.recipe["training"]["epochs"]), others, begun.stored)]


def _measured_on(record: RunRecord, *, compiled: bool) -> RunRecord:
    """The record with whether its steps are compiled."""
    if record.environment is None:
        return record
    return replace(record, environment=replace(record.environment, compiled=compiled))


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
