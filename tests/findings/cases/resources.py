"""Golden cases of what accuracy costs in weights, memory and time per epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from support.results import HERE, PASS, Outcome, table

from reportgen.analysis.collected import Collected

NAMES = ["SGD", "Adam", "RMSprop", "Nadam"]
BIG = Outcome(0.9, parameters=1_000_000)
ELSEWHERE = Outcome(0.8, environment=replace(HERE, threads=1))
PARTIAL = Outcome(0.8, shared=(PASS,))
GIGA = 1 << 30


def of(*outcomes: object) -> Collected:
    """A grid of one axis, as long as there are outcomes."""
    names = NAMES[: len(outcomes)]
    return table(
        {(name,): outcome for name, outcome in zip(names, outcomes, strict=True)}, {"optimizer": names}
    )


CASES: dict[str, Callable[[], Collected]] = {
    "pareto_parameters supported": lambda: of(0.7, BIG),
    "pareto_parameters inconclusive one": lambda: of(0.895, BIG),
    "pareto_parameters inconclusive many": lambda: of(0.895, BIG, Outcome(0.895, parameters=99)),
    "pareto_parameters refuted": lambda: of(0.95, BIG),
    "pareto_parameters refuted equal": lambda: of(0.9, BIG),
    "pareto_parameters refuted many": lambda: of(0.95, BIG, 0.92, Outcome(0.7, parameters=500)),
    "pareto_parameters refuted tied": lambda: of(0.905, BIG),
    "memory_cost supported one": lambda: of(Outcome(0.8, peak_bytes=GIGA)),
    "memory_cost supported many": lambda: of(
        Outcome(0.8, peak_bytes=GIGA), Outcome(0.7, peak_bytes=3 * GIGA)
    ),
    "memory_cost supported unchosen": lambda: of(
        Outcome(0.8, peak_bytes=GIGA, blind=True), Outcome(0.7, peak_bytes=2 * GIGA, blind=True)
    ),
    "memory_cost not_applicable": lambda: of(0.8),
    "time_per_epoch supported": lambda: of(0.8, Outcome(0.8, seconds=30)),
    "time_per_epoch supported beside partial": lambda: of(0.8, Outcome(0.8, seconds=30), PARTIAL),
    "time_per_epoch supported unshown": lambda: of(Outcome(0.8, seconds=0.1), Outcome(0.8, seconds=0.2)),
    "time_per_epoch refuted": lambda: of(0.8, Outcome(0.8, seconds=10.5)),
    "time_per_epoch not_applicable conditions": lambda: of(0.8, ELSEWHERE),
    "time_per_epoch not_applicable partial one": lambda: of(0.8, PARTIAL),
    "time_per_epoch not_applicable partial all": lambda: of(PARTIAL, PARTIAL),
}
