"""Takes all results, gives each run a name that no other run of its data set has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reportgen.analysis.arms import fold_place
from reportgen.analysis.collected import Collected, StudyResults
from reportgen.plan.model import RunPlan

FOLD, REPEAT = "partición", "repetición"
"""Words of a name, as the "s" of a seed is: they belong to it like a label of the author's."""


def own_labels(plans: Iterable[RunPlan]) -> dict[str, str]:
    """Key -> the run's label, with its seed (``s1``) and fold where several of the runs share the label."""
    groups: dict[str, list[RunPlan]] = {}
    for plan in plans:
        groups.setdefault(plan.label, []).append(plan)
    return {
        plan.key: label + (_repetition(plan, alike) if alike[1:] else "")
        for label, alike in groups.items()
        for plan in alike
    }


def _repetition(plan: RunPlan, alike: Sequence[RunPlan]) -> str:
    """What tells a run from those of the same label."""
    place = fold_place(plan)
    text = f" · s{plan.seed}" if place is None or len({other.seed for other in alike}) > 1 else ""
    if place is None:
        return text
    repeated = any(other is not None and other.repeat > 1 for other in map(fold_place, alike))
    return f"{text} · {FOLD} {place.number}" + (f", {REPEAT} {place.repeat}" if repeated else "")


def _titled(collected: Collected) -> dict[str, frozenset[str]]:
    """Label -> studies whose runs need the title of their study to be told from those of others.

    A follow-up repeats the labels of the study it derives from: its runs carry the study's title, and the
    original ones keep the bare label.
    """
    homes: dict[str, set[str]] = {}
    originals: dict[str, set[str]] = {}
    for study in collected.studies:
        for result in study.results:
            homes.setdefault(result.plan.label, set()).add(study.id)
            if study.shape != "follow_up":
                originals.setdefault(result.plan.label, set()).add(study.id)
        for parent in study.parents.values():  # also those of a study that the report does not tell
            homes.setdefault(parent.plan.label, set()).add(parent.plan.study)
    derived = {study.id for study in collected.studies if study.shape == "follow_up"}
    return {
        label: frozenset(home for home in found if home in derived or len(originals.get(label, ())) > 1)
        for label, found in homes.items()
        if len(found) > 1
    }


def _name(study: StudyResults, label: str, shown: str, titled: dict[str, frozenset[str]]) -> str:
    return f"{shown} ({study.title})" if study.id in titled.get(label, ()) else shown


def names(collected: Collected) -> dict[str, str]:
    """Key -> name: the run's label, with its seed, its fold or the title of its study where needed."""
    titled = _titled(collected)
    found: dict[str, str] = {}
    for study in collected.studies:
        labels = own_labels(result.plan for result in study.results)
        for result in study.results:
            found.setdefault(result.key, _name(study, result.plan.label, labels[result.key], titled))
    for study in collected.studies:
        for key, label in own_labels(parent.plan for parent in study.parents.values()).items():
            found.setdefault(key, label)
    return found


def arm_names(collected: Collected) -> dict[tuple[str, str], str]:
    """(Study, configuration) -> name of the configuration, without seed and fold."""
    titled = _titled(collected)
    return {
        (study.id, result.plan.arm): _name(study, result.plan.label, result.plan.label, titled)
        for study in collected.studies
        for result in study.results
    }
