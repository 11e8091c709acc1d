"""Takes what two reports published, gives what changed from the first to the second, and how surely.

A run has changed *beyond noise* when chance alone would hardly make such a difference, after Holm's
correction for all that was compared of the same metric. A number that nothing tells the chance of is counted
apart and is no evidence of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from statistics import fmean

from reportgen.analysis.flipped import Flip, flips
from reportgen.analysis.noise import FEWEST_SEEDS, Judged, by_counts, by_folds, by_images, by_seeds
from reportgen.analysis.snapshot import Place, PublishedRun, Snapshot
from reportgen.analysis.statistics import ALPHA, holm

Runs = Sequence[PublishedRun]
Measure = tuple[str, str]
"""Split and metric."""
Arms = Mapping[tuple[str, str], tuple[Runs, Runs]]
"""Study and configuration -> its finished runs on both sides."""
TESTED: Measure = ("test", "accuracy")
FOLDED = ("validation",)
"""What folds are measured on: the part that each leaves out; the test images are the same for all."""
REPEATED = ("validation", "test")


@dataclass(frozen=True, slots=True)
class Pair:
    """One run on both sides."""

    before: PublishedRun
    after: PublishedRun

    @property
    def same_recipe(self) -> bool:
        """Whether both were trained with the same."""
        return self.before.key == self.after.key

    @property
    def equal(self) -> bool:
        """Whether recipe, end and numbers are the same."""
        one, other = self.before, self.after
        return self.same_recipe and one.status == other.status and one.metrics == other.metrics

    @property
    def doubt(self) -> Unknown | None:
        """Why they were not, or may not have been, tested on the same images; None where they were."""
        if self.same_recipe:
            return None
        if not (self.before.data and self.after.data):
            return Unknown.UNTOLD_DATA
        return None if self.before.data == self.after.data else Unknown.OTHER_DATA


class Unknown(StrEnum):
    """Why a difference cannot be judged: other images, images of which nothing is told, no known spread."""

    OTHER_DATA = "other_data"
    UNTOLD_DATA = "untold_data"
    NO_SPREAD = "no_spread"


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of a run, or of a configuration over its seeds or folds.

    Attributes:
        study: id of the study.
        name: id of the run, or slug of the configuration.
        label: what the report calls it.
        split: part of the data it was measured on.
        metric: its name.
        found: both numbers, and how they were compared.
        p: adjusted by Holm over all that was compared of the same metric and split.
    """

    study: str
    name: str
    label: str
    split: str
    metric: str
    found: Judged
    p: float

    @property
    def beyond(self) -> bool:
        """Whether chance alone would hardly make such a difference."""
        return self.p < ALPHA


@dataclass(frozen=True, slots=True)
class Unjudged:
    """One metric of a run that differs, with nothing to tell whether by chance."""

    run: PublishedRun
    split: str
    metric: str
    before: float
    after: float
    reason: Unknown


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two reports.

    Attributes:
        equal: number of runs with the same recipe, the same end and the same numbers.
        only_before: runs that the second no longer has.
        only_after: runs that the first did not have.
        moved: runs with the same recipe under another name.
        recipes: runs of the same name with another recipe.
        retrained: runs with the same recipe that ended well on both sides with other numbers.
        statuses: runs that ended otherwise.
        compared: every comparison, configurations before runs, in the order of the first report.
        unjudged: differences that cannot be judged.
        doubtful: runs whose numbers differ and of which nothing could be judged.
        conclusions: those that say something else; None where a side has no findings.
    """

    equal: int
    only_before: tuple[PublishedRun, ...]
    only_after: tuple[PublishedRun, ...]
    moved: tuple[Pair, ...]
    recipes: tuple[Pair, ...]
    retrained: tuple[Pair, ...]
    statuses: tuple[Pair, ...]
    compared: tuple[Compared, ...]
    unjudged: tuple[Unjudged, ...]
    doubtful: tuple[Pair, ...]
    conclusions: tuple[Flip, ...] | None

    def beyond(self) -> tuple[Compared, ...]:
        """Comparisons that noise does not explain."""
        return tuple(item for item in self.compared if item.beyond)

    def within(self) -> tuple[Compared, ...]:
        """Those that it may explain."""
        return tuple(item for item in self.compared if not item.beyond)

    @property
    def nothing(self) -> bool:
        """Whether both say the same, to the last digit."""
        return self.settled and not (self.moved or self.recipes or self.compared or self.unjudged)

    @property
    def settled(self) -> bool:
        """Whether nothing but noise changed: no run came, went or ended otherwise, no conclusion flipped.

        A run of which nothing could be judged is not known to have changed by noise alone.
        """
        return not (
            self.only_before or self.only_after or self.statuses or self.doubtful or self.conclusions
            or self.beyond()
        )  # fmt: skip


def changes_between(before: Snapshot, after: Snapshot) -> Changes:
    """Everything that changed from one report to another."""
    pairs, only_before, only_after = match(before.runs, after.runs)
    arms = _changed_arms(before.runs, after.runs)
    by_arm = tuple(_by_arm(arms))
    by_run = {
        pair.before.place: item
        for pair in _alone(pairs, arms)
        if (item := _by_run(pair, before, after)) is not None
    }
    finished = [pair for pair in pairs if pair.before.ok and pair.after.ok and not pair.equal]
    unjudged = {pair.before.place: tuple(_unjudged(pair, arms, by_arm, by_run)) for pair in finished}
    judged = {(item.study, item.name) for item in by_arm}
    return Changes(
        equal=sum(pair.equal for pair in pairs),
        only_before=only_before,
        only_after=only_after,
        moved=tuple(pair for pair in pairs if pair.same_recipe and pair.before.place != pair.after.place),
        recipes=tuple(pair for pair in pairs if not pair.same_recipe),
        retrained=tuple(pair for pair in finished if pair.same_recipe),
        statuses=tuple(pair for pair in pairs if pair.before.status != pair.after.status),
        compared=tuple(_adjusted([*by_arm, *by_run.values()])),
        unjudged=tuple(chain(*unjudged.values())),
        doubtful=tuple(
            pair
            for pair in finished
            if unjudged[pair.before.place]
            and pair.before.place not in by_run
            and not (_is_in(pair, arms) and pair.before.place[:2] in judged)
        ),
        conclusions=flips(before.findings, after.findings),
    )


def match(before: Runs, after: Runs) -> tuple[list[Pair], tuple[PublishedRun, ...], tuple[PublishedRun, ...]]:
    """Pairs of runs, and what is left on each side: by study and run, then by recipe."""
    places = {run.place: run for run in after}
    found = {run.place: places[run.place] for run in before if run.place in places}
    keys: dict[str, list[PublishedRun]] = {}
    for run in after:
        if run.place not in found:
            keys.setdefault(run.key, []).append(run)
    for run in before:
        if run.place not in found and keys.get(run.key):
            found[run.place] = keys[run.key].pop(0)
    taken = {run.place for run in found.values()}
    pairs = [Pair(run, found[run.place]) for run in before if run.place in found]
    return (
        pairs,
        tuple(run for run in before if run.place not in found),
        tuple(run for run in after if run.place not in taken),
    )


def needs_predictions(before: Runs, after: Runs) -> list[Pair]:
    """Pairs that are judged better by which images each gets right than by how many."""
    arms = _changed_arms(before, after)
    return [pair for pair in _alone(match(before, after)[0], arms) if not pair.doubt]


def _alone(pairs: Iterable[Pair], arms: Arms) -> list[Pair]:
    """Finished runs with other numbers that are judged one by one."""
    return [
        pair
        for pair in pairs
        if pair.before.ok and pair.after.ok and not pair.equal and not _is_in(pair, arms)
    ]


def _is_in(pair: Pair, arms: Arms) -> bool:
    """Whether what changed of it is told of its configuration."""
    return not pair.same_recipe and pair.before.place[:2] in arms


# --- configurations --------------------------------------------------------------------------------


def _changed_arms(before: Runs, after: Runs) -> Arms:
    """The configurations that have another recipe, and several trainings on each side."""
    first, second = _finished(before), _finished(after)
    return {
        name: (first[name], second[name])
        for name in first
        if name in second and _is_repeated(first[name], second[name])
    }


def _finished(runs: Runs) -> dict[tuple[str, str], list[PublishedRun]]:
    found: dict[tuple[str, str], list[PublishedRun]] = {}
    for run in runs:
        if run.ok:
            found.setdefault(run.place[:2], []).append(run)
    return found


def _is_repeated(before: Runs, after: Runs) -> bool:
    """Whether both sides have several trainings on the same data, none of them with the same recipe."""
    data = {run.data for run in chain(before, after)}
    recipes = [{run.key for run in side} for side in (before, after)]
    several = all(len({run.place for run in side}) >= FEWEST_SEEDS for side in (before, after))
    return several and len(data) == 1 and "" not in data and not recipes[0] & recipes[1]


def _by_arm(arms: Arms) -> Iterator[Compared]:
    for (study, arm), (before, after) in arms.items():
        folded = any(run.folds for run in chain(before, after))
        for measure in _measures(before, FOLDED if folded else REPEATED):
            if folded:
                found = _over_folds(before, after, measure)
            else:
                found = by_seeds(_over_seeds(before, measure), _over_seeds(after, measure))
            if found is not None:
                yield Compared(study, arm, after[0].label, *measure, found, found.p)


def _measures(runs: Runs, splits: Sequence[str]) -> list[Measure]:
    names = dict.fromkeys(name for run in runs for split in splits for name in run.metrics.get(split, {}))
    return [(split, name) for split in splits for name in names]


def _over_seeds(runs: Runs, measure: Measure) -> dict[int, float]:
    values = ((run.seed, run.metric(*measure)) for run in runs)
    return {seed: value for seed, value in values if value is not None}


def _over_folds(before: Runs, after: Runs, measure: Measure) -> Judged | None:
    """By the mean over the seeds of each fold; not where the folds themselves are others."""
    folds = {run.folds for run in chain(before, after)}
    if len(folds) > 1:
        return None
    return by_folds(_means(before, measure), _means(after, measure), folds.pop())


def _means(runs: Runs, measure: Measure) -> dict[int, float]:
    groups: dict[int, list[float]] = {}
    for run in runs:
        value = run.metric(*measure)
        if run.fold is not None and value is not None:
            groups.setdefault(run.fold, []).append(value)
    return {fold: fmean(values) for fold, values in groups.items()}


# --- runs ------------------------------------------------------------------------------------------


def _by_run(pair: Pair, before: Snapshot, after: Snapshot) -> Compared | None:
    """A pair that was tested on the same images, by them."""
    found = None if pair.doubt else _on_images(pair, before, after)
    run = pair.after
    return Compared(run.study, run.id, run.label, *TESTED, found, found.p) if found else None


def _on_images(pair: Pair, before: Snapshot, after: Snapshot) -> Judged | None:
    one, other = pair.before, pair.after
    first, second = before.correct.get(one.key), after.correct.get(other.key)
    if first is not None and second is not None and first.shape == second.shape:
        return by_images(first, second)
    counts = _count(one), _count(other)
    return by_counts(counts[0], counts[1]) if counts[0] and counts[1] else None


def _count(run: PublishedRun) -> tuple[int, int] | None:
    """Test images that are right, of how many."""
    accuracy = run.metric(*TESTED)
    return None if accuracy is None or not run.images else (round(accuracy * run.images), run.images)


def _adjusted(compared: Sequence[Compared]) -> Iterator[Compared]:
    """With p-values adjusted over all that was compared of the same metric and split."""
    families: dict[Measure, list[float]] = {}
    for item in compared:
        families.setdefault((item.split, item.metric), []).append(item.found.p)
    adjusted = {name: iter(holm(values)) for name, values in families.items()}
    for item in compared:
        yield replace(item, p=next(adjusted[item.split, item.metric]))


def _unjudged(
    pair: Pair, arms: Arms, by_arm: Iterable[Compared], by_run: Mapping[Place, Compared]
) -> Iterator[Unjudged]:
    """The numbers of a pair that differ and that no comparison covers."""
    if _is_in(pair, arms):
        place = pair.before.place[:2]
        told = {(item.split, item.metric) for item in by_arm if (item.study, item.name) == place}
    else:
        told = {TESTED} if pair.before.place in by_run else set()
    for split, values in pair.before.metrics.items():
        for metric, value in values.items():
            other = pair.after.metric(split, metric)
            differs = value is not None and other is not None and value != other
            if differs and value is not None and other is not None and (split, metric) not in told:
                reason = pair.doubt or Unknown.NO_SPREAD
                yield Unjudged(pair.after, split, metric, value, other, reason)
