"""Takes a code of a respect, checks what holds of the findings of each."""

from __future__ import annotations

from typing import Any

from findings.cases.contrasts import WITHOUT_AND_WITH, of
from support.contrasts import DISJOINT, tried

VERDICTS = (
    (0.7, 0.8, "supported", "sure"),
    (0.8, 0.815, "supported", "probable"),
    (0.8, 0.7, "refuted", "sure"),
    (0.8, 0.8, "refuted", "alike"),
    (0.8, DISJOINT, "inconclusive", "open"),
)


def check_verdicts(only: Any, code: str, title: str) -> None:
    """Each level of evidence has its verdict and its words."""
    words = {
        "sure": " es mejor que ",
        "probable": " es probablemente mejor que ",
        "open": "no es concluyente",
    }
    for without, having, verdict, level in VERDICTS:
        told = only(of(code, without, having), code)
        assert (told.verdict, told.names["level"]) == (verdict, level)
        assert (told.names["more"], told.names["less"]) == ("Red con", "Red sin")
        assert told.text.startswith(f"{title}: ")
        expected = " es peor que " if having == 0.7 else words.get(level, "no hay diferencia demostrable")
        assert expected in told.text, told.text
        more = told.cells["after"] - told.cells["before"]
        assert abs(told.cells["difference"] - more) < 1e-9


def check_alone(told: Any, code: str) -> None:
    """Nothing is said where something else differs too, in favour of nobody."""
    model, without, having = WITHOUT_AND_WITH[code]
    for more in ("batch_size = 7", "epochs = 30", 'optimizer = "SGD"'):
        mixed = tried({"sin": without, "con": f"{having}\n{more}"}, {"sin": 0.5, "con": 0.9}, model)
        assert not told(mixed, code), more
    assert not told(tried({"sin": without, "con": having}, {"sin": 0.5, "con": None}, model), code)


def check_others(told: Any, code: str) -> None:
    """A pair is told under its own code only."""
    found = of(code, 0.5, 0.9)
    assert [other for other in WITHOUT_AND_WITH if told(found, other)] == [code]
