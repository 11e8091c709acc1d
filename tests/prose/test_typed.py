"""Numbers that an author typed: which are one result for certain, where they stand, and which are none."""

from __future__ import annotations

import pytest
from prose.result_sets import results
from support.results import Outcome, data_record, grid_text, parts, spec_of

from reportgen.prose import Kind
from reportgen.prose.check import Reviewer
from reportgen.prose.text import PLACES, parsed, plain


def typed(name, text, file="resumen.md"):
    """Number as it stands in the text -> address of the result that it is."""
    found = {}
    for item in Reviewer(results(name)).read(file, text).typed:
        letters, *_ = plain(parsed(text).tokens[item.block])
        found[letters[item.start : item.end]] = item.address
    return found


TABLE = """
| Modelo | Exactitud (prueba) |
|---|---|
| VGG16 base | 0,6158 |
| VGG16 mejorada | **0,6409** |
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "redes", "La CNN base alcanza 0,5817 de exactitud.",
            {"0,5817": "valor cnn.cnn-base test.accuracy"},
        ),
        (
            "redes", "La CNN base alcanza un 58,17 % de exactitud y tarda 1001 s.",
            {"58,17 %": "valor cnn.cnn-base test.accuracy", "1001 s": "valor cnn.cnn-base seconds"},
        ),
        (
            "redes", "La exactitud de prueba de la CNN base es 0.5817 y la de la CNN mejorada, 0.6670.",
            {"0.5817": "valor cnn.cnn-base test.accuracy", "0.6670": "valor cnn.cnn-mejorada test.accuracy"},
        ),
        # Nothing is named, and one result alone is shown so.
        (
            "redes", "Se llegó a una exactitud de 0,7020.",
            {"0,7020": "valor ligeras.efficientnetb0 test.accuracy"},
        ),
        (
            "rejilla", "Adam con ReLU y 3 capas obtuvo 0,6039 de exactitud de prueba.",
            {"0,6039": "valor rejilla.adam-relu-3 test.accuracy"},
        ),
        # Of all that are named one alone has the number, and nobody else.
        (
            "rejilla", "Con RMSprop se alcanza una exactitud de prueba de 0,6630.",
            {"0,6630": "valor rejilla.rmsprop-relu-2 test.accuracy"},
        ),
        (
            "clases", "El Modelo 4 tiene una exhaustividad de 0,94 en la clase coche.",
            {"0,94": "clase modelos.modelo-4 test.recall coche"},
        ),
        (
            "redes",
            TABLE,
            {
                "0,6158": "valor vgg16.vgg16-base test.accuracy",
                "0,6409": "valor vgg16.vgg16-mejorada test.accuracy",
            },
        ),
    ],
)  # fmt: skip
def test_a_number_that_is_one_result(name, text, expected):
    assert typed(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("redes", "El 9 de junio de 2026 se entrenó la CNN base (LeCun, 1998) como en [12]."),
        ("redes", "La CNN base usa 512 unidades, lotes de 32 y una tasa de aprendizaje de 0,001."),
        ("redes", "Según He et al. (2016), la CNN base alcanza 0,5817 de exactitud."),
        ("redes", "«La CNN base alcanza 0,5817 de exactitud en todos los casos»."),
        ("redes", "> La CNN base alcanza 0,5817 de exactitud."),
        ("redes", "La CNN base alcanza `0,5817` de exactitud.\n\n    0,5817\n"),
        ("redes", "¿Alcanza la CNN base 0,5817 de exactitud?"),
        ("redes", "La CNN base alcanza [0,5817](https://example.org) de exactitud."),
        ("redes", "La CNN base se entrenó 25 épocas."),
        # Two networks have it: ResNet50 base and mejorada.
        ("redes", "Se llegó a una exactitud de 0,3458."),
        ("redes", "Una ResNet50 alcanza 0,3458 de exactitud."),
        # Another number than the result.
        ("redes", "La CNN base alcanza 0,5818 de exactitud."),
        # A difference, a bound, what is about it.
        ("redes", "La CNN mejorada gana 8,53 puntos a la CNN base."),
        ("redes", "La CNN base supera el 58,16 % de exactitud."),
        ("redes", "La CNN base ronda el 58,17 % de exactitud."),
        # Test and validation round to the same: which of them is nowhere said.
        ("semillas", "Adam obtuvo una exactitud de 0,85."),
        ("semillas", "SGD obtuvo una exactitud de 0,8020 de media."),
    ],
)
def test_what_is_no_one_result_stays_as_it_is(name, text):
    assert typed(name, text) == {}


def test_the_file_and_the_heading_name_nothing_for_certain():
    """Two networks have this accuracy; that the heading is about one of them is not enough."""
    assert typed("redes", "## ResNet50 base\n\nSe obtuvo una exactitud de prueba de 0,3458.") == {}
    told = typed("redes", "## ResNet50 base\n\nLa ResNet50 base obtuvo una exactitud de prueba de 0,3458.")
    assert told == {"0,3458": "valor resnet50.resnet50-base test.accuracy"}


def test_where_it_stands_does_not_matter():
    text = (
        'Vale {{ valor("cnn.base", "test.accuracy") }} y {{ frase("overall_best") }}. '
        "Más: *la **CNN base*** alcanza\n**0,5817** de exactitud. <!-- aceptado: sí --> Fin."
    )
    assert typed("redes", text) == {"0,5817": "valor cnn.cnn-base test.accuracy"}
    letters, *_ = plain(parsed(text).tokens[1])
    assert len(PLACES.findall(letters)) == 2


def test_two_data_sets_with_the_same_number_are_two_results():
    text = '[data.otro]\nname = "fashion_mnist"\n' + grid_text({"optimizer": ["SGD", "Adam"]})
    text += (
        '[study.otra]\ntitle = "Otra"\ndata = "otro"\nmodel = "mlp"\ngrid.optimizer = ["SGD", "RMSprop"]\n'
    )
    accuracy = {"SGD": 0.7125, "Adam": 0.7350, "RMSprop": 0.7350}

    def decide(plan):
        return Outcome(accuracy[plan.parameters["optimizer"]], validation=0.5, train=0.9)

    found = parts(spec_of(text), decide, data_record())
    assert len(found) == 2
    reviewer = Reviewer(found)
    assert reviewer.read("a", "Se obtuvo una exactitud de prueba de 0,7350.").typed == ()
    (number,) = reviewer.read("a", "Con RMSprop se obtuvo una exactitud de prueba de 0,7350.").typed
    assert number.address == "valor otra.rmsprop test.accuracy"


def test_a_number_in_a_refuted_sentence_keeps_its_result():
    text = "SGD supera a Adam: Adam con ReLU y 3 capas obtuvo 0,6039 de exactitud de prueba."
    read = Reviewer(results("rejilla")).read("a", text)
    assert [remark.kind for remark in read.remarks] == [Kind.REFUTED]
    assert [number.address for number in read.typed] == ["valor rejilla.adam-relu-3 test.accuracy"]


def test_a_time_that_is_cut_off_is_not_linked():
    assert typed("redes", "La CNN mejorada tarda 57 min.") == {"57 min": "valor cnn.cnn-mejorada seconds"}
    assert typed("redes", "La VGG16 base tarda 50 min.") == {}  # 3055 s are 51 minutes


def test_of_several_that_are_named_the_number_must_be_of_no_other_data_set_either():
    text = '[data.otro]\nname = "fashion_mnist"\n'
    text += grid_text({"optimizer": ["Adam", "SGD"], "activation": ["relu", "tanh"]})
    text += '[study.otra]\ntitle = "Otra"\ndata = "otro"\nmodel = "mlp"\ngrid.optimizer = ["RMSprop"]\n'

    def decide(plan, other):
        alone = plan.study == "otra"
        test = other if alone else 0.735 if plan.label.startswith("Adam") and "relu" in plan.label else 0.61
        return Outcome(test, validation=0.5, train=0.9)

    sentence = "Con Adam se alcanza una exactitud de prueba de 0,7350."
    for other, count in ((0.72, 1), (0.735, 0)):
        found = parts(spec_of(text), lambda plan, other=other: decide(plan, other), data_record())
        assert len(Reviewer(found).read("a", sentence).typed) == count, other
