"""Takes the chosen network of the report, gives its easiest and hardest classes and collapsed ones."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.evaluation import Evaluation, evaluate
from reportgen.analysis.naming import names
from reportgen.analysis.selection import evaluated
from reportgen.analysis.shown import told, typical
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged


def strengths(collected: Collected) -> Iterator[Finding]:
    """``class_strengths``: highest and lowest F1 and the most frequent confusion of a run.

    One for each run that is evaluated, and for the one that stands for each network told by itself.
    """
    if not collected.classes:
        return
    known = names(collected)
    for result in _shown(collected):
        scores = evaluate(result, collected)
        present = [row for row in scores.classes if row.support]
        if len(present) <= 1:
            continue
        high, low = max(row.f1 for row in present), min(row.f1 for row in present)
        easiest = tuple(row.name for row in present if row.f1 == high)
        hardest = tuple(row.name for row in present if row.f1 == low)
        sources = (result.key,)
        cells = [
            Cell("easiest_f1", high, Unit.RATIO, sources),
            Cell("hardest_f1", low, Unit.RATIO, sources),
        ]
        words = {"label": known[result.key]}
        if scores.confusions:
            true, predicted, images = scores.confusions[0]
            words |= {"true": true, "predicted": predicted}
            cells.append(Cell("images", images, Unit.COUNT, sources))
        yield Finding(
            "class_strengths",
            Verdict.SUPPORTED if high > low else Verdict.REFUTED,
            Role.CONCLUSION,
            result.plan.study,
            tuple(cells),
            names=words,
            lists={"easiest": easiest, "hardest": hardest},
            flags={
                "errors": bool(scores.confusions),
                "one_confusion": _single(scores),
                "many_easiest": len(easiest) > 1,
                "many_hardest": len(hardest) > 1,
            },
        )


def _shown(collected: Collected) -> Iterator[Result]:
    alone = (typical(arm.results) for _, arm in told(collected))
    chosen = (
        *evaluated(collected),
        *(result for result in alone if result.ok and result.predicts and not result.folded),
    )
    yield from {result.key: result for result in chosen}.values()


def _single(scores: Evaluation) -> bool:
    """Whether one pair of classes is confused more often than any other."""
    most = scores.confusions[0][2] if scores.confusions else 0
    return sum(images == most for _, _, images in scores.confusions) == 1


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
