"""Results made elsewhere are there already: no command trains them or prepares their images."""

from __future__ import annotations

import re
import tomllib

import pytest
from support.configurations import GRID, HEAD
from support.imported import request_of

from reportgen import api
from reportgen.analysis.noise import Method
from reportgen.api.comparing import diff
from reportgen.api.prose import review
from reportgen.api.verifying import Sample, verify
from reportgen.errors import MissingError
from reportgen.prose import Kind

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


BESIDE = HEAD + GRID + IMPORTED
"""A table on the data that the other study is trained on."""


def test_what_was_imported_is_never_trained_again(place):
    placed(place).run(BESIDE)
    found = verify(place.request(), Sample(0, (), 0), place.events.append)
    assert {item.study for item in found.repeated} == {"rejilla"}
    assert (found.stored, found.unavailable) == (4, {})
    with pytest.raises(MissingError, match=r"tabla\.adam se importó de un archivo"):
        verify(place.request(), Sample(0, ("tabla.adam",), 0), place.events.append)


def test_a_file_that_only_imports_has_nothing_to_train_again(place):
    placed(place).run(ONLY)
    with pytest.raises(MissingError):
        verify(place.request(), Sample(0, (), 0), place.events.append)


def test_two_reports_of_a_table_are_compared_by_counts(tmp_path):
    """Of 10,000 images each, as it is told of the data; what is not told is not compared."""

    def built(name, table, data='name = "cifar10"\nsplit = { validation = "test" }'):
        (tmp_path / name).mkdir()
        request = request_of(tmp_path / name, {"tabla.csv": table}, data=data)
        api.render(request)
        return request.build

    before = built("a", TABLE)
    (found,) = diff(before, built("b", TABLE.replace("0,52", "0,56"))).changes.compared
    assert (found.found.method, found.found.n) == (Method.PROPORTIONS, 20_000)
    assert (found.found.before, found.found.after) == (0.52, 0.56)
    assert diff(before, built("c", TABLE)).changes.nothing
    own = 'name = "folder"\npath = "fotos"\nsplit = { validation = "test" }'
    unknown = diff(built("d", TABLE, own), built("e", TABLE.replace("0,52", "0,56"), own)).changes
    assert not unknown.compared
    assert not unknown.nothing


def test_texts_may_ask_for_its_numbers_and_are_judged_by_them(tmp_path):
    (tmp_path / "textos").mkdir()
    text = (
        'Adam alcanza {{ valor("tabla.adam", "validation.accuracy") }}.\n\nSGD supera a Adam en validación.\n'
    )
    (tmp_path / "textos" / "resumen.md").write_text(text, encoding="utf-8")
    request = request_of(tmp_path, {"tabla.csv": TABLE}, report='prose = "textos"')
    (remark,) = review(request).remarks
    assert (remark.kind, remark.line) == (Kind.REFUTED, 3)
    api.render(request)
    page = (request.build / "report" / "informe.html").read_text(encoding="utf-8")
    assert re.search(r'data-n="accuracy.validation" title="0.66 · tabla.adam · [^"]*">66,0', page)
