"""Takes all results, gives which network is best and worst, as far as one can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.analysis.alike import highest, lowest
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.comparing import Means, accuracy, measured, right_share
from reportgen.analysis.naming import names
from reportgen.analysis.selection import select
from reportgen.analysis.ties import ties
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def _chosen(
    code: str, family_of: Collected | StudyResults, known: Mapping[str, str], study: str
) -> Iterator[Finding]:
    """The run that validation picks among several, against all that the test images cannot tell apart.

    Supported when it is the most accurate in test and no other can be told from it, refuted when another
    one is demonstrably more accurate, else inconclusive. Nothing is best of one. Runs with different budgets
    are ranked as the trained networks that they are, and the finding says so (``budgets``). All that are
    shown as accurate as the most accurate one are named (``level``), and all that validation scores exactly
    as the chosen one (``peers``): among these the lower validation loss decides. ``tied`` counts without the
    chosen one whom the test images do not tell from the leader, ``near`` without the leader.
    """
    results = measured(family_of.single())
    chosen, family = select(results), ties(results, family_of.absent)
    if chosen is None or family is None or family.runner_up is None:
        return
    leader = family.leader
    front = highest(results, _share)
    leads = chosen.key in {result.key for result in front}
    if right_share(chosen) == right_share(leader):
        leader = chosen  # of several with the highest accuracy, the one that was chosen
    named = chosen if leads else leader
    peers = [item for item in results if _validated(item) == _validated(chosen) and item.key != chosen.key]
    others = [result for result in results if result.key in family.members and result.key != chosen.key]
    verdict = Verdict.INCONCLUSIVE
    if chosen.key not in family.members:
        verdict = Verdict.REFUTED
    elif leads and not others:
        verdict = Verdict.SUPPORTED
    every = tuple(result.key for result in results)
    rest = tuple(key for key in every if key != family.leader.key)
    near = tuple(key for key in rest if key in family.members)
    budgets = {result.key: result.planned_epochs for result in results if not result.imported}
    yield Finding(
        code,
        verdict,
        Role.CONCLUSION,
        study,
        (
            *_numbers(chosen),
            Cell("runs", len(results), Unit.COUNT, every),
            Cell("tied", len(others), Unit.COUNT, tuple(result.key for result in others)),
            Cell("near", len(near), Unit.COUNT, near),
            Cell("rest", len(rest), Unit.COUNT, rest),
            Cell("leader", right_share(leader) or 0.0, Unit.RATIO, (leader.key,)),
            *_budgets(budgets),
        ),
        names={"chosen": known[chosen.key], "leader": known[leader.key]},
        lists={
            "tied": tuple(known[result.key] for result in others),
            "level": tuple(known[result.key] for result in front if result.key != named.key),
            "peers": tuple(known[result.key] for result in peers),
        },
        flags={
            "leads": leads,
            "by_loss": _loss(chosen) is not None and all(_loss(item) != _loss(chosen) for item in peers),
            "repeated": isinstance(family_of, StudyResults) and family_of.repeated,
            "budgets": len(set(budgets.values())) > 1,
            "paired": family.means is Means.IMAGES,
            "counted": family.means is Means.COUNTS,
            "tested": family.means is not Means.NOTHING,
            "bounded": accuracy(chosen).low is not None,
        },
    )


def _share(result: Result) -> float:
    return right_share(result) or 0.0


def _validated(result: Result) -> float | None:
    return result.value("validation", "accuracy")


def _loss(result: Result) -> float | None:
    return result.value("validation", "loss")


def _budgets(planned: Mapping[str, int]) -> Iterator[Cell]:
    """The fewest and the most epochs of those whose budget anybody knows."""
    for name, pick in (("least", min), ("most", max)):
        if planned:
            yield Cell(name, pick(planned.values()), Unit.COUNT, tuple(planned))


def _numbers(chosen: Result) -> tuple[Cell, ...]:
    sources = (chosen.key,)
    return (
        Cell("validation", chosen.value("validation", "accuracy") or 0.0, Unit.RATIO, sources),
        *_interval(chosen, sources),
    )


def _interval(result: Result, sources: tuple[str, ...]) -> Iterator[Cell]:
    """Test accuracy with its bounds, where they are known."""
    found = accuracy(result)
    for name, value in (("accuracy", found.value), ("low", found.low), ("high", found.high)):
        if value is not None:
            yield Cell(name, value, Unit.RATIO, sources)


def overall(collected: Collected) -> Iterator[Finding]:
    """``overall_best``: the run that validation picks, its test accuracy, and what cannot be told from it."""
    yield from _chosen("overall_best", collected, names(collected), "")


def grid(collected: Collected) -> Iterator[Finding]:
    """``grid_best``: the same within each grid."""
    known = names(collected)
    for study in collected.studies:
        if study.shape == "grid":
            yield from _chosen("grid_best", study, known, study.id)


def worst(collected: Collected) -> Iterator[Finding]:
    """``overall_worst``: the run with the lowest test accuracy, and whether it beats guessing."""
    results = measured(collected.single())
    if len(results) <= 1 or not collected.classes:
        return
    known = names(collected)
    last = lowest(results, _share)
    sources = tuple(result.key for result in last)
    bounds = [accuracy(result).low for result in last]
    known_bounds = [bound for bound in bounds if bound is not None]
    chance = 1 / len(collected.classes)
    yield Finding(
        "overall_worst",
        Verdict.SUPPORTED,
        Role.CONCLUSION,
        "",
        (
            *_interval(last[0], sources),
            Cell("chance", chance, Unit.RATIO, ()),
            Cell("last", len(last), Unit.COUNT, sources),
            Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
        ),
        names={"worst": known[last[0].key]},
        lists={"worst": tuple(known[result.key] for result in last)},
        flags={
            "above_chance": len(known_bounds) == len(bounds) and min(known_bounds) > chance,
            "bounded": len(known_bounds) == len(bounds),
        },
    )
