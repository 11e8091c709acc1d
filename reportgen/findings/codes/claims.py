"""Takes collected results, gives what they say of the claims that the author declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.analysis.claim_tests import PARAMETERS, SECONDS, Compared, Covers
from reportgen.analysis.claims import Decided, Outcome, decided
from reportgen.analysis.collected import Collected
from reportgen.analysis.grid import UNITS
from reportgen.analysis.published import share
from reportgen.analysis.statistics import Interval
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

_VERDICTS = {
    Outcome.HOLDS: Verdict.SUPPORTED,
    Outcome.FAILS: Verdict.REFUTED,
    Outcome.OPEN: Verdict.INCONCLUSIVE,
    Outcome.UNJUDGED: Verdict.NOT_APPLICABLE,
}


def comparisons(collected: Collected) -> Iterator[Finding]:
    """``claim_comparison``: whether what an author says to be better is.

    By the test that the runs allow (``analysis/claim_tests.py``), Holm over all declared claims. Supported
    when better, or probably better, than every rival; refuted when worse than one, or without a difference
    of practical size; not applicable where nothing fair can be compared.
    """
    for item in decided(collected):
        if item.asked.bound is None:
            yield _finding(collected, item, "claim_comparison")


def thresholds(collected: Collected) -> Iterator[Finding]:
    """``claim_threshold``: whether what an author says to lie beyond a bound does.

    With its whole interval, by the same families: supported, or refuted where it lies on the other side.
    """
    for item in decided(collected):
        if item.asked.bound is not None:
            yield _finding(collected, item, "claim_threshold")


def _finding(collected: Collected, item: Decided, code: str) -> Finding:
    split, _, metric = item.asked.metric.rpartition(".")
    first = item.decisive
    return Finding(
        code,
        _VERDICTS[item.outcome],
        Role.CLAIM,
        item.declared.sides[0].study,
        tuple(_cells(collected, item)),
        names={
            "claim": item.declared.id,
            "text": item.declared.claim.text,
            "first": first.first.label if first else item.declared.titles[0],
            "second": first.second.label if first and first.second else item.declared.titles[-1],
            "metric": metric,
            "measure": metric,
            "split": split,
            "level": str(item.level or ""),
            "covers": str(first.test.covers) if first and first.test else "",
            "reason": str(item.reason or ""),
        },
        lists={"fields": item.fields},
        flags=_flags(collected, item, split),
    )


def _flags(collected: Collected, item: Decided, split: str) -> Mapping[str, bool]:
    first = item.decisive
    test = first.test if first else None
    told = [budget for budget in (first.budgets if first else ()) if len(budget) == 1]
    return {
        "above": item.asked.sign > 0,
        "share": share(item.asked.metric.rpartition(".")[2]),
        "ahead": test is not None and item.asked.sign * test.difference.value > 0,
        "margin": bool(item.asked.margin),
        "many_first": len({id(one.first) for one in item.compared}) > 1,
        "many_second": len({id(one.second) for one in item.compared}) > 1,
        "family": item.family > 1,
        "of_seeds": test is not None and test.of_seeds,
        "selected": split == "validation" or (split == "test" and collected.selection_on_test),
        "budgets": item.asked.bound is None and len(set(told)) > 1,
        "borderline": item.outcome is Outcome.OPEN and test is not None and _clear(item, test.difference),
        "counted": first is not None,
        "against": first is not None and first.other is not None,
    }


def _clear(item: Decided, difference: Interval) -> bool:
    """Whether the interval alone would have decided it."""
    low, high = (bound - item.asked.sign * item.asked.margin for bound in (difference.low, difference.high))
    return low > 0 or high < 0


def _cells(collected: Collected, item: Decided) -> Iterator[Cell]:
    """What the comparison that the claim hangs on says, and how many others there are."""
    unit, difference = _units(item.asked.metric.rpartition(".")[2])
    first = item.decisive
    if item.asked.bound is not None:
        yield Cell("bound", item.asked.bound, unit, ())
    if item.asked.margin:
        yield Cell("margin", item.asked.margin, difference, ())
    yield Cell("rope", collected.rope, Unit.POINTS, ())
    yield Cell("family", item.family, Unit.COUNT, ())
    yield Cell("compared", len(item.compared), Unit.COUNT, ())
    tally = item.tally
    judged = tally.holding + tally.undecided + tally.failing
    yield Cell("holding", tally.holding, Unit.COUNT, ())
    yield Cell("open", tally.undecided, Unit.COUNT, ())
    yield Cell("failing", tally.failing, Unit.COUNT, ())
    yield Cell("unjudged", len(item.compared) - judged, Unit.COUNT, ())
    yield Cell("fewest", UNITS, Unit.COUNT, ())
    if first is not None:
        yield from _measured(first, unit)
        yield from _tested(first, item, difference)


def _measured(first: Compared, unit: Unit) -> Iterator[Cell]:
    """The means of both sides, and what was left out of them."""
    both = (*first.runs, *(key for key in first.other_runs if key not in first.runs))
    if first.value is not None:
        yield Cell("value", first.value, unit, first.runs)
    if first.other is not None:
        yield Cell("other", first.other, unit, first.other_runs)
    yield Cell("lost", first.lost, Unit.COUNT, ())
    yield Cell("declared", first.declared, Unit.COUNT, ())
    yield Cell("combinations", len(first.differences), Unit.COUNT, both)
    for name, budget, keys in zip(
        ("epochs", "other_epochs"), first.budgets, (first.runs, first.other_runs), strict=False
    ):
        if len(budget) == 1:
            yield Cell(name, budget[0], Unit.COUNT, keys)


def _tested(first: Compared, item: Decided, difference: Unit) -> Iterator[Cell]:
    """The difference with its interval, and by how many units of what it was tested."""
    test = first.test
    if test is None:
        return
    both = (*first.runs, *(key for key in first.other_runs if key not in first.runs))
    yield Cell("difference", test.difference.value, difference, both)
    yield Cell("units", test.units, Unit.COUNT, both)
    ahead = sum(item.asked.sign * value > 0 for value in first.differences)
    yield Cell("ahead", ahead, Unit.COUNT, both)
    if test.covers is not Covers.EXACT:
        yield Cell("low", test.difference.low, difference, both)
        yield Cell("high", test.difference.high, difference, both)
        yield Cell("p", item.p, Unit.PROBABILITY, both)
    if item.asked.bound is not None and test.covers is not Covers.EXACT:  # the interval of the value itself
        unit, bound = _units(item.asked.metric.rpartition(".")[2])[0], item.asked.bound
        yield Cell("value_low", test.difference.low + bound, unit, both)
        yield Cell("value_high", test.difference.high + bound, unit, both)


def _units(metric: str) -> tuple[Unit, Unit]:
    """How a metric and a difference of two are shown."""
    if metric == SECONDS:
        return Unit.SECONDS, Unit.SECONDS
    if metric == PARAMETERS:
        return Unit.COUNT, Unit.COUNT
    return (Unit.RATIO, Unit.POINTS) if share(metric) else (Unit.NUMBER, Unit.NUMBER)
