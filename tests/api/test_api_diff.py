"""Two build folders, reports or files: what is read of each, and what cannot be."""

from __future__ import annotations

import json

import pytest
from support.published import publish
from support.results import Outcome, table

from reportgen.analysis.flipped import Turn
from reportgen.analysis.noise import Method
from reportgen.api.comparing import diff
from reportgen.errors import UsageError

AXES = {"optimizer": ["SGD", "Adam", "RMSprop"]}


def results(sgd=0.5, adam=0.8, rmsprop=0.6, **more):
    names = (("SGD",), ("Adam",), ("RMSprop",))
    return table(dict(zip(names, (sgd, adam, rmsprop), strict=True)), AXES, **more)


@pytest.fixture
def build(tmp_path):
    """Writes a build folder; gives its path."""

    def make(name, collected, **more):
        publish(tmp_path / name, collected, **more)
        return tmp_path / name

    return make


def rewrite(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_file_its_report_and_its_build_folder_are_the_same_place(build):
    one, other = build("a", results()), build("b", results())
    for place in (one, one / "report", one / "report" / "results.json"):
        found = diff(place, other)
        assert found.before.path == one / "report" / "results.json"
        assert found.changes.nothing
        assert (found.before.runs, found.before.findings) == (3, True)


def test_counts_are_compared_where_there_is_no_store(build):
    found = diff(build("a", results()), build("b", results(sgd=0.9)))
    assert [item.found.method for item in found.changes.compared] == [Method.PROPORTIONS]
    assert found.changes.compared[0].found.n == 800
    assert found.changes.beyond()
    assert found.before.predictions == found.after.predictions == 0


def test_predictions_are_compared_where_both_have_a_store(build):
    one = build("a", results(), store=True)
    found = diff(one, build("b", results(sgd=0.53), store=True))
    assert [item.found.method for item in found.changes.compared] == [Method.MCNEMAR]
    assert found.changes.beyond()
    assert (found.before.predictions, found.after.predictions) == (1, 1)
    assert diff(one, build("c", results(sgd=0.53))).changes.within(), "too few to tell by counting"


def test_predictions_that_are_not_those_that_were_published_are_not_used(build):
    one = build("a", results(sgd=0.5), store=True)
    other = build("b", results(sgd=0.9), store=True)
    stale = build("c", results(sgd=0.6))
    (other / "store").rename(stale / "store")
    (compared,) = diff(one, stale).changes.compared
    assert compared.found.method is Method.PROPORTIONS


def test_what_a_recipe_has_otherwise_is_told_where_both_are_stored(build):
    one, other = build("a", results(), store=True), build("b", results(epochs=12), store=True)
    found = diff(one, other)
    assert len(found.changes.recipes) == 3
    assert set(found.fields.values()) == {("training.epochs: 10 → 12",)}
    assert found.changes.settled
    assert diff(one, build("c", results(epochs=12))).fields == {}


def test_conclusions_that_flip_are_told_with_both_sentences(build):
    found = diff(build("a", results(adam=0.8)), build("b", results(adam=0.1)))
    flipped = {flip.before.code: flip for flip in found.changes.conclusions if flip.before}
    assert flipped["overall_best"].turn is Turn.NAMES
    assert "«Adam»" in flipped["overall_best"].before.text
    assert "«RMSprop»" in flipped["overall_best"].after.text


def test_findings_of_several_reports_are_held_against_those_of_the_same(build):
    one, other = build("a", results()), build("b", results())
    for place in (one, other):
        report = place / "report"
        (report / "findings.json").rename(report / "curso.findings.json")
    assert diff(one, other).changes.nothing
    (other / "report" / "curso.findings.json").rename(other / "report" / "breve.findings.json")
    turns = {flip.turn for flip in diff(one, other).changes.conclusions}
    assert turns == {Turn.NEW, Turn.GONE}


def test_without_findings_the_runs_are_compared(build):
    found = diff(build("a", results(), findings=False), build("b", results()))
    assert found.changes.conclusions is None
    assert not found.before.findings
    assert found.changes.equal == 3


def test_a_file_of_an_earlier_release_is_read(build):
    one, other = build("a", results()), build("b", results(sgd=0.9))

    def forget(content):
        for item in content["runs"]:
            for name in ("id", "data_key", "test_images"):
                del item[name]

    rewrite(one / "report" / "results.json", forget)
    found = diff(one, other)
    assert found.changes.equal == 2
    assert len(found.changes.doubtful) == 1


def test_a_run_without_a_result_is_told(build):
    found = diff(build("a", results()), build("b", results(sgd=None, adam=Outcome(status="diverged"))))
    assert [pair.after.status for pair in found.changes.statuses] == ["missing", "diverged"]


# --- what cannot be read ---------------------------------------------------------------------------


def refused(one, other):
    with pytest.raises(UsageError) as caught:
        diff(one, other)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_place_without_results_is_told(build, tmp_path):
    one = build("a", results())
    assert f"{tmp_path / 'nada'}: no existe" in refused(one, tmp_path / "nada")
    (tmp_path / "vacía").mkdir()
    told = refused(tmp_path / "vacía", one)
    assert "no hay ningún results.json" in told
    assert "indica un results.json" in told


@pytest.mark.parametrize("name", ["results.json", "findings.json"])
@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"schema": 1, "runs": [{"key": 3}]}', "\udcff"])
def test_a_file_that_is_something_else_is_told(build, name, content):
    one, other = build("a", results()), build("b", results())
    path = other / "report" / name
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    told = refused(one, other)
    assert str(path) in told
    assert "reportgen render" in told


def test_a_file_of_another_version_is_told(build):
    one, other = build("a", results()), build("b", results())
    rewrite(other / "report" / "results.json", lambda content: content.update(schema=2))
    assert "es de la versión 2 del formato, y este reportgen lee la 1" in refused(one, other)
