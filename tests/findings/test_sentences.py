"""The words: golden sentences for each code, verdict and number, and what holds of every template.

``golden/`` was read by eye. A change of a template shows here; after reading the new sentence, write
the files again with ``python tests/findings/golden_cases.py``.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest
from findings.golden_cases import GOLDEN, cases, sentences, texts

from reportgen.findings.registry import RULES
from reportgen.report.packaged import packaged

FOLDER = packaged() / "es" / "findings"
SENTENCES = sentences()
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_sentences_equal_the_golden_file(code):
    made, read = texts()[code], (GOLDEN / f"{code}.txt").read_text(encoding="utf-8")
    difference = difflib.unified_diff(
        read.splitlines(), made.splitlines(), f"golden/{code}.txt", "now", lineterm=""
    )
    assert made == read, "\n".join(difference)


def test_every_code_has_a_template_a_case_and_the_other_way_round():
    declared = [rule.code for rule in RULES]
    assert len(set(declared)) == len(declared)
    templates = {path.stem for path in FOLDER.glob("*.j2")}
    golden = {path.stem for path in GOLDEN.glob("*.txt")}
    assert {case.code for case in cases().values()} == templates == golden == set(declared)


def test_every_verdict_that_a_code_can_give_has_a_case():
    seen: dict[str, set[str]] = {}
    for case in cases().values():
        seen.setdefault(case.code, set()).add(str(case.verdict))
    assert seen == {rule.code: set(map(str, rule.verdicts)) for rule in RULES}


def test_a_finding_has_the_role_of_its_rule():
    roles = {rule.code: rule.role for rule in RULES}
    assert all(case.role is roles[case.code] for case in cases().values())


TEMPLATES = [
    *sorted(FOLDER.glob("*.j2")),
    *(FOLDER.parent / name for name in ("contrast.jinja", "scope.jinja")),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_holds_a_digit_but_the_name_f1(path: Path):
    words = re.sub(r"\bF1\b|_f1\b", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"\d", words)


@pytest.mark.parametrize("name", SENTENCES)
def test_typography(name):
    text = SENTENCES[name]
    assert re.match(r"[A-ZÁÉÍÓÚÑ«]", text), text
    assert text.endswith(".")
    assert "  " not in text
    assert not re.search(r" [,.;:)%]", text.replace("±", ""))
    assert not re.search(r"\d%|\d (s|min|h)\b", text)
    assert "\N{NO-BREAK SPACE}%" in text or "%" not in text
    assert text.count("«") == text.count("»")
    assert text.count("(") == text.count(")")
    assert not re.search(r"[-]\d", text.replace("8-8-8", ""))  # a real minus sign
    assert "{" not in text
    assert "None" not in text
    assert '"' not in text


@pytest.mark.parametrize("name", SENTENCES)
def test_agreement_in_number(name):
    """No "1 modelos", no "las 1", no "1 de las 1", and no bare plural after one."""
    text = SENTENCES[name].replace(NBSP, " ")
    assert not re.search(r"\b1 \w+s\b (?!de )", text), text
    assert not re.search(r"\b(las|los|otros|otras) 1\b(?!\d|,)", text), text
    assert not re.search(r"\bde (las|los) 1 ", text), text
    assert not re.search(r"\b(?!1\b)\d+ (modelo|red|ejecución|imagen|semilla|entrenamiento)\b", text), text


@pytest.mark.parametrize("name", SENTENCES)
def test_no_english(name):
    words = set(re.findall(r"[a-z]+", SENTENCES[name].lower()))
    assert not words & {
        "the",
        "and",
        "accuracy",
        "loss",
        "epoch",
        "test",
        "train",
        "best",
        "runs",
        "with",
        "seed",
    }
