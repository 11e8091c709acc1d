"""Takes cross-validated studies, gives the scores over their folds and which differences hold."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.alike import share
from reportgen.analysis.arms import by_arm
from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.folds import CrossValidation, FoldScores, cross_validation
from reportgen.analysis.statistics import PAIR
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

MOST = 4
"""Configurations beside the best whose scores are told in words, at most; the table has all."""


def scores(collected: Collected) -> Iterator[Finding]:
    """``fold_scores``: validation accuracy over the folds of each configuration, and the best of them.

    Supported as a description for one configuration, and for several when the corrected t test of Nadeau
    and Bengio (2003) tells the one with the highest mean from each of the others (Holm over the study);
    else inconclusive.
    """
    for study in collected.studies:
        found = cross_validation(study)
        if found is not None:
            yield _told(study, found)


def _told(study: StudyResults, found: CrossValidation) -> Finding:
    others = tuple(item.other for item in found.against)
    close = tuple(item.other.arm.label for item in found.against if not item.told_apart)
    told, front = others[:MOST], share(found.best.spread.mean)
    level = tuple(item.arm.label for item in others if share(item.spread.mean) == front)
    sources = tuple(key for item in (found.best, *others) for key in item.runs)
    return Finding(
        "fold_scores",
        Verdict.INCONCLUSIVE if close else Verdict.SUPPORTED,
        Role.CONCLUSION,
        study.id,
        (
            *_cells(found.best, "best_{}"),
            *(cell for at, item in enumerate(others, start=1) for cell in _cells(item, f"{{}}_{at}")),
            Cell("near", len(close), Unit.COUNT, sources),
            Cell("others", len(others), Unit.COUNT, sources),
            Cell("more", len(others) - len(told), Unit.COUNT, sources),
        ),
        names={"best": found.best.arm.label},
        lists={"near": close, "told": tuple(item.arm.label for item in told), "level": level},
        flags={"whole": found.whole, "several": len(by_arm(study)) > PAIR},
    )


def _cells(item: FoldScores, name: str) -> tuple[Cell, ...]:
    """Cells of one configuration, named by a pattern; the others are counted from the highest mean down."""
    return (
        Cell(name.format("mean"), item.spread.mean, Unit.RATIO, item.runs),
        Cell(name.format("low"), item.spread.low, Unit.RATIO, item.runs),
        Cell(name.format("high"), item.spread.high, Unit.RATIO, item.runs),
        Cell(name.format("n"), item.spread.n, Unit.COUNT, item.runs),
    )
