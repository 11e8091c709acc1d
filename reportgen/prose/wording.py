"""Takes numbers and names of the results, gives the Spanish of a remark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reportgen.prose.facts import FAMILY, ROLE, STUDY, Config, Fact, Measure
from reportgen.prose.model import OFFER, Origin, live

_METRICS = {
    "accuracy": "exactitud", "loss": "pérdida", "precision": "precisión", "recall": "exhaustividad",
    "f1": "F1",    "seconds": "tiempo", "epochs": "épocas", "parameters": "parámetros", "memory": "memoria",
    "inference": "tiempo de inferencia",
    "gap": "distancia entre entrenamiento y validación",
}  # fmt: skip
_SPLITS = {"train": "entrenamiento", "validation": "validación", "test": "prueba"}
_COUNTED = ("epochs", "parameters")
_MINUTE, _HOUR = 60, 3600


def of_metric(measure: Measure, split: str = "") -> str:
    """The name of a metric with the part of the data that it was measured on, and the class."""
    part = _SPLITS.get(measure.split or split, "")
    within = f" ({part})" if part and measure.metric in ("accuracy", "loss") and not measure.label else ""
    return f"{_METRICS.get(measure.metric, measure.metric)}{within}" + (
        f" de «{measure.label}»" if measure.label else ""
    )


def number(value: float, metric: str, *, percent: bool = False) -> str:
    """A number as a remark shows it: ratios with four decimals, times of training as minutes and seconds."""
    if metric == "seconds":
        return duration(value)
    if metric == "inference":
        return f"{float(f'{value:.3g}'):.12g} ms".replace(".", ",")
    if metric in _COUNTED:
        return f"{round(value)}"
    if metric == "memory":
        return f"{value / 2**20:.2f} MB".replace(".", ",")
    if percent:
        return f"{100 * value:.2f} %".replace(".", ",")
    return f"{value:.4f}".replace(".", ",")


def duration(seconds: float) -> str:
    """Seconds, and from a minute on also as a clock shows them."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.1f} s".replace(".", ",").replace(",0 s", " s")
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    clock = f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
    return f"{whole} s ({clock})"


def listed(values: Iterable[tuple[str, float]], metric: str) -> str:
    """Names with their numbers."""
    return "; ".join(f"«{name}» {number(value, metric)}" for name, value in values)


def offered(fact: Fact) -> str:
    """The live value to write instead, behind an arrow; empty where no single run has the number."""
    return OFFER + live(fact.run, fact.column) if fact.run else ""


def origin(known: tuple[Measure, Config, Fact]) -> tuple[Origin, str]:
    """Which result a number is, and the address under which the report has it."""
    measure, config, fact = known
    column, run = fact.column, fact.run
    if not run:  # a mean, or the epochs that were planned
        return (f"{config.study.id}.{config.arm.id}", column, measure.label), f"valor {run} {column}"
    if measure.metric == "memory" and column == "parameters":
        column = "weights"  # the size of so many parameters
    if measure.label or measure.metric in ("precision", "recall", "f1"):
        metric = "recall" if measure.metric == "accuracy" else measure.metric
        return (fact.key, metric, measure.label), f"clase {run} test.{metric} {measure.label}".rstrip()
    return (fact.key, column, ""), f"valor {run} {column}"


def called(named: Mapping[str, frozenset[str]], configs: tuple[Config, ...]) -> str:
    """What to call the configurations that bear some names."""
    if len(configs) == 1:
        return configs[0].name
    titles = {config.study.id: config.study.title for config in configs}
    words = [
        titles.get(label, label)
        if axis in (FAMILY, STUDY)
        else {"base": "versión base", "mejorada": "versión mejorada"}[label]
        if axis == ROLE
        else label
        for axis, labels in named.items()
        for label in sorted(labels)
    ]
    return " · ".join(words) or "todo"
