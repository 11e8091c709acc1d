from __future__ import annotations

import pytest
from support.results import Outcome, grid, table

from reportgen.records.model import Status

CODE = "deeper_is_better"
LABELS = ("8", "8-8", "8-8-8")
AXES = {"optimizer": ["SGD", "Adam"], "units": [[8], [8, 8], [8, 8, 8]]}
FAILED = Outcome(status=Status.FAILED)


def of(sgd, adam):
    values = {("SGD", label): value for label, value in zip(LABELS, sgd, strict=True)}
    return table(values | {("Adam", label): value for label, value in zip(LABELS, adam, strict=True)}, AXES)


@pytest.mark.parametrize(
    ("sgd", "adam", "verdict", "part"),
    [
        ((0.5, 0.6, 0.7), (0.6, 0.7, 0.8), "supported", "en todas las combinaciones"),
        ((0.7, 0.6, 0.5), (0.7, 0.8, 0.7), "refuted", "en ninguna de las 2"),
        ((0.7, 0.6, 0.9), (0.5, 0.6, 0.7), "inconclusive", "en 1 de las 2"),
        # The deepest is far ahead though no step by step growth: "deeper is better" is not refuted.
        ((0.5, 0.49, 0.9), (0.5, 0.49, 0.9), "inconclusive", "en 0 de las 2"),
        # A gain that nobody would notice supports nothing.
        ((0.5, 0.501, 0.502), (0.6, 0.601, 0.602), "inconclusive", "umbral práctico"),
        # Failed cells: what is left is one combination.
        ((0.5, FAILED, FAILED), (0.5, 0.6, 0.7), "inconclusive", "solo hay una combinación"),
        ((0.5, FAILED, 0.9), (0.5, 0.4, 0.3), "refuted", "en la única combinación"),
        ((0.5, None, 0.9), (0.5, 0.4, 0.6), "inconclusive", "aunque la red más profunda superó"),
        # Equal accuracies are no growth.
        ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), "refuted", "en ninguna de las 2"),
    ],
)
def test_verdicts(only, sgd, adam, verdict, part):
    told = only(of(sgd, adam), CODE)
    assert told.verdict == verdict
    assert part in told.text


def test_cells(only):
    told = only(of((0.5, 0.6, 0.7), (0.7, 0.6, 0.5)), CODE)
    assert told.cells == {
        "grows": 1, "total": 2, "shallow_first": 1, "gain": pytest.approx(0), "rope": 0.005,
    }  # fmt: skip
    assert len(told.sources["total"]) == 6


def test_two_depths_are_enough(only):
    axes = {"optimizer": ["SGD", "Adam"], "units": [[8], [8, 8]]}
    collected = grid(axes, lambda plan: 0.5 + 0.1 * len(plan.parameters["units"]))
    assert only(collected, CODE).verdict == "supported"


def test_not_where_nothing_deepens_or_nothing_finished(only):
    assert only(of((0.5, FAILED, FAILED), (FAILED, 0.6, 0.7)), CODE) is None
    assert (
        only(grid({"callbacks": [[], ["EarlyStopping"]], "optimizer": ["SGD"]}, lambda _: 0.5), CODE) is None
    )
    assert only(grid({"units": [[8], [16]], "optimizer": ["SGD"]}, lambda _: 0.5), CODE) is None
