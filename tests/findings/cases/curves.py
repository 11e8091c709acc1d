"""Golden cases of what curves allow to be said: spared epochs, shaky ones, and the gap to validation."""

from __future__ import annotations

from collections.abc import Callable

from support.contrasts import tried
from support.results import (
    FOLLOW,
    Outcome,
    follow_up,
    grid_text,
    run,
    run_with,
    spec_of,
    table,
    variants,
)

from reportgen.analysis.collected import Collected
from reportgen.records.model import Status

NAMES = ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad", "Adamax"]
FLAT = Outcome(0.8, val_accuracy=(0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8))
SHAKY = Outcome(0.8, val_accuracy=(0.2, 0.5, 0.4, 0.6, 0.5, 0.7, 0.6, 0.8, 0.7, 0.85))
DIVERGED = Outcome(status=Status.DIVERGED)
EARLY, LATE = Outcome(0.8, best_epoch=2), Outcome(0.8, best_epoch=9)
SETTLED, HALF = Outcome(0.8, best_epoch=16), Outcome(0.8, best_epoch=10)
"""Of twenty epochs: in the last quarter, but not in the last three; and in the middle."""
BLIND = Outcome(0.8, blind=True)
MIXED = 'set.bn = true\naugmentation = ["RandomFlip"]'


def of(*outcomes: object, **more: object) -> Collected:
    """A grid of one axis, as long as there are outcomes."""
    names = NAMES[: len(outcomes)]
    return table(
        {(name,): outcome for name, outcome in zip(names, outcomes, strict=True)},
        {"optimizer": names},
        **more,
    )


def gap(width: float) -> Outcome:
    """A run with this gap between training and validation."""
    return Outcome(0.8, validation=0.7, train=0.7 + width)


def pairs(*widths: tuple[float, float]) -> Collected:
    """Winners and what became of them, by their gaps."""
    return follow_up([(gap(before), gap(after)) for before, after in widths])


def six(*widths: tuple[float, float]) -> Collected:
    """Six independent pairs: two seeds of three winners."""

    def decide(plan: object) -> object:
        place = 2 * NAMES.index(plan.parameters["optimizer"]) + plan.seed - 1
        return gap(widths[place][plan.study == "derivado"])

    text = grid_text({"optimizer": NAMES[:3]}) + FOLLOW.format(changed="set.dropout = 0.3")
    return run(spec_of(text, seeds=[1, 2]), decide)


def step(before: float, after: float) -> Collected:
    """One variant and its base."""
    return variants({"base": gap(before), "mejor": gap(after)}, {"base": "", "mejor": "base"})


def mixed(**more: str) -> Collected:
    """A base and variants of it, by what they set."""
    every = {"base": "set.bn = false", **more}
    return tried(every, dict.fromkeys(every, 0.8), extends="base")


CASES: dict[str, Callable[[], Collected]] = {
    "plateau supported one of one": lambda: of(FLAT),
    "plateau supported one of many": lambda: of(FLAT, 0.8),
    "plateau supported all": lambda: of(FLAT, FLAT),
    "plateau refuted one": lambda: of(0.8),
    "plateau refuted many": lambda: of(0.8, 0.7),
    "plateau not_applicable": lambda: of(0.8, epochs=5),
    "unstable_training supported one of one": lambda: of(SHAKY),
    "unstable_training supported one of many": lambda: of(SHAKY, 0.8),
    "unstable_training supported many": lambda: of(SHAKY, SHAKY, 0.8),
    "unstable_training refuted one": lambda: of(0.8),
    "unstable_training refuted many": lambda: of(0.8, 0.7),
    "unstable_training not_applicable": lambda: of(BLIND),
    "diverged_loss supported one of one": lambda: of(DIVERGED),
    "diverged_loss supported one of many": lambda: of(DIVERGED, 0.8),
    "diverged_loss supported many": lambda: of(DIVERGED, DIVERGED, 0.8),
    "diverged_loss supported all": lambda: of(DIVERGED, DIVERGED),
    "diverged_loss refuted one": lambda: of(0.8),
    "diverged_loss refuted many": lambda: of(0.8, 0.7),
    "diverged_loss not_applicable": lambda: of(None),
    "early_best_epoch supported one of one": lambda: of(EARLY),
    "early_best_epoch supported one of many": lambda: of(EARLY, 0.8),
    "early_best_epoch supported many": lambda: of(EARLY, EARLY, 0.8),
    "early_best_epoch supported all": lambda: of(EARLY, EARLY),
    "early_best_epoch refuted one": lambda: of(LATE),
    "early_best_epoch refuted many": lambda: of(LATE, 0.8),
    "late_best_epoch supported one of one": lambda: of(SETTLED, epochs=20),
    "late_best_epoch supported one of many": lambda: of(SETTLED, HALF, epochs=20),
    "late_best_epoch supported many": lambda: of(SETTLED, SETTLED, HALF, epochs=20),
    "late_best_epoch supported all": lambda: of(SETTLED, SETTLED, epochs=20),
    "late_best_epoch refuted one": lambda: of(EARLY),
    "late_best_epoch refuted many": lambda: of(EARLY, 0.8),
    "gap_reduced supported all": lambda: six(*[(0.2, 0.05)] * 5, (0.3, 0.05)),
    "gap_reduced refuted all": lambda: six(*[(0.05, 0.2)] * 5, (0.05, 0.3)),
    "gap_reduced inconclusive tested": lambda: six(*[(0.2, 0.05)] * 3, *[(0.05, 0.3)] * 3),
    "gap_reduced inconclusive few": lambda: pairs((0.2, 0.1), (0.1, 0.2), (0.3, 0.1)),
    "gap_reduced inconclusive few all": lambda: pairs((0.2, 0.1), (0.3, 0.1)),
    "gap_reduced inconclusive few none": lambda: pairs((0.1, 0.2), (0.1, 0.3)),
    "gap_reduced inconclusive one": lambda: step(0.2, 0.1),
    "gap_reduced inconclusive one wider": lambda: step(0.1, 0.2),
    "gap_reduced inconclusive one same": lambda: step(0.1, 0.1),
    "majority_baseline supported one of one": lambda: of(0.26),
    "majority_baseline supported one of many": lambda: of(0.26, 0.8),
    "majority_baseline supported many": lambda: of(0.26, 0.2, 0.8),
    "majority_baseline refuted one": lambda: of(0.8),
    "majority_baseline refuted many": lambda: of(0.8, 0.7),
    "majority_baseline not_applicable": lambda: run_with(
        spec_of('[study.uno]\nmodel = "mlp"\n'), lambda _: None, None
    ),
    "changes_mixed supported one of one": lambda: mixed(una=MIXED),
    "changes_mixed supported one of many": lambda: mixed(una=MIXED, dos="set.bn = true"),
    "changes_mixed supported all": lambda: mixed(una=MIXED, dos=f"{MIXED}\nepochs = 7"),
    "changes_mixed refuted one": lambda: mixed(una="set.bn = true"),
    "changes_mixed refuted many": lambda: mixed(una="set.bn = true", dos="set.units = 9"),
    "changes_mixed not_applicable": lambda: of(0.8),
}
