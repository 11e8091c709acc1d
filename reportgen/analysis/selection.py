"""Takes all results, gives the few that a report evaluates in detail."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.collected import Collected, Result


def select(results: Sequence[Result]) -> Result | None:
    """The run with the highest validation accuracy; the test set has no say in it."""
    scored = [
        (value, result)
        for result in results
        if result.ok and (value := result.value("validation", "accuracy")) is not None
    ]
    return max(scored, key=lambda item: item[0])[1] if scored else None


def evaluated(collected: Collected) -> tuple[Result, ...]:
    """The winner of every study by validation accuracy, each run once, in the order of the studies."""
    found: dict[str, Result] = {}
    for study in collected.studies:
        best = select(study.results)
        if best is not None:
            found.setdefault(best.key, best)
    return tuple(found.values())


def compared(collected: Collected) -> tuple[Result, ...]:
    """What a comparison of architectures shows: all variants, and the winner of every other study."""
    found: dict[str, Result] = {}
    for study in collected.studies:
        best = select(study.results)
        shown = study.ok() if study.shape in ("variants", "single") else (best,) if best else ()
        for result in shown:
            found.setdefault(result.key, result)
    return tuple(found.values())
