"""Takes all results, gives which network is best and worst, as far as one can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparison import accuracy_interval
from reportgen.analysis.selection import select
from reportgen.analysis.ties import Ties, ties
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def _chosen(code: str, results: Sequence[Result], family: Ties, study: str) -> Finding | None:
    chosen = select(results)
    if chosen is None:
        return None
    accuracy, low, high = accuracy_interval(chosen)
    sources = (chosen.key,)
    tied = chosen.key in family.members
    others = [
        result.plan.label
        for result in results
        if result.key in family.members and result.key != chosen.key
    ]
    alone = tied and len(family.members) == 1
    verdict = Verdict.SUPPORTED if alone else Verdict.INCONCLUSIVE if tied else Verdict.REFUTED
    cells = [
        Cell("validation", chosen.value("validation", "accuracy") or 0.0, Unit.RATIO, sources),
        Cell("accuracy", accuracy, Unit.RATIO, sources),
        Cell("low", low, Unit.RATIO, sources),
        Cell("high", high, Unit.RATIO, sources),
        Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
        Cell("tied", len(others), Unit.COUNT, tuple(sorted(family.members))),
        Cell("leader", float(family.leader.correct().mean()), Unit.RATIO, (family.leader.key,)),
    ]
    return Finding(
        code,
        verdict,
        Role.CONCLUSION,
        study,
        tuple(cells),
        names={"chosen": chosen.plan.label, "leader": family.leader.plan.label},
        lists={"tied": tuple(dict.fromkeys(others))},
    )


def overall(collected: Collected) -> Iterator[Finding]:
    """``overall_best``: the run that validation picks, its test accuracy, and what cannot be told from it."""
    results = collected.unique()
    family = ties(results)
    finding = _chosen("overall_best", results, family, "") if family else None
    if finding is not None:
        yield finding


def grid(collected: Collected) -> Iterator[Finding]:
    """``grid_best``: the same within each grid."""
    for study in collected.studies:
        family = ties(study.ok()) if study.shape == "grid" else None
        finding = _chosen("grid_best", study.ok(), family, study.id) if family else None
        if finding is not None:
            yield finding


def worst(collected: Collected) -> Iterator[Finding]:
    """``overall_worst``: the run with the lowest test accuracy, and whether it beats guessing."""
    results = collected.unique()
    if len(results) < 2 or collected.data is None:
        return
    lowest = min(results, key=lambda result: float(result.correct().mean()))
    accuracy, low, high = accuracy_interval(lowest)
    chance = 1 / len(collected.data.classes)
    cells = (
        Cell("accuracy", accuracy, Unit.RATIO, (lowest.key,)),
        Cell("low", low, Unit.RATIO, (lowest.key,)),
        Cell("high", high, Unit.RATIO, (lowest.key,)),
        Cell("chance", chance, Unit.RATIO, ()),
        Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
    )
    flags = {"above_chance": low > chance}
    yield Finding(
        "overall_worst",
        Verdict.SUPPORTED,
        Role.CONCLUSION,
        "",
        cells,
        names={"worst": lowest.plan.label},
        flags=flags,
    )
