"""What a benchmark says of two sides: paired ratios, their interval, the control, and a line for others."""

from __future__ import annotations

import json
import math
import platform
import socket

import harness
import numpy as np
import pytest
from harness import Interval, Options, Promise, abba, bab, judged, median_interval, repeated, series

FASTER = Promise("so many times faster", "x", 2.0, ">=")
QUICK = Promise("seconds", "s", 2.0, "<=")


class Machine:
    """Work whose cost grows with everything that was done before, as on a machine that grows warm."""

    def __init__(self, drift):
        self.drift = drift
        self.done = []

    def side(self, name, seconds):
        def work():
            cost = seconds * (1 + self.drift * len(self.done))
            self.done.append(name)
            return cost

        return work


# --- the comparison ------------------------------------------------------------------------------


def test_blocks_are_abba_then_baab():
    machine = Machine(0.0)
    abba(machine.side("A", 1.0), machine.side("B", 1.0), 3)
    assert "".join(machine.done) == "ABBA" + "BAAB" + "ABBA"


def test_a_long_side_runs_between_two_of_ours():
    machine = Machine(0.1)
    trial = bab(machine.side("A", 6.0), machine.side("B", 2.0), 2)
    assert "".join(machine.done) == "BABBAB"
    assert trial.values == pytest.approx((6 * 1.1 / 2, 6 * 1.1 / 2.4, 6 * 1.4 / 2.6, 6 * 1.4 / 3.0))
    assert trial.controls == pytest.approx((1.4 / 1.1, 1.2, 1.3 / 1.2, 1.5 / 1.3))


def test_a_ratio_is_the_other_over_ours_and_exact_on_a_steady_machine():
    machine = Machine(0.0)
    trial = abba(machine.side("A", 6.0), machine.side("B", 2.0), 2)
    assert trial.values == (3.0,) * 4
    assert trial.controls == (1.0,) * 6


def test_a_machine_that_grows_slower_changes_the_ratio_little_and_the_control_shows_it():
    machine = Machine(0.1)
    bar = abba(machine.side("A", 6.0), machine.side("B", 2.0), 2).bar(FASTER, "")
    assert bar.value == pytest.approx(3.0, rel=0.02)
    assert bar.control is not None
    assert min(bar.control) > 1.0


def test_a_side_against_itself_is_one():
    noise = np.random.default_rng(3)
    trial = abba(lambda: noise.normal(10.0, 0.5), lambda: noise.normal(10.0, 0.5), 10)
    bar = trial.bar(FASTER, "")
    assert bar.interval is not None
    assert bar.interval[0] < 1.0 < bar.interval[1]
    assert bar.value == pytest.approx(1.0, abs=0.05)
    assert not bar.met


def test_a_repetition_is_its_own_control():
    values = iter([2.0, 4.0, 4.0])
    trial = repeated(lambda: next(values), 3)
    assert (trial.values, trial.controls) == ((2.0, 4.0, 4.0), (2.0, 1.0))


def test_a_series_has_each_over_the_one_before_as_its_control():
    trial = series([2.0, 4.0, 3.0])
    assert (trial.values, trial.controls) == ((2.0, 4.0, 3.0), (2.0, 0.75))


@pytest.mark.parametrize("compare", [abba, bab])
def test_a_comparison_without_rounds_is_refused(compare):
    with pytest.raises(ValueError, match="round"):
        compare(lambda: 1.0, lambda: 1.0, 0)


# --- the interval --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "rank", "confidence"),
    [
        (1, 1, 0.0),
        (2, 1, 0.5),
        (5, 1, 0.9375),
        (6, 1, 1 - 2 / 64),
        (8, 1, 1 - 2 / 256),
        (9, 2, 1 - 20 / 512),
        (12, 3, 1 - 158 / 4096),
    ],
)
def test_intervals_are_those_of_the_sign_test(count, rank, confidence):
    values = list(range(1, count + 1))
    assert median_interval(values[::-1]) == Interval(rank, count + 1 - rank, pytest.approx(confidence))


def test_an_interval_holds_the_median_as_often_as_it_says():
    random = np.random.default_rng(11)
    found = [median_interval(random.exponential(size=15).tolist()) for _ in range(4000)]
    held = sum(one.low <= math.log(2) <= one.high for one in found) / len(found)
    assert held == pytest.approx(found[0].confidence, abs=0.01)
    assert found[0].confidence >= harness.CONFIDENCE


def test_no_values_no_interval():
    with pytest.raises(ValueError, match="needs values"):
        median_interval([])


# --- the line ------------------------------------------------------------------------------------


def test_a_line_tells_everything():
    line = abba(lambda: 9.0, lambda: 3.0, 1).bar(FASTER, "tamaño").line()
    assert "\n" not in line
    told = json.loads(line)
    assert told == {
        "bar": "so many times faster", "value": 3.0, "unit": "x", "limit": 2.0, "sense": ">=", "met": True,
        "interval": [3.0, 3.0], "control": [1.0, 1.0], "detail": "tamaño; median of 2, interval 50% sure",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("promise", "value", "met"),
    [
        (FASTER, 2.0, True),
        (FASTER, 1.99, False),
        (QUICK, 2.0, True),
        (QUICK, 2.01, False),
        (QUICK, math.nan, False),
    ],
)
def test_a_limit_is_met_from_its_own_side(promise, value, met):
    assert promise.met(value) is met


def test_rounding_for_show_does_not_make_a_bar_met():
    bar = judged(QUICK, 2.000001, "")
    assert bar.value == 2.0
    assert not bar.met


def test_what_is_no_number_becomes_no_line():
    with pytest.raises(ValueError, match="JSON compliant"):
        judged(QUICK, math.inf, "").line()


# --- a script ------------------------------------------------------------------------------------


def script(*values, error=None):
    def measure(options):
        assert isinstance(options, Options)
        for value in values:
            yield judged(QUICK, value, "quick" if options.quick else "full")
        if error:
            raise error

    return measure


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (script(1.0, 1.5), 0),
        (script(1.0, 3.0), 1),
        (script(1.0, error=RuntimeError("no such thing")), 2),
        (script(3.0, error=RuntimeError("no such thing")), 2),
    ],
)
def test_the_exit_code_tells_of_missed_bars_and_of_failures(measure, code, capsys):
    assert harness.main(measure, []) == code
    out = capsys.readouterr()
    assert all(json.loads(line)["detail"] == "full" for line in out.out.splitlines())
    assert ("could not be measured: no such thing" in out.err) == (code == 2)


def test_quick_and_rounds_reach_the_script(capsys):
    assert harness.main(script(1.0), ["--quick"]) == 0
    assert json.loads(capsys.readouterr().out)["detail"] == f"{harness.SMALL}; quick"
    assert (Options().pick(9, 2), Options(quick=True).pick(9, 2)) == (9, 2)
    assert (Options().blocks(4), Options(quick=True).blocks(4), Options(rounds=7).blocks(4)) == (4, 1, 7)


def test_the_machine_is_told_without_its_name():
    told = harness.machine()
    assert f"Python {platform.python_version()}" in told
    assert " cores, " in told
    assert socket.gethostname() not in told
