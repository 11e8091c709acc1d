"""Takes nothing, gives the codes of findings, by which authors mute them.

Said here so that a configuration is checked without the room that finds; a test compares the two.
"""

from __future__ import annotations

from typing import Literal

FindingCode = Literal[
    "overall_best", "overall_worst", "grid_best", "factor_best", "deeper_is_better", "followup_effect",
    "early_stopping_saves", "variants_overview", "variant_improves", "fold_scores", "overfitting",
    "underfitting", "slower_is_better", "class_strengths", "runs_failed", "studies_pending", "few_seeds",
    "still_improving", "unequal_budgets", "budgets_across_studies", "times_not_comparable",
    "shared_features", "no_pretrained_weights", "normalization_unsettled", "best_at_edge",
    "early_stop_never_fired", "selected_on_test", "class_imbalance", "test_set_resolution",
    "collapsed_class", "nondeterminism",
]  # fmt: skip
