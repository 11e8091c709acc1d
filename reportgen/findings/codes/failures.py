"""Takes all results, gives the runs that have no numbers and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.naming import names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged
from reportgen.records.model import Status


def _keys(results: Iterable[Result]) -> tuple[str, ...]:
    """Each key once: two studies may declare the same run."""
    return tuple(dict.fromkeys(result.key for result in results))


def failed(collected: Collected) -> Iterator[Finding]:
    """``runs_failed``: declared runs that failed, diverged, hung or are missing."""
    results = tuple(collected.results())
    lost = [result for result in results if not result.ok]
    if not lost:
        runs = Cell("runs", len(results), Unit.COUNT, _keys(results))
        yield passed("runs_failed", runs) if results else unjudged("runs_failed")
        return
    diverged = [result for result in lost if result.record.status is Status.DIVERGED]
    missing = [result for result in lost if result.record.status is Status.MISSING]
    known = names(collected)
    yield Finding(
        "runs_failed",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "",
        (
            Cell("lost", len(lost), Unit.COUNT, _keys(lost)),
            Cell("runs", len(results), Unit.COUNT, _keys(results)),
            Cell("diverged", len(diverged), Unit.COUNT, _keys(diverged)),
            Cell("missing", len(missing), Unit.COUNT, _keys(missing)),
        ),
        lists={"lost": tuple(known[result.key] for result in lost)},
    )


def pending(collected: Collected) -> Iterator[Finding]:
    """``studies_pending``: follow-up studies that wait for runs of their parent."""
    waiting = [study for study in collected.studies if study.pending]
    if waiting:
        count = sum(study.pending for study in waiting)
        yield Finding(
            "studies_pending",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("pending", count, Unit.COUNT, ()),),
            lists={"studies": tuple(study.title for study in waiting)},
        )
    else:
        derived = any(study.shape == "follow_up" for study in collected.studies)
        yield passed("studies_pending") if derived else unjudged("studies_pending")
