"""Configurations with several runs: their spread, their place in a cross validation, their names."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.results import FOLLOW, Outcome, folded, folds_text, grid, grid_text, run, spec_of, study_of

from reportgen.analysis.arms import by_arm, fold_place, spread
from reportgen.analysis.comparison import boxes, cost
from reportgen.analysis.curves import arm_curves, mean_curve, rates, small_multiples
from reportgen.analysis.grid import factor_effect, factor_info, heatmap
from reportgen.analysis.naming import arm_names, names, own_labels
from reportgen.analysis.pairs import pair_rows
from reportgen.analysis.selection import compared, evaluated
from reportgen.analysis.tables import result_table
from reportgen.records.model import Status

FAILED = Outcome(status=Status.FAILED, reason="sin memoria")


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_spread_equals_the_standard_library(values):
    found = spread([*values, None])
    assert found.n == len(values)
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.sd == pytest.approx(statistics.stdev(values))
    assert (found.low, found.high) == (min(values), max(values))


def test_spread_of_one_value_and_of_none():
    assert spread([0.5, None]).sd is None
    assert spread([None]) is None
    assert spread([]) is None


def seeded(decide=lambda plan: 0.5 + 0.1 * plan.seed):
    return study_of(grid({"optimizer": ["SGD", "Adam"]}, decide, seeds=[1, 2, 3]), "rejilla")


def test_runs_of_a_configuration_are_gathered_in_declared_order():
    study = seeded()
    assert [(arm.label, [result.plan.seed for result in arm.results]) for arm in by_arm(study)] == [
        ("SGD", [1, 2, 3]), ("Adam", [1, 2, 3]),
    ]  # fmt: skip
    assert study.repeated
    assert not study.folded
    assert study.seeds == (1, 2, 3)
    once = study_of(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), "rejilla")
    assert not once.repeated


def test_the_place_of_a_fold_counts_on_over_the_repetitions():
    study = folded({"a": [0.8] * 6}, folds=3, more="repeats = 2").studies[0]
    places = [fold_place(result.plan) for result in study.results]
    assert [(item.number, item.of, item.repeat) for item in places] == [
        (1, 3, 1), (2, 3, 1), (3, 3, 1), (1, 3, 2), (2, 3, 2), (3, 3, 2),
    ]  # fmt: skip
    assert study.folded
    assert fold_place(seeded().results[0].plan) is None


def test_names_tell_folds_repetitions_and_seeds_apart():
    once = names(folded({"a": [0.8] * 2}, folds=2))
    assert list(once.values()) == ["Red a · partición 1", "Red a · partición 2"]
    again = names(folded({"a": [0.8] * 4}, folds=2, more="repeats = 2"))
    assert list(again.values())[2] == "Red a · partición 1, repetición 2"
    both = names(folded({"a": [0.8] * 2}, folds=2, more="seeds = [4, 7]"))
    assert list(both.values()) == [
        "Red a · s4 · partición 1", "Red a · s4 · partición 2", "Red a · s7 · partición 1",
        "Red a · s7 · partición 2",
    ]  # fmt: skip


def test_a_configuration_is_named_without_seed_and_with_its_study_where_needed():
    text = grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed="set.dropout = 0.3")
    collected = run(spec_of(text, seeds=[1, 2]), lambda _: 0.5)
    assert set(arm_names(collected).values()) == {"SGD", "SGD (Regularización con Dropout)"}
    assert len(set(names(collected).values())) == 4
    labels = own_labels(result.plan for result in collected.studies[0].results)
    assert list(labels.values()) == ["SGD · s1", "SGD · s2"]


def test_a_table_has_a_row_per_configuration_and_marks_nothing_as_best():
    study = seeded(lambda plan: FAILED if plan.labels["optimizer"] == "Adam" else 0.5 + 0.1 * plan.seed)
    table = result_table(study)
    sgd, adam = table.groups[0].arms
    assert table.repeated
    assert (sgd.finished, sgd.declared) == (3, 3)
    assert sgd.spreads["accuracy.test"].mean == pytest.approx(0.7)
    assert sgd.spreads["accuracy.test"].sd == pytest.approx(0.1)
    assert (adam.finished, str(adam.status), adam.reason) == (0, "failed", "sin memoria")
    assert adam.spreads["accuracy.test"] is None
    assert len(table.groups[0].rows) == 6
    assert not any(row.tied_best for row in table.groups[0].rows)


def test_heat_map_and_factors_show_means_of_configurations():
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
    collected = grid(axes, lambda plan: 0.5 + 0.1 * plan.seed, seeds=[1, 3])
    study = study_of(collected, "rejilla")
    assert heatmap(study).values == (pytest.approx((0.7, 0.7)), pytest.approx((0.7, 0.7)))
    info = factor_info(study, "optimizer")
    assert info.means
    assert [level.values for level in info.levels] == [pytest.approx((0.7, 0.7))] * 2


def test_factor_effects_pair_equal_folds():
    text = grid_text({"optimizer": ["SGD", "Adam"]}).replace('model = "mlp"', 'model = "mlp"\nfolds = 3')
    scores = {"SGD": (0.5, 0.9, 0.7), "Adam": (0.6, None, 0.8)}
    collected = run(spec_of(text), lambda plan: scores[plan.labels["optimizer"]][plan.fold])
    effect = factor_effect(study_of(collected, "rejilla"), "optimizer")
    assert effect.cells == 2
    assert effect.against[0].differences == pytest.approx((0.1, 0.1))
    assert effect.means == pytest.approx((0.7, 0.6))


def test_runs_of_folds_are_never_chosen_nor_ranked_one_by_one():
    text = folds_text(["a"], folds=2) + grid_text({"optimizer": ["SGD", "Adam"]})
    high = Outcome(0.99, validation=0.99, seconds=1)
    collected = run(spec_of(text), lambda plan: high if plan.fold is not None else 0.5)
    assert [result.plan.study for result in collected.single()] == ["rejilla", "rejilla"]
    assert len(collected.unique()) == 4
    assert [result.plan.label for result in evaluated(collected)] == ["SGD"]
    assert {result.plan.study for result in compared(collected)} == {"rejilla"}
    assert {point.study for point in cost(collected).points} == {"rejilla"}


def test_cost_labels_tell_seeds_apart():
    collected = grid({"optimizer": ["SGD"]}, lambda _: 0.5, seeds=[1, 2])
    assert [point.label for point in cost(collected).points] == ["SGD · s1", "SGD · s2"]


def test_a_cross_validated_follow_up_has_no_pairs():
    text = grid_text({"optimizer": ["SGD"]}).replace('model = "mlp"', 'model = "mlp"\nfolds = 2')
    collected = run(spec_of(text + FOLLOW.format(changed="set.dropout = 0.3")), lambda _: 0.7)
    derived = study_of(collected, "derivado")
    assert derived.folded
    assert derived.parents
    assert pair_rows(derived) == ()


def test_boxes_are_of_validation_for_folds_and_of_test_for_seeds():
    info = boxes(folded({"a": [0.7, 0.8, None], "b": [None] * 3}, folds=3).studies[0])
    assert (info.kind, info.split) == ("folds", "validation")
    assert [(level.label, level.values) for level in info.levels] == [("Red a", (0.7, 0.8))]
    info = boxes(seeded())
    assert (info.kind, info.split) == ("seeds", "test")
    assert info.levels[0].values == pytest.approx((0.6, 0.7, 0.8))
    assert boxes(seeded(lambda _: None)) is None


def test_the_mean_curve_ends_with_the_shortest_run():
    study = seeded(lambda plan: Outcome(0.5 + 0.1 * plan.seed, epochs=4 + plan.seed))
    arm = by_arm(study)[0]
    info = arm_curves(arm, own_labels(result.plan for result in study.results))
    assert (info.kind, info.names) == ("seeds", ("SGD · s1", "SGD · s2", "SGD · s3"))
    assert [len(item.accuracy) for item in info.curves] == [5, 6, 7]
    assert len(info.mean.accuracy) == 5
    assert info.mean.val_accuracy[0] == pytest.approx(sum(c.val_accuracy[0] for c in info.curves) / 3)
    assert info.mean.best_epoch is None


def test_a_gap_in_one_run_is_a_gap_in_the_mean_and_no_history_no_curves():
    arm = by_arm(seeded())[0]
    first = arm.results[0]
    history = {**first.record.history, "loss": (None, *first.record.history["loss"][1:])}
    holed = replace(
        arm, results=(replace(first, record=replace(first.record, history=history)), arm.results[1])
    )
    assert mean_curve(holed).loss[0] is None
    assert mean_curve(holed).loss[1] is not None
    assert arm_curves(by_arm(seeded(lambda _: Outcome(0.5, blind=True)))[0], {}) is None


def test_panels_of_a_repeated_grid_are_means():
    axes = {"optimizer": ["SGD"], "activation": ["relu", "tanh"], "units": [[8], [8, 8]]}
    study = study_of(grid(axes, lambda plan: 0.5 + 0.1 * plan.seed, seeds=[1, 3]), "rejilla")
    panel = small_multiples(study, "accuracy", ("optimizer", "SGD")).panels[0]
    assert panel.val_accuracy[-1] == pytest.approx(0.7)
    assert panel.best_epoch is None


def test_learning_rates_are_shown_where_they_change():
    falling = (0.001,) * 5 + (0.0005,) * 5
    study = seeded(lambda plan: Outcome(0.5, rates=falling) if plan.seed == 2 else 0.5)
    info = rates(study)
    assert info.labels == ("SGD · s2", "Adam · s2")
    assert info.rates == (falling, falling)
    assert rates(seeded()) is None
