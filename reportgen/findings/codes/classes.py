"""Takes the chosen network of the report, gives its easiest and hardest classes and collapsed ones."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.evaluation import evaluate
from reportgen.analysis.selection import evaluated
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def strengths(collected: Collected) -> Iterator[Finding]:
    """``class_strengths``: highest and lowest F1 and the most frequent confusion of each evaluated run."""
    if collected.data is None:
        return
    for result in evaluated(collected):
        scores = evaluate(result, collected.data)
        present = [row for row in scores.classes if row.support]
        if len(present) < 2:
            continue
        easiest = max(present, key=lambda row: row.f1)
        hardest = min(present, key=lambda row: row.f1)
        sources = (result.key,)
        cells = [
            Cell("easiest_f1", easiest.f1, Unit.RATIO, sources),
            Cell("hardest_f1", hardest.f1, Unit.RATIO, sources),
        ]
        names = {"label": result.plan.label, "easiest": easiest.name, "hardest": hardest.name}
        if scores.confusions:
            true, predicted, images = scores.confusions[0]
            names |= {"true": true, "predicted": predicted}
            cells.append(Cell("images", images, Unit.COUNT, sources))
        yield Finding(
            "class_strengths",
            Verdict.SUPPORTED if easiest.f1 > hardest.f1 else Verdict.REFUTED,
            Role.CONCLUSION,
            result.plan.study,
            tuple(cells),
            names=names,
            flags={"errors": bool(scores.confusions)},
        )


def collapsed(collected: Collected) -> Iterator[Finding]:
    """``collapsed_class``: runs that never recognise one of the classes (recall 0)."""
    if collected.data is None:
        return
    found = []
    for result in collected.unique():
        scores = evaluate(result, collected.data)
        if any(row.support and row.recall == 0 for row in scores.classes):
            found.append(result)
    if found:
        sources = tuple(result.key for result in found)
        yield Finding(
            "collapsed_class",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("runs", len(found), Unit.COUNT, sources),),
            lists={"labels": tuple(dict.fromkeys(result.plan.label for result in found))},
        )
