from __future__ import annotations

import pytest
from support.results import Outcome, grid, study_of, table

from reportgen.analysis.depth import depth_axis, depth_effect
from reportgen.analysis.grid import factor_effect, factor_info, heatmap
from reportgen.records.model import Status

AXES = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh"]}
VALUES = {
    ("SGD", "relu"): 0.50, ("SGD", "tanh"): 0.60,
    ("Adam", "relu"): 0.80, ("Adam", "tanh"): 0.70,
    ("RMSprop", "relu"): 0.75, ("RMSprop", "tanh"): 0.72,
}  # fmt: skip
FAILED = Outcome(status=Status.FAILED, reason="no")


def effect(values, axis="optimizer", axes=AXES):
    return factor_effect(study_of(table(values, axes), "rejilla"), axis)


def test_factor_effect_by_hand():
    found = effect(VALUES)
    assert found.levels == ("Adam", "RMSprop", "SGD")
    assert found.means == pytest.approx((0.75, 0.735, 0.55))
    assert [pair.second for pair in found.against] == ["RMSprop", "SGD"]
    assert found.against[0].differences == pytest.approx((0.05, -0.02))
    assert found.against[1].differences == pytest.approx((0.3, 0.1))
    assert found.against[0].mean == pytest.approx(0.015)
    assert (found.cells, found.wins, found.flips) == (2, 1, True)  # RMSprop is ahead of it with tanh


def test_only_cells_in_which_every_level_finished_count():
    found = effect(VALUES | {("SGD", "tanh"): FAILED})
    assert found.cells == 1
    assert found.means == pytest.approx((0.80, 0.75, 0.50))
    assert all(len(keys) == 1 for keys in found.runs.values())  # only the runs behind the means
    assert found.against[0].differences == pytest.approx((0.05,))


def test_a_cell_is_won_against_all_levels_not_only_the_second():
    found = effect(VALUES | {("SGD", "relu"): 0.82, ("Adam", "tanh"): 0.75})
    assert found.levels[:2] == ("Adam", "RMSprop")
    assert min(found.against[0].differences) > 0
    assert found.wins == 1


def test_a_level_that_never_finished_takes_no_part():
    found = effect(VALUES | {("SGD", "relu"): FAILED, ("SGD", "tanh"): None})
    assert found.levels == ("Adam", "RMSprop")
    assert found.cells == 2


def test_nothing_to_compare():
    assert effect({("SGD", "relu"): 0.5, ("Adam", "tanh"): 0.6}) is None
    assert effect({("SGD", "relu"): 0.5}) is None
    assert effect({}) is None


def test_repetitions_are_cells_of_their_own():
    collected = grid({"optimizer": ["SGD", "Adam"]}, lambda plan: 0.5 + 0.1 * plan.seed, seeds=[1, 2, 3])
    found = factor_effect(study_of(collected, "rejilla"), "optimizer")
    assert found.cells == 3
    assert found.means == pytest.approx((0.7, 0.7))
    assert found.wins == 0


def test_heatmap_places_every_value_and_leaves_holes():
    study = study_of(table(VALUES | {("Adam", "tanh"): FAILED}, AXES), "rejilla")
    shown = heatmap(study)
    assert shown.row_labels == ("SGD", "Adam", "RMSprop")
    assert shown.column_labels == ("relu", "tanh")
    assert shown.values == ((0.5, 0.6), (0.8, None), (0.75, 0.72))
    assert (shown.row_name, shown.column_name) == ("Optimizador", "Activación")
    test = heatmap(study, "test", "loss")
    assert test.values[0] == (0.5, 0.5)


def test_factor_info_keeps_every_value():
    info = factor_info(study_of(table(VALUES, AXES), "rejilla"), "activation")
    assert {level.label: level.values for level in info.levels} == {
        "relu": (0.50, 0.80, 0.75), "tanh": (0.60, 0.70, 0.72),
    }  # fmt: skip


DEEP = {"optimizer": ["SGD", "Adam"], "units": [[8], [8, 8], [8, 8, 8]]}


def deep(sgd, adam=(0.5, 0.6, 0.7)):
    labels = ("8", "8-8", "8-8-8")
    values = {("SGD", label): value for label, value in zip(labels, sgd, strict=True)}
    values |= {("Adam", label): value for label, value in zip(labels, adam, strict=True)}
    return depth_effect(study_of(table(values, DEEP), "rejilla"))


def test_depth_effect_by_hand():
    found = deep((0.8, 0.6, 0.7))
    assert found.depths == (1, 2, 3)
    assert found.combinations == ((0.8, 0.6, 0.7), (0.5, 0.6, 0.7))
    assert (found.grows, found.deepest_ahead, found.shallow_first) == (1, 1, 1)
    assert found.gain == pytest.approx(0.05)
    assert len(found.runs) == 6


def test_a_combination_without_all_depths_says_nothing_of_depth():
    assert deep((0.9, FAILED, FAILED)).combinations == ((0.5, 0.6, 0.7),)
    assert deep((0.9, FAILED, None), (FAILED, 0.2, 0.3)) is None


def test_depth_is_the_mean_over_seeds():
    collected = grid(
        {"units": [[8], [8, 8]]},
        lambda plan: (0.5 if len(plan.parameters["units"]) == 1 else 0.6) + 0.2 * (plan.seed == 2),
        seeds=[1, 2],
    )
    found = depth_effect(study_of(collected, "rejilla"))
    assert found.combinations == (pytest.approx((0.6, 0.7)),)
    assert found.grows == 1


@pytest.mark.parametrize(
    "axes",
    [
        {"optimizer": ["SGD", "Adam"]},
        {"callbacks": [[], ["EarlyStopping"]]},  # a list, but of no layers
        {"units": [[8], [16]]},  # as deep as each other
        {"units": [[8], [8, 8], [16]]},  # two networks of one depth
    ],
    ids=["names", "callbacks", "widths", "mixed"],
)
def test_what_is_no_axis_of_depth(axes):
    study = study_of(grid(axes, lambda _: 0.5), "rejilla")
    assert depth_axis(study) == ""
    assert depth_effect(study) is None
