"""Takes what a worker says and leaves, gives it as events and checked files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reportgen.plan.model import RunPlan
from reportgen.records.codec import FACTS, decode_run
from reportgen.runner.commands import RECIPE
from reportgen.runner.events import Event
from reportgen.runner.pool import Outcome
from reportgen.runner.worker import Message

KINDS = {"start": "started", "step": "step", "epoch": "epoch"}
"""What a worker calls a sign of life -> what listeners call it."""


def heard(run: RunPlan, message: Message) -> Event | None:
    """A sign of life of a run as an event; None for one that is nobody's business."""
    kind = KINDS.get(str(message.get("event")))
    if kind is None:
        return None
    return Event(
        kind,
        key=run.key,
        study=run.study,
        label=run.label,
        epoch=int(message.get("epoch") or 0),
        epochs=int(message.get("epochs") or 0),
        step=int(message.get("step") or 0),
        steps=int(message.get("steps") or 0),
        metrics=_numbers(message.get("metrics")),
    )


def finished(run: RunPlan, outcome: Outcome) -> Event:
    """The end of a run as an event."""
    return Event(
        "finished",
        key=outcome.key,
        study=run.study,
        label=run.label,
        status=outcome.status,
        reason=outcome.reason,
    )


def write_recipe(staging: Path, recipe: str) -> None:
    """What was trained lies beside what came of it: a later plan can tell what has changed."""
    (staging / RECIPE).write_text(recipe, encoding="utf-8")


def is_record(staging: Path, outcome: Outcome) -> bool:
    """Whether the worker left the record that it says it left."""
    try:
        record = decode_run({FACTS: (staging / FACTS).read_bytes()})
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return record.key == outcome.key and record.status == outcome.status


def told(outcome: Outcome) -> str:
    """Why something could not be had, and what to do about it."""
    head = f"{outcome.where}: {outcome.reason}" if outcome.where else outcome.reason
    return f"{head}\n  → {outcome.next_step}" if outcome.next_step else head


def _numbers(metrics: object) -> dict[str, float | None]:
    return dict(metrics) if isinstance(metrics, Mapping) else {}
