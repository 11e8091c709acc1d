"""Sentences that the results refute are marked in the report, and no tag crosses another."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.prose import Kind, Mark, Remark, Typed, marks
from reportgen.report.markdown import to_html
from reportgen.report.skeleton import written

NOTE = "SGD 0,46; «Adam» 0,55"


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_the_sentence_is_wrapped_and_a_note_follows():
    html = to_html("Bien. SGD supera a Adam. Fin.", [Mark(1, 1, NOTE)])
    assert html == (
        f'<p>Bien. <span class="refuted" title="{NOTE}">SGD supera a Adam.</span>'
        f' <small class="refuted">[✗ {NOTE}]</small> Fin.</p>\n'
    )


def test_emphasis_code_and_links_inside_it_stay_whole():
    html = to_html("**SGD** supera a `Adam` en [todo](https://example.org). Fin.", [Mark(1, 0, NOTE)])
    assert html.count('<span class="refuted"') == html.count("</span>") > 3
    assert html.count(NOTE + "]") == 1
    assert ET.fromstring(str(html)) is not None  # noqa: S314 - our own bytes
    assert plain(html).startswith("SGD supera a Adam en todo.")


def test_a_note_is_escaped():
    html = to_html("Uno.", [Mark(1, 0, '<b>"x"</b>')])
    assert "<b>" not in html
    assert "&lt;b&gt;&#34;x&#34;" in html


def test_words_of_acceptance_are_not_shown():
    assert (
        to_html("SGD supera a Adam. <!-- aceptado: a propósito --> Fin.")
        == "<p>SGD supera a Adam.  Fin.</p>\n"
    )
    assert "aceptado" not in to_html("Uno.\n<!-- aceptado: en\ndos líneas -->\nDos.")
    assert "&lt;!-- otra --&gt;" in to_html("Uno <!-- otra -->.")


def test_a_mark_of_a_sentence_that_is_gone_marks_its_block():
    assert 'class="refuted"' in to_html("Uno.", [Mark(1, 7, NOTE)])


@given(st.text(alphabet="ab .*_`[]()<>!-\n|#0", max_size=60), st.integers(0, 8), st.integers(0, 4))
def test_marking_changes_no_text(text, block, sentence):
    bare, marked = to_html(text), to_html(text, [Mark(block, sentence, "")])
    without = re.sub(
        r'<span class="refuted" title="">|</span>| <small class="refuted">\[✗ \]</small>', "", marked
    )
    assert without == bare


@given(
    st.text(alphabet="ab .*_`[]()<>!-\n|#0", max_size=60),
    st.integers(0, 8),
    st.integers(0, 9),
    st.integers(1, 9),
)
def test_linking_a_number_changes_no_text_and_crosses_no_tag(text, block, start, length):
    typed = [Typed(block, start, start + length, "valor a.b seconds")]
    assert re.sub(r'<a class="typed" data-at="0">(.*?)</a>', r"\1", str(to_html(text, (), typed))) == to_html(
        text
    )
    linked = to_html(text, [Mark(block, 0, "")], typed)
    assert plain(linked) == plain(to_html(text, [Mark(block, 0, "")]))
    for inner in re.findall(r'<a class="typed" data-at="0">(.*?)</a>', linked, re.DOTALL):
        assert "<" not in inner


def test_a_number_is_linked_inside_a_marked_sentence_and_in_pieces_where_it_is_in_pieces():
    html = to_html("Es 0,**58** ya.", [Mark(1, 0, NOTE)], [Typed(1, 3, 7, "x")])
    link = '<a class="typed" data-at="0">{}</a>'.format
    assert f"{link('0,')}</span>" in html
    assert f"{link('58')}</span></strong>" in html


@pytest.mark.parametrize(
    ("kind", "accepted", "marked"),
    [
        (Kind.REFUTED, "", True), (Kind.CONTRADICTED, "", True), (Kind.REFUTED, "sí", False),
        (Kind.UNKNOWN, "", False), (Kind.RETYPED, "", False),
    ],
)  # fmt: skip
def test_what_is_marked(kind, accepted, marked):
    expected = 'exactitud: 0,58 → {{ valor("a.b", "test.accuracy") }}'
    found = marks([Remark("a.md", 3, kind, "Frase.", expected, accepted, place=(4, 1))])
    assert found == ({"a.md": (Mark(4, 1, "exactitud: 0,58"),)} if marked else {})


def test_written_texts_bear_their_marks():
    html = written({"a": "SGD supera a Adam.", "b": "Bien.", "c": ""}, {"a": (Mark(1, 0, NOTE),)})
    assert list(html) == ["a", "b"]
    assert "refuted" in html["a"].html
    assert "refuted" not in html["b"].html
