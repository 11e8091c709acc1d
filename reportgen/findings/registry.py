"""Takes collected results, gives every finding, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from reportgen.analysis.collected import Collected
from reportgen.findings.codes import (
    baselines,
    best,
    budget,
    claims,
    classes,
    contrasts,
    cost,
    data,
    effects,
    factors,
    failures,
    folds,
    followups,
    gains,
    imported,
    interactions,
    learning,
    normalization,
    predictions,
    repetition,
    resources,
    seeded,
    seeds,
    stability,
    trends,
    variants,
)
from reportgen.findings.model import Finding, Role, Verdict

Finder = Callable[[Collected], Iterator[Finding]]
YES, NO, OPEN, UNJUDGED = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE
THREE = (YES, NO, OPEN)
FOUR = (YES, NO, OPEN, UNJUDGED)
CHECKED = (YES, NO, UNJUDGED)


class Question(Enum):
    """What a reader wants to know, in the order in which a summary answers."""

    CHOICE = "what to use"
    CHANGE = "what the changes did"
    SETTING = "which settings matter"
    FAILURE = "where it fails"
    COST = "what it costs"


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands behind a code.

    Attributes:
        code: stable name; also the name of its template and of its entry in the catalogue.
        find: gives its findings.
        verdicts: those that it can come to.
        role: of all its findings.
        question: that it answers in a summary; None for what a summary leaves out.
        fault: whether it looks for something that is wrong, so that refuted means that nothing is.
    """

    code: str
    find: Finder
    verdicts: tuple[Verdict, ...] = THREE
    role: Role = Role.CONCLUSION
    question: Question | None = None
    fault: bool = False


def _check(code: str, find: Finder) -> Rule:
    """What is looked at in every report: it says that something is wrong, that nothing is, or neither."""
    return Rule(code, find, CHECKED, Role.LIMITATION, fault=True)


RULES: tuple[Rule, ...] = (
    Rule("overall_best", best.overall, question=Question.CHOICE),
    Rule("overall_worst", best.worst, (YES,)),
    Rule("grid_best", best.grid),
    Rule("factor_best", factors.main_effects, question=Question.SETTING),
    Rule("factor_interaction", interactions.turns, FOUR, question=Question.SETTING),
    Rule("effect_size", effects.against_worst),
    Rule("deeper_is_better", factors.depth, question=Question.SETTING),
    Rule("followup_effect", followups.effect, question=Question.CHANGE),
    Rule("early_stopping_saves", followups.early_stopping, (YES, NO), question=Question.COST),
    Rule("variants_overview", variants.overview, question=Question.CHANGE),
    Rule("variant_improves", variants.improved, question=Question.CHANGE),
    Rule("fold_scores", folds.scores, (YES, OPEN), question=Question.CHOICE),
    Rule("seeds_best", seeded.best, FOUR, question=Question.CHOICE),
    Rule("seeds_tied", seeded.tied, (YES, NO)),
    Rule("ranking_stability", stability.order, FOUR),
    Rule("seed_spread", stability.spread, FOUR),
    Rule("overfitting", learning.overfitting, (YES, NO), question=Question.FAILURE, fault=True),
    Rule("underfitting", learning.underfitting, (YES, NO), fault=True),
    Rule("slower_is_better", cost.against_accuracy, question=Question.COST),
    Rule("class_strengths", classes.strengths, (YES, NO), question=Question.FAILURE),
    Rule("class_gains", gains.classes, FOUR, question=Question.CHANGE),
    Rule("confused_pair", predictions.pair, FOUR, question=Question.FAILURE),
    Rule("shared_errors", predictions.shared, FOUR, question=Question.FAILURE),
    Rule("calibration", predictions.calibrated, question=Question.FAILURE),
    Rule("dropout_effect", contrasts.effect("dropout_effect"), question=Question.CHANGE),
    Rule("batchnorm_effect", contrasts.effect("batchnorm_effect"), question=Question.CHANGE),
    Rule("augmentation_effect", contrasts.effect("augmentation_effect"), question=Question.CHANGE),
    Rule("regularizer_effect", contrasts.effect("regularizer_effect"), question=Question.CHANGE),
    Rule("image_size_effect", contrasts.effect("image_size_effect"), question=Question.CHANGE),
    Rule("transfer_effect", contrasts.effect("transfer_effect"), question=Question.CHANGE),
    Rule("frozen_vs_trainable", contrasts.effect("frozen_vs_trainable"), question=Question.CHANGE),
    Rule("gap_reduced", trends.gap, question=Question.CHANGE),
    Rule("early_best_epoch", trends.early_best, (YES, NO)),
    Rule("late_best_epoch", trends.late_best, (YES, NO)),
    Rule("pareto_parameters", resources.parameters, question=Question.COST),
    Rule("pareto_inference", resources.inference, FOUR, question=Question.COST),
    Rule("memory_cost", resources.memory, (YES, UNJUDGED)),
    Rule("time_per_epoch", resources.pace, CHECKED, question=Question.COST),
    Rule("claim_comparison", claims.comparisons, FOUR, Role.CLAIM),
    Rule("claim_threshold", claims.thresholds, FOUR, Role.CLAIM),
    _check("runs_failed", failures.failed),
    _check("studies_pending", failures.pending),
    _check("few_seeds", seeds.few),
    _check("seeds_needed", seeded.needed),
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
    _check("identical_runs", repetition.identical),
    _check("nondeterminism", repetition.nondeterminism),
    _check("majority_baseline", baselines.majority),
    _check("linear_baseline", baselines.linear),
    _check("plateau", trends.plateau),
    _check("unstable_training", trends.unstable),
    _check("diverged_loss", trends.diverged),
    _check("changes_mixed", contrasts.mixed),
    _check("imported_results", imported.imported),
)
"""Adding a finding: write its function in ``codes/``, name it here, write its template and its test."""


def find(collected: Collected) -> tuple[Finding, ...]:
    """All findings about the collected results."""
    return tuple(finding for rule in RULES for finding in rule.find(collected))
