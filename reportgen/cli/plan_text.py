"""Takes a plan, gives it as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.api import Planned, PlannedPass, PlannedRun
    from reportgen.runner.budget import Budget, Span

STATES = {
    "stored": "guardada",
    "missing": "por entrenar",
    "failed": "fallida",
    "diverged": "divergente",
    "timeout": "agotada",
}
SHOWN = 4
"""Runs of one group that are told one by one unless all are asked for."""
MINUTE, HOUR = 60, 3600
ROUNDED = 90
"""Below as many seconds or minutes the smaller unit is told."""
KILO = 1024


def as_text(planned: Planned, *, every: bool) -> str:
    """A table of the studies, what has changed, and what lies ahead."""
    lines = [*_table(planned), "", *_details(planned.lines, every=every)]
    lines += [
        f"{item.study}: {_runs(item.count)} por definir, cuando termine «{item.waits_for}»"
        for item in planned.plan.pending
    ]
    lines += map(_pass, planned.passes)
    lines += ["", _total(planned), ahead(planned.budget)] if _ahead(planned) else ["", _total(planned)]
    return "\n".join(lines)


def _table(planned: Planned) -> Iterator[str]:
    rows = [("estudio", "ejecuciones", "guardadas", "por entrenar", "fallidas", "tiempo previsto")]
    pending = {item.study: item.count for item in planned.plan.pending}
    for study in planned.studies:
        states = [line.state for line in planned.lines if line.study == study]
        failed = sum(state not in ("stored", "missing") for state in states)
        span = planned.budget.studies.get(study)
        later = pending.get(study, 0)
        rows.append(
            (
                study,
                str(len(states) + later),
                str(states.count("stored")),
                str(states.count("missing") + later),
                str(failed),
                _span(span) if span else "–",
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()


def _details(lines: Sequence[PlannedRun], *, every: bool) -> Iterator[str]:
    """Runs that are not simply stored; those to which the same happened together, with what has changed."""
    shown = [line for line in lines if every or line.state != "stored"]
    for study in dict.fromkeys(line.study for line in shown):
        yield study
        groups: dict[tuple[str, str, tuple[str, ...]], list[PlannedRun]] = {}
        for line in shown:
            if line.study == study:
                groups.setdefault((line.state, line.reason, line.changes), []).append(line)
        for (state, reason, changes), members in groups.items():
            yield f"  {len(members)} {_state(state, len(members))}{f': {reason}' if reason else ''}"
            yield from (f"    {change}" for change in changes)
            yield from _members(members, every=every)
        yield ""


def _members(members: Sequence[PlannedRun], *, every: bool) -> Iterator[str]:
    most = len(members) if every else SHOWN
    width = max(len(line.id) for line in members)
    for line in members[:most]:
        seconds = "" if line.seconds is None else f"  {_duration(line.seconds)}"
        yield f"      {line.key[:12]}  {line.id.ljust(width)}  {line.label}{seconds}"
    if members[most:]:
        yield f"      … y {len(members) - most} más; --runs las muestra todas"


def _state(state: str, count: int) -> str:
    words = STATES[state]
    return words if count == 1 or state == "missing" else f"{words}s"


def _pass(made: PlannedPass) -> str:
    """What a frozen network gives, computed once however many runs train on it."""
    images = " de las imágenes reflejadas" if made.view == "flipped" else " de cada imagen"
    who = "una ejecución usa" if made.runs == 1 else f"{made.runs} ejecuciones comparten"
    state = "ya está guardado" if made.stored else "se calcula una sola vez"
    return f"{made.start}, congelada: {who} lo que da{images}, que {state}."


def _ahead(planned: Planned) -> bool:
    return any(line.state not in ("stored", "diverged") for line in planned.lines) or bool(
        planned.plan.pending
    )


def _total(planned: Planned) -> str:
    """How much is there and how much lies ahead; a divergence is a result and is not repeated."""
    stored = sum(line.state == "stored" for line in planned.lines)
    diverged = sum(line.state == "diverged" for line in planned.lines)
    declared = len(planned.lines) + sum(item.count for item in planned.plan.pending)
    shown = f", {diverged} {_state('diverged', diverged)}" if diverged else ""
    ahead = declared - stored - diverged
    return f"{_runs(declared)}: {stored} {_state('stored', stored)}{shown}, {ahead} por entrenar."


def _runs(count: int) -> str:
    return f"{count} ejecución" if count == 1 else f"{count} ejecuciones"


def ahead(budget: Budget) -> str:
    """What the training will take, as far as anything like it was measured."""
    total = budget.total
    if not total.runs and not total.unknown:
        return "No hay nada que entrenar."
    if not total.runs:
        return "Tiempo previsto: sin medir todavía; `reportgen plan --probe` prueba cada red unos segundos."
    parts = [f"Tiempo previsto: {_span(total, parts=False)}"]
    if total.unknown:
        parts.append(f"más {_runs(total.unknown)} sin medir")
    parts.append(f"disco: unos {_bytes(budget.disk_bytes)}")
    if budget.peak_bytes:
        parts.append(f"memoria: hasta {_bytes(budget.peak_bytes)}")
    return "; ".join(parts) + "."


def _span(span: Span, *, parts: bool = True) -> str:
    if not span.runs:
        return "sin medir"
    low, high = _duration(span.low), _duration(span.high)
    text = f"unos {high}" if low == high else f"de {low} a {high}"
    return f"{text} (+ {span.unknown} sin medir)" if parts and span.unknown else text


def _duration(seconds: float) -> str:
    if seconds < ROUNDED:
        return f"{seconds:.0f} s" if seconds >= 1 else "1 s"
    if seconds < ROUNDED * MINUTE:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds / HOUR:.1f} h".replace(".", ",")


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < KILO:
            return f"{size:.0f} {unit}"
        size /= KILO
    return f"{size:.1f} GB".replace(".", ",")


def as_json(planned: Planned) -> str:
    """The same for programs: runs, pending studies and the budget, in seconds and bytes."""
    budget = planned.budget
    content = {
        "runs": [asdict(line) for line in planned.lines],
        "passes": [asdict(item) for item in planned.passes],
        "pending": [asdict(item) for item in planned.plan.pending],
        "budget": {
            "studies": {name: asdict(span) for name, span in budget.studies.items()},
            "total": asdict(budget.total),
            "disk_bytes": budget.disk_bytes,
            "peak_bytes": budget.peak_bytes,
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
