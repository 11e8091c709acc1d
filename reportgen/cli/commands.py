"""Takes parsed arguments, gives the exit code of one command."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from reportgen import api
from reportgen.errors import ConfigurationError, Problem


def version() -> str:
    """The installed version."""
    from importlib import metadata

    return f"reportgen {metadata.version('reportgen')}"


def _request(arguments: Namespace) -> api.Request:
    return api.Request(
        config=arguments.config,
        profile=arguments.profile,
        build=getattr(arguments, "build", Path("build")),
        studies=tuple(getattr(arguments, "study", ())),
        jobs=getattr(arguments, "jobs", 0),
        templates=getattr(arguments, "templates", None),
    )


def run(arguments: Namespace) -> int:
    """Train what is missing, render, say what came of it."""
    from reportgen.cli.progress import progress

    request = _request(arguments)
    _known_studies(request)
    with progress() as listen:
        outcome = api.run(request, listen)
    return _report(outcome)


def _known_studies(request: api.Request) -> None:
    """A study that does not exist is a mistake in the command, told like one in the file."""
    declared = api.open_project(request).spec.study
    unknown = [name for name in request.studies if name not in declared]
    if unknown:
        allowed = f"estudios declarados: {', '.join(declared)}"
        problems = (Problem(str(request.config), 1, "--study", f"no hay ningún estudio «{name}»", allowed) for name in unknown)
        raise ConfigurationError(tuple(problems))


def render(arguments: Namespace) -> int:
    """Render from the store."""
    return _report(api.render(_request(arguments)))


def _report(outcome: api.Outcome) -> int:
    for path in outcome.written:
        if path.suffix in (".pdf", ".html"):
            print(path)
    for reason in dict.fromkeys(outcome.unavailable.values()):
        print(f"No disponible: {reason}", file=sys.stderr)
    if outcome.unavailable:
        return 3
    if outcome.finished < outcome.declared:
        lacking = outcome.declared - outcome.finished
        print(f"{lacking} de {outcome.declared} ejecuciones sin resultado: el informe dice cuáles.", file=sys.stderr)
        return 1
    return 0


def plan(arguments: Namespace) -> int:
    """Show what would be trained."""
    made, lines = api.plan(_request(arguments))
    if arguments.json:
        print(_plan_json(lines, made.pending))
        return 0
    study = ""
    for line in lines:
        if line.study != study:
            study = line.study
            print(f"\n{study}")
        seconds = "" if line.seconds is None else f"  {line.seconds:.1f} s"
        reason = f"  ({line.reason})" if line.reason else ""
        print(f"  {_STATES[line.state]:<11} {line.key[:12]}  {line.label}{seconds}{reason}")
    for item in made.pending:
        print(f"\n{item.study}\n  por definir  {item.count} ejecuciones, cuando termine «{item.waits_for}»")
    stored = sum(line.state == "stored" for line in lines)
    waiting = sum(item.count for item in made.pending)
    print(f"\n{len(lines) + waiting} ejecuciones: {stored} guardadas, {len(lines) + waiting - stored} por entrenar.")
    return 0


_STATES = {
    "stored": "guardada",
    "missing": "por entrenar",
    "failed": "fallida",
    "diverged": "divergente",
    "timeout": "agotada",
}


def _plan_json(lines: tuple[api.PlannedRun, ...], pending: tuple[object, ...]) -> str:
    from dataclasses import asdict

    content = {
        "runs": [asdict(line) for line in lines],
        "pending": [asdict(item) for item in pending],  # type: ignore[call-overload] # frozen dataclasses
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def check(arguments: Namespace) -> int:
    """Check the configuration; every mistake is told, or that there is none."""
    spec = api.open_project(_request(arguments)).spec
    print(f"{arguments.config}: sin errores; {len(spec.study)} estudios, {len(spec.model)} modelos.")
    return 0
