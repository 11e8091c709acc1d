"""Takes all results, gives what their learning curves show: over- and underfitting, unfinished learning."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.curves import GAP, TAIL, learning
from reportgen.analysis.evaluation import majority_accuracy
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

BARELY = 1.5
"""A network is underfitted when even its training accuracy stays below this many times the majority share."""


def overfitting(collected: Collected) -> Iterator[Finding]:
    """``overfitting``: runs whose training accuracy leaves validation behind, or whose validation loss rose."""
    results = collected.unique()
    if not results:
        return
    diagnosed = [(result, learning(result)) for result in results]
    over = [(result, facts) for result, facts in diagnosed if facts.overfitted]
    gaps = [(facts.gap, result) for result, facts in diagnosed if facts.gap is not None]
    if not gaps:
        return
    widest, owner = max(gaps, key=lambda item: item[0])
    sources = tuple(result.key for result in results)
    yield Finding(
        "overfitting",
        Verdict.SUPPORTED if over else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("over", len(over), Unit.COUNT, tuple(result.key for result, _ in over)),
            Cell("runs", len(results), Unit.COUNT, sources),
            Cell("widest", widest, Unit.POINTS, (owner.key,)),
            Cell("threshold", GAP, Unit.POINTS, ()),
        ),
        names={"widest": owner.plan.label},
        flags={"widest_is_gap": widest > GAP},
    )


def underfitting(collected: Collected) -> Iterator[Finding]:
    """``underfitting``: runs that barely beat always answering the most frequent class, even in training."""
    results = collected.unique()
    if not results or collected.data is None:
        return
    majority = majority_accuracy(collected.data)
    under = [
        result for result in results if (result.value("train", "accuracy") or 0.0) < BARELY * majority
    ]
    sources = tuple(result.key for result in results)
    yield Finding(
        "underfitting",
        Verdict.SUPPORTED if under else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("under", len(under), Unit.COUNT, tuple(result.key for result in under)),
            Cell("runs", len(results), Unit.COUNT, sources),
            Cell("majority", majority, Unit.RATIO, ()),
        ),
        lists={"under": tuple(dict.fromkeys(result.plan.label for result in under))},
    )


def still_improving(collected: Collected) -> Iterator[Finding]:
    """``still_improving``: runs whose lowest validation loss falls in their last epochs."""
    results = collected.unique()
    going = [result for result in results if learning(result).improving]
    if not going:
        return
    sources = tuple(result.key for result in going)
    yield Finding(
        "still_improving",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "",
        (
            Cell("going", len(going), Unit.COUNT, sources),
            Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
            Cell("tail", TAIL, Unit.COUNT, ()),
        ),
    )
