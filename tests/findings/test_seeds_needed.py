from __future__ import annotations

import numpy as np
import pytest
from findings.cases.seeds import FAILED, FIVE, NEAR, SETTLED, SURE, WILD, two
from support.results import folded, run, spec_of
from support.seeded import seeded_text

from reportgen.analysis.effects import MOST, POWER, power
from reportgen.findings import find

CODE = "seeds_needed"


def test_how_many_seeds_would_tell(only):
    told = only(two(NEAR), CODE)
    assert told.verdict == "supported"
    deviation = float(np.std(np.subtract(NEAR, FIVE), ddof=1))
    cells = told.cells
    assert cells["deviation"] == pytest.approx(deviation)
    for name, difference in (("for_rope", 0.005), ("for_difference", np.mean(np.subtract(NEAR, FIVE)))):
        assert (
            power(difference, deviation, cells[name]) >= POWER > power(difference, deviation, cells[name] - 1)
        )
    assert cells["for_rope"] < cells["for_rope_high"]
    assert f"unas {cells['for_rope']} semillas" in told.text


def test_beyond_a_thousand_no_number_is_given(only):
    told = only(two(WILD), CODE)
    assert told.flags["for_rope_beyond"]
    assert told.cells["for_rope"] == MOST
    assert "más de 1000 semillas" in told.text


def test_a_wider_threshold_needs_fewer(only):
    strict, wide = only(two(NEAR), CODE), only(two(NEAR, report="rope = 0.02"), CODE)
    assert wide.cells["for_rope"] < strict.cells["for_rope"]
    assert wide.cells["for_difference"] == strict.cells["for_difference"]


def test_refuted_when_the_comparison_is_settled(only):
    told = only(two(SURE), CODE)
    assert (told.verdict, told.flags["settled"]) == ("refuted", True)
    assert "bastan para comparar" in told.text


def test_refuted_when_the_seeds_would_show_the_threshold(only):
    told = only(two(SETTLED), CODE)
    assert (told.verdict, told.flags["settled"]) == ("refuted", False)
    assert told.cells["seeds"] >= told.cells["for_rope"]
    assert only(two(SETTLED, report="rope = 0.002"), CODE).verdict == "supported"


@pytest.mark.parametrize(
    ("collected", "reason"),
    [
        (lambda: two(SURE[:1]), "one_seed"),
        (lambda: run(spec_of(seeded_text(["a"]), seeds=[1, 2]), lambda _: 0.5), "one_configuration"),
        (lambda: folded({"a": FIVE, "b": SURE}, more="seeds = [1, 2, 3]"), "folded"),
        (lambda: two(SURE[:2]), "few"),
        (lambda: two([0.9, 0.91, 0.92], [FAILED] * 3), "alone"),
        (lambda: two([0.9] * 4, [0.8] * 4), "unvaried"),
        (lambda: two([None] * 3, [None] * 3), "few"),
        (lambda: two([None], [None]), "one_seed"),
    ],
    ids=["one seed", "one configuration", "folds", "two seeds", "alone", "unvaried", "nothing", "no run"],
)
def test_without_a_variance_there_is_no_number(only, collected, reason):
    told = only(collected(), CODE)
    assert (told.verdict, told.names["reason"]) == ("not_applicable", reason)
    assert "for_rope" not in told.cells


def test_it_is_always_judged_and_once_for_each_repeated_study():
    text = seeded_text(["a", "b"], "una") + seeded_text(["c", "d"], "otra")
    collected = run(spec_of(text, seeds=[1, 2, 3]), lambda plan: 0.5 + 0.01 * plan.seed * len(plan.study))
    assert [item.study for item in find(collected) if item.code == CODE] == ["una", "otra"]


def test_it_does_not_contradict_what_is_asked_for_to_speak_of_the_method(only):
    """One check asks for five seeds, the other cannot tell how many one comparison needs."""
    collected = run(spec_of(seeded_text(["a", "b"]), seeds=[1]), lambda _: 0.5)
    asked, unknown = only(collected, "few_seeds").text, only(collected, CODE).text
    assert "Para hablar del método, este informe pide al menos 5" in asked.replace("\N{NO-BREAK SPACE}", " ")
    assert unknown.startswith("Cuántas semillas bastarían para decidir una comparación concreta no se puede")
    assert "harían falta" not in asked + unknown
