"""Takes follow-up studies, gives what their change did to the winners they start from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.statistics import ALPHA, holm, paired
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def _pairs(collected: Collected, study: StudyResults) -> list[tuple[Result, Result]]:
    """(changed run, the winner it starts from), both finished."""
    known = collected.by_key()
    return [
        (result, known[result.plan.parent])
        for result in study.ok()
        if result.plan.parent in known and known[result.plan.parent].ok
    ]


def effect(collected: Collected) -> Iterator[Finding]:
    """``followup_effect``: whether the change raised the test accuracy of the networks it was tried on.

    McNemar for each pair on the same images, Holm over the study. Supported when some improve and
    none worsens, refuted when some worsen and none improves, else inconclusive.
    """
    for study in collected.studies:
        pairs = _pairs(collected, study) if study.shape == "follow_up" else []
        if not pairs:
            continue
        compared = [paired(changed.correct(), base.correct()) for changed, base in pairs]
        adjusted = holm([item.p for item in compared])
        up = [
            changed.plan.label
            for (changed, _), item, p in zip(pairs, compared, adjusted, strict=True)
            if p < ALPHA and item.difference.value > 0
        ]
        down = [
            changed.plan.label
            for (changed, _), item, p in zip(pairs, compared, adjusted, strict=True)
            if p < ALPHA and item.difference.value < 0
        ]
        differences = [item.difference.value for item in compared]
        sources = tuple(item.key for pair in pairs for item in pair)
        verdict = Verdict.INCONCLUSIVE
        if up and not down:
            verdict = Verdict.SUPPORTED
        elif down and not up:
            verdict = Verdict.REFUTED
        yield Finding(
            "followup_effect",
            verdict,
            Role.CONCLUSION,
            study.id,
            (
                Cell("pairs", len(pairs), Unit.COUNT, sources),
                Cell("up", len(up), Unit.COUNT, sources),
                Cell("down", len(down), Unit.COUNT, sources),
                Cell("mean", float(np.mean(differences)), Unit.POINTS, sources),
                Cell("lowest", float(np.min(differences)), Unit.POINTS, sources),
                Cell("highest", float(np.max(differences)), Unit.POINTS, sources),
            ),
            names={"title": study.title},
            lists={"up": tuple(up), "down": tuple(down)},
        )


def _stops(result: Result) -> bool:
    callbacks = result.plan.content()["training"]["callbacks"]
    return any(item["callback"] == "EarlyStopping" for item in callbacks)


def early_stopping(collected: Collected) -> Iterator[Finding]:
    """``early_stopping_saves``: epochs and time that early stopping saved against the same networks without it."""
    for study in collected.studies:
        pairs = [
            (changed, base) for changed, base in _pairs(collected, study) if _stops(changed) and not _stops(base)
        ]
        if study.shape != "follow_up" or not pairs:
            continue
        planned = [int(changed.plan.content()["training"]["epochs"]) for changed, _ in pairs]
        stopped = [
            changed for (changed, _), most in zip(pairs, planned, strict=True) if changed.record.epochs_run < most
        ]
        run = sum(changed.record.epochs_run for changed, _ in pairs)
        sources = tuple(item.key for pair in pairs for item in pair)
        yield Finding(
            "early_stopping_saves",
            Verdict.SUPPORTED if stopped else Verdict.REFUTED,
            Role.CONCLUSION,
            study.id,
            (
                Cell("stopped", len(stopped), Unit.COUNT, tuple(item.key for item in stopped)),
                Cell("pairs", len(pairs), Unit.COUNT, sources),
                Cell("run", run, Unit.COUNT, sources),
                Cell("planned", sum(planned), Unit.COUNT, sources),
                Cell("saved", 1 - run / sum(planned), Unit.RATIO, sources),
                Cell("before", sum(base.record.seconds or 0.0 for _, base in pairs), Unit.SECONDS, sources),
                Cell("after", sum(changed.record.seconds or 0.0 for changed, _ in pairs), Unit.SECONDS, sources),
            ),
        )


def never_fired(collected: Collected) -> Iterator[Finding]:
    """``early_stop_never_fired``: runs with EarlyStopping that ran all their epochs."""
    for study in collected.studies:
        watched = [result for result in study.ok() if _stops(result)]
        idle = [
            result
            for result in watched
            if result.record.epochs_run == int(result.plan.content()["training"]["epochs"])
        ]
        if idle:
            sources = tuple(result.key for result in idle)
            yield Finding(
                "early_stop_never_fired",
                Verdict.SUPPORTED,
                Role.LIMITATION,
                study.id,
                (
                    Cell("idle", len(idle), Unit.COUNT, sources),
                    Cell("watched", len(watched), Unit.COUNT, tuple(result.key for result in watched)),
                ),
                names={"title": study.title},
            )
