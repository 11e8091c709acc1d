"""The table of all bars: read from the lines of the scripts, written between the markers of the page."""

from __future__ import annotations

import json

import collect
import pytest

LINE = {
    "bar": "plan",
    "value": 0.987654,
    "unit": "s",
    "limit": 2.0,
    "sense": "<=",
    "met": True,
    "detail": "a|b",
}
PAGE = f"before\n{collect.BEGIN}\n{collect.END}\nafter\n"


def lines(*more):
    return [collect.row({**LINE, **one}) for one in more or ({},)]


def test_a_row_shows_three_digits_and_no_stray_column():
    (row,) = lines()
    assert row == ("plan", "0.988 s", "≤ 2 s", "–", "–", "yes", "a/b")
    full = collect.row(
        {**LINE, "unit": "x", "sense": ">=", "met": False, "interval": [0.5, 1234.5], "control": [1, 1]}
    )
    assert full[1:6] == ("0.988x", "≥ 2x", "0.5 to 1234", "1 to 1", "**no**")


def test_lines_that_are_no_bars_are_passed_over_and_half_a_bar_is_refused():
    text = f"hello\n{json.dumps(LINE)}\n"
    assert collect.bars(text) == [LINE]
    half = {name: value for name, value in LINE.items() if name != "met"}
    with pytest.raises(ValueError, match="lacks met"):
        collect.bars(json.dumps(half))


def test_a_table_is_read_back():
    rows = lines({"bar": "one"}, {"bar": "two"})
    assert collect.read(collect.table(rows)) == rows


def test_the_page_keeps_everything_else_and_is_the_same_the_second_time():
    once = collect.written(PAGE, "CPU, 2 cores", lines())
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "CPU, 2 cores" in once
    assert collect.written(once, "CPU, 2 cores", lines()) == once


def test_a_bar_measured_again_takes_its_place_and_others_stay():
    page = collect.written(PAGE, "CPU", lines({"bar": "one"}, {"bar": "two"}))
    again = collect.written(page, "CPU", lines({"bar": "one", "value": 1.5}, {"bar": "three"}))
    assert [row[:2] for row in collect.read(again)] == [
        ("one", "1.5 s"),
        ("two", "0.988 s"),
        ("three", "0.988 s"),
    ]


def test_figures_of_another_machine_go():
    page = collect.written(PAGE, "old CPU", lines({"bar": "one"}, {"bar": "two"}))
    again = collect.written(page, "new CPU", lines({"bar": "one"}))
    assert [row[0] for row in collect.read(again)] == ["one"]
    assert "old CPU" not in again


@pytest.mark.parametrize("page", ["", collect.BEGIN, PAGE + PAGE])
def test_a_page_without_its_markers_is_refused(page):
    with pytest.raises(ValueError, match="needs one"):
        collect.written(page, "CPU", lines())
