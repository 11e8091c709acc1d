"""Claims of a configuration: what a side names, and every mistake with its line and the next step."""

from __future__ import annotations

import pytest
from support.configurations import FOLLOW, GRID, HEAD, keys_of, spec_of, written

from reportgen.errors import ConfigurationError
from reportgen.spec.load import load
from reportgen.spec.sides import Side, matched, said_of, shared_axes, side_of

STUDIES = (
    HEAD
    + GRID
    + 'labels.activation = { values = ["ReLU", "Tangente"] }\n'
    + FOLLOW
    + """\
[study.cnn]
model = "mlp"
variant.base = { title = "CNN base", epochs = 3 }
variant.mejor = { title = "CNN mejorada", metrics = ["MeanSquaredError"] }
[study.tasas]
model = "mlp"
grid.optimizer.learning_rate = [0.1, 0.01]
"""
)
LINES = STUDIES.count("\n")
C = '[claim.uno]\ntext = "Algo"\n'
FACTOR = C + 'study = "rejilla"\nbetter = { optimizer = "Adam" }\nthan = { optimizer = "SGD" }\n'
PAIR = C + 'study = "cnn"\nbetter = "mejor"\nthan = "base"\n'
BOUND = C + 'of = "cnn.base"\n'

RIGHT = [
    FACTOR,
    PAIR,
    PAIR + 'metric = "train.loss"\nby = 3.5\n',
    PAIR + 'metric = "test.mean_squared_error"\n',
    PAIR + 'metric = "parameters"\nsame_budget = false\n',
    BOUND + "above = 0.6\n",
    BOUND + 'metric = "seconds"\nbelow = 60.0\n',
    C + 'better = "CNN mejorada"\nthan = "CNN base"\nstudy = "cnn"\n',
    C + 'better = "cnn.mejor"\nthan = "rejilla"\n',
    C + 'better = "dropout"\nthan = "rejilla"\n',
    C + 'better = { study = "rejilla", best = "validation.accuracy" }\nthan = "cnn"\n',
    C + 'study = "rejilla"\nbetter = { activation = "ReLU" }\nthan = { activation = "tanh" }\n',
    C + 'study = "tasas"\nof = { optimizer.learning_rate = 0.1 }\nabove = 0.5\n',
    FACTOR.replace("{ optimizer = ", '{ study = "dropout", optimizer = '),
]
WRONG = [  # text, (line after the studies, field, words that must be told)
    ('[claim.uno]\nof = "cnn.base"\nabove = 0.6\n', 1, "claim.uno.text", ["falta"]),
    ('[claim.uno]\ntext = " "\nof = "cnn.base"\nabove = 0.6\n', 2, "claim.uno.text", ["vacío"]),
    ('[claim.Uno]\ntext = "x"\n', 1, "claim.Uno", ["minúsculas"]),
    (C, 1, "claim.uno", ["no dice qué se compara", "better = ..., than = ..."]),
    (C + 'beter = "cnn"\nof = "cnn.base"\nabove = 0.5\n', 3, "claim.uno.beter", ["«better»"]),
    (C + 'study = "cnn"\nbetter = "base"\n', 1, "claim.uno.than", ["falta"]),
    (C + 'study = "cnn"\nthan = "base"\n', 1, "claim.uno.better", ["falta"]),
    (PAIR + 'of = "base"\nabove = 0.5\n', 6, "claim.uno.of", ["no va con"]),
    (BOUND, 3, "claim.uno.of", ["necesita un límite", "above = 0.6"]),
    (BOUND + "above = 0.5\nbelow = 0.6\n", 5, "claim.uno.below", ["no van juntos"]),
    (BOUND + "above = 0.5\nby = 0.1\n", 5, "claim.uno.by", ["va con `better`"]),
    (PAIR + "above = 0.5\n", 6, "claim.uno.above", ["va con `of`"]),
    (PAIR + "by = 0\n", 6, "claim.uno.by", ["mayor que 0"]),
    (PAIR + "by = 2.5\n", 6, "claim.uno.by", ["entre 0 y 1"]),
    (BOUND + "above = 60\n", 4, "claim.uno.above", ["no llega a 60", "0.6 es el 60 %"]),
    (BOUND + "above = inf\n", 4, "claim.uno.above", ["finito"]),
    # names
    (PAIR.replace('"cnn"', '"cn"'), 3, "claim.uno.study", ["ningún estudio «cn»", "«cnn»"]),
    (PAIR.replace('"mejor"', '"mejr"'), 4, "claim.uno.better", ["«mejr» no es", "«mejor»"]),
    (PAIR.replace('"base"', '"vgg"'), 5, "claim.uno.than", ["se admite: base, CNN base, mejor"]),
    (C + 'of = "cnn.bas"\nabove = 0.5\n', 3, "claim.uno.of", ["«cnn.base»"]),
    (C + "of = { }\nabove = 0.5\n", 3, "claim.uno.of", ["de qué estudio", "rejilla, dropout"]),
    (
        C + 'of = { study = "rejila" }\nabove = 0.5\n',
        3, "claim.uno.of.study", ["ningún estudio «rejila»", "«rejilla»"],
    ),
    (
        FACTOR.replace('{ optimizer = "Adam"', '{ optimiser = "Adam"'),
        4, "claim.uno.better.optimiser", ["no es un eje del estudio «rejilla»", "«optimizer»"],
    ),
    (
        FACTOR.replace('"SGD"', '"SDG"'),
        5, "claim.uno.than.optimizer", ['no tiene el valor "SDG"', "«SGD»"],
    ),
    (
        C + 'study = "rejilla"\nof = { activation = "elu" }\nabove = 0.5\n',
        4, "claim.uno.of.activation", ['no tiene el valor "elu"', "«relu»"],
    ),
    (
        C + 'study = "cnn"\nof = { variant = "CNN bas" }\nabove = 0.5\n',
        4, "claim.uno.of.variant", ["«CNN base»"],
    ),
    (
        C + 'study = "tasas"\nof = { optimizer.learning_rate = 0.2 }\nabove = 0.5\n',
        4, "claim.uno.of.optimizer.learning_rate", ["0.2", "valores: 0.1, 0.01"],
    ),
    (
        C + 'of = { study = "rejilla", best = "test.accuracy" }\nabove = 0.5\n',
        3, "claim.uno.of.best", ["no es una medida de validación", "validation.accuracy"],
    ),
    # metrics
    (PAIR + 'metric = "accuracy"\n', 6, "claim.uno.metric", ["«cnn» no mide «accuracy»"]),
    (PAIR + 'metric = "test.acuracy"\n', 6, "claim.uno.metric", ["«test.accuracy»"]),
    (PAIR + 'metric = "second"\n', 6, "claim.uno.metric", ["«seconds»"]),
    (
        C + 'better = "cnn.base"\nthan = "rejilla"\nmetric = "test.mean_squared_error"\n',
        5, "claim.uno.metric", ["«rejilla» no mide"],
    ),
    # who is compared with whom
    (PAIR.replace('"base"', '"mejor"'), 5, "claim.uno.than", ["el mismo"]),
    (
        C + 'better = "rejilla"\nthan = "cnn"\n',
        1, "claim.uno", ["no se sabe cuál", "optimizer, activation, variant", 'best = "validation.accuracy"'],
    ),
    (
        C + 'study = "rejilla"\nbetter = { optimizer = "Adam" }\nthan = { activation = "tanh" }\n',
        1, "claim.uno", ["no se sabe cuál"],
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_what_is_right_is_not_complained_of(tmp_path, text):
    assert spec_of(tmp_path, STUDIES + text).claim["uno"].text == "Algo"


@pytest.mark.parametrize(("text", "line", "field", "words"), WRONG, ids=lambda value: str(value)[-50:])
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(tmp_path, text, line, field, words):
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, STUDIES + text))
    found = caught.value.problems
    assert [(item.line, item.field) for item in found] == [(LINES + line, field)], str(caught.value)
    for word in words:
        assert word in str(found[0])


def test_all_mistakes_are_told_at_once_with_those_of_the_rest(tmp_path):
    text = STUDIES.replace("epochs = 2", "epochs = 0") + PAIR.replace('"mejor"', '"mejr"') + 'metric = "x"\n'
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text))
    assert [item.field for item in caught.value.problems] == [
        "training.epochs", "claim.uno.better", "claim.uno.metric",
    ]  # fmt: skip


def test_nothing_is_said_of_a_claim_on_a_study_that_is_broken_itself(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, STUDIES.replace('grid.optimizer = ["SGD', "grid.optimizer = 3 #") + FACTOR))
    assert [item.field for item in caught.value.problems] == ["study.rejilla.grid.optimizer"]


def test_a_profile_changes_a_claim_field_by_field(tmp_path):
    text = STUDIES + BOUND + "above = 0.6\n[profile.demo]\nclaim.uno.above = 0.9\n"
    claim = spec_of(tmp_path, text, "demo").claim["uno"]
    assert (claim.above, claim.of, claim.text) == (0.9, "cnn.base", "Algo")
    assert spec_of(tmp_path, text).claim["uno"].above == 0.6


def test_a_profile_that_takes_a_value_away_is_told_with_the_line_of_the_claim(tmp_path):
    text = STUDIES + FACTOR + '[profile.demo]\nstudy.rejilla.grid.optimizer = ["Adam"]\n'
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text), "demo")
    assert [(item.line, item.field) for item in caught.value.problems] == [
        (LINES + 5, "claim.uno.than.optimizer")
    ]


def test_claims_are_in_no_key(tmp_path):
    assert keys_of(tmp_path, STUDIES) == keys_of(
        tmp_path, STUDIES + FACTOR + BOUND.replace("uno", "dos") + "above = 0.6\n"
    )


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ('"rejilla"', Side("rejilla")),
        ('"cnn.mejor"', Side("cnn", {"variant": "mejor"})),
        ('"cnn.CNN base"', Side("cnn", {"variant": "base"})),
        ('{ study = "rejilla", activation = "Tangente" }', Side("rejilla", {"activation": "tanh"})),
        ('{ study = "dropout", activation = "ReLU" }', Side("dropout", {"activation": "relu"})),
        ('{ study = "cnn", variant = "CNN base" }', Side("cnn", {"variant": "base"})),
        (
            '{ study = "tasas", optimizer.learning_rate = 0.1 }',
            Side("tasas", {"optimizer.learning_rate": 0.1}),
        ),
        (
            '{ study = "rejilla", best = "validation.loss" }',
            Side("rejilla", {}, "validation.loss"),
        ),
    ],
)
def test_a_side_names_configurations(tmp_path, said, side):
    spec = spec_of(tmp_path, STUDIES + C + f"of = {said}\nabove = 0.6\n")
    claim = spec.claim["uno"]
    assert side_of(spec, claim, said_of(claim)["of"]) == side


def test_axes_are_paired_within_a_family_of_studies_only(tmp_path):
    spec = spec_of(tmp_path, STUDIES)
    assert shared_axes(spec, "rejilla", "dropout") == ("optimizer", "activation")
    assert shared_axes(spec, "rejilla", "cnn") == ()
    axes = ("optimizer", "activation")
    assert matched(Side("a", {"optimizer": 1}), Side("a"), axes) == ("activation",)
    assert matched(Side("a", {"optimizer": 1}), Side("a", {"activation": 1}), axes) == ()
    assert matched(Side("a", {}, "validation.loss"), Side("a"), axes) == ()
