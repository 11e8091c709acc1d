from __future__ import annotations

import pytest
from findings.cases.resources import BIG, of
from support.results import Outcome

CODE = "pareto_parameters"


def sized(test, parameters):
    return Outcome(test, parameters=parameters)


@pytest.mark.parametrize(
    ("small", "verdict"), [(0.7, "supported"), (0.895, "inconclusive"), (0.9, "refuted"), (0.95, "refuted")]
)
def test_verdicts(only, small, verdict):
    told = only(of(small, BIG), CODE)
    assert told.verdict == verdict
    assert told.cells["largest_parameters"] == 1_000_000


def test_equal_accuracy_with_fewer_weights_is_at_least_as_good(only):
    told = only(of(0.9, BIG), CODE)
    assert told.names["most"] == "SGD"
    assert told.flags["tied"]
    assert "no se distinguen" in told.text


def test_how_many_are_more_accurate_is_told(only):
    told = only(of(0.95, BIG, 0.92, sized(0.7, 500)), CODE)
    assert told.cells["above"] == 2 == len(told.sources["above"])
    text = told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith(
        "La red más grande, «Adam» (1.000.000 parámetros), no es la más exacta en prueba: "
    )
    assert "obtuvo un 90,0 %, menos que otras 2; la más exacta, «SGD», con" in text
    assert only(of(0.9, BIG), CODE).cells["above"] == 0


def test_of_several_largest_the_most_accurate_stands_for_them(only):
    told = only(of(0.7, BIG, sized(0.5, 1_000_000)), CODE)
    assert told.verdict == "supported"
    assert told.names["largest"] == "Adam"


def test_the_front_goes_from_small_to_large_and_has_no_beaten_run(only):
    told = only(of(sized(0.6, 500), sized(0.5, 100), sized(0.55, 800), sized(0.9, 900)), CODE)
    assert told.lists["front"] == ("Adam", "SGD", "Nadam")
    assert told.cells["front"] == 3


def test_the_smallest_that_cannot_be_told_from_it_is_named(only):
    told = only(of(sized(0.897, 500), sized(0.895, 100), sized(0.9, 900)), CODE)
    assert told.verdict == "inconclusive"
    assert told.names["smallest"] == "Adam"
    assert told.cells["near"] == 2


def test_nothing_where_all_weigh_the_same(only):
    assert only(of(0.7, 0.8), CODE) is None
    assert only(of(BIG), CODE) is None
