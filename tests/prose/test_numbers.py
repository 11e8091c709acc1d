"""What a number may mean, with both decimal signs, and which numbers are no results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.prose.numbers import Amount, meanings, quantities
from reportgen.prose.text import fold


@pytest.mark.parametrize(
    ("token", "values"),
    [
        ("58", [58]), ("0,58", [0.58]), ("0.58", [0.58]), ("0.582", [0.582]), ("0,5802", [0.5802]),
        ("1.234", [1.234, 1234]), ("1,234", [1.234, 1234]), ("12.345", [12.345, 12345]), ("1234,5", [1234.5]),
        ("1.846.410", [1_846_410]), ("1,846,410", [1_846_410]), ("1 846 410", [1_846_410]),
        ("1.234,5", [1234.5]), ("1,234.5", [1234.5]), ("1.2.3", []), ("-3,5", [-3.5]),
    ],
)  # fmt: skip
def test_meanings(token, values):
    assert [amount.value for amount in meanings(token)] == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("60 %", "percent", 60), ("60%", "percent", 60), ("58 por ciento", "percent", 58),
        ("cincuenta y ocho por ciento", "percent", 58), ("8,5 puntos porcentuales", "points", 8.5),
        ("16:41 mins", "seconds", 1001), ("16 min 41 s", "seconds", 1001), ("1:02:03", "seconds", 3723),
        ("16 minutos y 41 segundos", "seconds", 1001), ("2,5 min", "seconds", 150), ("82 s", "seconds", 82),
        ("1 h 5 min", "seconds", 3900), ("dos horas", "seconds", 7200), ("1:30 h", "seconds", 5400),
        ("8.264 MB", "megabytes", 8.264), ("20 épocas", "epochs", 20), ("veinte épocas", "epochs", 20),
        ("1.846.410 parámetros", "parameters", 1_846_410),
        ("1,8 millones de parámetros", "parameters", 1.8e6),
        ("3 capas", "layers", 3), ("tres capas", "layers", 3), ("0,58", "", 0.58), ("0,58.", "", 0.58),
    ],
)  # fmt: skip
def test_units(text, unit, value):
    (found,) = quantities(fold(text))
    assert found.unit == unit
    assert found.amounts[0].value == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "en 2014", "la figura 3", "la tabla 2.1", "época 15", "una tasa de aprendizaje de 0,001",
        "dropout de 0.3",
        "un lote de 32", "60.000 imágenes", "10 clases", "512 neuronas", "semilla 42", "k = 5", "p = 0,03",
        "un 95 % de confianza", "el 20 % de las imágenes", "16 GB", "2,4 GHz", "2 veces", "python 3.12",
        "a las 16:41", "3ª versión", "12 €", "el 10 % de los datos",
    ],
)  # fmt: skip
def test_numbers_that_are_no_results(text):
    assert {item.unit for item in quantities(fold(text))} <= {"other"}


def test_a_duration_is_one_quantity_and_not_three():
    assert len(quantities("tardo 1 h 2 min 3 s en total")) == 1


@pytest.mark.parametrize("text", ["MobileNetV2", "cifar10", "resnet50v2", "conv2d", "b0"])
def test_digits_inside_words_are_no_numbers(text):
    assert quantities(fold(text)) == ()


@pytest.mark.parametrize(
    ("value", "step", "truth", "equal"),
    [
        (0.58, 0.01, 0.5802, True), (0.58, 0.01, 0.5849, True), (0.58, 0.01, 0.5851, False),
        (0.58, 0.01, 0.575, True), (0.5802, 0.0001, 0.58024, True), (0.5802, 0.0001, 0.58026, False),
    ],
)  # fmt: skip
def test_a_number_is_compared_at_its_own_precision(value, step, truth, equal):
    assert Amount(value, step).is_of(truth) is equal


@given(st.text(alphabet="0123456789.,: %smhx-épocasMB()", max_size=30))
def test_nothing_breaks_it(text):
    for item in quantities(fold(text)):
        assert 0 <= item.start < item.end <= len(text)
