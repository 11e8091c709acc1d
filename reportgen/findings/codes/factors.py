"""Takes a grid, gives which level of each factor did best over the others' cells."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.grid import factor_effect
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

RESEEDED = 3
"""Seeds from which a statement on methods, not only on these trained networks, can be tried."""


def _seeds(study: StudyResults) -> int:
    return len({result.plan.seed for result in study.results})


def main_effects(collected: Collected) -> Iterator[Finding]:
    """``factor_best``: the best level by mean validation accuracy.

    Supported when it is ahead in every cell by more than the practical threshold on average,
    refuted (no level is ahead) when the mean lead is within the threshold, else inconclusive.
    """
    for study in collected.studies:
        if study.shape != "grid" or len(study.axes) < 2:
            continue
        for axis in study.axes:
            effect = factor_effect(study, axis)
            if effect is None:
                continue
            lead = effect.against[0]
            within = abs(lead.mean) <= collected.rope
            always = all(pair.losses == 0 and pair.mean > collected.rope for pair in effect.against)
            verdict = Verdict.REFUTED if within else Verdict.SUPPORTED if always else Verdict.INCONCLUSIVE
            sources = effect.runs
            cells = (
                Cell("best_mean", effect.means[0], Unit.RATIO, sources),
                Cell("second_mean", effect.means[1], Unit.RATIO, sources),
                Cell("worst_mean", effect.means[-1], Unit.RATIO, sources),
                Cell("lead", lead.mean, Unit.POINTS, sources),
                Cell("rope", collected.rope, Unit.POINTS, ()),
                Cell("wins", lead.wins, Unit.COUNT, sources),
                Cell("cells", len(lead.differences), Unit.COUNT, sources),
                Cell("seeds", _seeds(study), Unit.COUNT, sources),
            )
            yield Finding(
                "factor_best",
                verdict,
                Role.CONCLUSION,
                study.id,
                cells,
                names={
                    "factor": effect.name,
                    "axis": axis,
                    "best": effect.levels[0],
                    "second": effect.levels[1],
                    "worst": effect.levels[-1],
                },
                flags={"reseeded": _seeds(study) >= RESEEDED, "two_levels": len(effect.levels) == 2},
            )


def _ordered_axis(study: StudyResults) -> str:
    """The row axis, when its values are lists of growing length: the depth of a network."""
    lengths: list[int] = []
    for result in study.results:
        value = result.plan.parameters.get(study.rows)
        if not isinstance(value, list | tuple):
            return ""
        lengths.append(len(value))
    return study.rows if len(set(lengths)) > 1 else ""


def depth(collected: Collected) -> Iterator[Finding]:
    """``deeper_is_better``: whether accuracy grows with every added layer.

    Supported when it grows in all combinations of the other factors, refuted when it grows in none,
    else inconclusive.
    """
    for study in collected.studies:
        axis = _ordered_axis(study) if study.shape == "grid" else ""
        if not axis:
            continue
        grows, total, best_shallow = 0, 0, 0
        others = tuple(item for item in study.axes if item != axis)
        cells: dict[tuple[str, ...], list[tuple[int, float]]] = {}
        for result in study.ok():
            value = result.value("validation", "accuracy")
            if value is not None:
                place = tuple(result.plan.labels[item] for item in others)
                cells.setdefault(place, []).append((len(result.plan.parameters[axis]), value))
        for values in cells.values():
            ordered = [value for _, value in sorted(values)]
            total += 1
            grows += all(later > earlier for earlier, later in zip(ordered, ordered[1:], strict=False))
            best_shallow += ordered[0] == max(ordered)
        if not total:
            continue
        verdict = (
            Verdict.SUPPORTED if grows == total else Verdict.REFUTED if grows == 0 else Verdict.INCONCLUSIVE
        )
        sources = tuple(result.key for result in study.ok())
        yield Finding(
            "deeper_is_better",
            verdict,
            Role.CONCLUSION,
            study.id,
            (
                Cell("grows", grows, Unit.COUNT, sources),
                Cell("total", total, Unit.COUNT, sources),
                Cell("best_shallow", best_shallow, Unit.COUNT, sources),
            ),
            names={"factor": study.axis_names.get(axis, axis)},
        )


def edge(collected: Collected) -> Iterator[Finding]:
    """``best_at_edge``: the best run of a grid lies at the largest value of an ordered axis."""
    for study in collected.studies:
        axis = _ordered_axis(study) if study.shape == "grid" else ""
        scored = [
            (value, result)
            for result in study.ok()
            if (value := result.value("validation", "accuracy")) is not None
        ]
        if not axis or not scored:
            continue
        best = max(scored, key=lambda item: item[0])[1]
        largest = max(len(result.plan.parameters[axis]) for result in study.results)
        if len(best.plan.parameters[axis]) == largest:
            yield Finding(
                "best_at_edge",
                Verdict.SUPPORTED,
                Role.LIMITATION,
                study.id,
                (Cell("depth", largest, Unit.COUNT, (best.key,)),),
                names={"factor": study.axis_names.get(axis, axis), "best": best.plan.label},
            )
