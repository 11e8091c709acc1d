"""Takes all results, gives the runs that are not demonstrably better than a rule that looks at no image."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.comparison import accuracy_interval
from reportgen.analysis.evaluation import majority_of_test
from reportgen.analysis.naming import names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def majority(collected: Collected) -> Iterator[Finding]:
    """``majority_baseline``: runs not demonstrably better than always answering the same class.

    The class is the most frequent one of the test images, and a run counts when the Wilson interval of its
    test accuracy reaches down to the share of that class.
    """
    results = collected.unique() if collected.data is not None else ()
    share = majority_of_test(collected.data) if collected.data is not None else 0.0
    below = [result for result in results if accuracy_interval(result)[1] <= share]
    verdict = Verdict.SUPPORTED if below else Verdict.REFUTED
    known = names(collected)
    yield Finding(
        "majority_baseline",
        verdict if results else Verdict.NOT_APPLICABLE,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(results), Unit.COUNT, tuple(result.key for result in results)),
            Cell("below", len(below), Unit.COUNT, tuple(result.key for result in below)),
            Cell("share", share, Unit.RATIO, ()),
        ),
        lists={"below": tuple(known[result.key] for result in below)},
    )
