from __future__ import annotations

from dataclasses import replace

import pytest
from findings.cases.resources import PARTIAL, of
from support.results import HERE, Outcome, run, spec_of

CODE = "time_per_epoch"


@pytest.mark.parametrize(("seconds", "verdict"), [(10.0, "refuted"), (10.9, "refuted"), (11.5, "supported")])
def test_a_tenth_more_is_notable(only, seconds, verdict):
    told = only(of(Outcome(seconds=10), Outcome(seconds=seconds)), CODE)
    assert told.verdict == verdict
    assert told.cells["ratio"] == pytest.approx(seconds / 10)


def test_it_is_the_time_of_an_epoch_and_not_of_the_training(only):
    text = (
        '[study.uno]\nmodel = "mlp"\nepochs = 10\n[study.dos]\nmodel = "mlp"\nepochs = 20\nset.units = [9]\n'
    )
    told = only(run(spec_of(text), lambda plan: Outcome(seconds=30 if plan.study == "uno" else 40)), CODE)
    assert told.cells["slowest"] == 3
    assert told.cells["fastest"] == 2
    assert told.sources["slowest"] != told.sources["fastest"]


@pytest.mark.parametrize(
    "change", [{"threads": 1}, {"concurrent_runs": 2}, {"device": "GPU"}, {"cpu": "otra"}, {"compiled": True}]
)
def test_only_like_is_compared_with_like(only, change):
    told = only(of(0.8, Outcome(seconds=30, environment=replace(HERE, **change))), CODE)
    assert told.verdict == "not_applicable"
    assert told.cells["conditions"] == 2
    assert "ratio" not in told.cells


def test_runs_on_shared_features_are_left_out(only):
    told = only(of(0.8, replace(PARTIAL, seconds=1), Outcome(seconds=20)), CODE)
    assert told.cells["runs"] == 2
    assert told.cells["ratio"] == 2
    assert only(of(0.8, PARTIAL), CODE).verdict == "not_applicable"


def test_nothing_of_a_single_or_an_untimed_run(only):
    assert only(of(0.8), CODE) is None
    assert only(of(0.8, Outcome(seconds=None)), CODE) is None
    assert only(of(0.8, Outcome(environment=None)), CODE) is None
