"""Takes collected results, gives every number of a run or a configuration that a report may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reportgen.analysis.arms import ArmResults, by_arm, spread
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.columns import USUAL, columns_of, value
from reportgen.analysis.evaluation import evaluate

FURTHER = ("best_epoch", "seconds_per_epoch", "parameters", "trainable", "memory", "inference")
"""Numbers of a run that stand in the annex or in tables whose columns the author chose."""
SCORES = ("precision", "recall", "f1")
"""What a class is scored by; all are shares."""


@dataclass(frozen=True, slots=True)
class Published:
    """One unrounded number.

    Attributes:
        name: what it is: ``accuracy.test``, ``recall.test`` with a class, ``seconds``; of a configuration
            ``mean`` or ``sd`` stands before it.
        value: as measured: shares 0 to 1, times in seconds, ``inference`` in milliseconds per image.
        study: id of the study.
        of: the run, or the configuration, by its id in the study.
        label: the class that it is about; empty otherwise.
        runs: keys behind it.
    """

    name: str
    value: float
    study: str
    of: str
    label: str
    runs: tuple[str, ...]


def published(collected: Collected, *, classes: bool = True) -> Iterator[Published]:
    """Numbers of every finished run, study after study; of configurations with several runs, theirs too.

    Scores of each class take a while: without ``classes`` they are left out.
    """
    for study in collected.studies:
        columns = tuple(dict.fromkeys((*columns_of(study.columns), *USUAL, *FURTHER)))
        for result in study.ok():
            plan = result.plan
            for name, number in numbers_of(result, columns).items():
                if number is not None:
                    yield Published(name, float(number), plan.study, plan.id, "", (result.key,))
            if classes and collected.classes and result.predicts:
                yield from _of_classes(result, collected)
        for arm in by_arm(study):
            if len(arm.results) > 1:
                for name, (number, keys) in spreads_of(arm, columns).items():
                    yield Published(name, number, study.id, arm.id, "", keys)


def numbers_of(result: Result, columns: Iterable[str]) -> dict[str, float | None]:
    """Column -> unrounded number of one run, further metrics too (``METRIC.SPLIT``); None for nothing."""
    named = {column: value(result, column) for column in columns}
    for split, metrics in result.record.metrics.items():
        named |= {f"{name}.{split}": number for name, number in metrics.items()}
    return named


def spreads_of(arm: ArmResults, columns: Iterable[str]) -> dict[str, tuple[float, tuple[str, ...]]]:
    """``mean COLUMN`` and ``sd COLUMN`` over the finished runs of a configuration, with their keys."""
    found: dict[str, tuple[float, tuple[str, ...]]] = {}
    for column in columns:
        over = spread(value(item, column) for item in arm.ok())
        keys = tuple(item.key for item in arm.ok() if value(item, column) is not None)
        if over is not None:
            found[f"mean {column}"] = over.mean, keys
        if over is not None and over.sd is not None:
            found[f"sd {column}"] = over.sd, keys
    return found


def _of_classes(result: Result, collected: Collected) -> Iterator[Published]:
    for row in evaluate(result, collected).classes:
        for name in SCORES:
            number = float(getattr(row, name))
            yield Published(
                f"{name}.test", number, result.plan.study, result.plan.id, row.name, (result.key,)
            )


def share(name: str) -> bool:
    """Whether a number of this name is a share, which reports also show in percent; an error is none."""
    metric = name.partition(".")[0].removeprefix("mean ").removeprefix("sd ")
    return metric in SCORES or metric.endswith("accuracy")


def addressed(collected: Collected) -> Iterator[tuple[str, Published]]:
    """``STUDY.RUN split.metric`` -> its number, as a text may ask for it; of a configuration the mean.

    A variant may be called by its name in the configuration, too. Scores of classes are left out.
    """
    ways = {
        (result.plan.study, result.plan.id): result.plan.parameters.get("variant")
        for study in collected.studies
        for result in study.results
    }
    for item in published(collected, classes=False):
        if not item.name.startswith("sd "):
            yield f"{item.study}.{item.of} {turned(item.name)}", item
            if variant := ways.get((item.study, item.of)):
                yield f"{item.study}.{variant} {turned(item.name)}", item


def turned(name: str) -> str:
    """``accuracy.test`` as ``test.accuracy``; the mean of a configuration under the plain name."""
    metric, _, split = name.removeprefix("mean ").partition(".")
    return f"{split}.{metric}" if split else metric


def without_numbers(collected: Collected) -> Iterator[str]:
    """``STUDY.RUN`` of what is declared and has no result; ``STUDY.`` of what cannot be named yet.

    ``STUDY.RUN COLUMN`` of what finished and of which that number was not measured.
    """
    for study in collected.studies:
        if study.pending:
            yield f"{study.id}."
        for arm in by_arm(study):
            for result in arm.results:
                ways = (result.plan.id, result.plan.parameters.get("variant"))
                for place in (f"{study.id}.{way}" for way in ways if way):
                    yield from _unmeasured(place, (result,))
            yield from _unmeasured(f"{study.id}.{arm.id}", arm.results)


def _unmeasured(place: str, results: Iterable[Result]) -> Iterator[str]:
    finished = [result for result in results if result.ok]
    if not finished:
        yield place
        return
    for column in FURTHER:
        if all(value(result, column) is None for result in finished):
            yield f"{place} {column}"
