"""Takes a study, gives it as a ladder: its configurations in order, each beside the one it starts from."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.run_changes import RunChanges, run_changes
from reportgen.analysis.shown import typical


@dataclass(frozen=True, slots=True)
class Step:
    """One rung.

    Attributes:
        number: its place, the first is 0.
        name: the variant it is, else the slug of its configuration.
        arm: the configuration.
        run: the run that stands for it.
        base: the step it starts from: the one it extends, else the one before; None for the first.
        change: the author's words on what changed; empty without.
        changes: what changed in layers and settings; None for the first step and for runs trained elsewhere.
        difference: test accuracy minus that of ``base`` (means over seeds and folds), None without both.
    """

    number: int
    name: str
    arm: ArmResults
    run: Result
    base: Step | None
    change: str
    changes: RunChanges | None
    difference: float | None


def ladder(study: StudyResults) -> tuple[Step, ...]:
    """The steps of a study in declared order."""
    found: dict[str, Step] = {}
    last: Step | None = None
    variants = study.shape == "variants"  # a follow-up of one has the variant of its parent in every arm
    for number, arm in enumerate(by_arm(study)):
        run = typical(arm.results)
        name = str(run.plan.parameters["variant"]) if variants else arm.id
        base = found.get(study.extends.get(name, ""), last)
        found[name] = last = Step(
            number=number,
            name=name,
            arm=arm,
            run=run,
            base=base,
            change=study.changes.get(name, ""),
            changes=_changes(base, run),
            difference=_difference(base, arm),
        )
    return tuple(found.values())


def _changes(base: Step | None, run: Result) -> RunChanges | None:
    """What a run has otherwise than the one it starts from; None where that is not known of one of them."""
    if base is None or base.run.imported or run.imported:
        return None
    return run_changes(base.run, run)


def _difference(base: Step | None, arm: ArmResults) -> float | None:
    before = base.arm.spread("test", "accuracy") if base else None
    after = arm.spread("test", "accuracy")
    return after.mean - before.mean if before and after else None
