"""Takes a project, gives what would be trained, what is stored, why, and what it will cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.api.project import Project, Request, open_project, plan_with, remembered, with_parents
from reportgen.plan.differences import Change, differences
from reportgen.plan.features import start_of_run
from reportgen.plan.model import Plan, RunPlan
from reportgen.runner.budget import Budget, Measured, Split, budget, signature, signature_of
from reportgen.runner.commands import FEATURES, RECIPE, WEIGHTS
from reportgen.runner.features import Shared
from reportgen.runner.schedule import gpus, usable_cores
from reportgen.store import Store

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord

PLANS = "plans.json"
"""File of the store with the key that each run of each study had when it was last stored."""
MOST_LIKE = 32
"""Earlier runs of a study that a new one is compared with."""
MOST_EXPLAINED = 200
"""Missing runs of a study that are compared at all."""
MOST_MEASURED = 300
"""Stored runs of other plans that are asked for times."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One line of a plan: where a run stands and why; ``changes`` is what an earlier one had otherwise."""

    study: str
    id: str
    label: str
    key: str
    state: str
    reason: str
    seconds: float | None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPass:
    """What a frozen network gives for every image, and how many of the runs ahead share it."""

    start: str
    view: str
    runs: int
    stored: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """The ids of the studies in the order of the file, their plan, its lines, and what lies ahead."""

    studies: tuple[str, ...]
    plan: Plan
    lines: tuple[PlannedRun, ...]
    budget: Budget
    passes: tuple[PlannedPass, ...] = ()


def plan(request: Request) -> Planned:
    """What would be trained, what is stored, why, and how long it will take by what was measured."""
    project = open_project(request)
    known: dict[str, RunRecord] = {}
    made = plan_with(project, known)
    wanted = with_parents(project)
    lines = tuple(line for line in _lines(project, made, known) if line.study in wanted)
    pending = tuple(item for item in made.pending if item.study in wanted)
    made = replace(made, runs=tuple(run for run in made.runs if run.study in wanted), pending=pending)
    return Planned(wanted, made, lines, budget_of(project, made, known, {}), _passes(project, made, known))


def _passes(project: Project, made: Plan, known: Mapping[str, RunRecord]) -> tuple[PlannedPass, ...]:
    unique = {run.key: run for run in _ahead(project, made, known) if start_of_run(run)}
    if not unique or project.request.executor != "local":
        return ()
    return tuple(
        PlannedPass(item.start.backbone, item.view, len(item.runs), project.store.has(FEATURES, item.key))
        for item in Shared(project.store).wanted(tuple(unique.values()))
    )


def _lines(project: Project, made: Plan, known: Mapping[str, RunRecord]) -> Iterator[PlannedRun]:
    earlier = _Earlier(project, made)
    for run in made.runs:
        record = known.get(run.key)
        lacking = run.keep_weights and not project.store.has(WEIGHTS, run.key)
        if record is not None and record.status == "ok" and lacking:
            reason = "faltan sus pesos, que otras ejecuciones necesitan"
            yield PlannedRun(run.study, run.id, run.label, run.key, "missing", reason, record.seconds)
        elif record is not None:
            state = "stored" if record.status == "ok" else str(record.status)
            yield PlannedRun(run.study, run.id, run.label, run.key, state, record.reason, record.seconds)
        else:
            changes = tuple(str(change) for change in earlier.changes(run))
            reason = "ha cambiado desde que se guardó" if changes else "nueva"
            yield PlannedRun(run.study, run.id, run.label, run.key, "missing", reason, None, changes)


class _Earlier:
    """What was stored for the same studies before, to say in what a missing run differs."""

    def __init__(self, project: Project, made: Plan) -> None:
        self.project = project
        self.current = {run.key for run in made.runs}
        self.recipes: dict[str, Mapping[str, Any] | None] = {}
        self.keys: dict[str, dict[str, str]] = {}
        self.asked: dict[str, int] = {}
        for place, key in remembered(project.store, PLANS).items():
            profile, _, rest = place.partition("|")
            study, _, name = rest.partition("|")
            if profile == project.request.profile:
                self.keys.setdefault(study, {})[name] = key

    def changes(self, run: RunPlan) -> tuple[Change, ...]:
        """Against the run that had its name, else the one most like it that is gone; empty without any."""
        there = self.keys.get(run.study, {})
        self.asked[run.study] = self.asked.get(run.study, 0) + 1
        if not there or self.asked[run.study] > MOST_EXPLAINED:
            return ()
        gone = [name for name, key in there.items() if key not in self.current]
        names = [run.id] if run.id in there else gone[:MOST_LIKE]
        content = self._with_data(run.content())
        found = [
            differences(recipe, content)
            for name in names
            if there[name] != run.key and (recipe := self._recipe(there[name])) is not None
        ]
        return min(found, key=len, default=())

    def _recipe(self, key: str) -> Mapping[str, Any] | None:
        if key not in self.recipes:
            self.recipes[key] = None
            for kind in ("runs", "failed"):
                recipe = stored_recipe(self.project.store, kind, key)
                if recipe is not None:
                    self.recipes[key] = self._with_data(recipe)
                    break
        return self.recipes[key]

    def _with_data(self, recipe: Mapping[str, Any]) -> Mapping[str, Any]:
        """The recipe with that of its data set in the place of its key."""
        key = str(recipe["data"])
        for plan in self.project.data:
            if plan.key == key:
                return {**recipe, "data": plan.content()}
        return {**recipe, "data": stored_recipe(self.project.store, "data", key) or key}


def stored_recipe(store: Store, kind: str, key: str) -> Mapping[str, Any] | None:
    """What an entry was made from; None for one that was stored without it, or is not there."""
    path = store.folder(kind, key) / RECIPE
    if not path.is_file():
        return None
    entry = store.get(kind, key, (RECIPE,))
    return dict(json.loads(entry.files[RECIPE])) if entry else None


def unmeasured(project: Project, made: Plan, known: Mapping[str, RunRecord]) -> list[RunPlan]:
    """One missing run for each kind of network that no stored run tells the time of."""
    told = {item.signature for item in measured_runs(project, made, known)}
    found: dict[str, RunPlan] = {}
    for run in _ahead(project, made, known):
        mark = signature_of(run)
        if mark not in told and not run.needs:
            found.setdefault(mark, run)
    return list(found.values())


def budget_of(
    project: Project,
    made: Plan,
    known: Mapping[str, RunRecord],
    probes: Mapping[str, tuple[RunPlan, Mapping[str, Any]]],
    split: Split | None = None,
) -> Budget:
    """What the runs ahead will take, by stored runs and by probes (key -> run, what was measured).

    ``split`` tells the lanes of a cluster.
    """
    ahead = _ahead(project, made, known)
    measured: list[Measured] = []
    if ahead:
        measured = [
            *measured_runs(project, made, known),
            *(_probed(run, facts) for run, facts in probes.values()),
        ]
    jobs = project.request.jobs
    wanted = with_parents(project)
    made = replace(made, pending=tuple(item for item in made.pending if item.study in wanted))
    return budget(made, ahead, measured, cores=usable_cores(), jobs=jobs, gpus=len(gpus()), split=split)


def _ahead(project: Project, made: Plan, known: Mapping[str, RunRecord]) -> list[RunPlan]:
    """Runs that would be trained; a divergence is a result and is not repeated."""
    settled = {key for key, record in known.items() if record.status in ("ok", "diverged")}
    wanted = with_parents(project)
    return [run for run in made.runs if not run.imported and run.key not in settled and run.study in wanted]


def measured_runs(project: Project, made: Plan, known: Mapping[str, RunRecord]) -> list[Measured]:
    """What stored runs took, those of the plan first."""
    runs = [run for run in made.runs if not run.imported]
    own = [(run.content(), known[run.key]) for run in runs if run.key in known]
    others = _others(project, set(known)) if len(own) < len(runs) else ()
    return [
        Measured(
            signature(recipe, shared=bool(record.shared)),
            record.seconds / record.epochs_run,
            setup=record.setup_seconds or 0.0,
            peak_bytes=record.peak_bytes or 0,
            stored_bytes=sum(_size(project.store.folder(kind, record.key)) for kind in ("runs", WEIGHTS)),
        )
        for recipe, record in (*own, *others)
        if record.status == "ok" and record.seconds and record.epochs_run and not _is_read_off(record)
    ]


def _is_read_off(record: RunRecord) -> bool:
    """Whether another run took all its steps, so that it says nothing of what beginning costs."""
    return record.continued is not None and record.continued.epochs == record.epochs_run


def _others(project: Project, known: set[str]) -> Iterator[tuple[Mapping[str, Any], RunRecord]]:
    """Stored runs that this plan does not have, those with a recipe."""
    keys = [key for key in project.store.keys("runs") if key not in known]
    if not keys:
        return
    from reportgen.records.codec import FACTS, decode_run  # loads numpy

    for key in keys[:MOST_MEASURED]:
        recipe = stored_recipe(project.store, "runs", key)
        entry = project.store.get("runs", key, (FACTS,)) if recipe else None
        if recipe and entry:
            try:
                yield recipe, decode_run(entry.files)
            except (ValueError, KeyError, TypeError):
                continue  # rejected when somebody needs it


def _probed(run: RunPlan, facts: Mapping[str, Any]) -> Measured:
    per_epoch = float(facts["step_seconds"]) * int(facts["steps_per_epoch"])
    return Measured(
        signature(run.content(), shared="pass_seconds" in facts),
        per_epoch,
        pass_seconds=float(facts.get("pass_seconds", 0.0)),
        setup=float(facts["setup_seconds"]),
        peak_bytes=int(facts["rss"]),
        stored_bytes=_predicted_bytes(facts) + (4 * int(facts["parameters"]) if run.keep_weights else 0),
    )


def _predicted_bytes(facts: Mapping[str, Any]) -> int:
    """Probabilities and labels of the test images."""
    return int(facts["test_images"]) * (4 * int(facts["classes"]) + 8)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*")) if folder.is_dir() else 0
