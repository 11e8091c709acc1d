"""Whatever the results, no finding may claim more than they show."""

from __future__ import annotations

from findings.cases.inference import steady
from findings.conftest import Told, check_evidence
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.results import FOLLOW, Outcome, folds_text, grid_text, run, spec_of, variants_text

from reportgen.findings import find
from reportgen.records.model import Status

STOP = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2 }]'
SPEC = spec_of(
    grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"], "units": [[8], [8, 8]]})
    + FOLLOW.format(changed=STOP)
    + variants_text({"base": "", "mejor": "base"})
    + folds_text(["a", "b"], folds=3)
)
RANKED = {
    "overall_best", "overall_worst", "grid_best", "slower_is_better", "variant_improves", "followup_effect",
    "class_strengths", "best_at_edge", "class_gains", "confused_pair", "shared_errors", "calibration",
    "dropout_effect", "batchnorm_effect", "augmentation_effect", "regularizer_effect", "image_size_effect",
    "transfer_effect", "frozen_vs_trainable", "gap_reduced", "pareto_parameters", "memory_cost",
    "pareto_inference", "linear_baseline", "time_per_epoch", "effect_size", "factor_interaction",
}  # fmt: skip
"""Codes that choose, rank or test runs one by one."""
share = st.sampled_from([0.2, 0.25, 0.5, 0.7, 0.8, 0.805, 0.81, 0.9, 0.95, 1.0])
outcome = st.one_of(
    st.builds(
        Outcome, test=share, validation=share, train=share, rise=st.sampled_from([0.0, 0.05, 0.3]),
        seconds=st.sampled_from([1.0, 2.0, 5.0, 60.0]), epochs=st.sampled_from([None, 4, 9]),
        inference=st.sampled_from([None, steady(0.05), steady(0.5), steady(0.5, 2)]),
    ),
    st.sampled_from([Outcome(status=Status.FAILED), Outcome(status=Status.DIVERGED), None]),
)  # fmt: skip


@st.composite
def anything(draw):
    drawn = {}

    def decide(plan):
        if plan.key not in drawn:
            drawn[plan.key] = draw(outcome)
        return drawn[plan.key]

    return run(SPEC, decide)


@given(anything())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_finding_contradicts_the_results(collected):
    known = collected.by_key()
    single = {key: item for key, item in known.items() if item.ok and not item.folded}
    accuracy = {key: float(item.correct().mean()) for key, item in single.items()}
    for finding in find(collected):
        check_evidence(collected, finding)
        told = Told(finding)
        assert told.text
        assert_folds(told, known)
        assert_answers(told, accuracy)
        runs = told.sources.get("runs", ())
        if finding.code in ("overall_best", "grid_best"):
            chosen = accuracy[told.sources["accuracy"][0]]
            scored = [known[key].value("validation", "accuracy") for key in runs]
            assert told.cells["validation"] == max(scored)
            if told.verdict == "supported":
                assert chosen > max(accuracy[key] for key in runs if key != told.sources["accuracy"][0])
            if told.verdict == "refuted":
                assert told.cells["leader"] > chosen
            assert told.cells["leader"] == max(accuracy[key] for key in runs)
        elif finding.code == "overall_worst":
            assert told.cells["accuracy"] == min(accuracy.values())
        elif finding.code == "slower_is_better":
            best = max(accuracy[key] for key in runs)
            if told.verdict != "refuted":
                assert told.cells["slowest_accuracy"] == best
            assert told.cells["most_accuracy"] == best
        elif finding.code == "factor_best" and told.verdict == "supported":
            assert told.cells["best_mean"] - told.cells["second_mean"] > collected.rope
            assert told.cells["wins"] == told.cells["cells"] > 1
        elif finding.code in ("followup_effect", "variant_improves"):
            assert_direction(told)


def assert_answers(told, accuracy):
    """What is said of the times of answers is said of networks timed alike, and of the most accurate one."""
    runs = told.sources.get("runs", ())
    if told.finding.code == "pareto_inference" and told.verdict != "not_applicable":
        assert told.cells["most_accuracy"] == max(accuracy[key] for key in runs)
        assert told.cells["slowest_time"] >= told.cells["most_time"] >= told.cells["fastest_time"]
        assert 1 <= told.cells["front"] <= told.cells["runs"]
    elif told.finding.code == "linear_baseline":
        assert told.verdict == "not_applicable"  # none of these is linear


def assert_folds(told, known):
    """Runs of folds are never ranked one by one, and the best of their configurations is the best."""
    if told.finding.code in RANKED:
        assert all(not known[key].folded for cell in told.finding.cells for key in cell.sources)
    elif told.finding.code == "fold_scores":
        cells = told.cells
        assert all(cells["best_mean"] >= value for name, value in cells.items() if name.startswith("mean_"))
        assert cells["best_low"] - 1e-9 <= cells["best_mean"] <= cells["best_high"] + 1e-9
        assert (told.verdict == "supported") is (cells["near"] == 0)


def assert_direction(told):
    if "difference" in told.cells:
        sign = told.cells["difference"]
        assert {"supported": sign > 0, "refuted": sign < 0}.get(told.verdict, True)
    else:
        assert {"supported": told.cells["highest"] > 0, "refuted": told.cells["lowest"] < 0}.get(
            told.verdict, True
        )
        assert told.cells["lowest"] <= told.cells["mean"] <= told.cells["highest"]
