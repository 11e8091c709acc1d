from __future__ import annotations

from typing import get_args

import pytest
from sklearn.metrics import classification_report
from support.results import CLASSES, Outcome, data_record, grid, grid_text, run, spec_of, study_of

from reportgen.analysis.columns import USUAL, columns_of, macro, value, values
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.tables import result_table
from reportgen.records.model import Inference, Status
from reportgen.spec.model import Column

DATA = data_record()
ANSWER = Inference(0.25, 0.24, 0.26, 32, 40, 1)


def one(outcome):
    return next(grid({"optimizer": ["SGD"]}, lambda _: outcome, data=DATA).results())


def test_every_column_of_the_language_has_a_number():
    result = one(Outcome(0.8, validation=0.7, train=0.9, seconds=30, peak_bytes=5 * 2**20, inference=ANSWER))
    found = values(result, get_args(Column))
    assert found == {
        "accuracy.train": 0.9, "loss.train": 0.2, "accuracy.validation": 0.7, "loss.validation": 0.4,
        "accuracy.test": 0.8, "loss.test": 0.5, "precision.test": found["precision.test"],
        "recall.test": found["recall.test"], "f1.test": found["f1.test"], "epochs": 10, "best_epoch": 5,
        "seconds": 30, "seconds_per_epoch": 3, "parameters": 1234, "trainable": 1200, "memory": 5 * 2**20,
        "inference": 0.25,
    }  # fmt: skip
    report = classification_report(
        DATA.test_labels, result.predicted(), target_names=CLASSES, output_dict=True, zero_division=0
    )["macro avg"]
    assert macro(result) == pytest.approx((report["precision"], report["recall"], report["f1-score"]))
    scores = evaluate(result, DATA).macro
    assert macro(result) == (scores.precision, scores.recall, scores.f1)


def test_what_was_not_measured_is_none():
    failed = one(Outcome(status=Status.FAILED))
    assert set(values(failed, get_args(Column)).values()) == {None}
    blind = one(Outcome(0.8, blind=True, seconds=None))
    assert value(blind, "accuracy.train") is None
    assert value(blind, "seconds_per_epoch") is None
    assert value(blind, "memory") is None
    assert value(blind, "inference") is None


def test_a_table_shows_what_its_author_asks_for():
    text = grid_text({"optimizer": ["SGD"]}, table='table = { columns = ["f1.test", "parameters"] }')
    table = result_table(study_of(run(spec_of(text), lambda _: 0.8), "rejilla"))
    assert table.columns == ("f1.test", "parameters")
    assert list(table.groups[0].rows[0].values) == ["f1.test", "parameters"]
    assert columns_of(()) == USUAL
    assert set(USUAL) <= set(get_args(Column))
