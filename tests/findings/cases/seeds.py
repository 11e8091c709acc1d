"""Takes nothing, gives golden cases of what several seeds allow to be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from support.results import Outcome, data_record, folded, grid, run, spec_of
from support.seeded import seeded, seeded_text

from reportgen.analysis.collected import Collected
from reportgen.records.model import Status

FAILED = Outcome(status=Status.FAILED)
BASE = [0.800, 0.820, 0.810, 0.830, 0.790, 0.815]
FIVE = BASE[:5]


def above(*differences: float, base: Sequence[float] = BASE) -> list[float]:
    """Scores that lie so far above the base, seed by seed."""
    return [round(score + difference, 3) for score, difference in zip(base, differences, strict=False)]


SURE = above(0.10, 0.09, 0.11, 0.09, 0.11)
PROBABLE = above(0.006, 0.014, 0.002, 0.015, 0.013)
ALIKE = above(0.001, 0.002, 0.000, 0.001, 0.002)
NEAR = above(0.020, -0.010, 0.005, 0.015, -0.012)
SETTLED = above(0.000, 0.002, 0.003, 0.005, 0.008, 0.000)
WILD = above(0.100, -0.090, 0.080, -0.100, 0.020)
LEFT = [0.9, 0.9, FAILED, FAILED, FAILED]


def two(better: Sequence[object], base: Sequence[object] = BASE, **more: object) -> Collected:
    """Two configurations, with as many seeds as the better one has."""
    return seeded({"a": list(base)[: len(better)], "b": list(better)}, **more)


def flat(*values: float, seeds: int = 3) -> Collected:
    """Configurations that no seed changes."""
    return seeded({name: [value] * seeds for name, value in zip("abcdef", values, strict=False)})


def best() -> dict[str, Callable[[], Collected]]:
    """The best configuration against the second."""
    three = {"a": FIVE, "b": SURE, "c": above(0.02, 0.03, 0.02, 0.01, 0.03)}
    return {
        "seeds_best supported sure": lambda: two(SURE),
        "seeds_best supported probable": lambda: two(PROBABLE),
        "seeds_best supported of three": lambda: seeded(three),
        "seeds_best supported six seeds": lambda: two(above(0.10, 0.09, 0.11, 0.09, 0.11, 0.10)),
        "seeds_best supported other selected": lambda: two(SURE, validation={"a": 0.95}),
        "seeds_best supported partial": lambda: seeded({"a": [FAILED, *FIVE[1:]], "b": SURE}),
        "seeds_best supported one left out": lambda: seeded({"a": FIVE, "b": SURE, "c": LEFT}),
        "seeds_best supported two left out": lambda: seeded({"a": FIVE, "b": SURE, "c": LEFT, "d": LEFT}),
        "seeds_best refuted": lambda: two(ALIKE),
        "seeds_best inconclusive": lambda: two(NEAR),
        "seeds_best inconclusive six seeds of three": lambda: seeded(
            {"a": BASE, "b": SETTLED, "c": above(*[-0.01, -0.02] * 3)}
        ),
        "seeds_best not_applicable two seeds": lambda: two(SURE[:2]),
        "seeds_best not_applicable one in common": lambda: seeded(
            {"a": [*FIVE[:3], None, None], "b": [None, None, *SURE[2:]]}
        ),
        "seeds_best not_applicable none in common": lambda: two([0.9, FAILED], [FAILED, 0.9]),
        "seeds_best not_applicable alone": lambda: two([0.9, 0.91, 0.92], [FAILED] * 3),
        "seeds_best not_applicable unvaried": lambda: flat(0.5, 0.8),
    }


def tied() -> dict[str, Callable[[], Collected]]:
    """What cannot be told from the best."""
    low = [value - 0.2 for value in FIVE]
    return {
        "seeds_tied supported one": lambda: seeded({"a": FIVE, "b": NEAR, "c": low}),
        "seeds_tied supported all": lambda: seeded({"a": FIVE, "b": NEAR, "c": WILD}),
        "seeds_tied supported alike one": lambda: seeded({"a": FIVE, "b": ALIKE, "c": low}),
        "seeds_tied supported alike all": lambda: seeded(
            {"a": FIVE, "b": ALIKE, "c": above(0.0, 0.001, 0.0, 0.0, 0.001)}
        ),
        "seeds_tied supported alike some": lambda: seeded(
            {"a": FIVE, "b": ALIKE, "c": above(0.020, -0.021, 0.010, 0.010, -0.030), "d": low}
        ),
        "seeds_tied refuted": lambda: seeded({"a": FIVE, "b": SURE, "c": low}),
    }


def needed() -> dict[str, Callable[[], Collected]]:
    """How many seeds would tell."""
    repeated = seeded_text(["a"])
    return {
        "seeds_needed supported": lambda: two(NEAR),
        "seeds_needed supported beyond": lambda: two(WILD),
        "seeds_needed supported perhaps beyond": lambda: two(above(0.057, -0.032, 0.038, -0.044, 0.019)),
        "seeds_needed refuted settled": lambda: two(SURE),
        "seeds_needed refuted enough": lambda: two(SETTLED),
        "seeds_needed not_applicable one seed": lambda: two(SURE[:1]),
        "seeds_needed not_applicable one configuration": lambda: run(
            spec_of(repeated, seeds=[1, 2]), lambda _: 0.5
        ),
        "seeds_needed not_applicable folded": lambda: folded({"a": FIVE, "b": SURE}),
        "seeds_needed not_applicable two seeds": lambda: two(SURE[:2]),
        "seeds_needed not_applicable one in common": lambda: two([0.9, FAILED], [0.8, 0.9]),
        "seeds_needed not_applicable none in common": lambda: two([0.9, FAILED], [FAILED, 0.9]),
        "seeds_needed not_applicable alone": lambda: two([0.9, 0.91, 0.92], [FAILED] * 3),
        "seeds_needed not_applicable unvaried": lambda: flat(0.5, 0.8),
    }


TURNING = {
    "a": [0.83, 0.82, 0.81, 0.82],
    "b": [0.82, 0.81, 0.83, 0.82],
    "c": [0.81, 0.83, 0.82, 0.82],
    "d": [0.70, 0.71, 0.70, 0.71],
    "e": [0.60, 0.61, 0.60, 0.61],
    "f": [0.50, 0.51, 0.50, 0.51],
}


def stability() -> dict[str, Callable[[], Collected]]:
    """Whether the order holds, and what the seed moves."""
    mixed = {"a": [0.8, 0.7, 0.6], "b": [0.7, 0.6, 0.8], "c": [0.6, 0.81, 0.7]}
    partly = {"a": FIVE, "b": above(0.01, -0.005, 0.01, 0.01, -0.01), "c": above(*[-0.1] * 5)}
    wide = {name: [0.70, 0.90, 0.75, 0.85, 0.95] for name in "abc"}
    quiet = {"a": above(*[0.0] * 5, base=[0.8, 0.802, 0.8, 0.802, 0.8]), "b": [0.9, 0.9, 0.901, 0.9, 0.902]}
    return {
        "ranking_stability supported": lambda: seeded(
            {"a": FIVE, "b": SURE, "c": [value - 0.1 for value in FIVE]}
        ),
        "ranking_stability refuted": lambda: seeded(mixed),
        "ranking_stability refuted agree": lambda: seeded(TURNING),
        "ranking_stability inconclusive": lambda: seeded(partly),
        "ranking_stability not_applicable": lambda: flat(0.5, 0.5, 0.5),
        "seed_spread supported": lambda: seeded(wide),
        "seed_spread supported one configuration": lambda: seeded({"a": [0.6, 0.9, 0.7, 0.8, 0.99]}),
        "seed_spread refuted": lambda: seeded(quiet),
        "seed_spread refuted unvaried": lambda: flat(0.5, 0.8),
        "seed_spread inconclusive": lambda: two(SURE),
        "seed_spread not_applicable": lambda: two([0.9, FAILED], [0.9, FAILED]),
    }


PAIR = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
CUBE = {**PAIR, "dropout": [0.1, 0.2]}
MOVED = (0.0, 0.01, -0.01, 0.02, 0.0)


def turning(lead: float, *, behind: float | None = None, **more: object) -> Collected:
    """Adam is ahead with one activation, SGD with the other."""

    def decide(plan: object) -> float:
        adam, tanh = plan.labels["optimizer"] == "Adam", plan.labels["activation"] == "tanh"
        turned = (lead if behind is None else behind) if tanh else lead
        return 0.7 + turned * (adam != tanh) + MOVED[plan.seed % 5] * adam

    return grid(PAIR, decide, **more)


def level(plan: object) -> float:
    """Adam is always ahead, tanh always behind."""
    return 0.7 + 0.1 * (plan.labels["optimizer"] == "Adam") - 0.1 * (plan.labels["activation"] == "tanh")


def combinations() -> dict[str, Callable[[], Collected]]:
    """What a grid says of two factors together, and how far its runs are apart."""
    apart = Outcome(0.75, wrong=tuple(range(10))), Outcome(0.55, wrong=tuple(range(10, 28)))
    return {
        "factor_interaction supported": lambda: turning(0.2),
        "factor_interaction supported two seeds": lambda: turning(0.2, seeds=[0, 1]),
        "factor_interaction supported five seeds": lambda: turning(0.2, seeds=[0, 1, 2, 3, 4]),
        "factor_interaction inconclusive": lambda: turning(0.2, behind=0.01),
        "factor_interaction inconclusive small": lambda: turning(0.2, behind=0.0025),
        "factor_interaction refuted two factors": lambda: grid(PAIR, level),
        "factor_interaction refuted three factors": lambda: grid(CUBE, level),
        "factor_interaction refuted five seeds": lambda: grid(PAIR, level, seeds=[0, 1, 2, 3, 4]),
        "factor_interaction not_applicable": lambda: grid(PAIR, lambda _: FAILED),
        "effect_size supported large": lambda: networks(0.5, 0.9, 0.6),
        "effect_size supported medium": lambda: networks(0.6, 0.84),
        "effect_size supported small": lambda: networks(0.7, 0.8),
        "effect_size refuted demonstrable": lambda: networks(0.78, 0.8),
        "effect_size refuted": lambda: networks(0.8, 0.7975),
        "effect_size refuted same": lambda: networks(0.9, Outcome(0.5, validation=0.95)),
        "effect_size inconclusive": lambda: networks(*apart, images=40),
    }


def networks(*outcomes: object, images: int = 400) -> Collected:
    """A grid of one axis with an outcome each."""
    names = ["SGD", "Adam", "RMSprop"][: len(outcomes)]
    found = dict(zip(names, outcomes, strict=True))
    return grid(
        {"optimizer": names}, lambda plan: found[plan.labels["optimizer"]], data_record(images=images)
    )


FOUR = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh", "sigmoid", "elu"]}


def leads(*values: float, **more: object) -> Collected:
    """Adam so far ahead of SGD with each activation."""
    found = dict(zip(FOUR["activation"], values, strict=True))
    return grid(
        FOUR,
        lambda plan: 0.6 + (plan.labels["optimizer"] == "Adam") * found[plan.labels["activation"]],
        **more,
    )


def factors() -> dict[str, Callable[[], Collected]]:
    """Main effects with an interval."""
    return {
        "factor_best supported four combinations": lambda: leads(0.10, 0.12, 0.08, 0.14),
        "factor_best inconclusive four combinations": lambda: leads(0.10, -0.05, 0.08, 0.14),
        "factor_best refuted four combinations": lambda: leads(0.02, -0.02, 0.03, -0.03),
    }


CASES: dict[str, Callable[[], Collected]] = {
    **best(), **tied(), **needed(), **stability(), **combinations(), **factors(),
}  # fmt: skip
