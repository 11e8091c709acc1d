"""Takes all results, gives each run a name that no other run of the report has."""

from __future__ import annotations

from collections import Counter

from reportgen.analysis.collected import Collected


def names(collected: Collected) -> dict[str, str]:
    """Key -> name: the run's label, with the title of its study or its seed where the label is not enough.

    A follow-up repeats the labels of the study it derives from: its runs carry the study's title, and the
    original ones keep the bare label. Repetitions of one configuration carry their seed (``s1``).
    """
    homes: dict[str, set[str]] = {}
    originals: dict[str, set[str]] = {}
    repeated: Counter[tuple[str, str]] = Counter()
    for study in collected.studies:
        for result in study.results:
            label = result.plan.label
            homes.setdefault(label, set()).add(study.id)
            repeated[study.id, label] += 1
            if study.shape != "follow_up":
                originals.setdefault(label, set()).add(study.id)
    found: dict[str, str] = {}
    for study in collected.studies:
        for result in study.results:
            label = result.plan.label
            name = label if repeated[study.id, label] == 1 else f"{label} · s{result.plan.seed}"
            shared = len(homes[label]) > 1
            if shared and (study.shape == "follow_up" or len(originals.get(label, ())) > 1):
                name = f"{name} ({study.title})"
            found.setdefault(result.key, name)
    return found
