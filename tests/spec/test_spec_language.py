"""Mistakes in what the language can say beyond one grid on one data set: each with its line and its field."""

from __future__ import annotations

import pytest
from support.configurations import GRID, HEAD, spec_of, written

from reportgen.errors import ConfigurationError
from reportgen.spec.load import load

BASE = HEAD + GRID
LINES = BASE.count("\n")
X = '[study.x]\nmodel = "mlp"\n'
B = '[model.b]\nlayers = [{ backbone = "VGG16" }]\n'
Y = B + '[study.y]\nmodel = "b"\n'
AXES = X + "grid.epochs = [1, 2]\n"
WEIGHTS = "los pesos «run:"

CASES = [  # text added after BASE, (line after BASE, field, words that must be told)
    # axes that advance together
    (X + "zip.epochs = [1, 2]\nzip.batch_size = [8]\n", 3, "study.x.zip", ["distinto número", "epochs: 2"]),
    (AXES + "zip.epochs = [8]\n", 4, "study.x.zip.epochs", ["también en `grid`"]),
    (X + "zip.epochs = []\n", 3, "study.x.zip.epochs", ["vacío"]),
    (X + "zip.epoch = [1]\n", 3, "study.x.zip.epoch", ["«epochs»"]),
    (X + "zip.epochs = 3\n", 3, "study.x.zip.epochs", ["una lista"]),
    # exclusions
    (AXES + "exclude = [{ epoch = 1 }]\n", 4, "study.x.exclude[0].epoch", ["no es un eje", "«epochs»"]),
    (AXES + "exclude = [{ epochs = 3 }]\n", 4, "study.x.exclude[0].epochs", ["valor 3", "valores: 1, 2"]),
    (AXES + "exclude = [{ epochs = true }]\n", 4, "study.x.exclude[0].epochs", ["valor true"]),
    (AXES + "exclude = [\n  { epochs = 1 },\n  {},\n]\n", 6, "study.x.exclude[1]", ["vacío"]),
    (AXES + "exclude = { epochs = 1 }\n", 4, "study.x.exclude", ["una lista"]),
    (X + "exclude = [{ epochs = 1 }]\n", 3, "study.x.exclude[0].epochs", ["no tiene ejes"]),
    (
        '[study.x]\nfrom = { study = "rejilla" }\nexclude = [{ activation = "elu" }]\n',
        3, "study.x.exclude[0].activation", ['valores: "relu", "tanh"'],
    ),
    # the optimizer, in parts
    (X + "optimizer = {}\n", 3, "study.x.optimizer", ["no dice qué cambia"]),
    (
        X + "optimizer = { momentum = 0.5 }\n",
        3, "study.x.optimizer.momentum", ["«Adam» no tiene", "ema_momentum", "Adam(amsgrad=False, "],
    ),
    (
        X + "grid.optimizer.learning_rat = [0.1]\n",
        3, "study.x.grid.optimizer.learning_rat", ["«learning_rate»"],
    ),
    (
        X + 'grid.optimizer = ["SGD", "Adam"]\nzip.optimizer.momentum = [0.1, 0.2]\n',
        4, "study.x.zip.optimizer.momentum", ["«Adam» no tiene"],
    ),
    (
        X + 'grid."optimizer.learning_rat" = [1]\n',
        3, "study.x.grid.optimizer.learning_rat", ["«learning_rate»"],
    ),
    (X + 'grid.optimizer.name = ["Adan"]\n', 3, "study.x.grid.optimizer.name", ["no tiene el argumento"]),
    (X + "grid.optimizer.learning_rate = []\n", 3, "study.x.grid.optimizer.learning_rate", ["vacío"]),
    (X + "grid.optimizer.learning_rate = 0.1\n", 3, "study.x.grid.optimizer.learning_rate", ["una lista"]),
    (
        X + "grid.optimizer.learning_rate = [\n  0.1,\n  1e-1,\n]\n",
        5, "study.x.grid.optimizer.learning_rate[1]", ["repetido"],
    ),
    (
        X + "set.optimizer.learning_rate = nan\n",
        3, "study.x.set.optimizer.learning_rate", ["no es un número finito"],
    ),
    # folds
    (X + "folds = 1\n", 3, "study.x.folds", ["al menos 2 particiones, o 0"]),
    (X + "folds = -1\n", 3, "study.x.folds", ["mayor o igual que 0"]),
    (X + "repeats = 0\n", 3, "study.x.repeats", ["mayor o igual que 1"]),
    (X + "variant.a = { folds = 1 }\n", 3, "study.x.variant.a.folds", ["al menos 2 particiones"]),
    (X + "grid.folds = [2, 3]\n", 3, "study.x.grid.folds", ["ni un parámetro"]),
    # measures and weights of classes
    (
        X + 'metrics = [{ name = "SparseTopKCategoricalAccuracy", n = 3 }]\n',
        3, "study.x.metrics[0].n", ["no tiene el argumento «n»", "SparseTopKCategoricalAccuracy("],
    ),
    (X + 'metrics = ["AUK"]\n', 3, "study.x.metrics[0]", ["«AUC»"]),
    (X + 'class_weight = "balance"\n', 3, "study.x.class_weight", ["una tabla o 'none' o 'balanced'"]),
    (X + "class_weight = { a = 0 }\n", 3, "study.x.class_weight.a", ["mayor que 0"]),
    (X + "class_weight = { a = nan }\n", 3, "study.x.class_weight.a", ["finito"]),
    (X + "grid.class_weight = [{ a = -1 }]\n", 3, "study.x.grid.class_weight[0].a", ["no es un peso"]),
    # what is shown
    (X + 'figures = ["curvas"]\n', 3, "study.x.figures[0]", ["«curves»"]),
    (X + 'figures = ["box", "box"]\n', 3, "study.x.figures", ["repetido"]),
    (X + 'table.columns = ["acuracy.test"]\n', 3, "study.x.table.columns[0]", ["«accuracy.test»"]),
    (X + "table.columns = []\n", 3, "study.x.table.columns", ["vacío"]),
    (X + 'table.by = ["epochs"]\n', 3, "study.x.table.by", ["no es un eje", "no tiene ejes"]),
    (X + 'labels.optimizer.name = "x"\n', 3, "study.x.labels.optimizer", ["no tiene ejes"]),
    # models
    ('[study.x]\ngrid.model = ["mlp", "mpl"]\n', 2, "study.x.grid.model[1]", ["«mlp»"]),
    (X + 'set.model = "mpl"\n', 3, "study.x.set.model", ["«mlp»"]),
    (X + 'variant.a = { set.model = "mpl" }\n', 3, "study.x.variant.a.set.model", ["«mlp»"]),
    (
        '[model.m]\nlayers = [{ python = "redes" }]\n',
        2, "model.m.layers[0].python", ["módulo:función"],
    ),
    (
        '[model.m]\nlayers = [{ python = "redes:f", layer = "Dense" }]\n',
        2, "model.m.layers[0].layer", ["no lleva «layer»"],
    ),
    (
        '[model.m]\nlayers = [{ python = "redes:f", n = "$n" }]\n',
        2, "model.m.layers[0].n", ["no tiene el parámetro «n»"],
    ),
    (
        ('[model.m]\nparameters = { a = [[1]] }\nlayers = [\n  { each = "a", layers = [\n'
        '    { each = "b", layers = ["Flatten"] } ] } ]\n'),
        5, "model.m.layers[0].layers[0].each", ["no tiene el parámetro «b»", "declarados: a"],
    ),
    ('[model.m]\nlayers = [{ backbone = "VGG16", until = nan }]\n', 2, "model.m.layers[0].until", ["última"]),
    (
        '[model.m]\nlayers = [{ backbone = "VGG16", trainable = 3 }]\n',
        2, "model.m.layers[0].trainable", ["true, false"],
    ),
    (
        '[model.m]\nlayers = [{ layer = "Conv2D", filters = 3, kernel = 3 }]\n',
        2, "model.m.layers[0].kernel", ["«kernel_size»", "Conv2D(filters, kernel_size, activation=None, "],
    ),
    # data sets
    (X + 'data = "otra"\n', 3, "study.x.data", ["ningún conjunto de datos «otra»", "[data.otra]"]),
    ('[data.otra]\nname = "cifar"\n', 2, "data.otra.name", ["«cifar10»"]),
    ('[data.otra]\npython = "datos.cargar"\n', 2, "data.otra.python", ["módulo:función"]),
    ('[data.otra]\npython = "a:b"\nname = "digits"\n', 2, "data.otra.python", ["no los dos"]),
    ('[data.otra]\nname = "npz"\n', 1, "data.otra.path", ["necesita `path`"]),
    ("[data.otra]\nimage_size = [0, 3]\n", 2, "data.otra.image_size[0]", ["mayor o igual que 1"]),
    ('[data.otra]\nselect = ["a"]\n', 2, "data.otra.select", ["al menos 2 elementos"]),
    ('[data.otra]\nselect = ["a", "a"]\n', 2, "data.otra.select", ["repetido"]),
    ('[data.otra]\nselect = ["a", "b"]\nclasses = ["x"]\n', 3, "data.otra.classes", ["1 nombres"]),
    ("[data.splits]\nseed = 1\n", 1, "data.splits", ["«split»"]),
    ("[data.Otra]\n", 1, "data.Otra", ["minúsculas"]),
    # reports
    ('[report.corto]\nkind = "corto"\n', 2, "report.corto.kind", ["«curso»"]),
    ('[report.corto]\ntitle = ""\n', 2, "report.corto.title", ["falta"]),
    ('[report.corto]\nstudies = ["rejila"]\n', 2, "report.corto.studies[0]", ["«rejilla»"]),
    ('[report.corto]\nsections = ["resumenes"]\n', 2, "report.corto.sections[0]", ["«resumen»"]),
    ('[report.corto]\nsections = ["resumen", "resumen"]\n', 2, "report.corto.sections", ["repetido"]),
    ("[report.corto]\nfecha = 1\n", 2, "report.corto.fecha", ["desconocido"]),
    ('[report.titel]\ntext = "x"\n', 1, "report.titel", ["«title»"]),
    ('[report.corto]\nprose = "nada"\n', 2, "report.corto.prose", ["no existe la carpeta «nada»"]),
    # weights of other runs
    (Y + 'weights = "run:rejila"\n', 3, "study.y", [f"{WEIGHTS}rejila» son de un estudio", "«rejilla»"]),
    (Y + 'weights = "run:y"\n', 3, "study.y", ["dependen de él mismo"]),
    (Y + 'weights = "run:rejilla"\n', 3, "study.y", ["no dicen de cuál"]),
    (Y + 'weights = "run:rejilla.sgd-relu"\n', 3, "study.y", ["no parte de ninguna de keras.applications"]),
    (
        Y + 'weights = "run:v.c"\n[study.v]\nmodel = "b"\nweights = "none"\nvariant.a = { }\n',
        3, "study.y", ["no dicen de qué variante", "run:v.a"],
    ),
    (Y + 'weights = "ran:v"\n', 5, "study.y.weights", ["run:ESTUDIO.VARIANTE"]),
    # values that are legal TOML and mean nothing here
    (X + "grid.dropout = [2026-06-09]\n", 3, "study.x.grid.dropout[0]", ["una fecha u hora, 2026-06-09"]),
    (X + "set.dropout = 07:32:00\n", 3, "study.x.set.dropout", ["una fecha u hora"]),
    (X + 'set.activation = "a\\u0000b"\n', 3, "study.x.set.activation", ["carácter nulo"]),
    # limits
    (
        ('[study.v]\nmodel = "mlp"\nvariant = { a = {}, b = { epochs = 7 } }\n[study.w]\n'
        f'from = {{ study = "v", per = ["variant"] }}\ngrid.epochs = {list(range(1, 1101))}\n'),
        4, "study.w", ["hay 2206 ejecuciones, más de 2000"],
    ),
    (X + f"seeds = {list(range(50))}\nfolds = 10\nrepeats = 5\n", 1, "study.x", ["2504 ejecuciones"]),
    (X + f"variant.a = {{ seeds = {list(range(50))}, folds = 50 }}\n", 1, "study.x", ["2504 ejecuciones"]),
    (X + f"zip.batch_size = {list(range(1, 2002))}\n", 1, "study.x", ["2005 ejecuciones"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field", "words"), CASES, ids=lambda value: str(value)[-50:])
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(tmp_path, text, line, field, words):
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, BASE + text))
    found = caught.value.problems
    assert [(item.line, item.field) for item in found] == [(LINES + line, field)], str(caught.value)
    for word in words:
        assert word in str(found[0])
    english = ("input", "should", "must", "or", "and", "the", "expected")
    assert not set(f"{found[0].what} {found[0].allowed}".split()) & set(english)


MORE = [
    X + "repeats = 3\n",
    X + "seeds = [0]\nfolds = 0\n",
    X + "optimizer = { learning_rate = 0.5 }\n",
    X + 'grid.optimizer = ["SGD"]\nzip.optimizer.momentum = [0.1, 0.2]\n',
    "[data.otra]\nsubset = { train = 50 }\n" + X + 'data = "otra"\n',
    '[report.corto]\nkind = "breve"\n[report.largo]\nstudies = ["rejilla"]\n',
    '[study.x]\nfrom = { study = "rejilla" }\nset.activation = "elu"\nexclude = [{ activation = "elu" }]\n',
    '[study.x]\nfrom = { study = "rejilla" }\nexclude = [{ optimizer = "SGD" }]\n',
    '[model.m]\nparameters = { w = "none", t = true }\n'
    'layers = [{ backbone = "VGG16", weights = "$w", trainable = "$t", until = "$u" }]\n'.replace(
        '"$u"', '"x"'
    ),
]


@pytest.mark.parametrize("text", MORE, ids=lambda value: value[-50:])
def test_what_is_right_is_not_complained_of(tmp_path, text):
    spec_of(tmp_path, BASE + text)


def test_a_study_says_its_data_where_data_names_none(tmp_path):
    bare = BASE.replace('name = "digits"', 'split = { seed = 1 }\n[data.uno]\nname = "digits"')
    with pytest.raises(ConfigurationError) as caught:
        spec_of(tmp_path, bare)
    assert [(item.field, item.allowed) for item in caught.value.problems] == [("study.rejilla.data", "uno")]
    spec = spec_of(tmp_path, bare + 'data = "uno"\n')
    assert {name: data.split.seed for name, data in spec.data_sets.items()} == {"uno": 1}


def test_reports_are_laid_over_the_common_ground(tmp_path):
    text = BASE.replace('"Prueba"', '"Prueba"\ncourse = "C"\nkind = "curso"\nrope = 0.01')
    reports = spec_of(tmp_path, text + '[report.a]\ntitle = "A"\n[report.b]\nkind = "breve"\n').reports
    assert {name: (item.title, item.kind, item.course, item.rope) for name, item in reports.items()} == {
        "a": ("A", "curso", "C", 0.01),
        "b": ("Prueba", "breve", "C", 0.01),
    }
    assert list(spec_of(tmp_path, text).reports) == ["informe"]


def test_a_title_is_missing_where_no_report_has_one(tmp_path):
    text = BASE.replace('title = "Prueba"', '[report.a]\n[report.b]\ntitle = "B"')
    with pytest.raises(ConfigurationError) as caught:
        spec_of(tmp_path, text)
    assert [(item.field, item.line) for item in caught.value.problems] == [("report.a.title", 2)]


def test_studies_of_the_only_report_are_looked_up_too(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        spec_of(tmp_path, BASE.replace('"Prueba"', '"Prueba"\nstudies = ["rejila"]'))
    assert [(item.field, item.line) for item in caught.value.problems] == [("report.studies[0]", 3)]


def test_more_runs_are_allowed_when_they_are_asked_for(tmp_path):
    path = written(tmp_path, BASE + X + f"grid.batch_size = {list(range(1, 2500))}\n")
    assert load(path, max_runs=2503).study
    with pytest.raises(ConfigurationError, match="1 error") as caught:
        load(path, max_runs=2502)
    assert "--max-runs" in str(caught.value)
