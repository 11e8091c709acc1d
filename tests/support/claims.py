"""Takes the fields of a claim and outcomes of runs, gives the Collected of a real Spec that declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.results import Decide, data_record, grid_text, parts, run, spec_of, variants_text

from reportgen.analysis.collected import Collected

ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu"]
AGAINST = 'study = "cnn"\nbetter = "mejor"\nthan = "base"'
"""One network against the one it extends."""
FACTOR = 'study = "rejilla"\nbetter = { optimizer = "Adam" }\nthan = { optimizer = "SGD" }'
"""One level of a factor against another."""


def claim_text(fields: str, name: str = "una", text: str = "Lo esperado") -> str:
    """TOML of a claim."""
    return f'[claim.{name}]\ntext = "{text}"\n{fields}\n'


def pair(base: Any, better: Any, fields: str = AGAINST, more: str = "", **settings: Any) -> Collected:
    """Two networks with a claim on them; ``more`` stands in the second one's variant."""
    text = variants_text({"base": "", "mejor": "base"}, **({"mejor": more} if more else {}))
    found = {"base": base, "mejor": better}
    return run(spec_of(text + claim_text(fields), **settings), lambda plan: found[plan.parameters["variant"]])


def seeded(base: Sequence[Any], better: Sequence[Any], fields: str = AGAINST) -> Collected:
    """The same with an outcome for each seed."""
    found = {"base": base, "mejor": better}
    spec = spec_of(variants_text({"base": "", "mejor": "base"}) + claim_text(fields), seeds=range(len(base)))
    return run(spec, lambda plan: found[plan.parameters["variant"]][plan.seed])


def crossed(
    values: Mapping[str, Sequence[Any]], fields: str = FACTOR, more: str = "", **settings: Any
) -> Collected:
    """A grid of optimizers by activations; ``values`` has, for each optimizer, an outcome per activation."""
    width = len(next(iter(values.values())))
    axes = {"optimizer": list(values), "activation": ACTIVATIONS[:width]}

    def decide(plan: Any) -> Any:
        at = ACTIVATIONS.index(plan.parameters["activation"])
        return values[plan.parameters["optimizer"]][at]

    return run(spec_of(grid_text(axes) + more + claim_text(fields), **settings), decide)


def declared(text: str, decide: Decide, **settings: Any) -> Collected:
    """Any studies and claims; of several data sets the first."""
    return parts(spec_of(text, **settings), decide, data_record())[0]
