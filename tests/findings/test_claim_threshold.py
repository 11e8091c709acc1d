from __future__ import annotations

import pytest
from findings.cases.claims import ABOVE, CASES
from scipy import stats
from support.claims import claim_text, declared, pair, seeded
from support.results import variants_text

from reportgen.analysis.statistics import corrected_t, wilson

CODE = "claim_threshold"


def test_one_network_is_held_to_the_bound_by_its_interval(only):
    told = only(pair(0.5, 0.7, ABOVE), CODE)
    bounds = wilson(280, 400)
    assert told.verdict == "supported"
    assert (told.cells["value"], told.cells["bound"]) == (0.7, 0.6)
    assert told.cells["value_low"] == pytest.approx(bounds.low)
    assert told.cells["value_high"] == pytest.approx(bounds.high)
    assert told.cells["p"] == stats.binomtest(280, 400, 0.6).pvalue


@pytest.mark.parametrize(
    ("accuracy", "above", "below"),
    [
        (0.7, "supported", "refuted"),
        (0.5, "refuted", "supported"),
        (0.62, "inconclusive", "inconclusive"),
        (0.6, "inconclusive", "inconclusive"),
    ],
)
def test_verdicts(only, accuracy, above, below):
    assert only(pair(0.5, accuracy, ABOVE), CODE).verdict == above
    assert only(pair(0.5, accuracy, ABOVE.replace("above", "below")), CODE).verdict == below


def test_seeds_are_what_varies_from_three_on(only):
    told = only(seeded([0.5] * 3, [0.61, 0.7, 0.8], ABOVE), CODE)
    found = corrected_t([0.61 - 0.6, 0.7 - 0.6, 0.8 - 0.6], 0.0)
    assert (told.names["covers"], told.verdict) == ("seeds", "inconclusive")
    assert told.cells["p"] == pytest.approx(found.p, abs=0.005)
    assert told.cells["value"] == pytest.approx(0.7033, abs=0.002)


def test_of_several_networks_each_must_hold_it(only):
    told = only(CASES["claim_threshold supported every"](), CODE)
    assert (told.cells["compared"], told.cells["value"]) == (2, 0.8)
    assert only(CASES["claim_threshold refuted every"](), CODE).cells["value"] == 0.4


def test_holm_counts_claims_of_the_other_form_too(only):
    text = variants_text({"base": "", "mejor": "base"})
    one = claim_text('of = "cnn.base"\nabove = 0.8')
    other = claim_text('study = "cnn"\nbetter = "mejor"\nthan = "base"', "dos")
    values = {"base": 0.8425, "mejor": 0.85}
    alone = only(declared(text + one, lambda plan: values[plan.parameters["variant"]]), CODE)
    both = only(declared(text + one + other, lambda plan: values[plan.parameters["variant"]]), CODE)
    assert both.cells["p"] == pytest.approx(2 * alone.cells["p"])
    assert (alone.verdict, both.verdict) == ("supported", "inconclusive")
