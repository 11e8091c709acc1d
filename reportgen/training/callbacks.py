"""Takes declared callbacks, gives Keras callbacks, and the one that reports progress and watches for NaN."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from reportgen.training import names

Send = Callable[[Mapping[str, Any]], None]
HEARTBEAT = 1.0
"""Seconds between two ``step`` events."""
METRICS = ("accuracy", "loss")
"""What every run measures in every epoch, on training and on validation (``val_``)."""
FILES = {
    "ModelCheckpoint": ("filepath", "checkpoint.weights.h5"),
    "CSVLogger": ("filename", "log.csv"),
    "TensorBoard": ("log_dir", "tensorboard"),
}
"""Callbacks that write: which argument says where, and the name used inside the scratch folder."""


class DivergedError(Exception):
    """The training loss is no longer finite."""


def declared(tables: list[Mapping[str, Any]], scratch: Path) -> list[Any]:
    """The callbacks of the recipe; what they write goes into ``scratch``, which is removed afterwards."""
    return [_one(table, scratch / str(number)) for number, table in enumerate(tables)]


def _one(table: Mapping[str, Any], scratch: Path) -> Any:
    """One callback by its Keras name."""
    name = str(table["callback"])
    forced: dict[str, Any] = {}
    if name in FILES:
        scratch.mkdir(parents=True)
        argument, file = FILES[name]
        forced[argument] = str(scratch / file)
    if name == "ModelCheckpoint":
        forced["save_weights_only"] = True
    if name == "LearningRateScheduler":
        schedule = names.resolve("schedule", table["schedule"])
        if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
            raise ValueError("LearningRateScheduler necesita una tabla con `name` en `schedule`")
        forced["schedule"] = lambda epoch, _rate: float(schedule(epoch))
    return names.build(keras.callbacks, keras.callbacks.Callback, table, "callback", **forced)


class Monitor(keras.callbacks.Callback):
    """Sends progress, keeps the history and ends a training whose loss is not finite.

    Args:
        key: key of the run, repeated in every event.
        epochs: declared epochs.
        steps: batches per epoch.
        send: where events go.
        extras: names of the metrics that are measured besides accuracy and loss.
    """

    def __init__(
        self,
        key: str,
        epochs: int,
        steps: int,
        send: Send,
        *,
        extras: Sequence[str] = (),
    ) -> None:
        super().__init__()
        own = (*METRICS, *extras)
        self._names = (*own, *(f"val_{name}" for name in own))
        columns = (*self._names, "learning_rate", "seconds")
        self.history: dict[str, list[float | None]] = {column: [] for column in columns}
        self._key, self._epochs, self._steps = key, epochs, steps
        self._send = send
        self._epoch = 0
        self._started = self._last = time.monotonic()

    def take_up(self, history: Mapping[str, Sequence[float | None]]) -> None:
        """Goes on from epochs that are past, and reports the last of them."""
        for column, values in history.items():
            self.history[column] = list(values)
        if history:
            self._tell(len(self.history["loss"]))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras names it
        """Starts the clock of the epoch."""
        self._epoch = epoch
        self._started = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Watches the loss after every execution; at most one event per second."""
        step = min(batch + 1, self._steps)
        if not math.isfinite(float(logs["loss"])):
            self._keep({})
            raise DivergedError(f"la pérdida dejó de ser finita en la época {self._epoch + 1}, paso {step}")
        self._beat(step)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        """A sign of life while measuring."""
        self._beat(self._steps)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps the numbers of the epoch and reports them."""
        self._keep(logs or {})
        self._tell(epoch + 1)

    def _tell(self, epoch: int) -> None:
        metrics = {name: self.history[name][-1] for name in self._names}
        shared = {"key": self._key, "epoch": epoch, "epochs": self._epochs}
        self._send({"event": "epoch", **shared, "metrics": metrics})

    def _beat(self, step: int) -> None:
        now = time.monotonic()
        if now - self._last >= HEARTBEAT:
            self._last = now
            shared = {"key": self._key, "epoch": self._epoch + 1}
            self._send({"event": "step", **shared, "step": step, "steps": self._steps})

    def _keep(self, logs: Mapping[str, Any]) -> None:
        """One more row of the history; what is missing or not finite becomes None."""
        for name in self._names:
            self.history[name].append(finite(logs.get(name)))
        rate = keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)
        self.history["learning_rate"].append(finite(float(rate)))
        self.history["seconds"].append(time.monotonic() - self._started)


def finite(value: Any) -> float | None:
    """The number, or None where there is none or it is not finite."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def best_epoch(losses: list[float | None]) -> int | None:
    """1-based epoch with the lowest finite loss, the first of several; None without any."""
    known = [(loss, number) for number, loss in enumerate(losses, start=1) if loss is not None]
    return min(known)[1] if known else None
