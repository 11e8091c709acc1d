"""Takes all results, gives where compared runs did not have the same means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from reportgen.analysis.alike import exactly, highest
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.naming import arm_names
from reportgen.analysis.resources import Condition, condition
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict, passed, unjudged


def _planned(results: Iterable[Result]) -> dict[str, int]:
    """Key -> epochs that it was given; of runs that were trained elsewhere nobody knows."""
    return {result.key: result.planned_epochs for result in results if not result.imported}


def unequal(collected: Collected) -> Iterator[Finding]:
    """``unequal_budgets``: arms of one study with different numbers of planned epochs, told once for all.

    Not where the number of epochs is what the study varies.
    """
    budgets = [
        (study, planned)
        for study in collected.studies
        if "epochs" not in study.axes
        and (planned := _planned(study.ok()))
        and len({result.plan.arm for result in study.ok() if result.key in planned}) > 1
    ]
    mixed = [(study, planned) for study, planned in budgets if len(set(planned.values())) > 1]
    if not mixed:
        yield passed("unequal_budgets") if budgets else unjudged("unequal_budgets")
        return
    ratios = {study.id: max(runs.values()) / min(runs.values()) for study, runs in mixed}
    front = highest(mixed, lambda item: ratios[item[0].id], exactly)
    widest, planned = front[0]
    every = tuple(dict.fromkeys(key for _, runs in mixed for key in runs))
    yield Finding(
        "unequal_budgets",
        Verdict.SUPPORTED,
        Role.LIMITATION,
        "" if mixed[1:] else widest.id,
        (
            Cell("least", min(planned.values()), Unit.COUNT, tuple(planned)),
            Cell("most", max(planned.values()), Unit.COUNT, tuple(planned)),
            Cell("studies", len(mixed), Unit.COUNT, every),
            Cell("ratio", ratios[widest.id], Unit.FACTOR, tuple(planned)),
        ),
        names={"widest": widest.title},
        lists={
            "titles": tuple(study.title for study, _ in mixed),
            "widest": tuple(study.title for study, _ in front),
        },
    )


def across(collected: Collected) -> Iterator[Finding]:
    """``budgets_across_studies``: the report ranks runs that were given different numbers of epochs."""
    planned = _planned(collected.single())
    homes = {result.plan.study for result in collected.single() if result.key in planned}
    if len(homes) <= 1:
        yield unjudged("budgets_across_studies")
    elif len(set(planned.values())) <= 1:
        yield passed("budgets_across_studies")
    else:
        yield Finding(
            "budgets_across_studies",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (
                Cell("least", min(planned.values()), Unit.COUNT, tuple(planned)),
                Cell("most", max(planned.values()), Unit.COUNT, tuple(planned)),
            ),
        )


def shared_machine(collected: Collected) -> Iterator[Finding]:
    """``times_not_comparable``: runs timed on different processors, with different threads or company."""
    conditions: dict[Condition, list[str]] = {}
    unknown = False
    for result in collected.unique():
        found = condition(result)
        timed = result.record.seconds is not None or result.record.inference is not None
        unknown |= result.imported and found is None and timed
        if found is not None:
            conditions.setdefault(found, []).append(result.key)
    sources = tuple(key for keys in conditions.values() for key in keys)
    if len(conditions) > 1:
        yield Finding(
            "times_not_comparable",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("conditions", len(conditions), Unit.COUNT, sources),),
        )
    else:
        judged = bool(sources[1:]) and not unknown
        yield passed("times_not_comparable") if judged else unjudged("times_not_comparable")


def shared_features(collected: Collected) -> Iterator[Finding]:
    """``shared_features``: times that leave out what a frozen network took, once for all that share it."""
    runs = [result for result in collected.unique() if result.record.shared]
    passes = {item.key: item.seconds for result in runs for item in result.record.shared}
    if runs:
        sources = tuple(result.key for result in runs)
        yield Finding(
            "shared_features",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (
                Cell("runs", len(runs), Unit.COUNT, sources),
                Cell("seconds", math.fsum(passes.values()), Unit.SECONDS, sources),
            ),
        )
    else:
        trained = any(not result.imported for result in collected.unique())
        yield passed("shared_features") if trained else unjudged("shared_features")


def untrained_backbone(collected: Collected) -> Iterator[Finding]:
    """``no_pretrained_weights``: known architectures trained from random weights: no transfer took place."""
    backbones = [
        (result, [layer["weights"] for layer in layers])
        for result in collected.unique()
        if (layers := [item for item in result.plan.content()["model"]["layers"] if "backbone" in item])
    ]
    bare = [result for result, weights in backbones if "none" in weights]
    known = arm_names(collected)
    if bare:
        yield Finding(
            "no_pretrained_weights",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("runs", len(bare), Unit.COUNT, tuple(result.key for result in bare)),),
            lists={"labels": tuple(dict.fromkeys(known[item.plan.study, item.plan.arm] for item in bare))},
        )
    else:
        yield passed("no_pretrained_weights") if backbones else unjudged("no_pretrained_weights")
