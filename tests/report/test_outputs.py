from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import sample, several
from support.results import Outcome, data_record, study_of, table

from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.tables import result_table
from reportgen.records.model import Inference, Status
from reportgen.report.outputs import classes_csv, csv_text, data_csv, findings_json, results_json, study_csv

AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}
MIXED = {
    ("SGD",): Outcome(1 / 3, seconds=1.25),
    ("Adam",): Outcome(status=Status.DIVERGED, reason="no es finita"),
}


def refuse(token):
    raise AssertionError(f"{token} in JSON")


def test_results_json_says_everything_of_every_run():
    collected = table(MIXED, AXES)
    read = json.loads(results_json([collected], {"rendering": {}}), parse_constant=refuse)
    assert read["schema"] == 1
    assert read["studies"] == [{"id": "rejilla", "title": "Rejilla"}]
    assert [item["status"] for item in read["runs"]] == ["ok", "diverged", "missing"]
    for item, result in zip(read["runs"], collected.results(), strict=True):
        assert item["key"] == result.key
        assert item["study"] == "rejilla"
        assert item["parameters"] == {"optimizer": result.plan.label}
        assert (item["seed"], item["fold"], item["reason"]) == (0, None, result.record.reason)
        assert (item["data"], item["arm"], item["folds"]) == ("", result.plan.arm, 0)
        assert item["peak_bytes"] is None
        assert item["inference"] is None
        assert item["seconds"] == result.record.seconds
        for split in ("train", "validation", "test"):
            for metric in ("accuracy", "loss"):
                assert item["metrics"][split][metric] == result.value(split, metric)
    assert read["runs"][0]["parameter_counts"] == {"total": 1234, "trainable": 1200, "non_trainable": 34}


def test_results_json_tells_what_an_answer_takes():
    outcome = Outcome(0.8, inference=Inference(0.03214, 0.03, 0.04, 32, 40, 1))
    (found,) = json.loads(results_json([table({("SGD",): outcome}, {"optimizer": ["SGD"]})], {}))["runs"]
    assert found["inference"] == {
        "milliseconds": 0.03214,
        "low": 0.03,
        "high": 0.04,
        "batch": 32,
        "calls": 40,
        "concurrent_runs": 1,
    }


def test_results_json_tells_data_sets_folds_and_further_metrics():
    _, found, _ = several()
    read = json.loads(results_json(found, {}), parse_constant=refuse)
    runs = [item for item in read["runs"] if item["study"] == "cv"]
    assert {item["data"] for item in runs} == {"ropa"}
    assert [item["fold"] for item in runs if item["label"] == "Red base"] == [0, 1, 2, 3, 4, 5]
    assert {item["folds"] for item in runs} == {3}
    assert runs[0]["metrics"]["test"]["sparse_top_k_categorical_accuracy"] == 0.97
    assert {study["id"] for study in read["studies"]} == {"profunda", "sigue", "tasa", "cv"}


def test_no_json_ever_holds_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        results_json([table({}, AXES)], {"x": float("nan")})


def test_findings_json_is_the_findings_of_the_report():
    _, collected, written = sample()
    read = json.loads(findings_json(written.findings), parse_constant=refuse)
    known = set(collected.by_key())
    assert len(read) == len(written.findings)
    for item, view in zip(read, written.findings, strict=True):
        assert set(item) >= {"code", "verdict", "text", "cells", "data"}
        assert item["text"] == view.text
        assert "<" not in item["text"].replace("p <", "")
        for cell, own in zip(item["cells"], view.finding.cells, strict=True):
            assert cell["value"] == own.value
            assert set(cell["sources"]) <= known


def test_study_csv_reads_back_equal():
    collected = table(MIXED, AXES)
    made = result_table(study_of(collected, "rejilla"))
    read = list(csv.DictReader(io.StringIO(study_csv(made))))
    assert [row["status"] for row in read] == ["ok", "diverged", "missing"]
    for row, own in zip(read, made.groups[0].rows, strict=True):
        for split in ("train", "validation", "test"):
            value = own.accuracy[split]
            assert row[f"accuracy_{split}"] == ("" if value is None else repr(value))
        assert row["key"] == own.key


def test_other_tables_read_back_equal():
    data = data_record(train=[1, 2, 3, 4])
    result = next(table({("SGD",): 0.8}, AXES, data=data).results())
    classes = list(csv.DictReader(io.StringIO(classes_csv(evaluate(result, data)))))
    assert [row["class"] for row in classes] == list(data.classes)
    assert [float(row["recall"]) for row in classes] == [row.recall for row in evaluate(result, data).classes]
    counts = list(csv.DictReader(io.StringIO(data_csv(data))))
    assert [int(row["train"]) for row in counts] == [1, 2, 3, 4]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text):
    read = next(csv.reader(io.StringIO(csv_text(["a"], [[text]]).split("\n", 1)[1], newline="")))
    assert read == [f"'{text}"]


def test_a_formula_in_a_column_title_is_quoted_too():
    assert csv_text(["=1"], []).startswith('"\'=1"')


@given(st.lists(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers()), min_size=1))
def test_numbers_are_written_in_full(values):
    read = next(csv.reader(io.StringIO(csv_text(["a"] * len(values), [values]).split("\n", 1)[1])))
    assert [type(own)(text) for own, text in zip(values, read, strict=True)] == values


def test_negative_numbers_are_numbers():
    assert csv_text(["a"], [[-1.5]]).splitlines()[1] == "-1.5"
