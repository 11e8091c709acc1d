"""What a text says of the time that a trained network takes to answer: judged by that, not by training."""

from __future__ import annotations

import pytest
from findings.cases.inference import beside, timed
from support.results import run, spec_of

from reportgen.prose import Kind
from reportgen.prose.check import review

STUDY = """
[study.redes]
title = "Redes"
variant.ligera = { title = "Red ligera", model = "mlp" }
variant.pesada = { title = "Red pesada", model = "cnn" }
"""


def results(light, heavy):
    outcomes = {"ligera": light, "pesada": heavy}
    return (run(spec_of(STUDY), lambda plan: outcomes[str(plan.parameters["variant"])]),)


ALIKE = results(timed(0.8, 0.0321, seconds=90), timed(0.9, 2.57, seconds=30))
APART = results(beside(0.8, 0.0321), timed(0.9, 2.57))
CLOSE = results(timed(0.8, 2.5), timed(0.9, 2.57))


def found(text, parts=ALIKE):
    return review({"resumen.md": text}, parts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("La Red pesada tarda 2,57 ms por imagen.", Kind.RETYPED),
        ("El tiempo de inferencia de la Red pesada es de 2,57 ms.", Kind.RETYPED),
        ("El tiempo de inferencia de la Red pesada es de 0,00257 s.", Kind.RETYPED),
        ("La latencia de la Red ligera es de 0,0321 ms.", Kind.RETYPED),
        ("La Red pesada tarda 3,57 ms por imagen.", Kind.CONTRADICTED),
        ("El tiempo de inferencia de la Red ligera es de 0,5 ms.", Kind.CONTRADICTED),
        ("La Red pesada necesita 8,25 ms por época.", None),
        ("La Red pesada mira 8,25 ms.", None),
        ("La Red pesada tardó 30 s en entrenarse.", Kind.RETYPED),
        ("La Red ligera es más rápida al predecir que la Red pesada.", None),
        ("La Red pesada es más rápida al predecir que la Red ligera.", Kind.REFUTED),
        ("La Red pesada es más rápida en inferencia que la Red ligera.", Kind.REFUTED),
        ("La Red ligera tarda más en responder que la Red pesada.", Kind.REFUTED),
        ("La Red ligera tiene un menor tiempo de inferencia que la Red pesada.", None),
        ("La Red ligera tiene un mayor tiempo de inferencia que la Red pesada.", Kind.REFUTED),
        ("La Red pesada es más rápida que la Red ligera.", None),  # in training: 30 s against 90 s
        ("La Red ligera es más rápida que la Red pesada.", Kind.REFUTED),
        ("La latencia mejoró de 3 ms a 2 ms.", None),
        ("El modelo más rápido al predecir es la Red ligera.", None),
        ("El modelo más rápido al predecir es la Red pesada.", Kind.REFUTED),
    ],
)
def test_what_is_said_of_answers_is_judged_by_answers(text, kind):
    assert [remark.kind for remark in found(text)] == ([kind] if kind else [])


def test_the_live_value_is_offered_and_known():
    (remark,) = found("La Red pesada tarda 2,57 ms por imagen.")
    assert '{{ valor("redes.red-pesada", "inference") }}' in remark.expected
    assert "2,57 ms" in remark.expected
    assert found('Tarda {{ valor("redes.pesada", "inference") }}.') == ()


@pytest.mark.parametrize("parts", [APART, CLOSE])
@pytest.mark.parametrize("names", [("ligera", "pesada"), ("pesada", "ligera")])
def test_times_that_do_not_compare_refute_nothing(parts, names):
    first, second = names
    assert found(f"La Red {first} es más rápida al predecir que la Red {second}.", parts) == ()
    assert found(f"El modelo más rápido al predecir es la Red {first}.", parts) == ()
