"""Takes runs that differ in where they end, checks that going on from another's steps changes no bit."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.networks import DENSE, same

from reportgen.records.codec import STEPS_FACTS, STEPS_STATES
from reportgen.records.model import Continued, RunRecord, Status
from reportgen.training import environment, programs, trajectory

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CONVOLUTION = [
    {"layer": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"},
    {"layer": "Dropout", "rate": 0.2},
    {"layer": "Flatten"},
]
FAST = {"name": "Adam", "learning_rate": 0.05}
WILD = {"name": "Adam", "learning_rate": 0.2}
PLATEAU = {"callback": "ReduceLROnPlateau", "monitor": "val_loss", "patience": 1, "min_delta": 0.05}
DECAY = {
    "callback": "LearningRateScheduler",
    "schedule": {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.05,
        "decay_steps": 1,
        "decay_rate": 0.7,
    },
}


def stop(**more: Any) -> dict[str, Any]:
    return {"callback": "EarlyStopping", "monitor": "val_accuracy", "patience": 1, **more}


@pytest.fixture
def leave(train: Any, tmp_path: Any) -> Any:
    """Trains a run that leaves its steps; gives its record and their folder."""
    made = iter(range(9))

    def run(recipe: dict[str, Any], **more: Any) -> tuple[RunRecord, str]:
        record = train(recipe, keep_steps=True, **more)
        assert set(train.kept) == {STEPS_FACTS, STEPS_STATES}
        folder = tmp_path / f"steps{next(made)}"
        folder.mkdir()
        for name, path in train.kept.items():
            path.rename(folder / name)
        return record, str(folder)

    return run


@pytest.fixture
def steps_taken(monkeypatch: Any) -> list[int]:
    """Counts the training steps of runs, warming up not counted."""
    taken: list[int] = []
    plain = programs.Program.train

    def count(self: Any, data: Any, rows: Any, block: int) -> Any:
        taken.append(len(rows))
        return plain(self, data, rows, block)

    monkeypatch.setattr(programs.Program, "train", count)
    monkeypatch.setattr(programs.Program, "warm", lambda *_: None)
    return taken


@pytest.mark.parametrize(
    ("layers", "settings"),
    [
        (DENSE, {}),
        (DENSE, {"optimizer": {"name": "SGD", "learning_rate": 0.1, "momentum": 0.9}}),
        (DENSE, {"optimizer": {"name": "SGD", "use_ema": True, "ema_momentum": 0.9}}),
        (DENSE, {"callbacks": [PLATEAU], "optimizer": FAST}),
        (DENSE, {"callbacks": [DECAY]}),
        (DENSE, {"precision": "mixed_float16"}),
        (
            CONVOLUTION,
            {"augmentation": [{"layer": "RandomTranslation", "height_factor": 0.1, "width_factor": 0.1}]},
        ),
    ],
)
def test_more_epochs_go_on_from_fewer_bit_for_bit(
    leave: Any, train: Any, run_recipe: Any, layers: Any, settings: Any
) -> None:
    whole = train(run_recipe(layers, epochs=6, **settings))
    short, folder = leave(run_recipe(layers, epochs=4, **settings), key="otra")
    longer = train(run_recipe(layers, epochs=6, **settings), steps=folder)
    same(whole, longer)
    assert longer.continued == Continued("otra", 4)
    assert whole.continued is short.continued is None
    assert [event["epoch"] for event in train.events if event["event"] == "epoch"] == [4, 5, 6]
    past = sum(value or 0 for value in short.history["seconds"])
    assert longer.history["seconds"][:4] == short.history["seconds"]
    assert longer.seconds > past


def test_what_went_on_leaves_steps_to_go_on_from(leave: Any, run_recipe: Any) -> None:
    folder = ""
    for epochs in (1, 3, 5):
        record, folder = leave(run_recipe(DENSE, epochs=epochs), steps=folder)
    whole, plain = leave(run_recipe(DENSE, epochs=5))
    same(whole, record)
    first, second = (trajectory.load(one) for one in (folder, plain))
    assert first.states == second.states
    with np.load(f"{folder}/{STEPS_STATES}") as one, np.load(f"{plain}/{STEPS_STATES}") as other:
        assert one.files == other.files
        for name in set(one.files) - {trajectory.OF}:
            np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("restore", [False, True])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"optimizer": {"name": "SGD", "learning_rate": 0.1, "use_ema": True}},
        {
            "optimizer": {"name": "SGD", "learning_rate": 0.1, "use_ema": True},
            "precision": "mixed_float16",
        },
    ],
)
def test_a_run_that_stops_early_is_read_off_one_that_did_not(
    leave: Any, train: Any, run_recipe: Any, steps_taken: list[int], *, restore: bool, settings: Any
) -> None:
    settings = {"optimizer": FAST} | settings
    rule = stop(restore_best_weights=restore)
    early = run_recipe(DENSE, epochs=12, callbacks=[rule], **settings)
    plain = train(early)
    assert plain.epochs_run < 12, "the rule has to end it"
    _, folder = leave(
        run_recipe(DENSE, epochs=12, **settings),
        key="otra",
        facts=replace(environment.describe(), concurrent_runs=5),
        others=({"epochs": 12, "stopping": [rule]},),
    )
    steps_taken.clear()
    read = train(early, steps=folder, keep_steps=True)
    assert not steps_taken, "nothing is trained again"
    assert not train.kept, "nothing new is left for others"
    same(plain, read)
    assert read.continued == Continued("otra", plain.epochs_run)
    assert read.setup_seconds is None
    assert read.environment.concurrent_runs == 5, "the times are those of the other run"


def test_two_rules_that_bring_back_the_same_epoch(leave: Any, train: Any, run_recipe: Any) -> None:
    rules = [
        stop(monitor=name, patience=2, restore_best_weights=True) for name in ("val_loss", "val_accuracy")
    ]
    early = run_recipe(DENSE, epochs=12, optimizer=WILD, callbacks=rules)
    plain = train(early)
    others = ({"epochs": 12, "stopping": rules},)
    _, folder = leave(run_recipe(DENSE, epochs=12, optimizer=WILD), others=others)
    same(plain, train(early, steps=folder))
    twice = run_recipe(DENSE, epochs=12, optimizer=WILD, callbacks=[rules[0], rules[0]])
    same(train(twice), train(twice, steps=folder))


def test_the_weights_of_the_best_epoch_are_kept_for_rules_of_later_studies(
    leave: Any, train: Any, run_recipe: Any, steps_taken: list[int]
) -> None:
    record, folder = leave(run_recipe(DENSE, epochs=12, optimizer=WILD))
    assert record.best_epoch < 11
    patience = 11 - record.best_epoch
    rule = stop(monitor="val_loss", patience=patience, restore_best_weights=True)
    early = run_recipe(DENSE, epochs=12, optimizer=WILD, callbacks=[rule])
    plain = train(early)
    assert plain.epochs_run == 11
    steps_taken.clear()
    same(plain, train(early, steps=folder))
    assert not steps_taken


def test_what_is_not_known_of_a_rule_is_trained(
    leave: Any, train: Any, run_recipe: Any, steps_taken: list[int]
) -> None:
    _, folder = leave(run_recipe(DENSE, epochs=12, optimizer=FAST))
    early = run_recipe(DENSE, epochs=12, optimizer=FAST, callbacks=[stop()])
    plain = train(early)
    states = trajectory.load(folder).states
    assert plain.epochs_run not in states, "its last weights were not kept"
    steps_taken.clear()
    read = train(early, steps=folder)
    assert steps_taken
    same(plain, read)
    assert read.continued is None


def test_a_rule_goes_on_counting_where_the_stored_steps_end(leave: Any, train: Any, run_recipe: Any) -> None:
    rule = stop(patience=2, restore_best_weights=True, monitor="val_loss")
    early = run_recipe(DENSE, epochs=20, optimizer=WILD, callbacks=[rule])
    plain = train(early)
    cut = plain.epochs_run - 1
    assert plain.best_epoch <= cut < 19
    _, folder = leave(run_recipe(DENSE, epochs=cut, optimizer=WILD), key="otra")
    longer = train(early, steps=folder)
    same(plain, longer)
    assert longer.continued == Continued("otra", cut)


def test_fewer_epochs_are_read_off_where_their_state_was_kept(
    leave: Any, train: Any, run_recipe: Any, steps_taken: list[int]
) -> None:
    short = run_recipe(DENSE, epochs=2, optimizer=FAST)
    plain = train(short)
    _, folder = leave(run_recipe(DENSE, epochs=5, optimizer=FAST), others=({"epochs": 2, "stopping": []},))
    steps_taken.clear()
    same(plain, train(short, steps=folder))
    assert not steps_taken


@pytest.mark.parametrize("change", [{"threads": 7}, {"cpu": "otro"}, {"packages": {"keras": "1.0"}}])
def test_steps_taken_elsewhere_are_not_gone_on_from(
    leave: Any, train: Any, run_recipe: Any, change: Any
) -> None:
    elsewhere = replace(environment.describe(2), **change)
    _, folder = leave(run_recipe(DENSE, epochs=2), facts=elsewhere, key="otra")
    assert train(run_recipe(DENSE, epochs=3), steps=folder).continued is None
    beside = replace(environment.describe(2), concurrent_runs=1)
    _, folder = leave(run_recipe(DENSE, epochs=2), facts=beside, key="otra")
    assert train(run_recipe(DENSE, epochs=3), steps=folder).continued == Continued("otra", 2)


def test_steps_on_other_images_or_on_a_gpu_are_nobodys(leave: Any, train: Any, run_recipe: Any) -> None:
    _, folder = leave(run_recipe(DENSE, epochs=2), data_digest="una", key="otra")
    longer = run_recipe(DENSE, epochs=3)
    assert train(longer, steps=folder, data_digest="otra").continued is None
    assert train(longer, steps=folder, data_digest="una").continued == Continued("otra", 2)
    card = replace(environment.describe(2), device="Tarjeta")
    train(longer, keep_steps=True, facts=card)
    assert not train.kept
    stored = replace(trajectory.load(folder), environment=card)
    assert not stored.fits(card, (), "una")


def test_a_run_whose_result_was_lost_has_taken_its_own_steps(leave: Any, train: Any, run_recipe: Any) -> None:
    recipe = run_recipe(DENSE, epochs=2)
    first, folder = leave(recipe)
    again = train(recipe, steps=folder)
    same(first, again)
    assert again.setup_seconds is None, "nothing was trained"
    assert again.continued is None


def test_weights_to_keep_are_those_of_a_run_trained_whole(leave: Any, train: Any, run_recipe: Any) -> None:
    _, folder = leave(run_recipe(DENSE, epochs=2), key="otra")
    assert train(run_recipe(DENSE, epochs=3), steps=folder, keep_weights=True).continued is None


def test_few_states_are_kept_the_last_among_them(leave: Any, run_recipe: Any, monkeypatch: Any) -> None:
    others = tuple({"epochs": epochs, "stopping": []} for epochs in (1, 2, 3))
    recipe = run_recipe(DENSE, epochs=5, optimizer=FAST)
    _, folder = leave(recipe, others=others)
    assert set(trajectory.load(folder).states) >= {1, 2, 3, 5}
    monkeypatch.setattr(trajectory, "MOST", 25_000)  # 1,300 weights, and twice as many of the optimizer
    _, folder = leave(recipe, others=others)
    kept = trajectory.load(folder).states
    assert 5 in kept
    assert len(kept) == 2


def test_steps_that_cannot_be_written_are_no_failure_of_the_run(
    train: Any, run_recipe: Any, monkeypatch: Any
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(trajectory.np, "savez", full)
    record = train(run_recipe(DENSE, epochs=1), keep_steps=True)
    assert record.status is Status.OK
    assert not train.kept


@pytest.mark.parametrize(
    "harm",
    ["gone", "no states", "no facts", "other facts", "cut", "empty", "other network", "no loss", "a list"],
)
def test_steps_that_cannot_be_read_cost_a_training_and_no_failure(
    leave: Any, train: Any, run_recipe: Any, tmp_path: Any, harm: str
) -> None:
    layers = [{"layer": "Flatten"}, {"layer": "Dense", "units": 5}] if harm == "other network" else DENSE
    _, folder = leave(run_recipe(layers, epochs=2), key="otra")
    facts, states = (tmp_path / "steps0" / name for name in (STEPS_FACTS, STEPS_STATES))
    if harm in ("gone", "no facts"):
        facts.unlink()
    if harm in ("gone", "no states"):
        states.unlink()
    if harm == "other facts":
        facts.write_text(json.dumps(json.loads(facts.read_text()) | {"run": "tercera"}))
    if harm == "no loss":
        text = facts.read_text().replace('"loss"', '"perdida"')
        facts.write_text(text)
    if harm == "a list":
        facts.write_text("[1, 2]")
    if harm == "empty":
        states.write_bytes(b"")
    if harm == "cut":
        states.write_bytes(states.read_bytes()[:-30])
    plain = train(run_recipe(DENSE, epochs=3))
    record = train(run_recipe(DENSE, epochs=3), steps=folder)
    assert record.continued is None
    same(plain, record)


def test_large_networks_and_broken_losses_leave_nothing(
    train: Any, run_recipe: Any, monkeypatch: Any
) -> None:
    wild = run_recipe(DENSE, epochs=2, optimizer={"name": "SGD", "learning_rate": 1e30})
    record = train(wild, keep_steps=True)
    assert record.status is Status.DIVERGED
    assert not train.kept
    monkeypatch.setattr(trajectory, "LIMIT", 1000)
    assert train(run_recipe(DENSE, epochs=1), keep_steps=True).status is Status.OK
    assert not train.kept


def test_a_rule_that_keras_refuses_is_not_the_failure_of_another_run(leave: Any, run_recipe: Any) -> None:
    others = tuple({"epochs": 2, "stopping": [stop(**more)]} for more in ({"mode": 3}, {"patience": "x"}))
    record, _ = leave(run_recipe(DENSE, epochs=2), others=others)
    assert record.status is Status.OK
