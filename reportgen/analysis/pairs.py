"""Takes a study, gives each changed network beside the one it starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from reportgen.analysis.collected import Result, StudyResults
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired

Pairs = Sequence[tuple[Result, Result]]
"""(changed run, the one it starts from), both finished."""


def pairs_of(study: StudyResults) -> Pairs:
    """The pairs of a follow-up study in declared order; empty for any other study.

    A winner may stand in several: the study's own axes are tried on each. Neither network is of a cross
    validation, whose folds share most of their images and are no pairs that stand by themselves
    (:meth:`Collected.single`); a run without folds derives from one without.
    """
    return [pair for pair in _followed(study) if _finished(pair)]


def _followed(study: StudyResults) -> Pairs:
    """Each run of a follow-up with the one it starts from, finished or not."""
    parents = study.parents
    return [
        (result, parents[result.plan.parent])
        for result in study.results
        if not result.folded and result.plan.parent in parents
    ]


def _finished(pair: tuple[Result, Result]) -> bool:
    return all(result.ok for result in pair)


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair on the same test images; ``p`` is McNemar's, adjusted by Holm over the pairs of the study."""

    changed: Result
    base: Result
    compared: Paired
    p: float

    @property
    def demonstrable(self) -> bool:
        """Whether the test images tell the two networks apart."""
        return self.p < ALPHA


def pair_rows(study: StudyResults) -> tuple[PairRow, ...]:
    """All pairs of a follow-up study, compared."""
    pairs = pairs_of(study)
    compared = [paired(changed.correct(), base.correct()) for changed, base in pairs]
    adjusted = holm([item.p for item in compared], absent_pairs(study))
    return tuple(
        PairRow(changed, base, item, p)
        for (changed, base), item, p in zip(pairs, compared, adjusted, strict=True)
    )


def variant_pairs(study: StudyResults) -> Pairs:
    """Each variant of a study beside the one it extends; empty for any other study.

    Of variants with several seeds the first that both finished is paired, so that no pair counts twice.
    """
    found = []
    runs = {
        (str(result.plan.parameters.get("variant")), result.plan.seed): result for result in study.single()
    }
    for changed, base in study.extends.items():
        both = (seed for seed in study.seeds if (changed, seed) in runs and (base, seed) in runs)
        found += [(runs[changed, seed], runs[base, seed]) for seed in islice(both, 1)]
    return found


def absent_pairs(study: StudyResults) -> int:
    """How many pairs of :func:`start_pairs` there would be more if every run had a result."""
    if followed := _followed(study):
        return sum(not _finished(pair) for pair in followed)
    declared = {str(result.plan.parameters.get("variant")) for result in study.results if not result.folded}
    wanted = sum(changed in declared and base in declared for changed, base in study.extends.items())
    return wanted - len(variant_pairs(study))


def start_pairs(study: StudyResults) -> Pairs:
    """Each run beside the one it starts from: the winner of a follow-up, the variant that it extends."""
    return pairs_of(study) or variant_pairs(study)
