"""Runs that turn out to be the same network as another."""

from __future__ import annotations

from dataclasses import replace

from findings.golden_cases import ONE, of
from support.results import Outcome, grid_text, run, run_with, spec_of

from reportgen.analysis.collected import Collected
from reportgen.records.model import Continued

STOP = """
[study.parada]
title = "Parada temprana"
from = { study = "rejilla", best = "validation.accuracy", per = ["optimizer"] }
set.callbacks = [{ callback = "EarlyStopping", patience = 9 }]
"""


def copied(copies: int, test: float = 0.8) -> Collected:
    """A follow-up of three networks, some runs of which take all epochs over; ``test`` is their accuracy."""
    grid = {"SGD": 0.8, "Adam": 0.8, "RMSprop": 0.8}
    spec = spec_of(grid_text(ONE) + STOP)
    source = {result.plan.label: result.key for result in run(spec, lambda _: 0.8).studies[0].results}

    def decide(plan):
        at = list(grid).index(plan.labels["optimizer"])
        if plan.study != "parada" or at >= copies:
            return Outcome(0.8)
        return replace(Outcome(test), continued=Continued(source[plan.labels["optimizer"]], 10))

    return run(spec, decide)


CASES = {
    "identical_runs supported one": lambda: copied(1),
    "identical_runs supported many": lambda: copied(2),
    "identical_runs refuted": lambda: of(0.5),
    "identical_runs not_applicable": lambda: run_with(spec_of(grid_text(ONE)), lambda _: None, None),
}
