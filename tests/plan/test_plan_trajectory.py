"""Which runs take the same steps, told from their recipes alone."""

from __future__ import annotations

import pytest
from support.configurations import HEAD, plan_of

from reportgen.plan.trajectory import leaders_first, trajectory_of

STOP = '{ callback = "EarlyStopping", patience = 2 }'
FROM = (
    '[model.b]\nlayers = [{ backbone = "MobileNetV2", weights = "none", trainable = true }, "Flatten"]\n'
    '[study.a]\nmodel = "b"\n'
)


def study(name, *lines):
    return "\n".join([f"[study.{name}]", 'model = "mlp"', *lines, ""])


def runs_of(tmp_path, *studies):
    return plan_of(tmp_path, HEAD + "".join(studies)).runs


def trajectories(tmp_path, *studies):
    return [trajectory_of(run.content()) for run in runs_of(tmp_path, *studies)]


def test_epochs_and_stopping_rules_are_not_part_of_the_steps(tmp_path):
    plain, longer, early = trajectories(
        tmp_path, study("a"), study("b", "epochs = 9"), study("c", f"callbacks = [{STOP}]")
    )
    assert plain.key == longer.key == early.key
    assert (plain.epochs, longer.epochs, early.epochs) == (2, 9, 2)
    assert early.stopping == ({"callback": "EarlyStopping", "patience": 2},)
    assert plain.stopping == ()


@pytest.mark.parametrize(
    "line",
    [
        "seeds = [1]",
        'optimizer = "SGD"',
        "batch_size = 7",
        "set.dropout = 0.5",
        'callbacks = [{ callback = "ReduceLROnPlateau" }]',
        'augmentation = [{ layer = "RandomFlip" }]',
        'class_weight = "balanced"',
        'precision = "mixed_bfloat16"',
        "folds = 2",
    ],
)
def test_whatever_else_changes_changes_the_steps(tmp_path, line):
    plain, other, *_ = trajectories(tmp_path, study("a"), study("b", line))
    assert plain.key != other.key


@pytest.mark.parametrize("callback", ['"CSVLogger", filename = "x"', '"ModelCheckpoint", filepath = "x"'])
def test_callbacks_that_do_more_than_watch_numbers_share_nothing(tmp_path, callback):
    assert trajectories(tmp_path, study("a", f"callbacks = [{{ callback = {callback} }}]")) == [None]


def test_weights_of_other_runs_share_nothing(tmp_path):
    (run,) = runs_of(tmp_path, FROM)
    recipe = run.content()
    assert trajectory_of(recipe) is not None
    recipe["model"]["layers"][0]["weights"] = "run:0123"
    assert trajectory_of(recipe) is None
    recipe["model"]["layers"][0] = {"python": "m:f", "source": "x"}
    assert trajectory_of(recipe) is None


def test_who_can_be_read_off_another_comes_behind_all_others(tmp_path):
    runs = runs_of(
        tmp_path,
        study("corta"),
        study("pronto", "epochs = 9", f"callbacks = [{STOP}]"),
        study("larga", "epochs = 9"),
        study("sola", 'optimizer = "SGD"'),
    )
    ordered, followers = leaders_first(runs)
    assert [run.study for run in ordered] == ["larga", "sola", "corta", "pronto"]
    (leader,) = [run for run in runs if run.study == "larga"]
    assert {key: [run.study for run in group] for key, group in followers.items()} == {
        leader.key: ["corta", "pronto"]
    }
    assert leaders_first(runs[3:]) == (runs[3:], {})
