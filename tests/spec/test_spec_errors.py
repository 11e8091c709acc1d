"""Every mistake in a configuration is told with its line, its field and what is allowed, all at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.configurations import FOLLOW, GRID, HEAD, written

from reportgen.errors import ConfigurationError
from reportgen.spec.load import load

BASE = HEAD + GRID
LINES = BASE.count("\n")


def complaints(folder, text, profile=""):
    path = written(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        load(path, profile)
    assert caught.value.exit_code == 2
    return caught.value.problems


X = '[study.x]\nmodel = "mlp"\n'
AFTER = [  # text added after BASE, (line after BASE, field, words that must be told)
    (X + "epoch = 3\n", 3, "study.x.epoch", ["¿quisiste decir «epochs»?"]),
    ('[study.x]\nmodelo = "mlp"\n', 2, "study.x.modelo", ["¿quisiste decir «model»?"]),
    ("[estudio.x]\n", 1, "estudio", ["desconocido", "¿quisiste decir «study»?"]),
    ("[study.x]\nmodel = 3\n", 2, "study.x.model", ["un texto"]),
    (X + 'epochs = "tres"\n', 3, "study.x.epochs", ["un número entero"]),
    (X + "epochs = 2.5\n", 3, "study.x.epochs", ["un número entero"]),
    (X + "epochs = -3\n", 3, "study.x.epochs", ["-3", "mayor o igual que 1"]),
    (X + "epochs = true\n", 3, "study.x.epochs", ["un número entero"]),
    (X + "optimizer = 3\n", 3, "study.x.optimizer", ["un texto o una tabla"]),
    (X + 'optimizer = "Adan"\n', 3, "study.x.optimizer", ["Adan", "«Adam»"]),
    (
        X + 'optimizer = { name = "Adam", learning_rat = 1 }\n',
        3, "study.x.optimizer.learning_rat", ["«Adam» no tiene", "«learning_rate»"],
    ),
    (
        X + 'optimizer = { name = "Adam", learning_rate = nan }\n',
        3, "study.x.optimizer.learning_rate", ["nan", "finito"],
    ),
    (
        X + 'grid.optimizer = [\n  "SGD",\n  { name = "Adam", learning_rate = inf },\n]\n',
        5, "study.x.grid.optimizer[1].learning_rate", ["inf", "finito"],
    ),
    (X + 'loss = "xyzzy"\n', 3, "study.x.loss", ["pérdida", "se admite: auto"]),
    (X + 'precision = "float16"\n', 3, "study.x.precision", ["float32"]),
    (X + 'weights = "imagnet"\n', 3, "study.x.weights", ["imagenet", ".weights.h5"]),
    (X + "seeds = []\n", 3, "study.x.seeds", ["vacío"]),
    (X + "seeds = [1, 2, 1]\n", 3, "study.x.seeds", ["repetido"]),
    (X + "seeds = [-1]\n", 3, "study.x.seeds[0]", ["mayor o igual que 0"]),
    (
        X + 'callbacks = [{ callback = "EarlyStoping" }]\n',
        3, "study.x.callbacks[0].callback", ["«EarlyStopping»"],
    ),
    (
        X + 'callbacks = [{ callback = "EarlyStopping", min_delta = nan }]\n',
        3, "study.x.callbacks[0].min_delta", ["finito"],
    ),
    (
        X + 'augmentation = [\n  "RandomFlip",\n  { layer = "RandomRotation" },\n]\n',
        5, "study.x.augmentation[1]", ["«RandomRotation» necesita", "«factor»"],
    ),
    ('[study.x]\nmodel = "mpl"\n', 2, "study.x.model", ["no hay ningún modelo «mpl»", "mlp"]),
    ("[study.x]\nepochs = 3\n", 1, "study.x.model", ["falta `model`", "mlp"]),
    ('[study.x]\nfrom = { study = "regilla" }\n', 2, "study.x.from.study", ["regilla", "«rejilla»"]),
    (
        '[study.x]\nfrom = { study = "rejilla", per = ["optimiser"] }\n',
        2, "study.x.from.per[0]", ["no es un eje", "optimizer, activation"],
    ),
    ('[study.x]\nfrom = { study = "x" }\n', 2, "study.x.from", ["deriva de sí mismo", "x → x"]),
    (
        X + '[study.x.variant.a]\nextends = "c"\n',
        4, "study.x.variant.a.extends", ["ninguna variante «c»"],
    ),
    (
        X + '[study.x.variant.a]\nextends = "b"\n[study.x.variant.b]\n',
        None, "", [],
    ),
    (
        X + '[study.x.variant.a]\nextends = "a"\n',
        4, "study.x.variant.a.extends", ["vuelve sobre sí misma"],
    ),
    ("[study.x.variant.a]\nepochs = 3\n", 1, "study.x.model", ["falta `model`"]),
    (
        X + "grid.dropot = [0.1]\n",
        3, "study.x.grid.dropot", ["ni un parámetro", "«dropout»"],
    ),
    (X + "set.seeds = [1]\n", 3, "study.x.set.seeds", ["ni un parámetro"]),
    (X + "grid.epochs = [3, -1]\n", 3, "study.x.grid.epochs[1]", ["entero positivo"]),
    (X + "grid.epochs = [true]\n", 3, "study.x.grid.epochs[0]", ["entero positivo"]),
    (X + "grid.loss = [3]\n", 3, "study.x.grid.loss[0]", ["un texto"]),
    (X + 'set.callbacks = "EarlyStopping"\n', 3, "study.x.set.callbacks", ["una lista"]),
    (X + "grid.units = [8]\n", 3, "study.x.grid.units[0]", ["una lista", "[8]"]),
    (
        X + 'grid.activation = ["relu", "tahn"]\n',
        3, "study.x.grid.activation[1]", ["activación «tahn»", "«tanh»"],
    ),
    (X + "grid.dropout = [0.1, 0.1]\n", 3, "study.x.grid.dropout[1]", ["repetido"]),
    (X + "grid.dropout = [nan]\n", 3, "study.x.grid.dropout[0]", ["finito"]),
    (X + "grid.optimizer = []\n", 3, "study.x.grid.optimizer", ["vacío"]),
    (
        X + 'grid.dropout = [0.1, 0.2]\nlabels.dropout = { values = ["uno"] }\n',
        4, "study.x.labels.dropout.values", ["1 etiquetas para 2 valores"],
    ),
    (
        X + f"grid.epochs = {list(range(1, 70))}\ngrid.batch_size = {list(range(1, 70))}\n",
        3, "study.x.grid", ["más de 2000"],
    ),
    (
        X + "grid.dropout = [0.1]\n[study.x.variant.a]\nepochs = 3\n",
        1, "study.x", ["`variant` no se usan `grid`, `zip` ni `from`"],
    ),
    ('[study.X]\nmodel = "mlp"\n', 1, "study.X", ["minúsculas"]),
    (X + 'table = { rows = "capas" }\n', 3, "study.x.table.rows", ["no es un eje"]),
    ("[model.m]\nlayers = []\n", 2, "model.m.layers", ["vacío"]),
    ("[model.m]\ntitle = 'x'\n", 1, "model.m.layers", ["falta"]),
    ('[model.m]\nlayers = [\n  "Flatten",\n  "Densa",\n]\n', 4, "model.m.layers[1]", ["«Densa»", "«Dense»"]),
    ("[model.m]\nlayers = [3]\n", 2, "model.m.layers[0]", ["un texto o una tabla"]),
    (
        '[model.m]\nlayers = [\n  { layer = "Dense", unit = 3 },\n]\n',
        3, "model.m.layers[0].unit", ["«Dense» no tiene", "«units»"],
    ),
    ('[model.m]\nlayers = ["Dense"]\n', 2, "model.m.layers[0]", ["«Dense» necesita", "«units»"]),
    (
        '[model.m]\nlayers = [{ layer = "Dense", units = 3, activation = "rellu" }]\n',
        2, "model.m.layers[0].activation", ["«relu»"],
    ),
    (
        '[model.m]\nlayers = [{ layer = "Dense", units = 3, kernel_regularizer = { name = "L3" } }]\n',
        2, "model.m.layers[0].kernel_regularizer.name", ["L3", "L2"],
    ),
    (
        '[model.m]\nparameters = { a = 1 }\nlayers = [{ layer = "Dense", units = "$x" }]\n',
        3, "model.m.layers[0].units", ["no tiene el parámetro «x»", "declarados: a"],
    ),
    (
        '[model.m]\nlayers = [{ layer = "Dense", units = inf }]\n',
        2, "model.m.layers[0].units", ["finito"],
    ),
    (
        '[model.m]\nparameters = { n = 3 }\nlayers = [{ each = "n", layers = ["Flatten"] }]\n',
        2, "model.m.parameters.n", ["una lista"],
    ),
    (
        '[model.m]\nparameters = { n = [3] }\nlayers = [{ each = "n" }]\n',
        3, "model.m.layers[0].layers", ["capas que se repiten"],
    ),
    (
        '[model.m]\nparameters = { epochs = 3 }\nlayers = ["Flatten"]\n',
        2, "model.m.parameters.epochs", ["ajuste del entrenamiento"],
    ),
    ('[model.m]\nlayers = [{ backbone = "VGG166" }]\n', 2, "model.m.layers[0].backbone", ["«VGG16»"]),
    (
        '[model.m]\nparameters = { b = "VGG166" }\nlayers = [{ backbone = "$b" }]\n',
        2, "model.m.parameters.b", ["«VGG16»"],
    ),
    (
        '[model.m]\nlayers = [{ backbone = "VGG16", trainabel = false }]\n',
        2, "model.m.layers[0].trainabel", ["«trainable»"],
    ),
    (
        '[model.m]\nlayers = [{ backbone = "VGG16", weights = "x" }]\n',
        2, "model.m.layers[0].weights", ["imagenet"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field", "words"), AFTER, ids=lambda value: str(value)[:40])
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(tmp_path, text, line, field, words):
    if line is None:
        load(written(tmp_path, BASE + text))
        return
    found = complaints(tmp_path, BASE + text)
    assert [(item.line, item.field) for item in found] == [(LINES + line, field)]
    told = str(found[0])
    assert told.startswith(f"{tmp_path / 'e.toml'}:{LINES + line}: {field}: ")
    for word in words:
        assert word in told


WHOLE = [
    ("", 1, "data", ["falta"]),
    (BASE.replace('title = "Prueba"', ""), 1, "report.title", ["falta"]),
    (BASE.replace("digits", "cifar"), 4, "data.name", ["'cifar'", "cifar10"]),
    (BASE.replace("digits", "npz"), 3, "data.path", ["`path`"]),
    (
        BASE.replace('"digits"', '"digits"\nsplit = { validation = 1.5 }'),
        5,
        "data.split.validation",
        ["menor que 1"],
    ),
    (BASE.replace('"digits"', '"digits"\nsplit = { validation = nan }'), 5, "data.split.validation", ["1"]),
    (
        BASE.replace('"digits"', '"digits"\nsplit = { validaton = 0.1 }'),
        5,
        "data.split.validaton",
        ["«validation»"],
    ),
    (BASE.replace('"Prueba"', '"Prueba"\nrope = nan'), 3, "report.rope", ["nan"]),
    (BASE.replace('"Prueba"', '"Prueba"\ndate = "mañana"'), 3, "report.date", ["una fecha"]),
    (
        BASE.replace('"Prueba"', '"Prueba"\nauthors = [{ name = "", nombre = "a" }]'),
        3,
        "report.authors[0].nombre",
        ["«name»"],
    ),
    (BASE.replace('"Prueba"', '"Prueba"\nprose = "nada"'), 3, "report.prose", ["no existe la carpeta"]),
    (BASE.replace("epochs = 2", "epochs = 0"), 6, "training.epochs", ["mayor o igual que 1"]),
    (BASE.replace("epochs = 2", "epochs = 2\ntimeout_minutes = inf"), 7, "training.timeout_minutes", ["inf"]),
    (BASE.replace('"Prueba"', '"Prueba'), 2, "TOML", ["comillas"]),
    (BASE + "[study.rejilla]\n", LINES + 1, "TOML", ["ya estaba declarada"]),
    (BASE + 'x = "a" b\n', LINES + 1, "TOML", ["sobra texto"]),
    (BASE + "[study.y]\nseeds = [1,\n", LINES + 2, "TOML", ["corchetes"]),
    (BASE + "[study.y]\nmodel = mlp\n", LINES + 2, "TOML", ["entre comillas"]),
    (BASE + f"[study.y]\nseeds = {'9' * 5000}\n", 1, "TOML", ["cifras"]),
    (BASE + f"[study.y]\nset.x = {'[' * 3000}{']' * 3000}\n", 1, "TOML", ["niveles"]),
    (BASE + f"[study.y]\nset.x = {'[' * 60}{']' * 60}\n", LINES + 2, "TOML", ["dentro de otras"]),
    (BASE + f"[study.y]\n{'.'.join('a' * 5000)} = 1\n", LINES + 2, "TOML", ["puntos"]),
    (BASE + "[study.y]\n" + ".".join(['"a b"'] * 5000) + " = 1\n", LINES + 2, "TOML", ["puntos"]),
    (BASE + f"[{' . '.join('a' * 5000)}]\n", LINES + 1, "TOML", ["puntos"]),
    (BASE + "#" * 300_000, 1, "archivo", ["256 KiB"]),
]


@pytest.mark.parametrize(("text", "line", "field", "words"), WHOLE, ids=lambda value: str(value)[-40:])
def test_a_broken_file_is_told_with_its_place(tmp_path, text, line, field, words):
    found = complaints(tmp_path, text)
    assert (found[0].line, found[0].field) == (line, field)
    for word in words:
        assert word in str(found[0])


def test_texts_with_many_dots_are_no_deep_keys(tmp_path):
    dots = "." * 200 + " " + ". ".join("abc" for _ in range(100))
    load(written(tmp_path, BASE.replace("Prueba", dots)))


def test_what_is_not_utf8_is_told_with_its_line(tmp_path):
    path = tmp_path / "e.toml"
    path.write_bytes(b'[report]\ntitle = "im\xe1genes"\n')
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert (caught.value.problems[0].line, caught.value.problems[0].allowed) == (2, "guárdalo como UTF-8")


def test_prose_that_is_not_utf8_is_told_before_anything_is_trained(tmp_path):
    (tmp_path / "textos").mkdir()
    (tmp_path / "textos" / "resumen.md").write_bytes(b"\xff\xfe")
    found = complaints(tmp_path, BASE.replace('"Prueba"', '"Prueba"\nprose = "textos"'))
    assert "«resumen.md»" in found[0].what


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "nada.toml", tmp_path):
        with pytest.raises(ConfigurationError, match="no se puede leer"):
            load(path)


def test_an_empty_file_tells_everything_that_is_missing(tmp_path):
    assert [item.field for item in complaints(tmp_path, "")] == ["data", "model", "report", "study"]


FIVE = (
    HEAD.replace("epochs = 2", "epochs = -2")
    + """\
[study.rejilla]
model = "mlp"
grid.optimizer = ["SGD", "Adan"]
grid.activation = ["relu", "tahn"]
batch_size = "mucho"
[study.otro]
model = "mpl"
"""
)


def test_five_mistakes_are_five_problems_in_the_order_of_the_file(tmp_path):
    found = complaints(tmp_path, FIVE)
    assert [item.field for item in found] == [
        "training.epochs",
        "study.rejilla.grid.optimizer[1]",
        "study.rejilla.grid.activation[1]",
        "study.rejilla.batch_size",
        "study.otro.model",
    ]
    assert [item.line for item in found] == sorted(item.line for item in found)


def test_what_cannot_be_judged_after_a_mistake_is_not_complained_about(tmp_path):
    text = BASE + FOLLOW.replace('"rejilla"', '"otra"') + "[study.otra]\nmodel = 3\ngrid.dropout = [0.1]\n"
    assert [item.field for item in complaints(tmp_path, text)] == ["study.otra.model"]


def test_a_cycle_of_three_is_told_for_each_of_them(tmp_path):
    text = HEAD + "".join(
        f'[study.{name}]\nfrom = {{ study = "{other}" }}\n' for name, other in ("ab", "bc", "ca")
    )
    found = complaints(tmp_path, text)
    assert [(item.field, item.line) for item in found] == [
        (f"study.{name}.from", HEAD.count("\n") + 2 * index) for index, name in enumerate("abc", start=1)
    ]
    assert "a → b → c → a" in found[0].what


def test_a_cycle_of_variants_is_told(tmp_path):
    text = BASE + X + ""
    text += '[study.x.variant.a]\nextends = "b"\n[study.x.variant.b]\nextends = "a"\n'
    assert [item.field for item in complaints(tmp_path, text)] == [
        "study.x.variant.a.extends",
        "study.x.variant.b.extends",
    ]


PROFILE = """\
[profile.demo]
training.epochs = 1
study.rejilla.optimizer = "Adan"
[profile.demo.model.mlp.parameters]
units = 3
"""


def test_a_profile_is_laid_over_by_path(tmp_path):
    text = BASE + "[profile.p]\ntraining.epochs = 7\nmodel.mlp.parameters.units = [3, 4]\n"
    spec = load(written(tmp_path, text), "p")
    assert (spec.training.epochs, spec.training.batch_size) == (7, 32)
    assert spec.model["mlp"].parameters == {"units": [3, 4], "activation": "relu", "dropout": 0.0}
    assert spec.study["rejilla"].grid["optimizer"] == ("SGD", "Adam")
    assert load(written(tmp_path, text)).training.epochs == 2


def test_a_mistake_in_a_profile_is_told_on_the_line_of_the_profile(tmp_path):
    found = complaints(tmp_path, BASE + PROFILE, "demo")
    assert [(item.line, item.field) for item in found] == [
        (LINES + 3, "study.rejilla.optimizer"),
        (LINES + 5, "model.mlp.parameters.units"),
    ]


def test_an_unknown_profile_is_told_with_those_that_there_are(tmp_path):
    found = complaints(tmp_path, BASE + PROFILE, "dmeo")
    assert "declarados: demo" in str(found[0])
    assert "ninguno" in str(complaints(tmp_path, BASE, "demo")[0])


def test_a_profile_that_is_no_table_is_told(tmp_path):
    assert complaints(tmp_path, BASE + "[profile]\ndemo = 3\n")[0].line == LINES + 2


def test_no_message_is_in_english(tmp_path):
    english = ("input", "should", "valid", "must", "expected", "field required", "at line")
    for text, *_ in [*WHOLE, *((BASE + item[0],) for item in AFTER if item[1] is not None)]:
        for item in complaints(tmp_path, text):
            told = f"{item.what} {item.allowed}".lower()
            assert not any(f" {word} " in f" {told} " for word in english), told


def test_checking_needs_no_numpy_and_no_keras(tmp_path):
    path = written(tmp_path, BASE)
    code = (
        "import sys; from reportgen.cli import main; code = main(['check', sys.argv[1]]);"
        "heavy = {'numpy', 'keras', 'tensorflow', 'matplotlib', 'jinja2', 'pandas'} & set(sys.modules);"
        "sys.exit(code or bool(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sin errores" in done.stdout
