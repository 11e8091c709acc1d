"""Golden cases of exact ties: where a sentence would name one winner, and there are several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from findings.cases import curves, resources
from findings.cases.contrasts import of as contrast
from findings.cases.predictions import missed
from findings.cases.predictions import three as three_classes
from findings.cases.seeds import BASE, above
from findings.cases.variants import ladder
from findings.golden_cases import DATA, LOW, PAIR, TWO, cells, of
from support.results import Outcome, folded, run, spec_of, variants_text
from support.seeded import seeded

from reportgen.analysis.collected import Collected

SLOW = Outcome(0.9, seconds=300)
BIG = resources.BIG
OTHER = above(-0.010, 0.010, 0.005, -0.005, 0.000)
"""As good as the base on average, but with other seeds."""
GOOD = above(0.100, 0.105, 0.095, 0.102, 0.098)
WIDE = [0.80, 0.82, 0.81, 0.83, 0.78]
DISTANT = Outcome(0.9, wrong=tuple(range(40)))
"""Right as often as 0.9, on other images."""


def budgets(*epochs: int) -> Collected:
    """Studies of two networks each, the second with so many epochs; the first with ten."""
    names = ("uno", "dos", "tres")[: len(epochs)]
    extends = {"base": "", "mejor": "base"}
    texts = [
        variants_text(extends, name, mejor=f"set.filters = {7 + at}\nepochs = {count}")
        for at, (name, count) in enumerate(zip(names, epochs, strict=True))
    ]
    return run(spec_of("".join(texts)), lambda _: 0.5)


def seeds(**scores: list[float]) -> Collected:
    """Configurations with five seeds."""
    return seeded({"a": BASE[:5], **{name: values[:5] for name, values in scores.items()}})


CASES: dict[str, Callable[[], Collected]] = {
    "overall_best inconclusive leading tied": lambda: of(Outcome(0.9, validation=0.95), DISTANT, 0.9),
    "overall_best inconclusive behind tied": lambda: of(
        0.9, Outcome(0.895, validation=0.95), Outcome(0.9, validation=0.8)
    ),
    "overall_best refuted tied": lambda: of(0.95, Outcome(0.8, validation=0.99), 0.95),
    "overall_best supported equal validation": lambda: of(0.9, Outcome(0.6, validation=0.9), 0.7),
    "grid_best inconclusive behind tied": lambda: of(
        0.9, Outcome(0.895, validation=0.95), Outcome(0.9, validation=0.8)
    ),
    "grid_best refuted tied": lambda: of(0.95, Outcome(0.8, validation=0.99), 0.95),
    "unequal_budgets tied": lambda: budgets(30, 30),
    "unequal_budgets several": lambda: budgets(30, 20),
    "slower_is_better refuted tied accuracy": lambda: of(0.9, SLOW, Outcome(0.5, seconds=5)),
    "slower_is_better refuted tied times": lambda: of(0.95, replace(SLOW, test=0.5), replace(SLOW, test=0.4)),
    "slower_is_better supported tied fastest": lambda: of(0.7, SLOW, 0.6),
    "pareto_parameters refuted tied sizes": lambda: of(0.95, BIG, replace(BIG, test=0.7)),
    "pareto_parameters supported tied sizes": lambda: of(0.7, BIG, replace(BIG, test=0.8)),
    "pareto_parameters refuted tied all": lambda: of(0.95, BIG, BIG),
    "pareto_parameters inconclusive tied smallest": lambda: of(0.895, BIG, 0.894),
    "time_per_epoch supported tied": lambda: of(0.8, Outcome(0.8, seconds=30), Outcome(0.7, seconds=30)),
    "time_per_epoch refuted tied": lambda: of(0.8, Outcome(0.8, seconds=10.5), 0.7),
    "overfitting supported tied": lambda: of(Outcome(0.8, train=0.9), Outcome(0.8, train=0.9), 0.8),
    "overfitting refuted tied": lambda: of(Outcome(0.8, train=0.82), Outcome(0.7, train=0.72)),
    "unstable_training supported tied": lambda: of(curves.SHAKY, curves.SHAKY),
    "gap_reduced inconclusive tied": lambda: curves.pairs((0.2, 0.1), (0.1, 0.2)),
    "variants_overview supported tied": lambda: ladder([0.3, 0.4, 0.5, 0.6, 0.7]),
    "class_gains supported tied": lambda: three_classes(missed((0, 50), (1, 50)), missed(), None),
    "effect_size supported tied": lambda: of(0.9, 0.5, 0.5),
    "factor_best inconclusive tied second": lambda: cells(TWO, 0.95, 0.85, 0.7, 0.9, 0.9, 0.7),
    "fold_scores inconclusive tied": lambda: folded({"a": LOW, "b": LOW}),
    "seeds_best inconclusive tied": lambda: seeds(b=OTHER),
    "seeds_best inconclusive all tied": lambda: seeds(b=OTHER, c=[*OTHER[1:], OTHER[0]]),
    "seeds_best supported tied second": lambda: seeds(b=OTHER, c=GOOD),
    "seeds_tied supported tied": lambda: seeds(b=OTHER, c=[*OTHER[1:], OTHER[0]]),
    "ranking_stability refuted tied": lambda: seeds(b=OTHER, c=[*OTHER[1:], OTHER[0]]),
    "seed_spread tied": lambda: seeded({"a": WIDE, "b": [round(value + 0.05, 3) for value in WIDE]}),
    "dropout_effect supported tied": lambda: contrast(
        "dropout_effect", [0.8] * 3, [Outcome(0.8), *[0.83] * 2], seeds=(1, 2, 3)
    ),
    "class_strengths supported several confusions": lambda: of(missed((0, 9), (1, 9), (2, 9)), data=DATA),
    "overall_worst tied": lambda: cells(PAIR, 0.5, 0.5, 0.9, 0.8),
}
