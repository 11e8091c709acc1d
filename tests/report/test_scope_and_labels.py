"""What sentences in a row hold for is said once over them, and everywhere that one stands alone."""

from __future__ import annotations

import json
import re

import pytest
from support.documents import decide, write
from support.results import grid_text, run, spec_of, variants_text

from reportgen.findings import find
from reportgen.findings.model import Verdict
from reportgen.findings.registry import RULES
from reportgen.report.outputs import findings_json
from reportgen.report.sentences import blocks, plain, sentence
from reportgen.report.templates import inline
from reportgen.report.wording import wording

AXES = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
REACH = "para las redes ya entrenadas que se comparan, con una sola semilla, y no para el método en general"
TEXT = grid_text(AXES) + variants_text({"base": "", "una": "base", "dos": "base", "tres": "base"})
TEMPLATES, LOCALE = wording("es")


@pytest.fixture(scope="module")
def made():
    spec = spec_of(TEXT)
    return write(spec, run(spec, decide), pdf=False)


def views(collected):
    return [sentence(finding, TEMPLATES, LOCALE, {}) for finding in find(collected)]


def items(html, name):
    """The text of a section, list by list."""
    found = next(part for part in html.split("<section")[1:] if f'id="{name}"' in part)
    return spaced(plain(found))


def spaced(text):
    return re.sub(r"\s+", " ", text)


def test_a_block_says_once_what_its_sentences_hold_for(made):
    text = items(made.html, "estudio-cnn")
    assert f"Las 3 frases siguientes valen {REACH}:" in text
    assert f"Vale {REACH}" not in text
    assert text.count(REACH) == 1


def test_a_sentence_that_stands_alone_says_it_itself(made):
    texts = [item["text"] for item in json.loads(findings_json(made.findings))]
    told = [text for text in texts if f"Vale {REACH}." in text]
    assert len(told) >= 6
    summary = items(made.html, "resumen")
    alone = [view for view in made.findings if view.scope and spaced(plain(view.bare)) in summary]
    assert alone
    assert "frases siguientes" not in summary
    assert all(spaced(view.text) in summary for view in alone)


def test_only_sentences_in_a_row_with_the_same_reach_are_taken_together():
    spec = spec_of(TEXT)
    every = views(run(spec, decide))
    first, second = [view for view in every if plain(view.scope) == REACH][:2]
    bare = next(view for view in every if not view.scope)
    found = blocks([bare, first, bare, first, second, bare, bare])
    assert [(bool(block.scope), len(block.views)) for block in found] == [(False, 3), (True, 2), (False, 2)]
    assert not blocks([])
    (alone,) = blocks([first])
    assert not alone.scope


def test_a_sentence_and_its_reach_are_the_whole():
    spec = spec_of(TEXT)
    for view in views(run(spec, decide)):
        assert "\x02" not in view.text + view.html
        whole = f"{plain(view.bare)} Vale {plain(view.scope)}." if view.scope else plain(view.bare)
        assert view.text == whole


def test_no_list_has_a_sign_that_can_be_taken_for_right_or_wrong(made):
    lists = "".join(re.findall(r'<ul class="findings">.*?</ul>', made.html, re.DOTALL))
    assert not re.search("[✓✗≈✔✘]", lists)
    style = TEMPLATES.text("report.css")
    assert not re.search(r"findings[^{]*::before", style)


def test_every_check_says_in_words_what_became_of_it(made):
    labels = {(view.finding.code, view.finding.verdict): view.label for view in made.findings}
    faults = {rule.code for rule in RULES if rule.fault}
    for (code, verdict), label in labels.items():
        if verdict is Verdict.SUPPORTED:
            assert label == ("Problema" if code in faults else "")
        elif verdict is Verdict.REFUTED:
            assert label == ("Sin problema" if code in faults else "")
        else:
            assert label == {"inconclusive": "No concluyente"}.get(verdict, "No se puede juzgar")
    assert labels["overfitting", "refuted"] == "Sin problema"
    text = items(made.html, "conclusiones")
    assert "Sin problema. No hay señales de sobreajuste" in text
    assert "Sin problema. Ningun" in text
    limits = items(made.html, "limitaciones")
    assert "primero, las que señalan algo" in limits  # said once, and not before each of them
    assert "Problema." not in limits
    assert "Nada que señalar:" in limits
    assert "No se pudo juzgar:" in limits


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Optimizador", "optimizador"), ("Tasa de aprendizaje", "tasa de aprendizaje"), ("Capas", "capas"),
        ("Optimizador Adam", "optimizador Adam"), ("Épocas", "épocas"),
        ("Inercia (momentum)", "inercia (momentum)"),
        ("ReLU", "ReLU"), ("L2", "L2"), ("CNN base", "CNN base"), ("K", "K"), ("capas", "capas"), ("", ""),
        ("optimizer.learning_rate", "optimizer.learning_rate"),
    ],
)  # fmt: skip
def test_names_of_axes_begin_in_lower_case_within_a_sentence(label, text):
    assert inline(label) == text


def test_running_text_has_axes_in_lower_case():
    values = iter([0.9, 0.5, 0.5, 0.9])
    decided = {}
    spec = spec_of(grid_text(AXES))
    collected = run(
        spec, lambda plan: decided.setdefault(plan.key, next(values) if plan.key not in decided else 0)
    )
    told = {view.finding.code: view.text for view in views(collected)}
    assert told["factor_interaction"].startswith("Optimizador y activación interactúan")
    html = write(spec, collected, pdf=False).html
    assert "El estudio cruza optimizador y activación" in re.sub(r"\s+", " ", plain(html))
