"""Takes finished runs on the same data, gives the chosen one and what it costs to choose otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparing import Means, accuracy, family, images_behind, measured
from reportgen.analysis.comparison import efficient
from reportgen.analysis.evaluation import Evaluation
from reportgen.analysis.infos import BarInfo, CostInfo, CostPoint
from reportgen.analysis.selection import select
from reportgen.analysis.statistics import ALPHA, wilson

MOST = 8
"""Options that a reader who decides is shown, at most."""


@dataclass(frozen=True, slots=True)
class Option:
    """One trained network for someone who must choose.

    Attributes:
        result: the run.
        name: its own in the whole report.
        accuracy: share of the test images that it gets right, with its 95 % interval.
        seconds: training time, None where it was not measured.
        parameters: numbers in its weights, None where unknown.
        chosen: whether validation picks it.
        level: of its accuracy against that of the chosen one: ``same`` where the test images do not tell
            the two apart (with Holm over all options), else ``better`` or ``worse``.
    """

    result: Result
    name: str
    accuracy: float
    low: float
    high: float
    seconds: float | None
    parameters: int | None
    chosen: bool
    level: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to use, and the options beside it.

    Attributes:
        chosen: picked by validation.
        options: every finished run, the most accurate in test first.
        shown: at most 8 of them in the same order: the chosen one, the cheapest and the most accurate.
        cheaper: the fastest to train of those that cannot be told from the chosen one and took less time.
        wrong: test images that the chosen one gets wrong.
        images: number of test images.
        means: by what the options were compared.
    """

    chosen: Option
    options: tuple[Option, ...]
    shown: tuple[Option, ...]
    cheaper: Option | None
    wrong: int
    images: int
    means: Means = Means.IMAGES


def answer(results: Sequence[Result], names: Mapping[str, str], absent: int = 0) -> Answer | None:
    """The answer of a family of runs; None where validation cannot pick.

    Args:
        results: finished runs on the same data; those of which nobody knows how many test images they were
            measured on are left out.
        names: key -> name.
        absent: runs of the family that were declared and have no result.
    """
    results = [result for result in measured(results) if images_behind(result) is not None]
    chosen = select(results)
    if chosen is None:
        return None
    others = [result for result in results if result.key != chosen.key]
    against = family([(other, chosen) for other in others], absent)
    levels = {chosen.key: "same"}
    for other, item, p in zip(others, against.comparisons, against.p, strict=True):
        higher = item is not None and item.difference.value > 0
        levels[other.key] = "same" if p >= ALPHA else "better" if higher else "worse"
    found = sorted(
        (_option(result, names[result.key], levels[result.key], chosen) for result in results),
        key=lambda option: (-option.accuracy, not option.chosen),
    )
    first = next(option for option in found if option.chosen)
    images = images_behind(chosen) or 0
    return Answer(
        chosen=first,
        options=tuple(found),
        shown=_shown(found),
        cheaper=_cheaper(first, found),
        wrong=images - round(first.accuracy * images),
        images=images,
        means=against.means,
    )


def _option(result: Result, name: str, level: str, chosen: Result) -> Option:
    found = accuracy(result)
    if found.low is None or found.high is None:
        raise ValueError(f"run {result.key} was measured on nobody knows how many images")
    counts = result.record.parameter_counts
    return Option(
        result=result,
        name=name,
        accuracy=found.value,
        low=found.low,
        high=found.high,
        seconds=result.record.seconds,
        parameters=counts.total if counts else None,
        chosen=result.key == chosen.key,
        level=level,
    )


def _cheaper(chosen: Option, options: Sequence[Option]) -> Option | None:
    if chosen.seconds is None:
        return None
    faster = [
        option
        for option in options
        if not option.chosen
        and option.level == "same"
        and option.seconds is not None
        and option.seconds < chosen.seconds
    ]
    return min(faster, key=lambda option: option.seconds or 0.0, default=None)


def _shown(options: Sequence[Option]) -> tuple[Option, ...]:
    """The chosen one, the cheapest that is as good, the fastest of all, then the most accurate."""
    chosen = next(option for option in options if option.chosen)
    timed = [option for option in options if option.seconds is not None]
    fastest = min(timed, key=lambda option: option.seconds or 0.0, default=None)
    wanted = [chosen, _cheaper(chosen, options), fastest, *options]
    kept = dict.fromkeys(option.result.key for option in wanted if option is not None)
    keys = set(list(kept)[:MOST])
    return tuple(option for option in options if option.result.key in keys)


def hits(found: Answer) -> BarInfo:
    """Share of the test images that each option shown gets right."""
    return BarInfo(
        metric="accuracy",
        split="test",
        labels=tuple(option.name for option in found.shown),
        values=tuple(option.accuracy for option in found.shown),
        lows=tuple(option.low for option in found.shown),
        highs=tuple(option.high for option in found.shown),
    )


def cost_of(found: Answer, collected: Collected) -> CostInfo:
    """That share against training time, for the options shown whose time is known."""
    timed = [(option, option.seconds) for option in found.shown if option.seconds is not None]
    front = efficient([(seconds, option.accuracy) for option, seconds in timed])
    points = tuple(
        CostPoint(
            run=option.result.key,
            study=option.result.plan.study,
            label=option.name,
            seconds=seconds,
            accuracy=option.accuracy,
            low=option.low,
            high=option.high,
            parameters=option.parameters or 0,
            efficient=on_front,
        )
        for (option, seconds), on_front in zip(timed, front, strict=True)
    )
    return CostInfo(points, {study.id: study.title for study in collected.studies})


def class_bars(scores: Evaluation) -> BarInfo:
    """Share of each class that is recognised, with its Wilson interval; classes without images left out."""
    rows = [row for row in scores.classes if row.support]
    bounds = [wilson(round(row.recall * row.support), row.support) for row in rows]
    return BarInfo(
        metric="recall",
        split="test",
        labels=tuple(row.name for row in rows),
        values=tuple(item.value for item in bounds),
        lows=tuple(item.low for item in bounds),
        highs=tuple(item.high for item in bounds),
    )
