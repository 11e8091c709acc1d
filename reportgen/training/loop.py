"""Takes a program and its data, trains epoch by epoch as ``fit`` would, with Keras' own callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.training.order import Data, steps
from reportgen.training.programs import Program
from reportgen.training.split import Indices

EPOCH = "epoch"
"""What ``save_freq`` and ``update_freq`` of Keras' callbacks say when single steps do not matter."""


def fit(
    program: Program,
    data: Data,
    *,
    epochs: int,
    batch: int,
    block: int,
    seed: int,
    callbacks: Sequence[Any],
    evaluation_batch: int = 0,
    taken: int = 0,
) -> None:
    """Trains; every number is that of ``Model.fit`` for the same order of the images and the same draws.

    Callbacks are called as Keras calls them: around epochs, around each block of steps as with
    ``steps_per_execution``, and around validation.

    Args:
        program: the network, in the state to start from.
        data: the images; the order of epoch e follows from ``seed`` and e alone.
        epochs: how many, unless a callback ends the training.
        batch: images per step; the last step of an epoch may have fewer.
        block: steps that are run as one.
        seed: seed of the order.
        callbacks: Keras callbacks.
        evaluation_batch: images per step of validation; 0 for no validation.
        taken: epochs that the program is past; the callbacks have seen them.

    Raises:
        Exception: whatever a callback raises.
    """
    model = program.model
    told = {"verbose": 0, "epochs": epochs, "steps": steps(len(data.part("train")[2]), batch)}
    hooks = keras.callbacks.CallbackList(list(callbacks), add_history=True, model=model, **told)
    model.stop_training = False
    counted = [dict(vars(one)) for one in callbacks] if taken else []
    hooks.on_train_begin()
    for one, before in zip(callbacks, counted, strict=False):
        vars(one).update(before)  # which a beginning sets back to nothing
    logs: dict[str, Any] = {}
    for epoch in range(taken, epochs):
        model.reset_metrics()
        hooks.on_epoch_begin(epoch)
        logs = {}
        for first, rows in blocks(data.order(seed, epoch), batch, block):
            hooks.on_train_batch_begin(first)
            logs = dict(program.train(data, rows, block))
            hooks.on_train_batch_end(first + len(rows) - 1, logs)
            if model.stop_training:
                break
        logs = {name: float(value) for name, value in logs.items()}
        if evaluation_batch:
            hooks.on_test_begin()
            found, _ = evaluate(program, data, "validation", evaluation_batch, hooks)
            hooks.on_test_end(found)
            logs |= {f"val_{name}": value for name, value in found.items()}
        hooks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    model.optimizer.finalize_variable_values(model.trainable_weights)
    hooks.on_train_end(logs)


def blocks(order: Indices, batch: int, block: int) -> Iterator[tuple[int, Indices]]:
    """First step and positions, (steps, batch), of what is run as one.

    The last step of an epoch may have fewer images and then comes alone; none is dropped.
    """
    whole = len(order) // batch
    rows = order[: whole * batch].reshape(whole, batch)
    for first in range(0, whole, block):
        yield first, rows[first : first + block]
    if len(order) > whole * batch:
        yield whole, order[None, whole * batch :]


def evaluate(
    program: Program, data: Data, part: str, batch: int, hooks: Any
) -> tuple[dict[str, float], npt.NDArray[np.float32]]:
    """Metrics of a part in inference mode, and the outputs, float32 (images, classes).

    Args:
        program: the network.
        data: the images.
        part: ``train``, ``validation`` or ``test``.
        batch: images per step, which changes no number but rounding.
        hooks: a callback or several that are told of every batch.
    """
    images, labels, index = data.part(part)
    outputs = []
    program.forget()
    for number, start in enumerate(range(0, len(index), batch)):
        hooks.on_test_batch_begin(number)
        found = program.measure(images, labels, index[start : start + batch])
        outputs.append(np.asarray(found, np.float32))
        hooks.on_test_batch_end(number, program.measured())
    return program.measured(), np.concatenate(outputs)


def wants_every_step(callback: Any) -> bool:
    """Whether a callback of Keras counts single steps, which then cannot run in blocks."""
    return getattr(callback, "save_freq", getattr(callback, "update_freq", EPOCH)) != EPOCH
