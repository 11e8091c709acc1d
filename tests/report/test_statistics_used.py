"""The chapter on statistics explains every method that the report rests on, and no other."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

import pytest
from findings.cases import curves
from findings.cases.contrasts import WITHOUT_AND_WITH
from findings.cases.seeds import ALIKE, FIVE, NEAR, above
from support.contrasts import text as contrast_text
from support.documents import write
from support.imported import FILES, request_of
from support.results import FOLLOW, Outcome, folds_text, grid_text, run, spec_of
from support.seeded import seeded, seeded_text

from reportgen import api
from reportgen.api.collecting import stored
from reportgen.report.sentences import plain
from reportgen.report.statistics_used import SENTENCES
from reportgen.report.wording import wording

SECTIONS = 'sections = ["fundamentos", "estudios", "conclusiones", "limitaciones", "referencias"]'
AXES = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh", "elu"]}
TABLE = "optimizer;val_accuracy;test_accuracy;n_test\nSGD;0,6;0,61;100\nAdam;0,7;0,72;100\n"
BARE = "optimizer;val_accuracy;test_accuracy\nSGD;0,6;0,61\nAdam;0,7;0,72\n"


def grid_of(axes, outcome):
    spec = spec_of(grid_text(axes), report=SECTIONS)
    return spec, run(spec, outcome)


def by_label(plan):
    """Every network another accuracy and another time."""
    place = sum(map(ord, plan.label)) % 11
    return Outcome(0.5 + 0.04 * place, seconds=10.0 + place)


def repeated(**scores):
    spec = spec_of(seeded_text(tuple(scores)), seeds=[1, 2, 3, 4, 5], report=SECTIONS)
    return spec, seeded(scores)


def folds(*arms):
    spec = spec_of(folds_text(arms, folds=3), report=SECTIONS)
    return spec, run(spec, lambda plan: Outcome(0.8, validation=0.7 + 0.01 * plan.fold))


def dropout(code="dropout_effect"):
    model, one, other = WITHOUT_AND_WITH[code]
    spec = spec_of(contrast_text({"sin": one, "con": other}, model), report=SECTIONS)
    return spec, run(spec, lambda plan: 0.7 if plan.parameters["variant"] == "sin" else 0.8)


def gaps():
    """Six independent pairs."""
    text = grid_text({"optimizer": curves.NAMES[:3]}) + FOLLOW.format(changed="set.dropout = 0.3")
    spec = spec_of(text, seeds=[1, 2], report=SECTIONS)
    return spec, run(spec, lambda plan: curves.gap(0.05 if plan.study == "derivado" else 0.2))


def elsewhere(table=TABLE, data='name = "cifar10"'):
    with tempfile.TemporaryDirectory() as folder:
        request = request_of(Path(folder), {"tabla.csv": table}, study=FILES, report=SECTIONS, data=data)
        there = stored(api.open_project(request))
        (report,) = there.project.spec.reports.values()
        return there.project.spec, there.collected(report)


REPORTS = {
    "one run": lambda: grid_of({"optimizer": ["SGD"]}, lambda _: 0.8),
    "equal": lambda: grid_of({"optimizer": ["SGD", "Adam"]}, lambda _: 0.8),
    "two": lambda: grid_of({"optimizer": ["SGD", "Adam"]}, by_label),
    "grid": lambda: grid_of(AXES, by_label),
    "seeds": lambda: repeated(a=FIVE, b=above(*[0.1, 0.09] * 3)[:5], c=above(*[-0.1, -0.09] * 3)[:5]),
    "two arms": lambda: repeated(a=FIVE, b=ALIKE),
    "open": lambda: repeated(a=FIVE, b=NEAR[:5]),
    "folds": lambda: folds("a", "b"),
    "one fold arm": lambda: folds("a"),
    "dropout": dropout,
    "gaps": gaps,
    "elsewhere": elsewhere,
    "uncounted": lambda: elsewhere(BARE, 'name = "folder"\npath = "fotos"'),
}
USED = {
    "wilson": ({"one run", "grid", "seeds", "elsewhere"}, {"uncounted"}),
    "mcnemar": ({"two", "grid", "dropout"}, {"one run", "folds", "elsewhere", "uncounted"}),
    "fisher": ({"elsewhere"}, {"two", "grid", "seeds", "uncounted"}),
    "holm": ({"two", "grid", "seeds"}, {"one run", "folds", "one fold arm", "uncounted"}),
    "bootstrap": ({"dropout"}, {"grid", "one run", "folds"}),
    "threshold": ({"grid", "dropout", "seeds"}, {"uncounted"}),
    "certainty": ({"dropout", "seeds"}, {"grid", "two", "folds"}),
    "factor": ({"grid"}, {"two", "seeds", "folds"}),
    "interaction": ({"grid"}, {"two", "seeds", "folds"}),
    "cohens_h": ({"two", "grid"}, {"equal", "seeds", "folds", "one run"}),
    "paired_t": ({"seeds", "two arms"}, {"grid", "folds"}),
    "sign_flips": ({"seeds"}, {"two arms", "grid", "folds"}),
    "paired_effect": ({"seeds"}, {"grid", "folds", "two"}),
    "sample_size": ({"open"}, {"grid", "folds", "seeds"}),
    "concordance": ({"seeds"}, {"two arms", "grid", "folds"}),
    "seed_margin": ({"seeds"}, {"grid", "folds"}),
    "cross_validation": ({"folds", "one fold arm"}, {"grid", "seeds"}),
    "nadeau_bengio": ({"folds"}, {"one fold arm", "grid"}),
    "sign_test": ({"gaps"}, {"grid", "dropout"}),
    "calibration": ({"one run", "grid"}, {"folds", "elsewhere"}),
    "pareto": ({"two", "grid"}, {"one run", "equal", "folds"}),
}
"""Method -> reports that rest on it, and some that do not."""
TEMPLATES, LOCALE = wording("es")


def title(method):
    return TEMPLATES.text(f"es/methods/statistics/{method}.md").splitlines()[0].removeprefix("# ")


@cache
def explained(report):
    """Titles of the chapter, and all sentences that are told."""
    spec, collected = REPORTS[report]()
    made = write(spec, collected, pdf=False)
    html, texts = made.html, " ".join(view.text for view in made.findings)
    chapter = next(part for part in html.split("<section")[1:] if 'id="fundamentos"' in part)
    return tuple(map(plain, re.findall(r"<h4>(.*?)</h4>", chapter))), texts


@pytest.mark.parametrize("method", USED)
def test_a_report_that_rests_on_it_explains_it_and_another_does_not(method):
    with_it, without = USED[method]
    assert all(title(method) in explained(name)[0] for name in with_it), {n: explained(n)[0] for n in with_it}
    assert not [name for name in without if title(method) in explained(name)[0]]


def test_every_method_is_looked_at_and_has_a_text():
    assert set(USED) == set(SENTENCES)
    texts = {path.stem for path in TEMPLATES.path("es/methods/statistics/wilson.md").parent.glob("*.md")}
    assert texts == {*SENTENCES, "metrics"}


@pytest.mark.parametrize("method", [*SENTENCES, "metrics"])
def test_whoever_a_text_cites_is_in_the_bibliography(method):
    text = TEMPLATES.text(f"es/methods/statistics/{method}.md")
    works = TEMPLATES.toml("es/references.toml").values()
    listed = [work["text"] for work in works if f"statistics/{method}" in work["methods"]]
    years = set(re.findall(r"\b(1[89]\d\d|20\d\d)\)", text))
    for year in years:
        authors = [re.split(r"[,.]", work)[0] for work in listed if f"({year})" in work]
        assert any(author in text for author in authors), (year, listed)
    assert bool(years) is bool(listed)


def test_the_words_of_certainty_are_those_that_sentences_use():
    text = plain(TEMPLATES.text("es/methods/statistics/certainty.md")).casefold()
    for level in ("better", "probably_better", "no_demonstrable_difference", "inconclusive"):
        assert LOCALE(f"level.{level}") in text


def test_what_a_sentence_names_is_explained():
    """Words of sentences that are names of methods, in every report."""
    named = {
        "McNemar": "mcnemar", "Wilson": "wilson", "Holm": "holm", "Fisher": "fisher",
        "W de Kendall": "concordance",
        "h de Cohen": "cohens_h", "Nadeau y Bengio": "nadeau_bengio", "prueba t pareada": "paired_t",
        "prueba de los signos": "sign_test", "permutación de signos": "sign_flips", "ECE": "calibration",
        "umbral práctico": "threshold", "probablemente mejor": "certainty",
    }  # fmt: skip
    for report in REPORTS:
        titles, told = explained(report)
        for words, method in named.items():
            if words in told and not (method == "paired_t" and title("interaction") in titles):
                assert title(method) in titles, (report, words)
