"""The words: golden sentences for each code, verdict and number, and what holds of every template.

``golden_es.txt`` was read by eye. A change of a template shows here; after reading the new sentence, write
the file again with ``python tests/findings/golden_cases.py``.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest
from findings.golden_cases import GOLDEN, cases, sentences

from reportgen.findings.registry import FINDERS
from reportgen.report.packaged import packaged

FOLDER = packaged() / "es" / "findings"
SENTENCES = sentences()
NBSP = "\N{NO-BREAK SPACE}"


def test_sentences_equal_the_golden_file():
    made = "".join(f"{name}\n  {text}\n" for name, text in SENTENCES.items())
    read = GOLDEN.read_text(encoding="utf-8")
    difference = difflib.unified_diff(
        read.splitlines(), made.splitlines(), "golden_es.txt", "now", lineterm=""
    )
    assert made == read, "\n".join(difference)


def test_every_code_has_a_template_a_case_and_the_other_way_round():
    templates = {path.stem for path in FOLDER.glob("*.j2")}
    declared = {re.findall(r"``(\w+)``", str(finder.__doc__))[0] for finder in FINDERS}
    assert {case.code for case in cases().values()} == templates == declared


def test_every_verdict_that_a_code_can_give_has_a_case():
    three = {
        "overall_best",
        "grid_best",
        "factor_best",
        "deeper_is_better",
        "followup_effect",
        "variant_improves",
        "slower_is_better",
    }
    two = {"early_stopping_saves", "overfitting", "underfitting", "class_strengths", "fold_scores"}
    seen: dict[str, set[str]] = {}
    for case in cases().values():
        seen.setdefault(case.code, set()).add(str(case.verdict))
    for code, verdicts in seen.items():
        count = 3 if code in three else 2 if code in two else 1
        assert len(verdicts) == count, f"{code}: {verdicts}"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.j2")), ids=lambda path: path.stem)
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
