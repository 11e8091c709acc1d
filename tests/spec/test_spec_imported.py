"""What a study of results made elsewhere may say, and what may not be built upon it."""

from __future__ import annotations

import pytest
from support.configurations import GRID, HEAD, written

from reportgen.errors import ConfigurationError
from reportgen.spec.load import load

IMPORTED = '[study.tabla]\nresults = "tabla.csv"\n'
ONLY = '[report]\ntitle = "t"\n[data]\nname = "digits"\n'


def problems(folder, text):
    with pytest.raises(ConfigurationError) as caught:
        load(written(folder, text))
    return [(item.field, item.what) for item in caught.value.problems]


def test_one_file_is_a_list_of_one_and_no_model_is_needed(tmp_path):
    spec = load(written(tmp_path, ONLY + IMPORTED))
    assert spec.study["tabla"].results == ("tabla.csv",)
    assert spec.model == {}


def test_where_anything_is_trained_a_model_is(tmp_path):
    assert ("model", "falta este campo") in problems(
        tmp_path, ONLY + IMPORTED + '[study.otro]\nmodel = "m"\n'
    )
    assert ("model", "falta este campo") in problems(tmp_path, ONLY)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ('model = "mlp"', "model"),
        ("grid.epochs = [1, 2]", "grid"),
        ("set.epochs = 3", "set"),
        ("epochs = 3", "epochs"),
        ("seeds = [1]", "seeds"),
        ('from = { study = "rejilla" }', "from"),
        ("[study.tabla.variant.a]", "variant"),
    ],
)
def test_nothing_of_a_training_goes_with_it(tmp_path, more, field):
    ((at, what),) = problems(tmp_path, HEAD + GRID + IMPORTED + more + "\n")
    assert at == f"study.tabla.{field}"
    assert f"`{field}` no se usa con `results`" in what


@pytest.mark.parametrize("name", ["histories", "predictions"])
def test_further_files_belong_to_a_table(tmp_path, name):
    ((at, what),) = problems(tmp_path, HEAD + GRID + f'{name} = "h.csv"\n')
    assert (at, what) == (f"study.rejilla.{name}", f"`{name}` solo acompaña a `results`")


@pytest.mark.parametrize("name", ["/x.csv", "../x.csv", "a/../../x.csv", "", "..\\\\x.csv"])
def test_files_lie_beside_the_configuration(tmp_path, name):
    found = problems(tmp_path, ONLY + f'[study.tabla]\nresults = "{name}"\n')
    assert found[0][0] == "study.tabla.results[0]"
    assert "no es un archivo de la carpeta" in found[0][1]


def test_nothing_is_trained_on_from_it(tmp_path):
    follow = '[study.sigue]\nfrom = { study = "tabla" }\nset.dropout = 0.1\n'
    ((at, what),) = problems(tmp_path, HEAD + IMPORTED + follow)
    assert at == "study.sigue.from.study"
    assert "no hay redes de las que partir" in what
    red = '[model.red]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n'
    weights = red + '[study.otro]\nmodel = "red"\nweights = "run:tabla"\n'
    assert any("no tiene redes" in what for _, what in problems(tmp_path, HEAD + IMPORTED + weights))


def test_every_mistake_is_told_beside_the_others(tmp_path):
    found = problems(tmp_path, HEAD + IMPORTED + 'data = "otro"\nepochs = 3\n' + GRID.replace("relu", "rleu"))
    assert [field for field, _ in found] == [
        "study.tabla.data",
        "study.tabla.epochs",
        "study.rejilla.grid.activation[0]",
    ]
