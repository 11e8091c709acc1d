"""Takes a grid, gives how large the difference is between the run it chooses and its worst."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.effects import Size, size
from reportgen.analysis.extremes import Extremes, extremes
from reportgen.analysis.naming import names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

PAIR = 2
"""Runs of one comparison: from more on, Holm corrects."""


def against_worst(collected: Collected) -> Iterator[Finding]:
    """``effect_size``: Cohen's h between the run that validation chooses in a grid and the worst in test.

    Supported when the test images tell the two apart and the effect is at least small (h from 0.2 on),
    refuted when it is smaller than that, else inconclusive.
    """
    known = names(collected)
    for study in collected.studies:
        found = extremes(study.single()) if study.shape == "grid" else None
        if found is not None:
            yield _told(study.id, found, known[found.chosen.key], known[found.worst.key], len(study.single()))


def _told(study: str, found: Extremes, chosen: str, worst: str, runs: int) -> Finding:
    word = size(found.h)
    verdict = Verdict.SUPPORTED if found.demonstrable else Verdict.INCONCLUSIVE
    if word is Size.NEGLIGIBLE:
        verdict = Verdict.REFUTED
    same = found.chosen.key == found.worst.key
    both = (found.chosen.key,) if same else (found.chosen.key, found.worst.key)
    difference = found.compared.difference
    return Finding(
        "effect_size",
        verdict,
        Role.CONCLUSION,
        study,
        (
            Cell("chosen", float(found.chosen.correct().mean()), Unit.RATIO, (found.chosen.key,)),
            Cell("worst", float(found.worst.correct().mean()), Unit.RATIO, (found.worst.key,)),
            Cell("difference", difference.value, Unit.POINTS, both),
            Cell("h", found.h, Unit.EFFECT, both),
            Cell("p", found.p, Unit.PROBABILITY, both),
            Cell("runs", runs, Unit.COUNT, ()),
        ),
        names={"chosen": chosen, "worst": worst, "size": str(word)},
        flags={"same": same, "several": runs > PAIR, "demonstrable": found.demonstrable},
    )
