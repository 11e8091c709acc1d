"""Takes a training under way, gives what others need that take the same steps and end elsewhere, and back.

What decides where a training ends sees numbers alone: its real Keras callbacks are shown the numbers of the
stored epochs, and say where they would have ended. Nothing is imitated, nothing is estimated.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from reportgen.log import logger
from reportgen.records.codec import STEPS_FACTS, STEPS_STATES
from reportgen.records.model import Continued, Environment, RunRecord
from reportgen.training import callbacks
from reportgen.training.callbacks import Monitor, best_epoch
from reportgen.training.programs import state

LIMIT = 32 << 20
"""Bytes of one state beyond which none is kept: a large network is cheaper to store as its own weights."""
MOST = 128 << 20
"""Bytes that all states of a run may take; the last one is always kept."""
CPU = "CPU"
OF = "of"
"""Array of the file of states that says which facts they belong to."""
OUTSIDE = frozenset({"learning_rate", "seconds"})
"""Columns of the history that callbacks are not shown."""
_LOG = logger("training")
Columns = Mapping[str, Sequence[float | None]]
State = list[npt.NDArray[Any]]
Declare = Callable[[], list[Any]]


class _Onlooker:
    """What a callback is shown for a model: it may look and wish to stop, and nothing is changed."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.stop_training = False
        self.optimizer = SimpleNamespace(learning_rate=0.0)

    @property
    def metrics(self) -> Any:
        """Those of the model, whose direction a callback asks for."""
        return self._model.metrics

    def get_weights(self) -> list[Any]:
        """A sign that here the weights would have been kept."""
        return []


class Rule:
    """A run that takes the same steps, followed epoch by epoch to where it would end.

    Args:
        callbacks: its own, new.
        epochs: that it declares.
        model: the network, which is only looked at.
    """

    def __init__(self, callbacks: list[Any], epochs: int, model: Any) -> None:
        self.callbacks, self.epochs = callbacks, epochs
        self.taken = 0
        self.ended = False
        self._model = _Onlooker(model)
        for one in callbacks:
            one.set_model(self._model)
            one.on_train_begin()

    def see(self, history: Columns) -> None:
        """Shows the next epoch to the callbacks, unless they have ended the training."""
        if self.ended:
            return
        row = {name: values[self.taken] for name, values in history.items()}
        logs = {name: value for name, value in row.items() if name not in OUTSIDE}
        self._model.optimizer.learning_rate = row["learning_rate"]
        for one in self.callbacks:
            one.on_epoch_end(self.taken, logs)
        self.taken += 1
        self.ended = self._model.stop_training or self.taken >= self.epochs

    def restoring(self) -> list[tuple[int, Any]]:
        """Callbacks that would bring back weights, each after how many epochs these were."""
        stopping = [one for one in self.callbacks if isinstance(one, keras.callbacks.EarlyStopping)]
        return [(one.best_epoch + 1, one) for one in stopping if one.best_weights is not None]

    def restored(self) -> set[int]:
        """After how many epochs the weights were that would be brought back."""
        return {taken for taken, _ in self.restoring()}

    def needs(self) -> set[int]:
        """After how many epochs the states are that it is ended with, or else goes on from."""
        restored = self.restored()
        return restored if self.ended and restored else restored | {self.taken}


@dataclass(frozen=True, slots=True)
class Stored:
    """The steps that another run has taken.

    Attributes:
        folder: of the entry.
        run: key of that run.
        environment: where it took them.
        passes: keys of the features it was trained on.
        data: digest of the images.
        history: its columns, all finite.
        states: after how many epochs its state was kept; that of the optimizer only after the last.
        digest: SHA-256 of all this, which the file of the states repeats.
    """

    folder: Path
    run: str
    environment: Environment
    passes: tuple[str, ...]
    data: str
    history: Mapping[str, tuple[float, ...]]
    states: tuple[int, ...]
    digest: str

    @property
    def epochs(self) -> int:
        """How many epochs are known."""
        return len(self.history["loss"])

    def fits(self, environment: Environment, passes: Iterable[str], data: str) -> bool:
        """Whether the same steps taken here would give the same bits; a GPU sums in any order."""
        here, there = (replace(one, concurrent_runs=1) for one in (environment, self.environment))
        same = asdict(here) == asdict(there) and (tuple(passes), data) == (self.passes, self.data)
        return same and environment.device == CPU

    def read(self, epochs: Collection[int], model: Any) -> dict[int, State]:
        """Epochs run -> the state of then; empty unless all are there and have a place in the model."""
        if not set(epochs) <= set(self.states):
            return {}
        try:
            with (
                (self.folder / STEPS_STATES).open("rb") as stream,
                np.load(stream, allow_pickle=False) as file,
            ):
                if file[OF].tobytes().decode() != self.digest:
                    return {}  # others have just been stored in their place
                found = {n: [file[name] for name in _names(file.files, n)] for n in epochs}
        except Exception:  # noqa: BLE001  # whatever has become of it, the run is trained without
            return {}
        places = [tuple(variable.shape) for variable in state(model)]
        for n, arrays in found.items():
            shapes = [array.shape for array in arrays]
            whole = n == self.epochs or averages(model)
            least = len(places) if whole else len(model.variables)
            if len(shapes) < least or shapes != places[: len(shapes)]:
                return {}
        return found


def load(folder: str) -> Stored | None:
    """What was stored in a folder; None without one, or where it has gone or is of another version."""
    if not folder:
        return None
    try:
        content = (Path(folder) / STEPS_FACTS).read_bytes()
        facts = json.loads(content)
        found = Stored(
            Path(folder),
            facts["run"],
            Environment(**facts["environment"]),
            tuple(facts["passes"]),
            facts["data"],
            {name: tuple(values) for name, values in facts["history"].items()},
            tuple(facts["states"]),
            hashlib.sha256(content).hexdigest(),
        )
        lengths = {len(found.history[name]) for name in ("loss", "val_loss", "learning_rate", "seconds")}
    except Exception:  # noqa: BLE001  # gone, or of another version: the run is trained without
        return None
    return found if len(lengths) == 1 else None


@dataclass(frozen=True, slots=True)
class Begun:
    """How a training begins.

    Attributes:
        callbacks: Keras callbacks that have seen the epochs before.
        epochs: how many those are; 0 for a training from its first step.
        ended: whether there is nothing left to train.
        stored: the steps that were gone along; None for a training from its first step.
    """

    callbacks: list[Any]
    epochs: int = 0
    ended: bool = False
    stored: Stored | None = None

    @property
    def history(self) -> dict[str, tuple[float, ...]]:
        """The columns of the epochs before."""
        columns = self.stored.history if self.stored else {}
        return {name: values[: self.epochs] for name, values in columns.items()}

    def continued(self, key: str) -> Continued | None:
        """The same for the record of a run; its own steps, taken before its result was lost, are its own."""
        return Continued(self.stored.run, self.epochs) if self.stored and self.stored.run != key else None


def begin(stored: Stored | None, model: Any, epochs: int, declare: Declare) -> Begun:
    """Goes as far along stored steps as they lead, and puts the model into the state it has there.

    Args:
        stored: the steps of another run, or None.
        model: the network, in its first state, which it keeps where nothing is stored that helps.
        epochs: that the run declares.
        declare: gives its callbacks, new.
    """
    if stored is None:
        return Begun(declare())
    rule = Rule(declare(), epochs, model)
    while not rule.ended and rule.taken < stored.epochs:
        rule.see(stored.history)
    states = stored.read(rule.needs(), model)
    if not states:
        return Begun(declare())
    for taken, callback in rule.restoring():
        put(model, states[taken])
        callback.best_weights = model.get_weights()
    if rule.taken in states:
        put(model, states[rule.taken])
    return Begun(rule.callbacks, rule.taken, rule.ended, stored)


def put(model: Any, arrays: State) -> None:
    """Gives a model a state, or its weights alone."""
    for variable, array in zip(state(model)[: len(arrays)], arrays, strict=True):
        variable.assign(array)


class Recorder(keras.callbacks.Callback):
    """Keeps the states that others may need: the last, that of the best epoch, those where they would end.

    The last of the callbacks, so that it sees what the others have done.

    Args:
        monitor: has the numbers of every epoch.
        epochs: that the run declares.
        others: runs that take the same steps.
        stored: steps taken before; such of their states as may be of use again are kept.
    """

    def __init__(
        self, monitor: Monitor, epochs: int, others: Sequence[Rule], stored: Stored | None = None
    ) -> None:
        super().__init__()
        self._monitor, self._epochs, self._others = monitor, epochs, list(others)
        self.states: dict[int, State] = {}
        self._stored = stored

    def set_model(self, model: Any) -> None:
        """Lets the other runs see the epochs that are there already."""
        super().set_model(model)
        for _ in range(len(self._monitor.history["loss"])):
            self._follow()
        if self._stored is not None:
            known = self._wanted(last=False) & set(self._stored.states)
            self.states = self._stored.read(known, model) if known else {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras names it
        """Keeps this state if somebody may need it, and lets go of those that nobody needs any more."""
        self._follow()
        last = self.model.stop_training or epoch + 1 >= self._epochs
        wanted = self._wanted(last=last)
        self.states = {taken: arrays for taken, arrays in self.states.items() if taken in wanted}
        if epoch + 1 in wanted:
            variables = state(self.model) if last or averages(self.model) else self.model.variables
            self.states[epoch + 1] = [variable.numpy() for variable in variables]
        while len(self.states) > 1 and sum(map(_bytes, self.states.values())) > MOST:
            del self.states[min(self.states)]

    def _follow(self) -> None:
        for rule in list(self._others):
            try:
                rule.see(self._monitor.history)
            except Exception:  # noqa: BLE001  # a rule that fails is told by the run that declares it
                self._others.remove(rule)

    def _wanted(self, *, last: bool) -> set[int]:
        history = self._monitor.history["val_loss"]
        wanted = {best_epoch(history) or 0} | ({len(history)} if last else set())
        for rule in self._others:
            wanted |= rule.restored() | (rule.needs() if rule.ended else set())
        return wanted


def rules(others: Iterable[Mapping[str, Any]], model: Any) -> list[Rule]:
    """Those of runs that take the same steps, by what is declared of them; not what Keras does not accept."""
    found = []
    for item in others:
        with suppress(Exception):  # told by the run that declares it
            found.append(Rule(callbacks.declared(item["stopping"], Path()), int(item["epochs"]), model))
    return found


def averages(model: Any) -> bool:
    """Whether averages that the optimizer keeps become the weights in the end."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)  # of one that scales the loss
    return bool(optimizer.use_ema)


def _bytes(arrays: State) -> int:
    return sum(array.nbytes for array in arrays)


def is_kept(model: Any) -> bool:
    """Whether the states of a network are small enough, and of numbers that NumPy knows."""
    variables = state(model)
    size = sum(4 * math.prod(variable.shape) for variable in variables)
    return size <= LIMIT and all(str(variable.dtype) != "bfloat16" for variable in variables)


def save(folder: Path, record: RunRecord, states: Mapping[int, State], data: str) -> None:
    """Writes the steps of a run for others; not those whose numbers are not all finite.

    A failure leaves nothing, and is not one of the run.
    """
    try:
        _write(folder, record, states, data)
    except Exception as error:  # noqa: BLE001  # a full disk, most likely: the result itself is smaller
        _LOG.warning("steps of %s: %s", record.key[:12], error)
        for name in (STEPS_FACTS, STEPS_STATES):
            (folder / name).unlink(missing_ok=True)


def _write(folder: Path, record: RunRecord, states: Mapping[int, State], data: str) -> None:
    environment = record.environment
    if environment is None or environment.device != CPU:
        return
    if any(None in values for values in record.history.values()):
        return
    facts = {
        "run": record.key,
        "environment": {**asdict(environment), "packages": dict(environment.packages)},
        "data": data,
        "passes": [item.key for item in record.shared],
        "history": {name: list(values) for name, values in record.history.items()},
        "states": sorted(states),
    }
    content = json.dumps(facts, allow_nan=False).encode()
    (folder / STEPS_FACTS).write_bytes(content)
    arrays: dict[str, Any] = {
        f"{n}.{index:05}": array for n, found in states.items() for index, array in enumerate(found)
    }
    arrays[OF] = np.frombuffer(hashlib.sha256(content).hexdigest().encode(), np.uint8)
    np.savez(folder / STEPS_STATES, **arrays)


def _names(names: Iterable[str], epochs: int) -> list[str]:
    """What the arrays of a state are called in its file, in order."""
    return sorted(name for name in names if name.startswith(f"{epochs}."))
