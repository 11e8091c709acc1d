"""Takes studies with variants, gives whether each improved arm really is better than its base."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.statistics import ALPHA, paired
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def improved(collected: Collected) -> Iterator[Finding]:
    """``variant_improves``: test accuracy of a variant against the one it extends (McNemar, same images)."""
    for study in collected.studies:
        arms = {str(result.plan.parameters.get("variant")): result for result in reversed(study.ok())}
        for name, base_name in study.extends.items():
            changed, base = arms.get(name), arms.get(base_name)
            if changed is not None and base is not None:
                yield _compare(changed, base, study.id, study.changes.get(name, ""))


def _compare(changed: Result, base: Result, study: str, change: str) -> Finding:
    compared = paired(changed.correct(), base.correct())
    sources = (changed.key, base.key)
    verdict = Verdict.INCONCLUSIVE
    if compared.p < ALPHA:
        verdict = Verdict.SUPPORTED if compared.difference.value > 0 else Verdict.REFUTED
    before, after = base.record.seconds or 0.0, changed.record.seconds or 0.0
    return Finding(
        "variant_improves",
        verdict,
        Role.CONCLUSION,
        study,
        (
            Cell("base_accuracy", float(base.correct().mean()), Unit.RATIO, (base.key,)),
            Cell("changed_accuracy", float(changed.correct().mean()), Unit.RATIO, (changed.key,)),
            Cell("difference", compared.difference.value, Unit.POINTS, sources),
            Cell("low", compared.difference.low, Unit.POINTS, sources),
            Cell("high", compared.difference.high, Unit.POINTS, sources),
            Cell("p", compared.p, Unit.PROBABILITY, sources),
            Cell("base_seconds", before, Unit.SECONDS, (base.key,)),
            Cell("changed_seconds", after, Unit.SECONDS, (changed.key,)),
        ),
        names={"changed": changed.plan.label, "base": base.plan.label, "change": change},
        flags={"slower": after > before, "has_change": bool(change)},
    )
