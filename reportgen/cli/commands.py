"""Takes parsed arguments, gives the exit code of one command."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from reportgen import api
from reportgen.plan.model import PendingStudy


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

    with progress() as listen:
        outcome = api.run(_request(arguments), listen)
    return _report(outcome)


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
        print(
            f"{lacking} de {outcome.declared} ejecuciones sin resultado: el informe dice cuáles.",
            file=sys.stderr,
        )
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
    print(f"\n{_total(lines, made.pending)}")
    return 0


def _total(lines: tuple[api.PlannedRun, ...], pending: tuple[PendingStudy, ...]) -> str:
    """How much is there and how much lies ahead; a divergence is a result and is not repeated."""
    stored = sum(line.state == "stored" for line in lines)
    diverged = sum(line.state == "diverged" for line in lines)
    declared = len(lines) + sum(item.count for item in pending)
    shown = f", {diverged} divergentes" if diverged else ""
    ahead = declared - stored - diverged
    return f"{declared} ejecuciones: {stored} guardadas{shown}, {ahead} por entrenar."


_STATES = {
    "stored": "guardada",
    "missing": "por entrenar",
    "failed": "fallida",
    "diverged": "divergente",
    "timeout": "agotada",
}


def _plan_json(lines: tuple[api.PlannedRun, ...], pending: tuple[PendingStudy, ...]) -> str:
    content = {"runs": [asdict(line) for line in lines], "pending": [asdict(item) for item in pending]}
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def check(arguments: Namespace) -> int:
    """Check the configuration; every mistake is told, or that there is none."""
    spec = api.check(_request(arguments))
    print(f"{arguments.config}: sin errores; {len(spec.study)} estudios, {len(spec.model)} modelos.")
    return 0
