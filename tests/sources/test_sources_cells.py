"""Cells are read as people write them in a spreadsheet, and nothing is guessed."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.sources.cells import count, milliseconds, number, seconds, words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5448", 0.5448), ("0.5448", 0.5448), (" 0,5448 ", 0.5448), (",5", 0.5), ("1", 1.0), ("-0,5", -0.5),
        ("\u22120,5", -0.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234,5", 1234.5),
        ("1.846.410", 1846410.0), ("1\u00a0846\u00a0410", 1846410.0), ("1,234", 1.234), ("5e-1", 0.5),
        ("1,5E-05", 1.5e-5), ("+3", 3.0),
    ],
)  # fmt: skip
def test_numbers(text, value):
    assert number(text) == (value, False)


@pytest.mark.parametrize("text", ["60 %", "60%", "60,0 %", "60\u00a0%"])
def test_a_percentage_is_a_share_and_says_so(text):
    assert number(text) == (pytest.approx(0.6), True)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "n/d", "N/A", "nan", "NaN", "None", "inf"])
def test_what_stands_for_no_value(text):
    assert number(text) is None


@pytest.mark.parametrize(
    "text",
    ["=A1/2", "@suma", "#¡DIV/0!", "#N/A", "alto", "0,5 0,6", "1.23.4", "1,2,3", "0x10", "1e9999", "1" * 121,
     "5 p. p."],
)  # fmt: skip
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match=r"."):
        number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("10000", 10000), ("10.000", 10000), ("10,000", 10000), ("10 000", 10000), ("1.846.410", 1846410),
     ("50,0", 50), ("50.00", 50), ("0", 0), ("n/d", None)],
)  # fmt: skip
def test_counts(text, value):
    assert count(text) == value


@pytest.mark.parametrize("text", ["10,5", "-3", "diez", "1.84 M", "60 %", "=3"])
def test_what_is_no_count(text):
    with pytest.raises(ValueError, match=r"."):
        count(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("82", 82), ("82,5", 82.5), ("82 s", 82), ("82s", 82), ("16:41", 1001), ("16:41 min", 1001),
        ("16:41 min.", 1001), ("1:02:03", 3723), ("0:00:47.5", 47.5), ("00:16:41", 1001), ("104:00", 6240),
        ("104 min", 6240), ("1 h 2 min 3 s", 3723), ("1h 2min", 3720), ("1,5 h", 5400), ("57 minutos", 3420),
        ("5m30s", 330), ("", None), ("–", None),
    ],
)  # fmt: skip
def test_times(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["16:61", "1:62:03", "2h30", "pronto", "-5", "1:2:3:4", "16:41 h", "=B2"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match=r"."):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3,2", 3.2), ("0.032 ms", 0.032), ("12 milisegundos", 12), ("12ms", 12), ("n/d", None), ("", None)],
)
def test_milliseconds(text, value):
    assert milliseconds(text) == value


@pytest.mark.parametrize("text", ["0", "-1", "3 s", "1:20", "pronto", "=B2", "ms"])
def test_what_is_no_time_in_milliseconds(text):
    with pytest.raises(ValueError, match=r"."):
        milliseconds(text)


def test_a_quote_that_guards_a_text_from_being_a_formula_is_no_part_of_it():
    assert words("'=a") == "=a"
    assert words("'80") == "'80"


def spelled(value: float, *, comma: bool, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if comma else text


@given(st.floats(0, 1), st.booleans(), st.integers(1, 12), st.sampled_from(["", " ", "\u00a0"]))
def test_a_share_comes_back_however_it_is_written(value, comma, digits, gap):
    rounded = float(f"{value:.{digits}f}")
    assert number(spelled(value, comma=comma, digits=digits)) == (rounded, False)
    found = number(spelled(100 * value, comma=comma, digits=digits) + gap + "%")
    assert found is not None
    assert found[1]
    assert math.isclose(found[0], float(f"{100 * value:.{digits}f}") / 100, abs_tol=1e-15)


@given(st.integers(0, 10**12), st.sampled_from([".", ",", " ", "\u00a0", "'"]))
def test_a_count_comes_back_with_its_thousands_apart(value, sign):
    assert count(f"{value:,}".replace(",", sign)) == value


@given(st.integers(0, 10**6))
def test_a_time_comes_back(whole):
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    assert seconds(str(whole)) == whole
    assert seconds(f"{whole // 60}:{rest:02}") == whole
    assert seconds(f"{hours}:{minutes:02}:{rest:02}") == whole
    assert seconds(f"{hours} h {minutes} min {rest} s") == whole


@given(st.text())
def test_no_text_breaks_a_reader(text):
    for reader in (number, count, seconds, milliseconds):
        with suppress(ValueError):
            found = reader(text)
            assert found is None or isinstance(found, int | float | tuple)
