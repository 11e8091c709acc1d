"""Who is chosen, and by what."""

from dataclasses import replace

from support.results import Outcome, follow_up, table

from reportgen.analysis.pairs import pair_rows
from reportgen.analysis.selection import select

AXES = {"optimizer": ["SGD", "Adam"]}


def results(first, second):
    return table({("SGD",): first, ("Adam",): second}, AXES).studies[0].results


def with_loss(result, loss):
    metrics = {**result.record.metrics, "validation": {"accuracy": 0.8, "loss": loss}}
    return replace(result, record=replace(result.record, metrics=metrics))


def test_validation_chooses_and_test_has_no_say():
    first, second = results(Outcome(0.9, validation=0.7), Outcome(0.6, validation=0.8))
    assert select([first, second]) is second


def test_of_equal_accuracies_the_lower_loss_is_chosen():
    first, second = results(Outcome(0.9, validation=0.8), Outcome(0.6, validation=0.8))
    worse, better = with_loss(first, 0.5), with_loss(second, 0.4)
    assert select([worse, better]) is better
    assert select([better, worse]) is better
    unknown = with_loss(first, None)
    assert select([unknown, better]) is better


def test_of_equal_in_both_the_first_declared_is_chosen():
    first, second = results(0.8, 0.8)
    assert select([first, second]) is first


def test_pairs_of_a_follow_up_carry_both_networks_and_holm_over_the_study():
    collected = follow_up([(0.5, 0.8), (0.7, 0.7)])
    study = next(item for item in collected.studies if item.shape == "follow_up")
    rows = pair_rows(study)
    assert [round(row.compared.difference.value, 2) for row in rows] == [0.3, 0.0]
    assert [row.demonstrable for row in rows] == [True, False]
    assert rows[0].base.plan.study == "rejilla"
    other = next(item for item in collected.studies if item.shape == "grid")
    assert pair_rows(other) == ()
