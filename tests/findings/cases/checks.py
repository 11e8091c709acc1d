"""Checks that found nothing, and checks that could not be made."""

from __future__ import annotations

from dataclasses import replace

from findings.golden_cases import LOW, ONE, STOP, STOPPED, arms, cells, of, red
from support.results import (
    HERE,
    Outcome,
    folded,
    follow_up,
    grid,
    grid_text,
    run,
    run_with,
    spec_of,
    variants_text,
)

from reportgen.analysis.collected import Collected


def nothing() -> Collected:
    """A grid of which no run has a record, on a data set that was never prepared."""
    return run_with(spec_of(grid_text(ONE)), lambda _: None, None)


def waiting() -> Collected:
    """Only a derived study, whose runs cannot be named."""
    found = follow_up([(None, None)])
    return replace(found, studies=found.studies[1:])


def pretrained() -> Collected:
    """Known architectures with their published weights."""
    return run(spec_of('[study.red]\nmodel = "red"\n'), lambda _: 0.5)


def large() -> Collected:
    """Enough test images for a margin below a threshold of twenty points."""
    found = of(0.5, 0.9)
    return replace(found, rope=0.2)


def middle() -> Collected:
    """A grid of three depths whose best is no end of it."""
    rates = {"optimizer": ["SGD"], "dropout": [0.1, 0.2, 0.3]}
    return cells(rates, 0.5, 0.9, 0.6)


def lowest() -> Collected:
    """The best at the lower end of three numbers."""
    return cells({"optimizer": ["SGD"], "dropout": [0.1, 0.2, 0.3]}, 0.9, 0.7, 0.6)


UNSETTLED = """
[study.redes]
title = "Redes"
model = "red"
weights = "none"
[study.redes.variant.base]
title = "Red base"
[study.redes.variant.mejor]
title = "Red mejor"
extends = "base"
change = "menos tasa"
optimizer = { name = "Adam", learning_rate = 1e-4 }
"""
CASES = {
    "overall_best inconclusive budgets": lambda: red(2),
    "runs_failed refuted one": lambda: of(0.5),
    "runs_failed refuted many": lambda: of(0.5, 0.6),
    "runs_failed not_applicable": waiting,
    "studies_pending refuted": lambda: follow_up([(0.5, 0.6)]),
    "studies_pending not_applicable": lambda: of(0.5),
    "few_seeds refuted": lambda: grid(ONE, lambda _: 0.5, seeds=[1, 2, 3, 4, 5]),
    "few_seeds not_applicable": nothing,
    "still_improving refuted": lambda: of(0.5),
    "still_improving not_applicable": lambda: of(Outcome(0.5, blind=True)),
    "unequal_budgets supported many": lambda: run(
        spec_of(
            variants_text({"base": "", "mejor": "base"}, name="uno", mejor="epochs = 12")
            + variants_text({"base": "", "mejor": "base"}, name="dos", mejor="epochs = 30")
        ),
        lambda _: 0.5,
    ),
    "unequal_budgets refuted": lambda: of(0.5, 0.6),
    "unequal_budgets not_applicable": lambda: of(0.5),
    "budgets_across_studies refuted": lambda: follow_up([(0.5, 0.6)]),
    "budgets_across_studies not_applicable": lambda: of(0.5),
    "times_not_comparable refuted": lambda: of(0.5, 0.6),
    "times_not_comparable not_applicable": lambda: of(0.5),
    "shared_features refuted": lambda: of(0.5),
    "shared_features not_applicable": nothing,
    "no_pretrained_weights refuted": pretrained,
    "no_pretrained_weights not_applicable": lambda: of(0.5),
    "normalization_unsettled refuted": lambda: red(1),
    "normalization_unsettled not_applicable": lambda: of(0.5),
    "best_at_edge supported lowest": lowest,
    "best_at_edge refuted": middle,
    "best_at_edge not_applicable": lambda: of(0.5, 0.6),
    "early_stop_never_fired refuted one": lambda: follow_up([(0.5, STOPPED)], STOP),
    "early_stop_never_fired refuted many": lambda: follow_up([(0.5, STOPPED)] * 2, STOP),
    "early_stop_never_fired not_applicable": lambda: of(0.5),
    "selected_on_test refuted": lambda: of(0.5),
    "selected_on_test not_applicable": lambda: folded({"a": LOW}),
    "class_imbalance refuted": lambda: of(0.5),
    "class_imbalance not_applicable": nothing,
    "test_set_resolution refuted": large,
    "test_set_resolution not_applicable": nothing,
    "collapsed_class refuted": lambda: of(0.9),
    "collapsed_class not_applicable": nothing,
}

OVER = Outcome(0.8, validation=0.8, train=0.9, rise=0.5)
ALONE = Outcome(0.8, rise=0.5)
SLOW = Outcome(0.9, seconds=300, environment=replace(HERE, threads=1))


def unsettled(*train: float) -> Collected:
    """Networks by their training accuracies, and one whose normalization has not settled."""
    names = ["SGD", "Adam", "RMSprop"][: len(train)]
    return run(
        spec_of(grid_text({"optimizer": names}) + '[study.red]\nmodel = "red"\nweights = "none"\n'),
        lambda plan: (
            Outcome(0.25, seen=0.8)
            if plan.study == "red"
            else Outcome(0.8, validation=0.8, train=train[names.index(plan.parameters["optimizer"])])
        ),
    )


CASES |= {
    "overfitting supported apart": lambda: unsettled(0.8, 0.9),
    "overfitting supported apart one": lambda: unsettled(0.9),
    "overfitting refuted apart": lambda: unsettled(0.8, 0.81),
    "overfitting supported both": lambda: of(OVER, ALONE, 0.8),
    "overfitting supported several both": lambda: of(OVER, OVER, ALONE),
    "slower_is_better supported unlike": lambda: of(0.7, SLOW),
    "slower_is_better supported unlike and untold": lambda: of(0.7, SLOW, Outcome(0.6, environment=None)),
    "variant_improves supported longer": lambda: arms(0.7, Outcome(0.8, epochs=7, seconds=70)),
    "variant_improves refuted unsettled": lambda: run(
        spec_of(UNSETTLED),
        lambda plan: Outcome(0.25, seen=0.8) if plan.parameters["variant"] == "mejor" else Outcome(0.8),
    ),
}
