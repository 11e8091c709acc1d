"""Two networks are compared by the best that is known of them, and by no more than that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from support.imported import FILES, made, predictions_text
from support.results import grid

from reportgen.analysis.comparing import (
    Means,
    accuracy,
    compared,
    family,
    images_behind,
    measured,
    right_share,
    same_images,
)
from reportgen.analysis.curves import learning
from reportgen.analysis.depth import depth_axis
from reportgen.analysis.settings import methods, settings
from reportgen.analysis.statistics import Paired, Unpaired, paired, unpaired, wilson
from reportgen.analysis.tables import result_table
from reportgen.analysis.ties import ties

TABLE = "optimizer;accuracy;val_accuracy;test_accuracy\nSGD;0,7;0,6;0,5\nAdam;0,8;0,7;0,55\nNadam;0,8;0,7;\n"
OWN = 'name = "folder"\npath = "fotos"'
TRUTH = "0123456789" * 10
ANSWERS = {"SGD": "0" * 50 + TRUTH[50:], "Adam": TRUTH[:90] + "1" * 10}
ANSWERED = "optimizer;val_accuracy\nSGD;0,6\nAdam;0,9\n"


def told(**more):
    files = {"p.csv": predictions_text(ANSWERS, TRUTH)}
    return made(ANSWERED, further=files, study=f'{FILES}\npredictions = "p.csv"', **more).unique()


def test_runs_that_were_trained_here_are_paired():
    first, second = grid({"optimizer": ["SGD", "Adam"]}, lambda plan: 0.5 + 0.1 * len(plan.label)).unique()
    assert compared(first, second) == paired(first.correct(), second.correct())


def test_runs_with_predictions_are_paired_whoever_trained_them():
    sgd, adam = told()
    assert same_images(sgd, adam)
    found = compared(adam, sgd)
    assert isinstance(found, Paired)
    right = np.array([list(said) for said in (ANSWERS["Adam"], ANSWERS["SGD"])]) == np.array(list(TRUTH))
    assert (found.only_first, found.only_second) == (
        int((right[0] & ~right[1]).sum()),
        int((right[1] & ~right[0]).sum()),
    )
    assert right_share(sgd) == pytest.approx(right[1].mean())
    assert (images_behind(sgd), accuracy(sgd).low) == (100, wilson(int(right[1].sum()), 100).low)


def test_counts_alone_make_two_samples():
    sgd, adam = measured(made(TABLE).unique())
    found = compared(adam, sgd)
    assert isinstance(found, Unpaired)
    assert found == unpaired((5500, 10_000), (5000, 10_000))
    assert found.difference.value == pytest.approx(0.05)
    # two-sample test by the normal approximation, and the plain interval: independent of the code
    error = np.sqrt(0.55 * 0.45 / 10_000 + 0.5 * 0.5 / 10_000)
    assert found.difference.low == pytest.approx(0.05 - 1.96 * error, abs=1e-3)
    assert found.difference.high == pytest.approx(0.05 + 1.96 * error, abs=1e-3)
    assert found.p == pytest.approx(2 * stats.norm.sf(0.05 / error), rel=0.3)


def test_as_many_answers_to_other_images_are_not_paired():
    sgd, adam = told()
    other = replace(adam, record=replace(adam.record, labels=adam.record.labels[::-1]))
    assert same_images(sgd, adam)
    assert not same_images(sgd, other)
    assert isinstance(compared(sgd, other), Unpaired)


def test_counts_are_conservative_where_networks_fail_on_the_same_images():
    right = np.arange(1000)
    first, second = right < 640, right < 610  # whatever the first gets wrong, so does the second
    exact = paired(first, second)
    loose = unpaired((640, 1000), (610, 1000))
    assert exact.p <= loose.p
    assert loose.difference.low <= exact.difference.low
    assert exact.difference.high <= loose.difference.high


def test_without_the_number_of_images_nothing_is_tested():
    sgd, adam = measured(made(TABLE, data=OWN).unique())
    assert compared(adam, sgd) is None
    assert accuracy(adam) == replace(accuracy(adam), value=0.55, low=None, high=None)
    found = ties([sgd, adam])
    assert (found.leader, found.members, found.means) == (adam, {sgd.key, adam.key}, Means.NOTHING)


def test_a_run_without_test_accuracy_is_not_measured():
    runs = made(TABLE).unique()
    assert [run.plan.label for run in measured(runs)] == ["SGD", "Adam"]
    with pytest.raises(ValueError, match="no test accuracy"):
        accuracy(runs[2])


def test_a_family_says_by_what_all_of_it_was_compared():
    sgd, adam = measured(made(TABLE).unique())
    one, other = told()
    unknown = measured(made(TABLE, data=OWN).unique())[0]
    assert family([(adam, sgd)]).means is Means.COUNTS
    assert family([(one, other)]).means is Means.IMAGES
    assert family([(one, other), (adam, sgd)]).means is Means.BOTH
    mixed = family([(adam, sgd), (adam, unknown)])
    assert (mixed.means, mixed.p[1], mixed.p[0] < 1e-6) == (Means.NOTHING, 1.0, True)


def test_nothing_is_marked_as_best_that_nothing_tells_apart():
    def marked(**more):
        (study,) = made(TABLE, **more).studies
        return [row.label for group in result_table(study).groups for row in group.rows if row.tied_best]

    assert marked() == ["Adam"]
    assert marked(data=OWN) == []


# --- what is not known is not made up -------------------------------------------------------------


def test_a_recipe_that_nobody_knows_is_empty():
    run = made(TABLE).unique()[0]
    assert run.imported
    assert settings(run) == {}
    assert methods([run]) == ("optimizers/SGD",)
    assert run.planned_epochs == run.record.epochs_run == 0
    facts = learning(run)
    assert facts.gap == pytest.approx(0.1)
    assert (facts.judged, facts.overfitted, facts.improving, facts.stopped_early) == (
        False,
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("header", "values", "axis"),
    [
        ("Capas", ("1", "2"), "capas"),
        ("units", ("512", "512-256"), "units"),
        ("lote", ("32", "64"), ""),
        ("units", ("512-8", "512-256"), ""),
    ],
)
def test_a_column_that_counts_layers_is_one_of_depth(header, values, axis):
    rows = "".join(f"{value};{name};0,5\n" for value in values for name in ("SGD", "Adam"))
    (study,) = made(f"{header};optimizer;val_accuracy\n{rows}").studies
    assert study.shape == "grid"
    assert depth_axis(study) == axis


@pytest.mark.parametrize(
    ("rows", "shape", "crossed", "together"),
    [
        ("a;1\nb;2\nc;3\n", "zipped", (), ()),
        ("a;1\na;2\nb;1\nb;2\n", "grid", ("x", "y"), ()),
        ("a;1\na;2\nb;1\n", "grid", ("x", "y"), ()),
        ("a;1\nb;1\n", "grid", ("x", "y"), ()),
        ("a;1\nb;2\nc;1\nd;3\ne;4\n", "zipped", (), ()),
    ],
)
def test_the_shape_of_a_study_is_that_of_its_table(rows, shape, crossed, together):
    text = "x;y;val_accuracy\n" + rows.replace("\n", ";0,5\n")
    (study,) = made(text).studies
    assert (study.shape, study.crossed, study.together) == (shape, crossed, together)


def test_axes_that_go_together_are_told_as_such():
    rows = "".join(f"{a};{b};{c};0,5\n" for a, b in (("x", "1"), ("y", "2")) for c in ("p", "q"))
    (study,) = made("a;b;c;val_accuracy\n" + rows).studies
    assert (study.shape, study.crossed, study.together) == ("grid", ("c",), ("a", "b"))
