"""Studies by data set, the studies of a report, and what a study is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.results import (
    FOLLOW,
    data_record,
    grid_text,
    parts,
    result_of,
    run,
    run_with,
    spec_of,
    study_of,
    table,
)

from reportgen.analysis.depth import depth_axis, depth_effect
from reportgen.analysis.grid import factor_effect, heatmap
from reportgen.analysis.pairs import pair_rows
from reportgen.findings import Verdict, find

ROPA = """
[data.ropa]
name = "fashion_mnist"
split = { validation = "test" }
classes = ["a", "b", "c", "d"]
"""
OTHER = '[study.otro]\ndata = "ropa"\nmodel = "cnn"\n'
DROPOUT = FOLLOW.format(changed="set.dropout = 0.3")


def reported(text, **fields):
    spec = spec_of(text)
    report = next(iter(spec.reports.values())).model_copy(update=fields)
    return parts(spec, lambda _: 0.7, data_record(), report=report)


def test_one_part_for_each_data_set_in_order_of_first_use():
    ropa, digits = reported(ROPA + OTHER + grid_text({"optimizer": ["SGD"]}) + OTHER.replace("otro", "mas"))
    assert (ropa.id, digits.id) == ("ropa", "")
    assert [study.id for study in ropa.studies] == ["otro", "mas"]
    assert [study.id for study in digits.studies] == ["rejilla"]
    assert (ropa.selection_on_test, digits.selection_on_test) == (True, False)
    assert ropa.data.classes == ("a", "b", "c", "d")
    assert digits.data.classes == data_record().classes
    assert {result.plan.data for result in ropa.results()} == {ropa.source.key}


def test_a_data_set_that_was_not_prepared_lacks_only_itself():
    spec = spec_of(ROPA + OTHER + grid_text({"optimizer": ["SGD"]}))
    ropa, digits = parts(spec, lambda _: None, None)
    assert ropa.data is digits.data is None
    assert [len(part.studies) for part in (ropa, digits)] == [1, 1]


def test_a_report_tells_its_studies_only():
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + DROPOUT
    (only,) = reported(text, studies=("rejilla",))
    assert [study.id for study in only.studies] == ["rejilla"]


def test_a_follow_up_works_without_its_parent_in_the_report():
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + DROPOUT
    (part,) = reported(text, studies=("derivado",))
    (study,) = part.studies
    assert len(pair_rows(study)) == 2
    assert {result.plan.study for result in study.parents.values()} == {"rejilla"}
    told = next(finding for finding in find(part) if finding.code == "followup_effect")
    assert told.cells[0].value == 2
    assert set(told.cells[0].sources) <= set(part.by_key())


def test_a_follow_up_on_other_data_has_no_pairs():
    changed = 'data = "ropa"\nset.dropout = 0.3'
    digits, ropa = reported(ROPA + grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed))
    (study,) = ropa.studies
    assert study.results[0].plan.parent
    assert study.parents == {}
    assert pair_rows(study) == ()
    assert [finding for finding in find(ropa) if finding.code == "followup_effect"] == []
    assert [study.id for study in digits.studies] == ["rejilla"]


def test_a_pending_study_stands_with_its_data():
    changed = 'data = "ropa"\nset.dropout = 0.3'
    spec = spec_of(ROPA + grid_text({"optimizer": ["SGD"]}) + FOLLOW.format(changed=changed))
    _, ropa = parts(spec, lambda _: None, None)
    assert (ropa.id, ropa.studies[0].pending) == ("ropa", 1)


def test_a_follow_up_with_axes_has_several_pairs_for_each_winner():
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + FOLLOW.format(changed="grid.dropout = [0.2, 0.4]")
    collected = run(spec_of(text), lambda plan: 0.8 if plan.study == "derivado" else 0.5)
    study = study_of(collected, "derivado")
    assert study.axes == ("optimizer", "dropout")
    assert study.own_axes == ("dropout",)
    assert study.together == ()
    assert study.shape == "follow_up"
    rows = pair_rows(study)
    assert len(rows) == 4
    assert len({row.base.key for row in rows}) == 2


def test_axes_that_advance_together_are_told_one_by_one():
    text = '[study.x]\nmodel = "mlp"\nzip.units = [[8], [8, 8]]\nzip.dropout = [0.1, 0.3]\n'
    study = study_of(run(spec_of(text), lambda _: 0.5), "x")
    assert (study.shape, study.crossed, study.together) == ("zipped", (), ("units", "dropout"))
    assert len(study.results) == 2
    assert factor_effect(study, "units") is None
    assert depth_axis(study) == ""


def test_an_axis_that_advances_with_no_other_is_crossed():
    text = '[study.x]\nmodel = "mlp"\nzip.units = [[8], [8, 8]]\n'
    study = study_of(run(spec_of(text), lambda _: 0.5), "x")
    assert (study.shape, study.crossed) == ("grid", ("units",))
    assert factor_effect(study, "units") is not None
    assert factor_effect(replace(study, crossed=()), "units") is None


ZIPPED = grid_text({"optimizer": ["SGD", "Adam"]}) + "zip.units = [[8], [8, 8]]\nzip.dropout = [0.1, 0.3]\n"


def test_an_axis_that_advances_with_another_has_no_effect_of_its_own():
    collected = run(spec_of(ZIPPED), lambda plan: 0.5 + 0.1 * len(plan.parameters["units"]))
    study = study_of(collected, "rejilla")
    assert (study.shape, study.crossed, study.own_axes) == (
        "grid",
        ("optimizer",),
        ("optimizer", "units", "dropout"),
    )
    assert factor_effect(study, "units") is None
    assert factor_effect(study, "optimizer").cells == 2
    assert depth_effect(study) is None
    shown = heatmap(study)
    assert shown.column_labels == ("SGD", "Adam")
    assert shown.row_labels == ("8 · 0,1", "8-8 · 0,3")
    assert all(value is not None for row in shown.values for value in row)
    assert not {"deeper_is_better", "best_at_edge"} & {
        finding.code for finding in find(collected) if finding.verdict is not Verdict.NOT_APPLICABLE
    }
    axes = {finding.names["axis"] for finding in find(collected) if finding.code == "factor_best"}
    assert axes == {"optimizer"}


def test_what_a_grid_leaves_out_is_a_hole():
    text = grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]})
    text += 'exclude = [{ optimizer = "SGD", activation = "tanh" }]\n'
    study = study_of(run(spec_of(text), lambda _: 0.5), "rejilla")
    assert heatmap(study).values == ((0.5, None), (0.5, 0.5))
    assert factor_effect(study, "optimizer").cells == 1
    assert factor_effect(study, "activation").cells == 1


def test_the_runs_that_weights_come_from_have_a_label():
    text = (
        '[model.red_prestada]\nlayers = [{ backbone = "MobileNetV2", weights = "run:base" }, "Flatten"]\n'
        '[study.base]\ntitle = "Red base"\nmodel = "red"\nweights = "none"\n'
        '[study.ajuste]\nmodel = "red_prestada"\n'
    )
    study = study_of(run(spec_of(text), lambda _: 0.5), "ajuste")
    assert list(study.weights.values()) == ["Red base"]
    assert study.weights.keys() == set(study.results[0].plan.needs)


def test_reasons_of_a_data_set_are_those_of_its_runs():
    collected = run_with(spec_of(grid_text({"optimizer": ["SGD"]})), lambda _: None, None)
    key = collected.source.key
    again = run_with(spec_of(grid_text({"optimizer": ["SGD"]})), lambda _: None, None, {key: "sin red"})
    assert result_of(again, "SGD").record.reason == "sin red"


def test_ranking_never_leaves_a_data_set():
    digits, ropa = reported(grid_text({"optimizer": ["SGD"]}) + ROPA + OTHER)
    assert set(digits.by_key()).isdisjoint(ropa.by_key())
    assert not [
        finding for part in (digits, ropa) for finding in find(part) if finding.code == "overall_best"
    ]


@pytest.mark.parametrize("text", ["", 'table = { by = ["optimizer"] }', 'table = { columns = ["f1.test"] }'])
def test_a_table_needs_no_rows(text):
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}, table=text))
    study = study_of(run(spec, lambda _: 0.5), "rejilla")
    assert study.rows == ""
    assert heatmap(study).column_labels == ("relu", "tanh")
    assert table({("SGD",): 0.5}, {"optimizer": ["SGD"]}).studies[0].columns == ()
