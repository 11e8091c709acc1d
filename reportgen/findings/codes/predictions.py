"""Takes the chosen network, gives how sure it is, what it confuses, and whose errors those are."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.calibration import BINS, LIMIT, Calibration, calibration
from reportgen.analysis.collected import Collected
from reportgen.analysis.comparing import alongside, right_share
from reportgen.analysis.evaluation import REPEATED
from reportgen.analysis.mistakes import blind_to_a_class, confused, shared_errors
from reportgen.analysis.naming import names
from reportgen.analysis.selection import select
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

SEVERAL = 3
"""Runs from which "all of them get it wrong" says more than that two networks are alike."""
HALF = 0.5


def calibrated(collected: Collected) -> Iterator[Finding]:
    """``calibration``: whether the probabilities of the chosen run can be taken at their word.

    Supported when the interval of its calibration error lies below the limit; refuted when that of mean
    confidence minus accuracy lies beyond it on one side, so that the error certainly does (it is never
    smaller); else inconclusive. Nothing where only its answers are known.
    """
    chosen = select(collected.single())
    if chosen is None or chosen.record.probabilities is None:
        return
    found = calibration(chosen)
    yield Finding(
        "calibration",
        _calibrated(found),
        Role.CONCLUSION,
        "",
        (
            Cell("error", found.error.value, Unit.RATIO, (chosen.key,)),
            Cell("low", found.error.low, Unit.RATIO, (chosen.key,)),
            Cell("high", found.error.high, Unit.RATIO, (chosen.key,)),
            Cell("excess", found.excess.value, Unit.POINTS, (chosen.key,)),
            Cell("excess_low", found.excess.low, Unit.POINTS, (chosen.key,)),
            Cell("excess_high", found.excess.high, Unit.POINTS, (chosen.key,)),
            Cell("brier", found.brier, Unit.RATIO, (chosen.key,)),
            Cell("limit", LIMIT, Unit.RATIO, ()),
            Cell("bins", BINS, Unit.COUNT, ()),
            Cell("images", found.images, Unit.COUNT, (chosen.key,)),
        ),
        names={"chosen": names(collected)[chosen.key]},
        flags={
            "over": found.excess.low > 0,
            "under": found.excess.high < 0,
            "above": found.error.low > LIMIT,
        },
    )


def _calibrated(found: Calibration) -> Verdict:
    if found.error.high < LIMIT:
        return Verdict.SUPPORTED
    beyond = found.excess.low > LIMIT or found.excess.high < -LIMIT
    return Verdict.REFUTED if beyond else Verdict.INCONCLUSIVE


def pair(collected: Collected) -> Iterator[Finding]:
    """``confused_pair``: the classes that the chosen run confuses most, and whether the others do too.

    Supported when they are also the most confused pair of most of the other runs, refuted when they are
    not, inconclusive when several pairs share the first place or when it is of fewer than 5 images, not
    applicable without other runs. Other runs whose own most confused pair is of fewer are not asked.
    """
    chosen = select(collected.single())
    if chosen is None or not chosen.predicts or not collected.classes:
        return
    found = confused(chosen, collected)
    if found is None:
        return
    asked = [
        (result, confused(result, collected))
        for result in collected.single()
        if result.key != chosen.key and result.predicts
    ]
    others = [(result, other) for result, other in asked if other is not None and other.images >= REPEATED]
    agree = [result for result, other in others if found.pairs[0] in other.pairs]
    verdict = Verdict.SUPPORTED if len(agree) > HALF * len(others) else Verdict.REFUTED
    if not others:
        verdict = Verdict.NOT_APPLICABLE
    if found.pairs[1:] or found.images < REPEATED:
        verdict = Verdict.INCONCLUSIVE
    yield Finding(
        "confused_pair",
        verdict,
        Role.CONCLUSION,
        "",
        (
            Cell("images", found.images, Unit.COUNT, (chosen.key,)),
            Cell("errors", found.errors, Unit.COUNT, (chosen.key,)),
            Cell("share", found.images / found.errors, Unit.RATIO, (chosen.key,)),
            Cell("pairs", len(found.pairs), Unit.COUNT, (chosen.key,)),
            Cell("others", len(others), Unit.COUNT, tuple(result.key for result, _ in others)),
            Cell("enough", REPEATED, Unit.COUNT, ()),
            Cell("agree", len(agree), Unit.COUNT, tuple(result.key for result in agree)),
        ),
        names={
            "chosen": names(collected)[chosen.key],
            "one": found.pairs[0][0],
            "other": found.pairs[0][1],
        },
        lists={"pairs": tuple(f"{one} / {other}" for one, other in found.pairs)},
        flags={
            "whole": all(result.predicts for result in collected.single()),
            "few": found.images < REPEATED,
            "sparse": len(others) < len(asked),
        },
    )


def shared(collected: Collected) -> Iterator[Finding]:
    """``shared_errors``: whether the errors of the chosen run are those of every run.

    Supported when more than half of its errors demonstrably are (Wilson), refuted when demonstrably fewer
    are, else inconclusive; not applicable with fewer than three runs or without any error. Those that get
    every image of a class wrong are set apart, and counted (``apart``).
    """
    chosen = select(collected.single())
    if chosen is None or not chosen.predicts:
        return
    results = alongside(chosen, collected.single())
    whole, comparable = len(results) == len(collected.single()), results
    # What is right by answering one class only says nothing of the errors of the others.
    results = tuple(item for item in results if item is chosen or not blind_to_a_class(item))
    found = shared_errors(results, chosen)
    verdict = Verdict.INCONCLUSIVE
    if len(results) < SEVERAL or found.shared is None:
        verdict = Verdict.NOT_APPLICABLE
    elif found.shared.low > HALF:
        verdict = Verdict.SUPPORTED
    elif found.shared.high < HALF:
        verdict = Verdict.REFUTED
    every = tuple(result.key for result in results)
    apart = tuple(result.key for result in comparable if result.key not in every)
    cells = [
        Cell("runs", len(results), Unit.COUNT, every),
        Cell("apart", len(apart), Unit.COUNT, apart),
        Cell("others", len(results) - 1, Unit.COUNT, every),
        Cell("own", found.errors - found.hopeless, Unit.COUNT, every),
        Cell("enough", SEVERAL, Unit.COUNT, ()),
        Cell("images", found.images, Unit.COUNT, every),
        Cell("errors", found.errors, Unit.COUNT, (chosen.key,)),
        Cell("hopeless", found.hopeless, Unit.COUNT, every),
        Cell("reach", found.reach, Unit.RATIO, every),
        Cell("accuracy", right_share(chosen) or 0.0, Unit.RATIO, (chosen.key,)),
    ]
    if found.shared is not None:
        cells += [
            Cell("shared", found.shared.value, Unit.RATIO, every),
            Cell("low", found.shared.low, Unit.RATIO, every),
            Cell("high", found.shared.high, Unit.RATIO, every),
        ]
    yield Finding(
        "shared_errors",
        verdict,
        Role.CONCLUSION,
        "",
        tuple(cells),
        names={"chosen": names(collected)[chosen.key]},
        flags={"flawless": found.shared is None, "whole": whole},
    )
