from __future__ import annotations

from dataclasses import replace

import pytest
from findings.cases.inference import GPU, SLOW, beside, timed
from findings.cases.resources import of
from support.results import HERE, Outcome

from reportgen.records.model import Inference

CODE = "pareto_inference"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("fast", "verdict"), [(0.7, "supported"), (0.895, "inconclusive"), (0.9, "refuted"), (0.95, "refuted")]
)
def test_verdicts(only, fast, verdict):
    told = only(of(timed(fast, 0.05), SLOW), CODE)
    assert told.verdict == verdict
    assert told.cells["slowest_time"] == 2.5
    assert told.cells["fastest_time"] == 0.05
    assert told.cells["ratio"] == 50


@pytest.mark.parametrize(("other", "verdict"), [(2.3, "refuted"), (2.2, "supported")])
def test_times_that_differ_by_less_than_a_tenth_decide_nothing(only, other, verdict):
    told = only(of(timed(0.7, other), SLOW), CODE)
    assert told.verdict == verdict
    assert told.flags["alike"] is (verdict == "refuted")


def test_one_of_the_slowest_may_be_the_most_accurate(only):
    told = only(of(timed(0.7, 0.05), timed(0.75, 2.6), SLOW), CODE)
    assert told.verdict == "supported"
    assert told.names["most"] == "RMSprop"
    assert not told.flags["first"]
    assert "no responde claramente antes que la que más tarda" in told.text


def test_the_front_goes_from_fast_to_slow_and_has_no_beaten_network(only):
    told = only(of(timed(0.6, 0.5), timed(0.5, 0.1), timed(0.55, 0.8), timed(0.9, 0.9)), CODE)
    assert told.lists["front"] == ("Adam", "SGD", "Nadam")
    assert told.cells["front"] == 3


def test_nobody_is_on_the_front_for_a_time_that_only_noise_made_shorter(only):
    told = only(of(timed(0.8, 1.0), timed(0.9, 1.05), timed(0.95, 9.0)), CODE)
    assert told.lists["front"] == ("Adam", "RMSprop")


def test_of_two_that_are_as_accurate_the_clearly_slower_one_is_beaten(only):
    told = only(of(timed(0.9, 0.5), SLOW), CODE)
    assert told.lists["front"] == ("SGD",)
    assert only(of(timed(0.9, 2.4), SLOW), CODE).lists["front"] == ("SGD", "Adam")


def test_networks_timed_beside_others_are_never_ranked_with_those_that_were_not(told):
    first, second = told(of(timed(0.7, 0.05), SLOW, beside(0.7, 0.04), beside(0.9, 0.5)), CODE)
    assert first.names["fastest"] == "SGD"
    assert second.names["fastest"] == "RMSprop"
    assert (first.cells["others"], second.cells["others"]) == (2, 2)
    start = "De las 2 redes medidas en CPU con 2 hilos y 2 entrenamientos a la vez, en lotes de 32 imágenes"
    assert plain(second.text).startswith(start)
    assert plain(first.text).startswith("De las 2 redes medidas en CPU con 2 hilos, sin otros")
    assert not first.flags["machines"]
    (alone,) = told(of(timed(0.7, 0.05), SLOW), CODE)
    assert alone.text.startswith("La red más exacta en prueba,")


def test_groups_that_differ_by_the_machine_name_it(told):
    other = replace(HERE, cpu="Otro procesador")
    found = told(
        of(timed(0.7, 0.05), SLOW, *[timed(0.7, 0.05 + at, environment=other) for at in (0, 1)]), CODE
    )
    assert "(Otro procesador)" in found[1].text


@pytest.mark.parametrize("alone", [beside(0.7, 0.05), timed(0.7, 0.05, environment=GPU)])
def test_two_of_different_conditions_are_not_compared(only, alone):
    told = only(of(alone, SLOW), CODE)
    assert told.verdict == "not_applicable"
    assert told.cells == {"timed": 2}


@pytest.mark.parametrize(("high", "verdict"), [(2.3, "supported"), (2.6, "inconclusive")])
def test_calls_that_took_unlike_times_tell_nothing_apart(only, high, verdict):
    """A machine that had other work to do: the middle half of the calls of one reaches into the other's."""
    uneven = Outcome(0.7, inference=Inference(0.5, 0.4, high, 32, 40, 1))
    told = only(of(uneven, SLOW), CODE)
    assert told.verdict == verdict
    assert told.flags["uneven"] is (verdict == "inconclusive")
    assert told.lists["front"] == (("SGD", "Adam") if verdict == "supported" else ("Adam",))


def test_times_that_nobody_tells_the_conditions_of_are_not_compared(only):
    told = only(of(Outcome(0.7, inference=Inference(0.05)), Outcome(0.9, inference=Inference(2.5))), CODE)
    assert told.verdict == "not_applicable"


def test_what_was_not_measured_is_said(only):
    assert only(of(0.7, 0.8), CODE).verdict == "not_applicable"
    assert "de ninguna consta" in only(of(0.7, 0.8), CODE).text
    assert only(of(0.7), CODE) is None
