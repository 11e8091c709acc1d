from __future__ import annotations

import datetime as dt

import pytest

from reportgen.errors import RenderError
from reportgen.report.locale import MINUS, NBSP, Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

WORDS = Templates([packaged()]).toml("es/strings.toml")
ES, MX = Locale("es", WORDS), Locale("es-MX", WORDS)


@pytest.mark.parametrize(
    ("value", "digits", "spain", "mexico"),
    [
        (0.9124, 3, "0,912", "0.912"),
        (1234, 0, "1234", "1234"),
        (1234.5, 1, "1234,5", "1234.5"),
        (9999.4, 0, "9999", "9999"),
        (12345, 0, "12.345", "12,345"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-3.25, 1, f"{MINUS}3,2", f"{MINUS}3.2"),
        (-0.0, 1, "0,0", "0.0"),
        (-0.04, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
    ],
)
def test_numbers(value, digits, spain, mexico):
    assert ES.number(value, digits) == spain
    assert MX.number(value, digits) == mexico


def test_a_number_that_rounds_up_to_five_digits_is_grouped_like_one():
    assert ES.number(9999.96, 1) in ("10.000,0", "10000,0")


@pytest.mark.parametrize("tag", ["es", "es-ES", "es-CL", "es-MX", "es-AR", "es-CO", "es-PE"])
def test_every_allowed_language_puts_a_hard_space_before_the_percent_sign(tag):
    text = Locale(tag, WORDS).percent(0.912)
    assert text.endswith(f"{NBSP}%")
    assert text[:4] in ("91,2", "91.2")


def test_percent_and_points():
    assert ES.percent(0.912) == f"91,2{NBSP}%"
    assert ES.percent(1.0) == f"100,0{NBSP}%"
    assert MX.percent(0.912) == f"91.2{NBSP}%"
    assert ES.points(0.012) == "+1,2"
    assert ES.points(-0.012) == f"{MINUS}1,2"
    assert ES.points(0.0) == ES.points(-0.0001) == ES.points(0.0001) == "0,0"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0,0 s"), (8.44, "8,4 s"), (59.94, "59,9 s"), (59.96, "1 min 00 s"), (60, "1 min 00 s"),
        (119.6, "2 min 00 s"), (125, "2 min 05 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"),
        (5400, "1 h 30 min"), (7 * 3600 + 29, "7 h 00 min"), (86400 * 2, "48 h 00 min"),
    ],
)  # fmt: skip
def test_durations(seconds, text):
    assert ES.duration(seconds) == text.replace(" ", NBSP)


def test_minutes_are_rounded_not_cut():
    assert ES.duration(3600 + 119) == f"1{NBSP}h{NBSP}02{NBSP}min"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.8041, "= 0,804"), (0.001, "= 0,001"), (0.00099, "< 0,001"), (1.0, "= 1,000"), (0, "< 0,001")],
)
def test_probabilities(p, text):
    assert ES.probability(p) == text.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], ""), (["uno"], "uno"), (["uno", "dos"], "uno y dos"), (["a", "b", "c"], "a, b y c"),
        (["padre", "hijo"], "padre e hijo"), (["padre", "Iglesia"], "padre e Iglesia"),
        (["cobre", "hierro"], "cobre y hierro"), (["padre", "«hijo»"], "padre e «hijo»"),
        (["«a»", "«ibis»"], "«a» e «ibis»"),
    ],
)  # fmt: skip
def test_lists(values, text):
    assert ES.items(values) == text


def test_words_agree_and_missing_words_are_an_error():
    assert [ES.plural(count, "run") for count in (0, 1, 2)] == ["ejecuciones", "ejecución", "ejecuciones"]
    assert ES("words.figure") == "Figura"
    assert ES.term("axes", "una_invención") == "una_invención"
    for key in ("words.nada", "nada", "words", "words.figure.más"):
        with pytest.raises(RenderError, match="no tiene"):
            ES(key)


def test_dates_and_sizes():
    assert ES.date(dt.date(2026, 6, 9)) == "9 de junio de 2026"
    assert MX.date(dt.date(2026, 6, 9)) == "9 de junio de 2026"
    assert ES.megabytes(2**20) == f"4,00{NBSP}MB"


@pytest.mark.parametrize(
    ("value", "cell", "sentence"),
    [(1.0, "1,000", f"={NBSP}1,000"), (0.0004, f"<{NBSP}0,001", f"<{NBSP}0,001")],
)
def test_a_p_value_in_a_table_has_no_equals_sign_and_in_a_sentence_has(value, cell, sentence):
    assert ES.p_value(value) == cell
    assert ES.probability(value) == sentence


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00:00,000000"),
        (47.123456, "0:00:47,123456"),
        (59.9999999, "0:01:00,000000"),
        (3725.5, "1:02:05,500000"),
        (90061, "25:01:01,000000"),
    ],
)
def test_a_clock(seconds, text):
    assert ES.clock(seconds) == text
    assert MX.clock(seconds) == text.replace(",", ".")


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        ((0.912, 0.9, 0.922), ("91", "90", "93", "100")),
        ((0.80, 0.7579, 0.8362), ("80", "75", "84", "100")),
        ((0.9912, 0.987, 0.994), ("991", "987", "994", "1000")),
        ((0.005, 0.001, 0.02), ("5", "1", "20", "1000")),
        ((0.7004, 0.6961, 0.7043), ("700", "696", "705", "1000")),
        ((1.0, 0.99, 1.0), ("1000", "990", "1000", "1000")),
    ],
)
def test_out_of_a_hundred_with_bounds_rounded_outwards(shares, text):
    found = ES.out_of(*shares)
    assert (found.value, found.low, found.high, found.whole) == text


def test_significant_digits_and_sizes():
    assert ES.significant(0.0010000000474974513) == "0,001"
    assert ES.significant(0.00025) == "0,00025"
    assert ES.significant(12.0) == "12"
    assert MX.significant(0.5) == "0.5"
    assert ES.size(2**20) == f"1,00{NBSP}MB"
    assert ES.size(3 * 2**29) == f"1,50{NBSP}GB"


def test_plain_terms_lie_over_the_others():
    plain = ES.plain()
    assert plain("metrics.accuracy") == "imágenes acertadas"
    assert plain("metrics.loss") == ES("metrics.loss")
    assert ES("metrics.accuracy") == "exactitud"
    assert plain.tag == ES.tag
