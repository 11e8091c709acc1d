"""Records come back from their bytes as they were, and nothing else comes back at all."""

from __future__ import annotations

import io
import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.records.codec import (
    decode_data,
    decode_pass,
    decode_run,
    encode_data,
    encode_pass,
    encode_run,
    finite,
)
from reportgen.records.model import (
    DataRecord,
    Environment,
    Inference,
    LayerRow,
    ParameterCounts,
    RunRecord,
    SharedPass,
    Status,
)

NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
WORDS = st.text(max_size=8)
COUNTS = st.builds(ParameterCounts, st.integers(0), st.integers(0), st.integers(0))
PASSES = st.builds(
    SharedPass, WORDS, st.sampled_from(["plain", "flipped"]), WORDS, st.integers(0), st.floats(0, 1e9),
    st.integers(0, 2**50), st.integers(1), WORDS,
)  # fmt: skip
ANSWERS = st.builds(
    Inference, st.floats(0, 1e9), NUMBERS, NUMBERS, st.integers(1), st.integers(1), st.integers(1)
)
RUNS = st.builds(
    RunRecord,
    key=st.text(alphabet="0123456789abcdef", min_size=64, max_size=64),
    status=st.sampled_from([status for status in Status if status is not Status.MISSING]),
    reason=WORDS,
    seconds=NUMBERS,
    epochs_run=st.integers(0, 99),
    best_epoch=st.one_of(st.none(), st.integers(1, 99)),
    parameter_counts=st.one_of(st.none(), COUNTS),
    metrics=st.dictionaries(st.sampled_from(["train", "test"]), st.dictionaries(WORDS, NUMBERS, max_size=2)),
    history=st.dictionaries(WORDS, st.lists(NUMBERS, max_size=3).map(tuple), max_size=3),
    layers=st.lists(
        st.builds(
            LayerRow, WORDS, WORDS, st.lists(st.one_of(st.none(), st.integers(1)), max_size=3).map(tuple),
            st.integers(0), st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    environment=st.one_of(
        st.none(),
        st.builds(
            Environment, WORDS, WORDS, WORDS, st.integers(1), st.integers(1), WORDS,
            st.dictionaries(WORDS, WORDS, max_size=2), st.integers(1),
        ),
    ),
    peak_bytes=st.one_of(st.none(), st.integers(0, 2**50)),
    shared=st.lists(PASSES, max_size=2).map(tuple),
    inference=st.one_of(st.none(), ANSWERS),
)  # fmt: skip
LABELS = np.array([0, 2, 1], np.int64)
PROBABILITIES = np.array([[0.1, 0.2, 0.7], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]], np.float32)


def same(one, two):
    for field in fields(one):
        first, second = getattr(one, field.name), getattr(two, field.name)
        if isinstance(first, np.ndarray):
            assert first.dtype == second.dtype
            np.testing.assert_array_equal(first, second)
        else:
            assert first == second, field.name


@settings(deadline=None)
@given(RUNS)
def test_a_run_comes_back_as_it_was(record):
    same(record, decode_run(encode_run(record)))


def test_entries_of_earlier_versions_have_no_peak():
    files = encode_run(RunRecord("k", Status.OK, peak_bytes=5))
    facts = json.loads(files["result.json"])
    assert facts["peak_bytes"] == 5
    del facts["peak_bytes"]
    assert decode_run({"result.json": json.dumps(facts).encode()}).peak_bytes is None


def test_predictions_come_back_and_cannot_be_changed():
    record = RunRecord("k", Status.OK, labels=LABELS, probabilities=PROBABILITIES)
    found = decode_run(encode_run(record))
    same(record, found)
    with pytest.raises(ValueError, match="read-only"):
        found.probabilities[0, 0] = 1
    facts = decode_run({"result.json": encode_run(record)["result.json"]})
    assert facts.labels is None


def data():
    images = np.arange(48, dtype=np.uint8)
    return DataRecord(
        key="k",
        name="digits",
        classes=("uno", "dós"),
        image_shape=(2, 2, 1),
        counts={"train": (3, 4), "test": (1, 1)},
        digest="d",
        source="scikit-learn",
        samples=images[:16].reshape(2, 2, 2, 2, 1),
        test_images=images[:12].reshape(3, 2, 2, 1),
        test_labels=LABELS,
    )


def npy(array, **more):
    stream = io.BytesIO()
    np.save(stream, array, **more)
    return stream.getvalue()


def data_files(record):
    return encode_data(record) | {
        "test_images.npy": npy(record.test_images),
        "test_labels.npy": npy(record.test_labels),
    }


def test_a_data_set_comes_back_as_it_was():
    same(data(), decode_data(data_files(data())))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_refused(value):
    for more in ({"seconds": value}, {"metrics": {"test": {"loss": value}}}, {"history": {"loss": (value,)}}):
        with pytest.raises(ValueError, match="not JSON compliant"):
            encode_run(RunRecord("k", Status.OK, **more))
    assert finite(value) is None
    assert finite(0.5) == 0.5


def test_objects_in_arrays_are_refused_and_never_unpickled():
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    files = encode_run(RunRecord("k", Status.OK, labels=LABELS, probabilities=PROBABILITIES))
    for name in ("labels.npy", "probabilities.npy"):
        with pytest.raises(ValueError, match="allow_pickle"):
            decode_run(files | {name: npy(np.array([Trap()], object), allow_pickle=True)})
    with pytest.raises(ValueError, match="allow_pickle"):
        decode_data(data_files(data()) | {"samples.npy": npy(np.array([Trap()], object), allow_pickle=True)})


def test_arrays_of_another_type_are_refused():
    files = encode_run(RunRecord("k", Status.OK, labels=LABELS, probabilities=PROBABILITIES))
    with pytest.raises(ValueError, match="expected int64"):
        decode_run(files | {"labels.npy": npy(LABELS.astype(np.float64))})


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_another_schema_is_refused(schema):
    for files, name, decode in (
        (encode_run(RunRecord("k", Status.OK)), "result.json", decode_run),
        (data_files(data()), "data.json", decode_data),
    ):
        facts = json.loads(files[name]) | {"schema": schema}
        with pytest.raises(ValueError, match="schema"):
            decode({**files, name: json.dumps(facts).encode()})


def test_an_unknown_status_is_refused():
    files = encode_run(RunRecord("k", Status.OK))
    with pytest.raises(ValueError, match="perfecto"):
        decode_run({"result.json": files["result.json"].replace(b'"ok"', b'"perfecto"')})


@given(made=PASSES)
def test_a_pass_comes_back_as_it_was(made):
    assert decode_pass(encode_pass(made)) == made


def test_a_pass_of_another_schema_is_refused():
    made = encode_pass(SharedPass("k", "plain", "VGG16", 1, 1.0, 4, 1, "CPU"))
    with pytest.raises(ValueError, match="schema"):
        decode_pass(made.replace(b'"schema": 1', b'"schema": 2'))


def test_a_run_of_an_earlier_version_was_trained_whole_and_its_answers_were_not_timed():
    files = encode_run(RunRecord("k", Status.OK))
    for name in (b"shared", b"inference"):
        assert name not in files["result.json"]
    assert decode_run(files).shared == ()
    assert decode_run(files).inference is None
