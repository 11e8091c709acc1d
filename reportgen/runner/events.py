"""Takes what happens while runs are trained, gives it as values for a progress display."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    ``kind`` is one of ``queued`` (``total`` runs lie ahead), ``lane`` (``total`` of them begin;
    ``label`` says how they share the machine and why), ``preparing`` (a data set), ``started``,
    ``step``, ``epoch``, ``finished`` (with ``status`` and ``reason``), ``waiting`` (for another
    process that holds the store), ``probing`` (``total`` networks are tried for a few seconds),
    ``fetching`` (weights), ``sharing`` (what a frozen network, ``label``, gives is computed once for
    ``total`` runs), ``unshared`` (it cannot be kept: they are trained whole, ``reason``), ``rendering``,
    ``connecting`` (to a cluster), ``crowded`` (it has no free place yet).
    """

    kind: str
    key: str = ""
    study: str = ""
    label: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    total: int = 0
    seconds: float = 0.0
    status: str = ""
    reason: str = ""
    metrics: Mapping[str, float | None] = field(default_factory=dict)


Listener = Callable[[Event], None]
