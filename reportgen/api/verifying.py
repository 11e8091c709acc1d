"""Takes a project, gives what comes of training a sample of its stored runs again, from nothing.

The new trainings go into a store of their own, ``build/verify``, which is thrown away. Of the project's store
they get what a recipe starts from, the prepared data and the weights of other runs, and nothing that a run
has produced on the way: no steps and no features of a frozen network.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.analysis.repetition import Sameness, repetition
from reportgen.api.comparing import RESULTS, read
from reportgen.api.project import Project, Request, open_project, plan_with
from reportgen.api.sampling import LIMIT, expected, fitting, spread
from reportgen.api.showing import named_run
from reportgen.api.training import options_for
from reportgen.api.verified import Repeated, keep
from reportgen.errors import MissingError, UsageError
from reportgen.plan.model import Plan, RunPlan
from reportgen.records.codec import decode_run
from reportgen.records.model import RunRecord, Status
from reportgen.runner.commands import WEIGHTS
from reportgen.runner.events import Event, Listener
from reportgen.runner.execute import execute
from reportgen.runner.schedule import usable_cores
from reportgen.store import Store
from reportgen.store.lock import exclusive

if TYPE_CHECKING:
    from reportgen.runner.execute import Options

SCRATCH = "verify"
NO_THREADS = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """Which runs to train again.

    Attributes:
        size: how many; 0 for as many as fit in some ten minutes.
        runs: names of runs or beginnings of keys; empty to draw.
        seed: of the draw.
    """

    size: int = 0
    runs: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it.

    Attributes:
        repeated: the runs that were trained again, in the order in which they were drawn.
        stored: how many runs could have been drawn.
        unavailable: key of a run -> why it could not be trained.
        path: the file that keeps it.
    """

    repeated: tuple[Repeated, ...]
    stored: int
    unavailable: Mapping[str, str]
    path: Path

    @property
    def holds(self) -> bool:
        """Whether every run came out the same, or as good as, and is published as it is stored."""
        return all(
            item.found.sameness is not Sameness.DIFFERENT and item.published is not False
            for item in self.repeated
        )


def verify(request: Request, sample: Sample, listen: Listener) -> Verified:
    """Train some stored runs again and hold what comes of it against what is stored and published.

    Raises:
        ConfigurationError: when a run that is asked for does not exist.
        MissingError: when nothing is stored that could be repeated, or a run that is asked for is not.
    """
    project = open_project(request)
    if not project.store.root.is_dir():
        raise _nothing(project, "no hay nada guardado")
    with exclusive(project.store.root, lambda: listen(Event("waiting"))), _scratch(request.build) as store:
        known: dict[str, RunRecord] = {}
        made = plan_with(project, known)
        candidates = _candidates(project, made, known, sample)
        chosen = _chosen(project, made, known, candidates, sample)
        _take_inputs(project.store, store, chosen)
        unavailable = _train(project, store, made, chosen, known, listen)
        trained = [run for run in chosen if run.key not in unavailable]
        repeated = tuple(_repeated(project, store, trained))
    path = keep(request.build / "report", repeated, seed=sample.seed, stored=len(candidates))
    return Verified(repeated, len(candidates), unavailable, path)


# --- which -----------------------------------------------------------------------------------------


def _candidates(
    project: Project, made: Plan, known: Mapping[str, RunRecord], sample: Sample
) -> tuple[RunPlan, ...]:
    """Runs that ended well and whose beginnings are still there; those that are asked for, if any are."""
    wanted = tuple(named_run(project, made.runs, name, "--run") for name in sample.runs)
    studies = project.request.studies
    runs = wanted or tuple(run for run in made.runs if not studies or run.study in studies)
    reasons = {run.key: _lacking(project.store, run, known) for run in runs}
    lacking = [run for run in runs if reasons[run.key]]
    elsewhere = next((run for run in wanted if run.imported), None)
    if elsewhere is not None:
        what = f"{elsewhere.study}.{elsewhere.id} se importó de un archivo: no hay receta con que repetirla"
        raise MissingError(what, where=str(project.request.config), next_step="elige otra ejecución")
    found = tuple(run for run in runs if not reasons[run.key])
    if wanted and lacking:
        raise _nothing(project, f"{lacking[0].study}.{lacking[0].id}: {reasons[lacking[0].key]}")
    if not found:
        raise _nothing(project, "no hay ninguna ejecución guardada que se pueda repetir")
    return found


def _nothing(project: Project, what: str) -> MissingError:
    return MissingError(
        what, where=str(project.store.root), next_step="entrena antes con `reportgen run`"
    )  # fmt: skip


def _lacking(store: Store, run: RunPlan, known: Mapping[str, RunRecord]) -> str:
    """Why a run cannot be trained again; empty where it can."""
    if run.imported:
        return "se importó de un archivo"
    if run.key not in known or known[run.key].status is not Status.OK:
        return "no tiene ningún resultado guardado"
    if not store.has("data", run.data):
        return "no están guardados los datos con que se entrenó"
    if not all(store.has(WEIGHTS, key) for key in run.needs):
        return "no están guardados los pesos de los que parte"
    return ""


def _chosen(
    project: Project,
    made: Plan,
    known: Mapping[str, RunRecord],
    candidates: Sequence[RunPlan],
    sample: Sample,
) -> tuple[RunPlan, ...]:
    if sample.runs:
        return tuple({run.key: run for run in candidates}.values())
    ordered = spread(candidates, sample.seed)
    return ordered[: sample.size or fitting(ordered, expected(project, made, known), LIMIT)]


# --- again -----------------------------------------------------------------------------------------


@contextmanager
def _scratch(build: Path) -> Iterator[Store]:
    """An empty store, gone afterwards; what a killed process left of an earlier one is thrown away."""
    folder = build / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    store = Store(folder)
    store.prepare()
    try:
        yield store
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_inputs(real: Store, scratch: Store, runs: Sequence[RunPlan]) -> None:
    """Give the new store the entries that runs start from, every byte of them checked.

    Raises:
        MissingError: when one is damaged.
    """
    wanted = {("data", run.data): run for run in runs}
    wanted |= {(WEIGHTS, key): run for run in runs for key in run.needs}
    for (kind, key), run in wanted.items():
        if not real.verify(kind, key):
            raise MissingError(
                f"{run.study}.{run.id}: aquello de lo que parte está dañado ({kind} {key[:12]})",
                where=str(real.root),
                next_step="repite `reportgen run`, que lo prepara de nuevo",
            )
        target = scratch.folder(kind, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(real.folder(kind, key), target, copy_function=_link)


def _link(source: str, target: str) -> None:
    """The same bytes under another name; a copy where the disk cannot do that. Nobody writes into either."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _train(  # noqa: PLR0917 - what there is, what is wanted, who listens
    project: Project,
    store: Store,
    made: Plan,
    runs: Sequence[RunPlan],
    known: Mapping[str, RunRecord],
    listen: Listener,
) -> dict[str, str]:
    """Train them all, each with as many threads as it had; gives why some could not be.

    Another number of threads sums in another order, so that it would be measured too.
    """
    unavailable: dict[str, str] = {}
    groups: dict[int, list[RunPlan]] = {}
    for run in runs:
        environment = known[run.key].environment
        threads = environment.threads if environment else NO_THREADS
        groups.setdefault(threads, []).append(replace(run, keep_weights=False))
    data = {plan.key: plan for plan in made.data}
    for threads, group in groups.items():
        plan = Plan(tuple({run.data: data[run.data] for run in group}.values()), tuple(group), ())
        summary = execute(_always(plan), store, _options(project, threads), listen)
        reasons = summary.unavailable
        lost = {run.key: reasons.get(run.key) or reasons.get(run.data) for run in group}
        unavailable |= {key: reason for key, reason in lost.items() if reason}
    return unavailable


def _always(plan: Plan) -> Callable[[], Plan]:
    return lambda: plan


def _options(project: Project, threads: int) -> Options:
    cores = usable_cores()
    jobs = max(1, cores // threads) if threads else 0
    return replace(
        options_for(project, time.monotonic(), None), jobs=jobs, studies=frozenset(), share_steps=False
    )


def _repeated(project: Project, store: Store, runs: Sequence[RunPlan]) -> Iterator[Repeated]:
    published = _published(project.request.build / "report" / RESULTS)
    for run in runs:
        stored, again = _record(project.store, run.key), _record(store, run.key)
        if stored is None or again is None:
            raise MissingError(
                f"{run.study}.{run.id}: falta su resultado", where=str(project.store.root),
                next_step="repite la misma orden",
            )  # fmt: skip
        yield Repeated(
            study=run.study,
            run=run.id,
            label=run.label,
            key=run.key,
            entry=project.store.manifest("runs", run.key),
            found=repetition(stored, again),
            published=_agrees(published.get(run.key), stored),
        )


def _record(store: Store, key: str) -> RunRecord | None:
    for kind in ("runs", "failed"):
        if store.has(kind, key) and (entry := store.get(kind, key)):
            return decode_run(entry.files)
    return None


def _published(results: Path) -> dict[str, Mapping[str, Mapping[str, float | None]]]:
    """Key -> metrics as the report has them; empty where there is none, or of another release."""
    with suppress(UsageError):
        return {run.key: run.metrics for run in read(results).runs}
    return {}


def _agrees(
    published: Mapping[str, Mapping[str, float | None]] | None, stored: RunRecord
) -> bool | None:  # fmt: skip
    if published is None:
        return None
    pairs = (
        (value, stored.metric(split, name))
        for split, values in published.items()
        for name, value in values.items()
    )
    return all(one == other for one, other in pairs)
