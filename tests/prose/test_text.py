"""Sentences with their lines, and what in them is not to be read."""

from __future__ import annotations

import pytest

from reportgen.prose.text import MASK, Sentence, Table, blocks, fold


def sentences(text):
    return [block for block in blocks(text) if isinstance(block, Sentence)]


def test_each_sentence_has_the_line_where_it_begins():
    text = "# Título\n\nUna frase. Otra\nque sigue abajo. Y una\ntercera.\n\n- Punto uno.\n- Dos. Con más.\n"
    assert [(item.text, item.line) for item in sentences(text)] == [
        ("Título", 1), ("Una frase.", 3), ("Otra que sigue abajo.", 3), ("Y una tercera.", 4),
        ("Punto uno.", 7), ("Dos.", 8), ("Con más.", 8),
    ]  # fmt: skip


def test_a_code_span_over_two_lines_moves_no_line():
    assert [item.line for item in sentences("Con `Dense(\n8)` va. Luego\nesta. Fin.")] == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "El valor 0,58 es bajo.",
        "Véase la fig. 3 y la sec. 4.",
        "Según Kingma et al. el método converge.",
        "Hay varios, p. ej. Adam.",
        "Lo dijo A. Géron.",
    ],
)
def test_points_that_end_nothing(text):
    assert len(sentences(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Usamos `Dense(512)`.",
        "Adam (Kingma y Ba, 2014).",
        "Es el 9 de junio de 2026.",
        "Está en [la web 2024](https://example.org/0.75).",
        "Ver https://example.org/0.58",
        "doi:10.1000/0.58",
        "Filtros de 3 × 3 y 28x28.",
        "Una tasa de 1e-4.",
        "Como en [12].",
        "Dice: «Adam llega al 95 % en todos».",
        "Vale {{ valor('a.b', 'test.accuracy') }}.",
    ],
)
def test_what_is_masked_has_no_digits_left(text):
    (found,) = sentences(text)
    assert not any(letter.isdigit() for letter in found.read)
    assert MASK in found.read


def test_quoted_paragraphs_and_code_blocks_are_not_there():
    found = sentences("> Adam supera a SGD.\n\n```\nacc = 0.58\n```\n\n    0.58\n\nQueda.")
    assert [(item.text, item.line) for item in found] == [("Queda.", 9)]


def test_a_label_in_quotation_marks_is_read():
    (found,) = sentences("La «CNN base» va bien.")
    assert "CNN base" in found.read


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("Una. <!-- aceptado: lo pidió el profesor --> Otra.", ["lo pidió el profesor", ""]),
        ("Una. Otra. <!-- aceptado: medido aparte -->", ["", "medido aparte"]),
        ("Una.\n<!-- aceptado: en otra línea -->\nOtra.", ["en otra línea", ""]),
        ("Una <!-- aceptado: dentro -->. Otra.", ["dentro", ""]),
        ("Una. <!-- aceptado: --> Otra.", ["", ""]),
        ("Una. <!-- aceptado:   --> Otra.", ["", ""]),
        ("Una. <!-- otra cosa --> Otra.", ["", ""]),
        ("Una.\n\n<!-- aceptado: otro párrafo -->\n\nOtra.", ["", ""]),
    ],
)
def test_acceptance_belongs_to_the_sentence_before_it(text, accepted):
    found = sentences(text)
    assert [item.accepted for item in found] == accepted
    assert not any("aceptado" in item.text for item in found)


def test_a_table_has_its_header_its_rows_and_what_stands_above():
    text = "Tabla de Adam.\n\n| capas | acc |\n|---|---|\n| 1 | **0,58** |\n| 2 | 0,60 |\n"
    (table,) = [block for block in blocks(text) if isinstance(block, Table)]
    assert [cell.text for cell in table.header] == ["capas", "acc"]
    assert [[cell.text for cell in row] for row in table.rows] == [["1", "0,58"], ["2", "0,60"]]
    assert [[cell.strong for cell in row] for row in table.rows] == [[False, True], [False, False]]
    assert [row[0].line for row in table.rows] == [5, 6]
    assert table.above == "Tabla de Adam."


def test_headings_stand_above_what_follows_without_their_number():
    first, second = sentences("## 3.1 Adam con relu\n\nLlega a 0,58.")
    assert (first.text, second.heading) == ("Adam con relu", "Adam con relu")


@pytest.mark.parametrize("text", ["ÁÉÍÓÚÜÑ áéíóúüñ", "ﬁn · ½ İ 🏆 ẞ"])
def test_folding_keeps_positions(text):
    assert len(fold(text)) == len(text)
    assert fold("Ñandú É") == "nandu e"
