"""Takes all results, gives the few that a report evaluates in detail."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.collected import Collected, Result


def select(results: Sequence[Result]) -> Result | None:
    """The run with the highest validation accuracy, of equal ones the one with the lower validation loss.

    The test set has no say in it; of what is still equal the first declared is taken.
    """
    scored = [
        (value, -loss if (loss := result.value("validation", "loss")) is not None else -math.inf, result)
        for result in results
        if result.ok and (value := result.value("validation", "accuracy")) is not None
    ]
    return max(scored, key=lambda item: item[:2])[2] if scored else None


def evaluated(collected: Collected) -> tuple[Result, ...]:
    """The winner of every study by validation accuracy, each run once, in the order of the studies.

    A study of folds has none: see :meth:`Collected.single`. One whose predictions nobody knows is left out.
    """
    if not collected.classes:
        return ()
    found: dict[str, Result] = {}
    for study in collected.studies:
        best = select(study.single())
        if best is not None and best.predicts:
            found.setdefault(best.key, best)
    return tuple(found.values())


def compared(collected: Collected) -> tuple[Result, ...]:
    """What a comparison of architectures shows: all variants, and the winner of every grid and follow-up.

    Runs of folds are left out: see :meth:`Collected.single`.
    """
    found: dict[str, Result] = {}
    for study in collected.studies:
        best = select(study.single())
        picked = study.shape in ("grid", "follow_up")
        shown = ((best,) if best else ()) if picked else study.single()
        for result in shown:
            found.setdefault(result.key, result)
    return tuple(found.values())
