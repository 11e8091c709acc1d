"""Takes studies with several seeds, gives whether their order holds and what the seed moves."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.comparing import images_behind, measured
from reportgen.analysis.seeds import Ranking, SeedEffect, SeedTable, ranking, seed_effect, seed_table
from reportgen.analysis.statistics import UNVARIED
from reportgen.findings.codes.seeded import level_with
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

STRONG, MODERATE = 0.7, 0.5
"""Kendall's W from which agreement is called strong, and moderate."""
HELD, LOST = 0.95, 0.5
"""Shares of resamples with the best still first: from the one on it holds, below the other it does not."""


def order(collected: Collected) -> Iterator[Finding]:
    """``ranking_stability``: whether the seeds agree on the order of three or more configurations.

    Supported with strong agreement and a best one that stays first in 95 % of the resamples of the seeds,
    refuted with less than moderate agreement or a best one that is first in fewer than half of them, else
    inconclusive; not applicable where every seed ties all configurations.
    """
    for study in collected.studies:
        table = seed_table(study)
        if table is not None and table.comparable and table.configurations[2:]:
            yield _order(study, table, ranking(table))


def _order(study: StudyResults, table: SeedTable, found: Ranking) -> Finding:
    agreement = found.concordance
    verdict = Verdict.INCONCLUSIVE
    if agreement is None:
        verdict = Verdict.NOT_APPLICABLE
    elif agreement < MODERATE or found.stays < LOST:
        verdict = Verdict.REFUTED
    elif agreement >= STRONG and found.stays >= HELD:
        verdict = Verdict.SUPPORTED
    return Finding(
        "ranking_stability",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("seeds", len(table.seeds), Unit.COUNT, table.runs),
            Cell("configurations", len(table.configurations), Unit.COUNT, table.runs),
            Cell("concordance", agreement or 0.0, Unit.EFFECT, table.runs),
            Cell("first", found.first, Unit.COUNT, table.runs),
            Cell("stays", found.stays, Unit.RATIO, table.runs),
        ),
        names={"best": table.configurations[0].arm.label},
        lists={"level": level_with(table, table.configurations[0])},
        flags={"agree": agreement is not None and agreement >= MODERATE},
    )


def spread(collected: Collected) -> Iterator[Finding]:
    """``seed_spread``: whether the seed alone moves test accuracy more than the test images leave open.

    The margin of the seed is 1.96 times the standard deviation over seeds, pooled over the configurations of
    a study. Supported when its 95 % interval lies above the Wilson margin of one network, refuted when below,
    else inconclusive; not applicable where no configuration finished two of several seeds.
    """
    for study in collected.studies:
        images = _images(collected, study)
        if study.folded or len(study.seeds) <= 1 or not images:
            continue
        found = seed_effect(study, images)
        if found is not None:
            yield _spread(study, found, images)
        else:
            cells = (Cell("declared", len(study.seeds), Unit.COUNT, ()),)
            yield Finding("seed_spread", Verdict.NOT_APPLICABLE, Role.CONCLUSION, study.id, cells)


def _images(collected: Collected, study: StudyResults) -> int:
    """The number of test images, 0 where it is not one for all runs."""
    told = {images_behind(result) for result in measured(study.single())}
    if any(result.imported for result in study.single()):
        return (told.pop() or 0) if len(told) == 1 else 0
    return 0 if collected.data is None else int(collected.data.test_labels.size)


def _spread(study: StudyResults, found: SeedEffect, images: int) -> Finding:
    verdict = Verdict.INCONCLUSIVE
    if found.margin.low > found.images:
        verdict = Verdict.SUPPORTED
    elif found.margin.high < found.images:
        verdict = Verdict.REFUTED
    widest = tuple(result.key for result in found.widest.ok() if result.key in found.runs)
    return Finding(
        "seed_spread",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("margin", found.margin.value, Unit.POINTS, found.runs),
            Cell("low", found.margin.low, Unit.POINTS, found.runs),
            Cell("high", found.margin.high, Unit.POINTS, found.runs),
            Cell("sampling", found.images, Unit.POINTS, found.runs),
            Cell("images", images, Unit.COUNT, ()),
            Cell("range", found.highest - found.lowest, Unit.POINTS, widest),
            Cell("lowest", found.lowest, Unit.RATIO, widest),
            Cell("highest", found.highest, Unit.RATIO, widest),
            Cell("seeds", len(widest), Unit.COUNT, widest),
            Cell("configurations", len(found.configurations), Unit.COUNT, found.runs),
        ),
        names={"widest": found.widest.label},
        lists={"widest": tuple(arm.label for arm in found.level)},
        flags={"unvaried": found.margin.value < UNVARIED},
    )
