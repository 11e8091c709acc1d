from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import FOLLOW, Outcome, grid, grid_text, run, spec_of, study_of

from reportgen.analysis.curves import curve, learning, small_multiples
from reportgen.records.model import Status

RESTORE = '[{ callback = "EarlyStopping", patience = 2, restore_best_weights = true }]'


def one(outcome=0.8, **more):
    return next(grid({"optimizer": ["SGD"]}, lambda _: outcome, **more).results())


def scripted(losses, *, epochs=10, best=None, run_epochs=None):
    result = one(epochs=epochs)
    record = replace(
        result.record, history={"val_loss": tuple(losses)}, best_epoch=best, epochs_run=run_epochs or epochs
    )
    return replace(result, record=record)


def test_gap_is_train_minus_validation_of_the_final_weights():
    facts = learning(one(Outcome(0.8, validation=0.85, train=0.95)))
    assert facts.gap == pytest.approx(0.10)
    assert facts.overfitted
    assert facts.judged


@pytest.mark.parametrize(("train", "over"), [(0.89, False), (0.91, True), (0.5, False)])
def test_overfitted_above_five_points(train, over):
    assert learning(one(Outcome(0.8, validation=0.85, train=train))).overfitted is over


@pytest.mark.parametrize(
    ("losses", "rise", "over"),
    [
        ((1.0, 0.5, 0.5), 0.0, False),
        ((1.0, 0.5, 0.56), 0.12, True),
        ((1.0, 0.5, 0.54), 0.08, False),
        ((1.0, None, 0.5, 0.6, None), 0.2, True),  # values that are not finite are left out
        ((0.7,), 0.0, False),  # one epoch cannot rise
        ((), None, False),
        ((None, None), None, False),
        ((0.0, 0.3), None, False),  # no relative rise above a minimum of zero
    ],
)
def test_rise_of_the_validation_loss(losses, rise, over):
    facts = learning(scripted(losses))
    assert facts.rise == (None if rise is None else pytest.approx(rise))
    assert facts.overfitted is over
    assert facts.judged is (rise is not None)


def test_a_restored_network_is_not_judged_by_the_loss_it_left_behind():
    spec = spec_of(grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=f"set.callbacks = {RESTORE}"))
    base, stopped = run(spec, lambda _: Outcome(0.8, rise=0.5)).results()
    assert learning(base).overfitted
    assert learning(stopped).rise is None
    assert not learning(stopped).overfitted
    assert learning(stopped).judged


@pytest.mark.parametrize(
    ("epochs", "run_epochs", "best", "improving"),
    [
        (10, 10, 10, True), (10, 10, 8, True), (10, 10, 7, False),
        (10, 8, 8, False),  # a callback stopped it
        (3, 3, 3, True), (3, 3, 2, False), (2, 2, 2, True),  # of few epochs only the last tells
        (4, 4, 4, True), (1, 1, 1, False), (10, 10, None, False),
    ],
)  # fmt: skip
def test_still_improving(epochs, run_epochs, best, improving):
    facts = learning(scripted((0.5,) * run_epochs, epochs=epochs, best=best, run_epochs=run_epochs))
    assert facts.improving is improving
    assert facts.stopped_early is (run_epochs < epochs)


def test_a_run_without_metrics_has_no_gap():
    facts = learning(one(Outcome(0.8, blind=True)))
    assert (facts.gap, facts.rise, facts.overfitted, facts.judged) == (None, None, False, False)


def test_curve_of_a_run_and_of_one_without_history():
    shown = curve(one(Outcome(0.8, epochs=4)))
    assert len(shown.accuracy) == len(shown.val_loss) == 4
    assert (shown.epochs_planned, shown.stopped_early) == (10, True)
    assert curve(one(None)).loss == ()
    assert not curve(one(None)).stopped_early


def test_small_multiples_leave_a_hole_for_a_failed_run():
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"], "units": [[8], [8, 8]]}
    failed = Outcome(status=Status.DIVERGED, reason="NaN")
    collected = grid(axes, lambda plan: failed if plan.labels["units"] == "8-8" else 0.7)
    shown = small_multiples(study_of(collected, "rejilla"), "loss", ("optimizer", "Adam"))
    assert shown.row_labels == ("relu", "tanh")
    assert shown.column_labels == ("Capas: 8", "Capas: 8-8")
    assert [panel is None for panel in shown.panels] == [False, True, False, True]
    assert shown.panels[2].label == "Adam · tanh · capas: 8"
