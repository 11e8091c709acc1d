"""Takes a request, gives its outcome: the straight line load, plan, run, collect, find, render, write."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.errors import ConfigurationError, MissingError, Problem, StoreError, os_reason
from reportgen.plan.expand import expand
from reportgen.plan.local import local_weights
from reportgen.plan.model import Plan
from reportgen.sources.identity import fingerprint
from reportgen.spec.load import load
from reportgen.spec.model import Spec
from reportgen.store import Store

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord
    from reportgen.runner.events import Listener

SOFTWARE = ("weasyprint", "matplotlib", "scikit-learn", "scipy", "numpy", "jinja2")
MEMORY = "sources.json"
"""File of the store with the digests of local files."""
DATA_FILES = ("data.json", "samples.npy", "test_images.npy", "test_labels.npy")


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
    """

    config: Path
    profile: str = ""
    build: Path = Path("build")
    studies: tuple[str, ...] = ()
    jobs: int = 0
    templates: Path | None = None
    worker: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A loaded request: spec, digests of local files and the store."""

    request: Request
    spec: Spec
    digests: Mapping[str, str]
    store: Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: files written, runs without results, what could not be had."""

    written: tuple[Path, ...]
    declared: int
    finished: int
    trained: int = 0
    unavailable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One line of a plan: where the run stands and why."""

    study: str
    label: str
    key: str
    state: str
    reason: str
    seconds: float | None


def check(request: Request) -> Spec:
    """The configuration, checked.

    Raises:
        ConfigurationError: with every mistake in it, and in the studies that are asked for.
    """
    spec = load(request.config, request.profile)
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
    spec = check(request)
    store = Store(request.build / "store")
    return Project(request, spec, _digests(spec, request.config.parent, store), store)


def _digests(spec: Spec, base: Path, store: Store) -> dict[str, str]:
    """SHA-256 of every local path the spec names; what is gone keeps the digest it had when it was used."""
    known = _remembered(store)
    found: dict[str, str] = {}
    for path in local_weights(spec):
        with suppress(OSError), (base / path).expanduser().open("rb") as stream:
            found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    if spec.data.path:
        with suppress(MissingError):
            found[spec.data.path] = fingerprint(str(base / spec.data.path))
    for path in {spec.data.path, *local_weights(spec)} - set(found):
        if path in known:  # else training will say what is missing and where it was looked for
            found[path] = known[path]
    return found


def _remember(project: Project) -> None:
    """Keep the digests of local files, so that a report needs no data."""
    known = _remembered(project.store)
    if any(known.get(path) != digest for path, digest in project.digests.items()):
        _write(project.store.root / MEMORY, _json({**known, **project.digests}).encode())


def _remembered(store: Store) -> dict[str, str]:
    try:
        return dict(json.loads((store.root / MEMORY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def records_of(project: Project, keys: set[str], known: dict[str, RunRecord], *, predictions: bool) -> None:
    """Read into ``known`` the records of ``keys`` that are stored and not read yet.

    Every byte is checked; the predictions, which are large, are kept only when asked for.
    """
    from reportgen.records.codec import FACTS, decode_run

    for key in sorted(keys - set(known)):
        for kind in ("runs", "failed"):
            entry = project.store.get(kind, key)
            if entry is None:
                continue
            try:
                known[key] = decode_run(entry.files if predictions else {FACTS: entry.files[FACTS]})
            except (ValueError, KeyError, TypeError) as error:
                project.store.reject(kind, key, str(error))
                continue
            break


def plan_with(project: Project, known: dict[str, RunRecord], *, predictions: bool = False) -> Plan:
    """The plan with every follow-up that stored records allow to be named."""
    plan = expand(project.spec, project.digests, {})
    while True:
        records_of(project, {run.key for run in plan.runs}, known, predictions=predictions)
        if not plan.pending:
            return plan
        further = expand(project.spec, project.digests, _scores(known))
        if len(further.pending) == len(plan.pending):
            return further
        plan = further


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


def plan(request: Request) -> tuple[Plan, tuple[PlannedRun, ...]]:
    """What would be trained, what is stored, and why."""
    project = open_project(request)
    known: dict[str, RunRecord] = {}
    made = plan_with(project, known)
    lines = tuple(_planned(run.study, run.label, run.key, known.get(run.key)) for run in made.runs)
    return made, lines


def _planned(study: str, label: str, key: str, record: RunRecord | None) -> PlannedRun:
    if record is None:
        return PlannedRun(study, label, key, "missing", "no está en el almacén", None)
    state = "stored" if record.status == "ok" else str(record.status)
    return PlannedRun(study, label, key, state, record.reason, record.seconds)


def run(request: Request, listen: Listener) -> Outcome:
    """Train what is missing, then render."""
    from reportgen.runner.events import Event
    from reportgen.runner.execute import Options, execute
    from reportgen.runner.pool import Limits
    from reportgen.runner.worker import TRAINING
    from reportgen.store.lock import exclusive

    project = open_project(request)
    known: dict[str, RunRecord] = {}

    def replan() -> Plan:
        for key in [key for key, record in known.items() if record.status != "ok"]:
            del known[key]  # a failed run may have been trained since
        return plan_with(project, known)

    with exclusive(project.store.root, lambda: listen(Event("waiting"))):
        project.store.prepare()
        project.store.sweep()
        _remember(project)
        options = Options(
            jobs=request.jobs,
            limits=Limits(silence=60 * project.spec.training.timeout_minutes),
            studies=_with_parents(project.spec, request.studies),
            base=request.config.parent,
            command=request.worker or TRAINING,
        )
        summary = execute(replan, project.store, options, listen)
    listen(Event("rendering"))
    written, declared, finished = _render(project, summary.unavailable)
    return Outcome(written, declared, finished, summary.trained, summary.unavailable)


def _with_parents(spec: Spec, studies: tuple[str, ...]) -> frozenset[str]:
    """The studies with all that they derive from."""
    wanted = set(studies)
    for name in studies:
        origin = spec.study[name].origin
        while origin is not None:
            wanted.add(origin.study)
            origin = spec.study[origin.study].origin
    return frozenset(wanted)


def render(request: Request) -> Outcome:
    """Write the report from what is stored; trains nothing and needs no Keras."""
    written, declared, finished = _render(open_project(request), {})
    return Outcome(written, declared, finished)


def _render(project: Project, reasons: Mapping[str, str]) -> tuple[tuple[Path, ...], int, int]:
    from reportgen.analysis.collect import collect
    from reportgen.findings import find
    from reportgen.records.codec import decode_data
    from reportgen.report.outputs import findings_json, results_json
    from reportgen.report.write import Document, write_document

    known: dict[str, RunRecord] = {}
    plan = plan_with(project, known, predictions=True)
    entry = project.store.get("data", plan.data[0].key, DATA_FILES)
    data = decode_data(entry.files) if entry else None
    collected = collect(project.spec, plan, known, data, reasons)
    findings = find(collected)
    document = write_document(
        Document(
            spec=project.spec,
            prose=_prose(project),
            configuration=project.request.config.read_text(encoding="utf-8"),
            profile=project.request.profile,
            software=_software(),
            templates=project.request.templates,
            timestamp=_timestamp(project.spec),
        ),
        collected,
        findings,
    )
    folder = project.request.build / "report"
    files = {
        "results.json": results_json(collected, _environment(known)).encode(),
        "findings.json": findings_json(document.findings).encode(),
        **{f"csv/{name}.csv": text.encode("utf-8-sig") for name, text in document.csv.items()},
        "informe.html": document.html.encode(),
        "informe.pdf": document.pdf,
    }
    written = tuple(_write(folder / name, content) for name, content in files.items())
    for stale in set((folder / "csv").glob("*.csv")) - set(written):
        stale.unlink()  # of a study or profile that this report is not about
    results = tuple(collected.results())
    declared = len(results) + sum(study.pending for study in collected.studies)
    return written, declared, sum(result.ok for result in results)


def _prose(project: Project) -> dict[str, str]:
    """The author's Markdown by name, without the ending."""
    if not project.spec.report.prose:
        return {}
    folder = project.request.config.parent / project.spec.report.prose
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def _software() -> dict[str, str]:
    return {
        "reportgen": metadata.version("reportgen"),
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in SOFTWARE},
    }


def _environment(known: Mapping[str, RunRecord]) -> dict[str, Any]:
    """Rendering software, and the distinct environments that the runs were trained in."""
    from dataclasses import asdict

    distinct: dict[str, dict[str, Any]] = {}
    for record in known.values():
        if record.environment is not None:
            facts = {**asdict(record.environment), "packages": dict(record.environment.packages)}
            distinct.setdefault(_json(facts), facts)
    return {"rendering": _software(), "training": [distinct[name] for name in sorted(distinct)]}


def _timestamp(spec: Spec) -> int:
    """What stands for the time of making: SOURCE_DATE_EPOCH, else the date on the cover, else a fixed day."""
    declared = os.environ.get("SOURCE_DATE_EPOCH", "")
    if declared.isdigit():
        return int(declared)
    date = spec.report.date or dt.date(2026, 1, 1)
    return int(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC).timestamp())


def _write(path: Path, content: bytes) -> Path:
    """Write by rename, so that a kill leaves the old file whole."""
    scratch = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(content)
        scratch.replace(path)
    except OSError as error:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise StoreError(
            f"no se puede escribir: {os_reason(error)}",
            where=str(path),
            next_step="revisa permisos y espacio y repite la misma orden: lo ya entrenado se conserva",
        ) from error
    return path
