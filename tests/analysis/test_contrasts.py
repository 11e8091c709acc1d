from __future__ import annotations

import pytest
from support.contrasts import DISJOINT, tried
from support.results import grid, study_of

from reportgen.analysis.contrasts import RESPECTS, contrasts, differing_in
from reportgen.analysis.evidence import Level
from reportgen.analysis.statistics import holm, paired

BY_CODE = {respect.code: respect for respect in RESPECTS}
NATIVE = 64
ROPE = 0.005


def found(collected, code, study="ensayo", native=NATIVE):
    return contrasts(study_of(collected, study), BY_CODE[code], ROPE, native)


def labels(pairs):
    return [(item.more.plan.parameters["variant"], item.less.plan.parameters["variant"]) for item in pairs]


def of(model="probada", **variants):
    return tried(variants, dict.fromkeys(variants, 0.8), model)


def test_only_pairs_that_differ_in_that_respect_alone():
    collected = of(
        base="set.bn = false",
        bn="set.bn = true",
        drop="set.drop = 0.5",
        both="set = { bn = true, drop = 0.5 }",
    )
    assert labels(found(collected, "batchnorm_effect")) == [("bn", "base"), ("both", "drop")]
    assert labels(found(collected, "dropout_effect")) == [("drop", "base"), ("both", "bn")]
    for code in ("augmentation_effect", "regularizer_effect", "image_size_effect", "transfer_effect"):
        assert not found(collected, code)


def test_two_amounts_of_something_are_no_pair_with_and_without():
    assert not found(of(poco="set.drop = 0.2", mucho="set.drop = 0.5"), "dropout_effect")
    three = of(nada="set.drop = 0.0", poco="set.drop = 0.2", mucho="set.drop = 0.5")
    assert labels(found(three, "dropout_effect")) == [("poco", "nada"), ("mucho", "nada")]


def test_images_are_larger_or_smaller_than_those_of_the_data():
    collected = of(propio="set.size = 0", menor="set.size = 4", mayor="set.size = 16")
    assert labels(found(collected, "image_size_effect")) == [("propio", "menor"), ("mayor", "menor")]
    assert labels(found(of(propio="set.size = 0", igual="set.size = 8"), "image_size_effect")) == []


def test_weights_and_frozen_layers_are_told_apart():
    collected = of(
        "base",
        azar='weights = "none"\nset.trainable = true',
        libre='weights = "imagenet"\nset.trainable = true',
        fija='weights = "imagenet"\nset.trainable = false',
    )
    assert labels(found(collected, "transfer_effect")) == [("libre", "azar")]
    assert labels(found(collected, "frozen_vs_trainable")) == [("libre", "fija")]


def test_a_base_trained_from_some_layer_on_is_more_than_a_frozen_one():
    collected = of("base", fija="set.trainable = false", parte='set.trainable = "block_16_project"')
    assert labels(found(collected, "frozen_vs_trainable")) == [("parte", "fija")]
    whole = of("base", parte='set.trainable = "block_16_project"', libre="set.trainable = true")
    assert not found(whole, "frozen_vs_trainable")


def test_equal_seeds_are_paired_and_holm_is_over_the_pairs():
    variants = {"base": "set.drop = 0.0", "drop": "set.drop = 0.5"}
    outcomes = {"base": [0.8, 0.8], "drop": [0.815, 0.83]}
    pairs = found(tried(variants, outcomes, seeds=(1, 2)), "dropout_effect")
    assert [(item.more.plan.seed, item.less.plan.seed) for item in pairs] == [(1, 1), (2, 2)]
    compared = [paired(item.more.correct(), item.less.correct()) for item in pairs]
    assert [item.p for item in pairs] == list(holm([item.p for item in compared]))
    assert [item.compared for item in pairs] == compared


@pytest.mark.parametrize(
    ("without", "having", "level"),
    [
        (0.7, 0.8, Level.SURE),
        (0.8, 0.815, Level.PROBABLE),
        (0.8, 0.8, Level.ALIKE),
        (0.8, DISJOINT, Level.OPEN),
    ],
)
def test_levels(without, having, level):
    collected = tried({"base": "set.drop = 0.0", "drop": "set.drop = 0.5"}, {"base": without, "drop": having})
    (pair,) = found(collected, "dropout_effect")
    assert pair.level is level


def test_runs_of_folds_are_no_pairs():
    collected = tried(
        {"base": "set.drop = 0.0\nfolds = 2", "drop": "set.drop = 0.5\nfolds = 2"}, {"base": 0.7, "drop": 0.8}
    )
    assert not found(collected, "dropout_effect")


def test_an_axis_of_a_grid_gives_its_pairs_too():
    collected = grid({"optimizer": ["SGD", "Adam"], "dropout": [0.0, 0.5]}, lambda _: 0.8)
    pairs = found(collected, "dropout_effect", "rejilla")
    assert [(item.more.plan.label, item.less.plan.label) for item in pairs] == [
        (more.plan.label, less.plan.label)
        for less, more in zip(*[iter(study_of(collected, "rejilla").results)] * 2, strict=True)
    ]


def test_in_what_recipes_differ():
    collected = of(
        base="set.bn = false",
        bn="set.bn = true",
        mix='set = { bn = true, units = 9 }\nepochs = 3\naugmentation = ["RandomFlip"]',
        medida='metrics = [{ name = "SparseTopKCategoricalAccuracy", k = 3 }]',
    )
    base, bn, mix, medida = study_of(collected, "ensayo").results
    assert differing_in(base, bn) == ("batchnorm_effect",)
    assert differing_in(bn, base) == ("batchnorm_effect",)
    assert differing_in(base, medida) == ()
    assert set(differing_in(base, mix)) == {"batchnorm_effect", "augmentation_effect", "epochs", "layers"}
