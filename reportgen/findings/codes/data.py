"""Takes the data set and how it was used, gives what that does to the conclusions."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.statistics import wilson
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
    correct = result.correct()
    interval = wilson(int(correct.sum()), int(correct.size))
    return (interval.high - interval.low) / 2


def test_resolution(collected: Collected) -> Iterator[Finding]:
    """``test_set_resolution``: the margin that the test images leave exceeds the practical threshold."""
    if collected.data is None or not collected.unique():
        yield unjudged("test_set_resolution")
        return
    images = int(collected.data.test_labels.size)
    runs = collected.unique()
    best = max(runs, key=lambda result: float(result.correct().mean()))
    interval = wilson(int(best.correct().sum()), images)
    half = _half(best)
    widest, every = max(map(_half, runs)), tuple(result.key for result in runs)
    yield Finding(
        "test_set_resolution",
        Verdict.SUPPORTED if half > collected.rope else Verdict.REFUTED,
        Role.LIMITATION,
        "",
        (
            Cell("images", images, Unit.COUNT, (best.key,)),
            Cell("half", half, Unit.POINTS, (best.key,)),
            Cell("accuracy", interval.value, Unit.RATIO, (best.key,)),
            Cell("rope", collected.rope, Unit.POINTS, ()),
            Cell("widest", widest, Unit.POINTS, every),
        ),
        flags={"wider": widest > WIDER * half},
    )
