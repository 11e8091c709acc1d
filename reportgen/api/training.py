"""Takes a request, gives its runs trained: prepare, tell what lies ahead, train, render."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reportgen.api.inputs import program
from reportgen.api.planning import PLANS, Planned, budget_of, unmeasured
from reportgen.api.project import (
    MEMORY,
    Outcome,
    Project,
    Request,
    open_project,
    plan_with,
    remember,
    with_parents,
)
from reportgen.api.rendering import render_all
from reportgen.plan.imported import to_train
from reportgen.plan.model import Plan

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord
    from reportgen.runner.budget import Budget
    from reportgen.runner.cluster.driver import Cluster
    from reportgen.runner.events import Listener
    from reportgen.runner.execute import Options

LOCAL = "local"
SECONDS = 3600
GRACE = 0.02
"""Share of `--max-hours` that a run which was expected to end in time may still take."""
Confirm = Callable[["Budget"], bool]


def run(request: Request, listen: Listener, confirm: Confirm | None = None) -> Outcome | None:
    """Train what is missing, then render.

    Args:
        request: what the user asks for.
        listen: is told what happens.
        confirm: is asked, once the budget is known and before anything is trained; None: nobody is.

    Returns:
        None when the answer was no.
    """
    from reportgen.runner.events import Event
    from reportgen.runner.execute import execute
    from reportgen.store.lock import exclusive

    began, made_by = time.monotonic(), program()
    project = open_project(request)
    known: dict[str, RunRecord] = {}
    with (
        exclusive(project.store.root, lambda: listen(Event("waiting"))),
        _cluster(project, listen) as cluster,
    ):
        _begin(project)
        budget = _judge(project, listen, began, cluster) if request.probe or request.max_hours else None
        if confirm is not None and budget is not None and not confirm(budget):
            return None
        options = options_for(project, began, budget, cluster)
        summary = execute(lambda: replan(project, known), project.store, options, listen)
    written, declared, finished = render_all(
        project,
        {**summary.unavailable, **summary.postponed},
        known,
        lambda: listen(Event("rendering")),
        made_by,
    )
    postponed = len(summary.postponed)
    return Outcome(written, declared, finished, summary.trained, summary.unavailable, postponed)


def replan(project: Project, known: dict[str, RunRecord]) -> Plan:
    """What there is to train, as the store now allows; a failed run may have been trained since."""
    for key in [key for key, record in known.items() if record.status != "ok"]:
        del known[key]
    made = to_train(project.spec, plan_with(project, known))
    profile = project.request.profile
    remember(
        project.store,
        PLANS,
        {f"{profile}|{run.study}|{run.id}": run.key for run in made.runs if run.key in known},
    )
    return made


def _begin(project: Project) -> None:
    """Prove that the store can be written, clear what killed processes left, keep digests of local files."""
    project.store.prepare()
    project.store.sweep()
    remember(project.store, MEMORY, project.digests)


def _cluster(project: Project, listen: Listener) -> AbstractContextManager[Cluster | None]:
    """The cluster that is asked for; it is connected when there is something to train."""
    request = project.request
    if request.executor == LOCAL:
        return nullcontext()
    from reportgen.runner.cluster.driver import Cluster

    return Cluster(request.ray_address, (project.store.root / "logs" / "workers.log").resolve(), listen)


def options_for(
    project: Project, began: float, budget: Budget | None, cluster: Cluster | None = None
) -> Options:
    """How to train what is asked for, since the monotonic time ``began``."""
    from reportgen.runner.execute import Options
    from reportgen.runner.pool import Limits
    from reportgen.runner.worker import TRAINING

    request = project.request
    hours = request.max_hours
    finish = began + hours * SECONDS if hours else math.inf
    silence = 60 * project.spec.training.timeout_minutes
    return Options(
        jobs=request.jobs,
        limits=Limits(silence=silence, deadline=finish + GRACE * hours * SECONDS),
        studies=frozenset(with_parents(project)),
        base=request.config.parent,
        command=request.worker or TRAINING,
        finish=finish,
        expected=budget.expected if budget else {},
        cluster=cluster,
    )


def _judge(project: Project, listen: Listener, began: float, cluster: Cluster | None) -> Budget:
    """What lies ahead, by stored runs and by trying, for a few seconds, the networks nobody has trained."""
    from reportgen.runner.execute import prepare_data, probe

    known: dict[str, RunRecord] = {}
    options = options_for(project, began, None, cluster)
    prepare_data(lambda: replan(project, known), project.store, options, listen)
    plan = replan(project, known)
    tried = unmeasured(project, plan, known)
    tried = [run for run in tried if project.store.has("data", run.data)]
    measured = probe(tried, project.store, options, listen).measured if tried else {}
    probes = {run.key: (run, measured[run.key]) for run in tried if run.key in measured}
    split = partial(cluster.lanes, jobs=project.request.jobs) if cluster and cluster.connected else None
    return budget_of(project, plan, known, probes, split)


def prepare(request: Request, listen: Listener) -> Outcome:
    """Have data sets and published weights on the machine, so that `run` needs no network."""
    from reportgen.runner.events import Event
    from reportgen.runner.execute import prepare as fetch
    from reportgen.store.lock import exclusive

    project = open_project(request)
    known: dict[str, RunRecord] = {}
    with exclusive(project.store.root, lambda: listen(Event("waiting"))):
        _begin(project)
        options = options_for(project, time.monotonic(), None)
        summary = fetch(lambda: replan(project, known), project.store, options, listen)
    return Outcome((), 0, 0, 0, summary.unavailable)


def probed(planned: Planned, request: Request, listen: Listener) -> Planned:
    """The plan with what the networks that nobody has trained take, tried for a few seconds each."""
    from reportgen.runner.events import Event
    from reportgen.store.lock import exclusive

    project = open_project(request)
    with (
        exclusive(project.store.root, lambda: listen(Event("waiting"))),
        _cluster(project, listen) as cluster,
    ):
        _begin(project)
        return replace(planned, budget=_judge(project, listen, time.monotonic(), cluster))
