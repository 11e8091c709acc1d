"""Takes studies with variants, gives whether each improved arm really is better than its base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.pairs import variant_pairs
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def improved(collected: Collected) -> Iterator[Finding]:
    """``variant_improves``: test accuracy of a variant against the one it extends.

    McNemar on the same images, Holm over the comparisons of the study. It is a test of two networks: of
    variants with several seeds the first that both finished is compared, and the sentence says so; folds
    are not compared one by one (:meth:`Collected.single`).
    """
    for study in collected.studies:
        pairs = variant_pairs(study)
        compared = [paired(changed.correct(), base.correct()) for changed, base in pairs]
        adjusted = holm([item.p for item in compared])
        for (changed, base), item, p in zip(pairs, compared, adjusted, strict=True):
            one_seed = len(study.seeds) == 1
            flags = {"several": len(pairs) > 1, "one_seed": one_seed, "repeated": study.repeated}
            yield _compare(changed, base, item, p, flags)


def _compare(
    changed: Result, base: Result, compared: Paired, p: float, shared: Mapping[str, bool]
) -> Finding:
    sources = (changed.key, base.key)
    difference = compared.difference
    verdict = Verdict.INCONCLUSIVE
    if p < ALPHA:
        verdict = Verdict.SUPPORTED if difference.value > 0 else Verdict.REFUTED
    cells = [
        Cell("base_accuracy", float(base.correct().mean()), Unit.RATIO, (base.key,)),
        Cell("changed_accuracy", float(changed.correct().mean()), Unit.RATIO, (changed.key,)),
        Cell("difference", difference.value, Unit.POINTS, sources),
        Cell("low", difference.low, Unit.POINTS, sources),
        Cell("high", difference.high, Unit.POINTS, sources),
        Cell("p", p, Unit.PROBABILITY, sources),
    ]
    before, after = base.record.seconds, changed.record.seconds
    timed = before is not None and after is not None
    if before is not None and after is not None:
        cells += [
            Cell("base_seconds", before, Unit.SECONDS, (base.key,)),
            Cell("changed_seconds", after, Unit.SECONDS, (changed.key,)),
        ]
    excludes_zero = difference.low > 0 or difference.high < 0
    return Finding(
        "variant_improves",
        verdict,
        Role.CONCLUSION,
        changed.plan.study,
        tuple(cells),
        names={"changed": changed.plan.label, "base": base.plan.label},
        flags={
            **shared,
            "timed": timed,
            "borderline": excludes_zero != (p < ALPHA),  # interval and test disagree
        },
    )
