"""Takes studies whose runs start from others, gives classes that are recognised better or worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.analysis.class_changes import ClassChange, PairChanges, family_changes, same_images
from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import start_pairs
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

Moved = tuple[PairChanges, ClassChange]


def classes(collected: Collected) -> Iterator[Finding]:
    """``class_gains``: classes whose recall demonstrably rose or fell against the run that each starts from.

    McNemar on the images of a class, Holm over the classes of all comparisons of the study. Supported when
    some rose and none fell, refuted when some fell and none rose, else inconclusive.
    """
    known = names(collected)
    for study in collected.studies:
        pairs = [pair for pair in start_pairs(study) if same_images(*pair)]
        if pairs and collected.data is not None:
            yield _told(study, family_changes(pairs, collected.data), known)


def _told(study: StudyResults, found: Sequence[PairChanges], known: dict[str, str]) -> Finding:
    moved = [(pair, row) for pair in found for row in pair.classes if row.demonstrable]
    up = sorted((item for item in moved if item[1].difference > 0), key=lambda item: -item[1].difference)
    down = sorted((item for item in moved if item[1].difference < 0), key=lambda item: item[1].difference)
    verdict = Verdict.INCONCLUSIVE
    if bool(up) != bool(down):
        verdict = Verdict.SUPPORTED if up else Verdict.REFUTED
    sources = tuple(dict.fromkeys(item.key for pair in found for item in (pair.changed, pair.base)))
    cells = [
        Cell("pairs", len(found), Unit.COUNT, sources),
        Cell("up", len(up), Unit.COUNT, sources),
        Cell("down", len(down), Unit.COUNT, sources),
    ]
    words = {"title": study.title}
    for name, items in (("up", up), ("down", down)):
        if items:
            cells += _ends(name, items[0])
            words |= _who(name, items[0], known)
    if len(found) == 1:
        words |= {"changed": known[found[0].changed.key], "base": known[found[0].base.key]}
    return Finding(
        "class_gains",
        verdict,
        Role.CONCLUSION,
        study.id,
        tuple(cells),
        names=words,
        lists={
            "up": tuple(dict.fromkeys(row.name for _, row in up)),
            "down": tuple(dict.fromkeys(row.name for _, row in down)),
        },
    )


def _ends(name: str, item: Moved) -> list[Cell]:
    """Recall of the class that moved most, before and after."""
    pair, row = item
    return [
        Cell(f"{name}_before", row.before.recall, Unit.RATIO, (pair.base.key,)),
        Cell(f"{name}_after", row.after.recall, Unit.RATIO, (pair.changed.key,)),
    ]


def _who(name: str, item: Moved, known: dict[str, str]) -> dict[str, str]:
    pair, row = item
    return {
        f"{name}_class": row.name,
        f"{name}_changed": known[pair.changed.key],
        f"{name}_base": known[pair.base.key],
    }
