"""``variants_overview``: the comparisons of many variants, told as a whole."""

from __future__ import annotations

import pytest
from findings.cases.variants import ladder


def test_it_counts_the_comparisons_of_variant_improves(told, only):
    collected = ladder([0.5, 0.6, 0.601, 0.8, 0.6])
    found = only(collected, "variants_overview")
    single = told(collected, "variant_improves")
    verdicts = [item.verdict for item in single]
    assert found.cells["compared"] == len(single) == 4
    assert found.cells["up"] == verdicts.count("supported") == 2
    assert found.cells["down"] == verdicts.count("refuted") == 1
    assert found.cells["open"] == verdicts.count("inconclusive") == 1
    assert found.cells["gain"] == max(item.cells["difference"] for item in single)
    assert found.lists == {"up": ("Red una", "Red tres"), "down": ("Red cuatro",), "most": ()}
    assert found.names["most"] == "Red tres"


@pytest.mark.parametrize("outcomes", [[0.5, 0.6, 0.7, 0.8], [0.5, 0.6, None, 0.8, 0.9]])
def test_a_few_comparisons_are_told_one_by_one(only, outcomes):
    assert only(ladder(outcomes), "variants_overview") is None


def test_no_gain_is_named_where_none_is_demonstrable(only):
    text = only(ladder([0.7, 0.7, 0.701, 0.7, 0.7]), "variants_overview").text
    assert "ganancia" not in text
