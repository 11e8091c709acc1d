"""Takes parsed arguments, gives the exit code of one command."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen import api

if TYPE_CHECKING:
    from reportgen.runner.budget import Budget

ASK_ABOVE = 3600
"""Seconds of training above which a person is asked first."""
ANSWERS = ("s", "si", "sí", "y", "yes")


def _request(arguments: Namespace, *, probe: bool = False) -> api.Request:
    return api.Request(
        config=arguments.config,
        profile=arguments.profile,
        build=getattr(arguments, "build", Path("build")),
        studies=tuple(getattr(arguments, "study", ())),
        jobs=getattr(arguments, "jobs", 0),
        templates=getattr(arguments, "templates", None),
        max_runs=arguments.max_runs,
        max_hours=getattr(arguments, "max_hours", 0.0),
        probe=probe,
        executor=getattr(arguments, "executor", "local"),
        ray_address=getattr(arguments, "ray_address", ""),
    )


def run(arguments: Namespace) -> int:
    """Train what is missing, render, say what came of it; asks a person before a long training."""
    from reportgen.cli.progress import progress

    person = sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(budget: Budget) -> bool:
        from reportgen.cli.plan_text import ahead

        display.pause()
        print(ahead(budget), file=sys.stderr)
        agreed = not person or arguments.yes or budget.total.high <= ASK_ABOVE or _agreed()
        display.go_on()
        return agreed

    with progress() as display:
        outcome = api.run(_request(arguments, probe=person), display, confirm)
    if outcome is None:
        print("No se ha entrenado nada.", file=sys.stderr)
        return 0
    return _report(outcome)


def _agreed() -> bool:
    print("¿Empezar? [s/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ANSWERS


def render(arguments: Namespace) -> int:
    """Render from the store."""
    return _report(api.render(_request(arguments)))


def _report(outcome: api.Outcome) -> int:
    for path in outcome.written:
        if path.suffix in (".pdf", ".html"):
            print(path)
    for reason in dict.fromkeys(outcome.unavailable.values()):
        print(f"No disponible: {reason}", file=sys.stderr)
    if outcome.postponed:
        print(
            f"{outcome.postponed} ejecuciones no cupieron en el tiempo dado: repite la orden para seguir.",
            file=sys.stderr,
        )
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
    """Show what would be trained, why, and what it will cost."""
    from reportgen.cli.plan_text import as_json, as_text

    planned = api.plan(_request(arguments))
    if arguments.probe:
        from reportgen.cli.progress import progress

        with progress() as display:
            planned = api.probed(planned, _request(arguments), display)
    print(as_json(planned) if arguments.json else as_text(planned, every=arguments.runs))
    return 0


def check(arguments: Namespace) -> int:
    """Check the configuration, then what the texts say of the stored results; every mistake is told."""
    from reportgen.cli.remarks import as_json, as_text, exit_code, unjudged

    request = _request(arguments)
    spec = api.check(request)
    reviewed = api.review(request)
    if arguments.json:
        print(as_json(reviewed))
    else:
        print(f"{arguments.config}: sin errores; {len(spec.study)} estudios, {len(spec.model)} modelos.")
        print(as_text(reviewed), end="")
    if (reviewed.texts or spec.claim) and not reviewed.judged:
        print(unjudged(reviewed), file=sys.stderr)
    return exit_code(reviewed.remarks)


def show(arguments: Namespace) -> int:
    """Show the configuration with everything spelled out, or one run."""
    request = _request(arguments)
    print(api.show_run(request, arguments.run) if arguments.run else api.show(request), end="")
    return 0


def explain(arguments: Namespace) -> int:
    """Say what stands behind a number or a finding; 1 when nothing does."""
    from reportgen.cli.explain_text import as_json, as_text

    found = api.explain(_request(arguments), arguments.text)
    print(as_json(found) if arguments.json else as_text(found, arguments.text))
    return 0 if found.values or found.cells or found.rule else 1


def diff(arguments: Namespace) -> int:
    """Tell what changed from one report to another; 1 when noise does not explain it all."""
    from reportgen.api.comparing import diff as compare
    from reportgen.cli.diff_text import as_json, as_text

    found = compare(arguments.before, arguments.after)
    print(as_json(found) if arguments.json else as_text(found, every=arguments.all))
    return 0 if found.changes.settled else 1


def verify(arguments: Namespace) -> int:
    """Train stored runs again; 1 when one comes out different, 3 when one could not be trained."""
    from reportgen.api.verifying import Sample
    from reportgen.api.verifying import verify as repeat
    from reportgen.cli.progress import progress
    from reportgen.cli.verify_text import as_json, as_text

    sample = Sample(arguments.sample, tuple(arguments.named), arguments.seed)
    with progress() as display:
        found = repeat(_request(arguments), sample, display)
    print(as_json(found) if arguments.json else as_text(found))
    for reason in dict.fromkeys(found.unavailable.values()):
        print(f"No disponible: {reason}", file=sys.stderr)
    if found.unavailable:
        return 3
    return 0 if found.holds else 1


def prepare(arguments: Namespace) -> int:
    """Have data and weights on the machine."""
    from reportgen.cli.progress import progress

    with progress() as display:
        outcome = api.prepare(_request(arguments), display)
    for reason in dict.fromkeys(outcome.unavailable.values()):
        print(f"No disponible: {reason}", file=sys.stderr)
    if outcome.unavailable:
        return 3
    print("Los datos y los pesos están en la máquina: `reportgen run` ya no necesita la red.")
    return 0


def init(arguments: Namespace) -> int:
    """Make a folder with a configuration that runs."""
    folder = arguments.folder
    for path in api.init(folder, arguments.kind):
        print(path)
    print(f"\nPara probarlo en minutos:  reportgen run {folder / 'experiments.toml'} --profile demo")
    return 0
