"""Sentences in the document: each number marked with its cell and linked to the run it comes from."""

from __future__ import annotations

import re

import pytest
from support.documents import sample

from reportgen.errors import RenderError
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict
from reportgen.report.locale import MINUS, NBSP, Locale
from reportgen.report.packaged import packaged
from reportgen.report.sentences import sentence, shown
from reportgen.report.sources import Place
from reportgen.report.templates import Templates

TEMPLATES = Templates([packaged()])
ES = Locale("es", TEMPLATES.toml("es/strings.toml"))


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.RATIO, 0.912, f"91,2{NBSP}%"), (Unit.POINTS, -0.012, f"{MINUS}1,2"),

        (Unit.SECONDS, 90, f"1{NBSP}min{NBSP}30{NBSP}s"),
        (Unit.COUNT, 12345, "12.345"), (Unit.PROBABILITY, 0.25, f"={NBSP}0,250"), (Unit.FACTOR, 2.5, "2,5"),
        (Unit.FACTOR, 9.94, "9,9"), (Unit.FACTOR, 9.97, "10"), (Unit.FACTOR, 297.6, "298"),
        (Unit.BYTES, 20 * 2**20, f"20,00{NBSP}MB"),
        (Unit.EFFECT, -0.456, f"{MINUS}0,46"),
    ],
)  # fmt: skip
def test_each_unit_has_its_filter(unit, value, text):
    assert shown(Cell("x", value, unit, ()), ES) == text


def made(folder, text, *cells, leads=None):
    (folder / "es" / "findings").mkdir(parents=True)
    (folder / "es" / "findings" / "prueba.j2").write_text(text, encoding="utf-8")
    finding = Finding("prueba", Verdict.SUPPORTED, Role.CONCLUSION, "", cells, {"n": "<script>"})
    return sentence(finding, Templates([folder]), ES, leads or {})


def test_a_number_links_to_where_it_comes_from(tmp_path):
    cells = (
        Cell("a", 0.5, Unit.RATIO, ("k1",)),
        Cell("b", 0.5, Unit.RATIO, ("k1", "k2")),
        Cell("c", 1, Unit.COUNT, ()),
    )
    text = '{{ value("a") }} {{ value("b") }}\n  {{ counted("c", "run") }}'
    leads = {"a": Place("p-k1", "accuracy.test"), "b": Place("h-prueba", "b")}
    view = made(tmp_path, text, *cells, leads=leads)
    cell = 'data-cell="prueba.{}"'.format
    half = f'title="0.5 · prueba · proporción">50,0{NBSP}%'
    assert view.html == (
        f'<a class="n" href="#p-k1" {cell("a")} data-n="accuracy.test" {half}</a> '
        f'<a class="n" href="#h-prueba" {cell("b")} {half}</a> '
        f'<span class="n" {cell("c")} title="1 · prueba · recuento">1</span>{NBSP}ejecución'
    )
    assert view.text == f"50,0{NBSP}% 50,0{NBSP}% 1{NBSP}ejecución"


def test_names_are_escaped_once(tmp_path):
    view = made(tmp_path, "{{ names.n }}")
    assert view.html == "&lt;script&gt;"
    assert view.text == "<script>"


def test_a_cell_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(RenderError, match="no tiene la celda «nada»"):
        made(tmp_path, '{{ value("nada") }}')


def test_every_number_of_every_sentence_of_the_report_is_a_marked_cell():
    _, collected, written = sample()
    labels = {word for result in collected.results() for word in re.findall(r"\d+", result.plan.label)}
    for view in written.findings:
        own = {cell.id for cell in view.finding.cells}
        marked = re.findall(r'data-cell="([a-z_]+)\.([a-z_0-9]+)"', view.html)
        assert all(code == view.finding.code and cell in own for code, cell in marked)
        rest = re.sub(r'<(a|span) class="(?:n|given)"[^>]*>.*?</\1>', "", str(view.html))
        rest = re.sub(r"<[^>]+>|«[^»]*»|\bF1\b", "", rest)
        assert not set(re.findall(r"\d+", rest)) - labels, view.text
