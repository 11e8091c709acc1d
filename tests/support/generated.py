"""Configurations made up by hypothesis, as plain tables; no two of their runs are alike by accident."""

from __future__ import annotations

import copy
import hashlib

from hypothesis import strategies as st

from reportgen.plan.expand import expand
from reportgen.plan.model import Plan
from reportgen.spec.model import Spec

MLP = {
    "parameters": {"units": [8], "activation": "relu", "dropout": 0.0},
    "layers": [
        "Flatten",
        {
            "each": "units",
            "layers": [
                {"layer": "Dense", "units": "$units", "activation": "$activation"},
                {"layer": "Dropout", "rate": "$dropout", "when": "$dropout"},
            ],
        },
    ],
}
CONVOLUTION = {
    "parameters": {"units": [4], "activation": "tanh", "dropout": 0.0, "filters": 2},
    "layers": [
        {"layer": "Conv2D", "filters": "$filters", "kernel_size": 3, "activation": "$activation"},
        "Flatten",
        {"each": "units", "layers": [{"layer": "Dense", "units": "$units"}]},
        {"layer": "Dropout", "rate": "$dropout", "when": "$dropout"},
    ],
}
OPTIMIZERS = (
    "SGD",
    "Adam",
    "rmsprop",
    {"name": "Adam", "learning_rate": 0.01},
    {"name": "SGD", "momentum": 0.9, "nesterov": True},
)
AXES = {
    "optimizer": OPTIMIZERS,
    "activation": ("relu", "tanh", "sigmoid"),
    "dropout": (0.0, 0.25, 0.5),
    "units": ([8], [8, 4], [16]),
    "epochs": (1, 2, 3),
    "batch_size": (8, 16, 32),
    "callbacks": ([], [{"callback": "EarlyStopping", "patience": 5}], ["TerminateOnNaN"]),
    "optimizer.learning_rate": (0.1, 0.02, 1e-3),
    "model": ("mlp", "cnn"),
}
"""Axis -> its values, no two of which make the same run."""


def values(axis, least=1):
    """Some values of an axis, in some order."""
    return st.lists(st.sampled_from(AXES[axis]), min_size=least, max_size=3, unique_by=repr)


def nested(axes):
    """Axes as they are written: an argument of the optimizer is a table inside a table."""
    found = {}
    for axis, content in axes.items():
        place, *names = axis.split(".")
        if names:
            found[place] = {names[0]: content}
        else:
            found[axis] = content
    return found


@st.composite
def axes(draw, most=3):
    """Axis -> values; never an optimizer and one of its arguments at once."""
    names = draw(st.lists(st.sampled_from(sorted(AXES)), min_size=1, max_size=most, unique=True))
    if "optimizer" in names:
        names = [name for name in names if name != "optimizer.learning_rate"]
    return {name: draw(values(name)) for name in names}


@st.composite
def crossed_studies(draw):
    """A study of axes: some crossed, some that advance together."""
    found = draw(axes())
    names = list(found)
    together = draw(st.integers(0, len(names) - 1)) if names else 0
    zipped = names[len(names) - together :]
    length = min((len(found[name]) for name in zipped), default=0)
    study = {"grid": nested({name: found[name] for name in names if name not in zipped})}
    if zipped:
        study["zip"] = nested({name: found[name][:length] for name in zipped})
    if "model" not in names:
        study["model"] = draw(st.sampled_from(["mlp", "cnn"]))
    return study | draw(repetitions()), names


@st.composite
def repetitions(draw):
    """Seeds and folds, mostly none."""
    found = {}
    if draw(st.integers(0, 3)) == 0:
        found["seeds"] = draw(st.lists(st.integers(0, 9), min_size=1, max_size=2, unique=True))
    if draw(st.integers(0, 4)) == 0:
        found["folds"] = draw(st.sampled_from([0, 2, 3]))
    if draw(st.integers(0, 6)) == 0:
        found["repeats"] = 2
    return found


@st.composite
def settings(draw):
    """Training settings that differ from the defaults."""
    names = draw(st.lists(st.sampled_from(["optimizer", "epochs", "batch_size", "callbacks"]), unique=True))
    return {name: draw(st.sampled_from(AXES[name])) for name in names}


@st.composite
def variant_studies(draw):
    """A study of variants that may extend each other."""
    count = draw(st.integers(1, 3))
    variants = {}
    for number in range(count):
        variant = draw(settings())
        if number and draw(st.booleans()):
            variant["extends"] = f"v{draw(st.integers(0, number - 1))}"
        if draw(st.booleans()):
            variant["set"] = {"dropout": draw(st.sampled_from(AXES["dropout"]))}
        variants[f"v{number}"] = variant
    return {"model": "mlp", "variant": variants} | draw(repetitions()), ["variant"]


@st.composite
def follow_ups(draw, parent, names):
    """A study that starts from the winners of another."""
    per = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    best = draw(st.sampled_from(["validation.accuracy", "validation.loss"]))
    study = {"from": {"study": parent, "best": best, "per": per}}
    if draw(st.booleans()):
        study["set"] = {"dropout": draw(st.sampled_from(AXES["dropout"]))}
    if draw(st.booleans()):
        study["optimizer"] = {"learning_rate": 0.3}
    own = {}
    if draw(st.booleans()):
        own = draw(axes(most=1))
        study["grid"] = nested(own)
    return study | draw(repetitions()), list(dict.fromkeys([*names, *own]))


@st.composite
def documents(draw):
    """A whole configuration."""
    studies, known = {}, {}
    for number in range(draw(st.integers(1, 4))):
        name = f"s{number}"
        kinds = [crossed_studies(), variant_studies()]
        parent = draw(st.sampled_from(sorted(known))) if known else ""
        kinds += [follow_ups(parent, known[parent])] if parent else []
        studies[name], known[name] = draw(st.one_of(kinds))
    return copy.deepcopy(
        {
            "report": {"title": "Prueba"},
            "data": {"name": "digits"},
            "training": {"epochs": 2} | draw(settings()),
            "model": {"mlp": MLP, "cnn": CONVOLUTION},
            "study": studies,
        }
    )


def score(run):
    """A score that is no other run's: the first declared of two equals would depend on the order."""
    return int(hashlib.sha256(run.key.encode()).hexdigest()[:12], 16) / 16**12


def stages(spec: Spec, accuracy=score) -> list[Plan]:
    """The plan before anything is trained, after all that it names is trained, and so on to the end."""
    plans = [expand(spec, {}, {})]
    while plans[-1].pending:
        scores = {
            run.key: {"validation.accuracy": accuracy(run), "validation.loss": 1 - accuracy(run)}
            for run in plans[-1].runs
        }
        plans.append(expand(spec, {}, scores))
        assert len(plans[-1].pending) < len(plans[-2].pending)
    return plans


def all_keys(spec: Spec) -> list[str]:
    """Keys of all runs, follow-ups too, in no order."""
    return sorted(run.key for run in stages(spec)[-1].runs)
