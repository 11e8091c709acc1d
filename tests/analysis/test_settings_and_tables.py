from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import (
    FOLLOW,
    Outcome,
    data_record,
    grid,
    grid_text,
    result_of,
    run,
    run_with,
    spec_of,
    study_of,
    table,
    variants,
    variants_text,
)

from reportgen.analysis.selection import compared, evaluated, select
from reportgen.analysis.settings import as_code, convolutions, differences, methods, settings, shared
from reportgen.analysis.tables import result_table
from reportgen.records.model import Status

AXES = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"], "units": [[8], [8, 8]]}
LAYOUT = 'table = { rows = "units", by = ["optimizer", "activation"] }'


def test_table_groups_by_the_declared_axes_and_marks_ties_within_each():
    spec = spec_of(grid_text(AXES, table=LAYOUT))
    better = {"8": 0.9, "8-8": 0.7}
    collected = run(spec, lambda plan: better[plan.labels["units"]])
    made = result_table(study_of(collected, "rejilla"))
    assert made.row_axes == ("units",)
    assert [tuple(group.labels.values()) for group in made.groups] == [
        ("SGD", "relu"), ("SGD", "tanh"), ("Adam", "relu"), ("Adam", "tanh"),
    ]  # fmt: skip
    for group in made.groups:
        assert [(row.labels["units"], row.tied_best) for row in group.rows] == [("8", True), ("8-8", False)]


def test_a_row_carries_the_records_numbers_unrounded():
    collected = table(
        {("SGD",): Outcome(0.8, validation=1 / 3, train=0.777777, seconds=1.23456)}, {"optimizer": ["SGD"]}
    )
    row = result_table(study_of(collected, "rejilla")).groups[0].rows[0]
    assert row.accuracy == {"train": 0.777777, "validation": 1 / 3, "test": 0.8}
    assert row.loss == {"train": 0.2, "validation": 0.4, "test": 0.5}
    assert (row.seconds, row.epochs_run, row.epochs_planned, row.parameters) == (1.23456, 10, 10, 1234)
    assert not row.tied_best  # nothing is best of one


def test_a_failed_run_keeps_its_row_and_takes_no_part_in_ties():
    failed = Outcome(status=Status.FAILED, reason="se acabó la memoria")
    collected = table({("SGD",): failed, ("Adam",): 0.9}, {"optimizer": ["SGD", "Adam", "RMSprop"]})
    rows = result_table(study_of(collected, "rejilla")).groups[0].rows
    assert [str(row.status) for row in rows] == ["failed", "ok", "missing"]
    assert rows[0].reason == "se acabó la memoria"
    assert rows[0].accuracy["test"] is None
    assert [row.tied_best for row in rows] == [False, True, False]


def test_collect_tells_missing_failed_and_pending_apart():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}) + FOLLOW.format(changed="set.dropout = 0.3"))
    plan_reasons: dict[str, str] = {}
    first = run_with(spec, lambda plan: 0.5 if plan.labels["optimizer"] == "SGD" else None, data_record())
    missing = result_of(first, "Adam")
    assert missing.record.status is Status.MISSING
    assert missing.record.reason == ""
    assert study_of(first, "derivado").results == ()
    assert study_of(first, "derivado").pending == 2
    plan_reasons[missing.plan.data] = "no hay datos\n  → descárgalos"
    again = run_with(spec, lambda _: None, None, plan_reasons)
    assert again.data is None
    assert {result.record.reason for result in again.results()} == {"no hay datos"}


def test_a_failed_parent_gives_a_follow_up_of_the_others():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}) + FOLLOW.format(changed="set.dropout = 0.3"))
    failed = Outcome(status=Status.DIVERGED, reason="NaN")
    collected = run(spec, lambda plan: failed if plan.labels["optimizer"] == "SGD" else 0.7)
    derived = study_of(collected, "derivado")
    assert [result.plan.label for result in derived.results] == ["Adam"]
    assert derived.pending == 0
    assert derived.changed == {"dropout": 0.3}
    assert (derived.shape, derived.parent) == ("follow_up", "rejilla")


def test_class_names_of_the_configuration_win_when_they_fit():
    spec = spec_of(grid_text({"optimizer": ["SGD"]}), data='classes = ["a", "b", "c", "d"]')
    assert run(spec, lambda _: 0.5).data.classes == ("a", "b", "c", "d")
    spec = spec_of(grid_text({"optimizer": ["SGD"]}), data='classes = ["a", "b"]')
    assert run(spec, lambda _: 0.5).data.classes == data_record().classes


def test_a_shared_run_counts_once():
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + grid_text({"optimizer": ["Adam", "Nadam"]}, "otra")
    collected = run(spec_of(text), lambda _: 0.7)
    assert len(tuple(collected.results())) == 4
    assert [result.plan.label for result in collected.unique()] == ["SGD", "Adam", "Nadam"]


def test_selection_looks_at_validation_only():
    collected = table(
        {("SGD",): Outcome(0.9, validation=0.5), ("Adam",): Outcome(0.4, validation=0.6)},
        {"optimizer": ["SGD", "Adam"]},
    )
    assert select(collected.unique()).plan.label == "Adam"
    assert [result.plan.label for result in evaluated(collected)] == ["Adam"]
    assert [result.plan.label for result in compared(collected)] == ["Adam"]
    assert select(()) is None
    arms = variants({"base": 0.5, "mejor": 0.6}, {"base": "", "mejor": "base"})
    assert len(compared(arms)) == 2


def test_a_run_without_validation_is_never_selected():
    collected = table({("SGD",): Outcome(0.9, blind=True), ("Adam",): 0.4}, {"optimizer": ["SGD", "Adam"]})
    assert select(collected.unique()).plan.label == "Adam"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("Adam", "Adam"),
        ({"name": "Adam", "learning_rate": 0.001}, "Adam(learning_rate=0.001)"),
        ({"layer": "Conv2D", "filters": 64, "kernel_size": [3, 3]}, "Conv2D(filters=64, kernel_size=(3, 3))"),
        ({"backbone": "VGG16", "weights": "none", "until": None}, "VGG16(weights=none)"),
        (
            {"layer": "Dense", "kernel_regularizer": {"name": "L2", "l2": 0.1}},
            "Dense(kernel_regularizer=L2(l2=0.1))",
        ),
        ([{"callback": "EarlyStopping"}, {"callback": "ModelCheckpoint"}], "EarlyStopping, ModelCheckpoint"),
        ([], ""),
        ({"python": "redes:bloque", "source": "ab" * 32, "filtros": 64}, "redes:bloque(filtros=64)"),
        ({"python": "redes:cola", "source": "ab" * 32}, "redes:cola"),
        ({"learning_rate": 0.1}, "learning_rate=0.1"),
        ({"gato": 2.0, "perro": 1.0}, "gato=2.0, perro=1.0"),
        ({"backbone": "VGG16", "weights": "run:" + "ab" * 32}, "VGG16(weights=abababababab)"),
    ],
)
def test_as_code(entry, code):
    assert as_code(entry) == code


def test_weights_of_a_run_are_told_by_its_label():
    entry = {"backbone": "VGG16", "weights": "run:" + "ab" * 32}
    assert as_code(entry, {"ab" * 32: "Base · Adam"}) == "VGG16(weights=«Base · Adam»)"
    assert as_code(entry, {"cd" * 32: "Base · Adam"}) == "VGG16(weights=abababababab)"


PYTHON = """
[model.propia]
layers = [{ python = "redes:bloque", filtros = 8 }, "Flatten"]
[study.propia]
model = "propia"
metrics = [{ name = "SparseTopKCategoricalAccuracy", k = 3 }]
class_weight = "balanced"
"""


def test_layers_of_a_python_function_are_told_and_break_nothing():
    (result,) = run(spec_of(PYTHON), lambda _: 0.5).unique()
    assert settings(result)["layers"] == "redes:bloque(filtros=8) → Flatten"
    assert convolutions(result) is None
    assert methods([result]) == ("optimizers/Adam", "activations/softmax", "architectures/dense")
    convolved = replace(result.record.layers[0], type="Conv2D")
    built = replace(result, record=replace(result.record, layers=(convolved,)))
    assert "architectures/cnn" in methods([built])
    unknown = replace(result, record=replace(result.record, layers=()))
    assert not [item for item in methods([unknown]) if item.startswith("architectures/")]


def test_metrics_and_class_weights_are_settings_where_declared():
    text = variants_text({"base": "", "mejor": "base"}, mejor='class_weight = "balanced"')
    base, better = run(spec_of(text), lambda _: 0.5).unique()
    assert not {"metrics", "class_weight"} & set(settings(base))
    found = [item for item in differences(base, better) if item.name == "class_weight"]
    assert [(item.first, item.second) for item in found] == [("", "balanced")]
    assert "class_weight" not in shared([base, better])
    (own,) = run(spec_of(PYTHON), lambda _: 0.5).unique()
    assert settings(own)["metrics"] == "SparseTopKCategoricalAccuracy(k=3)"
    assert settings(own)["class_weight"] == "balanced"


def test_differences_and_shared_settings():
    collected = grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5)
    first, second = collected.unique()
    found = differences(first, second)
    assert [item.name for item in found] == ["optimizer"]
    assert found[0].first.startswith("SGD")
    assert found[0].second.startswith("Adam")
    common = shared(collected.unique())
    assert "optimizer" not in common
    assert common["epochs"] == "10"
    assert differences(first, first) == ()
    assert shared(()) == {}


def test_methods_are_those_really_used():
    early = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2 }]\nset.dropout = 0.3'
    spec = spec_of(grid_text({"optimizer": ["SGD"], "activation": ["tanh"]}) + FOLLOW.format(changed=early))
    used = methods(run(spec, lambda _: 0.5).unique())
    assert set(used) == {
        "optimizers/SGD", "activations/tanh", "activations/softmax", "architectures/dense",
        "regularizers/Dropout", "regularizers/EarlyStopping",
    }  # fmt: skip
    kinds = [method.split("/")[0] for method in used]
    assert kinds == sorted(kinds, key=["optimizers", "activations", "architectures", "regularizers"].index)
    assert methods(()) == ()


def test_convolutions_of_each_kind_of_network():
    text = variants_text({"base": ""}) + '[study.red]\nmodel = "red"\nweights = "none"\n'
    collected = run(spec_of(text + grid_text({"optimizer": ["SGD"]})), lambda _: 0.5)
    cnn, backbone, dense = collected.unique()
    facts = convolutions(cnn)
    assert (facts.filters, facts.kernel, facts.padding, facts.pooling, facts.strides) == (
        "5", "3 × 3", "valid", "MaxPooling2D 2 × 2", "1 × 1",
    )  # fmt: skip
    assert facts.layers == 1
    assert convolutions(backbone) is None
    assert convolutions(dense) is None
    assert "architectures/MobileNetV2" in methods([backbone])
    assert "architectures/cnn" in methods([cnn])
