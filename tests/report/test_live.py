"""Live values in the author's texts: what they stand for, and that nothing else can be said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import document_of, write
from support.results import FOLLOW, Outcome, folds_text, grid_text, run, spec_of, variants_text

from reportgen.errors import RenderError
from reportgen.findings import find
from reportgen.prose.asking import UnknownValueError
from reportgen.prose.live import Askable
from reportgen.prose.text import placed
from reportgen.records.model import Inference
from reportgen.report.live import NOTHING, evaluate
from reportgen.report.sentences import plain
from reportgen.report.skeleton import BODY, Skeleton, fill, mark, written
from reportgen.report.write import draft

AXES = {"optimizer": ["SGD", "Adam"]}
ANSWER = Inference(0.03214, 0.03, 0.04, 32, 40, 1)
VALUES = {
    "valor rejilla.adam test.accuracy": "91,2 %",
    "valor rejilla.adam seconds": "8,4 s",
    "celda variant_improves difference cnn": "+1,2",
    "celda variant_improves difference ": "+1,2",
    "frase overall_best ": "El mejor es <b>x</b>.",
}


def filled(text, values=None):
    skeleton = Skeleton(f"<main>{BODY}</main>", str(mark("resumen")), VALUES if values is None else values)
    return fill(skeleton, written({"resumen": text}))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('valor("rejilla.adam", "test.accuracy")', "91,2 %"),
        ("valor('rejilla.adam', 'accuracy.test')", "91,2 %"),
        ('valor("rejilla.adam", "seconds")', "8,4 s"),
        ('celda("variant_improves", "difference", "cnn")', "+1,2"),
        ('celda("variant_improves", "difference")', "+1,2"),
        ('frase("overall_best")', "El mejor es <b>x</b>."),
    ],
)
def test_what_stands_between_braces(source, shown):
    assert evaluate(source, VALUES) == shown
    assert f"<p>a {shown} b</p>" in filled(f"a {{{{ {source} }}}} b")


def test_markdown_around_and_inside_does_not_matter():
    number = '{{ valor("rejilla.adam", "test.accuracy") }}'
    text = f'**{number}** y *{{{{ frase("overall_best") }}}}*\n\n| a |\n|---|\n| {number} |\n'
    page = filled(text)
    assert "<strong>91,2 %</strong> y <em>El mejor es <b>x</b>.</em>" in page
    assert "<td>91,2 %</td>" in page


@pytest.mark.parametrize(
    "source",
    [
        "1 + 1", "valor", "valor()", 'valor("a")', 'valor("a", 1)', 'valor("a", "b", "c")', 'frase(code="x")',
        '__import__("os").system("x")', 'valor("rejilla.adam", "test.accuracy").upper()', "(" * 200,
        'valor(*["a", "b"])', "lambda: 0", 'valor(f"{1}", "b")', 'open("/etc/passwd")', "", "x" * 10_000,
    ],
)  # fmt: skip
def test_nothing_else_can_be_said(source):
    with pytest.raises(UnknownValueError):
        evaluate(source, VALUES)


def test_an_unknown_value_is_told_with_its_line_and_what_was_meant():
    with pytest.raises(RenderError, match=r"resumen\.md:3") as error:
        filled('Uno.\n\nDos {{ valor("rejilla.adan", "test.accuracy") }}.')
    assert "'rejilla.adam'" in str(error.value)


@given(st.text())
def test_no_text_sets_a_mark_of_its_own(text):
    sly = f"\ue0000\ue001 {text.replace('{{', '')} \ue0000\ue001"
    placed_text, live = placed(sly)
    assert live == ()
    assert "\ue000" not in placed_text
    assert "91,2" not in filled(sly.replace("91,2", ""))


def test_values_are_not_read_again():
    """A value that looks like an expression stays what it is."""
    page = filled('{{ frase("overall_best") }}', {"frase overall_best ": "{{ 1 }} \ue0000\ue001"})
    assert "{{ 1 }}" in page


def test_a_report_has_the_numbers_of_its_tables():
    spec = spec_of(grid_text(AXES) + folds_text(["a"], folds=2), report='sections = ["resumen"]')
    collected = run(spec, lambda plan: Outcome(0.8, validation=0.7 + 0.1 * (plan.fold or 0), seconds=125))
    text = (
        'A {{ valor("rejilla.adam", "test.accuracy") }} B {{ valor("rejilla.adam", "seconds") }} '
        'C {{ valor("cv.red-a", "validation.accuracy") }} D {{ frase("few_seeds") }} '
        'E {{ celda("few_seeds", "enough") }} F'
    )
    html = write(spec, collected, pdf=False, prose={"resumen": text}).html
    shown = plain(html).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"A 80,0 % B 2 min 05 s C 75,0 % D Hay configuraciones .*\. E 5 F", shown, re.DOTALL)


LACKING = {**VALUES, NOTHING: "n. d.", "sin rejilla.sgd": "", "sin sigue.": "", "sin grid_best": ""}


@pytest.mark.parametrize(
    "source",
    [
        'valor("rejilla.sgd", "test.accuracy")',
        'valor("sigue.adam", "test.accuracy")',
        'frase("grid_best")',
        'celda("grid_best", "accuracy")',
    ],
)
def test_what_has_no_result_yet_is_told_as_such_and_loses_no_report(source):
    assert evaluate(source, LACKING) == "n. d."
    with pytest.raises(UnknownValueError):
        evaluate(source, VALUES)


@pytest.mark.parametrize(
    "source",
    [
        'valor("rejilla.adam", "test.nada")',
        'valor("otro.adam", "test.accuracy")',
        'celda("overall_best", "nada")',
        'frase("nada")',
        'frase("grid_best", "otro")',
    ],
)
def test_what_can_never_be_there_is_an_error_all_the_same(source):
    with pytest.raises(UnknownValueError):
        evaluate(source, {**LACKING, "sin overall_best": ""})


def test_a_report_with_failed_and_waiting_runs_is_written():
    spec = spec_of(
        grid_text(AXES) + FOLLOW.format(changed="set.dropout = 0.3"), report='sections = ["resumen"]'
    )
    collected = run(spec, lambda plan: 0.8 if plan.labels["optimizer"] == "SGD" else None)
    text = (
        'A {{ valor("rejilla.adam", "test.accuracy") }} B {{ valor("derivado.adam", "seconds") }} '
        'C {{ frase("seeds_best") }} D {{ valor("rejilla.sgd", "test.accuracy") }} E'
    )
    shown = plain(write(spec, collected, pdf=False, prose={"resumen": text}).html)
    assert "A n. d. B n. d. C n. d. D 80,0" in shown.replace("\N{NO-BREAK SPACE}", " ")


def test_the_time_of_an_answer_has_its_unit_and_one_that_was_not_measured_loses_no_report():
    outcomes = {"SGD": Outcome(0.8, inference=ANSWER), "Adam": 0.8}
    spec = spec_of(grid_text(AXES))
    collected = run(spec, lambda plan: outcomes[plan.parameters["optimizer"]])
    text = 'A {{ valor("rejilla.sgd", "inference") }} B {{ valor("rejilla.adam", "inference") }} C'
    shown = plain(write(spec, collected, pdf=False, prose={"resumen": text}).html)
    assert "A 0,0321 ms B n. d. C" in shown.replace("\N{NO-BREAK SPACE}", " ")
    (wrong,) = Askable([collected]).unknown(['valor("rejilla.adam", "inference")'])
    assert "no se midió «inference»" in wrong.expected


def test_check_and_report_agree_on_what_may_be_asked():
    """Whatever the report fills in, check lets stand, and the other way round."""
    text = variants_text({"base": "", "mejor": "base"}) + folds_text(["a"], folds=2) + grid_text(AXES)
    spec = spec_of(text)
    done = Outcome(0.8, inference=ANSWER)
    collected = run(spec, lambda plan: done if plan.labels.get("optimizer") != "SGD" else None)
    values = draft(document_of(spec), [collected], [find(collected)]).skeleton.values
    askable = Askable([collected])
    places = (
        "cnn.base",
        "cnn.red-base",
        "cv.red-a",
        "cv.red-a-p1",
        "rejilla.adam",
        "rejilla.nada",
        "nada.base",
    )
    sources = [
        f'valor("{place}", "{name}")'
        for place in places
        for name in ("test.accuracy", "seconds", "inference", "x.y")
    ]
    sources += [
        'frase("overall_best")',
        'frase("nada")',
        'celda("overall_best", "accuracy")',
        'celda("overall_best", "x")',
    ]
    for source in sources:
        try:
            evaluate(source, values)
            filled_in = True
        except UnknownValueError:
            filled_in = False
        assert filled_in is not bool(list(askable.unknown([source]))), source


def test_an_error_is_no_percentage():
    spec = spec_of(grid_text(AXES), report='sections = ["resumen"]')
    further = {"mean_squared_error": 0.0321, "sparse_top_k_categorical_accuracy": 0.97}
    collected = run(spec, lambda _: Outcome(0.8, further=further))
    text = 'A {{ valor("rejilla.adam", "test.mean_squared_error") }} B '
    text += '{{ valor("rejilla.adam", "test.sparse_top_k_categorical_accuracy") }} C'
    shown = plain(write(spec, collected, pdf=False, prose={"resumen": text}).html)
    assert "A 0,0321 B 97,0 % C" in shown.replace("\N{NO-BREAK SPACE}", " ")
