"""Takes collected results, gives every finding, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportgen.analysis.collected import Collected
from reportgen.findings.codes import (
    baselines,
    best,
    budget,
    classes,
    contrasts,
    cost,
    data,
    factors,
    failures,
    folds,
    followups,
    gains,
    learning,
    normalization,
    predictions,
    resources,
    seeds,
    trends,
    variants,
)
from reportgen.findings.model import Finding, Role, Verdict

Finder = Callable[[Collected], Iterator[Finding]]
YES, NO, OPEN, UNJUDGED = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE
THREE = (YES, NO, OPEN)
FOUR = (YES, NO, OPEN, UNJUDGED)
CHECKED = (YES, NO, UNJUDGED)


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
    Rule("deeper_is_better", factors.depth),
    Rule("followup_effect", followups.effect),
    Rule("early_stopping_saves", followups.early_stopping, (YES, NO)),
    Rule("variant_improves", variants.improved),
    Rule("fold_scores", folds.scores, (YES, OPEN)),
    Rule("overfitting", learning.overfitting, (YES, NO)),
    Rule("underfitting", learning.underfitting, (YES, NO)),
    Rule("slower_is_better", cost.against_accuracy),
    Rule("class_strengths", classes.strengths, (YES, NO)),
    Rule("class_gains", gains.classes),
    Rule("confused_pair", predictions.pair, FOUR),
    Rule("shared_errors", predictions.shared, FOUR),
    Rule("calibration", predictions.calibrated),
    Rule("dropout_effect", contrasts.effect("dropout_effect")),
    Rule("batchnorm_effect", contrasts.effect("batchnorm_effect")),
    Rule("augmentation_effect", contrasts.effect("augmentation_effect")),
    Rule("regularizer_effect", contrasts.effect("regularizer_effect")),
    Rule("image_size_effect", contrasts.effect("image_size_effect")),
    Rule("transfer_effect", contrasts.effect("transfer_effect")),
    Rule("frozen_vs_trainable", contrasts.effect("frozen_vs_trainable")),
    Rule("gap_reduced", trends.gap),
    Rule("early_best_epoch", trends.early_best, (YES, NO)),
    Rule("late_best_epoch", trends.late_best, (YES, NO)),
    Rule("pareto_parameters", resources.parameters),
    Rule("memory_cost", resources.memory, (YES, UNJUDGED)),
    Rule("time_per_epoch", resources.pace, CHECKED),
    _check("runs_failed", failures.failed),
    _check("studies_pending", failures.pending),
    _check("few_seeds", seeds.few),
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
    Rule("majority_baseline", baselines.majority, CHECKED, Role.LIMITATION),
    Rule("plateau", trends.plateau, CHECKED, Role.LIMITATION),
    Rule("unstable_training", trends.unstable, CHECKED, Role.LIMITATION),
    Rule("diverged_loss", trends.diverged, CHECKED, Role.LIMITATION),
    Rule("changes_mixed", contrasts.mixed, CHECKED, Role.LIMITATION),
)
"""Adding a finding: write its function in ``codes/``, name it here, write its template and its test."""


def find(collected: Collected) -> tuple[Finding, ...]:
    """All findings about the collected results."""
    return tuple(finding for rule in RULES for finding in rule.find(collected))
