"""Which networks have a start that is computed once, and what decides whether two runs share it."""

from __future__ import annotations

import copy
import json

import pytest
from support.configurations import HEAD, plan_of

from reportgen.plan.features import FLIPPED, PLAIN, start_of

VGG = {"backbone": "VGG16", "weights": "imagenet", "trainable": False, "until": None}
RESIZE = {"layer": "Resizing", "height": 32, "width": 32}
GAP = {"layer": "GlobalAveragePooling2D"}
DENSE = {"layer": "Dense", "units": 8}
FLIP = {"layer": "RandomFlip", "mode": "horizontal"}


def recipe(*layers, seed=0, data="d", fold=None, **training):
    settings = {"optimizer": {"name": "Adam"}, "epochs": 5, "precision": "float32", "augmentation": []}
    return {
        "key_version": 1,
        "kind": "run",
        "data": data,
        "model": {"layers": [*layers], "output": "softmax", "rescale": False},
        "training": settings | training,
        "seed": seed,
        "fold": fold,
        "backend": "tensorflow",
    }


ELIGIBLE = [  # layers, training, depth, views
    ((VGG, GAP, DENSE), {}, 2, (PLAIN,)),
    ((VGG, {"layer": "Flatten"}, DENSE), {}, 1, (PLAIN,)),
    (
        (RESIZE, {"layer": "Rescaling", "scale": 0.5}, VGG, {"layer": "MaxPooling2D"}, GAP, DENSE),
        {},
        5,
        (PLAIN,),
    ),
    ((VGG | {"until": "block3_pool"}, DENSE), {}, 1, (PLAIN,)),
    ((VGG | {"weights": "run:" + "a" * 64}, GAP), {}, 2, (PLAIN,)),
    ((VGG | {"weights": "b" * 64}, GAP), {}, 2, (PLAIN,)),
    ((VGG | {"weights": "none"}, GAP), {}, 2, (PLAIN,)),
    ((VGG, GAP), {"augmentation": [FLIP]}, 2, (PLAIN, FLIPPED)),
    ((VGG, GAP), {"augmentation": [FLIP | {"seed": 3}]}, 2, (PLAIN, FLIPPED)),
    ((VGG, {"python": "redes:cola", "source": "c"}), {}, 1, (PLAIN,)),
    ((VGG, VGG | {"trainable": True}), {}, 1, (PLAIN,)),
]
WHOLE = [
    ((DENSE,), {}),
    ((), {}),
    ((RESIZE,), {}),
    ((VGG | {"trainable": True}, GAP), {}),
    ((VGG | {"trainable": "block5_conv1"}, GAP), {}),
    (({"layer": "Conv2D", "filters": 3, "kernel_size": 3}, VGG, GAP), {}),
    (({"layer": "GaussianNoise", "stddev": 0.1}, VGG, GAP), {}),
    (({"python": "redes:cabeza", "source": "c"}, VGG, GAP), {}),
    ((RESIZE | {"dtype": "float16"}, VGG, GAP), {}),
    ((RESIZE | {"activity_regularizer": {"name": "L2"}}, VGG, GAP), {}),
    ((VGG, GAP), {"precision": "mixed_bfloat16"}),
    ((VGG, GAP), {"augmentation": [{"layer": "RandomFlip"}]}),
    ((VGG, GAP), {"augmentation": [FLIP | {"mode": "vertical"}]}),
    ((VGG, GAP), {"augmentation": [FLIP | {"data_format": "channels_first"}]}),
    ((VGG, GAP), {"augmentation": [FLIP, FLIP]}),
    ((VGG, GAP), {"augmentation": [FLIP, {"layer": "RandomRotation", "factor": 0.1}]}),
    ((VGG, GAP), {"augmentation": [{"layer": "RandomRotation", "factor": 0.1}]}),
]


@pytest.mark.parametrize(("layers", "training", "depth", "views"), ELIGIBLE)
def test_a_frozen_start_is_found(layers, training, depth, views):
    found = start_of(recipe(*layers, **training))
    assert found is not None
    assert (found.depth, found.views) == (depth, views)
    assert json.loads(found.recipe)["layers"] == list(layers[:depth])


@pytest.mark.parametrize(("layers", "training"), WHOLE)
def test_any_other_network_is_trained_whole(layers, training):
    assert start_of(recipe(*layers, **training)) is None


def test_a_pool_that_changes_the_loss_stays_in_the_head():
    found = start_of(recipe(VGG, GAP | {"activity_regularizer": {"name": "L2"}}, DENSE))
    assert (found.depth, found.dense) == (1, True)


@pytest.mark.parametrize(
    ("layers", "dense"),
    [
        ((DENSE,), True),
        ((GAP, DENSE), True),
        (({"layer": "Conv2D", "filters": 4},), False),
        (({"python": "redes:cola", "source": "c"},), False),
        ((VGG | {"trainable": True},), False),
    ],
)
def test_what_remains_is_told_dense_or_not(layers, dense):
    assert start_of(recipe(VGG, *layers)).dense is dense


BASE = recipe(VGG, GAP, DENSE)
SAME = {
    "head": recipe(VGG, GAP, DENSE | {"units": 9}),
    "seed": recipe(VGG, GAP, DENSE, seed=5),
    "fold": recipe(VGG, GAP, DENSE, fold={"folds": 5, "index": 1, "repeat": 0, "seed": 0}),
    "training": recipe(VGG, GAP, DENSE, epochs=9, batch_size=64, optimizer={"name": "SGD"}),
    "flip": recipe(VGG, GAP, DENSE, augmentation=[FLIP]),
}
OTHER = {
    "data": recipe(VGG, GAP, DENSE, data="e"),
    "backbone": recipe(VGG | {"backbone": "VGG19"}, GAP, DENSE),
    "weights": recipe(VGG | {"weights": "f" * 64}, GAP, DENSE),
    "cut": recipe(VGG | {"until": "block4_pool"}, GAP, DENSE),
    "size": recipe(RESIZE, VGG, GAP, DENSE),
    "pool": recipe(VGG, {"layer": "GlobalMaxPooling2D"}, DENSE),
}


@pytest.mark.parametrize("name", SAME)
def test_runs_that_differ_elsewhere_share_it(name):
    assert start_of(SAME[name]).recipe == start_of(BASE).recipe


@pytest.mark.parametrize("name", OTHER)
def test_whatever_changes_what_it_gives_makes_another(name):
    assert start_of(OTHER[name]).recipe != start_of(BASE).recipe


def test_random_weights_are_shared_by_runs_of_one_seed():
    bare = VGG | {"weights": "none"}
    first, same, other = (start_of(recipe(bare, GAP, seed=seed)).recipe for seed in (1, 1, 2))
    assert first == same != other


def test_only_weights_of_runs_have_a_source():
    assert start_of(recipe(VGG | {"weights": "run:abc"})).source == "abc"
    assert start_of(BASE).source == ""


def test_asking_leaves_the_recipe_as_it_is():
    asked = copy.deepcopy(BASE)
    start_of(asked)
    assert asked == BASE


def test_recipes_of_real_plans_are_understood(tmp_path):
    model = '[model.b]\nlayers = ["Resizing(32, 32)", { backbone = "VGG16", trainable = false }, "Flatten"]\n'
    model = model.replace('"Resizing(32, 32)"', '{ layer = "Resizing", height = 32, width = 32 }')
    text = HEAD + model + '[study.s]\nmodel = "b"\nfolds = 2\n[study.t]\nmodel = "mlp"\n'
    runs = plan_of(tmp_path, text).runs
    starts = {run.id: start_of(run.content()) for run in runs if run.study == "s"}
    assert len(starts) == 2
    assert len({start.recipe for start in starts.values()}) == 1
    assert [start_of(run.content()) for run in runs if run.study == "t"] == [None]
