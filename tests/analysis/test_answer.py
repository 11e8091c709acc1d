from __future__ import annotations

import pytest
from support.results import Outcome, grid, grid_text, run, spec_of

from reportgen.analysis.answer import MOST, answer, class_bars, cost_of, hits
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.naming import names

NAMES = ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad", "Adamax", "AdamW", "Lion", "Adadelta", "Ftrl"]


def asked(*outcomes):
    """The answer over as many networks as there are outcomes."""
    chosen = dict(zip(NAMES, outcomes, strict=False))
    collected = grid(
        {"optimizer": NAMES[: len(outcomes)]}, lambda plan: chosen[str(plan.parameters["optimizer"])]
    )
    return collected, answer(collected.single(), names(collected))


def levels(found):
    return {option.name: option.level for option in found.options}


def test_validation_chooses_and_test_tells_what_cannot_be_told_apart():
    _, found = asked(
        Outcome(0.80, validation=0.9),
        Outcome(0.80, validation=0.7),
        Outcome(0.60),
        Outcome(0.95, validation=0.5),
    )
    assert found.chosen.name == "SGD"
    assert levels(found) == {"SGD": "same", "Adam": "same", "RMSprop": "worse", "Nadam": "better"}
    assert [option.name for option in found.options] == ["Nadam", "SGD", "Adam", "RMSprop"]
    assert (found.wrong, found.images) == (80, 400)
    assert found.chosen.low < 0.8 < found.chosen.high


def test_the_cheaper_one_is_the_fastest_of_those_as_good():
    _, found = asked(
        Outcome(0.80, validation=0.9, seconds=100),
        Outcome(0.80, seconds=50),
        Outcome(0.81, seconds=20),
        Outcome(0.40, seconds=1),
        Outcome(0.80, seconds=None),
    )
    assert found.cheaper.name == "RMSprop"
    _, found = asked(Outcome(0.80, validation=0.9, seconds=1), Outcome(0.80, seconds=50))
    assert found.cheaper is None


def test_few_are_shown_and_among_them_those_that_matter():
    outcomes = [Outcome(0.9 - 0.02 * at, validation=0.5, seconds=100 - at) for at in range(10)]
    outcomes[9] = Outcome(0.5, validation=0.99, seconds=500)
    outcomes[8] = Outcome(0.3, validation=0.1, seconds=1)
    _, found = asked(*outcomes)
    assert len(found.options) == 10
    assert len(found.shown) == MOST
    assert {"Ftrl", "Adadelta"} <= {option.name for option in found.shown}  # the chosen and the fastest
    assert [option.accuracy for option in found.shown] == sorted(
        (option.accuracy for option in found.shown), reverse=True
    )


def test_one_network_and_none():
    _, found = asked(Outcome(0.8))
    assert levels(found) == {"SGD": "same"}
    assert found.cheaper is None
    empty = run(spec_of(grid_text({"optimizer": ["SGD"]})), lambda _: None)
    assert answer(empty.single(), names(empty)) is None


def test_figures_have_the_numbers_of_the_options():
    collected, found = asked(Outcome(0.8, validation=0.9, seconds=5), Outcome(0.7, seconds=None))
    assert hits(found).values == pytest.approx((0.8, 0.7))
    (point,) = cost_of(found, collected).points
    assert (point.label, point.seconds, point.efficient) == ("SGD", 5, True)
    scores = evaluate(found.chosen.result, collected.data)
    info = class_bars(scores)
    assert info.labels == collected.data.classes
    assert info.values == pytest.approx([row.recall for row in scores.classes])
    assert all(
        low <= value <= high for low, value, high in zip(info.lows, info.values, info.highs, strict=True)
    )
