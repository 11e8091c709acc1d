"""Takes the data set and how it was used, gives what that does to the conclusions."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.comparing import accuracy, images_behind, measured, right_share
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged

IMBALANCE = 1.5
WIDER = 1.2
"""How many times the margin of the best run another one must have to be told too."""


def selected_on_test(collected: Collected) -> Iterator[Finding]:
    """``selected_on_test``: the author uses the test images for validation.

    Not where all runs are of a cross validation: each fold has a validation part of its own.
    """
    results = tuple(collected.results())
    if results and all(result.folded for result in results):
        yield unjudged("selected_on_test")
    elif collected.selection_on_test:
        yield Finding("selected_on_test", Verdict.SUPPORTED, Role.LIMITATION)
    else:
        yield passed("selected_on_test")


def imbalance(collected: Collected) -> Iterator[Finding]:
    """``class_imbalance``: the largest class has over 1.5 times the images of the smallest (perhaps 0)."""
    if collected.data is None:
        yield unjudged("class_imbalance")
        return
    counts = collected.data.counts["train"]
    if max(counts) > IMBALANCE * min(counts):
        ratio = (Cell("ratio", max(counts) / min(counts), Unit.FACTOR, ()),) if min(counts) else ()
        yield Finding(
            "class_imbalance",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (
                Cell("largest", max(counts), Unit.COUNT, ()),
                Cell("smallest", min(counts), Unit.COUNT, ()),
                *ratio,
            ),
            flags={"empty": min(counts) == 0},
        )
    else:
        yield passed("class_imbalance")


def _half(result: Result) -> float:
    """Half the Wilson interval of a test accuracy."""
    found = accuracy(result)
    return ((found.high or 0.0) - (found.low or 0.0)) / 2


def test_resolution(collected: Collected) -> Iterator[Finding]:
    """``test_set_resolution``: the margin that the test images leave exceeds the practical threshold."""
    results = [item for item in collected.unique() if item.imported or collected.data is not None]
    known = [result for result in measured(results) if images_behind(result)]
    if not known:
        yield unjudged("test_set_resolution")
        return
    best = max(known, key=lambda result: right_share(result) or 0.0)
    images, found, half = images_behind(best) or 0, accuracy(best), _half(best)
    widest, every = max(map(_half, known)), tuple(result.key for result in known)
    yield Finding(
        "test_set_resolution",
        Verdict.SUPPORTED if half > collected.rope else Verdict.REFUTED,
        Role.LIMITATION,
        "",
        (
            Cell("images", images, Unit.COUNT, (best.key,)),
            Cell("half", half, Unit.POINTS, (best.key,)),
            Cell("accuracy", found.value, Unit.RATIO, (best.key,)),
            Cell("rope", collected.rope, Unit.POINTS, ()),
            Cell("widest", widest, Unit.POINTS, every),
        ),
        flags={"wider": widest > WIDER * half},
    )
