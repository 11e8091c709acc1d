"""Takes a request, gives the project behind it: spec, digests, store, the plan that the store allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reportgen.api.files import to_json, write
from reportgen.errors import ConfigurationError, MissingError, Problem
from reportgen.plan.expand import Digests, Scores, data_plans, expand
from reportgen.plan.layers import plugin
from reportgen.plan.model import DataPlan, Plan
from reportgen.sources.identity import fingerprint
from reportgen.sources.imported import ImportedStudy
from reportgen.sources.plugin import digest, locate
from reportgen.sources.results import imported
from reportgen.spec.check import MAX_RUNS
from reportgen.spec.load import load
from reportgen.spec.model import Spec
from reportgen.spec.positions import line_of
from reportgen.spec.read import read
from reportgen.spec.references import all_parents, ancestors, local_weights, python_of, sources_of
from reportgen.store import Store

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord

MEMORY = "sources.json"
"""File of the store with the digests of local files, so that a report needs no data."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for.

    Attributes:
        config: the TOML file.
        profile: name of the profile laid over it; empty for none.
        build: folder of the store and the report.
        studies: ids of the studies to train; empty for all.
        jobs: worker processes; 0 to decide.
        templates: the user's own templates; None for none.
        worker: the process that trains; empty for reportgen's own.
        max_runs: more runs than this are taken for a mistake.
        max_hours: time after which no further run is begun; 0 for no limit.
        probe: whether runs of which nothing is known are tried for a few seconds to tell their time.
        executor: ``local``, or ``ray`` to train on the nodes of a Ray cluster.
        ray_address: where that cluster is; empty for ``RAY_ADDRESS``, else one of this machine alone.
    """

    config: Path
    profile: str = ""
    build: Path = Path("build")
    studies: tuple[str, ...] = ()
    jobs: int = 0
    templates: Path | None = None
    worker: tuple[str, ...] = ()
    max_runs: int = MAX_RUNS
    max_hours: float = 0.0
    probe: bool = False
    executor: str = "local"
    ray_address: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A loaded request: spec, digests of local files and the store.

    ``imported`` has the results that were made elsewhere, by study.
    """

    request: Request
    spec: Spec
    digests: Mapping[str, str]
    store: Store
    imported: Mapping[str, ImportedStudy] = field(default_factory=dict)

    @property
    def data(self) -> tuple[DataPlan, ...]:
        """All data sets that the file declares."""
        return tuple(data_plans(self.spec, self.digests).values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: files written, runs without results, what could not be had or was put off."""

    written: tuple[Path, ...]
    declared: int
    finished: int
    trained: int = 0
    unavailable: Mapping[str, str] = field(default_factory=dict)
    postponed: int = 0


def check(request: Request) -> Spec:
    """The configuration, checked, with the Python sources that it names.

    Raises:
        ConfigurationError: with every mistake in it, and in the studies that are asked for.
        MissingError: a Python source that is not there or cannot be read.
    """
    spec = _load(request)
    imported(spec, request.config)
    if any(sources_of(spec, name) for name in spec.study):
        _expanded(request.config, spec, {}, {})
    for name in python_of(spec):
        digest(locate(name.partition(":")[0], request.config.parent), request.config.parent)
    return spec


def _load(request: Request) -> Spec:
    """The configuration, checked.

    Raises:
        ConfigurationError: with every mistake in it, and in the studies that are asked for.
    """
    spec = load(request.config, request.profile, request.max_runs)
    if request.templates is not None and not request.templates.is_dir():
        what = f"no existe la carpeta «{request.templates}»"
        raise ConfigurationError((Problem("reportgen", 1, "--templates", what, "revisa la ruta"),))
    unknown = [name for name in request.studies if name not in spec.study]
    if unknown:
        allowed = f"estudios declarados: {', '.join(spec.study)}"
        raise ConfigurationError(
            tuple(
                Problem(str(request.config), 1, "--study", f"no hay ningún estudio «{name}»", allowed)
                for name in unknown
            )
        )
    return spec


def open_project(request: Request) -> Project:
    """Load and check the configuration, and tell what its local files hold.

    Raises:
        ConfigurationError: with every mistake in it.
    """
    spec = _load(request)
    store = Store(request.build / "store")
    digests = _digests(spec, request.config.parent, store)
    return Project(request, spec, digests, store, imported(spec, request.config))


def _digests(spec: Spec, base: Path, store: Store) -> dict[str, str]:
    """SHA-256 of every local path and Python source; what is gone keeps the digest it had when used."""
    known = remembered(store, MEMORY)
    found: dict[str, str] = {}
    weights = local_weights(spec)
    for path in weights:
        with suppress(OSError), (base / path).expanduser().open("rb") as stream:
            found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    places = {data.path for data in spec.data_sets.values() if data.path}
    for path in places:
        with suppress(MissingError):
            found[path] = fingerprint(str(base / path))
    modules = {name.partition(":")[0] for name in python_of(spec)}
    for module in modules:
        with suppress(MissingError):
            found[plugin(module)] = digest(locate(module, base), base)
    for path in {*places, *weights, *map(plugin, modules)} - set(found):
        if path in known:  # else training will say what is missing and where it was looked for
            found[path] = known[path]
    return found


def remember(store: Store, name: str, content: Mapping[str, str]) -> None:
    """Add to what a file of the store keeps by name; nothing in it is worth a training."""
    known = remembered(store, name)
    if any(known.get(key) != value for key, value in content.items()):
        write(store.root / name, to_json({**known, **content}).encode())


def remembered(store: Store, name: str) -> dict[str, str]:
    """What such a file holds; nothing where it is missing or damaged."""
    try:
        content = dict(json.loads((store.root / name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
    return {key: value for key, value in content.items() if isinstance(value, str)}


def records_of(project: Project, keys: set[str], known: dict[str, RunRecord], *, predictions: bool) -> None:
    """Read into ``known`` the records of ``keys`` that are stored and not read yet.

    Every byte is checked; the predictions, which are large, are kept only when asked for.
    """
    wanted = keys - set(known)
    there = {kind: project.store.present(kind) & wanted for kind in ("runs", "failed")}
    if not any(there.values()):
        return
    from reportgen.records.codec import FACTS, decode_run  # loads numpy

    for key in sorted(frozenset().union(*there.values())):
        for kind in (kind for kind, present in there.items() if key in present):
            entry = project.store.get(kind, key)
            if entry is None:
                continue
            try:
                known[key] = decode_run(entry.files if predictions else {FACTS: entry.files[FACTS]})
            except (ValueError, KeyError, TypeError) as error:
                project.store.reject(kind, key, str(error))
                continue
            break


def _imported(
    project: Project, plan: Plan, known: Mapping[str, RunRecord], *, predictions: bool
) -> dict[str, RunRecord]:
    """The records of runs that were made elsewhere: they are in no store."""
    runs = {run.key: run for run in plan.runs if run.imported and run.key not in known}
    if not runs:
        return {}
    from reportgen.records.imported import imported_record  # loads numpy

    told = {
        item.predictions.digest: item.predictions
        for study in project.imported.values()
        for item in study.runs
        if predictions and item.predictions
    }
    return {
        key: imported_record(run, told.get(str(run.content()["predictions"]))) for key, run in runs.items()
    }


def plan_with(project: Project, known: dict[str, RunRecord], *, predictions: bool = False) -> Plan:
    """The plan with every follow-up that stored records allow to be named."""
    config = project.request.config
    plan = _expanded(config, project.spec, project.digests, {}, project.imported)
    known |= _imported(project, plan, known, predictions=predictions)
    while True:
        records_of(project, {run.key for run in plan.runs}, known, predictions=predictions)
        if not plan.pending:
            return plan
        further = _expanded(config, project.spec, project.digests, _scores(known), project.imported)
        if len(further.pending) == len(plan.pending):
            return further
        plan = further


def _expanded(
    config: Path,
    spec: Spec,
    digests: Digests,
    scores: Scores,
    made: Mapping[str, ImportedStudy] = MappingProxyType({}),
) -> Plan:
    """The plan; weights of a run that its study does not have are told where the file asks for them."""
    try:
        return expand(spec, digests, scores, made)
    except MissingError as error:
        mark = line_of(read(config).marks, tuple(error.where.split(".")))
        place = (mark.file or str(config), mark.line, error.where)
        raise ConfigurationError((Problem(*place, error.what, error.next_step),)) from error


def _scores(known: Mapping[str, RunRecord]) -> dict[str, dict[str, float | None]]:
    """What follow-up studies choose by; a run that did not succeed has an outcome and no score."""
    return {
        key: {
            f"{split}.{name}": value
            for split, values in record.metrics.items()
            for name, value in values.items()
            if record.status == "ok"
        }
        for key, record in known.items()
    }


def with_parents(project: Project) -> tuple[str, ...]:
    """The studies that are asked for, with all that they depend on; all of them unless any are named."""
    named = project.request.studies
    parents = all_parents(project.spec) if named else {}
    wanted = set(named).union(*(ancestors(parents, name) for name in named))
    return tuple(name for name in project.spec.study if not named or name in wanted)
