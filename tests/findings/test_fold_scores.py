from __future__ import annotations

import pytest
from support.results import Outcome, folded, folds_text, grid_text, run, spec_of

from reportgen.analysis.statistics import corrected_t, holm

CODE = "fold_scores"
LOW, HIGH = [0.80, 0.82, 0.81, 0.83, 0.79], [0.90, 0.91, 0.92, 0.92, 0.90]
NEAR = [0.89, 0.92, 0.91, 0.93, 0.89]


def below(scores, *differences):
    return [score - difference for score, difference in zip(scores, differences, strict=True)]


def test_one_configuration_is_described(only):
    told = only(folded({"a": LOW}), CODE)
    assert told.verdict == "supported"
    assert told.cells == {
        "best_mean": pytest.approx(0.81), "best_low": 0.79, "best_high": 0.83, "best_n": 5, "near": 0,
        "others": 0, "more": 0,
    }  # fmt: skip
    assert len(told.sources["best_mean"]) == 5
    assert "5\u00a0particiones (entre el 79,0" in told.text
    assert "Nadeau" not in told.text


def test_the_best_of_two_is_supported_when_the_other_is_told_from_it(only):
    told = only(folded({"a": LOW, "b": HIGH}), CODE)
    assert told.verdict == "supported"
    assert told.names["best"] == "Red b"
    assert (told.cells["mean_1"], told.cells["n_1"]) == (pytest.approx(0.81), 5)
    assert "supera de forma demostrable a la de la otra configuración" in told.text
    assert "con corrección de Holm" not in told.text


def test_what_cannot_be_told_apart_is_named(only):
    told = only(folded({"a": LOW, "b": HIGH, "c": NEAR}), CODE)
    assert told.verdict == "inconclusive"
    assert told.lists["near"] == ("Red c",)
    assert "no se distingue de la de «Red c»" in told.text
    assert "«Red a», con un 81,0" in told.text


def test_a_plain_t_test_would_say_too_much(only):
    difference = [0.002, 0.012, 0.006, 0.010, 0.001]
    assert corrected_t(difference, 0.0).p < 0.05 < corrected_t(difference, 1 / 4).p
    told = only(folded({"a": below(HIGH, *difference), "b": HIGH}), CODE)
    assert told.verdict == "inconclusive"


def test_holm_counts_every_comparison(only):
    difference = (0.02, 0.03, 0.028, 0.005, 0.04)
    p = corrected_t(difference, 1 / 4).p
    assert p < 0.05 < max(holm([p] * 7))
    alone = only(folded({"a": HIGH, "b": below(HIGH, *difference)}), CODE)
    assert alone.verdict == "supported"
    many = only(folded({"a": HIGH, **{name: below(HIGH, *difference) for name in "bcdefgh"}}), CODE)
    assert many.verdict == "inconclusive"
    assert (many.cells["others"], many.cells["more"], many.cells["near"]) == (7, 3, 7)
    assert "y 3 configuraciones más" in many.text.replace("\u00a0", " ")


def test_folds_that_are_missing_are_said_to_be(only):
    told = only(folded({"a": [None, *LOW[1:]], "b": HIGH}), CODE)
    assert told.cells["best_n"] == told.cells["n_1"] == 4
    assert "Faltan resultados de algunas particiones" in told.text


def test_a_study_without_folds_has_none(only):
    assert only(run(spec_of(grid_text({"optimizer": ["SGD"]})), lambda _: 0.5), CODE) is None
    assert only(folded({"a": [None] * 5}), CODE) is None


@pytest.mark.parametrize(
    "code", ["overall_best", "overall_worst", "slower_is_better", "class_strengths", "variant_improves",
             "grid_best", "best_at_edge", "followup_effect", "budgets_across_studies"],
)  # fmt: skip
def test_no_finding_ranks_runs_of_folds(told, code):
    deep = grid_text({"units": [[8], [8, 8]]}, "profunda").replace('"mlp"', '"mlp"\nfolds = 2')
    text = folds_text(["a", "b"], folds=2) + deep + "epochs = 4\n"
    text += '[study.sigue]\nfrom = { study = "profunda", best = "validation.accuracy", per = [] }\n'
    text += "set.dropout = 0.5\n"

    def decide(plan):
        return Outcome(0.5 + 0.01 * len(plan.id), seconds=10 + len(plan.id))

    collected = run(spec_of(text), decide)
    assert collected.studies[2].results
    assert not [item for item in told(collected, code) if item.verdict != "not_applicable"]
    single = run(spec_of(text.replace("folds = 2\n", "")), decide)
    assert told(single, code)[0].verdict != "not_applicable"  # without the folds there is something to say


def test_what_a_run_shows_of_itself_is_told_of_folds_too(only):
    over = Outcome(0.8, validation=0.8, train=0.95)
    told = only(folded({"a": [over] * 5}), "overfitting")
    assert told.cells["over"] == told.cells["runs"] == 5
    assert told.names["widest"].startswith("Red a · partición")


def test_validation_on_the_test_set_is_no_matter_of_folds(only):
    text, data = folds_text(["a"], folds=2), 'split = { validation = "test" }'
    assert only(run(spec_of(text, data=data), lambda _: 0.5), "selected_on_test").verdict == "not_applicable"
    beside = text + grid_text({"optimizer": ["SGD"]})
    assert only(run(spec_of(beside, data=data), lambda _: 0.5), "selected_on_test").verdict == "supported"
