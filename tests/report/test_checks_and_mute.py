"""What a report says of checks that found nothing or could not be made, and of what its authors mute."""

from __future__ import annotations

import json
import re

import pytest
from support.documents import decide, write
from support.results import grid_text, run, spec_of

from reportgen.errors import ConfigurationError
from reportgen.report.outputs import findings_json
from reportgen.report.sentences import plain

AXES = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
SEEDS = 'mute = [{ code = "few_seeds", reason = "Es un <ejercicio> de clase" }]'
GRID_ONLY = 'mute = [{ code = "factor_best", study = "rejilla", reason = "Lo pide la guía" }]'


def report(declared: str = "", sections: str = ""):
    told = f'sections = ["{sections}"]\n' if sections else ""
    spec = spec_of(grid_text(AXES), report=told + declared)
    return write(spec, run(spec, decide), pdf=False)


def chapter(html, name):
    """The text of the section that holds an anchor."""
    found = next(part for part in html.split("<section")[1:] if f'id="{name}"' in part)
    return re.sub(r"\s+", " ", plain(found))


def test_checks_that_found_nothing_are_named_and_those_not_made_say_why():
    text = chapter(report().html, "limitaciones")
    fine = re.search(r"Nada que señalar: ([^.]*)\.", text)[1].split("; ")
    assert "ejecuciones sin resultado" in fine
    assert "pocas semillas" not in fine
    assert "Estudios a la espera. Ningún estudio deriva de otro" in text
    assert "estudios a la espera" not in fine
    limits = text[: text.index("Nada que señalar")]
    assert "una sola semilla" in limits
    assert "terminaron sin fallos" not in limits


def test_what_is_muted_is_told_as_such_and_nowhere_else():
    made = report(SEEDS)
    text = chapter(made.html, "limitaciones")
    assert "Los autores piden no contar: Pocas semillas. Motivo: Es un <ejercicio> de clase" in text
    assert "una sola semilla: las comparaciones" not in plain(made.html)
    (entry,) = [item for item in json.loads(findings_json(made.findings)) if item["code"] == "few_seeds"]
    assert entry["muted"] == "Es un <ejercicio> de clase"
    assert entry["verdict"] == "supported"


def test_a_study_is_muted_alone():
    made = report(GRID_ONLY)
    assert "Mejor nivel de un factor (rejilla). Motivo: Lo pide la guía" in chapter(made.html, "limitaciones")
    other = report(GRID_ONLY.replace("rejilla", "rejilla").replace("factor_best", "grid_best"))
    told = [view.finding.code for view in other.findings if not view.muted]
    assert "factor_best" in told
    assert "grid_best" not in told


@pytest.mark.parametrize("sections", ["resumen", "conclusiones", "dudas"])
def test_a_report_without_limitations_still_says_what_is_muted(sections):
    text = plain(report(SEEDS, sections=sections).html)
    assert text.count("Los autores piden no contar") == 1
    assert "Entrenar los mejores candidatos" not in text


@pytest.mark.parametrize(
    ("declared", "complaint"),
    [
        ('mute = [{ code = "few_seed", reason = "x" }]', "few_seeds"),
        ('mute = [{ code = "few_seeds", reason = " " }]', "reason"),
        ('mute = [{ code = "few_seeds" }]', "reason"),
        ('mute = [{ code = "few_seeds", study = "rejila", reason = "x" }]', "rejilla"),
    ],
)
def test_a_mute_that_says_too_little_or_names_nothing(declared, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        spec_of(grid_text(AXES), report=declared)


def test_the_summary_has_at_most_five_findings_and_the_choice_first():
    html = report().html
    found = re.search(r'<div class="lead">(.*?)</div>', html, re.DOTALL)[1]
    assert 1 < found.count("<li") <= 5
    assert found.index("overall_best") == min(
        found.index(code) for code in ("overall_best", "factor_best", "overfitting") if code in found
    )
