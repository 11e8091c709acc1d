"""Takes the recipe of a run, gives the frozen start of its network whose output other runs may share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.plan.key import canonical
from reportgen.plan.layers import is_convolutional
from reportgen.plan.model import RunPlan
from reportgen.spec.model import RUN_WEIGHTS

PLAIN, FLIPPED = "plain", "flipped"
BEFORE = frozenset({"CenterCrop", "Cropping2D", "Rescaling", "Resizing", "ZeroPadding2D"})
"""Layers without weights and without chance that may stand before the backbone."""
SHRINKING = frozenset({"AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "MaxPooling2D"})
"""The same after it: what they make is smaller, so it is what is kept. Others, such as Flatten, keep the
size; they stay in the head, so that more runs share one pass."""
LEFT_WHOLE = frozenset({"activity_regularizer", "dtype"})
"""Arguments that change the loss or the precision: a network that uses them in its start is left whole."""
FLIP = frozenset({"layer", "mode", "seed"})


@dataclass(frozen=True, slots=True)
class Start:
    """The first layers of a network, which give the same for an image in every epoch of every run.

    Attributes:
        recipe: canonical JSON of everything in the plan that decides what they give.
        depth: how many of the declared layers they are.
        views: ``plain``, and ``flipped`` where training mirrors images.
        backbone: what the frozen network is called, and where it is cut.
        weights: where its weights come from, as in the recipe of the run.
        dense: whether what remains to be trained has no layer that fills a processor.
    """

    recipe: str
    depth: int
    views: tuple[str, ...]
    backbone: str
    weights: str
    dense: bool

    @property
    def source(self) -> str:
        """Key of the run whose weights it starts from; empty where there is none."""
        return self.weights.removeprefix(RUN_WEIGHTS) if self.weights.startswith(RUN_WEIGHTS) else ""


def start_of(recipe: Mapping[str, Any]) -> Start | None:
    """The frozen start of a run's network; None for a network that has to be trained whole.

    Random weights follow from the seed of the run, as they are drawn before any other: their seed is part
    of the start, and runs of one seed share it.
    """
    training, layers = recipe["training"], recipe["model"]["layers"]
    views = _views(training["augmentation"])
    at = next((index for index, table in enumerate(layers) if table.get("layer") not in BEFORE), None)
    if at is None or not views or training["precision"] != "float32":
        return None
    backbone = layers[at]
    if "backbone" not in backbone or backbone["trainable"] is not False:
        return None
    depth = at + 1
    while depth < len(layers) and _is_plain(layers[depth], SHRINKING):
        depth += 1
    if not all(_is_plain(table, BEFORE) for table in layers[:at]):
        return None
    facts: dict[str, Any] = {"kind": "features", "data": recipe["data"], "layers": layers[:depth]}
    if backbone["weights"] == "none":
        facts["seed"] = recipe["seed"]
    until = f" hasta {backbone['until']}" if backbone["until"] else ""
    return Start(
        recipe=canonical({**facts, "precision": "float32", "backend": recipe["backend"]}),
        depth=depth,
        views=views,
        backbone=f"{backbone['backbone']}{until}",
        weights=str(backbone["weights"]),
        dense=not is_convolutional({"layers": layers[depth:]}),
    )


def start_of_run(run: RunPlan) -> Start | None:
    """The same of a planned run; most have no backbone, and their recipes are not even read."""
    return start_of(run.content()) if '"backbone"' in run.recipe else None


def _views(augmentation: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """What training shows of an image: all views can be kept only where there are one or two."""
    if not augmentation:
        return (PLAIN,)
    flips = [table for table in augmentation if table.get("layer") == "RandomFlip" and set(table) <= FLIP]
    if len(augmentation) == 1 and flips and flips[0].get("mode") == "horizontal":
        return (PLAIN, FLIPPED)
    return ()


def _is_plain(table: Mapping[str, Any], names: frozenset[str]) -> bool:
    return table.get("layer") in names and not LEFT_WHOLE & set(table)
