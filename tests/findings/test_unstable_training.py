from __future__ import annotations

import pytest
from findings.cases.curves import SHAKY, of
from support.results import Outcome

from reportgen.analysis.trends import WOBBLE

CODE = "unstable_training"


def swinging(width):
    return Outcome(0.8, val_accuracy=(0.5, *[0.5 + width, 0.5] * 5)[:10])


@pytest.mark.parametrize(("width", "verdict"), [(0.01, "refuted"), (0.03, "supported")])
def test_the_limit(only, width, verdict):
    told = only(of(swinging(width)), CODE)
    assert told.verdict == verdict
    assert told.cells["limit"] == WOBBLE
    assert told.cells["most"] == pytest.approx(8 * width / 9)  # the ninth change is the way from start to end


def test_a_fast_learner_is_not_unstable(only):
    told = only(of(Outcome(0.9, val_accuracy=(0.1, 0.5, 0.8, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96))), CODE)
    assert told.verdict == "refuted"


def test_all_shaky_runs_are_named_the_most_shaky_first(only):
    told = only(of(swinging(0.05), 0.8, SHAKY), CODE)
    assert told.lists["shaky"] == ("RMSprop", "SGD")
    assert told.names["most"] == "RMSprop"
    assert told.cells["runs"] == 3
    assert told.cells["shaky"] == 2


def test_what_cannot_be_judged_is_said_to_be_so(only):
    for collected in (of(Outcome(0.8, blind=True)), of(0.8, epochs=5), of(None)):
        assert only(collected, CODE).verdict == "not_applicable"
