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


def test_a_number_is_told_where_it_stands_in_the_prose(place, capsys):
    text = TEXT.replace('title = "Prueba"', 'title = "Prueba"\nprose = "textos"')
    (place.folder / "textos").mkdir()
    place.run(text)
    request = place.request(text)
    records = {}
    run = api.plan_with(api.open_project(request), records).runs[0]
    value = records[run.key].metric("test", "accuracy")
    shown = f"{value:.4f}".replace(".", ",")
    lines = [
        f"Fue {shown} y no {shown}1.", "", f"Otra cosa: 1{shown}.", f"Vale {value:.4f}.", "",
        f'Es {{{{ valor("{run.study}.{run.id}", "test.accuracy") }}}}.',
        f"Y {{{{ valor('{run.study}.{run.id}', 'accuracy.test') }}}}.",
    ]  # fmt: skip
    (place.folder / "textos" / "resumen.md").write_text("\n".join(lines), encoding="utf-8")
    expected = [f"{place.folder / 'textos' / 'resumen.md'}:{line}" for line in (1, 4, 6, 7)]
    assert list(api.explain(request, shown).prose) == expected
    assert main(["explain", str(place.config), "--build", str(place.build), shown, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["prose"] == expected
    assert main(["explain", str(place.config), "--build", str(place.build), shown]) == 0
    assert f"En el texto del autor:\n    {expected[0]}\n" in capsys.readouterr().out
    assert api.explain(request, "few_seeds").prose == ()


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
