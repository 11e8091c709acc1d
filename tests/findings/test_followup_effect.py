from __future__ import annotations

from dataclasses import replace

import pytest
from findings.cases.identical import copied
from support.results import HERE, Outcome, follow_up, grid, result_of

from reportgen.analysis.pairs import pair_rows
from reportgen.records.model import Status

CODE = "followup_effect"
FAILED = Outcome(status=Status.FAILED)


@pytest.mark.parametrize(
    ("pairs", "verdict", "up", "down"),
    [
        ([(0.5, 0.8), (0.6, 0.61)], "supported", ("SGD",), ()),
        ([(0.8, 0.5), (0.6, 0.61)], "refuted", (), ("SGD",)),
        ([(0.8, 0.5), (0.6, 0.9)], "inconclusive", ("Adam",), ("SGD",)),
        ([(0.8, 0.801), (0.6, 0.6)], "inconclusive", (), ()),
        ([(0.5, 0.8)], "supported", ("SGD",), ()),
        ([(0.8, FAILED), (0.5, 0.8)], "supported", ("Adam",), ()),
    ],
)
def test_verdicts(only, pairs, verdict, up, down):
    told = only(follow_up(pairs), CODE)
    assert told.verdict == verdict
    assert (told.lists["up"], told.lists["down"]) == (up, down)
    assert (told.cells["up"], told.cells["down"]) == (len(up), len(down))


def test_cells_are_the_paired_differences(only):
    collected = follow_up([(0.5, 0.8), (0.6, 0.55), (0.7, 0.7)])
    told = only(collected, CODE)
    assert told.cells["pairs"] == 3
    assert told.cells["mean"] == pytest.approx((0.3 - 0.05 + 0) / 3)
    assert told.cells["lowest"] == pytest.approx(-0.05)
    assert told.cells["highest"] == pytest.approx(0.3)
    keys = {
        result_of(collected, name, study).key
        for name in ("SGD", "Adam", "RMSprop")
        for study in ("rejilla", "derivado")
    }
    assert set(told.sources["mean"]) == keys


def test_one_comparison_in_many_needs_more(only):
    # Six images of difference: p = 0.03 alone, 0.16 among five.
    six = Outcome(wrong=tuple(range(360, 400)))
    more = Outcome(wrong=tuple(range(354, 400)))
    assert only(follow_up([(more, six)]), CODE).verdict == "supported"
    assert only(follow_up([(more, six), *[(0.5, 0.5)] * 4]), CODE).verdict == "inconclusive"


def test_not_without_a_finished_pair(only):
    assert only(follow_up([(0.5, FAILED)]), CODE) is None
    assert only(follow_up([(0.5, None)]), CODE) is None
    assert only(grid({"optimizer": ["SGD"]}, lambda _: 0.5), CODE) is None


def test_a_change_that_never_acted_is_no_difference(only):
    told = only(copied(2), CODE)
    collected = copied(2)
    assert told.cells["same"] == 2
    assert told.cells["acted"] == told.cells["pairs"] - 2
    assert "la red es la misma" in told.text
    acted = [
        row.compared.difference.value
        for study in collected.studies
        for row in pair_rows(study)
        if row.changed.key not in {copy.key for copy in collected.copies()}
    ]
    if acted:
        assert told.cells["mean"] == pytest.approx(sum(acted) / len(acted))


def test_time_is_told_where_it_was_measured_alike(only):
    def timed(before, after, **there):
        return follow_up([(Outcome(seconds=before), Outcome(seconds=after, **there))] * 2)

    told = only(timed(2.0, 9.0), CODE)
    assert (told.cells["before"], told.cells["after"]) == (4.0, 18.0)
    assert "pasó en total de 4,0 s a 18,0 s" in told.text.replace("\u00a0", " ")
    assert "after" not in only(timed(2.0, 2.1), CODE).cells
    elsewhere = replace(HERE, threads=HERE.threads + 1)
    assert "after" not in only(timed(2.0, 9.0, environment=elsewhere), CODE).cells
