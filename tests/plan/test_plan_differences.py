"""Why a stored run no longer serves: which field, from what, to what."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import GRID, HEAD, plan_of

from reportgen.plan.differences import Change, differences

ADAM = {"name": "Adam", "learning_rate": 0.01}
RECIPE = {
    "key_version": 1,
    "kind": "run",
    "data": {"kind": "data", "name": "digits", "split": {"validation": 0.1, "seed": 0}, "subset": None},
    "model": {
        "layers": [
            {"layer": "Flatten"},
            {"layer": "Dense", "units": 8},
            {"python": "redes:f", "source": "1"},
        ],
        "output": "softmax",
    },
    "training": {"optimizer": ADAM, "epochs": 2, "callbacks": []},
    "seed": 0,
    "fold": None,
}


def changed(*path, value):
    """The recipe with one place changed."""
    found = copy.deepcopy(RECIPE)
    node = found
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return found


CASES = [
    (("training", "epochs"), 3, "training.epochs: 2 → 3"),
    (("training", "epochs"), 2.0, "training.epochs: 2 → 2.0"),
    (("training", "optimizer", "learning_rate"), 0.1, "training.optimizer.learning_rate: 0.01 → 0.1"),
    (("training", "optimizer", "momentum"), 0.9, "training.optimizer.momentum: nada → 0.9"),
    (("training", "optimizer"), {"name": "Adam"}, "training.optimizer.learning_rate: 0.01 → nada"),
    (
        ("training", "optimizer"),
        {"name": "SGD"},
        'training.optimizer: {"learning_rate": 0.01, "name": "Adam"} → {"name": "SGD"}',
    ),
    (("training", "callbacks"), ["x"], 'training.callbacks: [] → ["x"]'),
    (("model", "layers", 1, "units"), 9, "model.layers[1].units: 8 → 9"),
    (("model", "layers", 2, "source"), "2", "model.layers[2].source: 1 → 2"),
    (("model", "output"), "logits", "model.output: softmax → logits"),
    (("data", "name"), "mnist", "data.name: digits → mnist"),
    (("data", "split", "validation"), 0.2, "data.split.validation: 0.1 → 0.2"),
    (("data", "subset"), {"train": 9}, 'data.subset: nada → {"train": 9}'),
    (("data", "select"), ["a"], 'data.select: nada → ["a"]'),
    (("fold",), {"folds": 5}, 'fold: nada → {"folds": 5}'),
]


def test_one_change_is_told_as_one():
    for path, value, told in CASES:
        assert [str(item) for item in differences(RECIPE, changed(*path, value=value))] == [told]


def test_several_changes_are_told_in_the_order_of_the_recipe():
    after = changed("seed", value=4)
    after["training"]["epochs"] = 7
    after["data"]["name"] = "mnist"
    assert [item.field for item in differences(RECIPE, after)] == ["data.name", "training.epochs", "seed"]


def test_data_of_which_only_the_key_is_known_are_told_whole():
    (found,) = differences(RECIPE, {**RECIPE, "data": "9" * 64})
    assert found.field == "data"
    assert len(str(found)) < 150


def test_long_values_are_cut():
    (found,) = differences(RECIPE, changed("model", "layers", value=[{"layer": "Dense"}] * 50))
    assert found.field == "model.layers"
    assert str(found).count("…") == 2


def test_nothing_is_told_of_what_is_the_same():
    assert differences(RECIPE, copy.deepcopy(RECIPE)) == ()
    assert differences(RECIPE, changed("model", "layers", 0, "until", value=None)) == ()
    assert differences(RECIPE, {**RECIPE, "key_version": 2, "kind": "x"}) == ()


JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-2, 2), st.floats(0, 1), st.sampled_from(["a", "name"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "b", "layer"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from("xyz"), JSON, max_size=3), st.dictionaries(st.sampled_from("xyz"), JSON)
)
def test_every_difference_is_told_and_nothing_else(before, after):
    found = differences(before, after)
    assert bool(found) == (plain(before) != plain(after))
    assert all(isinstance(item, Change) and plain(item.before) != plain(item.after) for item in found)


def plain(value):
    """A value as Keras would tell it from others: 1, 1.0 and true are three."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else (str(type(value)), str(value))


def test_a_real_edit_is_told_by_its_field(tmp_path):
    before = plan_of(tmp_path, HEAD + GRID).runs[3].content()
    text = (HEAD + GRID).replace("[8]", "[8, 4]").replace("epochs = 2", "epochs = 5\nbatch_size = 64")
    after = plan_of(tmp_path, text).runs[3].content()
    told = [str(item) for item in differences(before, after)]
    assert told[1:] == ["training.batch_size: 32 → 64", "training.epochs: 2 → 5"]
    assert told[0].startswith("model.layers: [")
