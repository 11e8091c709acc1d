"""Notes that keep a table from being misread: penalties in a loss, undefined precisions, bold."""

from __future__ import annotations

import re

from report.test_sections import html_of
from support.results import IMAGES, Outcome, grid_text

HEAVY = """
[model.pesada]
layers = ["Flatten", { layer = "Dense", units = 8, kernel_regularizer = { name = "L2", l2 = 0.001 } }]
"""
VARIANTS = """
[study.redes]
title = "Dos redes"
variant.ligera = { title = "Red ligera", model = "mlp" }
variant.pesada = { title = "Red pesada", model = "pesada" }
"""


def text_of(text, decide=lambda _: 0.7):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html_of(text, decide)))


def test_a_loss_with_a_penalty_is_told_beside_each_table_that_has_it():
    told = text_of(HEAVY + VARIANTS)
    note = "La pérdida de «Red pesada» incluye la penalización de sus pesos"
    assert told.count(note) == 2  # its study and the comparison
    assert "penalización de sus pesos" not in text_of(VARIANTS.replace('"pesada"', '"mlp"'))


def test_a_precision_without_a_prediction_is_told_as_undefined():
    never = Outcome(0.25, predicted=tuple([0] * IMAGES))
    told = text_of(grid_text({"optimizer": ["SGD"]}), lambda _: never)
    assert "El modelo no asigna ninguna imagen a las clases barco, ciervo y hierro" in told
    assert "no asigna ninguna imagen" not in text_of(grid_text({"optimizer": ["SGD"]}))


def test_a_table_of_one_model_says_nothing_of_bold():
    one, two = (text_of(grid_text({"optimizer": names})) for names in (["SGD"], ["SGD", "Adam"]))
    assert "En negrita, los modelos que no se distinguen" not in one
    assert "En negrita, los modelos que no se distinguen" in two
