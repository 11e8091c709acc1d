"""Takes collected results, gives every finding, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reportgen.analysis.collected import Collected
from reportgen.findings.codes import (
    best,
    budget,
    classes,
    cost,
    data,
    factors,
    failures,
    folds,
    followups,
    learning,
    normalization,
    seeds,
    variants,
)
from reportgen.findings.model import Finding

Finder = Callable[[Collected], Iterator[Finding]]

FINDERS: tuple[Finder, ...] = (
    best.overall,
    best.worst,
    best.grid,
    factors.main_effects,
    factors.depth,
    followups.effect,
    followups.early_stopping,
    variants.improved,
    folds.scores,
    learning.overfitting,
    learning.underfitting,
    cost.against_accuracy,
    classes.strengths,
    failures.failed,
    failures.pending,
    seeds.few,
    learning.still_improving,
    budget.unequal,
    budget.across,
    budget.shared_machine,
    budget.shared_features,
    budget.untrained_backbone,
    normalization.unsettled,
    factors.edge,
    followups.never_fired,
    data.selected_on_test,
    data.imbalance,
    data.test_resolution,
    classes.collapsed,
)
"""Adding a finding: write its function in ``codes/``, name it here, write its template and its test."""


def find(collected: Collected) -> tuple[Finding, ...]:
    """All findings about the collected results."""
    return tuple(finding for finder in FINDERS for finding in finder(collected))
