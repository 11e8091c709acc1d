"""Takes a cross-validated study, gives the scores over its folds and the best against the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import fmean

from reportgen.analysis.arms import ArmResults, Spread, by_arm, spread
from reportgen.analysis.collected import StudyResults
from reportgen.analysis.statistics import ALPHA, CorrectedT, corrected_t, holm


@dataclass(frozen=True, slots=True)
class FoldScores:
    """One configuration: validation accuracy of each fold (mean over its seeds), and their spread.

    ``scores`` maps the fold, 0-based over all repetitions, to the accuracy on the part it leaves out;
    ``runs`` are the keys behind them.
    """

    arm: ArmResults
    scores: Mapping[int, float]
    spread: Spread
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoldComparison:
    """The configuration with the highest mean against another, fold by fold.

    ``test`` and ``p`` (Holm over the study) are None where they share fewer than two folds.
    """

    other: FoldScores
    test: CorrectedT | None
    p: float | None

    @property
    def told_apart(self) -> bool:
        """Whether the folds tell the two apart."""
        return self.p is not None and self.p < ALPHA


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """A study over the folds that all its configurations finished.

    Attributes:
        folds: parts of one repetition.
        whole: whether these are all that were declared.
        best: the configuration with the highest mean.
        against: every other configuration that finished any fold.
    """

    folds: int
    whole: bool
    best: FoldScores
    against: tuple[FoldComparison, ...]


def cross_validation(study: StudyResults) -> CrossValidation | None:
    """What the folds of a study say; None without a finished fold.

    Means are of the same folds for all, so that a fold that failed favours nobody. Where no fold is common
    to all, each keeps its own and nothing is tested.
    """
    arms = [arm for arm in by_arm(study) if fold_scores(arm) is not None]
    finished = [set(scores.scores) for arm in arms if (scores := fold_scores(arm)) is not None]
    if not finished:
        return None
    common = set.intersection(*finished)
    declared = {result.plan.fold for result in study.results if result.folded}
    found = [scores for arm in arms if (scores := fold_scores(arm, common or None)) is not None]
    best, *others = sorted(found, key=lambda item: -item.spread.mean)
    folds = max(result.plan.folds for result in best.arm.results)
    tests = [_against(best, other, folds) for other in others]
    raw = [test.p for test in tests if test is not None]
    adjusted = iter(holm(raw, len(by_arm(study)) - 1 - len(raw)))
    return CrossValidation(
        folds,
        common == declared,
        best,
        tuple(
            FoldComparison(other, test, None if test is None else next(adjusted))
            for other, test in zip(others, tests, strict=True)
        ),
    )


def fold_scores(arm: ArmResults, folds: Collection[int] | None = None) -> FoldScores | None:
    """The scores of one configuration, perhaps of some folds only; None where no fold finished."""
    groups: dict[int, list[float]] = {}
    runs: list[str] = []
    for result in arm.ok():
        value = result.value("validation", "accuracy")
        fold = result.plan.fold
        if fold is not None and value is not None and (folds is None or fold in folds):
            groups.setdefault(fold, []).append(value)
            runs.append(result.key)
    scores = {fold: fmean(values) for fold, values in groups.items()}
    found = spread(scores.values())
    return FoldScores(arm, scores, found, tuple(runs)) if found else None


def _against(best: FoldScores, other: FoldScores, folds: int) -> CorrectedT | None:
    """Paired over the folds that both have; each leaves out one part of ``folds``."""
    common = [fold for fold in best.scores if fold in other.scores]
    if len(common) <= 1:
        return None
    differences = [best.scores[fold] - other.scores[fold] for fold in common]
    return corrected_t(differences, 1 / (folds - 1))
