"""A family of comparisons does not get smaller by the runs that failed in it."""

from __future__ import annotations

import pytest
from findings.cases.seeds import FIVE, PROBABLE
from support.results import Outcome, folded, follow_up, grid, variants
from support.seeded import seeded

from reportgen.analysis.statistics import holm
from reportgen.records.model import Status

FAILED = Outcome(status=Status.FAILED)
WORSE, BETTER = Outcome(0.985, wrong=tuple(range(394, 400))), Outcome(1.0, wrong=())
"""Six images apart, all one way: p = 0.031 alone, 0.063 among two comparisons."""
HIGH = [0.90, 0.91, 0.92, 0.92, 0.90]
LESS = [score - gap for score, gap in zip(HIGH, (0.02, 0.03, 0.028, 0.005, 0.04), strict=True)]
NAMES = ("SGD", "Adam", "RMSprop")


def in_grid(*failed):
    outcomes = dict(zip(NAMES, (WORSE, BETTER, *failed), strict=False))
    return grid({"optimizer": list(outcomes)}, lambda plan: outcomes[str(plan.parameters["optimizer"])])


def as_variants(*failed):
    outcomes = dict(zip(("base", "una", "dos"), (WORSE, BETTER, *failed), strict=False))
    return variants(outcomes, {name: "base" if name != "base" else "" for name in outcomes})


def followed(*failed):
    return follow_up([(WORSE, BETTER), *((0.5, outcome) for outcome in failed)])


def over_folds(*failed):
    return folded({"a": HIGH, "b": LESS, **{f"c{at}": [FAILED] * 5 for at in range(7 * len(failed))}})


def over_seeds(*failed):
    return seeded({"a": FIVE, "b": PROBABLE, **{f"c{at}": [FAILED] * 5 for at in range(4 * len(failed))}})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (in_grid, "overall_best"),
        (in_grid, "grid_best"),
        (in_grid, "effect_size"),
        (as_variants, "variant_improves"),
        (followed, "followup_effect"),
        (over_folds, "fold_scores"),
        (over_seeds, "seeds_best"),
    ],
)
def test_what_failed_was_to_be_compared_as_well(told, make, code):
    (before,), (after,) = told(make(), code), told(make(FAILED), code)
    assert before.verdict == "supported"
    assert after.verdict != "supported"
    if "p" in after.cells:
        assert "Holm" in after.text


def test_classes_of_a_pair_that_failed_count(told):
    # Of one class of a hundred images eight are gained: p = 0.031 among four classes, 0.063 among eight.
    gained = Outcome(wrong=tuple(range(1, 60, 4)))
    lost = Outcome(wrong=tuple(range(1, 92, 4)))
    (before,) = told(follow_up([(lost, gained)]), "class_gains")
    (after,) = told(follow_up([(lost, gained), (0.5, FAILED)]), "class_gains")
    assert (before.verdict, after.verdict) == ("supported", "inconclusive")


def test_a_contrast_that_failed_counts(told):
    outcomes = {"0.0": WORSE, "0.3": BETTER, "0.6": FAILED}

    def pairs(*rates):
        axes = {"dropout": [0.0, *rates]}
        return grid(axes, lambda plan: outcomes[str(plan.parameters["dropout"])])

    (before,), (after,) = told(pairs(0.3), "dropout_effect"), told(pairs(0.3, 0.6), "dropout_effect")
    assert before.verdict == "supported"
    assert after.verdict == "inconclusive"


def test_absent_comparisons_are_holms_with_a_p_of_one():
    raw = [0.01, 0.04, 0.03]
    assert holm(raw, 2) == pytest.approx(holm([*raw, 1.0, 1.0])[:3])
    assert holm([], 3) == ()
