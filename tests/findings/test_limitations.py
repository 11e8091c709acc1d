"""The checks of every report: something is wrong, nothing is, or it cannot be judged."""

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
    folded,
    follow_up,
    grid,
    grid_text,
    run,
    run_with,
    spec_of,
    table,
    variants,
    variants_text,
)

from reportgen.analysis.statistics import wilson
from reportgen.findings.model import Role
from reportgen.findings.registry import RULES
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


def test_no_failure_is_told_as_such(only):
    told = only(of(0.5, 0.6, 0.7), "runs_failed")
    assert (told.verdict, told.cells) == ("refuted", {"runs": 3})


# --- studies_pending


def test_studies_pending_waits_for_its_parent(only, verdict):
    collected = follow_up([(0.5, 0.6), (None, None)])
    told = only(collected, "studies_pending")
    assert told.cells == {"pending": 2}
    assert told.lists["studies"] == ("Regularización con Dropout",)
    assert verdict(follow_up([(0.5, 0.6)]), "studies_pending") == "refuted"
    assert verdict(of(0.5), "studies_pending") == "not_applicable"


# --- few_seeds


@pytest.mark.parametrize(
    ("seeds", "fewest"), [([0], 1), ([1, 2], 2), ([1, 2, 3, 4], 4), ([1, 2, 3, 4, 5], None)]
)
def test_few_seeds(only, seeds, fewest):
    told = only(grid({"optimizer": ["SGD"]}, lambda _: 0.5, seeds=seeds), "few_seeds")
    assert told.verdict == ("supported" if fewest else "refuted")
    assert told.cells == ({"fewest": fewest, "enough": 5} if fewest else {"enough": 5})


def test_a_failed_repetition_is_not_a_seed(only):
    lost = Outcome(status=Status.FAILED)
    collected = grid(
        {"optimizer": ["SGD"]}, lambda plan: lost if plan.seed > 3 else 0.5, seeds=[1, 2, 3, 4, 5]
    )
    assert only(collected, "few_seeds").cells["fewest"] == 3
    assert only(of(), "few_seeds").verdict == "not_applicable"


# --- still_improving


def test_still_improving(only, verdict):
    told = only(
        of(Outcome(0.5, best_epoch=10), Outcome(0.6, best_epoch=5), Outcome(0.7, best_epoch=8)),
        "still_improving",
    )
    assert told.cells == {"going": 2, "runs": 3, "tail": 3}
    assert verdict(of(Outcome(0.5, best_epoch=5)), "still_improving") == "refuted"
    stopped = Outcome(0.5, epochs=6, best_epoch=6)
    assert verdict(of(stopped), "still_improving") == "refuted"
    assert verdict(of(Outcome(0.5, blind=True)), "still_improving") == "not_applicable"


# --- unequal_budgets


def test_unequal_budgets(only, verdict):
    collected = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"}, mejor="epochs = 30")
    told = only(collected, "unequal_budgets")
    assert told.cells == {"least": 10, "most": 30, "studies": 1, "ratio": 3}
    assert told.finding.study == "cnn"
    same = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"})
    assert verdict(same, "unequal_budgets") == "refuted"


def test_unequal_budgets_of_several_studies_are_told_once(only):
    text = "".join(
        variants_text({"base": "", "mejor": "base"}, name=name, mejor=f"epochs = {epochs}\nset.filters = 9")
        for name, epochs in (("uno", 12), ("dos", 30), ("tres", 10))
    )
    told = only(run(spec_of(text), lambda _: 0.5), "unequal_budgets")
    assert told.cells == {"least": 10, "most": 30, "studies": 2, "ratio": 3}
    assert told.lists["titles"] == ("Estudio uno", "Estudio dos")
    assert told.finding.study == ""


def test_epochs_under_study_are_no_unequal_budget(verdict):
    assert verdict(grid({"epochs": [5, 10]}, lambda _: 0.5), "unequal_budgets") == "not_applicable"


# --- times_not_comparable


@pytest.mark.parametrize(
    "change", [{"threads": 1}, {"concurrent_runs": 2}, {"device": "GPU"}, {"cpu": "otra"}]
)
def test_times_not_comparable(only, change):
    told = only(of(0.5, Outcome(0.6, environment=replace(HERE, **change))), "times_not_comparable")
    assert told.cells == {"conditions": 2}
    assert len(told.sources["conditions"]) == 2


def test_times_of_like_runs_are_comparable(verdict):
    unknown = Outcome(0.7, environment=None)
    assert verdict(of(0.5, 0.6, unknown), "times_not_comparable") == "refuted"
    assert verdict(of(0.5, unknown), "times_not_comparable") == "not_applicable"


# --- shared_features


def test_shared_features(only, verdict):
    flipped = replace(PASS, key="e" * 64, view="flipped", seconds=25.0)
    runs = (0.4, Outcome(0.5, shared=(PASS,)), Outcome(0.6, shared=(PASS, flipped)))
    told = only(of(*runs), "shared_features")
    assert told.cells == {"runs": 2, "seconds": 100.0}, "a pass counts once, however many share it"
    assert len(told.sources["runs"]) == 2
    assert verdict(of(0.5, 0.6), "shared_features") == "refuted"


# --- budgets_across_studies


@pytest.mark.parametrize(("epochs", "found"), [((4, 9), True), ((4, 4), False)])
def test_budgets_across_studies(only, epochs, found):
    text = "".join(
        f'[study.s{at}]\nmodel = "mlp"\nepochs = {n}\nset.activation = "{a}"\n'
        for at, (n, a) in enumerate(zip(epochs, ("relu", "tanh"), strict=True))
    )
    told = only(run(spec_of(text), lambda _: 0.5), "budgets_across_studies")
    assert told.cells == ({"least": 4, "most": 9} if found else {})
    assert told.verdict == ("supported" if found else "refuted")


def test_budgets_within_one_study_are_told_by_unequal_budgets(verdict):
    arms = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"}, mejor="epochs = 30")
    assert verdict(arms, "budgets_across_studies") == "not_applicable"
    assert verdict(arms, "unequal_budgets") == "supported"


# --- no_pretrained_weights


def test_no_pretrained_weights(only, verdict):
    def collected(weights):
        text = f'[study.red]\nmodel = "red"\nweights = "{weights}"\n'
        return run(spec_of(text), lambda _: 0.5)

    told = only(collected("none"), "no_pretrained_weights")
    assert told.cells == {"runs": 1}
    assert told.lists["labels"] == ("Red",) or told.lists["labels"] == ("red",)
    assert verdict(collected("imagenet"), "no_pretrained_weights") == "refuted"
    assert verdict(of(0.5), "no_pretrained_weights") == "not_applicable"


# --- class_imbalance


@pytest.mark.parametrize(
    ("counts", "ratio"),
    [([100, 100, 100, 151], 1.51), ([100, 100, 100, 150], None), ([100] * 4, None), ([10, 60, 60, 60], 6.0)],
)
def test_class_imbalance(only, counts, ratio):
    told = only(of(0.5, data=data_record(train=counts)), "class_imbalance")
    assert told.verdict == ("supported" if ratio else "refuted")
    assert told.cells.get("ratio") == ratio


def test_a_class_without_training_images_is_the_worst_imbalance(only):
    told = only(of(0.5, data=data_record(train=[0, 10, 10, 10])), "class_imbalance")
    assert told.flags["empty"]
    assert "ratio" not in told.cells
    assert "sin ninguna imagen" in told.text


# --- selected_on_test


def test_selected_on_test(only, verdict):
    assert verdict(of(0.5), "selected_on_test") == "refuted"
    spec = spec_of(grid_text(AXES), data='split = { validation = "test" }')
    assert only(run(spec, lambda _: 0.5), "selected_on_test").verdict == "supported"


# --- test_set_resolution


def test_test_set_resolution(only, verdict):
    told = only(of(0.5, 0.9), "test_set_resolution")
    interval = wilson(round(0.9 * IMAGES), IMAGES)
    half = (interval.high - interval.low) / 2
    widest = wilson(round(0.5 * IMAGES), IMAGES)
    assert told.cells == {
        "images": IMAGES, "half": half, "accuracy": 0.9, "rope": 0.005,
        "widest": (widest.high - widest.low) / 2,
    }  # fmt: skip
    assert told.flags["wider"]
    assert not only(of(0.9, 0.9), "test_set_resolution").flags["wider"]
    assert told.verdict == "supported"
    for rope, found in ((half * 1.01, "refuted"), (half * 0.99, "supported")):
        assert verdict(replace(of(0.5, 0.9), rope=rope), "test_set_resolution") == found
    assert verdict(of(), "test_set_resolution") == "not_applicable"


# --- collapsed_class


def test_collapsed_class(only, verdict):
    labels = data_record().test_labels
    blind = Outcome(predicted=tuple(int(value) for value in np.where(labels == 2, 1, labels)))
    told = only(of(0.8, blind), "collapsed_class")
    assert told.cells == {"runs": 1}
    assert told.lists["labels"] == ("Adam",)
    assert verdict(of(0.8, 1.0), "collapsed_class") == "refuted"
    assert verdict(of(), "collapsed_class") == "not_applicable"


# --- without data


def test_without_the_data_set_nothing_is_said_of_it(told, verdict):
    collected = run_with(spec_of(grid_text(AXES)), lambda _: 0.5, None)
    for code in ("underfitting", "class_strengths", "overall_worst"):
        assert not told(collected, code)
    for code in ("class_imbalance", "test_set_resolution", "collapsed_class"):
        assert verdict(collected, code) == "not_applicable"
    assert verdict(collected, "few_seeds") == "supported"


# --- every check, whatever there is

EMPTY = run_with(spec_of(grid_text(AXES)), lambda _: None, None)
SITUATIONS = {
    "nothing at all": EMPTY,
    "one run": of(0.5),
    "failed": of(Outcome(status=Status.FAILED), Outcome(status=Status.DIVERGED)),
    "blind": of(Outcome(0.5, blind=True)),
    "waiting": follow_up([(None, None)]),
    "folds": folded({"a": [0.8] * 5}),
}


@pytest.mark.parametrize("code", [rule.code for rule in RULES if rule.role is Role.LIMITATION])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_check_always_comes_to_something_and_never_passes_unmade(told, code, situation):
    found = told(SITUATIONS[situation], code)
    verdicts = {item.verdict for item in found}
    assert verdicts <= {"supported", "refuted", "not_applicable"}
    assert found
    assert len(verdicts) == 1
    if situation == "nothing at all" and code not in {"runs_failed", "selected_on_test"}:
        assert verdicts == {"not_applicable"}
    if verdicts != {"supported"}:
        assert len(found) == 1
