"""Takes all results, gives the runs that are not demonstrably better than a rule that looks at no image."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.comparing import accuracy, measured
from reportgen.analysis.evaluation import majority_of_test
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
