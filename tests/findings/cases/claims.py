"""What became of the claims that an author declared, by every test and for every reason."""

from __future__ import annotations

from support.claims import AGAINST, FACTOR, claim_text, crossed, declared, pair, seeded
from support.imported import FILES, made
from support.results import FOLLOW, Outcome, folds_text, grid_text, run, run_with, spec_of, variants_text

from reportgen.analysis.collected import Collected
from reportgen.plan.model import RunPlan
from reportgen.records.model import Status

FAILED, DIVERGED = Outcome(status=Status.FAILED), Outcome(status=Status.DIVERGED)
OTHER = Outcome(0.8, wrong=tuple(range(1, 80)))
"""As good as 0.8, on other images."""
BY = "\nby = 0.05"
SECONDS = '\nmetric = "seconds"'
PARAMETERS = '\nmetric = "parameters"'
VALIDATION = '\nmetric = "validation.accuracy"'
ABOVE = 'of = "cnn.mejor"\nabove = 0.6'
EACH = 'study = "rejilla"\nbetter = { optimizer = "Adam" }\nthan = { study = "rejilla" }'
EVERY = 'study = "rejilla"\nof = { optimizer = "Adam" }\nabove = 0.6'
FAST, SLOW = (Outcome(0.8, seconds=seconds) for seconds in (4.0, 9.0))
EPOCHS = "epochs = 30"


def folds(first: list[object], second: list[object], fields: str) -> Collected:
    """Two variants of a cross validation, with a claim."""
    scores = {"a": first, "b": second}
    spec = spec_of(folds_text(("a", "b"), folds=len(first)) + claim_text(fields))

    def decide(plan: RunPlan) -> Outcome:
        found = scores[plan.parameters["variant"]][plan.fold or 0]
        return found if isinstance(found, Outcome) else Outcome(0.8, validation=found)

    return run(spec, decide)


def three(values: dict[str, object], fields: str = EACH) -> Collected:
    """Optimizers alone, with a claim on one against the others."""
    text = grid_text({"optimizer": list(values)}) + claim_text(fields)
    return run(spec_of(text), lambda plan: values[plan.parameters["optimizer"]])


def squared(first: list[float], second: list[float]) -> Collected:
    """A further metric over three seeds."""
    found = {"base": first, "mejor": second}
    metric = '\nmetric = "test.mean_squared_error"'
    text = variants_text({"base": "", "mejor": "base"}) + claim_text(AGAINST + metric)
    text = text.replace('model = "cnn"', 'model = "cnn"\nmetrics = ["MeanSquaredError"]')
    return run(
        spec_of(text, seeds=[0, 1, 2]),
        lambda plan: Outcome(
            0.8, further={"mean_squared_error": found[plan.parameters["variant"]][plan.seed]}
        ),
    )


def elsewhere() -> Collected:
    """Two studies on other data."""
    text = (
        variants_text({"base": ""})
        + "[data.otra]\nsplit = { seed = 3, validation = 0.2 }\n"
        + variants_text({"lejos": ""}, name="otro").replace('title = "Estudio otro"', 'data = "otra"')
    )
    return declared(text + claim_text('better = "cnn.base"\nthan = "otro.lejos"'), lambda _: 0.8)


def waiting() -> Collected:
    """A follow-up whose parents are still to be trained."""
    text = grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed="set.dropout = 0.3")
    fields = 'better = "derivado"\nthan = "rejilla"'
    return run(spec_of(text + claim_text(fields)), lambda _: None)


def follow(before: list[float], after: list[float]) -> Collected:
    """Winners with something changed against themselves, pair by pair."""
    names = ["SGD", "Adam", "RMSprop"][: len(before)]
    text = grid_text({"optimizer": names}) + FOLLOW.format(changed="set.dropout = 0.3")
    spec = spec_of(text + claim_text('better = "derivado"\nthan = "rejilla"'))

    def decide(plan):
        at = names.index(plan.parameters["optimizer"])
        return (after if plan.study == "derivado" else before)[at]

    return run(spec, decide)


def uneven() -> Collected:
    """A study with folds against one without."""
    text = variants_text({"base": ""}) + folds_text(("a",), folds=5)
    fields = 'better = "cv.a"\nthan = "cnn.base"'
    return declared(text + claim_text(fields), lambda _: 0.8)


def excluded() -> Collected:
    """A claim on a combination that the study leaves out."""
    text = grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]})
    text += 'exclude = [{ optimizer = "SGD", activation = "tanh" }]\n'
    fields = (
        'study = "rejilla"\nbetter = { optimizer = "SGD", activation = "tanh" }\n'
        'than = { optimizer = "Adam", activation = "tanh" }'
    )
    return declared(text + claim_text(fields), lambda _: 0.8)


def table(rows: str, fields: str, header: str = "optimizer;val_accuracy;test_accuracy") -> Collected:
    """Imported results with a claim."""
    return made(
        f"{header}\n{rows}", study=f"{FILES}\n{claim_text(fields)}", data='name = "folder"\npath = "f"'
    )


TABLE = 'study = "tabla"\nbetter = { optimizer = "Adam" }\nthan = { optimizer = "SGD" }'
IMAGES = "optimizer;val_accuracy;test_accuracy;images"
CASES = {
    # two networks
    "claim_comparison supported networks": lambda: pair(0.7, 0.9),
    "claim_comparison supported probable": lambda: pair(0.8, 0.815),
    "claim_comparison supported margin": lambda: pair(0.7, 0.9, AGAINST + BY),
    "claim_comparison supported of seeds": lambda: seeded([0.7, 0.7], [0.9, 0.9]),
    "claim_comparison supported budgets": lambda: pair(0.7, 0.9, AGAINST + "\nsame_budget = false", EPOCHS),
    "claim_comparison refuted networks": lambda: pair(0.9, 0.7),
    "claim_comparison refuted probable": lambda: pair(0.815, 0.8),
    "claim_comparison refuted alike": lambda: pair(0.8, 0.8),
    "claim_comparison refuted margin": lambda: pair(0.8, 0.82, AGAINST + BY),
    "claim_comparison inconclusive networks": lambda: pair(0.8, OTHER),
    "claim_comparison inconclusive borderline": lambda: pair(0.8, 0.8125),
    "claim_comparison inconclusive margin": lambda: pair(0.8, 0.85, AGAINST + BY),
    "claim_comparison supported validation": lambda: pair(0.7, 0.9, AGAINST + VALIDATION),
    "claim_comparison supported validation margin": lambda: pair(0.7, 0.9, AGAINST + VALIDATION + BY),
    "claim_comparison supported counts": lambda: table("SGD;0,5;0,5;400\nAdam;0,7;0,7;400\n", TABLE, IMAGES),
    # what is counted
    "claim_comparison supported parameters": lambda: pair(
        Outcome(0.8, parameters=9000), Outcome(0.8, parameters=4000), AGAINST + PARAMETERS
    ),
    "claim_comparison refuted parameters": lambda: pair(
        Outcome(0.8, parameters=4000), Outcome(0.8, parameters=9000), AGAINST + PARAMETERS
    ),
    # seeds
    "claim_comparison supported seeds": lambda: seeded([0.7, 0.71, 0.69], [0.9, 0.92, 0.9]),
    "claim_comparison supported seeds lost": lambda: seeded([0.7, 0.71, 0.69, FAILED], [0.9, 0.92, 0.9, 0.9]),
    "claim_comparison refuted seeds": lambda: seeded([0.9, 0.92, 0.9], [0.7, 0.71, 0.69]),
    "claim_comparison inconclusive seeds": lambda: seeded([0.7, 0.8, 0.75], [0.75, 0.77, 0.8]),
    "claim_comparison supported error": lambda: squared([0.3, 0.31, 0.33], [0.1, 0.12, 0.11]),
    "claim_comparison refuted error": lambda: squared([0.1, 0.12, 0.11], [0.3, 0.31, 0.33]),
    # combinations of the other axes
    "claim_comparison supported combinations": lambda: crossed(
        {"SGD": [0.6, 0.62, 0.58], "Adam": [0.8, 0.81, 0.82]}
    ),
    "claim_comparison supported combinations lost": lambda: crossed(
        {"SGD": [0.6, 0.62, 0.58, DIVERGED], "Adam": [0.8, 0.81, 0.82, 0.8]}
    ),
    "claim_comparison inconclusive combinations": lambda: crossed(
        {"SGD": [0.6, 0.8, 0.7], "Adam": [0.8, 0.7, 0.72]}
    ),
    "claim_comparison refuted combinations": lambda: crossed(
        {"SGD": [0.8, 0.81, 0.82], "Adam": [0.6, 0.62, 0.58]}
    ),
    "claim_comparison supported seconds": lambda: crossed(
        {"SGD": [SLOW, Outcome(0.8, seconds=9.5), SLOW], "Adam": [FAST] * 3}, FACTOR + SECONDS
    ),
    "claim_comparison refuted seconds": lambda: crossed(
        {"Adam": [SLOW, Outcome(0.8, seconds=9.5), SLOW], "SGD": [FAST] * 3}, FACTOR + SECONDS
    ),
    "claim_comparison supported followup": lambda: follow([0.6, 0.62, 0.58], [0.8, 0.81, 0.82]),
    # folds
    "claim_comparison supported folds": lambda: folds(
        [0.7, 0.71, 0.69, 0.7, 0.72], [0.9, 0.92, 0.9, 0.91, 0.9], 'study = "cv"\nbetter = "b"\nthan = "a"'
    ),
    "claim_comparison inconclusive folds": lambda: folds(
        [0.7, 0.8, 0.75, 0.7, 0.8], [0.75, 0.77, 0.8, 0.8, 0.7], 'study = "cv"\nbetter = "b"\nthan = "a"'
    ),
    # one against several, and the other way round
    "claim_comparison supported each": lambda: three({"SGD": 0.6, "Adam": 0.9, "RMSprop": 0.7}),
    "claim_comparison refuted each": lambda: three({"SGD": 0.6, "Adam": 0.8, "RMSprop": 0.9}),
    "claim_comparison inconclusive many": lambda: three(
        {"SGD": 0.6, "Adam": 0.8, "RMSprop": OTHER, "Nadam": OTHER, "Adamax": 0.5}
    ),
    "claim_comparison refuted all": lambda: three({"SGD": 0.9, "Adam": 0.7, "RMSprop": 0.95}),
    "claim_comparison refuted mixed": lambda: three(
        {"SGD": 0.6, "Adam": 0.8, "RMSprop": 0.9, "Nadam": OTHER}
    ),
    "claim_comparison inconclusive each": lambda: three({"SGD": 0.6, "Adam": 0.8, "RMSprop": OTHER}),
    "claim_comparison supported every": lambda: three(
        {"SGD": 0.6, "Adam": 0.9, "RMSprop": 0.8},
        'study = "rejilla"\nbetter = { study = "rejilla" }\nthan = { optimizer = "SGD" }',
    ),
    # what cannot be judged
    "claim_comparison not_applicable data": elsewhere,
    "claim_comparison not_applicable budget": lambda: pair(0.7, 0.9, more=EPOCHS),
    "claim_comparison not_applicable conditions": lambda: crossed(
        {
            "SGD": [SLOW, Outcome(0.8, seconds=9.5, environment=None), SLOW],
            "Adam": [FAST] * 3,
        },
        FACTOR + SECONDS,
    ),
    "claim_comparison not_applicable split": uneven,
    "claim_comparison not_applicable waiting": waiting,
    "claim_comparison not_applicable missing one": lambda: pair(0.7, None),
    "claim_comparison not_applicable missing": lambda: pair(None, None),
    "claim_comparison not_applicable failed": lambda: pair(0.7, FAILED),
    "claim_comparison not_applicable failed both": lambda: pair(FAILED, DIVERGED),
    "claim_comparison not_applicable none": excluded,
    "claim_comparison not_applicable many": lambda: table(
        "SGD;a;0,5;0,5\nAdam;a;0,7;0,7\nSGD;b;0,5;0,5\nAdam;b;0,7;0,7\n",
        'study = "tabla"\nbetter = { optimizer = "Adam" }\nthan = { capas = "a" }',
        "optimizer;capas;val_accuracy;test_accuracy",
    ),
    "claim_comparison not_applicable unmeasured": lambda: pair(
        Outcome(0.7, blind=True), Outcome(0.9, blind=True), AGAINST + VALIDATION
    ),
    "claim_comparison not_applicable folded": lambda: folds(
        [0.7, 0.71], [0.9, 0.92], 'study = "cv"\nbetter = "b"\nthan = "a"\nmetric = "test.accuracy"'
    ),
    "claim_comparison not_applicable parts": lambda: folds(
        [0.7, FAILED], [0.9, 0.92], 'study = "cv"\nbetter = "b"\nthan = "a"'
    ),
    "claim_comparison not_applicable few": lambda: crossed({"SGD": [0.6, 0.62], "Adam": [0.8, 0.9]}),
    "claim_comparison not_applicable unvaried": lambda: seeded([0.7, 0.7, 0.7], [0.9, 0.9, 0.9]),
    "claim_comparison not_applicable untested": lambda: table("SGD;0,5;0,5\nAdam;0,7;0,7\n", TABLE),
    "claim_comparison not_applicable once": lambda: pair(SLOW, FAST, AGAINST + SECONDS),
    # bounds
    "claim_threshold supported": lambda: pair(0.6, 0.9, ABOVE),
    "claim_threshold supported below": lambda: pair(0.6, 0.4, 'of = "cnn.mejor"\nbelow = 0.6'),
    "claim_threshold supported every": lambda: crossed({"SGD": [0.2, 0.2], "Adam": [0.8, 0.9]}, EVERY),
    "claim_threshold supported parameters": lambda: pair(
        0.6, 0.9, 'of = "cnn.mejor"\nmetric = "parameters"\nbelow = 5000'
    ),
    "claim_threshold supported seeds": lambda: seeded([0.6] * 3, [0.9, 0.91, 0.92], ABOVE),
    "claim_threshold supported folds": lambda: folds(
        [0.7, 0.71, 0.69, 0.7, 0.72], [0.9, 0.92, 0.9, 0.91, 0.9], 'of = "cv.b"\nabove = 0.6'
    ),
    "claim_threshold supported validation": lambda: pair(0.6, 0.9, ABOVE + VALIDATION),
    "claim_threshold refuted": lambda: pair(0.6, 0.4, ABOVE),
    "claim_threshold refuted of seeds": lambda: seeded([0.6] * 2, [0.4, 0.5], ABOVE),
    "claim_threshold refuted every": lambda: crossed({"SGD": [0.2, 0.2], "Adam": [0.8, 0.4]}, EVERY),
    "claim_threshold refuted parameters": lambda: pair(
        0.6, 0.9, 'of = "cnn.mejor"\nmetric = "parameters"\nbelow = 500'
    ),
    "claim_threshold inconclusive": lambda: pair(0.6, 0.61, ABOVE),
    "claim_threshold inconclusive every": lambda: crossed({"SGD": [0.2, 0.2], "Adam": [0.8, 0.61]}, EVERY),
    "claim_threshold inconclusive of two": lambda: declared(
        variants_text({"base": ""})
        + claim_text('of = "cnn.base"\nabove = 0.8')
        + claim_text('of = "cnn.base"\nabove = 0.81', "otra"),
        lambda _: 0.835,
    ),
    "claim_threshold not_applicable missing": lambda: pair(0.6, None, ABOVE),
    "claim_threshold not_applicable untested": lambda: table(
        "SGD;0,5;0,5\nAdam;0,7;0,7\n", 'study = "tabla"\nof = { optimizer = "Adam" }\nabove = 0.6'
    ),
    "claim_threshold not_applicable once": lambda: pair(
        SLOW, FAST, 'of = "cnn.mejor"\nmetric = "seconds"\nbelow = 60'
    ),
    "claim_threshold not_applicable best": lambda: run_with(
        spec_of(
            grid_text({"optimizer": ["SGD", "Adam"]})
            + claim_text('of = { study = "rejilla", best = "validation.accuracy" }\nabove = 0.6')
        ),
        lambda _: None,
        None,
    ),
}
