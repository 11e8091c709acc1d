from __future__ import annotations

import pytest
from findings.cases.predictions import CASES
from support.results import Outcome, table

from reportgen.analysis.calibration import LIMIT, calibration

CODE = "calibration"
AXES = {"optimizer": ["SGD", "Adam"]}


def of(*outcomes):
    return table(
        {(name,): item for name, item in zip(AXES["optimizer"], outcomes, strict=False)},
        {"optimizer": AXES["optimizer"][: len(outcomes)]},
    )


@pytest.mark.parametrize(
    ("test", "confidence", "verdict", "part"),
    [
        (0.9, 0.9, "supported", "están bien calibradas"),
        (0.6, 0.95, "refuted", "confía demasiado en sus respuestas"),
        (0.95, 0.6, "refuted", "confía demasiado poco"),
        (0.8, 0.82, "inconclusive", "No es concluyente"),
        (0.8, 0.85, "inconclusive", "Sí se aprecia exceso de confianza"),
        (0.8, 0.75, "inconclusive", "Sí se aprecia falta de confianza"),
    ],
)
def test_verdicts(only, test, confidence, verdict, part):
    told = only(of(Outcome(test, confidence=confidence)), CODE)
    assert told.verdict == verdict
    assert part in told.text


def test_cells_equal_the_analysis_of_the_run_that_validation_picks(only):
    chosen = Outcome(0.8, validation=0.95, confidence=0.7)
    collected = of(Outcome(0.9, validation=0.6), chosen)
    told = only(collected, CODE)
    found = calibration(collected.single()[1])
    assert told.names["chosen"] == "Adam"
    assert told.cells == {
        "error": found.error.value, "low": found.error.low, "high": found.error.high,
        "excess": found.excess.value, "excess_low": found.excess.low, "excess_high": found.excess.high,
        "brier": found.brier, "limit": LIMIT, "bins": 15, "images": 400,
    }  # fmt: skip


def test_an_error_without_a_direction_is_not_called_overconfidence(only):
    told = only(CASES["calibration inconclusive above"](), CODE)
    assert told.cells["low"] > LIMIT
    assert told.verdict == "inconclusive"
    assert "confía demasiado" not in told.text


def test_a_point_estimate_below_the_limit_is_not_enough(only):
    told = only(of(Outcome(0.8, confidence=0.83)), CODE)
    assert told.cells["error"] < LIMIT < told.cells["high"]
    assert told.verdict == "inconclusive"


def test_nothing_of_runs_that_validation_cannot_pick(only):
    assert only(of(Outcome(0.8, blind=True)), CODE) is None
    assert only(of(None), CODE) is None
