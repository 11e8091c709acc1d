"""The codes that only tell a limitation: one verdict, present or absent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.results import (
    HERE,
    IMAGES,
    PASS,
    Outcome,
    data_record,
    follow_up,
    grid,
    grid_text,
    run,
    run_with,
    spec_of,
    table,
    variants,
)

from reportgen.analysis.statistics import wilson
from reportgen.records.model import Status

AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def of(*outcomes, data=None, **more):
    return table(
        {(name,): item for name, item in zip(AXES["optimizer"], outcomes, strict=False)},
        AXES,
        data=data,
        **more,
    )


# --- runs_failed


def test_runs_failed_counts_each_kind(only):
    collected = of(Outcome(status=Status.DIVERGED), 0.8)
    told = only(collected, "runs_failed")
    assert told.cells == {"lost": 2, "runs": 3, "diverged": 1, "missing": 1}
    assert told.lists["lost"] == ("SGD", "RMSprop")
    assert "En 1 de ellas, la pérdida dejó de ser un número finito" in told.text


def test_runs_failed_when_nothing_finished(only):
    told = only(of(), "runs_failed")
    assert told.cells["lost"] == told.cells["runs"] == 3
    assert told.text.startswith("Ninguna de las 3")


def test_no_failure_no_finding(only):
    assert only(of(0.5, 0.6, 0.7), "runs_failed") is None


# --- studies_pending


def test_studies_pending_waits_for_its_parent(only):
    collected = follow_up([(0.5, 0.6), (None, None)])
    told = only(collected, "studies_pending")
    assert told.cells == {"pending": 2}
    assert told.lists["studies"] == ("Regularización con Dropout",)
    assert only(follow_up([(0.5, 0.6)]), "studies_pending") is None


# --- few_seeds


@pytest.mark.parametrize(
    ("seeds", "fewest"), [([0], 1), ([1, 2], 2), ([1, 2, 3, 4], 4), ([1, 2, 3, 4, 5], None)]
)
def test_few_seeds(only, seeds, fewest):
    told = only(grid({"optimizer": ["SGD"]}, lambda _: 0.5, seeds=seeds), "few_seeds")
    assert (told.cells["fewest"] if told else None) == fewest


def test_a_failed_repetition_is_not_a_seed(only):
    lost = Outcome(status=Status.FAILED)
    collected = grid(
        {"optimizer": ["SGD"]}, lambda plan: lost if plan.seed > 3 else 0.5, seeds=[1, 2, 3, 4, 5]
    )
    assert only(collected, "few_seeds").cells["fewest"] == 3
    assert only(of(), "few_seeds") is None


# --- still_improving


def test_still_improving(only):
    told = only(
        of(Outcome(0.5, best_epoch=10), Outcome(0.6, best_epoch=5), Outcome(0.7, best_epoch=8)),
        "still_improving",
    )
    assert told.cells == {"going": 2, "runs": 3, "tail": 3}
    assert only(of(Outcome(0.5, best_epoch=5)), "still_improving") is None
    stopped = Outcome(0.5, epochs=6, best_epoch=6)
    assert only(of(stopped), "still_improving") is None


# --- unequal_budgets


def test_unequal_budgets(only):
    collected = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"}, mejor="epochs = 30")
    told = only(collected, "unequal_budgets")
    assert told.cells == {"least": 10, "most": 30}
    assert told.finding.study == "cnn"
    same = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"})
    assert only(same, "unequal_budgets") is None


def test_epochs_under_study_are_no_unequal_budget(only):
    assert only(grid({"epochs": [5, 10]}, lambda _: 0.5), "unequal_budgets") is None


# --- times_not_comparable


@pytest.mark.parametrize(
    "change", [{"threads": 1}, {"concurrent_runs": 2}, {"device": "GPU"}, {"cpu": "otra"}]
)
def test_times_not_comparable(only, change):
    told = only(of(0.5, Outcome(0.6, environment=replace(HERE, **change))), "times_not_comparable")
    assert told.cells == {"conditions": 2}
    assert len(told.sources["conditions"]) == 2


def test_times_of_like_runs_are_comparable(only):
    assert only(of(0.5, 0.6, Outcome(0.7, environment=None)), "times_not_comparable") is None


# --- shared_features


def test_shared_features(only):
    flipped = replace(PASS, key="e" * 64, view="flipped", seconds=25.0)
    runs = (0.4, Outcome(0.5, shared=(PASS,)), Outcome(0.6, shared=(PASS, flipped)))
    told = only(of(*runs), "shared_features")
    assert told.cells == {"runs": 2, "seconds": 100.0}, "a pass counts once, however many share it"
    assert len(told.sources["runs"]) == 2
    assert only(of(0.5, 0.6), "shared_features") is None


# --- budgets_across_studies


@pytest.mark.parametrize(("epochs", "found"), [((4, 9), True), ((4, 4), False)])
def test_budgets_across_studies(only, epochs, found):
    text = "".join(
        f'[study.s{at}]\nmodel = "mlp"\nepochs = {n}\nset.activation = "{a}"\n'
        for at, (n, a) in enumerate(zip(epochs, ("relu", "tanh"), strict=True))
    )
    told = only(run(spec_of(text), lambda _: 0.5), "budgets_across_studies")
    assert (told.cells if told else None) == ({"least": 4, "most": 9} if found else None)


def test_budgets_within_one_study_are_told_by_unequal_budgets(only):
    arms = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"}, mejor="epochs = 30")
    assert only(arms, "budgets_across_studies") is None
    assert only(arms, "unequal_budgets") is not None


# --- no_pretrained_weights


def test_no_pretrained_weights(only):
    def collected(weights):
        text = f'[study.red]\nmodel = "red"\nweights = "{weights}"\n'
        return run(spec_of(text), lambda _: 0.5)

    told = only(collected("none"), "no_pretrained_weights")
    assert told.cells == {"runs": 1}
    assert told.lists["labels"] == ("Red",) or told.lists["labels"] == ("red",)
    assert only(collected("imagenet"), "no_pretrained_weights") is None
    assert only(of(0.5), "no_pretrained_weights") is None


# --- class_imbalance


@pytest.mark.parametrize(
    ("counts", "ratio"),
    [([100, 100, 100, 151], 1.51), ([100, 100, 100, 150], None), ([100] * 4, None), ([10, 60, 60, 60], 6.0)],
)
def test_class_imbalance(only, counts, ratio):
    told = only(of(0.5, data=data_record(train=counts)), "class_imbalance")
    assert (told.cells["ratio"] if told else None) == ratio


def test_a_class_without_training_images_is_the_worst_imbalance(only):
    told = only(of(0.5, data=data_record(train=[0, 10, 10, 10])), "class_imbalance")
    assert told.flags["empty"]
    assert "ratio" not in told.cells
    assert "sin ninguna imagen" in told.text


# --- selected_on_test


def test_selected_on_test(only):
    assert only(of(0.5), "selected_on_test") is None
    told = only(of(0.5, data=None), "selected_on_test")
    assert told is None
    spec = spec_of(grid_text(AXES), data='split = { validation = "test" }')
    assert only(run(spec, lambda _: 0.5), "selected_on_test").verdict == "supported"


# --- test_set_resolution


def test_test_set_resolution(only):
    told = only(of(0.5, 0.9), "test_set_resolution")
    interval = wilson(round(0.9 * IMAGES), IMAGES)
    assert told.cells == {"images": IMAGES, "half": (interval.high - interval.low) / 2, "accuracy": 0.9}
    assert only(of(), "test_set_resolution") is None


# --- collapsed_class


def test_collapsed_class(only):
    labels = data_record().test_labels
    blind = Outcome(predicted=tuple(int(value) for value in np.where(labels == 2, 1, labels)))
    told = only(of(0.8, blind), "collapsed_class")
    assert told.cells == {"runs": 1}
    assert told.lists["labels"] == ("Adam",)
    assert only(of(0.8, 1.0), "collapsed_class") is None


# --- without data


def test_without_the_data_set_nothing_is_said_of_it(told):
    collected = run_with(spec_of(grid_text(AXES)), lambda _: 0.5, None)
    for code in (
        "class_imbalance",
        "test_set_resolution",
        "collapsed_class",
        "underfitting",
        "class_strengths",
        "overall_worst",
    ):
        assert not told(collected, code)
    assert told(collected, "few_seeds")
