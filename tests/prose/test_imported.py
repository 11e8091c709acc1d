"""The author's prose about a table of results made elsewhere: it is judged by what the table says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from support.imported import made, predictions_text

from reportgen.prose import Kind
from reportgen.prose.check import Reviewer

TABLE = (Path(__file__).parents[2] / "examples/datos/rejilla_cifar10.csv").read_text(encoding="utf-8")
ON_TEST = 'name = "cifar10"\nsplit = { validation = "test" }'
OWN = 'name = "folder"\npath = "fotos"\nsplit = { validation = "test" }'
STUDY = """results = "tabla.csv"
labels = { optimizer.name = "Optimizador", activation = { values = ["ReLU", "tanh", "sigmoide"] } }"""
WRONG = {Kind.REFUTED, Kind.CONTRADICTED}
FALSE = [
    "El mejor optimizador es SGD.",
    "SGD con sigmoide alcanza 0,59.",
    "SGD con sigmoide y 2 capas alcanza una exactitud de 0,59.",
    "A más capas, mayor exactitud con sigmoide.",
    "A más capas, mayor exactitud.",
    "RMSprop con relu y 2 capas llega a 63,3 % de exactitud.",
    "Adam supera a RMSprop con relu.",
    "La mejor combinación es Adam con ReLU y 3 capas.",
    "Adam fue el optimizador más rápido.",
    "Ninguna combinación supera el 65 % de exactitud.",
    "Todos los modelos con relu superan el 60 % de exactitud.",
    "tanh es mejor que relu.",
    "No hay sobreajuste en ninguno de los modelos.",
    "RMSprop con relu y 3 capas supera a RMSprop con relu y 2 capas.",
    "Adam con tanh y 3 capas tardó 93 s.",
]
TRUE = [
    "El mejor optimizador es RMSprop.",
    "Con SGD y relu, a más capas mayor exactitud.",
    "Al aumentar las capas mejora la exactitud con RMSprop y tanh.",
    "A más capas, menor exactitud con SGD y sigmoide.",
    "RMSprop supera a Adam con relu.",
    "La mejor combinación es RMSprop con ReLU y 2 capas.",
    "SGD fue el optimizador más rápido.",
    "RMSprop tarda menos que Adam.",
    "Ninguna combinación supera el 67 % de exactitud.",
    "relu es mejor que tanh.",
    "RMSprop con relu y 3 capas presenta sobreajuste.",
    "SGD con relu y 1 capa presenta sobreajuste.",
    "La clase que mejor se reconoce es perro.",
    "Todos los modelos se entrenaron durante 10 épocas.",
    "SGD con relu y 3 capas es mejor que con el optimizador Adam y un 30 % de Dropout.",
]
RETYPED = [
    ("RMSprop relu de 2 capas llega a 66,3 %.", "tabla.rmsprop-relu-2", "test.accuracy"),
    ("SGD con relu y 3 capas alcanza 0,5802.", "tabla.sgd-relu-3", "test.accuracy"),
    ("Adam con tanh y 3 capas tardó 193 s.", "tabla.adam-tanh-3", "seconds"),
]


@cache
def reviewer(data=ON_TEST):
    """Folder names no classes and no number of images: there everything is judged by the values alone."""
    return Reviewer((made(TABLE, data=data, study=STUDY),))


def told(text, data=ON_TEST):
    return reviewer(data).review({"resumen.md": text})


@pytest.mark.parametrize("data", [ON_TEST, OWN])
@pytest.mark.parametrize("text", FALSE)
def test_what_the_table_refutes_is_told(text, data):
    (remark,) = told(text, data)
    assert remark.kind in WRONG
    assert remark.stands


@pytest.mark.parametrize("data", [ON_TEST, OWN])
@pytest.mark.parametrize("text", TRUE)
def test_what_the_table_bears_out_or_does_not_tell_is_left_alone(text, data):
    assert [remark for remark in told(text, data) if remark.kind in WRONG] == []


@pytest.mark.parametrize(("text", "run", "column"), RETYPED)
def test_its_cells_are_offered_as_live_values(text, run, column):
    (remark,) = told(text)
    assert remark.kind is Kind.RETYPED
    assert f'{{{{ valor("{run}", "{column}") }}}}' in remark.expected


def test_a_denial_is_false_only_beyond_what_the_images_leave_open():
    """65.5 % and 66.3 % of 10,000 images are more than the threshold apart; Fisher cannot tell them."""
    close = "optimizer;val_accuracy\nSGD;0,6550\nAdam;0,6630\n"
    apart = close.replace("0,6550", "0,6303")
    denial = {"resumen.md": "Adam no supera a SGD."}
    assert Reviewer((made(close, data=ON_TEST),)).review(denial) == ()
    (remark,) = Reviewer((made(apart, data=ON_TEST),)).review(denial)
    assert remark.kind is Kind.REFUTED


def test_with_predictions_its_classes_are_judged():
    truth = "0123456789" * 2
    answers = predictions_text({"SGD": truth.replace("3", "5"), "Adam": truth}, truth)
    table = "optimizer;val_accuracy\nSGD;0,8\nAdam;0,9\n"
    study = 'results = "tabla.csv"\npredictions = "p.csv"'
    part = made(table, further={"p.csv": answers}, study=study, data='name = "cifar10"')
    (remark,) = Reviewer((part,)).review(
        {"resumen.md": "La exhaustividad de la clase gato con SGD es del 80 %."}
    )
    assert remark.kind in WRONG
