"""Takes runs, gives the features that they lack computed and stored, before they are trained.

A run whose features cannot be had is trained whole: it then says itself what is wrong, if anything is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportgen.plan.model import RunPlan
from reportgen.records.codec import FEATURES_FACTS
from reportgen.records.model import Status
from reportgen.runner.commands import Commands
from reportgen.runner.events import Event, Listener
from reportgen.runner.features import Shared
from reportgen.runner.outcomes import told
from reportgen.runner.pool import POSTPONED, Job, Outcome, Pool

FILES = frozenset({"train.npy", FEATURES_FACTS})
GIGA = 1024**3


def provide(
    runs: Sequence[RunPlan], shared: Shared, commands: Commands, pool: Callable[[], Pool], listen: Listener
) -> None:
    """Compute what runs lack, one after the other in one process with all threads."""
    lacking = {item.key: item for item in shared.lacking(runs)}
    if not lacking:
        return
    for group in lacking.values():
        listen(Event("sharing", key=group.key, label=group.start.backbone, total=len(group.runs)))
        job = Job(group.key, commands.features(group.runs[0], group.key, group.view))
        for outcome in pool().work([job]):
            if outcome.status == POSTPONED:
                _drop(shared, outcome)
                return
            if _is_there(outcome):
                shared.keep(group, Path(outcome.staging))
                continue
            _drop(shared, outcome)
            shared.give_up(group, _reason(outcome))
            reason = shared.given_up[group.key]
            listen(Event("unshared", key=group.key, label=group.start.backbone, reason=reason))


def _is_there(outcome: Outcome) -> bool:
    """Whether the worker left the files that it says it left."""
    if outcome.status != Status.OK or not outcome.recorded:
        return False
    return {path.name for path in Path(outcome.staging).iterdir()} >= FILES


def _drop(shared: Shared, outcome: Outcome) -> None:
    if outcome.staging:
        shared.store.drop(Path(outcome.staging))


def _reason(outcome: Outcome) -> str:
    if outcome.status == Status.OK and "bytes" in outcome.facts:
        size = f"{int(outcome.facts['bytes']) / GIGA:.1f}".replace(".", ",")
        return f"ocuparían {size} GB, más de lo que cabe guardar"
    return told(outcome) or "el proceso no las dejó"
