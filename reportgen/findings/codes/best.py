"""Takes all results, gives which network is best and worst, as far as one can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparison import accuracy_interval
from reportgen.analysis.naming import names
from reportgen.analysis.selection import select
from reportgen.analysis.ties import ties
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def _chosen(
    code: str, results: Sequence[Result], known: Mapping[str, str], study: str, *, repeated: bool = False
) -> Iterator[Finding]:
    """The run that validation picks among several, against all that the test images cannot tell apart.

    Supported when it is the most accurate in test and no other can be told from it, refuted when another
    one is demonstrably more accurate, else inconclusive. Nothing is best of one. Runs with different budgets
    are ranked as the trained networks that they are, and the finding says so (``budgets``).
    """
    chosen, family = select(results), ties(results)
    if chosen is None or family is None or family.runner_up is None:
        return
    leader = family.leader
    leads = float(chosen.correct().mean()) == float(leader.correct().mean())
    leader = chosen if leads else leader  # of several with the highest accuracy, the one that was chosen
    others = [result for result in results if result.key in family.members and result.key != chosen.key]
    verdict = Verdict.INCONCLUSIVE
    if chosen.key not in family.members:
        verdict = Verdict.REFUTED
    elif leads and not others:
        verdict = Verdict.SUPPORTED
    budgets, every = [result.planned_epochs for result in results], tuple(result.key for result in results)
    yield Finding(
        code,
        verdict,
        Role.CONCLUSION,
        study,
        (
            *_numbers(chosen),
            Cell("runs", len(results), Unit.COUNT, every),
            Cell("tied", len(others), Unit.COUNT, tuple(result.key for result in others)),
            Cell("leader", float(leader.correct().mean()), Unit.RATIO, (leader.key,)),
            Cell("least", min(budgets), Unit.COUNT, every),
            Cell("most", max(budgets), Unit.COUNT, every),
        ),
        names={"chosen": known[chosen.key], "leader": known[leader.key]},
        lists={"tied": tuple(known[result.key] for result in others)},
        flags={"leads": leads, "repeated": repeated, "budgets": min(budgets) < max(budgets)},
    )


def _numbers(chosen: Result) -> tuple[Cell, ...]:
    accuracy, low, high = accuracy_interval(chosen)
    sources = (chosen.key,)
    return (
        Cell("validation", chosen.value("validation", "accuracy") or 0.0, Unit.RATIO, sources),
        Cell("accuracy", accuracy, Unit.RATIO, sources),
        Cell("low", low, Unit.RATIO, sources),
        Cell("high", high, Unit.RATIO, sources),
    )


def overall(collected: Collected) -> Iterator[Finding]:
    """``overall_best``: the run that validation picks, its test accuracy, and what cannot be told from it."""
    yield from _chosen("overall_best", collected.single(), names(collected), "")


def grid(collected: Collected) -> Iterator[Finding]:
    """``grid_best``: the same within each grid."""
    known = names(collected)
    for study in collected.studies:
        if study.shape == "grid":
            yield from _chosen("grid_best", study.single(), known, study.id, repeated=study.repeated)


def worst(collected: Collected) -> Iterator[Finding]:
    """``overall_worst``: the run with the lowest test accuracy, and whether it beats guessing."""
    results = collected.single()
    if len(results) <= 1 or collected.data is None:
        return
    known = names(collected)
    lowest = min(float(result.correct().mean()) for result in results)
    last = [result for result in results if float(result.correct().mean()) == lowest]
    sources = tuple(result.key for result in last)
    accuracy, low, high = accuracy_interval(last[0])
    chance = 1 / len(collected.data.classes)
    yield Finding(
        "overall_worst",
        Verdict.SUPPORTED,
        Role.CONCLUSION,
        "",
        (
            Cell("accuracy", accuracy, Unit.RATIO, sources),
            Cell("low", low, Unit.RATIO, sources),
            Cell("high", high, Unit.RATIO, sources),
            Cell("chance", chance, Unit.RATIO, ()),
            Cell("last", len(last), Unit.COUNT, sources),
            Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
        ),
        names={"worst": known[last[0].key]},
        lists={"worst": tuple(known[result.key] for result in last)},
        flags={"above_chance": low > chance},
    )
