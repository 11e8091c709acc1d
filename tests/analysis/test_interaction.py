"""Interactions of two factors, with independent computation of every number."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from support.results import Outcome, grid, grid_text, run, spec_of, study_of, table

from reportgen.analysis.grid import Covers, factor_effect
from reportgen.analysis.interaction import Unit, interactions
from reportgen.analysis.statistics import holm
from reportgen.records.model import Status

PAIR = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
CUBE = PAIR | {"units": [[8], [16]]}
FAILED = Outcome(status=Status.FAILED, reason="no")
TURNS = {("SGD", "relu"): 0.7, ("SGD", "tanh"): 0.9, ("Adam", "relu"): 0.9, ("Adam", "tanh"): 0.7}


def of(values, axes=PAIR):
    return interactions(study_of(table(values, axes), "rejilla"))


def test_an_interaction_by_hand():
    found = of(TURNS)
    assert (found.unit, found.units, found.pairs, len(found.runs)) == (Unit.IMAGES, 400, 1, 4)
    one = next(item for item in found.crossovers if item.factor == "optimizer")
    assert (one.other, one.here, one.there, one.first, one.second) == (
        "activation", "relu", "tanh", "Adam", "SGD",
    )  # fmt: skip
    assert one.ahead.value == pytest.approx(0.2)
    assert one.behind.value == pytest.approx(-0.2)
    assert one.size.value == pytest.approx(0.4)
    assert one.strength == pytest.approx(0.2)
    assert len(one.runs) == len(set(one.runs)) == 4
    assert one.demonstrable(0.005)
    assert not one.demonstrable(0.25)


def test_intervals_and_p_values_are_over_the_images():
    study = study_of(table(TURNS | {("Adam", "relu"): 0.71}, PAIR), "rejilla")
    right = {result.plan.label: result.correct().astype(float) for result in study.ok()}
    found = interactions(study)
    one = next(item for item in found.crossovers if item.factor == "optimizer")
    ahead = right["Adam · relu"] - right["SGD · relu"]
    behind = right["Adam · tanh"] - right["SGD · tanh"]
    bounds = stats.ttest_1samp(ahead - behind, 0).confidence_interval(0.95)
    assert (one.size.low, one.size.high) == pytest.approx((bounds.low, bounds.high))
    every = [("Adam · relu", "SGD · relu"), ("Adam · tanh", "SGD · tanh"), ("SGD · relu", "SGD · tanh"),
             ("Adam · relu", "Adam · tanh")]  # fmt: skip
    adjusted = holm([stats.ttest_rel(right[a], right[b]).pvalue for a, b in every])
    assert one.p == pytest.approx(max(adjusted[:2]))


def test_a_size_without_a_change_of_sign_is_no_crossover():
    found = of({("SGD", "relu"): 0.5, ("SGD", "tanh"): 0.6, ("Adam", "relu"): 0.9, ("Adam", "tanh"): 0.65})
    assert [item.factor for item in found.crossovers] == ["activation"]
    level = of(dict.fromkeys(TURNS, 0.7))
    assert level.crossovers == ()
    assert level.strongest(0.005) is None


def test_the_best_level_is_what_counts_not_the_order_of_the_rest():
    axes = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh"]}
    values = {("RMSprop", "relu"): 0.9, ("RMSprop", "tanh"): 0.95, ("SGD", "relu"): 0.7,
              ("SGD", "tanh"): 0.75, ("Adam", "relu"): 0.6, ("Adam", "tanh"): 0.8}  # fmt: skip
    assert of(values, axes).crossovers == ()


def test_over_further_factors_the_means_are_compared():
    values = {(*place, units): value for place, value in TURNS.items() for units in ("8", "16")}
    values[("Adam", "relu", "16")] = 0.75
    found = of(values, CUBE)
    assert found.pairs == 3
    one = next(item for item in found.crossovers if (item.factor, item.other) == ("optimizer", "activation"))
    assert one.ahead.value == pytest.approx((0.2 + 0.05) / 2)
    assert one.units == 400
    assert len(one.runs) == 8


def test_a_failed_run_takes_its_combination_with_it():
    values = {(*place, units): value for place, value in TURNS.items() for units in ("8", "16")}
    found = of(values | {("Adam", "relu", "16"): FAILED}, CUBE)
    one = next(item for item in found.crossovers if (item.factor, item.other) == ("optimizer", "activation"))
    assert len(one.runs) == 4
    assert one.ahead.value == pytest.approx(0.2)


def test_a_pair_of_levels_that_never_finished_is_not_compared():
    axes = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh"]}
    values = TURNS | {("RMSprop", "relu"): 0.95, ("RMSprop", "tanh"): FAILED}
    found = of(values, axes)
    assert not [item for item in found.crossovers if item.factor == "optimizer"]  # RMSprop is best with relu
    low = of(TURNS | {("RMSprop", "relu"): 0.3, ("RMSprop", "tanh"): None}, axes)
    assert [item.first for item in low.crossovers if item.factor == "optimizer"] == ["Adam"]


def test_nothing_to_compare():
    assert of({("SGD", "relu"): 0.5}) is None
    assert of({}) is None
    text = grid_text(PAIR).replace('"mlp"', '"mlp"\nfolds = 2')
    assert interactions(study_of(run(spec_of(text), lambda _: 0.5), "rejilla")) is None


MOVED = (0.0, 0.01, -0.01, 0.02, 0.0)


def over_seeds(count, lost=None):
    def decide(plan):
        if (plan.labels["optimizer"], plan.seed) == lost:
            return FAILED
        turned = plan.labels["optimizer"] == "SGD" and plan.labels["activation"] == "tanh"
        ahead = plan.labels["optimizer"] == "Adam" and plan.labels["activation"] == "relu"
        return 0.7 + 0.1 * (turned or ahead) + MOVED[plan.seed - 1] * turned

    return study_of(grid(PAIR, decide, seeds=list(range(1, count + 1))), "rejilla")


def test_from_three_seeds_on_the_seed_is_the_unit():
    found = interactions(over_seeds(5))
    one = next(item for item in found.crossovers if item.factor == "optimizer")
    assert (found.unit, found.units, one.units) == (Unit.SEEDS, 5, 5)
    behind = [-0.1 - round(400 * moved) / 400 for moved in MOVED]
    bounds = stats.ttest_1samp(behind, 0).confidence_interval(0.95)
    assert (one.behind.low, one.behind.high) == pytest.approx((bounds.low, bounds.high))
    assert interactions(over_seeds(2)).unit is Unit.IMAGES


def test_seeds_that_did_not_finish_everywhere_do_not_count():
    found = interactions(over_seeds(5, lost=("SGD", 4)))
    assert found.units == 4
    assert interactions(over_seeds(3, lost=("SGD", 2))) is None


# --- what the interval of a main effect covers ---


def test_with_one_seed_the_interval_covers_the_combinations():
    axes = {"optimizer": ["SGD", "Adam"], "units": [[8], [16], [32], [64]]}
    leads = (0.10, 0.12, 0.08, 0.14)
    labels = ("8", "16", "32", "64")
    values = {("SGD", label): 0.5 for label in labels}
    values |= {("Adam", label): 0.5 + lead for label, lead in zip(labels, leads, strict=True)}
    found = factor_effect(study_of(table(values, axes), "rejilla"), "optimizer")
    assert found.covers is Covers.COMBINATIONS
    bounds = stats.ttest_1samp(leads, 0).confidence_interval(0.95)
    interval = found.against[0].interval
    assert (interval.low, interval.high) == pytest.approx((bounds.low, bounds.high))


def test_from_three_seeds_on_it_covers_the_seeds():
    moved = {1: 0.0, 2: 0.02, 3: 0.07}

    def decide(plan):
        ahead = plan.labels["optimizer"] == "Adam"
        return 0.5 + ahead * (0.1 + moved[plan.seed] + 0.05 * (plan.labels["activation"] == "relu"))

    found = factor_effect(study_of(grid(PAIR, decide, seeds=[1, 2, 3]), "rejilla"), "optimizer")
    assert found.covers is Covers.SEEDS
    bounds = stats.ttest_1samp([0.125 + item for item in moved.values()], 0).confidence_interval(0.95)
    interval = found.against[0].interval
    assert (interval.low, interval.high) == pytest.approx((bounds.low, bounds.high))
    assert interval.value == pytest.approx(found.against[0].mean)


def test_folds_and_two_combinations_have_no_interval():
    two = factor_effect(study_of(table(TURNS, PAIR), "rejilla"), "optimizer")
    assert (two.covers, two.against[0].interval) == (None, None)
    axes = {"optimizer": ["SGD", "Adam"], "units": [[8], [16], [32], [64]]}
    text = grid_text(axes).replace('"mlp"', '"mlp"\nfolds = 4')
    study = study_of(run(spec_of(text), lambda plan: 0.5 + 0.01 * plan.fold), "rejilla")
    assert factor_effect(study, "optimizer").covers is None
    assert np.isfinite(factor_effect(study, "optimizer").means).all()
