"""Takes plain TOML data, gives the frozen, validated values of a configuration.

Names are Keras' own. Layers, optimizers, callbacks and augmentation stay plain
tables here; their names and arguments are checked in :mod:`reportgen.spec.check`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)


def _once(values: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(values)) < len(values):
        raise ValueError("hay un valor repetido: cada uno una sola vez")
    return values


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
Entry = str | dict[str, Any]
"""A Keras object: its name, or a table with the name and its arguments."""
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_once)]
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]
TRAINING_FIELDS = (
    "optimizer", "loss", "epochs", "batch_size", "callbacks", "augmentation", "precision", "weights",
)  # fmt: skip
"""Training settings that may be an axis, a `set` or an override of a study."""

WEIGHTS = ("imagenet", "none")
"""What `weights` may be besides the path of a local file."""


class Base(BaseModel):
    """Frozen, strict, and deaf to keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Author(Base):
    """One member on the cover."""

    name: str
    id: str = ""


class Report(Base):
    """What the document says of itself, and which prose goes into it."""

    title: str
    subtitle: str = ""
    kind: Literal["proyecto"] = "proyecto"
    language: Literal["es", "es-ES", "es-CL", "es-MX", "es-AR", "es-CO", "es-PE"] = "es"
    authors: tuple[Author, ...] = ()
    institution: str = ""
    course: str = ""
    teacher: str = ""
    place: str = ""
    date: dt.date | None = None
    prose: str = ""
    rope: Annotated[float, Field(gt=0, lt=1)] = 0.005


class Split(Base):
    """How the images are divided; a fraction below 1 or a number of images."""

    validation: float | int | Literal["test"] = 0.1
    test: float | int | None = None
    seed: Seed = 0

    @field_validator("validation", "test")
    @classmethod
    def _part(cls, value: float | int | str | None) -> float | int | str | None:
        if isinstance(value, float) and not (math.isfinite(value) and 0 < value < 1):
            raise ValueError("una fracción mayor que 0 y menor que 1, o un número entero de imágenes")
        if isinstance(value, int) and value < 1:
            raise ValueError("al menos 1 imagen")
        return value


class Subset(Base):
    """A stratified sample of the published images, for quick trials."""

    train: Annotated[int, Field(ge=10)] | None = None
    test: Annotated[int, Field(ge=10)] | None = None


class Data(Base):
    """Which images, from where, divided how."""

    name: Literal["cifar10", "cifar100", "mnist", "fashion_mnist", "digits", "folder", "npz"]
    path: str = ""
    split: Split = Split()
    subset: Subset | None = None
    classes: tuple[str, ...] | None = None
    image_size: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = None

    @model_validator(mode="after")
    def _needs_path(self) -> Data:
        if self.name in ("folder", "npz") and not self.path:
            raise ValueError(
                f'name = "{self.name}" necesita `path`: la carpeta o el archivo con las imágenes'
            )
        return self


class Settings(Base):
    """Training settings; in a study or variant only what differs is given."""

    optimizer: Entry | None = None
    loss: str | None = None
    epochs: Annotated[int, Field(ge=1, le=100_000)] | None = None
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    callbacks: tuple[Entry, ...] | None = None
    augmentation: tuple[Entry, ...] | None = None
    precision: Precision | None = None
    weights: str | None = None
    seeds: Seeds | None = None

    def given(self) -> dict[str, Any]:
        """The training fields that are spelled out here."""
        return {name: getattr(self, name) for name in TRAINING_FIELDS if getattr(self, name) is not None}


class Training(Settings):
    """What every study starts from; Keras' defaults where Keras has one."""

    optimizer: Entry = "Adam"
    loss: str = "auto"
    epochs: Annotated[int, Field(ge=1, le=100_000)] = 10
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] = 32
    callbacks: tuple[Entry, ...] = ()
    augmentation: tuple[Entry, ...] = ()
    precision: Precision = "float32"
    weights: str = "imagenet"
    seeds: Seeds = (0,)
    timeout_minutes: Annotated[float, Field(gt=0, le=100_000)] = 60.0


class Model(Base):
    """A list of Keras layers in which ``$name`` stands for a parameter."""

    title: str = ""
    parameters: dict[str, Any] = {}
    layers: Annotated[tuple[Entry, ...], Field(min_length=1)]
    output: Literal["softmax", "logits"] = "softmax"
    rescale: bool | None = None


class Origin(Base):
    """The winners of another study: best by a validation metric within each group of axes."""

    study: Slug
    best: Literal["validation.accuracy", "validation.loss"] = "validation.accuracy"
    per: tuple[str, ...] = ()


class Labels(Base):
    """How the report names an axis and its values."""

    name: str = ""
    values: tuple[str, ...] = ()


class Table(Base):
    """How a study's results are laid out: one row axis, grouped by the others."""

    rows: str
    by: tuple[str, ...] = ()


class Variant(Settings):
    """One arm of a study; `extends` starts from another one of the same study."""

    title: str = ""
    extends: str = ""
    change: str = ""
    model: str = ""
    set: dict[str, Any] = {}


class Study(Settings):
    """A question: a grid, a list of variants, or a follow-up of another study's winners."""

    title: str = ""
    model: str = ""
    grid: dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]] = {}
    set: dict[str, Any] = {}
    origin: Origin | None = Field(default=None, alias="from")
    variant: dict[Slug, Variant] = {}
    labels: dict[str, Labels] = {}
    table: Table | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Study:
        shapes = [bool(self.grid), bool(self.variant), self.origin is not None]
        if sum(shapes) > 1:
            raise ValueError("un estudio tiene `grid`, `variant` o `from`: solo uno de los tres")
        return self


class Spec(Base):
    """A whole configuration, profile applied."""

    report: Report
    data: Data
    training: Training = Training()
    model: dict[Slug, Model]
    study: Annotated[dict[Slug, Study], Field(min_length=1)]
