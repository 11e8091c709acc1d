from __future__ import annotations

import pytest
from findings.cases.claims import CASES, EACH, SECONDS, SLOW, VALIDATION, three
from support.claims import AGAINST, FACTOR, claim_text, crossed, declared, pair, seeded
from support.results import Outcome, grid_text, parts, result_of, run, spec_of, variants_text

from reportgen.analysis.comparing import right_share
from reportgen.analysis.statistics import corrected_t, holm, paired, paired_margin_p
from reportgen.records.model import Status
from reportgen.spec.model import Report

CODE = "claim_comparison"


def test_two_networks_are_compared_on_the_same_images(only):
    collected = pair(0.7, 0.8)
    told = only(collected, CODE)
    base, better = result_of(collected, "Red base"), result_of(collected, "Red mejor")
    found = paired(better.correct(), base.correct())
    assert told.verdict == "supported"
    assert (told.cells["value"], told.cells["other"]) == (right_share(better), right_share(base))
    assert (told.sources["value"], told.sources["other"]) == ((better.key,), (base.key,))
    assert told.cells["difference"] == found.difference.value
    assert (told.cells["low"], told.cells["high"]) == (found.difference.low, found.difference.high)
    assert told.cells["p"] == found.p
    assert told.sources["p"] == (better.key, base.key)
    assert (told.names["claim"], told.names["text"]) == ("una", "Lo esperado")
    assert "estas dos redes ya entrenadas" in told.text


def test_seeds_are_paired_and_only_those_that_both_finished_count(only):
    told = only(seeded([0.7, 0.71, 0.6, Outcome(status=Status.FAILED)], [0.9, 0.95, 0.9, 0.1]), CODE)
    found = corrected_t([0.9 - 0.7, 0.95 - 0.71 + 0.0, 0.9 - 0.6], 0.0)
    assert told.names["covers"] == "seeds"
    assert told.cells["units"] == 3
    assert told.cells["difference"] == pytest.approx(found.difference.value, abs=0.003)
    assert told.cells["value"] == pytest.approx((0.9 + 0.95 + 0.9) / 3, abs=0.003)
    assert told.cells["lost"] == 1


def test_folds_take_the_corrected_test(only):
    first, second = [0.7, 0.71, 0.69, 0.7, 0.72], [0.9, 0.92, 0.9, 0.91, 0.9]
    told = only(CASES["claim_comparison supported folds"](), CODE)
    found = corrected_t([b - a for a, b in zip(first, second, strict=True)], 1 / 4)
    assert told.names["covers"] == "folds"
    assert told.cells["p"] == pytest.approx(found.p)
    assert told.cells["low"] == pytest.approx(found.difference.low)


def test_a_factor_is_compared_combination_by_combination(only):
    told = only(crossed({"SGD": [0.6, 0.62, 0.85], "Adam": [0.8, 0.81, 0.82], "RMSprop": [0.1] * 3}), CODE)
    found = corrected_t([0.2, 0.19, -0.03], 0.0)
    assert told.names["covers"] == "combinations"
    assert (told.cells["ahead"], told.cells["combinations"]) == (2, 3)
    assert told.cells["difference"] == pytest.approx(found.difference.value, abs=0.003)
    assert told.cells["p"] == pytest.approx(found.p, abs=0.01)
    assert told.verdict == "inconclusive"
    assert "va por delante en 2 de las 3" in told.text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_seed_is_what_varies_in_a_factor_with_three_of_them(only):
    text = grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh", "sigmoid"]})
    step = {"relu": 0.0, "tanh": 0.1, "sigmoid": -0.1}
    found = run(
        spec_of(text + claim_text(FACTOR), seeds=[0, 1, 2]),
        lambda plan: 0.5 + step[plan.parameters["activation"]]
        + (plan.parameters["optimizer"] == "Adam") * (0.2 + 0.02 * plan.seed),
    )  # fmt: skip
    told = only(found, CODE)
    assert (told.names["covers"], told.cells["units"]) == ("seeds", 3)
    assert len(told.sources["value"]) == 9


def test_a_claim_on_several_holds_for_each_or_fails_for_one(only):
    told = only(three({"SGD": 0.6, "Adam": 0.9, "RMSprop": 0.7}), CODE)
    assert (told.verdict, told.names["second"], told.cells["compared"]) == ("supported", "RMSprop", 2)
    told = only(three({"SGD": 0.6, "Adam": 0.8, "RMSprop": 0.9}), CODE)
    assert (told.verdict, told.names["second"]) == ("refuted", "RMSprop")
    told = only(three({"SGD": 0.6, "Adam": 0.8, "RMSprop": None}), CODE)
    assert (told.verdict, told.names["reason"]) == ("not_applicable", "missing")
    told = only(three({"SGD": 0.9, "Adam": 0.8, "RMSprop": None}), CODE)
    assert (told.verdict, told.names["second"]) == ("refuted", "SGD"), "one is enough"


def test_how_many_hold_is_told_and_corrected_among_them(only):
    told = only(three({"SGD": 0.6, "Adam": 0.8, "RMSprop": 0.9, "Nadam": 0.802}), CODE)
    assert [told.cells[name] for name in ("compared", "holding", "open", "failing")] == [3, 1, 1, 1]
    text = told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith("De las 3 comparaciones que la hipótesis pide, una se cumple (con corrección")
    many = {"Adam": 0.815, "SGD": 0.8, "RMSprop": 0.815, "Nadam": 0.815}  # p = 0.03 of one against SGD
    assert only(three(many, EACH), CODE).cells["holding"] == 0
    assert only(pair(0.8, 0.815), CODE).cells["holding"] == 1


def test_turning_it_down_is_corrected_for_the_number_of_rivals(only):
    """6 images of 400 speak against it: p = 0.03 with one rival, and nothing with three."""
    rival = 0.815
    assert only(pair(rival, 0.8), CODE).verdict == "refuted"
    many = {"Adam": 0.8, "SGD": rival, "RMSprop": 0.7, "Nadam": 0.7}
    told = only(three(many, EACH), CODE)
    assert told.verdict == "inconclusive"
    assert told.cells["p"] == pytest.approx(3 * 2 / 2**6)


def test_holm_counts_every_claim_of_the_file(told):
    spec = variants_text({"base": "", "mejor": "base", "otra": "base"})
    other = AGAINST.replace('"mejor"', '"otra"')
    missing = AGAINST.replace('"base"', '"otra"')
    values = {"base": 0.8, "mejor": 0.815, "otra": 0.82}
    collected = declared(
        spec + claim_text(AGAINST) + claim_text(other, "dos") + claim_text(missing + VALIDATION, "tres"),
        lambda plan: Outcome(values[plan.parameters["variant"]], blind=True),
    )
    found = told(collected, CODE)
    first, second = 2 / 2**6, 2 / 2**8
    assert [item.verdict for item in found] == ["inconclusive", "supported", "not_applicable"]
    assert [item.cells["p"] for item in found[:2]] == pytest.approx(holm([first, second, 1.0])[:2])
    assert {item.cells["family"] for item in found} == {3}


def test_a_claim_counts_where_its_studies_are_not_told(told):
    text = variants_text({"base": "", "mejor": "base"}) + grid_text({"optimizer": ["SGD", "Adam"]})
    spec = spec_of(text + claim_text(AGAINST) + claim_text(FACTOR, "dos"))
    (part,) = parts(spec, lambda _: 0.8, None, report=Report(title="", studies=("cnn",)))
    (only,) = told(part, CODE)
    assert (only.names["claim"], only.cells["family"]) == ("una", 2)


def test_a_margin_is_tested_and_not_only_added(only):
    collected = pair(0.8, 0.85, AGAINST + "\nby = 0.02")
    told = only(collected, CODE)
    base, better = result_of(collected, "Red base"), result_of(collected, "Red mejor")
    item = paired(better.correct(), base.correct())
    assert told.cells["p"] == paired_margin_p(item, 0.02)
    assert told.verdict == "supported"
    assert only(pair(0.8, 0.85, AGAINST + "\nby = 0.04"), CODE).verdict == "inconclusive"
    assert only(pair(0.8, 0.85, AGAINST + "\nby = 0.2"), CODE).verdict == "refuted"


def test_less_is_better_of_losses_seconds_and_parameters(only):
    fast, slow = Outcome(0.8, parameters=10, seconds=1), Outcome(0.8, parameters=20, seconds=9)
    assert only(pair(slow, fast, AGAINST + '\nmetric = "parameters"'), CODE).verdict == "supported"
    assert only(pair(fast, slow, AGAINST + '\nmetric = "parameters"'), CODE).verdict == "refuted"
    told = only(CASES["claim_comparison supported seconds"](), CODE)
    assert told.cells["difference"] < 0
    assert told.text.startswith("«Adam» tarda menos que «SGD»")


@pytest.mark.parametrize(
    ("more", "fields", "reason"),
    [
        ("epochs = 30", "", ["epochs"]),
        ("epochs = 30", "\nsame_budget = false", []),
        ("", "", []),
    ],
)
def test_other_budgets_are_refused_unless_that_is_asked_for(only, more, fields, reason):
    told = only(pair(0.7, 0.9, AGAINST + fields, more), CODE)
    assert list(told.lists["fields"]) == reason
    assert told.verdict == ("not_applicable" if reason else "supported")
    assert ("30 y 10 épocas" in told.text.replace("\N{NO-BREAK SPACE}", " ")) is (more != "" and not reason)


def test_a_claim_about_epochs_is_no_unfair_comparison(only):
    text = grid_text({"epochs": [10, 30]})
    fields = 'study = "rejilla"\nbetter = { epochs = 30 }\nthan = { epochs = 10 }'
    found = declared(text + claim_text(fields), lambda plan: 0.7 + 0.01 * plan.parameters["epochs"] / 3)
    assert only(found, CODE).verdict == "supported"


def test_other_data_are_not_compared_and_the_fields_are_told(only):
    told = only(CASES["claim_comparison not_applicable data"](), CODE)
    assert told.lists["fields"] == ("split.seed", "split.validation")


def test_times_of_other_conditions_are_not_compared(only):
    told = only(CASES["claim_comparison not_applicable conditions"](), CODE)
    assert "threads" in told.lists["fields"]
    alike = crossed(
        {"SGD": [SLOW, Outcome(0.8, seconds=9.5), SLOW], "Adam": [Outcome(0.8, seconds=4.0)] * 3},
        FACTOR + SECONDS,
    )
    assert only(alike, CODE).verdict == "supported"


def test_what_validation_picks_is_what_is_compared(only):
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + variants_text({"base": ""})
    fields = 'better = { study = "rejilla", best = "validation.accuracy" }\nthan = "cnn.base"'
    values = {"SGD": Outcome(0.9, validation=0.7), "Adam": Outcome(0.8, validation=0.9)}
    found = declared(
        text + claim_text(fields), lambda plan: values.get(plan.parameters.get("optimizer"), 0.6)
    )
    told = only(found, CODE)
    assert told.names["first"] == "Adam"
    assert told.cells["value"] == pytest.approx(0.8)


def test_what_is_measured_where_it_is_chosen_says_so(only):
    assert only(pair(0.7, 0.9, AGAINST + VALIDATION), CODE).flags["selected"]
    assert not only(pair(0.7, 0.9), CODE).flags["selected"]
    on_test = pair(0.7, 0.9, data='split = { validation = "test" }')
    assert only(on_test, CODE).flags["selected"]


@pytest.mark.parametrize("name", [name for name in CASES if "not_applicable" in name])
def test_what_cannot_be_judged_says_why_and_claims_nothing(told, name):
    found = told(CASES[name](), name.split()[0])
    (item,) = [one for one in found if one.verdict == "not_applicable"]
    assert item.names["reason"]
    assert "p" not in item.cells
    assert "difference" not in item.cells


def test_without_a_claim_nothing_is_said(told):
    collected = declared(variants_text({"base": "", "mejor": "base"}), lambda _: 0.8)
    assert told(collected, CODE) == told(collected, "claim_threshold") == []
