"""Takes outcomes of runs, gives the store their entries, the summary its counts, the listener their end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reportgen.errors import StoreError
from reportgen.plan.model import RunPlan
from reportgen.records.codec import encode_run
from reportgen.records.model import RunRecord, Status
from reportgen.runner.commands import RECIPE, WEIGHT_FILES, WEIGHTS
from reportgen.runner.events import Listener
from reportgen.runner.outcomes import finished, is_record, told, write_recipe
from reportgen.runner.pool import POSTPONED, Outcome
from reportgen.runner.steps import Steps
from reportgen.store import Store

UNAVAILABLE = "unavailable"


@dataclass(slots=True)
class Summary:
    """What an execution did.

    ``unavailable`` tells what could not be had and what to do about it, ``postponed`` what was not begun
    for want of time, ``measured`` what probes found, by key.
    """

    trained: int = 0
    failed: int = 0
    unavailable: dict[str, str] = field(default_factory=dict)
    postponed: dict[str, str] = field(default_factory=dict)
    measured: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what comes of runs; ``summary`` counts it, ``listen`` is told of it."""

    store: Store
    steps: Steps
    summary: Summary
    listen: Listener

    def keep(self, outcome: Outcome, run: RunPlan) -> None:
        """Make an entry of an outcome, or remember why there is none.

        Raises:
            StoreError: the disk is full, or the entry cannot be kept.
        """
        if outcome.status == POSTPONED:
            self.summary.postponed[outcome.key] = outcome.reason
            self.drop(outcome)
            return
        staging = Path(outcome.staging)
        self.refuse_full(outcome)
        if outcome.recorded and not is_record(staging, outcome):
            reason = "el proceso dio por hecha la ejecución y no dejó su resultado"
            outcome = replace(outcome, status=str(Status.FAILED), reason=reason, recorded=False)
        if outcome.status == Status.OK:
            self._keep_weights(outcome.key, staging)
            self.steps.keep(run, staging)
            write_recipe(staging, run.recipe)
            self.store.commit("runs", outcome.key, staging)
            self.store.discard("failed", outcome.key)
            self.summary.trained += 1
        elif outcome.status == UNAVAILABLE:
            self.drop(outcome)
            self.summary.unavailable[outcome.key] = told(outcome)
        else:
            self._keep_failure(outcome, run, staging)
            self.summary.failed += 1
        self.listen(finished(run, outcome))

    def _keep_weights(self, key: str, staging: Path) -> None:
        """Weights are an entry of their own: reading a result never reads them."""
        files = [staging / name for name in WEIGHT_FILES if (staging / name).is_file()]
        if not files:
            return
        folder = self.store.stage(key)
        for path in files:
            path.rename(folder / path.name)
        self.store.commit(WEIGHTS, key, folder)

    def _keep_failure(self, outcome: Outcome, run: RunPlan, staging: Path) -> None:
        if outcome.recorded:
            write_recipe(staging, run.recipe)
            self.store.commit("failed", outcome.key, staging, replace=True)
            return
        self.drop(outcome)
        record = RunRecord(outcome.key, Status(outcome.status), outcome.reason)
        files = {**encode_run(record), RECIPE: run.recipe.encode()}
        self.store.put("failed", outcome.key, files, replace=True)

    def drop(self, outcome: Outcome) -> None:
        """Throw away what an attempt left; one that was never begun was given no folder."""
        if outcome.staging:
            self.store.drop(Path(outcome.staging))

    def refuse_full(self, outcome: Outcome) -> None:
        """A disk that is full is nobody's result: stop, and keep what is there."""
        if outcome.disk_full:
            self.drop(outcome)
            raise StoreError(
                f"no queda sitio en el disco: {outcome.reason}",
                where=str(self.store.root),
                next_step="libera espacio y repite la misma orden: lo ya guardado se conserva",
            )
