"""Takes all results, gives what their curves say of the epochs: spared, shaky, and what became of the gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.analysis.alike import highest
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.curves import learning
from reportgen.analysis.naming import names
from reportgen.analysis.pairs import start_pairs
from reportgen.analysis.settings import as_code
from reportgen.analysis.statistics import ALPHA
from reportgen.analysis.stopping import stopped
from reportgen.analysis.trends import ENOUGH, SHORTEST, WOBBLE, GapChange, gap_change, tail, wobble
from reportgen.findings.codes.normalization import settled
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict
from reportgen.records.model import Status

QUARTER = 0.25
SHORT = 8
"""Planned epochs from which the place of the best one is told: so many that a quarter of them has two."""


def _keys(results: Sequence[Result]) -> tuple[str, ...]:
    return tuple(result.key for result in results)


def plateau(collected: Collected) -> Iterator[Finding]:
    """``plateau``: runs whose last third of epochs brought nothing in validation.

    That is: the best accuracy did not rise there by more than the practical threshold, and the lowest loss
    does not lie there. Only runs that ran all their epochs are judged.
    """
    judged = [(result, found) for result in collected.unique() if (found := tail(result)) is not None]
    flat = [
        (result, found)
        for result, found in judged
        if found.gain <= collected.rope and not _still_learning(result, found.epochs)
    ]
    verdict = Verdict.SUPPORTED if flat else Verdict.REFUTED
    runs, resting = _keys([result for result, _ in judged]), _keys([result for result, _ in flat])
    known = names(collected)
    yield Finding(
        "plateau",
        verdict if judged else Verdict.NOT_APPLICABLE,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(judged), Unit.COUNT, runs),
            Cell("flat", len(flat), Unit.COUNT, resting),
            Cell("spared", sum(found.epochs for _, found in flat), Unit.COUNT, resting),
            Cell("epochs", sum(result.record.epochs_run for result, _ in judged), Unit.COUNT, runs),
            Cell("rope", collected.rope, Unit.POINTS, ()),
            Cell("shortest", SHORTEST, Unit.COUNT, ()),
        ),
        lists={"flat": tuple(known[key] for key in resting)},
    )


def _still_learning(result: Result, last: int) -> bool:
    """Whether the lowest validation loss falls in the last epochs: then they brought something."""
    best = result.record.best_epoch
    return best is not None and best > result.record.epochs_run - last


def unstable(collected: Collected) -> Iterator[Finding]:
    """``unstable_training``: runs whose validation accuracy goes back and forth by more than two points."""
    judged = [(result, found) for result in collected.unique() if (found := wobble(result)) is not None]
    shaky = sorted((item for item in judged if item[1] > WOBBLE), key=lambda item: -item[1])
    verdict = Verdict.SUPPORTED if shaky else Verdict.REFUTED
    known = names(collected)
    front = highest(judged, lambda item: item[1])
    most, owner = (front[0][1], front[0][0].key) if front else (0.0, "")
    yield Finding(
        "unstable_training",
        verdict if judged else Verdict.NOT_APPLICABLE,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(judged), Unit.COUNT, _keys([result for result, _ in judged])),
            Cell("shaky", len(shaky), Unit.COUNT, _keys([result for result, _ in shaky])),
            Cell("most", most, Unit.POINTS, (owner,) if owner else ()),
            Cell("limit", WOBBLE, Unit.POINTS, ()),
            Cell("shortest", SHORTEST, Unit.COUNT, ()),
        ),
        names={"most": known.get(owner, "")},
        lists={
            "shaky": tuple(known[result.key] for result, _ in shaky),
            "most": tuple(known[result.key] for result, _ in front[1:]),
        },
    )


def diverged(collected: Collected) -> Iterator[Finding]:
    """``diverged_loss``: runs whose loss stopped being a finite number, with the optimizers they used."""
    ended = {
        result.key: result
        for result in collected.results()
        if result.ok or result.record.status is Status.DIVERGED
    }
    lost = [result for result in ended.values() if not result.ok]
    known = names(collected)
    told = all(_has_loss(result) for result in ended.values())
    verdict = Verdict.REFUTED if ended and told else Verdict.NOT_APPLICABLE
    used = (as_code(result.plan.content()["training"]["optimizer"]) for result in lost)
    yield Finding(
        "diverged_loss",
        Verdict.SUPPORTED if lost else verdict,
        Role.LIMITATION,
        "",
        (
            Cell("runs", len(ended), Unit.COUNT, tuple(ended)),
            Cell("lost", len(lost), Unit.COUNT, _keys(lost)),
        ),
        lists={
            "lost": tuple(known[result.key] for result in lost),
            "optimizers": tuple(dict.fromkeys(used)),
        },
        flags={"told": told},
    )


def _has_loss(result: Result) -> bool:
    """Whether its loss is known: of a run that was trained elsewhere it may not be."""
    told = (*result.record.history.get("loss", ()), result.value("train", "loss"))
    return not result.imported or any(value is not None for value in told)


def early_best(collected: Collected) -> Iterator[Finding]:
    """``early_best_epoch``: runs whose lowest validation loss lies in the first quarter of their epochs."""
    yield from _placed(collected, "early_best_epoch", late=False)


def late_best(collected: Collected) -> Iterator[Finding]:
    """``late_best_epoch``: runs whose lowest validation loss lies in the last quarter of their epochs.

    Not those whose loss still fell when they ended: ``still_improving`` tells of them.
    """
    yield from _placed(collected, "late_best_epoch", late=True)


def _placed(collected: Collected, code: str, *, late: bool) -> Iterator[Finding]:
    placed = [
        (result, best / result.planned_epochs)
        for result in collected.unique()
        if not result.imported  # how many epochs were planned nobody knows
        and (best := result.record.best_epoch) is not None
        and result.planned_epochs >= SHORT
        # of epochs that did not run nothing is known, and what is told elsewhere is not told again
        and (not learning(result).improving if late else not stopped(result))
    ]
    if not placed:
        return
    found = [result for result, at in placed if (at > 1 - QUARTER if late else at <= QUARTER)]
    known = names(collected)
    yield Finding(
        code,
        Verdict.SUPPORTED if found else Verdict.REFUTED,
        Role.CONCLUSION,
        "",
        (
            Cell("runs", len(placed), Unit.COUNT, _keys([result for result, _ in placed])),
            Cell("found", len(found), Unit.COUNT, _keys(found)),
            Cell("shortest", SHORT, Unit.COUNT, ()),
        ),
        lists={"found": tuple(known[result.key] for result in found)},
    )


def gap(collected: Collected) -> Iterator[Finding]:
    """``gap_reduced``: whether what a study changed made the gap between training and validation smaller.

    Told of follow-ups and variants, each run against the one it starts from. Supported or refuted by an
    exact sign test over independent pairs, else inconclusive: then it is only counted. Networks whose
    normalization has not settled are not compared.
    """
    known = names(collected)
    for study in collected.studies:
        found = gap_change(settled(start_pairs(study)))
        if found is not None:
            yield _gap(study, found, known)


def _gap(study: StudyResults, found: GapChange, known: dict[str, str]) -> Finding:
    pairs = found.pairs
    smaller = [item for item in pairs if item.difference < 0]
    larger = [item for item in pairs if item.difference > 0]
    sources = tuple(dict.fromkeys(item.key for pair in pairs for item in (pair.changed, pair.base)))
    verdict = Verdict.INCONCLUSIVE
    if found.p is not None and found.p < ALPHA:
        verdict = Verdict.SUPPORTED if len(smaller) > len(larger) else Verdict.REFUTED
    front = highest(pairs, lambda item: abs(item.difference))
    told = front[0]
    cells = [
        Cell("pairs", len(pairs), Unit.COUNT, sources),
        Cell("smaller", len(smaller), Unit.COUNT, sources),
        Cell("larger", len(larger), Unit.COUNT, sources),
        Cell("mean", sum(item.difference for item in pairs) / len(pairs), Unit.POINTS, sources),
        Cell("before", told.before, Unit.POINTS, (told.base.key,)),
        Cell("after", told.after, Unit.POINTS, (told.changed.key,)),
        Cell("enough", ENOUGH, Unit.COUNT, ()),
    ]
    if found.p is not None:
        cells.append(Cell("p", found.p, Unit.PROBABILITY, sources))
    return Finding(
        "gap_reduced",
        verdict,
        Role.CONCLUSION,
        study.id,
        tuple(cells),
        names={"title": study.title, "changed": known[told.changed.key], "base": known[told.base.key]},
        lists={"changed": tuple(known[item.changed.key] for item in front[1:])},
        flags={
            "equal": len(smaller) + len(larger) < len(pairs),
            "tested": found.p is not None,
            "few": len(smaller) + len(larger) < ENOUGH,
        },
    )
