"""Takes nothing, gives the codes of findings, by which authors mute them.

Said here so that a configuration is checked without the room that finds; a test compares the two.
"""

from __future__ import annotations

from typing import Literal

FindingCode = Literal[
    "overall_best", "overall_worst", "grid_best", "factor_best", "factor_interaction", "effect_size",
    "deeper_is_better", "followup_effect", "early_stopping_saves", "variants_overview",
    "variant_improves", "fold_scores", "seeds_best", "seeds_tied", "ranking_stability", "seed_spread",
    "overfitting", "underfitting", "slower_is_better", "class_strengths", "class_gains", "confused_pair",
    "shared_errors", "calibration", "dropout_effect", "batchnorm_effect", "augmentation_effect",
    "regularizer_effect", "image_size_effect", "transfer_effect", "frozen_vs_trainable", "gap_reduced",
    "early_best_epoch", "late_best_epoch", "pareto_parameters", "pareto_inference", "memory_cost",
    "time_per_epoch", "claim_comparison", "claim_threshold", "runs_failed", "studies_pending",
    "few_seeds", "seeds_needed", "still_improving", "unequal_budgets", "budgets_across_studies",
    "times_not_comparable", "shared_features", "no_pretrained_weights", "normalization_unsettled",
    "best_at_edge", "early_stop_never_fired", "selected_on_test", "class_imbalance",
    "test_set_resolution", "collapsed_class", "identical_runs", "nondeterminism", "majority_baseline",
    "linear_baseline", "plateau", "unstable_training", "diverged_loss", "changes_mixed",
    "imported_results",
]  # fmt: skip
