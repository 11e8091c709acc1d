"""Takes a compiled network, gives the graph functions that train and measure it, kept for the next run alike.

Building a network and tracing it costs seconds, and some memory for ever; the numbers of a run need
only other values in its variables. A program therefore outlives the run it was made for: the next run
of the same architecture puts its own first weights, seeds and rates into it.
"""

from __future__ import annotations

import gc
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from reportgen.training import draws, features
from reportgen.training.inference import forward
from reportgen.training.order import Data, on_gpu
from reportgen.training.split import Indices

KEPT = 4
"""Programs that a worker keeps at most."""
KEPT_BYTES = 512 << 20
"""What their variables may take together; the one in use is always kept."""
NOT_COMPILED = (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, tf.errors.NotFoundError)
"""What TensorFlow raises, before anything has run, for an operation that XLA does not know."""
Logs = Mapping[str, Any]


class Program:
    """The functions of one network; all data are arguments, so that folds and data sets can change.

    Args:
        model: built and compiled, its optimizer too.
        dtype: of the images, or of what stands in their place.
        classes: number of classes.
        one_hot: whether the loss wants rows of the identity matrix instead of class numbers.
        weighted: whether images count by their class in training.
        xla: whether blocks of steps are to be compiled, where every operation of theirs can be.
    """

    def __init__(
        self, model: Any, dtype: Any, *, classes: int, one_hot: bool, weighted: bool, xla: bool
    ) -> None:
        self.model, self.xla = model, xla
        self._classes, self._one_hot, self._weighted = classes, one_hot, weighted
        self._loss = keras.metrics.Mean(name="loss")
        self._create_state()
        data = (tf.TensorSpec([None, *model.input_shape[1:]], dtype), tf.TensorSpec([None], tf.int64))
        training = (*data, tf.TensorSpec([classes], tf.float32))
        row, rows = tf.TensorSpec([None], tf.int64), tf.TensorSpec([None, None], tf.int64)
        count = tf.TensorSpec([], tf.int32)
        self._step = _graph(self._one_step, (*training, row))
        self._steps = _graph(self._many_steps, (*training, rows, count), xla=xla)
        self._batch = _graph(self._one_batch, (*data, row), xla=xla and on_gpu())
        self.answer = forward(model, dtype)

    def _create_state(self) -> None:
        """Variables of metrics and loss, which may not come into being inside a graph."""
        labels, outputs = tf.zeros([1], tf.int64), tf.fill([1, self._classes], 1.0 / self._classes)
        targets = self._targets(labels)
        if not self.model.optimizer.built:  # one that scales the loss would be built twice
            self.model.optimizer.build(self.model.trainable_variables)
        self.model.compute_loss(y=targets, y_pred=outputs)
        self.model.compute_metrics(None, targets, outputs)
        self._loss.update_state(0.0)
        self.model.reset_metrics()

    def warm(self, data: Data, batch: int, block: int, evaluation_batch: int) -> None:
        """Traces, compiles and prepares all that training needs, and leaves the variables as they were.

        What XLA cannot compile is run without it.
        """
        before = [variable.numpy() for variable in state(self.model)]
        if block > 1:
            try:
                self._take(data, np.zeros((0, batch), np.int64), block)
            except NOT_COMPILED:
                self.xla = False
                self._steps = _graph(self._many_steps, self._steps.input_signature)
                self._take(data, np.zeros((0, batch), np.int64), block)
        index = data.part("train")[2]
        if block == 1 or len(index) % (batch * block):
            self.train(data, index[None, :batch], 1)
        images, labels, index = data.part("validation")
        self.measure(images, labels, index[:evaluation_batch])
        for variable, value in zip(state(self.model), before, strict=True):
            variable.assign(value)

    def train(self, data: Data, rows: Indices, block: int) -> Logs:
        """Takes the steps over ``rows``, (steps, batch) positions; gives the metrics of the epoch so far.

        Args:
            data: the images.
            rows: at most ``block`` of them; a single one may be shorter than a batch.
            block: steps that are run as one.
        """
        if len(rows) == 1:
            return self._step(*data.training, tf.constant(rows[0]))
        return self._take(data, rows, block)

    def _take(self, data: Data, rows: Indices, block: int) -> Logs:
        padded = np.zeros((block, rows.shape[1]), np.int64)  # one shape, hence one compilation
        padded[: len(rows)] = rows
        return self._steps(*data.training, tf.constant(padded), tf.constant(len(rows)))

    def forget(self) -> None:
        """Starts metrics and loss anew."""
        self.model.reset_metrics()
        self._loss.reset_state()

    def measure(self, images: Any, labels: Any, row: Indices) -> Any:
        """Passes the images at these positions in inference mode; gives the outputs, (batch, classes).

        Loss and metrics gather on the way, for :meth:`measured`.
        """
        return self._batch(images, labels, tf.constant(row))

    def measured(self) -> dict[str, float]:
        """Metric -> value over the images passed since :meth:`forget`."""
        found = {**self.model.get_metrics_result(), "loss": self._loss.result()}
        return {name: float(value) for name, value in found.items()}

    def _targets(self, labels: Any) -> Any:
        return tf.one_hot(labels, self._classes) if self._one_hot else labels

    def _one_step(self, images: Any, labels: Any, weights: Any, row: Any) -> Logs:
        """Keras' own training step on the images at these positions."""
        pixels, classes = tf.cast(tf.gather(images, row), tf.float32), tf.gather(labels, row)
        batch = (pixels, self._targets(classes))
        return self.model.train_step((*batch, tf.gather(weights, classes)) if self._weighted else batch)

    def _many_steps(self, images: Any, labels: Any, weights: Any, rows: Any, count: Any) -> Logs:
        """The steps over the first ``count`` rows, one after the other inside the graph.

        Where XLA would draw, they are traced apart: a step that comes alone draws as TensorFlow does.
        """
        apart = self.xla and not on_gpu() and features.draws(self.model)
        step = _graph(self._one_step, self._step.input_signature) if apart else self._step

        def body(number: Any) -> tuple[Any]:
            step(images, labels, weights, rows[number])
            return (number + 1,)

        with draws.in_place_of_xla() if apart else nullcontext():
            tf.while_loop(lambda number: number < count, body, (0,), parallel_iterations=1)
        return self.model.get_metrics_result()

    def _one_batch(self, images: Any, labels: Any, row: Any) -> Any:
        """The outputs for the images at these positions; loss and metrics as in Keras' own test step."""
        pixels = tf.cast(tf.gather(images, row), tf.float32)
        targets = self._targets(tf.gather(labels, row))
        outputs = self.model(pixels, training=False)
        loss = self.model.compute_loss(x=pixels, y=targets, y_pred=outputs, training=False)
        self._loss.update_state(loss, sample_weight=tf.shape(row)[0])
        self.model.compute_metrics(pixels, targets, outputs)
        return outputs


class Programs:
    """The programs that a worker keeps, the one used last at the end; ``dropped`` counts the others."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Program] = OrderedDict()
        self.dropped = 0

    def get(self, name: str, fresh: Any, make: Callable[[Any], Program]) -> Program:
        """The program of this name in the state of a freshly built model.

        Args:
            name: says all that is written into the graph; empty for a network that is its own.
            fresh: the model of a run, built and compiled, its optimizer built, nothing trained.
            make: gives a new program of it.
        """
        known = self._kept.pop(name, None) if name else None
        if known is not None and _fits(known, fresh):
            copy(fresh, known.model)
            program = known
        else:
            self.dropped += known is not None
            program = make(fresh)
        if name:
            self._kept[name] = program
            self._trim()
        else:
            self.dropped += 1
        return program

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Keeps nothing: something went wrong in one of them."""
        self.dropped += len(self._kept)
        self._kept.clear()

    def _trim(self) -> None:
        """Lets go of the oldest ones until the rest fit."""
        before = self.dropped
        while len(self._kept) > 1 and (
            len(self._kept) > KEPT or sum(map(_bytes, self._kept.values())) > KEPT_BYTES
        ):
            self._kept.popitem(last=False)
            self.dropped += 1
        if self.dropped > before:
            gc.collect()


def _graph(function: Callable[..., Any], signature: Sequence[Any], *, xla: bool = False) -> Any:
    """A graph function; its Python is plain TensorFlow and need not be rewritten by AutoGraph."""
    return tf.function(function, input_signature=list(signature), autograph=False, jit_compile=xla)


def state(model: Any) -> list[Any]:
    """All that a run changes in a model: weights, states of random numbers, the optimizer's own."""
    return [*model.variables, *model.optimizer.variables]


def copy(source: Any, target: Any) -> None:
    """Makes two models of one architecture equal in all that a run changes."""
    for mine, theirs in zip(state(target), state(source), strict=True):
        mine.assign(theirs)
    target.stop_training = False


def _bytes(program: Program) -> int:
    """What the variables of a program take."""
    return sum(4 * math.prod(item.shape) for item in state(program.model))


def _fits(program: Program, model: Any) -> bool:
    """Whether the variables of a model have a place in a program, one by one."""
    mine, theirs = ([(tuple(one.shape), one.dtype) for one in state(of)] for of in (program.model, model))
    return mine == theirs
