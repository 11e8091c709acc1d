"""Takes studies with variants, gives whether each improved arm really is better than its base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.analysis.alike import highest
from reportgen.analysis.collected import Collected, Result, StudyResults
from reportgen.analysis.pairs import absent_pairs, variant_pairs
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired
from reportgen.findings.codes.normalization import is_unsettled
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict

MANY = 4
"""Comparisons from which a study is also told as a whole."""
Compared = tuple[Result, Result, Paired, float]
"""A variant, the one that it extends, their comparison on the test images, and its p after Holm."""


def improved(collected: Collected) -> Iterator[Finding]:
    """``variant_improves``: test accuracy of a variant against the one it extends.

    McNemar on the same images, Holm over the comparisons of the study. It is a test of two networks: of
    variants with several seeds the first that both finished is compared, and the sentence says so; folds
    are not compared one by one (:meth:`Collected.single`).
    """
    for study in collected.studies:
        found = _compared(study)
        for changed, base, item, p in found:
            flags = {
                "several": len(found) + absent_pairs(study) > 1,
                "one_seed": len(study.seeds) == 1,
                "repeated": study.repeated,
            }
            yield _compare(changed, base, item, p, flags)


def overview(collected: Collected) -> Iterator[Finding]:
    """``variants_overview``: of many variants of a study, how many are better than what they start from.

    The comparisons of ``variant_improves``. Supported when some improve and none worsens, refuted when some
    worsen and none improves, else inconclusive; not for a few, which are told one by one.
    """
    for study in collected.studies:
        found = _compared(study)
        if len(found) >= MANY:
            yield _overview(study, found)


def _overview(study: StudyResults, found: Sequence[Compared]) -> Finding:
    told = [item for item in found if item[3] < ALPHA]
    up = [item for item in told if item[2].difference.value > 0]
    down = [item for item in told if item[2].difference.value < 0]
    verdict = Verdict.INCONCLUSIVE
    if bool(up) != bool(down):
        verdict = Verdict.SUPPORTED if up else Verdict.REFUTED
    front = highest(found, lambda item: item[2].difference.value)
    most = front[0]
    sources = tuple(dict.fromkeys(key for changed, base, _, _ in found for key in (changed.key, base.key)))
    gain = most[2].difference.value
    return Finding(
        "variants_overview",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("gain", gain, Unit.POINTS, (most[0].key, most[1].key)),
            Cell("compared", len(found), Unit.COUNT, sources),
            Cell("up", len(up), Unit.COUNT, sources),
            Cell("down", len(down), Unit.COUNT, sources),
            Cell("open", len(found) - len(told), Unit.COUNT, sources),
        ),
        names={"title": study.title, "most": most[0].plan.label, "from": most[1].plan.label},
        lists={
            "up": tuple(changed.plan.label for changed, _, _, _ in up),
            "down": tuple(changed.plan.label for changed, _, _, _ in down),
            "most": tuple(changed.plan.label for changed, _, _, _ in front[1:]),
        },
        flags={"gains": gain > 0 and most[3] < ALPHA},
    )


def _compared(study: StudyResults) -> tuple[Compared, ...]:
    """Every variant with the one that it extends, compared on the same images; p by Holm over the study."""
    pairs = variant_pairs(study)
    compared = [paired(changed.correct(), base.correct()) for changed, base in pairs]
    adjusted = holm([item.p for item in compared], absent_pairs(study))
    return tuple(
        (changed, base, item, p) for (changed, base), item, p in zip(pairs, compared, adjusted, strict=True)
    )


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
            Cell("base_epochs", base.record.epochs_run, Unit.COUNT, (base.key,)),
            Cell("changed_epochs", changed.record.epochs_run, Unit.COUNT, (changed.key,)),
        ]
    excludes_zero = difference.low > 0 or difference.high < 0
    return Finding(
        "variant_improves",
        verdict,
        Role.CONCLUSION,
        changed.plan.study,
        tuple(cells),
        names={"changed": changed.plan.label, "base": base.plan.label},
        lists={"unsettled": tuple(item.plan.label for item in (changed, base) if is_unsettled(item))},
        flags={
            **shared,
            "timed": timed,
            "longer": base.record.epochs_run != changed.record.epochs_run,
            "borderline": excludes_zero != (p < ALPHA),  # interval and test disagree
        },
    )
