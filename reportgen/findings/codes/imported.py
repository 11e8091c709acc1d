"""Takes all results, gives what cannot be judged of those that were made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparing import images_behind, right_share
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

LACKS: Mapping[str, Callable[[Result], bool]] = {
    "no_validation": lambda result: result.value("validation", "accuracy") is None,
    "no_test": lambda result: right_share(result) is None,
    "no_images": lambda result: right_share(result) is not None and images_behind(result) is None,
    "no_predictions": lambda result: (
        not result.predicts and right_share(result) is not None and images_behind(result) is not None
    ),
    "no_history": lambda result: not result.record.history,
}
"""What a result may lack -> whether one does."""


def imported(collected: Collected) -> Iterator[Finding]:
    """``imported_results``: results that were made elsewhere, and what they lack to be judged."""
    results = collected.unique()
    made = [result for result in results if result.imported]
    keys = tuple(result.key for result in results)
    if not results:
        yield unjudged("imported_results")
        return
    if not made:
        yield passed("imported_results", Cell("runs", len(results), Unit.COUNT, keys))
        return
    lacking = {name: tuple(item.key for item in made if lacks(item)) for name, lacks in LACKS.items()}
    yield Finding(
        "imported_results",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "",
        (
            Cell("imported", len(made), Unit.COUNT, tuple(item.key for item in made)),
            Cell("runs", len(results), Unit.COUNT, keys),
            *(Cell(name, len(found), Unit.COUNT, found) for name, found in lacking.items()),
        ),
    )
