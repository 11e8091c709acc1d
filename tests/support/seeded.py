"""Takes scores by configuration and seed, gives the collected results of a study with several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from support.results import Outcome, data_record, run, spec_of

from reportgen.analysis.collected import Collected
from reportgen.plan.model import RunPlan

IMAGES = 1000
"""Test images: scores with three decimals are met exactly."""


def seeded_text(arms: Sequence[str], name: str = "semillas", more: str = "") -> str:
    """TOML of a study with these variants."""
    lines = [f"[study.{name}]", 'title = "Repetida"', 'model = "cnn"', more]
    for at, arm in enumerate(arms):
        lines += [f"[study.{name}.variant.{arm}]", f'title = "Red {arm}"', f"set.filters = {at + 5}"]
        lines += [f'extends = "{arms[0]}"', f'change = "cambio de {arm}"'] if at else []
    return "\n".join([*lines, ""])


def seeded(
    scores: Mapping[str, Sequence[Any]],
    *,
    validation: Mapping[str, float] | None = None,
    images: int = IMAGES,
    **more: Any,
) -> Collected:
    """The outcome of each seed of each variant; a number is its test accuracy.

    ``validation`` gives a variant's validation accuracy, with every seed; the test accuracy by default.
    """
    seeds = list(range(1, max(map(len, scores.values())) + 1))

    def decide(plan: RunPlan) -> Any:
        arm = plan.parameters["variant"]
        given = scores[arm][plan.seed - 1]
        if isinstance(given, float) and validation and arm in validation:
            return replace(Outcome(given), validation=validation[arm])
        return given

    spec = spec_of(seeded_text(tuple(scores)), seeds=seeds, **more)
    return run(spec, decide, data_record(images=images))
