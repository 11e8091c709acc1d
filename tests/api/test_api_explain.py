"""What stands behind a number or a code, asked of stored results."""

from __future__ import annotations

import json

import pytest
from support.configurations import FOLLOW, GRID, HEAD

from reportgen import api
from reportgen.cli import main
from reportgen.errors import ConfigurationError

TEXT = HEAD + GRID + FOLLOW


@pytest.fixture
def trained(place):
    place.run(TEXT)
    return place


def test_a_number_leads_to_runs_that_have_it(trained):
    request = trained.request(TEXT)
    records = {}
    plan = api.plan_with(api.open_project(request), records)
    run = plan.runs[0]
    value = records[run.key].metric("test", "accuracy")
    found = api.explain(request, f"{value:.4f}".replace(".", ","))
    own = [item for item in found.values if item.runs == (run.key,) and item.name == "accuracy.test"]
    assert [item.value for item in own] == [value]
    assert found.runs[run.key].id == run.id


def test_a_code_gives_its_rule_and_its_findings(trained):
    found = api.explain(trained.request(TEXT), "few_seeds")
    assert found.rule["title"] == "Pocas semillas"
    assert [cell.id for cell in found.findings[0].finding.cells] == ["fewest", "enough"]
    assert "una sola semilla" in found.findings[0].text


def test_what_is_neither_is_told_with_what_was_meant(trained):
    with pytest.raises(ConfigurationError, match="few_seeds"):
        api.explain(trained.request(TEXT), "few_seed")


def test_the_command(trained, capsys):
    trained.request(TEXT)
    where = [str(trained.folder / "e.toml"), "--build", str(trained.build)]
    assert main(["explain", *where, "few_seeds"]) == 0
    shown = capsys.readouterr().out
    assert "Pocas semillas" in shown
    assert "rejilla." in shown
    assert main(["explain", *where, "0,98765"]) == 1
    assert "Ningún número" in capsys.readouterr().out
    assert main(["explain", *where, "few_seeds", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["findings"][0]["cells"][0]["runs"]
