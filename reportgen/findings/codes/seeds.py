"""Takes all results, gives how far their conclusions reach beyond these trained networks."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

ENOUGH = 5


def few(collected: Collected) -> Iterator[Finding]:
    """``few_seeds``: the fewest seeds any configuration was trained with, when fewer than five."""
    counts: dict[tuple[str, str], set[int]] = {}
    for study in collected.studies:
        for result in study.ok():
            counts.setdefault((study.id, result.plan.label), set()).add(result.plan.seed)
    if not counts:
        return
    fewest = min(len(seeds) for seeds in counts.values())
    if fewest < ENOUGH:
        sources = tuple(result.key for result in collected.unique())
        yield Finding(
            "few_seeds",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("fewest", fewest, Unit.COUNT, sources), Cell("enough", ENOUGH, Unit.COUNT, ())),
            flags={"one": fewest == 1},
        )
