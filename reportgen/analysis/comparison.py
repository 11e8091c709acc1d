"""Takes finished runs, gives their accuracies side by side and against what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.arms import by_arm
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.comparing import accuracy, measured
from reportgen.analysis.infos import BarInfo, BoxInfo, BoxLevel, CostInfo, CostPoint
from reportgen.analysis.naming import own_labels


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
    """Every finished run that may be ranked, once, by training time and test accuracy, if both are known."""
    labels = {
        key: label
        for study in reversed(collected.studies)
        for key, label in own_labels(result.plan for result in study.results).items()
    }
    results = [r for r in measured(collected.single()) if r.record.seconds is not None]
    found = [(float(result.record.seconds or 0.0), accuracy(result)) for result in results]
    front = efficient([(seconds, item.value) for seconds, item in found])
    points = tuple(
        CostPoint(
            run=result.key,
            study=result.plan.study,
            label=labels[result.key],
            seconds=seconds,
            accuracy=item.value,
            low=item.low,
            high=item.high,
            parameters=result.record.parameter_counts.total if result.record.parameter_counts else 0,
            efficient=on_front,
        )
        for result, (seconds, item), on_front in zip(results, found, front, strict=True)
    )
    return CostInfo(points, {study.id: study.title for study in collected.studies})


def bars(results: Sequence[Result]) -> BarInfo:
    """Test accuracy of those of a few runs that have one with a Wilson interval."""
    found = ((result.plan.label, accuracy(result)) for result in measured(results))
    rows = [
        (label, one.value, one.low, one.high)
        for label, one in found
        if one.low is not None and one.high is not None
    ]
    return BarInfo(
        metric="accuracy",
        split="test",
        labels=tuple(label for label, _, _, _ in rows),
        values=tuple(value for _, value, _, _ in rows),
        lows=tuple(low for _, _, low, _ in rows),
        highs=tuple(high for _, _, _, high in rows),
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
