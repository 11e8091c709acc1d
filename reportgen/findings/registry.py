"""Takes collected results, gives every finding, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportgen.analysis.collected import Collected
from reportgen.findings.codes import (
    best,
    budget,
    classes,
    cost,
    data,
    effects,
    factors,
    failures,
    folds,
    followups,
    interactions,
    learning,
    normalization,
    seeded,
    seeds,
    stability,
    variants,
)
from reportgen.findings.model import Finding, Role, Verdict

Finder = Callable[[Collected], Iterator[Finding]]
YES, NO, OPEN, UNJUDGED = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE
THREE = (YES, NO, OPEN)


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands behind a code.

    Attributes:
        code: stable name; also the name of its template and of its entry in the catalogue.
        find: gives its findings.
        verdicts: those that it can come to.
        role: of all its findings.
    """

    code: str
    find: Finder
    verdicts: tuple[Verdict, ...] = THREE
    role: Role = Role.CONCLUSION


def _check(code: str, find: Finder, verdicts: tuple[Verdict, ...] = (YES,)) -> Rule:
    return Rule(code, find, verdicts, Role.LIMITATION)


RULES: tuple[Rule, ...] = (
    Rule("overall_best", best.overall),
    Rule("overall_worst", best.worst, (YES,)),
    Rule("grid_best", best.grid),
    Rule("factor_best", factors.main_effects),
    Rule("factor_interaction", interactions.turns, (*THREE, UNJUDGED)),
    Rule("effect_size", effects.against_worst),
    Rule("deeper_is_better", factors.depth),
    Rule("followup_effect", followups.effect),
    Rule("early_stopping_saves", followups.early_stopping, (YES, NO)),
    Rule("variant_improves", variants.improved),
    Rule("fold_scores", folds.scores, (YES, OPEN)),
    Rule("seeds_best", seeded.best, (*THREE, UNJUDGED)),
    Rule("seeds_tied", seeded.tied, (YES, NO)),
    Rule("ranking_stability", stability.order, (*THREE, UNJUDGED)),
    Rule("seed_spread", stability.spread, (*THREE, UNJUDGED)),
    Rule("overfitting", learning.overfitting, (YES, NO)),
    Rule("underfitting", learning.underfitting, (YES, NO)),
    Rule("slower_is_better", cost.against_accuracy),
    Rule("class_strengths", classes.strengths, (YES, NO)),
    _check("runs_failed", failures.failed),
    _check("studies_pending", failures.pending),
    _check("few_seeds", seeds.few),
    _check("seeds_needed", seeded.needed, (YES, NO, UNJUDGED)),
    _check("still_improving", learning.still_improving),
    _check("unequal_budgets", budget.unequal),
    _check("budgets_across_studies", budget.across),
    _check("times_not_comparable", budget.shared_machine),
    _check("shared_features", budget.shared_features),
    _check("no_pretrained_weights", budget.untrained_backbone),
    _check("normalization_unsettled", normalization.unsettled),
    _check("best_at_edge", factors.edge),
    _check("early_stop_never_fired", followups.never_fired),
    _check("selected_on_test", data.selected_on_test),
    _check("class_imbalance", data.imbalance),
    _check("test_set_resolution", data.test_resolution),
    _check("collapsed_class", classes.collapsed),
)
"""Adding a finding: write its function in ``codes/``, name it here, write its template and its test."""


def find(collected: Collected) -> tuple[Finding, ...]:
    """All findings about the collected results."""
    return tuple(finding for rule in RULES for finding in rule.find(collected))
