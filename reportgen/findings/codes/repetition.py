"""Takes results of which some were trained again, gives whether the same recipe comes to the same numbers."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.naming import names
from reportgen.analysis.repetition import Sameness
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed


def nondeterminism(collected: Collected) -> Iterator[Finding]:
    """``nondeterminism``: of the runs that were trained again, some did not come out bit by bit the same.

    It cannot be judged where none was. ``different`` counts those whose predictions change more than the test
    images leave open, ``lost`` those that did not end well this time; ``gap`` is the largest difference of
    test accuracy.
    """
    keys = [result.key for result in collected.unique() if result.key in collected.verification]
    if not keys:
        yield Finding("nondeterminism", Verdict.NOT_APPLICABLE, Role.LIMITATION)
        return
    found = collected.verification
    same = [key for key in keys if found[key].sameness is Sameness.IDENTICAL]
    lost = [key for key in keys if found[key].changed is None]
    far = [key for key in keys if found[key].sameness is Sameness.DIFFERENT and key not in lost]
    cells = [
        Cell("repeated", len(keys), Unit.COUNT, tuple(keys)),
        Cell("same", len(same), Unit.COUNT, tuple(same)),
        Cell("different", len(far), Unit.COUNT, tuple(far)),
        Cell("lost", len(lost), Unit.COUNT, tuple(lost)),
    ]
    apart = [key for key in keys if key not in same]
    gaps = {key: abs(gap) for key in apart if (gap := found[key].accuracy) is not None}
    if gaps:
        widest = max(gaps, key=lambda key: gaps[key])
        cells.append(Cell("gap", gaps[widest], Unit.POINTS, (widest,)))
    yield Finding(
        "nondeterminism",
        Verdict.SUPPORTED if apart else Verdict.REFUTED,
        Role.LIMITATION,
        cells=tuple(cells),
        flags={"elsewhere": any(found[key].environment for key in keys), "measured": bool(gaps)},
    )


def identical(collected: Collected) -> Iterator[Finding]:
    """``identical_runs``: runs that are the same network as another, which therefore counts once."""
    copies, code = collected.copies(), "identical_runs"
    made = any(result.imported for result in collected.unique())  # of these nobody knows what they start from
    if not copies and collected.unique() and not made:
        yield passed(code)
        return
    if not copies:
        yield Finding(code, Verdict.NOT_APPLICABLE, Role.LIMITATION, flags={"imported": made})
        return
    known = names(collected)
    keys = tuple(result.key for result in copies)
    yield Finding(
        code,
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "",
        (Cell("copies", len(copies), Unit.COUNT, keys),),
        lists={"labels": tuple(known[key] for key in keys)},
    )
