"""Takes a grid, gives whether which level of a factor is best depends on another factor."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.interaction import Crossover, Interactions, interactions, lacks_answers
from reportgen.analysis.interaction import Unit as Sampled
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def turns(collected: Collected) -> Iterator[Finding]:
    """``factor_interaction``: whether the best level of a factor changes with the level of another.

    Supported when two levels are each demonstrably better than the other, by more than the practical
    threshold, at different levels of another factor (Holm over all comparisons of the study); refuted when
    the best level of every factor is the same at all levels of the others; else inconclusive. Over the
    seeds from three on, else over the test images of these networks. Not applicable where failed runs leave
    no complete combination, or answers to the images are not known.
    """
    for study in collected.studies:
        if study.shape != "grid" or study.folded or len(study.crossed) <= 1:
            continue
        found = interactions(study)
        if found is None:
            yield Finding(
                "factor_interaction",
                Verdict.NOT_APPLICABLE,
                Role.CONCLUSION,
                study.id,
                flags={"answered": not lacks_answers(study)},
            )
        else:
            yield _turns(study, found, collected.rope)


def _turns(study: StudyResults, found: Interactions, rope: float) -> Finding:
    crossover = found.strongest(rope)
    verdict = Verdict.REFUTED
    if crossover is not None:
        verdict = Verdict.SUPPORTED if crossover.demonstrable(rope) else Verdict.INCONCLUSIVE
    cells = (
        Cell("pairs", found.pairs, Unit.COUNT, found.runs),
        Cell("seeds", len({result.plan.seed for result in study.single()}), Unit.COUNT, found.runs),
        Cell("rope", rope, Unit.POINTS, ()),
    )
    return Finding(
        "factor_interaction",
        verdict,
        Role.CONCLUSION,
        study.id,
        cells if crossover is None else (*cells, *_cells(crossover)),
        names={} if crossover is None else _names(study, crossover),
        flags={
            "over_seeds": found.unit is Sampled.SEEDS,
            "small": crossover is not None and crossover.strength <= rope,
        },
    )


def _cells(crossover: Crossover) -> tuple[Cell, ...]:
    return (
        Cell("ahead", crossover.ahead.value, Unit.POINTS, crossover.runs),
        Cell("behind", crossover.behind.value, Unit.POINTS, crossover.runs),
        Cell("size", crossover.size.value, Unit.POINTS, crossover.runs),
        Cell("low", crossover.size.low, Unit.POINTS, crossover.runs),
        Cell("high", crossover.size.high, Unit.POINTS, crossover.runs),
        Cell("p", crossover.p, Unit.PROBABILITY, crossover.runs),
        Cell("units", crossover.units, Unit.COUNT, crossover.runs),
    )


def _names(study: StudyResults, crossover: Crossover) -> dict[str, str]:
    return {
        "factor": study.axis_names.get(crossover.factor, crossover.factor),
        "axis": crossover.factor,
        "other": study.axis_names.get(crossover.other, crossover.other),
        "other_axis": crossover.other,
        "first": crossover.first,
        "second": crossover.second,
        "here": crossover.here,
        "there": crossover.there,
    }
