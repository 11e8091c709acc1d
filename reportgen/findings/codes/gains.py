"""Takes studies whose runs start from others, gives classes that are recognised better or worse."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.alike import highest
from reportgen.analysis.class_changes import RecallChange, recall_changes
from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.comparing import same_images
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import Pairs, absent_pairs, start_pairs
from reportgen.findings.codes.normalization import settled
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict
from reportgen.records.model import DataRecord


def classes(collected: Collected) -> Iterator[Finding]:
    """``class_gains``: classes whose recall demonstrably rose or fell against the run that each starts from.

    McNemar on the images of a class, Holm over the classes of all comparisons of the study. Supported when
    some rose and none fell, refuted when some fell and none rose, else inconclusive. Classes of so few test
    images that not even the most extreme change would be demonstrable are told apart; where all are such,
    it is not applicable. Networks whose normalization has not settled are not compared.
    """
    known = names(collected)
    for study in collected.studies:
        pairs = [pair for pair in settled(start_pairs(study)) if same_images(*pair)]
        if pairs and collected.data is not None:
            yield _told(study, pairs, collected.data, known)


def _told(study: StudyResults, pairs: Pairs, data: DataRecord, known: dict[str, str]) -> Finding:
    rows = recall_changes(pairs, data, absent_pairs(study))
    moved = [row for row in rows if row.demonstrable]
    blind = [row for row in rows if row.powerless]
    up = sorted((row for row in moved if row.difference > 0), key=lambda row: -row.difference)
    down = sorted((row for row in moved if row.difference < 0), key=lambda row: row.difference)
    verdict = Verdict.INCONCLUSIVE
    if bool(up) != bool(down):
        verdict = Verdict.SUPPORTED if up else Verdict.REFUTED
    if len(blind) == len(rows):
        verdict = Verdict.NOT_APPLICABLE
    sources = tuple(dict.fromkeys(item.key for pair in pairs for item in pair))
    cells = [
        Cell("pairs", len(pairs), Unit.COUNT, sources),
        Cell("up", len(up), Unit.COUNT, sources),
        Cell("down", len(down), Unit.COUNT, sources),
        Cell("compared", len(rows), Unit.COUNT, sources),
        Cell("blind", len(blind), Unit.COUNT, sources),
        Cell("blind_images", max((row.images for row in blind), default=0), Unit.COUNT, sources),
    ]
    words = {"title": study.title}
    level: dict[str, tuple[str, ...]] = {}
    for name, moves in (("up", up), ("down", down)):
        if moves:
            cells += _ends(name, moves[0])
            words |= _who(name, moves[0], known)
            level[f"{name}_level"] = tuple(row.name for row in highest(moves, _size)[1:])
    if len(pairs) == 1:
        words |= {"changed": known[pairs[0][0].key], "base": known[pairs[0][1].key]}
    return Finding(
        "class_gains",
        verdict,
        Role.CONCLUSION,
        study.id,
        tuple(cells),
        names=words,
        lists={
            "up": tuple(dict.fromkeys(row.name for row in up)),
            "down": tuple(dict.fromkeys(row.name for row in down)),
            "blind": tuple(dict.fromkeys(row.name for row in blind)),
            **level,
        },
        flags={"mixed": bool(up and down)},
    )


def _size(row: RecallChange) -> float:
    return abs(row.difference)


def _ends(name: str, row: RecallChange) -> list[Cell]:
    """Recall of the class that moved most, before and after."""
    return [
        Cell(f"{name}_before", row.before, Unit.RATIO, (row.base.key,)),
        Cell(f"{name}_after", row.after, Unit.RATIO, (row.changed.key,)),
    ]


def _who(name: str, row: RecallChange, known: dict[str, str]) -> dict[str, str]:
    return {
        f"{name}_class": row.name,
        f"{name}_changed": known[row.changed.key],
        f"{name}_base": known[row.base.key],
    }
