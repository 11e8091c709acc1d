"""Takes all results, gives how far their conclusions reach beyond these trained networks."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

ENOUGH = 5


def few(collected: Collected) -> Iterator[Finding]:
    """``few_seeds``: the fewest seeds any configuration was trained with, when fewer than five.

    Folds are no seeds: they change the images and not the start, so that a cross-validated configuration
    counts its own seeds. Of configurations without folds and with them, the former are told.
    """
    counts: dict[tuple[str, str], set[int]] = {}
    folded: dict[tuple[str, str], set[int]] = {}
    for study in collected.studies:
        for result in study.ok():
            group = folded if result.folded else counts
            group.setdefault((study.id, result.plan.arm), set()).add(result.plan.seed)
    told = {key: seeds for key, seeds in counts.items() if len(seeds) < ENOUGH} or folded
    if not told:
        yield passed("few_seeds", Cell("enough", ENOUGH, Unit.COUNT, ())) if counts else unjudged("few_seeds")
        return
    fewest = min(len(seeds) for seeds in told.values())
    every = not folded and {len(seeds) for seeds in counts.values()} == {fewest}
    if fewest < ENOUGH:
        sources = tuple(
            result.key for result in collected.unique() if (result.plan.study, result.plan.arm) in told
        )
        yield Finding(
            "few_seeds",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("fewest", fewest, Unit.COUNT, sources), Cell("enough", ENOUGH, Unit.COUNT, ())),
            flags={
                "one": fewest == 1,
                "folded": bool(folded),
                "only_folds": told is folded,
                "all": every,
                "untold": all(result.unseeded for result in collected.unique() if result.key in sources),
            },
        )
    else:
        yield passed("few_seeds", Cell("enough", ENOUGH, Unit.COUNT, ()))
