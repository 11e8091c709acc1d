"""The section on the author's claims: their words, what became of them, and numbers that lead back."""

from __future__ import annotations

import json
import re

import pytest
from findings.cases.claims import EACH
from report.test_provenance import bare
from support.claims import AGAINST, claim_text
from support.documents import write
from support.results import grid_text, parts, run, spec_of, variants_text

from reportgen.report.kinds import KINDS
from reportgen.report.outputs import findings_json
from reportgen.spec.model import Report

TEXT = variants_text({"base": "", "mejor": "base"}) + grid_text({"optimizer": ["SGD", "Adam", "RMSprop"]})
CLAIMS = (
    claim_text('of = "cnn.base"\nabove = 0.6', "limite", "Llega al 60 % <b>")
    + claim_text(AGAINST, "una", "La segunda es mejor")
    + claim_text(EACH, "adam", "Adam gana a todos")
    + claim_text(AGAINST + '\nmetric = "seconds"', "tiempo", "Y tarda menos")
)
VALUES = {"base": 0.7, "mejor": 0.5, "SGD": 0.6, "Adam": 0.8, "RMSprop": 0.8}
TELLING = [kind for kind, sections in KINDS.items() if "hipotesis" in sections]


def decide(plan):
    return VALUES[plan.parameters.get("variant") or plan.parameters["optimizer"]]


def page(text=TEXT + CLAIMS, report="", **more):
    spec = spec_of(text, report=report)
    return write(spec, run(spec, decide), pdf=False, **more)


def section(html):
    """The text of the section, with its marks and without."""
    found = re.search(r'<section[^>]*>\s*<h2 id="hipotesis".*?</section>', html, re.DOTALL)
    marked = found.group() if found else ""
    return marked, " ".join(re.sub(r"<[^>]+>", " ", marked).split())


def test_each_claim_has_its_words_its_verdict_and_the_numbers():
    marked, text = section(page().html)
    words = [
        "Llega al 60 % &lt;b&gt; confirmada",
        "La segunda es mejor refutada",
        "Adam gana a todos refutada",
        "Y tarda menos no se puede juzgar",
    ]
    places = [text.index(word) for word in words]
    assert places == sorted(places), "in the order of the file"
    assert re.findall(r'<li class="(\w+)">', marked) == ["supported", "refuted", "refuted", "not_applicable"]
    assert "«Red mejor» es peor que «Red base»" in text
    assert "✓ confirmada · ✗ refutada · ≈ no concluyente · – no se puede juzgar" in text


def test_every_number_of_it_leads_to_its_source():
    html = page().html
    marked, _ = section(html)
    assert bare(html) == []
    targets = re.findall(r'<a class="n" href="#([^"]+)"', marked)
    assert len(targets) > 10
    for target in targets:
        assert f'id="{target}"' in html
    assert "h-claim_comparison-cnn" in targets
    assert any(target.startswith("p-") for target in targets), "an accuracy of one run leads to that run"


@pytest.mark.parametrize("kind", TELLING)
def test_every_kind_that_concludes_tells_them_before_that(kind):
    html = page(report=f'kind = "{kind}"').html
    assert section(html)[1]
    ids = re.findall(r'<h2 id="(\w+)"', html)
    after = [name for name in ("conclusiones", "limitaciones", "cierre", "referencias") if name in ids]
    assert ids.index("hipotesis") < min(ids.index(name) for name in after)
    assert html.count('data-cell="claim_threshold.bound"') == 1, "told once"


def test_without_claims_there_is_no_such_section():
    assert section(page(TEXT).html) == ("", "")


def test_a_text_of_the_author_opens_it_and_may_ask_for_what_came_of_a_claim():
    prose = {
        "hipotesis": "Esperábamos *esto*.",
        "resumen": '{{ frase("claim_comparison", "adam") }} {{ celda("claim_threshold", "bound", "cnn") }}',
    }
    html = page(prose=prose).html
    assert "Esperábamos <em>esto</em>" in section(html)[0]
    assert html.count("Entre «Adam» y «RMSprop» no hay diferencia") == 2


def test_a_muted_claim_is_listed_with_the_reason():
    html = page(report='mute = [{ code = "claim_threshold", reason = "Ya se sabía" }]').html
    assert "Llega al 60" not in section(html)[1]
    assert "Ya se sabía" in html


def test_a_report_of_some_studies_tells_the_claims_on_them():
    spec = spec_of(TEXT + CLAIMS)
    report = Report(title="Parte", studies=("rejilla",))
    html = write(spec, parts(spec, decide, None, report=report), pdf=False, report=report).html
    assert "Adam gana a todos" in section(html)[1]
    assert "La segunda es mejor" not in html


def test_findings_json_has_them_with_their_role_and_id():
    found = [item for item in json.loads(findings_json(page().findings)) if item["role"] == "claim"]
    assert {item["names"]["claim"]: item["verdict"] for item in found} == {
        "limite": "supported", "una": "refuted", "adam": "refuted", "tiempo": "not_applicable",
    }  # fmt: skip
