"""Grids, variants and follow-up studies: which runs a configuration declares."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.configurations import FOLLOW, GRID, HEAD, ROOT, plan_of, spec_of, written

from reportgen.plan.expand import expand
from reportgen.plan.layers import resolve
from reportgen.spec.load import load
from reportgen.spec.model import Model
from reportgen.spec.references import local_weights

BASE = HEAD + GRID + FOLLOW


def scored(plan, accuracy):
    """Scores of all runs of a plan: ``accuracy`` takes a run, gives its value, None for a failure."""
    found = {}
    for run in plan.runs:
        value = accuracy(run)
        found[run.key] = {} if value is None else {"validation.accuracy": value, "validation.loss": 1 - value}
    return found


def by_study(plan, name):
    return [run for run in plan.runs if run.study == name]


def everything(spec, accuracy):
    scores = {}
    while True:
        plan = expand(spec, {}, scores)
        further = scored(plan, accuracy)
        if further.keys() == scores.keys():
            return plan
        scores = further


def test_a_follow_up_waits_for_its_parent(tmp_path):
    plan = plan_of(tmp_path, BASE)
    assert [(item.study, item.waits_for, item.count) for item in plan.pending] == [("dropout", "rejilla", 2)]
    scores = scored(plan, lambda _: 0.5)
    scores.popitem()
    assert plan_of(tmp_path, BASE, scores).pending


def test_the_best_of_each_group_goes_on(tmp_path):
    scores = scored(plan_of(tmp_path, BASE), lambda run: 0.9 if run.id in ("sgd-tanh", "adam-relu") else 0.5)
    plan = plan_of(tmp_path, BASE, scores)
    runs = by_study(plan, "dropout")
    assert [(run.id, run.parameters["activation"]) for run in runs] == [
        ("sgd-tanh", "tanh"),
        ("adam-relu", "relu"),
    ]
    parents = {run.key: run for run in by_study(plan, "rejilla")}
    assert [parents[run.parent].id for run in runs] == ["sgd-tanh", "adam-relu"]
    assert all({"layer": "Dropout", "rate": 0.3} in run.content()["model"]["layers"] for run in runs)
    assert not plan.pending


def test_by_loss_the_lowest_goes_on(tmp_path):
    text = BASE.replace("validation.accuracy", "validation.loss")
    scores = scored(plan_of(tmp_path, text), lambda run: 0.9 if "tanh" in run.id else 0.5)
    assert {run.parameters["activation"] for run in by_study(plan_of(tmp_path, text, scores), "dropout")} == {
        "tanh"
    }


def test_of_equal_accuracies_the_lower_loss_goes_on(tmp_path):
    scores = scored(plan_of(tmp_path, BASE), lambda _: 0.5)
    for run in plan_of(tmp_path, BASE).runs:
        if "tanh" in run.id:
            scores[run.key]["validation.loss"] = 0.1
    chosen = by_study(plan_of(tmp_path, BASE, scores), "dropout")
    assert {run.parameters["activation"] for run in chosen} == {"tanh"}


def test_of_equal_ones_the_first_declared_goes_on(tmp_path):
    for text, first in ((BASE, "relu"), (BASE.replace('"relu", "tanh"', '"tanh", "relu"'), "tanh")):
        scores = scored(plan_of(tmp_path, text), lambda _: 0.5)
        chosen = by_study(plan_of(tmp_path, text, scores), "dropout")
        assert {run.parameters["activation"] for run in chosen} == {first}
        assert chosen == by_study(plan_of(tmp_path, text, dict(reversed(scores.items()))), "dropout")


SEEDED = BASE.replace("epochs = 2", "epochs = 2\nseeds = [0, 1, 2]")


def test_the_mean_over_seeds_decides_and_not_the_best_seed(tmp_path):
    values = {"relu": [0.95, 0.1, 0.1], "tanh": [0.5, 0.5, 0.5]}
    scores = scored(plan_of(tmp_path, SEEDED), lambda run: values[run.parameters["activation"]][run.seed])
    runs = by_study(plan_of(tmp_path, SEEDED, scores), "dropout")
    assert {run.parameters["activation"] for run in runs} == {"tanh"}
    assert [run.id for run in runs[:3]] == ["sgd-tanh-s0", "sgd-tanh-s1", "sgd-tanh-s2"]


def test_each_seed_derives_from_the_run_with_the_same_seed(tmp_path):
    plan = plan_of(tmp_path, SEEDED, scored(plan_of(tmp_path, SEEDED), lambda _: 0.5))
    parents = {run.key: run.seed for run in by_study(plan, "rejilla")}
    assert all(parents[run.parent] == run.seed for run in by_study(plan, "dropout"))


def test_failed_runs_are_left_out_of_the_mean_and_lose_when_all_failed(tmp_path):
    def accuracy(run):
        if run.parameters["activation"] == "relu":
            return 0.9 if run.seed == 1 else None
        return None if run.parameters["optimizer"] == "SGD" else 0.95

    runs = by_study(plan_of(tmp_path, SEEDED, scored(plan_of(tmp_path, SEEDED), accuracy)), "dropout")
    assert [run.id for run in runs if run.seed == 0] == ["sgd-relu-s0", "adam-tanh-s0"]


def test_a_group_that_failed_whole_has_no_follow_up(tmp_path):
    scores = scored(
        plan_of(tmp_path, BASE), lambda run: None if run.parameters["optimizer"] == "SGD" else 0.5
    )
    plan = plan_of(tmp_path, BASE, scores)
    assert [run.id for run in by_study(plan, "dropout")] == ["adam-relu"]
    plan = plan_of(tmp_path, BASE, scored(plan_of(tmp_path, BASE), lambda _: None))
    assert not by_study(plan, "dropout")
    assert not plan.pending


CHAIN = (
    BASE
    + """\
[study.final]
from = { study = "dropout", best = "validation.accuracy" }
seeds = [1, 2, 3]
epochs = 9
set.optimizer = "RMSprop"
"""
)


def test_a_chain_of_follow_ups_counts_what_it_will_train(tmp_path):
    plan = plan_of(tmp_path, CHAIN)
    assert [(item.study, item.waits_for, item.count) for item in plan.pending] == [
        ("dropout", "rejilla", 2),
        ("final", "dropout", 3),
    ]
    scores = scored(plan, lambda _: 0.5)
    plan = plan_of(tmp_path, CHAIN, scores)
    assert [(item.study, item.count) for item in plan.pending] == [("final", 3)]
    plan = plan_of(tmp_path, CHAIN, scored(plan, lambda run: 0.6 if run.id == "adam-relu" else 0.5))
    final = by_study(plan, "final")
    assert [run.seed for run in final] == [1, 2, 3]
    training = final[0].content()["training"]
    assert (training["epochs"], training["optimizer"]) == (9, {"name": "RMSprop"})
    assert {"layer": "Dropout", "rate": 0.3} in final[0].content()["model"]["layers"]
    assert not plan.pending


def test_pending_counts_have_the_seeds_of_the_follow_up(tmp_path):
    assert plan_of(tmp_path, SEEDED).pending[0].count == 6
    assert plan_of(tmp_path, SEEDED + "seeds = [5]\n").pending[0].count == 2


def test_a_follow_up_declared_before_its_parent_works_and_keeps_its_place(tmp_path):
    text = HEAD + FOLLOW + GRID
    plan = plan_of(tmp_path, text, scored(plan_of(tmp_path, text), lambda _: 0.5))
    assert [run.study for run in plan.runs] == ["dropout"] * 2 + ["rejilla"] * 4


VARIANTS = """\
[study.v]
model = "mlp"
epochs = 5
set.dropout = 0.1
[study.v.variant.c]
extends = "b"
set.activation = "tanh"
[study.v.variant.a]
batch_size = 16
optimizer = "SGD"
[study.v.variant.b]
extends = "a"
title = "Be"
epochs = 7
set.dropout = 0.2
seeds = [4]
"""


def test_variants_extend_each_other_in_any_order(tmp_path):
    runs = plan_of(tmp_path, HEAD + VARIANTS).runs
    assert [(run.parameters["variant"], run.labels["variant"], run.seed) for run in runs] == [
        ("c", "C", 4),
        ("a", "A", 0),
        ("b", "Be", 4),
    ]
    training = [run.content()["training"] for run in runs]
    assert [(item["epochs"], item["batch_size"]) for item in training] == [(7, 16), (5, 16), (7, 16)]
    assert {item["optimizer"]["name"] for item in training} == {"SGD"}
    layers = [run.content()["model"]["layers"] for run in runs]
    assert [item[1]["activation"] for item in layers] == ["tanh", "relu", "relu"]
    assert [item[2]["rate"] for item in layers] == [0.2, 0.1, 0.2]


def resolved(layers, values):
    model = Model.model_validate({"layers": tuple(layers), "parameters": values})
    return resolve(model, values, "imagenet", {"mine.weights.h5": "5" * 64})["layers"]


def test_each_when_and_references_are_filled_in():
    layers = [
        {"each": "blocks", "layers": [
            {"layer": "Conv2D", "filters": "$blocks", "kernel_size": [3, 3]},
            {"layer": "Dropout", "rate": "$rate", "when": "$rate"},
            {"each": "inner", "layers": [{"layer": "$inner"}]},
        ]},
        {"layer": "Dense", "units": 2, "kernel_regularizer": {"name": "L2", "l2": "$rate"}, "when": True},
        {"layer": "Flatten", "when": "$none"},
    ]  # fmt: skip
    values = {"blocks": [4, 8], "rate": 0.0, "inner": ["Flatten"], "none": []}
    convolutions = [{"layer": "Conv2D", "filters": n, "kernel_size": [3, 3]} for n in (4, 8)]
    assert resolved(layers, values) == [
        convolutions[0],
        {"layer": "Flatten"},
        convolutions[1],
        {"layer": "Flatten"},
        {"layer": "Dense", "units": 2, "kernel_regularizer": {"name": "L2", "l2": 0.0}},
    ]
    assert {"layer": "Dropout", "rate": 0.5} in resolved(layers, values | {"rate": 0.5})


def test_backbones_get_weights_and_their_own_spelling():
    backbone = {"backbone": "vgg16", "weights": "imagenet", "trainable": True, "until": None}
    found = {"backbone": "VGG16", "weights": "imagenet", "trainable": True, "until": None}
    assert resolved([{"backbone": "vgg16"}], {}) == [found]
    assert resolved([backbone | {"weights": "mine.weights.h5"}], {}) == [found | {"weights": "5" * 64}]


WEIGHTS = """\
[model.b]
parameters = { w = "one.weights.h5" }
layers = [
  { backbone = "VGG16", weights = "$w" },
  { backbone = "VGG16", weights = "two.weights.h5" },
]
[study.s]
model = "b"
grid.w = ["imagenet", "three.weights.h5"]
weights = "none"
[study.t]
model = "b"
[study.t.variant.v]
set.w = "four.weights.h5"
weights = "five.weights.h5"
[study.u]
model = "b"
grid.weights = ["six.weights.h5"]
"""


def test_local_weights_are_found_wherever_they_are_named(tmp_path):
    names = [f"{name}.weights.h5" for name in ("five", "four", "one", "six", "three", "two")]
    assert list(local_weights(spec_of(tmp_path, HEAD + WEIGHTS))) == names


@pytest.mark.parametrize("profile", ["", "demo", "fashion"])
def test_the_flagship_has_its_runs_in_every_profile(profile):
    spec = load(ROOT / "experiments.toml", profile)
    plan = expand(spec, {}, {})
    assert sum(item.count for item in plan.pending) == 18
    plan = everything(spec, lambda run: int(run.key[:8], 16) / 2**32)
    counts = {name: len(by_study(plan, name)) for name in spec.study}
    assert counts == {
        "rejilla": 27, "lineal": 1, "dropout": 9, "parada_temprana": 9, "cnn": 2, "resnet50": 2, "vgg16": 2,
        "ligeras": 2,
    }  # fmt: skip
    assert len({run.key for run in plan.runs}) == len(plan.runs)


def large(folder: Path):
    text = HEAD
    for number in range(5):
        rates = ", ".join(f'{{ name = "Adam", learning_rate = {0.001 * (rate + 2)} }}' for rate in range(20))
        text += f'[study.s{number}]\nmodel = "mlp"\nbatch_size = {number + 1}\ngrid.optimizer = [{rates}]\n'
        text += f"grid.dropout = {[step / 20 for step in range(10)]}\n"
        text += f"grid.units = {[[size + 1] for size in range(10)]}\n"
    return load(written(folder, text), max_runs=10_000)


def test_ten_thousand_runs_are_planned_in_two_seconds(tmp_path):
    began = time.process_time()
    plan = expand(large(tmp_path), {}, {})
    seconds = time.process_time() - began
    assert len(plan.runs) == 10_000
    assert seconds < 2.0, f"{seconds:.2f} s"
