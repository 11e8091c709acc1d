from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.results import CLASSES, IMAGES, Outcome, grid, result_of, table

from reportgen.analysis.comparison import bars, cost, efficient
from reportgen.analysis.naming import names
from reportgen.analysis.statistics import wilson
from reportgen.analysis.ties import ties
from reportgen.records.model import Status

AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def of(**accuracies):
    return table({(name,): value for name, value in accuracies.items()}, AXES)


def test_identical_networks_tie_and_a_clearly_worse_one_does_not():
    collected = of(SGD=0.9, Adam=0.9, RMSprop=0.6)
    found = ties(collected.unique())
    keys = {label: result_of(collected, label).key for label in ("SGD", "Adam", "RMSprop")}
    assert found is not None
    assert found.leader.key == keys["SGD"]  # the first declared of equals
    assert found.members == {keys["SGD"], keys["Adam"]}
    assert found.runner_up is not None
    assert found.runner_up.key == keys["Adam"]
    assert found.p_runner_up == 1.0


def test_a_family_of_one_has_no_runner_up():
    found = ties(of(SGD=0.9).unique())
    assert found is not None
    assert (found.runner_up, found.against_runner_up, found.p_runner_up) == (None, None, None)
    assert ties(()) is None


def test_the_family_is_corrected_by_holm():
    # Six discordant images: p = 0.03 alone, no longer below 0.05 among three comparisons.
    alone = of(SGD=0.9, Adam=Outcome(wrong=tuple(range(IMAGES - 46, IMAGES))))
    assert len(ties(alone.unique()).members) == 1
    axes = {"optimizer": ["SGD", "Adam", "RMSprop", "Nadam"]}
    family = {(name,): 0.885 for name in axes["optimizer"]} | {("SGD",): 0.9}
    assert len(ties(table(family, axes).unique()).members) == 4


@given(st.lists(st.sampled_from([0.5, 0.7, 0.71, 0.72, 0.9]), min_size=3, max_size=3))
def test_the_leader_is_a_member_and_nobody_is_above_it(accuracies):
    collected = of(**dict(zip(AXES["optimizer"], accuracies, strict=True)))
    found = ties(collected.unique())
    best = max(result.correct().mean() for result in collected.unique())
    assert found.leader.key in found.members
    assert found.leader.correct().mean() == best
    for result in collected.unique():
        if result.correct().mean() == best:
            assert result.key in found.members


points = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12)


@given(points)
def test_efficient_points_are_those_that_no_other_dominates(cloud):
    def dominated(cost, gain):
        return any((c < cost and g >= gain) or (c <= cost and g > gain) for c, g in cloud)

    assert efficient(cloud) == tuple(not dominated(*point) for point in cloud)


def test_cost_has_each_run_once_with_its_interval():
    collected = of(
        SGD=Outcome(0.7, seconds=5), Adam=Outcome(0.8, seconds=9), RMSprop=Outcome(0.6, seconds=None)
    )
    points = {point.label: point for point in cost(collected).points}
    assert set(points) == {"SGD", "Adam"}
    interval = wilson(round(0.8 * IMAGES), IMAGES)
    assert (points["Adam"].accuracy, points["Adam"].low, points["Adam"].high) == (
        interval.value, interval.low, interval.high,
    )  # fmt: skip
    assert points["SGD"].efficient
    assert points["Adam"].efficient
    shown = bars(collected.unique())
    assert shown.values == (0.7, 0.8, 0.6)
    assert all(
        low < value < high for low, value, high in zip(shown.lows, shown.values, shown.highs, strict=True)
    )


def test_names_tell_runs_of_different_studies_and_seeds_apart():
    from support.results import follow_up

    collected = follow_up([(0.5, 0.6), (0.6, 0.7)])
    assert sorted(names(collected).values()) == [
        "Adam", "Adam (Regularización con Dropout)", "SGD", "SGD (Regularización con Dropout)",
    ]  # fmt: skip
    seeded = grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.7, seeds=[1, 2])
    assert sorted(names(seeded).values()) == ["Adam · s1", "Adam · s2", "SGD · s1", "SGD · s2"]
    failed = grid({"optimizer": ["SGD"]}, lambda _: Outcome(status=Status.FAILED))
    assert list(names(failed).values()) == ["SGD"]
    assert len(CLASSES) == 4
