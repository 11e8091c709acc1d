from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import HERE, Outcome, table

CODE = "slower_is_better"
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def of(*pairs):
    outcomes = {
        (name,): Outcome(accuracy, seconds=seconds)
        for name, (accuracy, seconds) in zip(AXES["optimizer"], pairs, strict=False)
    }
    return table(outcomes, AXES)


@pytest.mark.parametrize(
    ("pairs", "verdict", "front"),
    [
        ([(0.7, 10), (0.8, 20), (0.9, 40)], "supported", 3),
        ([(0.895, 10), (0.5, 20), (0.9, 40)], "inconclusive", 2),  # a faster one cannot be told from it
        ([(0.9, 10), (0.8, 20), (0.7, 40)], "refuted", 1),
        ([(0.9, 10), (0.8, 20), (0.9, 40)], "refuted", 1),  # as accurate in a quarter of the time
    ],
)
def test_verdicts(only, pairs, verdict, front):
    told = only(of(*pairs), CODE)
    assert told.verdict == verdict
    assert told.cells["front"] == front == len(told.lists["front"])
    assert told.cells["ratio"] == 4
    assert told.names["slowest"] == "RMSprop"
    assert told.names["fastest"] == "SGD"


def test_cells(only):
    told = only(of((0.9, 10), (0.8, 20), (0.7, 40)), CODE)
    assert told.cells["slowest_seconds"] == 40
    assert told.cells["slowest_accuracy"] == 0.7
    assert (told.cells["most_seconds"], told.cells["most_accuracy"]) == (10, 0.9)
    assert told.cells["runs"] == 3


@pytest.mark.parametrize(
    "pairs", [[], [(0.9, 10)], [(0.9, 10), (0.8, 10)], [(0.9, None), (0.8, 10)], [(0.9, 0.0), (0.8, 10)]]
)
def test_not_without_two_different_times(only, pairs):
    assert only(of(*pairs), CODE) is None


def test_what_is_known_of_the_conditions_is_told_and_nothing_else(only):
    """Other threads are other threads: that nobody knows is said only of what nobody knows."""

    def told(*environments):
        return only(
            table(
                {
                    (name,): Outcome(0.5 + at / 10, seconds=3.0 * 100**at, environment=found)
                    for at, (name, found) in enumerate(zip(AXES["optimizer"], environments, strict=False))
                },
                AXES,
            ),
            CODE,
        )

    alike, unlike = told(HERE, HERE), told(HERE, replace(HERE, threads=1))
    unknown, both = told(HERE, None), told(HERE, replace(HERE, threads=1), None)
    assert "100 veces" in alike.text
    assert "condiciones" not in alike.text
    assert "unas 100 veces" in unlike.text
    assert unlike.lists["fields"] == ("threads",)
    assert "en las mismas condiciones (difieren en los hilos): cuentan" in unlike.text
    assert "No consta que los tiempos se midieran todos en las mismas condiciones" in unknown.text
    assert "(difieren en los hilos), y de algunos no consta en cuáles" in both.text
