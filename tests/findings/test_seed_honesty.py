"""Whatever the results of several seeds, no finding may claim more than they show."""

from __future__ import annotations

from statistics import fmean

import numpy as np
from findings.cases.seeds import PAIR
from findings.conftest import Told, check_evidence
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.results import Outcome, folds_text, grid_text, run, spec_of
from support.seeded import seeded_text

from reportgen.findings import find
from reportgen.records.model import Status

ONE = grid_text(PAIR) + seeded_text(["a", "b", "c"])
SPECS = {count: spec_of(ONE, seeds=list(range(count))) for count in (1, 2, 3, 6)}
FOLDED = spec_of(folds_text(["a", "b", "c"], folds=2), seeds=[1, 2, 3])
OVER_SEEDS = {"seeds_best", "seeds_tied", "seeds_needed", "ranking_stability", "seed_spread"}
share = st.sampled_from([0.2, 0.5, 0.7, 0.8, 0.8025, 0.805, 0.81, 0.8125, 0.9, 1.0])
outcome = st.one_of(
    st.builds(Outcome, test=share, validation=share),
    st.builds(Outcome, test=share, validation=share),
    st.sampled_from([Outcome(status=Status.FAILED), Outcome(status=Status.DIVERGED), None]),
)


@st.composite
def anything(draw, spec):
    drawn = {}

    def decide(plan):
        if plan.key not in drawn:
            drawn[plan.key] = draw(outcome)
        return drawn[plan.key]

    return run(spec, decide)


@given(st.sampled_from(list(SPECS)).flatmap(lambda count: st.tuples(st.just(count), anything(SPECS[count]))))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_finding_over_seeds_contradicts_the_results(case):
    count, collected = case
    known = collected.by_key()
    found = [
        item for item in find(collected) if item.code in OVER_SEEDS | {"factor_interaction", "effect_size"}
    ]
    assert any(item.code == "seeds_needed" for item in found)
    for finding in found:
        check_evidence(collected, finding)
        told = Told(finding)
        if count == 1:
            assert finding.code not in OVER_SEEDS - {"seeds_needed"}
        assert ("mejor que" in told.text) is (finding.code == "seeds_best" and told.verdict == "supported")
        if finding.code == "seeds_best" and told.verdict != "not_applicable":
            assert_best(told, known, collected.rope)
        elif finding.code == "seeds_tied":
            assert (told.verdict == "supported") is (told.cells["tied"] > 0)
            assert told.cells["alike"] <= told.cells["tied"] <= told.cells["others"]
        elif finding.code == "factor_interaction" and told.verdict == "supported":
            assert min(told.cells["ahead"], -told.cells["behind"]) > collected.rope
            assert told.cells["p"] < 0.05
        elif finding.code == "effect_size":
            assert told.cells["chosen"] >= told.cells["worst"]


def assert_best(told, known, rope):
    cells = told.cells
    first = [known[key].value("test", "accuracy") for key in told.sources["best_mean"]]
    second = [known[key].value("test", "accuracy") for key in told.sources["second_mean"]]
    seeds = [[known[key].plan.seed for key in told.sources[name]] for name in ("best_mean", "second_mean")]
    assert seeds[0] == seeds[1]
    assert len(seeds[0]) == cells["seeds"] >= 3
    assert fmean(first) >= fmean(second)
    assert np.isclose(cells["difference"], np.mean(np.subtract(first, second)))
    others = {}
    for key in told.sources["p"]:
        others.setdefault(known[key].plan.arm, []).append(known[key].value("test", "accuracy"))
    assert max(map(fmean, others.values())) <= fmean(first) + 1e-9
    if told.verdict == "supported":
        assert cells["low"] > 0
        assert cells["p"] < 0.05
    if told.names["level"] == "sure":
        assert cells["low"] > rope
    if told.verdict == "refuted":
        assert -rope < cells["low"] <= cells["high"] < rope


@given(anything(FOLDED))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_folds_never_speak_as_seeds(collected):
    found = [item for item in find(collected) if item.code in OVER_SEEDS]
    assert [(item.code, str(item.verdict)) for item in found] == [("seeds_needed", "not_applicable")]
