"""Takes all results, gives what their learning curves show: over- and underfitting, unfinished learning."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.alike import highest
from reportgen.analysis.collected import Collected
from reportgen.analysis.curves import GAP, RISE, TAIL, learning
from reportgen.analysis.evaluation import majority_share
from reportgen.analysis.naming import names
from reportgen.findings.codes.normalization import is_unsettled
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

BARELY = 0.05
"""A network is underfitted when even its training accuracy covers less than this share of the way from
always answering the most frequent class to perfection."""


def overfitting(collected: Collected) -> Iterator[Finding]:
    """``overfitting``: runs whose training accuracy leaves validation behind, or whose loss rose.

    Networks whose normalization has not settled are not judged: their accuracies are no measure of either.
    """
    every = collected.unique()
    apart = tuple(result.key for result in every if is_unsettled(result))
    diagnosed = [(result, learning(result)) for result in every if result.key not in apart]
    over = [result for result, facts in diagnosed if facts.overfitted]
    judged = [item for item in diagnosed if item[1].judged or (over and item[1].gap is not None)]
    if not judged:
        return
    by_gap = tuple(result.key for result, facts in judged if (facts.gap or 0.0) > GAP)
    by_loss = tuple(result.key for result, facts in judged if (facts.rise or 0.0) > RISE)
    both = tuple(key for key in by_gap if key in by_loss)
    front = highest([(facts.gap or 0.0, result) for result, facts in judged], lambda item: item[0])
    widest, owner = front[0]
    known = names(collected)
    yield Finding(
        "overfitting",
        Verdict.SUPPORTED if over else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("over", len(over), Unit.COUNT, tuple(result.key for result in over)),
            Cell("runs", len(judged), Unit.COUNT, tuple(result.key for result, _ in judged)),
            Cell("apart", len(apart), Unit.COUNT, apart),
            Cell("by_gap", len(by_gap), Unit.COUNT, by_gap),
            Cell("by_loss", len(by_loss), Unit.COUNT, by_loss),
            Cell("both", len(both), Unit.COUNT, both),
            Cell("widest", widest, Unit.POINTS, (owner.key,)),
            Cell("threshold", GAP, Unit.POINTS, ()),
            Cell("rise", RISE, Unit.RATIO, ()),
        ),
        names={"widest": known[owner.key]},
        lists={"widest": tuple(known[result.key] for _, result in front[1:])},
        flags={"both": bool(both), "whole": len(judged) == len(every)},
    )


def underfitting(collected: Collected) -> Iterator[Finding]:
    """``underfitting``: runs that barely beat always answering the most frequent class, even in training.

    Networks that only fail in inference (``normalization_unsettled``) learned something and are not counted.
    """
    scored = [
        (result, value)
        for result in collected.unique()
        if (value := result.value("train", "accuracy")) is not None and not is_unsettled(result)
    ]
    if not scored or collected.data is None:
        return
    apart = [result for result in collected.unique() if is_unsettled(result)]
    majority = majority_share(collected.data)
    threshold = majority + BARELY * (1 - majority)
    under = [result for result, value in scored if value < threshold]
    known = names(collected)
    yield Finding(
        "underfitting",
        Verdict.SUPPORTED if under else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("under", len(under), Unit.COUNT, tuple(result.key for result in under)),
            Cell("runs", len(scored), Unit.COUNT, tuple(result.key for result, _ in scored)),
            Cell("majority", majority, Unit.RATIO, ()),
            Cell("threshold", threshold, Unit.RATIO, ()),
            Cell("apart", len(apart), Unit.COUNT, tuple(result.key for result in apart)),
        ),
        lists={"under": tuple(known[result.key] for result in under)},
    )


def still_improving(collected: Collected) -> Iterator[Finding]:
    """``still_improving``: runs whose lowest validation loss falls in their last epochs."""
    results = [result for result in collected.unique() if result.record.best_epoch is not None]
    going = [result for result in results if learning(result).improving]
    if not going:
        yield passed("still_improving") if results else unjudged("still_improving")
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
