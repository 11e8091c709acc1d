"""How well prose is judged, on sentences as students write them: those tuned on, and those held out."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from prose.result_sets import results

from reportgen.prose import Kind
from reportgen.prose.check import Reviewer

HERE = Path(__file__).parent
WRONG = {Kind.REFUTED, Kind.CONTRADICTED}
HELD_OUT = 3
"""Every third sentence of corpus.toml, and all of unseen.toml and fresh.toml."""


@dataclass(frozen=True)
class Case:
    """A sentence, the results it is judged by, and what must come of it; ``@cnn`` in front names its file."""

    results: str
    expected: str
    text: str
    held_out: bool

    @property
    def name(self) -> str:
        return self.text.split(" ", maxsplit=1)[0][1:] + ".md" if self.text.startswith("@") else "resumen.md"

    @property
    def sentence(self) -> str:
        return self.text.split(" ", maxsplit=1)[1] if self.text.startswith("@") else self.text


def cases(file: str, held_out=None) -> list[Case]:
    corpus = tomllib.loads((HERE / file).read_text(encoding="utf-8"))
    return [
        Case(name, expected, text, at % HELD_OUT == HELD_OUT - 1 if held_out is None else held_out)
        for name, lists in corpus.items()
        for expected, texts in lists.items()
        for at, text in enumerate(texts)
    ]


CASES = cases("corpus.toml")
SETS = {
    "seen": [case for case in CASES if not case.held_out],
    "held out": [case for case in CASES if case.held_out],
    "unseen": cases("unseen.toml", held_out=True),
    "fresh": cases("fresh.toml", held_out=True),
    "tuned": cases("tuned.toml", held_out=False),
}


@cache
def reviewer(name: str) -> Reviewer:
    return Reviewer(results(name))


@cache
def told(case: Case) -> frozenset[Kind]:
    return frozenset(r.kind for r in reviewer(case.results).review({case.name: case.sentence}))


def confusion(those: list[Case]) -> Counter[str]:
    """Sentences by what they are (wrong or not) and by what is said of them."""
    found: Counter[str] = Counter()
    for case in those:
        wrong, said = case.expected in ("refuted", "contradicted"), bool(told(case) & WRONG)
        found[("hit" if said else "miss") if wrong else ("false alarm" if said else "rest")] += 1
    return found


def figures(found: Counter[str]) -> tuple[float, float]:
    """Precision and recall."""
    hits = found["hit"]
    return hits / (hits + found["false alarm"]), hits / (hits + found["miss"])


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("seen", 0.99, 0.97),
        ("held out", 0.98, 0.92),
        ("unseen", 0.96, 0.93),
        ("fresh", 0.96, 0.88),
        ("tuned", 0.98, 0.90),
        ("all", 0.98, 0.93),
    ],
)
def test_what_is_wrong_is_told_and_nothing_else(name, precision, recall, capsys):
    found = confusion([c for those in SETS.values() for c in those] if name == "all" else SETS[name])
    reached = figures(found)
    with capsys.disabled():
        print(f"\n{name}: {dict(found)}, precision {reached[0]:.3f}, recall {reached[1]:.3f}")  # noqa: T201
    assert reached[0] >= precision
    assert reached[1] >= recall


@pytest.mark.parametrize("name", ["seen", "held out"])
def test_results_typed_by_hand_are_offered_as_live_values(name):
    those = [case for case in SETS[name] if case.expected == "retyped"]
    assert those
    assert [case.text for case in those if Kind.RETYPED not in told(case)] == []


@pytest.mark.parametrize("name", ["seen", "held out"])
def test_what_has_no_result_is_told(name):
    those = [case for case in SETS[name] if case.expected == "unknown"]
    assert those
    assert [case.text for case in those if Kind.UNKNOWN not in told(case)] == []


@pytest.mark.parametrize("name", SETS)
def test_what_states_no_measurement_is_left_alone(name):
    those = [case for case in SETS[name] if case.expected == "alone"]
    noticed = [case.text for case in those if told(case)]
    assert len(noticed) <= len(those) // 50


def test_the_corpus_is_large_and_balanced():
    count = Counter(case.expected for those in SETS.values() for case in those)
    wrong, rest = count["refuted"] + count["contradicted"] + count["retyped"], count["right"] + count["alone"]
    assert wrong + rest >= 160
    assert count["alone"] >= 40
    assert 0.5 < wrong / rest < 2
