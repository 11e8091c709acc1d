"""Takes a grid, gives which level of each factor did best over the others' cells."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.alike import share
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.depth import DepthEffect, depth_axis, depth_effect
from reportgen.analysis.grid import Covers, FactorEffect, LevelEffect, factor_effect, lead_in_test
from reportgen.analysis.naming import names
from reportgen.analysis.selection import select
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

RESEEDED = 3
"""Seeds from which a statement on methods, not only on these trained networks, can be tried."""
THREE = 3
"""Numbers that an axis must have for one of them to lie between two others."""


def _seeds(study: StudyResults) -> int:
    return len(study.seeds)


def main_effects(collected: Collected) -> Iterator[Finding]:
    """``factor_best``: the best level by mean validation accuracy.

    Supported when it is ahead of every other level in each of several cells and by more than the
    practical threshold on average, refuted (no level is ahead) when the mean lead is within the
    threshold, else inconclusive. The interval of the lead is over the combinations with one seed or two,
    over the seeds from three on; the sentence says which, and what became of the lead in test.
    """
    for study in collected.studies:
        if study.shape == "grid" and len(study.axes) > 1:
            for axis in study.crossed:
                effect = factor_effect(study, axis)
                if effect is not None:
                    tested = None if collected.selection_on_test else lead_in_test(study, effect)
                    yield _main_effect(study, effect, collected.rope, tested)


def _main_effect(study: StudyResults, effect: FactorEffect, rope: float, tested: float | None) -> Finding:
    lead = effect.against[0]
    several = effect.cells > 1
    verdict = Verdict.INCONCLUSIVE
    if lead.mean <= rope:
        verdict = Verdict.REFUTED
    elif several and effect.wins == effect.cells:
        verdict = Verdict.SUPPORTED
    best, second = effect.levels[:2]
    sources = tuple(key for level in effect.levels for key in effect.runs[level])
    both = effect.runs[best] + effect.runs[second]
    rival, ahead = effect.rival or ("", 0)
    bounds: tuple[Cell, ...] = (Cell("rival", ahead, Unit.COUNT, sources),) if rival else ()
    if tested is not None:
        bounds += (Cell("test_lead", tested, Unit.POINTS, both),)
    if lead.interval is not None:
        bounds += (
            Cell("lead_low", lead.interval.low, Unit.POINTS, both),
            Cell("lead_high", lead.interval.high, Unit.POINTS, both),
        )
    return Finding(
        "factor_best",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("best_mean", effect.means[0], Unit.RATIO, effect.runs[best]),
            Cell("second_mean", effect.means[1], Unit.RATIO, effect.runs[second]),
            Cell("lead", lead.mean, Unit.POINTS, both),
            *bounds,
            Cell("rope", rope, Unit.POINTS, ()),
            Cell("wins", effect.wins, Unit.COUNT, sources),
            Cell("cells", effect.cells, Unit.COUNT, sources),
            Cell("seeds", _seeds(study), Unit.COUNT, sources),
        ),
        names={
            "factor": effect.name,
            "axis": effect.axis,
            "best": best,
            "second": second,
            "rival": rival,
        },
        lists={"level": tuple(_level(effect))},
        flags={
            "award": verdict is Verdict.SUPPORTED or (not rival and _clear(lead)),
            "reseeded": _seeds(study) >= RESEEDED,
            "folded": study.folded,
            "two_levels": not effect.levels[2:],
            "flips": effect.flips,
            "interval": lead.interval is not None,
            "tested": tested is not None,
            "over_seeds": effect.covers is Covers.SEEDS,
        },
    )


def _level(effect: FactorEffect) -> Iterator[str]:
    """Levels after the second whose mean is shown as the second's is."""
    for level, mean in zip(effect.levels[2:], effect.means[2:], strict=True):
        if share(mean) == share(effect.means[1]):
            yield level


def _clear(lead: LevelEffect) -> bool:
    """Whether the mean lead over the second lies beyond zero with its whole interval."""
    return lead.interval is not None and lead.interval.low > 0


def depth(collected: Collected) -> Iterator[Finding]:
    """``deeper_is_better``: whether accuracy grows with every added layer.

    Supported when it grows in each of several combinations of the other factors and by more than the
    practical threshold on average, refuted when the deepest network is never ahead of the shallowest,
    else inconclusive.
    """
    for study in collected.studies:
        effect = depth_effect(study) if study.shape == "grid" else None
        if effect is not None:
            yield _depth(study, effect, collected.rope)


def _depth(study: StudyResults, effect: DepthEffect, rope: float) -> Finding:
    total = len(effect.combinations)
    always = effect.grows == total
    verdict = Verdict.INCONCLUSIVE
    if effect.deepest_ahead == 0:
        verdict = Verdict.REFUTED
    elif always and total > 1 and effect.gain > rope:
        verdict = Verdict.SUPPORTED
    return Finding(
        "deeper_is_better",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("grows", effect.grows, Unit.COUNT, effect.runs),
            Cell("total", total, Unit.COUNT, effect.runs),
            Cell("shallow_first", effect.shallow_first, Unit.COUNT, effect.runs),
            Cell("gain", effect.gain, Unit.POINTS, effect.runs),
            Cell("rope", rope, Unit.POINTS, ()),
        ),
        flags={"always": always, "within": abs(effect.gain) <= rope},
    )


def edge(collected: Collected) -> Iterator[Finding]:
    """``best_at_edge``: the run of a grid that validation picks lies at an end of what was tried.

    At the largest depth, or at either end of an axis of at least three numbers; the smallest depth is an
    end beyond which there is nothing.
    """
    known = names(collected)
    judged = found = False
    for study in collected.studies:
        best = select(study.single()) if study.shape == "grid" else None
        if best is None:
            continue
        for axis, values in _ordered(study).items():
            judged = True
            value = _place(best.plan.parameters[axis])
            highest = value == max(values)
            if highest or (value == min(values) and axis != depth_axis(study)):
                found = True
                yield _at_edge(study, axis, best, known[best.key], highest=highest)
    if not found:
        enough = Cell("enough", THREE, Unit.COUNT, ())
        yield passed("best_at_edge", enough) if judged else unjudged("best_at_edge")


def _at_edge(study: StudyResults, axis: str, best: Result, name: str, *, highest: bool) -> Finding:
    return Finding(
        "best_at_edge",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        study.id,
        (Cell("runs", len(study.single()), Unit.COUNT, tuple(result.key for result in study.single())),),
        names={
            "factor": study.axis_names.get(axis, axis),
            "axis": axis,
            "best": name,
            "value": best.plan.labels[axis],
        },
        flags={"highest": highest},
    )


def _ordered(study: StudyResults) -> dict[str, set[float]]:
    """Crossed axes whose values have ends: those of depths, and those of at least three numbers."""
    found = {}
    for axis in study.crossed:
        values = [result.plan.parameters[axis] for result in study.results]
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
        places = {_place(value) for value in values} if numbers or axis == depth_axis(study) else set()
        if len(places) >= THREE or (axis == depth_axis(study) and len(places) > 1):
            found[axis] = places
    return found


def _place(value: object) -> float:
    """Where a value stands on its axis: the length of a list of layers, else the number itself."""
    return len(value) if isinstance(value, list | tuple) else float(str(value))
