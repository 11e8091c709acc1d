"""Takes finished runs, gives their accuracies side by side and against what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.arms import by_arm
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.infos import BarInfo, BoxInfo, BoxLevel, CostInfo, CostPoint
from reportgen.analysis.naming import own_labels
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
    """Every finished run that may be ranked, once, by training time and test accuracy."""
    labels = {
        key: label
        for study in reversed(collected.studies)
        for key, label in own_labels(result.plan for result in study.results).items()
    }
    results = [result for result in collected.single() if result.record.seconds is not None]
    measured = [(float(result.record.seconds or 0.0), *accuracy_interval(result)) for result in results]
    front = efficient([(seconds, accuracy) for seconds, accuracy, _, _ in measured])
    points = tuple(
        CostPoint(
            run=result.key,
            study=result.plan.study,
            label=labels[result.key],
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


def boxes(study: StudyResults) -> BoxInfo | None:
    """The accuracies of each configuration over its folds or seeds; None where none has any.

    Folds are judged by the part that each leaves out, seeds by the test images, which all of them share.
    """
    split = "validation" if study.folded else "test"
    levels = tuple(
        BoxLevel(arm.label, values)
        for arm in by_arm(study)
        if (values := tuple(v for r in arm.ok() if (v := r.value(split, "accuracy")) is not None))
    )
    kind = "folds" if study.folded else "seeds"
    return BoxInfo("accuracy", split, kind, levels) if levels else None
