"""Takes studies, gives what one respect does to the accuracy of networks that differ in nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reportgen.analysis.alike import highest
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.contrasts import RESPECTS, Contrast, Respect, contrasts, differing_in
from reportgen.analysis.evidence import Level
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import start_pairs
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

_BY_CODE = {respect.code: respect for respect in RESPECTS}


def effect(code: str) -> Callable[[Collected], Iterator[Finding]]:
    """The finder of a respect: pairs of runs of a study that differ in it alone, on the same test images.

    McNemar for each pair, Holm over the study's pairs of the respect. Supported when some are better with
    it and none is worse, refuted when some are worse and none better, or when all pairs are alike for
    practical purposes; else inconclusive. A follow-up is told as a whole (``followup_effect``).
    """
    respect = _BY_CODE[code]

    def find(collected: Collected) -> Iterator[Finding]:
        if collected.data is None:
            return
        known = names(collected)
        height, width = collected.data.image_shape[:2]
        for study in collected.studies:
            found = contrasts(study, respect, collected.rope, height * width)
            if found:
                yield _told(respect, study, found, known)

    return find


def _told(
    respect: Respect, study: StudyResults, found: tuple[Contrast, ...], known: dict[str, str]
) -> Finding:
    apart = [item for item in found if item.level in (Level.SURE, Level.PROBABLE)]
    up = [item for item in apart if item.compared.difference.value > 0]
    down = [item for item in apart if item.compared.difference.value < 0]
    alike = [item for item in found if item.level is Level.ALIKE]
    verdict = Verdict.INCONCLUSIVE
    if up and not down:
        verdict = Verdict.SUPPORTED
    elif (down and not up) or len(alike) == len(found):
        verdict = Verdict.REFUTED
    front = highest(apart or found, lambda item: abs(item.compared.difference.value))
    told = front[0]
    level = [item for item in front if item is not told]
    sources = tuple(dict.fromkeys(item.key for pair in found for item in (pair.more, pair.less)))
    return Finding(
        respect.code,
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("pairs", len(found), Unit.COUNT, sources),
            Cell("up", len(up), Unit.COUNT, sources),
            Cell("down", len(down), Unit.COUNT, sources),
            Cell("alike", len(alike), Unit.COUNT, sources),
            Cell("open", len(found) - len(apart) - len(alike), Unit.COUNT, sources),
            Cell("level", len(level), Unit.COUNT, _runs((item.more, item.less) for item in level)),
            *_numbers(told),
        ),
        names={
            "title": study.title,
            "more": known[told.more.key],
            "less": known[told.less.key],
            "level": told.level.value,
        },
        lists={
            "up": tuple(known[item.more.key] for item in up),
            "down": tuple(known[item.more.key] for item in down),
        },
        flags={
            "higher": told.compared.difference.value > 0,
            "several": told.family > 1,
            "one_seed": len(study.seeds) == 1,
        },
    )


def _numbers(told: Contrast) -> tuple[Cell, ...]:
    """The pair that differs most."""
    difference, both = told.compared.difference, (told.more.key, told.less.key)
    return (
        Cell("before", float(told.less.correct().mean()), Unit.RATIO, (told.less.key,)),
        Cell("after", float(told.more.correct().mean()), Unit.RATIO, (told.more.key,)),
        Cell("difference", difference.value, Unit.POINTS, both),
        Cell("low", difference.low, Unit.POINTS, both),
        Cell("high", difference.high, Unit.POINTS, both),
        Cell("p", told.p, Unit.PROBABILITY, both),
    )


def mixed(collected: Collected) -> Iterator[Finding]:
    """``changes_mixed``: comparisons with the run of departure in which more than one thing changed.

    They tell whether the whole helps and not which part of it does.
    """
    pairs = [(study, pair) for study in collected.studies for pair in start_pairs(study)]
    several = [(study, pair) for study, pair in pairs if len(differing_in(*pair)) > 1]
    verdict = Verdict.SUPPORTED if several else Verdict.REFUTED
    yield Finding(
        "changes_mixed",
        verdict if pairs else Verdict.NOT_APPLICABLE,
        Role.LIMITATION,
        "",
        (
            Cell("pairs", len(pairs), Unit.COUNT, _runs(pair for _, pair in pairs)),
            Cell("several", len(several), Unit.COUNT, _runs(pair for _, pair in several)),
        ),
        lists={"studies": tuple(dict.fromkeys(study.title for study, _ in several))},
    )


def _runs(pairs: Iterator[tuple[Result, Result]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.key for pair in pairs for item in pair))
