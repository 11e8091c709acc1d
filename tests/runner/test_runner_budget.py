"""What lies ahead: seconds from what was measured, and nothing made up where nothing was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import FOLLOW, HEAD, plan_of

from reportgen.runner.budget import (
    RECORD_BYTES,
    START,
    Budget,
    Measured,
    budget,
    signature,
    signature_of,
    span_of,
)
from reportgen.runner.schedule import Lane

S = '[study.s]\nmodel = "mlp"\n'
GRID = S + 'grid.activation = ["relu", "tanh"]\ngrid.epochs = [1, 20]\n'
FOLLOWED = FOLLOW.replace("rejilla", "s").replace('"optimizer"', '"activation"')
NETS = HEAD + GRID + FOLLOWED


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return plan_of(tmp_path_factory.mktemp("budget"), NETS)


def recipe(folder, text=S):
    return plan_of(folder, HEAD + text).runs[-1].content()


def judged(plan, measured, ahead=None, **more):
    machine = {"cores": 2, "jobs": 0, "gpus": 0} | more
    return budget(plan, plan.runs if ahead is None else ahead, measured, **machine)


def test_without_a_measurement_everything_is_counted_as_unknown(plan):
    found = judged(plan, [])
    assert {name: (span.runs, span.unknown) for name, span in found.studies.items()} == {
        "s": (0, 4),
        "dropout": (0, 2),
    }
    assert (found.total.runs, found.total.unknown, found.total.low, found.total.high) == (0, 6, 0.0, 0.0)
    assert found.expected == {}


def test_a_cluster_tells_its_own_lanes(plan):
    measured = [Measured(signature(run.content()), 1.0) for run in plan.runs]
    alone = judged(plan, measured, cores=1).total
    wide = judged(plan, measured, cores=1, split=lambda runs: (Lane(tuple(runs), 2, 1, "two nodes"),)).total
    assert wide.low < alone.low
    assert wide.runs == alone.runs


def test_nothing_ahead_is_nothing(tmp_path):
    assert judged(plan_of(tmp_path, HEAD + S), [], ahead=()) == Budget()


def test_a_run_takes_its_epochs_and_a_spread(tmp_path):
    span = span_of(recipe(tmp_path, S + "epochs = 10\n"), [Measured("", 2.0, setup=5.0)])
    assert (span.low, span.high, span.runs) == (
        pytest.approx(10 * 2 * 0.8 + 5.1),
        pytest.approx(10 * 2 * 1.3 + 5.1),
        1,
    )


FROZEN = (
    '[model.b]\nlayers = [{ backbone = "VGG16", trainable = false }, "Flatten"]\n'
    '[study.s]\nmodel = "b"\nseeds = [0, 1]\n'
)


def test_the_rest_of_a_network_is_judged_by_its_like_and_for_want_of_it_by_the_whole(tmp_path):
    plan = plan_of(tmp_path, HEAD + FROZEN)
    content = plan.runs[0].content()
    whole, rest = Measured(signature(content), 10.0), Measured(signature(content, shared=True), 0.1)
    assert signature_of(plan.runs[0]) == rest.signature != whole.signature
    assert judged(plan, [whole, rest]).studies["s"].high == pytest.approx(2 * (2 * 0.1 * 1.3 + 0.1))
    assert judged(plan, [whole]).studies["s"].high == pytest.approx(2 * (2 * 10.0 * 1.3 + 0.1))
    passed = judged(plan, [replace(rest, pass_seconds=50.0)]).total
    assert passed.low == pytest.approx(START + (2 * 0.1 * 0.8 + 0.1) + 40), "one pass for both"
    side_by_side = judged(plan, [rest]).total
    assert side_by_side.low == pytest.approx(START + (2 * 0.1 * 0.8 + 0.1))


def test_early_stopping_lowers_the_least_and_leaves_the_most(tmp_path):
    plain = span_of(recipe(tmp_path, S + "epochs = 50\n"), [Measured("", 1.0)])
    stop = 'callbacks = [{{ callback = "EarlyStopping", patience = {} }}]\n'
    spans = [
        span_of(recipe(tmp_path, S + "epochs = 50\n" + stop.format(patience)), [Measured("", 1.0)])
        for patience in (0, 5, 49, 90)
    ]
    assert [span.high for span in spans] == [plain.high] * 4
    assert spans[0].low < spans[1].low < spans[2].low == spans[3].low == plain.low
    assert spans[1].low == pytest.approx(6 * 0.8 + 0.1)


KINDS = ("relu", "tanh")
MEASURED = st.lists(
    st.builds(
        lambda kind, per_epoch, setup, peak, stored: (kind, Measured("", per_epoch, setup, peak, stored)),
        st.sampled_from(KINDS),
        st.floats(1e-3, 1e3),
        st.floats(0, 100),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
    ),
    max_size=5,
)


def signed(plan, found):
    """Measurements with the signature of the networks they are of."""
    marks = {run.parameters["activation"]: signature(run.content()) for run in plan.runs}
    return [
        Measured(marks[kind], item.per_epoch, item.setup, item.peak_bytes, item.stored_bytes)
        for kind, item in found
    ]


MACHINES = st.fixed_dictionaries(
    {"cores": st.integers(1, 8), "jobs": st.integers(0, 3), "gpus": st.integers(0, 3)}
)


@settings(max_examples=150, deadline=None)
@given(MEASURED, MACHINES, st.sets(st.integers(0, 3)))
def test_every_run_is_judged_or_counted_and_the_least_is_below_the_most(plan, found, machine, chosen):
    ahead = [plan.runs[at] for at in sorted(chosen)]
    measured = signed(plan, found)
    result = judged(plan, measured, ahead, **machine)
    spans = [*result.studies.values(), result.total]
    assert all(0 <= span.low <= span.high for span in spans)
    later = sum(item.count for item in plan.pending)
    assert result.total.runs + result.total.unknown == len(ahead) + later
    assert sum(span.runs + span.unknown for span in result.studies.values()) == len(ahead) + later
    known = {item.signature for item in measured}
    assert set(result.expected) == {run.key for run in ahead if signature(run.content()) in known}
    assert all(seconds > 0 for seconds in result.expected.values())


@settings(max_examples=60, deadline=None)
@given(MEASURED.filter(lambda found: {kind for kind, _ in found} == set(KINDS)))
def test_more_workers_never_take_longer_and_more_runs_never_less(plan, found):
    measured = signed(plan, found)
    highs = [judged(plan, measured, jobs=jobs).total.high for jobs in (1, 2, 4)]
    assert highs == sorted(highs, reverse=True)
    few = judged(plan, measured, plan.runs[:2])
    many = judged(plan, measured)
    assert few.total.low <= many.total.low
    assert few.total.high <= many.total.high
    assert few.disk_bytes <= many.disk_bytes


def test_the_same_run_twice_is_one(plan):
    measured = signed(plan, [("relu", Measured("", 1.0)), ("tanh", Measured("", 1.0))])
    assert judged(plan, measured, (*plan.runs, *plan.runs)) == judged(plan, measured)


def test_disk_and_memory_are_of_runs_alike(plan):
    found = [("relu", Measured("", 1.0, peak_bytes=100, stored_bytes=7)), ("tanh", Measured("", 1.0))]
    result = judged(plan, signed(plan, found))
    assert result.disk_bytes == 2 * 7 + 2 * RECORD_BYTES
    assert result.peak_bytes == 2 * 100  # two workers side by side
    assert judged(plan, signed(plan, found), jobs=1).peak_bytes == 100


def test_a_worker_needs_its_start(plan):
    measured = signed(plan, [("relu", Measured("", 1e-3)), ("tanh", Measured("", 1e-3))])
    assert judged(plan, measured, plan.runs[:1]).total.low > START


SAME = ["seeds = [7]\n", "epochs = 9\n", "optimizer = 'SGD'\n", "set.dropout = 0.6\n"]
OTHER = [
    "batch_size = 8\n",
    "set.units = [9]\n",
    "folds = 2\n",
    "augmentation = ['RandomFlip']\n",
    "set.dropout = 0.0\n",
]


@pytest.mark.parametrize("text", SAME)
def test_what_changes_no_time_of_an_epoch_is_the_same_network(tmp_path, text):
    base = S + "set.dropout = 0.5\n"
    changed = base.replace("set.dropout = 0.5\n", text) if "dropout" in text else base + text
    assert signature(recipe(tmp_path, changed)) == signature(recipe(tmp_path, base))


@pytest.mark.parametrize("text", OTHER)
def test_what_changes_the_time_is_another(tmp_path, text):
    base = S + "set.dropout = 0.5\n"
    changed = base.replace("set.dropout = 0.5\n", text) if "dropout" in text else base + text
    assert signature(recipe(tmp_path, changed)) != signature(recipe(tmp_path, base))


def test_what_waits_is_judged_by_the_mean_of_its_parent(plan):
    measured = signed(plan, [("relu", Measured("", 1.0)), ("tanh", Measured("", 3.0))])
    span = judged(plan, measured, ahead=()).studies["dropout"]
    assert (span.runs, span.unknown) == (2, 0)
    mean = (1 * 1 + 20 * 1 + 1 * 3 + 20 * 3) / 4
    assert span.low < 2 * mean < span.high
    half = judged(plan, measured[:1], ahead=()).studies["dropout"]
    assert half.high < span.high
