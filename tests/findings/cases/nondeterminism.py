"""Takes nothing, gives results of which some runs were trained again: none, all alike, some not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from support.results import grid

from reportgen.analysis.collected import Collected
from reportgen.analysis.repetition import Repetition, Sameness

NAMES = ["SGD", "Adam", "RMSprop", "Nadam"]
SAME = Repetition(Sameness.IDENTICAL, images=400, changed=0, half_width=0.02, accuracy=0.0)
NEAR = Repetition(
    Sameness.EQUIVALENT, images=400, changed=3, half_width=0.02, accuracy=-0.005, parted=2,
    environment={"threads": ("2", "1")},
)  # fmt: skip
FAR = Repetition(Sameness.DIFFERENT, images=400, changed=40, half_width=0.02, accuracy=0.05, parted=1)
LOST = Repetition(Sameness.DIFFERENT, "la pérdida dejó de ser finita", images=400, half_width=0.02)


def repeated(*found: Repetition | None) -> Collected:
    """A grid of four networks, of which the first were trained again."""
    collected = grid({"optimizer": NAMES}, lambda _: 0.8)
    pairs = zip(collected.unique(), found, strict=False)
    return replace(collected, verification={run.key: item for run, item in pairs if item is not None})


CASES: dict[str, Callable[[], Collected]] = {
    "nondeterminism not_applicable": repeated,
    "nondeterminism refuted one": lambda: repeated(SAME),
    "nondeterminism refuted many": lambda: repeated(SAME, SAME, SAME),
    "nondeterminism refuted elsewhere": lambda: repeated(
        SAME, replace(SAME, environment={"threads": ("2", "1")})
    ),
    "nondeterminism supported one near": lambda: repeated(NEAR),
    "nondeterminism supported one far": lambda: repeated(FAR),
    "nondeterminism supported one lost": lambda: repeated(LOST),
    "nondeterminism supported near": lambda: repeated(SAME, NEAR, SAME),
    "nondeterminism supported none": lambda: repeated(NEAR, FAR),
    "nondeterminism supported mixed": lambda: repeated(SAME, NEAR, FAR, LOST),
    "nondeterminism supported lost": lambda: repeated(SAME, SAME, LOST, LOST),
}
