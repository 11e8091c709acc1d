"""Takes the chosen network of the report, gives its easiest and hardest classes and collapsed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.analysis.alike import highest, lowest, share
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.evaluation import (
    REPEATED,
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
    top_confusion,
)
from reportgen.analysis.naming import names
from reportgen.analysis.selection import evaluated
from reportgen.analysis.shown import told, typical
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged


def strengths(collected: Collected) -> Iterator[Finding]:
    """``class_strengths``: highest and lowest F1 and the most frequent confusion of a run.

    One for each run that is evaluated, and for the one that stands for each network told by itself. Classes
    whose F1 is shown as the highest or lowest are all named, the surest first. A confusion counts as one of
    the network's from 5 images on, when it is also demonstrably more frequent than a wrong class usually is.
    """
    if not collected.classes:
        return
    known = names(collected)
    for result in _shown(collected):
        scores = evaluate(result, collected)
        present = [row for row in scores.classes if row.support]
        if len(present) > 1:
            yield _strengths(result, scores, present, known[result.key])


def _strengths(result: Result, scores: Evaluation, present: Sequence[ClassScore], label: str) -> Finding:
    easiest, hardest = highest(present, _f1), lowest(present, _f1)
    most, sources = top_confusion(scores), (result.key,)
    words = {"label": label}
    if most is not None:
        words |= {"true": most.pairs[0][0], "predicted": most.pairs[0][1]}
    return Finding(
        "class_strengths",
        Verdict.SUPPORTED if share(easiest[0].f1) > share(hardest[0].f1) else Verdict.REFUTED,
        Role.CONCLUSION,
        result.plan.study,
        (
            Cell("easiest_f1", easiest[0].f1, Unit.RATIO, sources),
            Cell("hardest_f1", hardest[0].f1, Unit.RATIO, sources),
            *(_confusion(most, sources) if most is not None else ()),
        ),
        names=words,
        lists={
            "easiest": tuple(row.name for row in easiest),
            "hardest": tuple(row.name for row in hardest),
            "true": tuple(true for true, _ in most.pairs) if most else (),
            "predicted": tuple(predicted for _, predicted in most.pairs) if most else (),
        },
        flags={
            "errors": most is not None,
            "one_confusion": most is not None and not most.pairs[1:],
            "few": most is not None and most.images < REPEATED,
            "repeated": most is not None and most.repeated,
            "many_easiest": len(easiest) > 1,
            "many_hardest": len(hardest) > 1,
        },
    )


def _f1(row: ClassScore) -> float:
    return row.f1


def _confusion(most: Confusion, sources: tuple[str, ...]) -> Iterator[Cell]:
    yield Cell("images", most.images, Unit.COUNT, sources)
    yield Cell("confusions", len(most.pairs), Unit.COUNT, sources)
    yield Cell("support", most.support, Unit.COUNT, sources)
    yield Cell("rate", most.rate.value, Unit.RATIO, sources)
    yield Cell("rate_low", most.rate.low, Unit.RATIO, sources)
    yield Cell("rate_high", most.rate.high, Unit.RATIO, sources)
    yield Cell("usual", most.usual, Unit.RATIO, sources)


def _shown(collected: Collected) -> Iterator[Result]:
    alone = (typical(arm.results) for _, arm in told(collected))
    chosen = (
        *evaluated(collected),
        *(result for result in alone if result.ok and result.predicts and not result.folded),
    )
    yield from {result.key: result for result in chosen}.values()


def collapsed(collected: Collected) -> Iterator[Finding]:
    """``collapsed_class``: runs that never recognise one of the classes (recall 0)."""
    judged = [result for result in collected.unique() if result.predicts]
    if not collected.classes or not judged:
        yield unjudged("collapsed_class")
        return
    found = []
    for result in judged:
        scores = evaluate(result, collected)
        if any(row.support and row.recall == 0 for row in scores.classes):
            found.append(result)
    known = names(collected)
    if found:
        sources = tuple(result.key for result in found)
        yield Finding(
            "collapsed_class",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("runs", len(found), Unit.COUNT, sources),),
            lists={"labels": tuple(known[result.key] for result in found)},
        )
    elif len(judged) < len(collected.unique()):
        yield unjudged("collapsed_class")
    else:
        yield passed("collapsed_class")
