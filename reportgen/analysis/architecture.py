"""Takes a run, gives its layers as boxes of a diagram and the declared layer behind each row of its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.analysis.collected import Result
from reportgen.analysis.layer_changes import name_of
from reportgen.records.model import DataRecord, LayerRow

BACKBONE = "Functional ("
"""How the layer table begins the type of a published architecture."""
_ALIASES = (("MaxPool2D", "MaxPooling2D"), ("AvgPool2D", "AveragePooling2D"), ("Convolution", "Conv"))
_GROUPS = (
    ("augmentation", ("Random", "RandAugment", "AugMix", "MixUp", "CutMix", "AutoContrast")),
    ("convolution", ("Conv", "SeparableConv", "DepthwiseConv")),
    ("pooling", ("MaxPool", "AveragePool", "AvgPool", "GlobalMaxPool", "GlobalAverage", "GlobalAvg")),
    ("normalization", ("BatchNorm", "LayerNorm", "GroupNorm", "UnitNorm", "RMSNorm")),
    ("regularization", ("Dropout", "SpatialDropout", "AlphaDropout", "GaussianDropout", "GaussianNoise")),
    ("dense", ("Dense",)),
    ("preprocessing", ("Resizing", "Rescaling", "CenterCrop", "Normalization")),
)
"""Families of layers by the start of their names, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class LayerBox:
    """One box of a diagram.

    ``group`` is a family of layers (``convolution``, ``pooling``...), ``input``, ``output``, ``backbone``
    or ``other``; ``frozen`` tells that its weights were not trained.
    """

    group: str
    type: str
    output_shape: tuple[int | None, ...]
    parameters: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class ArchitectureInfo:
    """A network from its input to its output."""

    run: str
    label: str
    boxes: tuple[LayerBox, ...]


def architecture(result: Result, data: DataRecord) -> ArchitectureInfo:
    """The layer table of a finished run as boxes, the images first."""
    rows = result.record.layers
    boxes = [_box(row, last=at == len(rows)) for at, row in enumerate(rows, start=1)]
    images = LayerBox("input", "", data.image_shape, 0, frozen=False)
    return ArchitectureInfo(result.key, result.plan.label, (images, *boxes))


def _box(row: LayerRow, *, last: bool) -> LayerBox:
    kind, group = row.type, "output" if last else group_of(row.type)
    if kind.startswith(BACKBONE):
        kind = kind.removeprefix(BACKBONE).removesuffix(")")
    frozen = row.parameters > 0 and not row.trainable
    return LayerBox(group, kind, row.output_shape, row.parameters, frozen)


def group_of(kind: str) -> str:
    """The family of a layer by the name of its class."""
    if kind.startswith(BACKBONE):
        return "backbone"
    return next((group for group, starts in _GROUPS if kind.startswith(starts)), "other")


def numbers(result: Result) -> tuple[int | None, ...]:
    """For each row of the layer table, which declared layer it is, counted from 1.

    None for what reportgen adds: augmentation, rescaling, the preprocessing of an architecture, the
    output. All rows that a Python function adds carry its number.
    """
    recipe, rows = result.plan.content(), result.record.layers
    found: list[int | None] = [None] * len(rows)
    at = _first(recipe)
    pending: int | None = None
    for number, entry in enumerate(recipe["model"]["layers"], start=1):
        if "python" in entry:
            pending = number
            continue
        place = next((row for row in range(at, len(rows) - 1) if _is(rows[row], entry)), None)
        if place is None:
            continue
        if pending is not None:
            found[at:place] = [pending] * (place - at)
            pending = None
        found[place] = number
        at = place + 1
    if pending is not None:
        found[at:-1] = [pending] * len(found[at:-1])
    return tuple(found)


def _first(recipe: Mapping[str, Any]) -> int:
    """Rows before the declared layers: augmentation and the rescaling of the images."""
    backbone = any("backbone" in entry for entry in recipe["model"]["layers"])
    rescaled = bool(recipe["model"]["rescale"]) and not backbone
    return len(recipe["training"]["augmentation"]) + int(rescaled)


def _is(row: LayerRow, entry: Mapping[str, Any]) -> bool:
    if "backbone" in entry:
        return row.type.startswith(BACKBONE)
    name = name_of(entry)
    for alias, proper in _ALIASES:
        name = name.replace(alias, proper)
    return row.type == name
