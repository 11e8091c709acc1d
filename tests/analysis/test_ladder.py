from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support.results import (
    Outcome,
    grid_text,
    result_of,
    run,
    spec_of,
    study_of,
    variants,
    variants_text,
)

from reportgen.analysis.architecture import architecture, group_of, numbers
from reportgen.analysis.ladder import ladder
from reportgen.analysis.layer_changes import Argument
from reportgen.analysis.run_changes import run_changes
from reportgen.analysis.shown import detailed, leading, told, typical
from reportgen.records.model import LayerRow

CHAIN = {"p0": "", "p1": "p0", "p2": "p0"}


def test_each_step_stands_beside_the_one_it_starts_from():
    collected = variants({"p0": 0.6, "p1": 0.7, "p2": 0.65}, CHAIN)
    steps = ladder(study_of(collected, "cnn"))
    assert [step.number for step in steps] == [0, 1, 2]
    assert [step.base.number if step.base else None for step in steps] == [None, 0, 0]
    assert [step.change for step in steps] == ["", "cambio de p1", "cambio de p2"]
    assert steps[0].difference is steps[0].changes is None
    assert [step.difference for step in steps[1:]] == pytest.approx([0.1, 0.05])
    assert [item.arguments for item in steps[2].changes.layers] == [(Argument("filters", 5, 7),)]


def test_a_step_that_extends_nothing_follows_the_one_before():
    spec = spec_of('[study.x]\n[study.x.variant.a]\nmodel = "cnn"\n[study.x.variant.b]\nmodel = "mlp"\n')
    _, second = ladder(study_of(run(spec, lambda _: 0.5), "x"))
    assert second.base.number == 0
    assert second.changes.kept == 1  # both flatten


def test_a_failed_step_has_no_difference():
    steps = ladder(study_of(variants({"p0": 0.6, "p2": 0.65}, CHAIN), "cnn"))
    assert [step.difference is None for step in steps] == [True, True, False]


def test_settings_lists_and_the_optimizer():
    more = {
        "p1": 'epochs = 3\nbatch_size = 7\ncallbacks = [{ callback = "EarlyStopping", patience = 2 }]\n'
        'optimizer = { name = "Adam", learning_rate = 0.01 }',
        "p2": 'optimizer = "SGD"\naugmentation = [{ layer = "RandomFlip" }]',
    }
    collected = variants({"p0": 0.6, "p1": 0.7, "p2": 0.65}, CHAIN, **more)
    base, one, other = (result_of(collected, f"Red {name}") for name in CHAIN)
    found = run_changes(base, one)
    assert [(item.name, item.before, item.after) for item in found.settings] == [
        ("optimizer.learning_rate", None, 0.01),
        ("epochs", 10, 3),
        ("batch_size", 32, 7),
    ]
    assert [item.kind for item in found.lists["callbacks"]] == ["added"]
    assert not found.layers or found.kept == 3
    found = run_changes(base, other)
    assert [item.name for item in found.settings] == ["optimizer"]
    assert set(found.lists) == {"augmentation"}
    assert run_changes(base, base).nothing
    assert run_changes(base, replace(base, plan=replace(base.plan, data="0" * 64))).data


def test_the_typical_run_is_the_median_by_validation():
    spec = spec_of(grid_text({"optimizer": ["SGD"]}), seeds=[0, 1, 2, 3])
    values = {0: 0.9, 1: 0.5, 2: 0.7, 3: 0.6}
    study = study_of(run(spec, lambda plan: Outcome(0.5, validation=values[plan.seed])), "rejilla")
    assert typical(study.results).plan.seed == 3  # the lower of the two in the middle
    assert typical(study.results[:3]).plan.seed == 2
    assert typical(study.results[:1]).plan.seed == 0


def test_without_a_finished_run_the_first_declared_stands():
    study = study_of(run(spec_of(grid_text({"optimizer": ["SGD", "Adam"]})), lambda _: None), "rejilla")
    assert typical(study.results) is study.results[0]
    assert leading(study) is detailed(study) is None


def test_the_leading_configuration_has_the_highest_mean():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}), seeds=[0, 1])

    def decide(plan):
        lucky = plan.parameters["optimizer"] == "SGD" and plan.seed == 0
        return Outcome(
            0.5, validation=0.9 if lucky else 0.1 if plan.parameters["optimizer"] == "SGD" else 0.6
        )

    study = study_of(run(spec, decide), "rejilla")
    assert leading(study).labels["optimizer"] == "Adam"
    assert detailed(study).plan.labels["optimizer"] == "SGD"  # runs that may be ranked are: by validation


def test_of_a_grid_only_the_picked_one_is_told():
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + variants_text({"base": "", "mejor": "base"})
    collected = run(spec_of(text), lambda plan: 0.9 if plan.parameters.get("optimizer") == "Adam" else 0.6)
    assert [(study.id, arm.label) for study, arm in told(collected)] == [
        ("rejilla", "Adam"),
        ("cnn", "Red base"),
        ("cnn", "Red mejor"),
    ]


def with_layers(result, types, layers, *, rescale=True, augmentation=()):
    """The run with another recipe and the layer table that Keras would give of it."""
    recipe = result.plan.content()
    recipe["model"] = {"layers": layers, "output": "softmax", "rescale": rescale}
    recipe["training"]["augmentation"] = list(augmentation)
    rows = tuple(LayerRow(f"l{at}", name, (8, 8, 3), 10, True) for at, name in enumerate(types))
    return replace(
        result,
        plan=replace(result.plan, recipe=json.dumps(recipe)),
        record=replace(result.record, layers=rows),
    )


@pytest.mark.parametrize(
    ("types", "layers", "expected"),
    [
        (
            ["RandomFlip", "Rescaling", "Conv2D", "MaxPooling2D", "Flatten", "Dense"],
            [{"layer": "Conv2D"}, {"layer": "MaxPool2D"}, {"layer": "Flatten"}],
            (None, None, 1, 2, 3, None),
        ),
        (
            ["RandomFlip", "Resizing", "TrueDivide", "Functional (VGG16)", "Dense", "Dense"],
            [{"layer": "Resizing"}, {"backbone": "VGG16"}, {"layer": "Dense"}],
            (None, 1, None, 2, 3, None),
        ),
        (
            ["RandomFlip", "Rescaling", "Conv2D", "Add", "Conv2D", "Add", "Flatten", "Dense"],
            [{"python": "redes:f"}, {"layer": "Flatten"}],
            (None, None, 1, 1, 1, 1, 2, None),
        ),
        (
            ["RandomFlip", "Rescaling", "Flatten", "Add", "Add", "Dense"],
            [{"layer": "Flatten"}, {"python": "redes:f"}],
            (None, None, 1, 2, 2, None),
        ),
    ],
)
def test_rows_of_the_layer_table_know_their_declared_layer(types, layers, expected):
    result = result_of(variants({"p0": 0.6}, {"p0": ""}), "Red p0")
    assert numbers(with_layers(result, types, layers, augmentation=[{"layer": "RandomFlip"}])) == expected


def test_boxes_of_an_architecture():
    collected = variants({"p0": 0.6}, {"p0": ""})
    result = result_of(collected, "Red p0")
    rows = (
        LayerRow("a", "Conv2D", (8, 8, 4), 40, True),
        LayerRow("b", "Functional (VGG16 hasta block3_pool)", (1, 1, 256), 1000, False),
        LayerRow("c", "Dense", (4,), 20, True),
    )
    info = architecture(replace(result, record=replace(result.record, layers=rows)), collected.data)
    assert [(box.group, box.type, box.frozen) for box in info.boxes] == [
        ("input", "", False),
        ("convolution", "Conv2D", False),
        ("backbone", "VGG16 hasta block3_pool", True),
        ("output", "Dense", False),
    ]
    assert info.boxes[0].output_shape == collected.data.image_shape


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("SeparableConv2D", "convolution"),
        ("BatchNormalization", "normalization"),
        ("Normalization", "preprocessing"),
        ("SpatialDropout2D", "regularization"),
        ("GlobalAveragePooling2D", "pooling"),
        ("RandomZoom", "augmentation"),
        ("Functional (VGG16)", "backbone"),
        ("Lambda", "other"),
    ],
)
def test_families_of_layers(kind, group):
    assert group_of(kind) == group
