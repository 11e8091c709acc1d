"""Results made elsewhere are there already: no command trains them or prepares their images."""

from __future__ import annotations

import tomllib

from support.configurations import GRID, HEAD
from support.imported import request_of

from reportgen import api

TABLE = "optimizer;accuracy;val_accuracy;tiempo\nSGD;0,5;0,52;82\nAdam;0,7;0,66;90\nNadam;;;\n"
IMPORTED = '[study.tabla]\nresults = "tabla.csv"\n'
ONLY = '[report]\ntitle = "t"\n[data]\nname = "cifar10"\n' + IMPORTED


def placed(place, table=TABLE):
    (place.folder / "tabla.csv").write_text(table, encoding="utf-8")
    return place


def test_a_run_trains_nothing_and_prepares_nothing(place):
    outcome = placed(place).run(ONLY)
    assert (outcome.declared, outcome.finished, outcome.trained) == (3, 2, 0)
    assert [event.kind for event in place.events] == ["rendering"]
    assert list(place.store.keys("runs")) == list(place.store.keys("data")) == []


def test_beside_a_training_only_that_is_trained(place):
    outcome = placed(place).run(HEAD + GRID + IMPORTED + 'data = "otro"\n[data.otro]\nname = "cifar10"\n')
    assert (outcome.declared, outcome.finished, outcome.trained) == (7, 6, 4)
    assert len(list(place.store.keys("data"))) == 1
    assert len(list(place.store.keys("runs"))) == 4
    assert place.run().trained == 0


def test_nothing_of_it_lies_ahead(place):
    planned = placed(place).plan(ONLY)
    assert [(line.label, line.state) for line in planned.lines] == [
        ("SGD", "stored"), ("Adam", "stored"), ("Nadam", "failed"),
    ]  # fmt: skip
    assert planned.budget.total.runs == 0


def test_an_edited_cell_is_another_run_and_a_moved_row_is_not(place):
    def keys(table):
        return {
            run.label: run.key
            for run in api.plan_with(api.open_project(placed(place, table).request(ONLY)), {}).runs
        }

    before = keys(TABLE)
    head, *rows = TABLE.splitlines(keepends=True)
    assert keys("".join([head, *reversed(rows)])) == before
    edited = keys(TABLE.replace("0,52", "0,53"))
    assert [label for label in before if edited[label] != before[label]] == ["SGD"]
    assert keys(TABLE.replace("82", "83"))["SGD"] != before["SGD"]


def test_show_and_explain_know_them(place):
    request = placed(place).request(ONLY)
    assert tomllib.loads(api.show(request))["study"]["tabla"]["results"] == ["tabla.csv"]
    shown = tomllib.loads(api.show_run(request, "tabla.adam"))
    assert shown["result"]["metrics"]["validation"]["accuracy"] == 0.66
    assert shown["recipe"]["kind"] == "imported"
    found = api.explain(request, "0,66")
    assert [(item.name, item.of) for item in found.values] == [("accuracy.validation", "adam")]


def test_a_report_is_made_again_when_the_table_changes(tmp_path):
    request = request_of(tmp_path, {"tabla.csv": TABLE})
    page = tmp_path / "build" / "report" / "informe.html"
    api.render(request)
    before = page.read_bytes()
    api.render(request)
    assert page.read_bytes() == before
    head, *rows = TABLE.splitlines(keepends=True)
    (tmp_path / "tabla.csv").write_text("".join([head, *reversed(rows)]), encoding="utf-8")
    api.render(request)  # the same runs, told in another order
    assert page.read_bytes() != before
    (tmp_path / "tabla.csv").write_text(TABLE.replace("0,66", "0,99"), encoding="utf-8")
    api.render(request)
    assert b"0,9900" in page.read_bytes()
    assert page.read_bytes() != before
