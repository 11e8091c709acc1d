"""A wrong file with many mistakes tells them all at once, each with its file, its line and its field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import GRID, HEAD, written

from reportgen.cli import main
from reportgen.errors import ConfigurationError
from reportgen.spec.load import load


def problems(path, profile=""):
    with pytest.raises(ConfigurationError) as caught:
        load(path, profile)
    return caught.value.problems


TEN = """\
[report]
title = "Prueba"
rope = nan                                                       # 1
[data]
name = "cifar"                                                   # 2
split = { validaton = 0.1 }                                      # 3
[training]
epochs = -2                                                      # 4
timeout_minutes = inf                                            # 5
[model.mlp]
parameters = { units = [8], activation = "relu", dropout = 0.0 }
layers = [
  "Flaten",                                                      # 6
  { layer = "Dense", units = 8, activaton = "relu" },            # 7
]
[study.rejilla]
model = "mlp"
grid.optimizer = ["SGD", "Adan"]                                 # 8
folds = 1                                                        # 9
[study.dropout]
from = { study = "rejila", per = ["optimizer"] }                 # 10
set.dropout = 0.3
"""
FIELDS = [
    "report.rope", "data.name", "data.split.validaton", "training.epochs", "training.timeout_minutes",
    "model.mlp.layers[0]", "model.mlp.layers[1].activaton", "study.rejilla.grid.optimizer[1]",
    "study.rejilla.folds", "study.dropout.from.study",
]  # fmt: skip
SUGGESTED = {
    "data.name": "¿quisiste decir «cifar10»?",
    "data.split.validaton": "¿quisiste decir «validation»?",
    "training.epochs": "mayor o igual que 1",
    "model.mlp.layers[0]": "¿quisiste decir «Flatten»?",
    "model.mlp.layers[1].activaton": "¿quisiste decir «activation»?\n  → Dense(units, activation=None, ",
    "study.rejilla.grid.optimizer[1]": "¿quisiste decir «Adam»?",
    "study.dropout.from.study": "¿quisiste decir «rejilla»?",
}


def numbered(text):
    """Line of each mistake, by the number that stands behind it."""
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.rstrip()[-1:].isdigit() and "#" in line
    ]


def test_ten_mistakes_are_ten_located_errors(tmp_path):
    found = problems(written(tmp_path, TEN))
    assert [item.field for item in found] == FIELDS
    assert [item.line for item in found] == numbered(TEN)
    assert {item.file for item in found} == {str(tmp_path / "e.toml")}
    for field, words in SUGGESTED.items():
        (item,) = [item for item in found if item.field == field]
        assert words in item.allowed


def test_the_command_prints_them_one_after_the_other(tmp_path, capsys):
    path = written(tmp_path, TEN)
    for verb in (["check"], ["plan"], ["show"], ["run", "--yes"], ["render"], ["prepare"]):
        assert main([verb[0], str(path), *verb[1:]]) == 2
        told = capsys.readouterr().err
        assert [line.split(": ")[1] for line in told.splitlines() if line.startswith(str(path))] == FIELDS
        assert told.rstrip().endswith("10 errores en la configuración")


SEMANTIC = (
    HEAD
    + """\
[study.rejilla]
model = "mlp"
grid.activation = ["relu", "tahn"]                               # 1
grid.dropot = [0.1]                                              # 2
zip.epochs = [1, 2]                                              # 3
zip.batch_size = [1]
exclude = [{ activation = "elu" }]                               # 4
table = { rows = "capas" }                                       # 5
labels.activation = { values = ["uno"] }                         # 6
[study.otro]
model = "mpl"                                                    # 7
data = "nada"                                                    # 8
[study.uno]
from = { study = "dos" }                                         # 9
[study.dos]
from = { study = "uno", per = ["activation"] }                   # 10 11
"""
)


def test_what_only_the_whole_tells_is_told_all_at_once_too(tmp_path):
    found = problems(written(tmp_path, SEMANTIC))
    assert [item.field.removeprefix("study.") for item in found] == [
        "rejilla.grid.activation[1]", "rejilla.grid.dropot", "rejilla.zip",
        "rejilla.exclude[0].activation", "rejilla.table.rows", "rejilla.labels.activation.values",
        "otro.model", "otro.data", "uno.from", "dos.from", "dos.from.per[0]",
    ]  # fmt: skip
    lines = numbered(SEMANTIC)
    assert [item.line for item in found] == [*lines, lines[-1]]


COMMON = """\
[data]
name = "cifar"
[training]
epochs = -2
[model.mlp]
parameters = { units = [8], activation = "relu", dropout = 0.0 }
layers = [
  "Flaten",
]
"""
OWN = """\
include = ["partes/comun.toml"]
[report]
title = "Prueba"
kind = "proyectos"
[study.rejilla]
model = "mlp"
grid.optimizer = ["SGD", "Adan"]
[profile.demo]
training.epochs = 0
study.rejilla.folds = 1
"""


def test_mistakes_in_an_included_file_are_told_with_that_file(tmp_path):
    (tmp_path / "partes").mkdir()
    written(tmp_path / "partes", COMMON, "comun.toml")
    own, common = str(tmp_path / "e.toml"), str(tmp_path / "partes" / "comun.toml")
    found = problems(written(tmp_path, OWN))
    assert [(item.file, item.line, item.field) for item in found] == [
        (own, 4, "report.kind"),
        (own, 7, "study.rejilla.grid.optimizer[1]"),
        (common, 2, "data.name"),
        (common, 4, "training.epochs"),
        (common, 8, "model.mlp.layers[0]"),
    ]
    found = problems(tmp_path / "e.toml", "demo")
    assert [(item.file, item.line, item.field) for item in found if item.file == own] == [
        (own, 4, "report.kind"),
        (own, 7, "study.rejilla.grid.optimizer[1]"),
        (own, 9, "training.epochs"),
        (own, 10, "study.rejilla.folds"),
    ]


BASE = HEAD + GRID
SLIPS = {  # what is right -> what is wrong instead, and the field that is told
    'title = "Prueba"': ("title = 3", "report.title"),
    'name = "digits"': ('name = "digit"', "data.name"),
    "epochs = 2": ("epochs = 2.5", "training.epochs"),
    'activation = "relu", dropout': ('activation = "rellu", dropout', "model.mlp.parameters.activation"),
    '"Flatten"': ('"Flaten"', "model.mlp.layers[0]"),
    'layer = "Dense"': ('layer = "Densa"', "model.mlp.layers[1].layers[0].layer"),
    'rate = "$dropout"': ('rate = "$dropot"', "model.mlp.layers[1].layers[1].rate"),
    '"SGD"': ('"SGDD"', "study.rejilla.grid.optimizer[0]"),
    '"tanh"': ('"tahn"', "study.rejilla.grid.activation[1]"),
}


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(sorted(SLIPS)), min_size=1))
def test_no_mistake_hides_another(tmp_path_factory, chosen):
    text = BASE
    for right in chosen:
        assert text.count(right) == 1
        text = text.replace(right, SLIPS[right][0])
    found = problems(written(tmp_path_factory.mktemp("slips"), text))
    assert {item.field for item in found} == {SLIPS[right][1] for right in chosen}
    assert len(found) == len(chosen)
