"""The catalogue of findings: complete, as its page says, and with the thresholds that the code has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from reportgen.analysis import calibration, curves, effects, evaluation, trends
from reportgen.analysis import seeds as seeds_analysis
from reportgen.findings.codes import data, learning, normalization, predictions, resources, seeds, stability
from reportgen.findings.codes import trends as found_trends
from reportgen.findings.importance import MOST
from reportgen.findings.registry import RULES
from reportgen.report.catalogue import WORDS, catalogue
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates
from reportgen.spec.finding_codes import FindingCode

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hallazgos.md"
CATALOGUE = Templates([packaged()]).toml(WORDS)
WRITTEN = {
    "overfitting": (curves.GAP * 100, curves.RISE * 100),
    "underfitting": (learning.BARELY * 100,),
    "still_improving": (curves.TAIL,),
    "few_seeds": (seeds.ENOUGH,),
    "normalization_unsettled": (normalization.LAG * 100,),
    "class_imbalance": (data.IMBALANCE,),
    "effect_size": (effects._SMALL, effects._MEDIUM, effects._LARGE),
    "seeds_best": (seeds_analysis.FEWEST,),
    "seeds_tied": (seeds_analysis.FEWEST,),
    "seeds_needed": (effects.POWER * 100,),
    "ranking_stability": (stability.STRONG, stability.HELD * 100, stability.MODERATE),
    "calibration": (calibration.BINS, calibration.LIMIT * 100),
    "shared_errors": (predictions.SEVERAL,),
    "class_strengths": (evaluation.REPEATED,),
    "confused_pair": (evaluation.REPEATED,),
    "gap_reduced": (trends.ENOUGH,),
    "early_best_epoch": (found_trends.SHORT,),
    "late_best_epoch": (found_trends.SHORT,),
    "time_per_epoch": (resources.NOTABLE,),
    "pareto_inference": (resources.SAME,),
    "plateau": (trends.SHORTEST,),
    "unstable_training": (trends.SHORTEST, trends.WOBBLE * 100),
}
"""Code -> the thresholds that its rule names, in that order."""


def test_the_page_is_what_the_rules_say():
    assert PAGE.read_text(encoding="utf-8") == catalogue(), (
        "python -m reportgen.report.catalogue > docs/hallazgos.md"
    )


def test_every_code_is_in_the_catalogue_and_may_be_muted():
    codes = [rule.code for rule in RULES]
    assert set(CATALOGUE) - {"page"} == set(codes)
    assert list(get_args(FindingCode)) == codes


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_an_entry_has_a_title_a_rule_and_a_reason(code):
    entry = CATALOGUE[code]
    assert set(entry) == {"title", "rule", "why"}
    assert not entry["title"].endswith(".")
    assert all(text[0].isupper() and text.endswith(".") for text in (entry["rule"], entry["why"]))


def test_titles_are_unique():
    titles = [CATALOGUE[rule.code]["title"] for rule in RULES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("code", WRITTEN)
def test_a_rule_names_the_thresholds_of_the_code(code):
    found = [float(text.replace(",", ".")) for text in re.findall(r"\d+(?:,\d+)?", CATALOGUE[code]["rule"])]
    for threshold in WRITTEN[code]:
        assert any(abs(threshold - number) < 1e-9 for number in found), (threshold, found)


def test_the_page_says_how_many_a_summary_tells():
    words = {5: "cinco"}
    assert f"como mucho, {words[MOST]} hallazgos" in CATALOGUE["page"]["head"]
