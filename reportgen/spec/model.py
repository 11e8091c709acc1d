"""Takes plain TOML data, gives the frozen, validated values of a configuration.

Names are Keras' own. Layers, optimizers, callbacks and augmentation stay plain
tables here; their names and arguments are checked in :mod:`reportgen.spec.check`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from reportgen.spec.finding_codes import FindingCode

_T = TypeVar("_T")


def _once(values: tuple[_T, ...]) -> tuple[_T, ...]:
    if len(set(values)) < len(values):
        raise ValueError("hay un valor repetido: cada uno una sola vez")
    return values


Language = Literal["es", "es-ES", "es-CL", "es-MX", "es-AR", "es-CO", "es-PE"]
DECIMAL_POINT = ("es-MX", "es-PE")
"""Where Spanish writes a decimal point."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
Entry = str | dict[str, Any]
"""A Keras object: its name, or a table with the name and its arguments."""
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_once)]
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]
TRAINING_FIELDS = (
    "optimizer", "loss", "epochs", "batch_size", "callbacks", "augmentation", "precision", "weights",
    "metrics", "class_weight",
)  # fmt: skip
"""Training settings that may be an axis, a `set` or an override of a study."""

WEIGHTS = ("imagenet", "none")
"""What `weights` may be besides a local file or another run of the file."""
RUN_WEIGHTS = "run:"
"""Start of `weights` that are those of another run: ``run:STUDY`` or ``run:STUDY.ARM``."""
Kind = Literal["proyecto", "curso", "escalera", "breve", "actividad", "ejecutivo"]
Section = Literal[
    "resumen", "introduccion", "problema", "crisp_dm", "datos", "fundamentos", "modelos", "ajustes",
    "peldanos", "estudios", "familias", "capitulos", "intentos", "evaluacion", "comparacion", "discusion",
    "respuesta", "costo", "dudas", "hipotesis", "conclusiones", "limitaciones", "mejora", "cierre",
    "referencias", "anexos", "procedencia",
]  # fmt: skip
"""What a report may consist of, in any order; each is a template of ``sections/``."""
Figure = Literal["heatmap", "factors", "curves", "panels", "bars", "box", "learning_rate"]
"""What a study may show beside its table."""
Column = Literal[
    "accuracy.train", "loss.train", "accuracy.validation", "loss.validation", "accuracy.test", "loss.test",
    "precision.test", "recall.test", "f1.test", "epochs", "best_epoch", "seconds", "seconds_per_epoch",
    "parameters", "trainable", "memory", "inference",
]  # fmt: skip
"""What a results table may show of a run, beside the axes."""


class Base(BaseModel):
    """Frozen, strict, and deaf to keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Author(Base):
    """One member on the cover."""

    name: str
    id: str = ""


class Mute(Base):
    """A finding that the authors do not want told; the report says so, with their reason."""

    code: FindingCode
    study: str = ""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Report(Base):
    """What the document says of itself, what it consists of, and which prose goes into it."""

    title: str
    subtitle: str = ""
    kind: Kind = "proyecto"
    sections: Annotated[tuple[Section, ...], Field(min_length=1), AfterValidator(_once)] | None = None
    studies: Annotated[tuple[Slug, ...], Field(min_length=1), AfterValidator(_once)] | None = None
    language: Language = "es"
    authors: tuple[Author, ...] = ()
    institution: str = ""
    course: str = ""
    teacher: str = ""
    place: str = ""
    date: dt.date | None = None
    prose: str = ""
    rope: Annotated[float, Field(gt=0, lt=1)] = 0.005
    mute: tuple[Mute, ...] = ()

    @property
    def decimal(self) -> str:
        """The decimal sign of the language, as CLDR has it."""
        return "." if self.language in DECIMAL_POINT else ","


class ReportPatch(Base):
    """A further report: what differs from `[report]`."""

    title: str | None = None
    subtitle: str | None = None
    kind: Kind | None = None
    sections: Annotated[tuple[Section, ...], Field(min_length=1), AfterValidator(_once)] | None = None
    studies: Annotated[tuple[Slug, ...], Field(min_length=1), AfterValidator(_once)] | None = None
    language: Language | None = None
    authors: tuple[Author, ...] | None = None
    institution: str | None = None
    course: str | None = None
    teacher: str | None = None
    place: str | None = None
    date: dt.date | None = None
    prose: str | None = None
    rope: Annotated[float, Field(gt=0, lt=1)] | None = None
    mute: tuple[Mute, ...] | None = None


class Reports(Report):
    """`[report]` as it is written: one report, or the common ground of those in `[report.NAME]`."""

    title: str = ""
    named: dict[Slug, ReportPatch] = {}


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


DataName = Literal["cifar10", "cifar100", "mnist", "fashion_mnist", "digits", "folder", "npz"]
PYTHON_NAME = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$"
PythonName = Annotated[str, StringConstraints(pattern=PYTHON_NAME)]
"""``module:function``; the module is a file beside the configuration."""
Side = Annotated[int, Field(ge=1, le=10_000)]


class DataPatch(Base):
    """A further data set: what differs from `[data]`."""

    name: DataName | None = None
    python: PythonName | None = None
    path: str | None = None
    split: Split | None = None
    subset: Subset | None = None
    select: Annotated[tuple[str | int, ...], Field(min_length=2), AfterValidator(_once)] | None = None
    classes: tuple[str, ...] | None = None
    image_size: tuple[Side, Side] | None = None


class Data(DataPatch):
    """One data set: which images, from where, divided how.

    ``name`` is one of the published ones, ``folder`` or ``npz`` with a ``path``; ``python`` names a
    function that gives the arrays instead.
    """

    path: str = ""
    split: Split = Split()

    @property
    def kind(self) -> str:
        """What its recipe is called by: the name, or ``python``."""
        return self.name or "python"


class DataSets(Data):
    """`[data]` as it is written: one data set, with those of `[data.ID]` laid over it."""

    named: dict[Slug, DataPatch] = {}


def _folds(value: int) -> int:
    if value == 1:
        raise ValueError("al menos 2 particiones, o 0 para no hacer validación cruzada")
    return value


Folds = Annotated[int, Field(ge=0, le=100), AfterValidator(_folds)]
Repeats = Annotated[int, Field(ge=1, le=100)]
ClassWeight = Literal["none", "balanced"] | dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]
"""``balanced`` weighs each class by the inverse of its frequency; a table says it by name."""


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
    metrics: tuple[Entry, ...] | None = None
    class_weight: ClassWeight | None = None
    seeds: Seeds | None = None
    folds: Folds | None = None
    repeats: Repeats | None = None

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
    metrics: tuple[Entry, ...] = ()
    class_weight: ClassWeight = "none"
    seeds: Seeds = (0,)
    folds: Folds = 0
    repeats: Repeats = 1
    keep_weights: bool = False
    timeout_minutes: Annotated[float, Field(gt=0, le=100_000)] = 60.0

    @field_validator("optimizer")
    @classmethod
    def _named(cls, value: Entry) -> Entry:
        """Arguments alone are those of the default one: there is nothing here to inherit a name from."""
        return value if isinstance(value, str) or "name" in value else {"name": "Adam", **value}


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
    best: Annotated[str, StringConstraints(pattern=r"^validation\.[a-z0-9_]+$")] = "validation.accuracy"
    per: tuple[str, ...] = ()


class Labels(Base):
    """How the report names an axis and its values."""

    name: str = ""
    values: tuple[str, ...] = ()


class Table(Base):
    """How a study's results are laid out: one row axis, grouped by others, and what is shown of a run."""

    rows: str = ""
    by: tuple[str, ...] = ()
    columns: Annotated[tuple[Column, ...], Field(min_length=1), AfterValidator(_once)] | None = None


class Variant(Settings):
    """One arm of a study; `extends` starts from another one of the same study."""

    title: str = ""
    extends: str = ""
    change: str = ""
    model: str = ""
    set: dict[str, Any] = {}


Axes = dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]]


class Study(Settings):
    """A question: axes, variants, what becomes of another study's winners, or results made elsewhere."""

    title: str = ""
    model: str = ""
    data: str = ""
    grid: Axes = {}
    zip: Axes = {}
    exclude: tuple[Annotated[dict[str, Any], Field(min_length=1)], ...] = ()
    set: dict[str, Any] = {}
    origin: Origin | None = Field(default=None, alias="from")
    variant: dict[Slug, Variant] = {}
    labels: dict[str, Labels] = {}
    table: Table | None = None
    figures: Annotated[tuple[Figure, ...], AfterValidator(_once)] | None = None
    results: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_once)] | None = None
    histories: str = ""
    predictions: str = ""

    @model_validator(mode="after")
    def _one_shape(self) -> Study:
        if self.variant and (self.grid or self.zip or self.origin is not None):
            raise ValueError("con `variant` no se usan `grid`, `zip` ni `from`: solo uno de los tres")
        return self

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """The values of its own axes, the crossed ones first."""
        return {**self.grid, **self.zip}


class Claim(Base):
    """What the author expects: one side better than another, or beyond a bound; see `spec/sides.py`."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    study: str = ""
    better: str | dict[str, Any] | None = None
    than: str | dict[str, Any] | None = None
    of: str | dict[str, Any] | None = None
    metric: str = ""
    by: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    above: Annotated[float, Field(allow_inf_nan=False)] | None = None
    below: Annotated[float, Field(allow_inf_nan=False)] | None = None
    same_budget: bool = True


class Spec(Base):
    """A whole configuration, profile applied."""

    include: tuple[str, ...] = ()
    report: Reports
    data: DataSets
    training: Training = Training()
    model: dict[Slug, Model] = {}
    study: Annotated[dict[Slug, Study], Field(min_length=1)]
    claim: dict[Slug, Claim] = {}

    @property
    def reports(self) -> dict[str, Report]:
        """Name -> report; the single one of a file without `[report.NAME]` is called ``informe``."""
        base = self.report.model_dump(exclude={"named"}, exclude_unset=True)
        named = self.report.named or {"informe": ReportPatch()}
        return {
            name: Report(**{"title": "", **base, **patch.model_dump(exclude_unset=True)})
            for name, patch in named.items()
        }

    @property
    def data_sets(self) -> dict[str, Data]:
        """Id -> data set; that of `[data]` itself has an empty id and is left out when it names nothing."""
        base = self.data.model_dump(exclude={"named"}, exclude_unset=True)
        own = {"": DataPatch()} if self.data.name or self.data.python else {}
        return {
            name: Data(**_laid(base, patch.model_dump(exclude_unset=True)))
            for name, patch in {**own, **self.data.named}.items()
        }


def _laid(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """A data set laid over another: `name` and `python` stand in each other's place."""
    kept = dict(base)
    if {"name", "python"} & set(patch):
        for field in ("name", "python", "path", "select", "classes"):
            kept.pop(field, None)
    return {**kept, **patch}
