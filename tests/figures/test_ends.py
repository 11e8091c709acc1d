"""A description names all that tie for the highest or lowest, as far as it shows them."""

from __future__ import annotations

from dataclasses import replace

from figures import figure_samples as samples

from reportgen.report.figures import draw
from reportgen.report.figures.ends import level


def test_all_that_are_shown_as_equal_are_ends():
    known = [(0.9001, "a"), (0.5, "b"), (0.9004, "c")]
    assert level(known, max, lambda value: f"{value:.3f}") == ("0.900", ("a", "c"))
    assert level(known, min, lambda value: f"{value:.3f}") == ("0.500", ("b",))


def test_a_matrix_with_ties_prefers_no_class_and_no_confusion(words):
    names = tuple("abcde")
    counts = tuple(tuple(9 if r == c else 1 if c == (r + 1) % 5 else 0 for c in range(5)) for r in range(5))
    alt = draw(replace(samples.confusion(), classes=names, counts=counts), words).alt
    assert "Mejor reconocida: a, b, c y 2 más" in alt
    assert "a tomada por b, b tomada por c, c tomada por d y 2 más (imágenes: 1)" in alt
