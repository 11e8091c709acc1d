"""What changes the key of a run, what does not, and how much of a study it touches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.configurations import FOLLOW, GRID, HEAD, keys_of, plan_of, written

from reportgen.plan.expand import expand
from reportgen.plan.key import canonical, key_of
from reportgen.spec.load import load
from reportgen.spec.model import Spec

GOLDEN = Path(__file__).with_name("golden_keys.json")
RICH = (
    HEAD
    + GRID
    + """\
[model.cortada]
parameters = { size = 32 }
layers = [
  { layer = "Resizing", height = "$size", width = "$size" },
  { backbone = "vgg16", trainable = false, until = "block3_pool" },
  "Flatten",
  { layer = "Dense", units = 4, activation = "relu", kernel_regularizer = { name = "L2", l2 = 0.001 } },
]
[study.cortada]
model = "cortada"
loss = "sparse_categorical_crossentropy"
seeds = [0, 7]
precision = "mixed_bfloat16"
callbacks = [{ callback = "EarlyStopping", patience = 5 }]
augmentation = ["RandomFlip"]
"""
)
MORE = (
    HEAD.replace(
        '"digits"',
        '"digits"\nimage_size = [16, 16]\nselect = [3, 5, 7]\nsplit = { validation = 20, seed = 4 }',
    )
    + """\
[data.propios]
python = "datos:cargar"
[model.bloques]
parameters = { blocks = [[4, 4], [8]], bn = true }
layers = [
  { each = "blocks", layers = [
    { each = "blocks", layers = [{ layer = "Conv2D", filters = "$blocks", kernel_size = 3 }] },
    { layer = "BatchNormalization", when = "$bn" },
  ] },
  { python = "redes:cola", salidas = 3 },
]
[model.previa]
layers = [{ backbone = "VGG16" }, "Flatten"]
[study.pliegues]
model = "bloques"
folds = 2
repeats = 2
seeds = [1]
zip.optimizer.learning_rate = [0.1, 0.2]
zip.bn = [true, false]
metrics = ["SparseTopKCategoricalAccuracy", { name = "SparseTopKCategoricalAccuracy", k = 3 }]
class_weight = "balanced"
[study.origen]
model = "previa"
weights = "none"
data = "propios"
class_weight = { gato = 2.0 }
[study.destino]
model = "previa"
weights = "run:origen"
data = "propios"
"""
)


def test_class_weights_are_fractions_wherever_they_are_said(tmp_path):
    said = ["class_weight = { a = 2 }", "class_weight.a = 2.0", "set.class_weight = { a = 2 }"]
    keys = [keys_of(tmp_path, f'{HEAD}[study.s]\nmodel = "mlp"\n{text}\n') for text in said]
    keys.append(keys_of(tmp_path, HEAD + '[study.s]\nmodel = "mlp"\ngrid.class_weight = [{ a = 2 }]\n'))
    assert keys == [keys[0]] * 4
    named = (
        HEAD.replace('"digits"', f'"digits"\nclasses = {list("xabcdefghi")}')
        + '[study.s]\nmodel = "mlp"\nclass_weight = { %s = 2 }\n'
    )
    assert keys_of(tmp_path, named % "a") == keys_of(tmp_path, named % '"1"') != keys[0]
    assert keys[0] != keys_of(tmp_path, HEAD + '[study.s]\nmodel = "mlp"\nclass_weight = { a = 3 }\n')


def test_golden_keys(tmp_path):
    digests = {"python:datos": "6" * 64, "python:redes": "7" * 64}
    plans = [plan_of(tmp_path, text, digests=digests) for text in (RICH, MORE)]
    found = {f"{run.study}.{run.id}": run.key for plan in plans for run in plan.runs}
    found |= {f"data.{item.id}": item.key for plan in plans for item in plan.data}
    assert found == json.loads(GOLDEN.read_text()), (
        "The keys of unchanged configurations have changed: everybody's stored runs would be trained again, "
        "which costs them hours. If that is not what you want, undo it; if the same recipe now gives other "
        "numbers, raise KEY_VERSION, say so in the CHANGELOG and write the new keys into golden_keys.json."
    )


BASE = HEAD + GRID
TITLED = '[report]\ntitle = "Prueba"\n[data]\nname = "digits"\n'
DENSE = 'layer = "Dense", units = "$units"'


def edited(old, new):
    """The base with one thing spelled otherwise."""
    assert old in BASE
    return BASE.replace(old, new)


SAME = {
    "comments and blank lines": edited("\n[", "\n\n# nota\n["),
    "quotes and white space": edited('"SGD", "Adam"', "'SGD'  ,\n\"Adam\","),
    "dotted keys": edited(f"{TITLED}[training]\n", 'report.title = "x"\ndata.name = "digits"\n[training]\n'),
    "order of keys": edited('model = "mlp"\n', "") + 'model = "mlp"\n',
    "order of arguments": edited(DENSE, 'units = "$units", layer = "Dense"'),
    "default spelled out": edited('"Adam"', '{ name = "Adam", learning_rate = 0.001 }'),
    "default in another spelling": edited('"Adam"', '{ name = "Adam", learning_rate = 1e-3 }'),
    "case of a name": edited('"Adam"', '"adam"').replace('"SGD"', '"sgd"'),
    "a table instead of a name": edited('"Flatten"', '{ layer = "flatten" }'),
    "default of reportgen spelled out": edited("epochs = 2", "epochs = 2\nbatch_size = 32\nseeds = [0]"),
    "default of a layer": edited(DENSE, f"{DENSE}, use_bias = true"),
    "titles": edited("[study.rejilla]", '[study.rejilla]\ntitle = "T"').replace("Prueba", "x"),
    "labels": BASE + 'labels.optimizer = { name = "Opt", values = ["uno", "dos"] }\n',
    "table": BASE + 'table = { rows = "optimizer", by = ["activation"] }\n',
    "report": edited('"Prueba"', '"x"\nlanguage = "es-CL"\nrope = 0.01\nauthors = [{ name = "A" }]'),
    "class names": edited('"digits"', '"digits"\nclasses = ["a", "b"]'),
    "patience with hangs": edited("epochs = 2", "epochs = 2\ntimeout_minutes = 5"),
    "id and title of the study": edited("rejilla", "otra"),
    "id of the model": edited("mlp", "red"),
    "title of the model": edited("parameters =", 'title = "Red"\nparameters ='),
    "name of a parameter": edited("dropout", "rate"),
    "default split spelled out": edited('"digits"', '"digits"\nsplit = { validation = 0.1, seed = 0 }'),
    "weights where there is no backbone": edited("epochs = 2", 'epochs = 2\nweights = "none"'),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_change_the_numbers_does_not_change_the_keys(tmp_path, name):
    assert SAME[name] != BASE
    assert keys_of(tmp_path, SAME[name]) == keys_of(tmp_path, BASE)


OTHER = {
    "epochs": edited("epochs = 2", "epochs = 3"),
    "batch size": edited("epochs = 2", "epochs = 2\nbatch_size = 64"),
    "seed": edited("epochs = 2", "epochs = 2\nseeds = [1]"),
    "precision": edited("epochs = 2", 'epochs = 2\nprecision = "mixed_bfloat16"'),
    "data set": edited('"digits"', '"mnist"'),
    "split": edited('"digits"', '"digits"\nsplit = { validation = 0.2 }'),
    "seed of the split": edited('"digits"', '"digits"\nsplit = { seed = 1 }'),
    "subset": edited('"digits"', '"digits"\nsubset = { train = 100 }'),
    "size of the images": edited('"digits"', '"digits"\nimage_size = [8, 8]'),
    "callbacks": edited("epochs = 2", 'epochs = 2\ncallbacks = ["EarlyStopping"]'),
    "augmentation": edited("epochs = 2", 'epochs = 2\naugmentation = ["RandomFlip"]'),
    "output": edited("\nlayers = [", '\noutput = "logits"\nlayers = ['),
    "rescaling": edited("\nlayers = [", "\nrescale = false\nlayers = ["),
    "a layer": edited('"Flatten",', '"Flatten", "BatchNormalization",'),
    "units": edited("[8]", "[9]"),
    "order of units": edited("[8]", "[8, 8]"),
    "an argument": edited(DENSE, f"{DENSE}, use_bias = false"),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_changes_the_numbers_changes_every_key(tmp_path, name):
    assert not set(keys_of(tmp_path, OTHER[name])) & set(keys_of(tmp_path, BASE))


def test_all_changes_differ_from_each_other(tmp_path):
    keys = [tuple(keys_of(tmp_path, text)) for text in OTHER.values()]
    assert len(set(keys)) == len(keys)


def test_one_learning_rate_touches_only_its_runs(tmp_path):
    before = keys_of(tmp_path, BASE)
    after = keys_of(tmp_path, edited('"Adam"', '{ name = "Adam", learning_rate = 0.01 }'))
    assert after[:2] == before[:2]
    assert not set(after[2:]) & set(before)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (edited('"Adam"]', '"Adam", "RMSprop"]'), 2),
        (edited('["relu"', '["elu", "relu"'), 2),
        (BASE + "grid.dropout = [0.0, 0.2, 0.4]\n", 8),
        (edited("epochs = 2", "epochs = 2\nseeds = [0, 1, 2]"), 8),
    ],
)
def test_a_new_value_adds_exactly_its_slice(tmp_path, text, added):
    before, after = set(keys_of(tmp_path, BASE)), keys_of(tmp_path, text)
    assert before <= set(after)
    assert len(after) == len(set(after)) == len(before) + added


@settings(max_examples=30, deadline=None)
@given(st.permutations(["optimizer", "activation", "dropout", "batch_size"]))
def test_the_order_of_axes_changes_no_key(tmp_path_factory, order):
    axes = {
        "optimizer": '["SGD", "Adam"]',
        "activation": '["relu", "tanh"]',
        "dropout": "[0.0, 0.5]",
        "batch_size": "[8, 16]",
    }
    text = HEAD + '[study.s]\nmodel = "mlp"\n' + "".join(f"grid.{axis} = {axes[axis]}\n" for axis in order)
    plain = HEAD + '[study.s]\nmodel = "mlp"\n' + "".join(f"grid.{axis} = {axes[axis]}\n" for axis in axes)
    folder = tmp_path_factory.mktemp("axes")
    assert sorted(keys_of(folder, text)) == sorted(keys_of(folder, plain))


LABELS = st.text(alphabet="aáA -1.·ñ_", max_size=5)


@settings(max_examples=200, deadline=None)
@example(["a", "a", "a-2"], ["x"], False)
@example(["a", "a-1", "a", "a-3"], ["-"], True)
@given(st.lists(LABELS, min_size=1, max_size=6), st.lists(LABELS, min_size=1, max_size=3), st.booleans())
def test_no_two_runs_of_a_study_share_an_id(first, second, many):
    document = {
        "report": {"title": ""},
        "data": {"name": "digits"},
        "model": {"m": {"layers": ["Flatten"]}},
        "training": {"seeds": [0, 1] if many else [0]},
        "study": {
            "s": {
                "model": "m",
                "grid": {
                    "epochs": list(range(1, len(first) + 1)),
                    "batch_size": list(range(1, len(second) + 1)),
                },
                "labels": {"epochs": {"values": first}, "batch_size": {"values": second}},
            }
        },
    }
    runs = expand(Spec.model_validate_json(json.dumps(document)), {}, {}).runs
    assert len({run.id for run in runs}) == len({run.key for run in runs}) == len(runs)
    assert all(run.id and set(run.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for run in runs)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)


@given(JSON)
def test_canonical_text_is_stable_and_holds_everything(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert len(key_of(text)) == 64


def test_what_is_equal_in_python_and_not_in_keras_stays_apart():
    assert len({canonical(value) for value in (1, 1.0, True)}) == 3
    assert canonical(1e-3) == canonical(0.001)
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_keys_are_the_same_in_another_process_and_hash_seed(tmp_path):
    path = written(tmp_path, RICH)
    code = (
        "import sys, pathlib; from reportgen.plan.expand import expand; from reportgen.spec.load import load;"
        "print(*(run.key for run in expand(load(pathlib.Path(sys.argv[1])), {}, {}).runs))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "7", "LANG": "C"},
    )  # fmt: skip
    assert done.stdout.split() == [run.key for run in expand(load(path), {}, {}).runs]


def test_local_files_count_by_content_and_not_by_path(tmp_path):
    text = RICH.replace('"digits"', '"npz"\npath = "{}"')
    one = keys_of(tmp_path, text.replace("{}", "a.npz"), digests={"a.npz": "1" * 64})
    two = keys_of(tmp_path, text.replace("{}", "b.npz"), digests={"b.npz": "1" * 64})
    other = keys_of(tmp_path, text.replace("{}", "a.npz"), digests={"a.npz": "2" * 64})
    assert one == two
    assert not set(one) & set(other)


def test_local_weights_count_by_content_and_reach_the_worker(tmp_path):
    text = RICH.replace('"vgg16"', '"vgg16", weights = "w.weights.h5"')
    runs = plan_of(tmp_path, text, digests={"w.weights.h5": "3" * 64}).runs
    found = {run.study: run.weights_files for run in runs}
    assert found == {"rejilla": {}, "cortada": {"3" * 64: "w.weights.h5"}}
    moved = text.replace("w.weights.h5", "x/w.weights.h5")
    assert keys_of(tmp_path, moved, digests={"x/w.weights.h5": "3" * 64}) == [run.key for run in runs]


def test_recipes_hold_no_words_for_people(tmp_path):
    text = RICH.replace("Prueba", "CANARIO").replace("[study.rejilla]", '[study.rejilla]\ntitle = "CANARIO"')
    text = text.replace("grid.activation", 'labels.activation = { name = "CANARIO" }\ngrid.activation')
    assert all("CANARIO" not in run.recipe for run in plan_of(tmp_path, text + FOLLOW).runs)
