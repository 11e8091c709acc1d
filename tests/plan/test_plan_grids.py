"""Axes: crossed, together, excluded, of the optimizer, of the model; which runs they make."""

from __future__ import annotations

import itertools

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import HEAD, keys_of, plan_of, written
from support.generated import AXES, axes, nested

from reportgen.plan.expand import expand
from reportgen.spec.load import load

S = '[study.s]\nmodel = "mlp"\n'
LAYER = '[model.m]\nparameters = { x = 0 }\nlayers = [{ %s }]\n[study.s]\nmodel = "m"\ngrid.x = %s\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("grids")


def layer_keys(folder, layer, values):
    return keys_of(folder, HEAD + LAYER % (layer, values))


@pytest.mark.parametrize(
    "values", ["[0, false]", "[1, true]", "[0, false, 1, true]", '["1", 1]', '["true", true]']
)
def test_what_python_calls_equal_is_not_one_run(folder, values):
    keys = layer_keys(folder, 'layer = "Dense", units = 4, use_bias = "$x"', values)
    assert len(set(keys)) == len(keys) == values.count(",") + 1


def test_whole_numbers_are_fractions_only_where_keras_has_one(folder):
    kernel = layer_keys(folder, 'layer = "Conv2D", filters = 4, kernel_size = "$x"', "[1, true, 1.0]")
    assert len(set(kernel)) == 3
    rate = layer_keys(folder, 'layer = "GaussianNoise", stddev = "$x"', "[1, true, 1.0]")
    assert len(set(rate)) == 3
    momentum = layer_keys(folder, 'layer = "BatchNormalization", momentum = "$x"', "[1, true, 1.0]")
    assert momentum[0] == momentum[2] != momentum[1]


def test_two_spellings_of_a_fraction_are_one_value(folder):
    base = HEAD + S + "grid.optimizer.learning_rate = [{}]\n"
    assert keys_of(folder, base.replace("{}", "1e-3")) == keys_of(folder, base.replace("{}", "0.001"))
    assert keys_of(folder, base.replace("{}", "1.0")) == keys_of(folder, base.replace("{}", "1"))


def test_one_key_in_two_studies_is_the_same_run(folder):
    text = HEAD + S + 'grid.optimizer = ["SGD", "Adam"]\n[study.t]\nmodel = "mlp"\noptimizer = "adam"\n'
    runs = plan_of(folder, text).runs
    assert [run.study for run in runs] == ["s", "s", "t"]
    assert runs[1].key == runs[2].key != runs[0].key


def product(found):
    return [dict(zip(found, combination, strict=True)) for combination in itertools.product(*found.values())]


def document(study):
    return {
        "report": {"title": "x"},
        "data": {"name": "digits"},
        "model": {name: {"layers": ["Flatten"], "parameters": PARAMETERS[name]} for name in AXES["model"]},
        "study": {"s": study},
    }


PARAMETERS = {
    name: {"units": [8], "activation": "relu", "dropout": 0.0, "only": name} for name in AXES["model"]
}


def planned(folder, study):
    return expand(load(written(folder, tomli_w.dumps(document(study)))), {}, {}).runs


@settings(max_examples=60, deadline=None)
@given(axes(most=4))
def test_a_grid_is_the_product_of_its_axes_in_their_order(folder, found):
    study = {"grid": nested(found)} | ({} if "model" in found else {"model": "mlp"})
    runs = planned(folder, study)
    # tables of TOML are nested, so an argument of the optimizer stands where the table of the optimizer does
    names = list(load(folder / "e.toml").study["s"].grid)
    wanted = product({name: found[name] for name in names})
    assert [dict(run.parameters) for run in runs] == [
        {axis: list(value) if isinstance(value, tuple) else value for axis, value in item.items()}
        for item in wanted
    ]


@settings(max_examples=60, deadline=None)
@given(st.data(), axes(most=3))
def test_exclude_leaves_out_exactly_what_matches(folder, data, found):
    everything = product(found)
    items = []
    for _ in range(data.draw(st.integers(1, 3))):
        cell = data.draw(st.sampled_from(everything))
        names = data.draw(st.lists(st.sampled_from(sorted(cell)), min_size=1, unique=True))
        items.append({name: cell[name] for name in names})
    study = {"grid": nested(found), "exclude": items} | ({} if "model" in found else {"model": "mlp"})
    kept = [dict(run.parameters) for run in planned(folder, study)]
    wanted = [
        cell
        for cell in everything
        if not any(all(cell[name] == item[name] for name in item) for item in items)
    ]
    assert sorted(map(repr, map(sorted_items, kept))) == sorted(map(repr, map(sorted_items, wanted)))


def sorted_items(cell):
    return sorted(cell.items())


def test_zip_makes_pairs_inside_the_grid(folder):
    text = HEAD + S + 'grid.activation = ["relu", "tanh"]\nzip.epochs = [1, 2]\nzip.batch_size = [8, 4]\n'
    found = [tuple(run.parameters.values()) for run in plan_of(folder, text).runs]
    assert found == [("relu", 1, 8), ("relu", 2, 4), ("tanh", 1, 8), ("tanh", 2, 4)]
    training = [run.content()["training"] for run in plan_of(folder, text).runs]
    assert [(item["epochs"], item["batch_size"]) for item in training] == [(1, 8), (2, 4)] * 2


def test_a_value_may_come_twice_where_axes_advance_together(folder):
    text = HEAD + S + "zip.epochs = [1, 1, 2]\nzip.batch_size = [8, 4, 4]\n"
    assert len(set(keys_of(folder, text))) == 3


def test_exclude_knows_one_and_true_apart_and_reaches_zipped_axes(folder):
    text = HEAD + LAYER % ('layer = "Dense", units = 4, use_bias = "$x"', "[1, true, 0]")
    kept = [run.parameters["x"] for run in plan_of(folder, text + "exclude = [{ x = true }]\n").runs]
    assert kept == [1, 0]
    assert kept[0] is not True
    assert [run.parameters["x"] for run in plan_of(folder, text + "exclude = [{ x = 1.0 }]\n").runs] == [
        True,
        0,
    ]
    text = (
        HEAD
        + S
        + "zip.epochs = [1, 2]\nzip.batch_size = [8, 4]\nexclude = [{ epochs = 2, batch_size = 4 }]\n"
    )
    assert [run.parameters["epochs"] for run in plan_of(folder, text).runs] == [1]


def test_a_study_of_which_all_is_excluded_has_no_run_and_neither_has_what_follows(folder):
    text = HEAD + S + 'grid.epochs = [1]\nexclude = [{ epochs = 1 }]\n[study.t]\nfrom = { study = "s" }\n'
    plan = plan_of(folder, text)
    assert (plan.runs, plan.pending) == ((), ())


RATES = HEAD + S + 'optimizer = "SGD"\n'


def test_an_axis_of_the_optimizer_is_as_spelling_the_optimizers_out(folder):
    short = RATES + "grid.optimizer.learning_rate = [0.1, 0.01, 0.5]\n"
    tables = ", ".join(f'{{ name = "SGD", learning_rate = {rate} }}' for rate in (0.1, 0.01, 0.5))
    assert keys_of(folder, short) == keys_of(folder, HEAD + S + f"grid.optimizer = [{tables}]\n")
    quoted = RATES + 'grid."optimizer.learning_rate" = [0.1, 0.01, 0.5]\n'
    assert keys_of(folder, quoted) == keys_of(folder, short)
    found = plan_of(folder, short).runs[0]
    assert (found.parameters, found.labels) == (
        {"optimizer.learning_rate": 0.1},
        {"optimizer.learning_rate": "0,1"},
    )


def test_an_argument_of_each_of_several_optimizers(folder):
    text = HEAD + S + 'grid.optimizer = ["SGD", "Adam"]\nzip.optimizer.learning_rate = [0.1, 0.2]\n'
    found = [run.content()["training"]["optimizer"] for run in plan_of(folder, text).runs]
    assert found == [{"name": name, "learning_rate": rate} for name in ("SGD", "Adam") for rate in (0.1, 0.2)]
    turned = HEAD + S + 'zip.optimizer.learning_rate = [0.1, 0.2]\ngrid.optimizer = ["SGD", "Adam"]\n'
    assert keys_of(folder, turned) == keys_of(folder, text)


INHERIT = {
    "training": ('optimizer = { name = "SGD", momentum = 0.9 }', "", "", ""),
    "study": ("", 'optimizer = { name = "SGD", momentum = 0.9 }', "", ""),
    "set": ("", "", 'set.optimizer = { name = "SGD", momentum = 0.9 }', ""),
    "variant": ("", "", "", 'optimizer = { name = "SGD", momentum = 0.9 }'),
}


@pytest.mark.parametrize("where", INHERIT)
@pytest.mark.parametrize(
    "change", ["optimizer = { learning_rate = 0.5 }", "set.optimizer.learning_rate = 0.5"]
)
def test_an_optimizer_without_a_name_keeps_that_of_whatever_it_starts_from(folder, where, change):
    training, study, changed, base = INHERIT[where]
    text = HEAD.replace("epochs = 2", f"epochs = 2\n{training}")
    text += (
        f'{S}{study}\n{changed}\n[study.s.variant.a]\n{base}\n[study.s.variant.b]\nextends = "a"\n{change}\n'
    )
    found = plan_of(folder, text).runs[1].content()["training"]["optimizer"]
    assert found == {"name": "SGD", "momentum": 0.9, "learning_rate": 0.5}


def test_an_optimizer_without_a_name_in_training_is_the_default_one(folder):
    short = HEAD.replace("epochs = 2", "epochs = 2\noptimizer = { learning_rate = 0.5 }") + S
    named = short.replace("{ learning", '{ name = "Adam", learning')
    assert keys_of(folder, short) == keys_of(folder, named)


MODELS = """\
[model.uno]
parameters = { units = 3 }
layers = ["Flatten", { layer = "Dense", units = "$units" }]
[model.dos]
parameters = { units = 5, rate = 0.1 }
layers = ["Flatten", { layer = "Dense", units = "$units" }, { layer = "Dropout", rate = "$rate" }]
[study.s]
grid.model = ["uno", "dos"]
grid.units = [7, 8]
"""


def test_an_axis_of_models_crosses_them_and_each_keeps_its_own_parameters(folder):
    runs = plan_of(folder, HEAD + MODELS).runs
    assert [tuple(run.parameters.values()) for run in runs] == [
        ("uno", 7),
        ("uno", 8),
        ("dos", 7),
        ("dos", 8),
    ]
    layers = [run.content()["model"]["layers"] for run in runs]
    assert [[item.get("units") for item in items[1:]] for items in layers] == [[7], [8], [7, None], [8, None]]
    assert {items[2]["rate"] for items in layers[2:]} == {0.1}


DATA = """\
[report]
title = "x"
[data]
name = "digits"
split = { seed = 3 }
[data.pocas]
subset = { train = 100 }
[data.ropa]
name = "fashion_mnist"
[model.m]
layers = ["Flatten"]
[study.a]
model = "m"
[study.b]
model = "m"
data = "pocas"
[study.c]
model = "m"
data = "ropa"
[study.d]
from = { study = "c" }
[study.e]
from = { study = "c" }
data = "pocas"
"""


def test_every_study_has_its_data(folder):
    plan = plan_of(folder, DATA)
    scores = {run.key: {"validation.accuracy": 0.5} for run in plan.runs}
    plan = plan_of(folder, DATA, scores)
    names = {item.key: item.id for item in plan.data}
    assert {run.study: names[run.data] for run in plan.runs} == {
        "a": "", "b": "pocas", "c": "ropa", "d": "ropa", "e": "pocas",
    }  # fmt: skip
    contents = {item.id: item.content() for item in plan.data}
    assert [contents[name]["name"] for name in ("", "pocas", "ropa")] == ["digits", "digits", "fashion_mnist"]
    assert {item["split"]["seed"] for item in contents.values()} == {3}
    assert contents["pocas"]["subset"] == {"train": 100, "test": None}


def test_data_that_no_study_uses_are_not_prepared(folder):
    text = DATA.replace('data = "pocas"\n', "")
    assert [item.id for item in plan_of(folder, text).data] == ["", "ropa"]


def test_names_of_classes_are_words_and_selecting_them_is_not(folder):
    text = DATA.replace('"fashion_mnist"', '"fashion_mnist"\nclasses = ["a", "b"]')
    assert keys_of(folder, text) == keys_of(folder, DATA)
    chosen = DATA.replace('"fashion_mnist"', '"fashion_mnist"\nselect = [0, 1]')
    turned = DATA.replace('"fashion_mnist"', '"fashion_mnist"\nselect = [1, 0]')
    keys = {keys_of(folder, item)[2] for item in (DATA, chosen, turned)}
    assert len(keys) == 3
    assert len({tuple(keys_of(folder, item)[:2]) for item in (DATA, chosen, turned)}) == 1
