"""Takes all results, gives the runs not demonstrably better than a fixed answer, or than a linear network."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.comparing import accuracy, measured, right_share
from reportgen.analysis.evaluation import majority_of_test
from reportgen.analysis.linear import against_linear
from reportgen.analysis.naming import names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def majority(collected: Collected) -> Iterator[Finding]:
    """``majority_baseline``: runs not demonstrably better than always answering the same class.

    The class is the most frequent one of the test images, and a run counts when the Wilson interval of its
    test accuracy reaches down to the share of that class.
    """
    judged = [(item, accuracy(item).low) for item in measured(collected.unique())]
    results = [item for item, low in judged if low is not None and collected.data is not None]
    share = majority_of_test(collected.data) if collected.data is not None else 0.0
    below = [item for item, low in judged if item in results and low is not None and low <= share]
    whole = bool(results) and len(results) == len(collected.unique())
    verdict = Verdict.REFUTED if whole else Verdict.NOT_APPLICABLE  # of some nobody knows
    known = names(collected)
    yield Finding(
        "majority_baseline",
        Verdict.SUPPORTED if below else verdict,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
            Cell("below", len(below), Unit.COUNT, tuple(result.key for result in below)),
            Cell("share", share, Unit.RATIO, ()),
        ),
        lists={"below": tuple(known[result.key] for result in below)},
        flags={"whole": whole},
    )


def linear(collected: Collected) -> Iterator[Finding]:
    """``linear_baseline``: networks not demonstrably better than one without a hidden layer.

    That one is a multinomial logistic regression on the same data; each other network is compared with it on
    the same test images (McNemar), all of them one family (Holm).
    """
    found = against_linear(collected)
    known = names(collected)
    level = [item for item in found.judged if not item.beats and not item.worse]
    worse = [item for item in found.judged if item.worse]
    beats = [item for item in found.judged if item.beats]
    judged = tuple(item.result.key for item in found.judged)
    verdict = Verdict.NOT_APPLICABLE
    if found.judged and not found.unknown:  # of some nobody knows
        verdict = Verdict.REFUTED
    cells = [
        Cell("runs", len(judged), Unit.COUNT, judged),
        Cell("beats", len(beats), Unit.COUNT, tuple(item.result.key for item in beats)),
        Cell("level", len(level), Unit.COUNT, tuple(item.result.key for item in level)),
        Cell("worse", len(worse), Unit.COUNT, tuple(item.result.key for item in worse)),
        Cell("unknown", len(found.unknown), Unit.COUNT, tuple(result.key for result in found.unknown)),
    ]
    words: dict[str, str] = {}
    if found.base is not None and found.judged:
        lowest, base = found.judged[0], found.base
        words = {"base": known[base.key], "lowest": known[lowest.result.key]}
        cells += [
            Cell("base", right_share(base) or 0.0, Unit.RATIO, (base.key,)),
            Cell("lowest", lowest.accuracy, Unit.RATIO, (lowest.result.key,)),
        ]
    yield Finding(
        "linear_baseline",
        Verdict.SUPPORTED if level or worse else verdict,
        Role.LIMITATION,
        "",
        tuple(cells),
        names=words,
        lists={
            "level": tuple(known[item.result.key] for item in level),
            "worse": tuple(known[item.result.key] for item in worse),
        },
        flags={"trained": found.base is not None},
    )
