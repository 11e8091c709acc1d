"""Takes the recipe of a run, gives what its training has in common with others that only end elsewhere.

Two runs that differ in nothing but the number of epochs and the rule that stops them take the very same
steps until one of them ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportgen.plan.key import canonical, key_of
from reportgen.plan.model import RunPlan
from reportgen.spec.model import RUN_WEIGHTS

STOPPING = "EarlyStopping"
FOLLOWED = frozenset({STOPPING, "LearningRateScheduler", "ReduceLROnPlateau", "TerminateOnNaN"})
"""Callbacks whose state after any epoch follows from the numbers of the epochs before it."""
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The steps of a run, and where it leaves them.

    Attributes:
        recipe: canonical JSON of everything that decides the steps.
        epochs: how many are declared.
        stopping: the rules that may end them earlier.
    """

    recipe: str
    epochs: int
    stopping: tuple[Table, ...]

    @property
    def key(self) -> str:
        """SHA-256 of the recipe."""
        return key_of(self.recipe)


def trajectory_of(recipe: Mapping[str, Any]) -> Trajectory | None:
    """The trajectory of a run; None where its steps may depend on more than its recipe and these numbers."""
    training = dict(recipe["training"])
    declared: Sequence[Table] = training.pop("callbacks")
    epochs = int(training.pop("epochs"))
    if any(table["callback"] not in FOLLOWED for table in declared):
        return None
    if not all(map(_is_settled, recipe["model"]["layers"])):
        return None
    stopping = tuple(table for table in declared if table["callback"] == STOPPING)
    training["callbacks"] = [table for table in declared if table["callback"] != STOPPING]
    facts = {**recipe, "kind": "trajectory", "training": training}
    return Trajectory(canonical(facts), epochs, stopping)


def leaders_first(runs: Iterable[RunPlan]) -> tuple[tuple[RunPlan, ...], Mapping[str, tuple[RunPlan, ...]]]:
    """The runs in their order, but those behind all others that may be read off one of them.

    Returns:
        The runs; and key of a run that is trained -> those that follow it.
    """
    known = list(runs)
    groups: dict[str, list[tuple[Trajectory, RunPlan]]] = {}
    for run in known:
        found = trajectory_of(run.content())
        if found is not None:
            groups.setdefault(found.key, []).append((found, run))
    followers: dict[str, tuple[RunPlan, ...]] = {}
    for group in groups.values():
        if len(group) > 1:
            leader = max(group, key=lambda item: (not item[0].stopping, item[0].epochs))[1]
            followers[leader.key] = tuple(run for _, run in group if run is not leader)
    late = {run.key for group in followers.values() for run in group}
    ordered = [run for run in known if run.key not in late] + [run for run in known if run.key in late]
    return tuple(ordered), followers


def _is_settled(table: Table) -> bool:
    """Whether a layer says all that it is: no function of the author, no weights that may be trained anew."""
    return "python" not in table and not str(table.get("weights", "")).startswith(RUN_WEIGHTS)
