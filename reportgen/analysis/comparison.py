"""Takes finished runs, gives accuracy against cost and the runs that no other beats in both."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.infos import BarInfo, CostInfo, CostPoint
from reportgen.analysis.statistics import wilson


def accuracy_interval(result: Result) -> tuple[float, float, float]:
    """Test accuracy of a finished run with the bounds of its Wilson interval."""
    correct = result.correct()
    interval = wilson(int(correct.sum()), int(correct.size))
    return interval.value, interval.low, interval.high


def efficient(points: Sequence[tuple[float, float]]) -> tuple[bool, ...]:
    """For each (cost, accuracy): whether no other is as good in both and better in one."""
    return tuple(
        not any(
            other_cost <= cost and other_gain >= gain and (other_cost < cost or other_gain > gain)
            for other_cost, other_gain in points
        )
        for cost, gain in points
    )


def cost(collected: Collected) -> CostInfo:
    """Every finished run once, by training time and test accuracy."""
    results = [result for result in collected.unique() if result.record.seconds is not None]
    measured = [(float(result.record.seconds or 0.0), *accuracy_interval(result)) for result in results]
    front = efficient([(seconds, accuracy) for seconds, accuracy, _, _ in measured])
    points = tuple(
        CostPoint(
            run=result.key,
            study=result.plan.study,
            label=result.plan.label,
            seconds=seconds,
            accuracy=accuracy,
            low=low,
            high=high,
            parameters=result.record.parameter_counts.total if result.record.parameter_counts else 0,
            efficient=on_front,
        )
        for result, (seconds, accuracy, low, high), on_front in zip(results, measured, front, strict=True)
    )
    return CostInfo(points, {study.id: study.title for study in collected.studies})


def bars(results: Sequence[Result]) -> BarInfo:
    """Test accuracy of a few runs with their Wilson intervals."""
    measured = [accuracy_interval(result) for result in results]
    return BarInfo(
        metric="accuracy",
        split="test",
        labels=tuple(result.plan.label for result in results),
        values=tuple(value for value, _, _ in measured),
        lows=tuple(low for _, low, _ in measured),
        highs=tuple(high for _, _, high in measured),
    )
