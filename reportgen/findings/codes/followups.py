"""Takes follow-up studies, gives what their change did to the winners they start from."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import Pairs, pair_rows, pairs_of
from reportgen.analysis.resources import NOTABLE, condition
from reportgen.analysis.stopping import cannot_stop, patience, stopped, watched
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged


def _both(pairs: Pairs) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.key for pair in pairs for item in pair))


def effect(collected: Collected) -> Iterator[Finding]:
    """``followup_effect``: whether the change raised the test accuracy of the networks it was tried on.

    McNemar for each pair on the same images, Holm over the study. Supported when some improve and
    none worsens, refuted when some worsen and none improves, else inconclusive.
    """
    known = names(collected)
    copies = {result.key for result in collected.copies()}
    for study in collected.studies:
        rows = pair_rows(study)
        if not rows:
            continue
        acted = [row for row in rows if row.changed.key not in copies]
        bases = tuple(dict.fromkeys(row.base.key for row in rows))
        several = len(bases) < len(rows)  # the study tries more than one change on a network
        shown = [
            (known[(row.changed if several else row.base).key], row.compared.difference.value)
            for row in rows
            if row.demonstrable
        ]
        up = tuple(name for name, difference in shown if difference > 0)
        down = tuple(name for name, difference in shown if difference < 0)
        verdict = Verdict.INCONCLUSIVE
        if bool(up) != bool(down):
            verdict = Verdict.SUPPORTED if up else Verdict.REFUTED
        differences = [row.compared.difference.value for row in acted or rows]
        sources = _both([(row.changed, row.base) for row in rows])
        yield Finding(
            "followup_effect",
            verdict,
            Role.CONCLUSION,
            study.id,
            (
                Cell("pairs", len(rows), Unit.COUNT, sources),
                Cell("bases", len(bases), Unit.COUNT, bases),
                Cell("up", len(up), Unit.COUNT, sources),
                Cell("down", len(down), Unit.COUNT, sources),
                Cell("mean", float(np.mean(differences)), Unit.POINTS, sources),
                Cell("lowest", float(np.min(differences)), Unit.POINTS, sources),
                Cell("highest", float(np.max(differences)), Unit.POINTS, sources),
                Cell("same", len(rows) - len(acted), Unit.COUNT, sources),
                Cell("acted", len(acted), Unit.COUNT, sources),
                *(times := _times([(row.changed, row.base) for row in acted])),
            ),
            names={"title": study.title},
            lists={"up": up, "down": down},
            flags={"several": several, "mixed": bool(up and down), "timed": bool(times)},
        )


def _times(pairs: Pairs) -> tuple[Cell, ...]:
    """What training took in all before and after a change; nothing where it was not timed alike or is equal.

    Nor where early stopping is the change, which has a finding of its own, or a network stands in two pairs.
    """
    alike = {condition(result) for pair in pairs for result in pair}
    alone = len({base.key for _, base in pairs}) == len(pairs)
    stops = any(watched(changed) != watched(base) for changed, base in pairs)
    spent = [(base.record.seconds, changed.record.seconds) for changed, base in pairs]
    known = None not in alike and not any(None in item for item in spent)
    if not pairs or not known or len(alike) > 1 or not alone or stops:
        return ()
    before, after = (math.fsum(value or 0.0 for value in side) for side in zip(*spent, strict=True))
    if max(before, after) <= NOTABLE * min(before, after):
        return ()
    return (
        Cell("before", before, Unit.SECONDS, tuple(base.key for _, base in pairs)),
        Cell("after", after, Unit.SECONDS, tuple(changed.key for changed, _ in pairs)),
    )


def early_stopping(collected: Collected) -> Iterator[Finding]:
    """``early_stopping_saves``: epochs that early stopping saved, and the time with and without it."""
    for study in collected.studies:
        pairs = [pair for pair in pairs_of(study) if watched(pair[0]) and not watched(pair[1])]
        if pairs:
            yield _saved(study, pairs)


def _saved(study: StudyResults, pairs: Pairs) -> Finding:
    planned = sum(changed.planned_epochs for changed, _ in pairs)
    ended = [pair for pair in pairs if stopped(pair[0])]  # the others differ by chance alone
    run = sum(changed.record.epochs_run for changed, _ in pairs)
    changed_keys = tuple(changed.key for changed, _ in pairs)
    cells = [
        Cell("stopped", len(ended), Unit.COUNT, tuple(changed.key for changed, _ in ended)),
        Cell("pairs", len(pairs), Unit.COUNT, changed_keys),
        Cell("run", run, Unit.COUNT, changed_keys),
        Cell("planned", planned, Unit.COUNT, changed_keys),
        Cell("saved", 1 - run / planned, Unit.RATIO, changed_keys),
    ]
    before = [base.record.seconds for _, base in ended if base.record.seconds is not None]
    after = [changed.record.seconds for changed, _ in ended if changed.record.seconds is not None]
    alone = len({base.key for _, base in ended}) == len(ended)  # else the time without it counts twice
    timed = bool(ended) and alone and len(before) == len(after) == len(ended)
    if timed:
        cells += [
            Cell("before", sum(before), Unit.SECONDS, tuple(base.key for _, base in ended)),
            Cell("after", sum(after), Unit.SECONDS, tuple(changed.key for changed, _ in ended)),
        ]
    return Finding(
        "early_stopping_saves",
        Verdict.SUPPORTED if ended else Verdict.REFUTED,
        Role.CONCLUSION,
        study.id,
        tuple(cells),
        flags={"timed": timed},
    )


def never_fired(collected: Collected) -> Iterator[Finding]:
    """``early_stop_never_fired``: runs with EarlyStopping that ran all their epochs, told once for all.

    Those whose patience is so long that it could not have ended them are told apart: their cause is the
    setting, and nothing can be read from it.
    """
    watching = {study.id: [result for result in study.ok() if watched(result)] for study in collected.studies}
    runs = {result.key: result for results in watching.values() for result in results}
    idle = [result for result in runs.values() if not stopped(result)]
    code, told = "early_stop_never_fired", Cell("watched", len(runs), Unit.COUNT, tuple(runs))
    if not idle:
        yield passed(code, told) if runs else unjudged(code)
        return
    keys = tuple(result.key for result in idle)
    barred = [result for result in idle if cannot_stop(result)]
    shortest = tuple(_shortest(barred))
    homes = [study for study in collected.studies if any(item.key in keys for item in watching[study.id])]
    yield Finding(
        code,
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "" if homes[1:] else homes[0].id,
        (
            Cell("idle", len(idle), Unit.COUNT, keys),
            told,
            Cell("studies", len(homes), Unit.COUNT, keys),
            Cell("barred", len(barred), Unit.COUNT, tuple(result.key for result in barred)),
            Cell("able", len(idle) - len(barred), Unit.COUNT, keys),
            *shortest,
        ),
        lists={
            "titles": tuple(study.title for study in homes),
            "barred": tuple(names(collected)[result.key] for result in barred),
        },
        flags={"alike": bool(shortest)},
    )


def _shortest(barred: list[Result]) -> Iterator[Cell]:
    """Patience and epochs of those that could not be ended, where they all have the same."""
    settings = {(patience(result), result.planned_epochs) for result in barred}
    if len(settings) == 1:
        waits, epochs = settings.pop()
        sources = tuple(result.key for result in barred)
        yield Cell("patience", waits, Unit.COUNT, sources)
        yield Cell("epochs", epochs, Unit.COUNT, sources)
