"""Studies that start from winners: own axes, what they change, folds and seeds, and whom they follow."""

from __future__ import annotations

import pytest
from support.configurations import GRID, HEAD, spec_of
from support.generated import stages

BASE = HEAD + GRID
FOLDED = BASE.replace("epochs = 2", "epochs = 2\nfolds = 3\nseeds = [0, 1]")


def found(folder, text, accuracy=lambda _: 0.5):
    """Study -> its runs, once everything is trained."""
    runs = stages(spec_of(folder, text), accuracy)[-1].runs
    return {run.study: [item for item in runs if item.study == run.study] for run in runs}


def follow(text, study="rejilla", name="t"):
    return f'[study.{name}]\nfrom = {{ study = "{study}", per = ["optimizer"] }}\n{text}\n'


def is_best(name):
    return lambda run: 0.9 if run.id.startswith(name) else 0.5


def test_every_winner_is_crossed_with_the_own_axes_of_the_study(tmp_path):
    text = BASE + follow("grid.dropout = [0.1, 0.2]\nzip.epochs = [3, 4]\nzip.batch_size = [8, 9]")
    runs = found(tmp_path, text)
    cells = [tuple(run.parameters.values()) for run in runs["t"]]
    assert cells == [
        (optimizer, "relu", dropout, *pair)
        for optimizer in ("SGD", "Adam")
        for dropout in (0.1, 0.2)
        for pair in ((3, 8), (4, 9))
    ]
    parents = {run.key: run.id for run in runs["rejilla"]}
    assert [parents[run.parent] for run in runs["t"]] == ["sgd-relu"] * 4 + ["adam-relu"] * 4
    (waiting,) = stages(spec_of(tmp_path, text))[0].pending
    assert (waiting.count, waiting.waits_for) == (8, "rejilla")


def test_an_axis_of_the_parent_may_be_crossed_anew(tmp_path):
    runs = found(tmp_path, BASE + follow('grid.activation = ["elu", "selu"]'), is_best("sgd-tanh"))["t"]
    assert [run.parameters["activation"] for run in runs] == ["elu", "selu"] * 2
    assert {run.content()["model"]["layers"][1]["activation"] for run in runs} == {"elu", "selu"}


def test_exclude_reaches_the_axes_of_the_parent(tmp_path):
    extra = 'grid.dropout = [0.1, 0.2]\nexclude = [{ optimizer = "SGD", dropout = 0.2 }]'
    runs = found(tmp_path, BASE + follow(extra))["t"]
    assert [(run.parameters["optimizer"], run.parameters["dropout"]) for run in runs] == [
        ("SGD", 0.1),
        ("Adam", 0.1),
        ("Adam", 0.2),
    ]


def test_winners_of_each_pair_of_several_axes(tmp_path):
    text = BASE + "grid.epochs = [1, 2]\ngrid.batch_size = [4, 8]\n"
    text += '[study.t]\nfrom = { study = "rejilla", per = ["activation", "epochs"] }\nset.dropout = 0.5\n'

    def accuracy(run):
        return 0.9 if run.parameters.get("optimizer") == "Adam" and run.parameters["batch_size"] == 8 else 0.5

    runs = found(tmp_path, text, accuracy)["t"]
    assert [tuple(run.parameters.values()) for run in runs] == [
        ("Adam", activation, epochs, 8) for activation in ("relu", "tanh") for epochs in (1, 2)
    ]


SHOWN = [  # axis of the parent, what the follow-up says, what it shows of the axis, the label of that
    ("dropout = [0.1, 0.2]", "set.dropout = 0.4", ("dropout", 0.4, "0,4")),
    ("epochs = [3, 4]", "epochs = 9", ("epochs", 9, "9")),
    ('optimizer = ["SGD"]', 'optimizer = "Adam"', ("optimizer", "Adam", "Adam")),
    (
        'optimizer = ["SGD"]',
        "optimizer = { learning_rate = 0.5 }",
        ("optimizer", {"name": "SGD", "learning_rate": 0.5}, "SGD (learning_rate=0.5)"),
    ),
    (
        "optimizer.learning_rate = [0.1]",
        "set.optimizer.learning_rate = 0.5",
        ("optimizer.learning_rate", 0.5, "0,5"),
    ),
    ("optimizer.learning_rate = [0.1]", 'optimizer = "SGD"', ("optimizer.learning_rate", 0.01, "0,01")),
    ('model = ["mlp"]', 'model = "otra"', ("model", "otra", "otra")),
    ('model = ["mlp"]', 'set.model = "otra"', ("model", "otra", "otra")),
]


@pytest.mark.parametrize(("axis", "said", "shown"), SHOWN)
def test_an_axis_that_the_study_sets_is_shown_with_its_new_value(tmp_path, axis, said, shown):
    model = "" if axis.startswith("model") else 'model = "mlp"\n'
    text = HEAD + '[model.otra]\nlayers = ["Flatten"]\n' + f"[study.s]\n{model}grid.{axis}\n"
    text += f'[study.t]\nfrom = {{ study = "s" }}\n{said}\n'
    (run,) = found(tmp_path, text)["t"]
    name, value, label = shown
    assert (run.parameters[name], run.labels[name]) == (value, label)


def test_an_axis_that_stays_keeps_its_label(tmp_path):
    text = BASE + 'labels.activation = { name = "Función", values = ["rampa", "tangente"] }\n'
    text += follow('set.dropout = 0.3\nset.activation = "relu"')
    for run in found(tmp_path, text, is_best("sgd-rampa"))["t"]:
        assert run.labels["activation"] == "rampa"
    for run in found(tmp_path, text, lambda run: 0.9 if "tanh" in run.recipe else 0.5)["t"]:
        assert (run.parameters["activation"], run.labels["activation"]) == ("relu", "relu")


def test_winners_that_show_the_same_are_told_apart(tmp_path):
    """Two winners that a study makes alike in every axis still have parents of their own."""
    text = HEAD + '[study.s]\nmodel = "mlp"\n'
    text += 'grid.optimizer = [{ name = "SGD", momentum = 0.1 }, { name = "SGD", momentum = 0.2 }]\n'
    text += follow("optimizer = { learning_rate = 0.5 }", "s") + follow("set.dropout = 0.5", "t", "u")
    runs = found(tmp_path, text)
    optimizers = [run.content()["training"]["optimizer"] for run in runs["t"]]
    assert [item["momentum"] for item in optimizers] == [0.1, 0.2]
    assert [run.parent for run in runs["u"]] == [run.key for run in runs["t"]]


def test_a_chain_carries_everything_on(tmp_path):
    text = BASE + follow("set.dropout = 0.3")
    text += follow("grid.epochs = [5, 6]", "t", "u") + follow("batch_size = 4", "u", "v")
    runs = found(tmp_path, text)
    assert {name: len(items) for name, items in runs.items()} == {"rejilla": 4, "t": 2, "u": 4, "v": 2}
    last = runs["v"][0].content()
    assert (last["training"]["epochs"], last["training"]["batch_size"]) == (5, 4)
    assert {"layer": "Dropout", "rate": 0.3} in last["model"]["layers"]
    assert [
        (item.study, item.waits_for, item.count) for item in stages(spec_of(tmp_path, text))[0].pending
    ] == [
        ("t", "rejilla", 2),
        ("u", "t", 4),
        ("v", "u", 2),
    ]


def test_folds_and_seeds_are_inherited_and_each_follows_its_own(tmp_path):
    runs = found(tmp_path, FOLDED + follow("set.dropout = 0.3"))
    there = {run.key: (run.seed, run.fold) for run in runs["rejilla"]}
    assert [(run.seed, run.fold) for run in runs["t"][:6]] == [(s, f) for s in (0, 1) for f in (0, 1, 2)]
    assert all(there[run.parent] == (run.seed, run.fold) for run in runs["t"])
    assert [run.id for run in runs["t"][:2]] == ["sgd-relu-s0-p1", "sgd-relu-s0-p2"]


def test_a_new_seed_follows_a_run_on_the_same_fold(tmp_path):
    runs = found(tmp_path, FOLDED + follow("seeds = [7]"))
    there = {run.key: run for run in runs["rejilla"]}
    assert [there[run.parent].fold for run in runs["t"][:3]] == [0, 1, 2]
    assert {there[run.parent].seed for run in runs["t"]} == {0}


def test_without_folds_the_whole_is_trained_and_no_fold_is_its_parent(tmp_path):
    runs = found(tmp_path, FOLDED + follow("folds = 0"))["t"]
    assert [(run.seed, run.fold, run.folds, run.parent) for run in runs[:2]] == [
        (0, None, 0, ""),
        (1, None, 0, ""),
    ]
    assert {run.content()["fold"] for run in runs} == {None}
    assert len(runs) == 4


def test_another_number_of_folds_is_other_images_and_follows_nobody(tmp_path):
    runs = found(tmp_path, FOLDED + follow("folds = 4"))["t"]
    assert len(runs) == 2 * 2 * 4
    assert {run.parent for run in runs} == {""}


def test_folds_that_only_the_follow_up_has(tmp_path):
    runs = found(tmp_path, BASE + follow("folds = 2\nrepeats = 2"))["t"]
    assert [run.content()["fold"] for run in runs[:4]] == [
        {"folds": 2, "index": index, "repeat": repeat, "seed": 0} for repeat in (0, 1) for index in (0, 1)
    ]
    assert [(run.fold, run.folds) for run in runs[:4]] == [(0, 2), (1, 2), (2, 2), (3, 2)]


def test_the_mean_over_folds_decides(tmp_path):
    values = {"relu": [0.95, 0.1, 0.1], "tanh": [0.5, 0.5, 0.5]}

    def accuracy(run):
        return values[run.parameters["activation"]][run.fold]

    runs = found(tmp_path, FOLDED + follow("folds = 0"), lambda run: accuracy(run) if run.folds else 0.5)["t"]
    assert {run.parameters["activation"] for run in runs} == {"tanh"}


def test_folds_are_the_same_for_every_arm_and_seed_and_follow_the_seed_of_the_split(tmp_path):
    text = FOLDED.replace('"digits"', '"digits"\nsplit = { seed = 5 }')
    folds = {(run.fold, str(run.content()["fold"])) for run in found(tmp_path, text)["rejilla"]}
    assert len(folds) == 3
    assert all("'seed': 5" in fold for _, fold in folds)


VARIANTS = (
    HEAD
    + """\
[study.v]
model = "mlp"
folds = 2
variant.a = { }
variant.b = { folds = 0, seeds = [3, 4] }
variant.c = { extends = "b", folds = 3, repeats = 2 }
"""
)


def test_variants_have_their_own_folds_and_seeds(tmp_path):
    runs = found(tmp_path, VARIANTS)["v"]
    told = {name: [run for run in runs if run.parameters["variant"] == name] for name in "abc"}
    assert [(run.seed, run.fold) for run in told["a"]] == [(0, 0), (0, 1)]
    assert [(run.seed, run.fold) for run in told["b"]] == [(3, None), (4, None)]
    assert [(run.seed, run.fold) for run in told["c"]] == [
        (seed, fold) for seed in (3, 4) for fold in range(6)
    ]
    assert {run.arm for run in told["c"]} == {"c"}


def test_a_follow_up_of_variants_has_the_folds_and_seeds_of_the_winner(tmp_path):
    text = VARIANTS + '[study.w]\nfrom = { study = "v" }\nset.dropout = 0.3\n'
    for winner, count in (("a", 2), ("b", 2), ("c", 12)):
        runs = found(
            tmp_path, text, lambda run, name=winner: 0.9 if run.parameters["variant"] == name else 0.5
        )
        assert len(runs["w"]) == count
        there = {run.key: (run.seed, run.fold) for run in runs["v"]}
        assert all(there[run.parent] == (run.seed, run.fold) for run in runs["w"])
    per = VARIANTS + '[study.w]\nfrom = { study = "v", per = ["variant"] }\nset.dropout = 0.3\n'
    assert len(found(tmp_path, per)["w"]) == 2 + 2 + 12
