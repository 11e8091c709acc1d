"""Takes studies with several seeds, gives which configuration is best over them and how many would tell."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.alike import share
from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.effects import (
    CAUTION,
    MOST,
    POWER,
    deviation_limit,
    repetitions_needed,
    standardised,
)
from reportgen.analysis.evidence import Level
from reportgen.analysis.seeds import (
    FEWEST,
    SeedComparison,
    SeedScores,
    SeedTable,
    against_best,
    seed_table,
)
from reportgen.analysis.statistics import ALPHA, PAIR, corrected_t, flip_floor, sign_flips
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

APART = (Level.SURE, Level.PROBABLE)
_VERDICTS = {
    Level.SURE: Verdict.SUPPORTED,
    Level.PROBABLE: Verdict.SUPPORTED,
    Level.ALIKE: Verdict.REFUTED,
    Level.OPEN: Verdict.INCONCLUSIVE,
}
"""Of "the one with the highest mean is better": its difference is never negative."""


def best(collected: Collected) -> Iterator[Finding]:
    """``seeds_best``: the configuration with the highest mean test accuracy against the second.

    Paired over at least three common seeds, with a t interval; Holm over all pairs of the study. Supported
    when better or probably better, refuted when no difference of practical size is left, else inconclusive;
    not applicable with fewer seeds, with one configuration left, or where the difference does not vary.
    """
    for study in collected.studies:
        table = seed_table(study)
        if table is None:
            continue
        against = against_best(table) if table.comparable else ()
        if against and against[0].varies:
            yield _best(study, table, against[0], collected.rope)
        else:
            yield _unjudged("seeds_best", Role.CONCLUSION, study, table)


def _best(study: StudyResults, table: SeedTable, lead: SeedComparison, rope: float) -> Finding:
    sure, runs = lead.level(rope), (*lead.best.runs, *lead.other.runs)
    interval, mean = lead.test.difference, corrected_t(lead.best.scores, 0.0).difference
    count = len(table.seeds)
    selected = table.selected()
    flips = flip_floor(count) < ALPHA
    return Finding(
        "seeds_best",
        _VERDICTS[sure],
        Role.CONCLUSION,
        study.id,
        (
            Cell("seeds", count, Unit.COUNT, runs),
            Cell("best_mean", mean.value, Unit.RATIO, lead.best.runs),
            Cell("best_low", mean.low, Unit.RATIO, lead.best.runs),
            Cell("best_high", mean.high, Unit.RATIO, lead.best.runs),
            Cell("second_mean", lead.other.mean, Unit.RATIO, lead.other.runs),
            Cell("difference", interval.value, Unit.POINTS, runs),
            Cell("low", interval.low, Unit.POINTS, runs),
            Cell("high", interval.high, Unit.POINTS, runs),
            Cell("rope", rope, Unit.POINTS, ()),
            Cell("p", lead.p, Unit.PROBABILITY, table.runs),
            Cell("effect", standardised(lead.differences) or 0.0, Unit.EFFECT, runs),
            Cell("flips", sign_flips(lead.differences), Unit.PROBABILITY, runs),
            Cell("floor", flip_floor(count), Unit.PROBABILITY, ()),
            Cell("left_out", len(table.left_out), Unit.COUNT, ()),
            Cell("fewest", FEWEST, Unit.COUNT, ()),
        ),
        names={
            "best": lead.best.arm.label,
            "second": lead.other.arm.label,
            "selected": selected.arm.label if selected else "",
            "level": str(sure),
        },
        lists={
            "left_out": tuple(arm.label for arm in table.left_out),
            "level": level_with(table, lead.best),
            "level_second": level_with(table, lead.other),
        },
        flags={
            "several": len(table.configurations) + len(table.left_out) > PAIR,
            "whole": count == table.declared,
            "flips": flips,
            "selected": selected is not None and selected.arm.id != lead.best.arm.id,
        },
    )


def level_with(table: SeedTable, one: SeedScores) -> tuple[str, ...]:
    """Other configurations whose mean is shown as that of one is."""
    return tuple(
        item.arm.label
        for item in table.configurations
        if item is not one and share(item.mean) == share(one.mean)
    )


def _reason(table: SeedTable) -> str:
    """Why a table cannot be judged."""
    if len(table.configurations) == 1:
        return "alone"
    return "unvaried" if table.comparable else "few"


def _unjudged(code: str, role: Role, study: StudyResults, table: SeedTable) -> Finding:
    pair = [item.arm.label for item in table.configurations[:2]]
    return Finding(
        code,
        Verdict.NOT_APPLICABLE,
        role,
        study.id,
        (
            Cell("seeds", len(table.seeds), Unit.COUNT, table.runs),
            Cell("declared", table.declared, Unit.COUNT, ()),
            Cell("fewest", FEWEST, Unit.COUNT, ()),
        ),
        names={
            "study": study.title,
            "reason": _reason(table),
            "best": "".join(pair[:1]),
            "second": "".join(pair[1:]),
        },
    )


def tied(collected: Collected) -> Iterator[Finding]:
    """``seeds_tied``: of three or more configurations, those that cannot be told from the best over seeds.

    Supported when there are any, refuted when the best is told from all others. Where fewer than three
    seeds are common, ``seeds_best`` says so.
    """
    for study in collected.studies:
        table = seed_table(study)
        if table is not None and table.comparable and table.configurations[2:]:
            yield _tied(study, table, collected.rope)


def _tied(study: StudyResults, table: SeedTable, rope: float) -> Finding:
    judged = [(item.other, item.level(rope)) for item in against_best(table)]
    group = [other for other, sure in judged if sure not in APART]
    alike = [other for other, sure in judged if sure is Level.ALIKE]
    return Finding(
        "seeds_tied",
        Verdict.SUPPORTED if group else Verdict.REFUTED,
        Role.CONCLUSION,
        study.id,
        (
            Cell("seeds", len(table.seeds), Unit.COUNT, table.runs),
            Cell("others", len(judged), Unit.COUNT, table.runs),
            Cell("tied", len(group), Unit.COUNT, tuple(key for item in group for key in item.runs)),
            Cell("alike", len(alike), Unit.COUNT, tuple(key for item in alike for key in item.runs)),
            Cell("rope", rope, Unit.POINTS, ()),
        ),
        names={"best": table.configurations[0].arm.label},
        lists={
            "tied": tuple(item.arm.label for item in group),
            "alike": tuple(item.arm.label for item in alike),
            "level": level_with(table, table.configurations[0]),
        },
    )


def needed(collected: Collected) -> Iterator[Finding]:
    """``seeds_needed``: how many seeds would tell the best configuration from the second.

    With 80 % power, for a difference of the practical threshold and for the one observed, by the deviation
    observed. Supported (more are needed) when the comparison is open and the seeds are fewer than would
    show the threshold; refuted when it is settled, or they are as many; not applicable without a variance.
    """
    tables = [(study, table) for study in collected.studies if (table := seed_table(study)) is not None]
    for study, table in tables:
        against = against_best(table) if table.comparable else ()
        if against and against[0].varies:
            yield _needed(study, against[0], collected.rope)
        else:
            yield _unjudged("seeds_needed", Role.LIMITATION, study, table)
    if not tables:
        yield Finding(
            "seeds_needed", Verdict.NOT_APPLICABLE, Role.LIMITATION, names={"reason": _nothing(collected)}
        )


def _nothing(collected: Collected) -> str:
    """Why no study has configurations to compare over seeds."""
    repeated = any(len(study.seeds) > 1 and not study.folded for study in collected.studies)
    if repeated:
        return "one_configuration"
    folded = [study.folded for study in collected.studies]
    return "folded" if folded and all(folded) else "one_seed"


def _needed(study: StudyResults, lead: SeedComparison, rope: float) -> Finding:
    count, runs = len(lead.differences), (*lead.best.runs, *lead.other.runs)
    deviation, difference = lead.deviation, lead.test.difference.value
    numbers = {
        "for_rope": repetitions_needed(rope, deviation),
        "for_rope_high": repetitions_needed(rope, deviation_limit(deviation, count)),
        "for_difference": repetitions_needed(difference, deviation),
    }
    settled = lead.level(rope) is not Level.OPEN
    wanted = numbers["for_rope"]
    enough = wanted is not None and count >= wanted
    return Finding(
        "seeds_needed",
        Verdict.REFUTED if settled or enough else Verdict.SUPPORTED,
        Role.LIMITATION,
        study.id,
        (
            Cell("seeds", count, Unit.COUNT, runs),
            Cell("deviation", deviation, Unit.POINTS, runs),
            Cell("difference", difference, Unit.POINTS, runs),
            Cell("rope", rope, Unit.POINTS, ()),
            *(Cell(name, value or MOST, Unit.COUNT, runs) for name, value in numbers.items()),
            Cell("power", POWER, Unit.RATIO, ()),
            Cell("caution", CAUTION, Unit.RATIO, ()),
        ),
        names={"study": study.title, "best": lead.best.arm.label, "second": lead.other.arm.label},
        flags={"settled": settled, **{f"{name}_beyond": value is None for name, value in numbers.items()}},
    )
