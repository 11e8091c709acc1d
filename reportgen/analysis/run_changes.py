"""Takes two runs, gives what changed between them: layers, lists of the training, single settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.analysis.collected import Result
from reportgen.analysis.layer_changes import Argument, Change, changes, differing, name_of

LISTS = ("augmentation", "callbacks", "metrics")
"""Parts of the training that are lists of Keras entries."""
SINGLE = ("loss", "epochs", "batch_size", "precision", "class_weight")
"""Parts of the training that are one value."""


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What a run has otherwise than another.

    Attributes:
        layers: changes of the declared layers; positions are those of the earlier network.
        lists: name of a list of the training -> its changes, only lists that changed.
        settings: single settings that changed; arguments of the optimizer are called ``optimizer.ARG``
            where both runs have the same optimizer.
        data: whether the two were trained on different data.
        kept: how many layers of the earlier network are in the later one, changed arguments or not.
        layers_before: how many layers the earlier network declares.
    """

    layers: tuple[Change, ...]
    lists: Mapping[str, tuple[Change, ...]]
    settings: tuple[Argument, ...]
    data: bool
    kept: int
    layers_before: int

    @property
    def nothing(self) -> bool:
        """Whether the two have the same recipe but for the seed and the fold."""
        return not (self.layers or self.lists or self.settings or self.data)


def run_changes(before: Result, after: Result) -> RunChanges:
    """What ``after`` has otherwise than ``before``; the seed and the fold are not told."""
    one, other = before.plan.content(), after.plan.content()
    layers = changes(one["model"]["layers"], other["model"]["layers"])
    gone = sum(last - first + 1 for item in layers if item.before and item.kind != "changed"
               for first, last in item.places)  # fmt: skip
    lists = {name: changes(_entries(one, name), _entries(other, name)) for name in LISTS}
    return RunChanges(
        layers=layers,
        lists={name: found for name, found in lists.items() if found},
        settings=(*_optimizer(one, other), *_single(one, other)),
        data=before.plan.data != after.plan.data,
        kept=len(one["model"]["layers"]) - gone,
        layers_before=len(one["model"]["layers"]),
    )


def _entries(recipe: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return list(recipe["training"].get(name) or [])


def _optimizer(one: dict[str, Any], other: dict[str, Any]) -> tuple[Argument, ...]:
    before, after = one["training"]["optimizer"], other["training"]["optimizer"]
    if name_of(before) != name_of(after):
        return (Argument("optimizer", before, after),)
    found = differing(before, after)
    return tuple(Argument(f"optimizer.{item.name}", item.before, item.after) for item in found)


def _single(one: dict[str, Any], other: dict[str, Any]) -> tuple[Argument, ...]:
    pairs = [
        *((name, one["training"].get(name), other["training"].get(name)) for name in SINGLE),
        ("output", one["model"]["output"], other["model"]["output"]),
    ]
    if not any("backbone" in entry for recipe in (one, other) for entry in recipe["model"]["layers"]):
        pairs.append(("rescale", one["model"]["rescale"], other["model"]["rescale"]))
    return tuple(Argument(name, before, after) for name, before, after in pairs if before != after)
