from __future__ import annotations

import pytest
from findings.cases.curves import of
from support.results import Outcome, data_record, run_with, spec_of, table

from reportgen.analysis.statistics import wilson

CODE = "majority_baseline"


@pytest.mark.parametrize(("hits", "verdict"), [(116, "supported"), (120, "refuted")])
def test_the_interval_decides_and_not_the_accuracy(only, hits, verdict):
    told = only(of(hits / 400), CODE)
    assert told.cells["share"] == 0.25 < hits / 400
    assert (wilson(hits, 400).low > 0.25) is (verdict == "refuted")
    assert told.verdict == verdict


def test_the_majority_is_that_of_the_test_images(only):
    data = data_record(train=[100, 900, 100, 100])
    told = only(table({("SGD",): 0.5}, {"optimizer": ["SGD"]}, data=data), CODE)
    assert told.cells["share"] == 0.25
    assert told.verdict == "refuted"


def test_all_that_do_not_beat_it_are_named(only):
    told = only(of(0.26, 0.8, 0.1), CODE)
    assert told.lists["below"] == ("SGD", "RMSprop")
    assert told.cells == {"runs": 3, "below": 2, "share": 0.25}


def test_it_is_not_judged_without_runs_or_data(only):
    assert only(of(None), CODE).verdict == "not_applicable"
    bare = run_with(spec_of('[study.uno]\nmodel = "mlp"\n'), lambda _: Outcome(0.1), None)
    assert only(bare, CODE).verdict == "not_applicable"
