"""Results made elsewhere are told as such, with what they lack, and nothing beyond that is said of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from findings.cases.imported import FAR, HISTORY, OWN, TOLD, with_everything
from findings.conftest import Told, check_evidence
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from support.imported import FILES, made, predictions_text
from support.results import data_record, grid

from reportgen.findings import find

CODE = "imported_results"
LACKS = ("no_validation", "no_test", "no_images", "no_predictions", "no_history")
CHOSEN = ("overall_best", "grid_best")
SUPPORTED_BY_TEST = (*CHOSEN, "slower_is_better", "pareto_parameters")
UNTESTED = (
    *SUPPORTED_BY_TEST,
    "effect_size",
    "factor_interaction",
    "majority_baseline",
    "test_set_resolution",
)
"""Nothing of these is decided without the number of images."""
NAMES = ("SGD", "Adam", "Nadam", "RMSprop", "Adagrad")


def lacking(told):
    return {name: told.cells[name] for name in LACKS if told.cells[name]}


def test_what_was_trained_here_is_not_imported(only):
    told = only(grid({"optimizer": ["SGD", "Adam"]}, lambda _: 0.5), CODE)
    assert (told.verdict, told.cells) == ("refuted", {"runs": 2})


@pytest.mark.parametrize(
    ("table", "more", "lacks"),
    [
        (FAR, {}, {"no_predictions": 3, "no_history": 3}),
        (FAR, {"data": OWN}, {"no_images": 3, "no_history": 3}),
        (FAR.replace("0,65;", ";"), {}, {"no_test": 1, "no_predictions": 2, "no_history": 3}),
        ("a;accuracy\nx;0,5\n", {}, {"no_validation": 1, "no_test": 1, "no_history": 1}),
    ],
)
def test_what_they_lack_is_counted(only, table, more, lacks):
    told = only(made(table, **more), CODE)
    assert (told.verdict, lacking(told)) == ("supported", lacks)


def test_with_epochs_and_predictions_nothing_is_lacking(only):
    told = only(with_everything(), CODE)
    assert (told.verdict, lacking(told), told.cells["imported"]) == ("supported", {}, 2)


def holm(values):
    """Step-down by its definition: the smallest against all, the next against the rest."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, highest = [0.0] * len(values), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, values[at] * (len(values) - rank)))
        found[at] = highest
    return found


share = st.sampled_from([0.4, 0.5, 0.505, 0.51, 0.515, 0.52, 0.6, 0.9])
rows = st.lists(st.tuples(share, share, st.integers(1, 9)), min_size=2, max_size=5)


@given(rows=rows, images=st.sampled_from([None, 50, 400, 10_000]))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_finding_claims_more_than_the_counts_carry(rows, images):
    lines = [
        f"{name};0,9;{validation};{test};{time};{images or ''};{1000 * time}"
        for name, (validation, test, time) in zip(NAMES, rows, strict=False)
    ]
    header = "optimizer;accuracy;val_accuracy;test_accuracy;tiempo;images;parameters\n"
    collected = made(header + "\n".join(lines) + "\n", data=OWN)
    known = {result.key: result for result in collected.unique()}
    accuracy = {key: result.value("test", "accuracy") for key, result in known.items()}
    for finding in find(collected):
        check_evidence(collected, finding)
        told = Told(finding)
        assert "McNemar" not in told.text
        if images is None:
            assert "Wilson: del" not in told.text
            assert "demostrablemente" not in told.text
            if finding.code in SUPPORTED_BY_TEST:
                assert told.verdict == "inconclusive"
        elif finding.code in CHOSEN and told.verdict == "supported":
            chosen = told.sources["accuracy"][0]
            others = [key for key in accuracy if key != chosen]
            right = {key: round(value * images) for key, value in accuracy.items()}
            p = [
                stats.fisher_exact([[right[key], images - right[key]] for key in (chosen, other)]).pvalue
                for other in others
            ]
            assert all(accuracy[chosen] > accuracy[other] for other in others)
            assert max(holm(p)) < 0.05


cell = st.sampled_from(["", "0,1", "0,4", "0,5", "0,505", "0,6", "0,9", "1"])
line = st.tuples(cell, cell, cell, st.sampled_from(["", "1", "60"]), st.sampled_from(["", "10", "400"]))
trained = grid(
    {"activation": ["relu", "tanh"]}, lambda plan: 0.5 if plan.parameters["activation"] == "tanh" else 0.6
)


@st.composite
def anything(draw):
    """A grid of two axes, perhaps with seeds, in which anything may be missing, perhaps beside trainings."""
    seeds = draw(st.sampled_from([("",), ("0", "1"), ("0", "1", "2")]))
    places = [(name, depth, seed) for name in NAMES[:2] for depth in "12" for seed in seeds]
    rows = [[*place, *draw(line)] for place in places if draw(st.integers(0, 9))] or [
        ["SGD", "1", "0", "0,5", "", "", "", ""]
    ]
    header = ["optimizer", "capas", "seed", "accuracy", "val_accuracy", "test_accuracy", "tiempo", "images"]
    skipped = header.index("seed") if seeds == ("",) else None
    text = "\n".join(
        ";".join(value for at, value in enumerate(row) if at != skipped) for row in [header, *rows]
    )
    part = made(text + "\n", data=draw(st.sampled_from([OWN, 'name = "cifar10"'])))
    if draw(st.booleans()):  # on images that are there
        part = replace(part, data=data_record())
        part = replace(part, studies=(*part.studies, *trained.studies)) if draw(st.booleans()) else part
    return part


@given(collected=anything())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_rule_copes_with_what_a_table_lacks(collected):
    known = collected.by_key()
    elsewhere = all(result.imported for result in known.values())
    images = any(result.record.images for result in known.values())
    for finding in find(collected):
        check_evidence(collected, finding)
        told = Told(finding)
        assert told.text
        assert "McNemar" not in told.text or not elsewhere
        if elsewhere and not images:
            assert "Wilson: del" not in told.text
            if finding.code in UNTESTED:
                assert told.verdict in ("inconclusive", "not_applicable")


CURVES = (
    "early_best_epoch", "late_best_epoch", "plateau", "unequal_budgets", "early_stop_never_fired",
    "calibration",
)  # fmt: skip


def test_what_nobody_knows_of_a_training_is_not_said_of_its_curve():
    """How many epochs were planned, what ended it, how sure its answers are: ten epochs tell none of it."""
    epochs = "".join(
        f"{name};{epoch};0,{50 + epoch};0,{60 - epoch};1,{epoch};1,{epoch}\n"
        for name in ("SGD", "Adam")
        for epoch in range(10)
    )
    truth = "0123456789" * 2
    files = {
        "h.csv": HISTORY.splitlines()[0] + "\n" + epochs,
        "p.csv": predictions_text({"SGD": truth, "Adam": "1" + truth[1:]}, truth),
    }
    collected = made(TOLD, further=files, study=f'{FILES}\nhistories = "h.csv"\npredictions = "p.csv"')
    said = {finding.code: finding.verdict for finding in find(collected) if finding.code in CURVES}
    assert set(said.values()) == {"not_applicable"}
