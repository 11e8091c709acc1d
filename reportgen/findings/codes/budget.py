"""Takes all results, gives where compared runs did not have the same means."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reportgen.analysis.collected import Collected
from reportgen.analysis.naming import arm_names
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def unequal(collected: Collected) -> Iterator[Finding]:
    """``unequal_budgets``: arms of one study with different numbers of planned epochs.

    Not where the number of epochs is what the study varies.
    """
    for study in collected.studies:
        if "epochs" in study.axes:
            continue
        planned = {result.key: int(result.plan.content()["training"]["epochs"]) for result in study.ok()}
        if len(set(planned.values())) > 1:
            sources = tuple(planned)
            yield Finding(
                "unequal_budgets",
                Verdict.SUPPORTED,
                Role.LIMITATION,
                study.id,
                (
                    Cell("least", min(planned.values()), Unit.COUNT, sources),
                    Cell("most", max(planned.values()), Unit.COUNT, sources),
                ),
                names={"title": study.title},
            )


def across(collected: Collected) -> Iterator[Finding]:
    """``budgets_across_studies``: the report ranks runs that were given different numbers of epochs."""
    planned = {result.key: int(result.plan.content()["training"]["epochs"]) for result in collected.single()}
    homes = {result.plan.study for result in collected.single()}
    if len(set(planned.values())) > 1 and len(homes) > 1:
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
    conditions: dict[tuple[str, str, int, int], list[str]] = {}
    for result in collected.unique():
        environment = result.record.environment
        if environment is not None:
            condition = (
                environment.device,
                environment.cpu,
                environment.threads,
                environment.concurrent_runs,
            )
            conditions.setdefault(condition, []).append(result.key)
    if len(conditions) > 1:
        sources = tuple(key for keys in conditions.values() for key in keys)
        yield Finding(
            "times_not_comparable",
            Verdict.SUPPORTED,
            Role.LIMITATION,
            "",
            (Cell("conditions", len(conditions), Unit.COUNT, sources),),
        )


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


def untrained_backbone(collected: Collected) -> Iterator[Finding]:
    """``no_pretrained_weights``: known architectures trained from random weights: no transfer took place."""
    bare = []
    for result in collected.unique():
        layers = result.plan.content()["model"]["layers"]
        if any("backbone" in layer and layer["weights"] == "none" for layer in layers):
            bare.append(result)
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
