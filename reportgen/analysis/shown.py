"""Takes configurations with their seeds and folds, gives the one run that stands for each."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.selection import select


def typical(results: Sequence[Result]) -> Result:
    """The finished run with the median validation accuracy (the lower of two).

    So neither luck nor bad luck of a seed or fold is put on show. Without any that can be ranked, the
    first that finished; without one, the first declared.
    """
    scored = [
        (value, -at, result)
        for at, result in enumerate(results)
        if result.ok and (value := result.value("validation", "accuracy")) is not None
    ]
    if scored:
        return sorted(scored, key=lambda item: item[:2])[(len(scored) - 1) // 2][2]
    return next((result for result in results if result.ok), results[0])


def leading(study: StudyResults) -> ArmResults | None:
    """The configuration with the highest mean validation accuracy; None without any."""
    scored = [
        (spread.mean, -at, arm)
        for at, arm in enumerate(by_arm(study))
        if (spread := arm.spread("validation", "accuracy")) is not None
    ]
    return max(scored, key=lambda item: item[:2])[2] if scored else None


def detailed(study: StudyResults) -> Result | None:
    """The run of a study that is shown in detail; None where none has finished.

    The one that validation picks; of a cross validation, where no run is picked, the typical one of the
    configuration with the highest mean.
    """
    chosen = select(study.single())
    if chosen is not None:
        return chosen
    best = leading(study)
    return typical(best.results) if best else None


def told(collected: Collected) -> tuple[tuple[StudyResults, ArmResults], ...]:
    """What is told one after the other: each variant, and of every grid or follow-up the picked one.

    With the study that tells it, in declared order; a configuration that two studies share comes once.
    """
    found: dict[str, tuple[StudyResults, ArmResults]] = {}
    for study in collected.studies:
        picked = detailed(study) if study.shape in ("grid", "follow_up") else None
        for arm in by_arm(study):
            if study.shape not in ("grid", "follow_up") or (picked is not None and picked in arm.results):
                found.setdefault(arm.results[0].key, (study, arm))
    return tuple(found.values())
