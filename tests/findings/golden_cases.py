"""Takes nothing, gives the findings whose sentences are golden: each code, verdict and number once.

Further cases stand in ``cases/*.py``, each with a table ``CASES``. Run as a program it writes the files of
``golden/`` anew: read the difference before you keep it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from support.results import (
    FOLLOW,
    HERE,
    PASS,
    Outcome,
    data_record,
    folded,
    folds_text,
    follow_up,
    grid,
    grid_text,
    run,
    spec_of,
    table,
    variants,
    variants_text,
)

from reportgen.analysis.collected import Collected
from reportgen.findings import Finding, find
from reportgen.plan.model import RunPlan
from reportgen.records.model import Status
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.sentences import sentence
from reportgen.report.templates import Templates

HERE_TESTS = Path(__file__).parent
GOLDEN = HERE_TESTS / "golden"
SPREAD = ((0, 2, 5), (0, 3, 5), (1, 0, 5), (1, 2, 5), (1, 3, 5), (2, 0, 5), (2, 1, 5), (2, 3, 5))
"""Errors that are as many of every kind."""
ONE = {"optimizer": ["SGD", "Adam", "RMSprop"]}
MANY = {"optimizer": ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad", "Adamax", "AdamW"]}
TWO = {"optimizer": ["SGD", "Adam", "RMSprop"], "activation": ["relu", "tanh"]}
PAIR = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
DEEP = {"optimizer": ["SGD", "Adam"], "units": [[8], [8, 8], [8, 8, 8]]}
STOP = 'set.callbacks = [{ callback = "EarlyStopping", patience = 2 }]'
LONG = STOP.replace("2", "10")
FAILED, DIVERGED = Outcome(status=Status.FAILED), Outcome(status=Status.DIVERGED)
STOPPED = Outcome(0.5, epochs=4, seconds=3)
DATA = data_record()


def of(*outcomes: object, axes: dict[str, list[str]] = ONE, **more: object) -> Collected:
    """A grid of one axis, as long as there are outcomes."""
    names = axes["optimizer"][: len(outcomes)]
    values = {(name,): outcome for name, outcome in zip(names, outcomes, strict=True)}
    return table(values, {"optimizer": names}, **more)


def cells(axes: dict[str, list[object]], *outcomes: object, **more: object) -> Collected:
    """A grid with its outcomes in the order of its runs."""
    left = iter(outcomes)
    decided: dict[str, object] = {}

    def decide(plan: RunPlan) -> object:
        if plan.key not in decided:
            decided[plan.key] = next(left)
        return decided[plan.key]

    return grid(axes, decide, **more)


def swapped(*swaps: tuple[int, int, int]) -> Outcome:
    """All right but some images of one class taken for another."""
    found = DATA.test_labels.copy()
    for true, other, count in swaps:
        found[np.flatnonzero((DATA.test_labels == true) & (found == true))[:count]] = other
    return Outcome(predicted=tuple(int(value) for value in found))


def arms(base: object, better: object, **more: str) -> Collected:
    """A base and one improvement of it."""
    return variants({"base": base, "mejor": better}, {"base": "", "mejor": "base"}, **more)


def red(count: int, outcome: object = 0.5) -> Collected:
    """Some known architectures without weights."""
    text = "".join(
        f'[study.red{at}]\nmodel = "red"\nweights = "none"\nepochs = {at + 4}\n' for at in range(count)
    )
    return run(spec_of(text), lambda _: outcome)


def on_test() -> Collected:
    """Validation with the test images."""
    return run(spec_of(grid_text(ONE), data='split = { validation = "test" }'), lambda _: 0.5)


def chosen() -> dict[str, Callable[[], Collected]]:
    """Who is best and worst."""
    behind = Outcome(0.895, validation=0.95)
    return {
        "overall_best supported": lambda: of(0.6, 0.9, 0.7),
        "overall_best inconclusive one": lambda: of(0.9, 0.895, 0.5),
        "overall_best inconclusive many": lambda: of(*[0.9] * 7, axes=MANY),
        "overall_best inconclusive behind one": lambda: of(0.9, behind, 0.5),
        "overall_best inconclusive behind many": lambda: of(0.9, behind, 0.9),
        "overall_best refuted": lambda: of(0.95, Outcome(0.8, validation=0.99)),
        "overall_best of two studies": lambda: follow_up([(0.9, 0.9), (0.5, 0.5)]),
        "grid_best supported": lambda: of(0.6, 0.9, 0.7),
        "grid_best inconclusive one": lambda: of(0.9, 0.895, 0.5),
        "grid_best inconclusive many": lambda: of(*[0.9] * 7, axes=MANY),
        "grid_best inconclusive behind one": lambda: of(0.9, behind, 0.5),
        "grid_best inconclusive behind many": lambda: of(0.9, behind, 0.9),
        "grid_best refuted": lambda: of(0.95, Outcome(0.8, validation=0.99)),
        "overall_worst one": lambda: of(0.5, 0.9),
        "overall_worst many": lambda: of(0.5, 0.5, 0.9),
        "overall_worst one at chance": lambda: of(0.26, 0.9),
        "overall_worst many at chance": lambda: of(0.26, 0.26, 0.9),
    }


def factors() -> dict[str, Callable[[], Collected]]:
    """What a grid says of its factors."""
    return {
        "factor_best supported many levels": lambda: cells(TWO, 0.5, 0.6, 0.8, 0.9, 0.7, 0.6),
        "factor_best supported two levels": lambda: cells(PAIR, 0.5, 0.6, 0.8, 0.9),
        "factor_best supported two seeds": lambda: cells(PAIR, *[0.5] * 4, *[0.8] * 4, seeds=[1, 2]),
        "factor_best supported three seeds": lambda: cells(PAIR, *[0.5] * 6, *[0.8] * 6, seeds=[1, 2, 3]),
        "factor_best refuted": lambda: cells(PAIR, 0.8, 0.8, 0.803, 0.803),
        "factor_best refuted flips": lambda: cells(PAIR, 0.7, 0.9, 0.9, 0.7),
        "factor_best inconclusive many levels": lambda: cells(TWO, 0.95, 0.1, 0.8, 0.9, 0.7, 0.7),
        "factor_best inconclusive two levels": lambda: cells(PAIR, 0.5, 0.9, 0.9, 0.8),
        "factor_best inconclusive one cell": lambda: cells(PAIR, 0.5, None, 0.9, 0.8),
        "deeper_is_better supported": lambda: cells(DEEP, 0.5, 0.6, 0.7, 0.6, 0.7, 0.8),
        "deeper_is_better refuted": lambda: cells(DEEP, 0.7, 0.6, 0.5, 0.7, 0.8, 0.7),
        "deeper_is_better refuted one": lambda: cells(DEEP, 0.7, 0.6, 0.5, 0.7, None, 0.7),
        "deeper_is_better inconclusive": lambda: cells(DEEP, 0.7, 0.6, 0.5, 0.5, 0.6, 0.7),
        "deeper_is_better inconclusive small": lambda: cells(DEEP, 0.5, 0.501, 0.502, 0.6, 0.601, 0.602),
        "deeper_is_better inconclusive one": lambda: cells(DEEP, 0.5, 0.4, 0.7, None, 0.6, 0.7),
        "deeper_is_better inconclusive one always": lambda: cells(DEEP, 0.5, 0.6, 0.7, None, 0.6, 0.7),
        "best_at_edge": lambda: cells(DEEP, 0.5, 0.6, 0.7, 0.6, 0.7, 0.8),
    }


def changes() -> dict[str, Callable[[], Collected]]:
    """What follow-ups and variants changed."""
    return {
        "followup_effect supported one": lambda: follow_up([(0.5, 0.8)]),
        "followup_effect supported all": lambda: follow_up([(0.5, 0.8), (0.6, 0.7)]),
        "followup_effect supported some": lambda: follow_up([(0.5, 0.8), (0.6, 0.6)]),
        "followup_effect refuted one": lambda: follow_up([(0.8, 0.5)]),
        "followup_effect refuted all": lambda: follow_up([(0.8, 0.5), (0.7, 0.6)]),
        "followup_effect refuted some": lambda: follow_up([(0.8, 0.5), (0.7, 0.7)]),
        "followup_effect inconclusive one": lambda: follow_up([(0.8, 0.8)]),
        "followup_effect inconclusive none": lambda: follow_up([(0.8, 0.801), (0.7, 0.7)]),
        "followup_effect inconclusive mixed": lambda: follow_up([(0.8, 0.5), (0.7, 0.9)]),
        "followup_effect inconclusive mixed many": lambda: follow_up([(0.8, 0.5)] * 2 + [(0.7, 0.9)] * 2),
        "early_stopping_saves supported one": lambda: follow_up([(0.5, STOPPED)], STOP),
        "early_stopping_saves supported some": lambda: follow_up([(0.5, STOPPED), (0.6, 0.6)], STOP),
        "early_stopping_saves supported all": lambda: follow_up([(0.5, STOPPED)] * 2, STOP),
        "early_stopping_saves supported untimed": lambda: follow_up(
            [(0.5, replace(STOPPED, seconds=None))], STOP
        ),
        "early_stopping_saves refuted one": lambda: follow_up([(0.5, 0.5)], STOP),
        "early_stopping_saves refuted many": lambda: follow_up([(0.5, 0.5), (0.6, 0.6)], STOP),
        "early_stop_never_fired barred one": lambda: follow_up([(0.5, 0.5)], LONG),
        "early_stop_never_fired barred all": lambda: follow_up([(0.5, 0.5), (0.6, 0.6)], LONG),
        "early_stop_never_fired barred some": lambda: follow_up(
            [(0.5, 0.5), (0.6, 0.6)],
            "grid.callbacks = [[{ callback = 'EarlyStopping', patience = 2 }],"
            " [{ callback = 'EarlyStopping', patience = 10 }]]\n"
            "labels.callbacks = { values = ['dos', 'diez'] }",
        ),
        "early_stop_never_fired one of one": lambda: follow_up([(0.5, 0.5)], STOP),
        "early_stop_never_fired one of many": lambda: follow_up([(0.5, 0.5), (0.6, STOPPED)], STOP),
        "early_stop_never_fired two of many": lambda: follow_up([(0.5, 0.5)] * 2 + [(0.6, STOPPED)], STOP),
        "early_stop_never_fired all": lambda: follow_up([(0.5, 0.5), (0.6, 0.6)], STOP),
        "variant_improves supported": lambda: arms(0.7, Outcome(0.8, seconds=70)),
        "variant_improves refuted": lambda: arms(0.8, 0.75),
        "variant_improves inconclusive": lambda: arms(0.8, Outcome(0.8, wrong=tuple(range(1, 80)))),
        "variant_improves inconclusive borderline": lambda: arms(0.8, 0.8125),
        "variant_improves of several": lambda: variants(
            {"base": 0.7, "una": 0.8, "dos": None, "tres": 0.7}, {"base": "", "una": "base", "tres": "base"}
        ),
        "variant_improves untimed": lambda: arms(0.7, Outcome(0.8, seconds=None)),
    }


LOW, HIGH = [0.80, 0.82, 0.81, 0.83, 0.79], [0.90, 0.91, 0.92, 0.92, 0.90]
NEAR = [0.89, 0.92, 0.91, 0.93, 0.89]


def folds() -> dict[str, Callable[[], Collected]]:
    """What cross validations, several seeds and several changes of one network say."""
    many = dict.fromkeys("bcdefg", LOW)
    return {
        "fold_scores supported one": lambda: folded({"a": LOW}),
        "fold_scores supported one fold": lambda: folded({"a": [None, 0.8, None]}, folds=3),
        "fold_scores supported two": lambda: folded({"a": LOW, "b": HIGH}),
        "fold_scores supported many": lambda: folded({"a": HIGH, **many}),
        "fold_scores inconclusive two": lambda: folded({"a": NEAR, "b": HIGH}),
        "fold_scores inconclusive several": lambda: folded({"a": NEAR, "b": HIGH, "c": NEAR, "d": LOW}),
        "fold_scores inconclusive partial": lambda: folded({"a": [None, *NEAR[1:]], "b": HIGH}),
        "few_seeds folds one": lambda: folded({"a": LOW}),
        "few_seeds folds many": lambda: folded({"a": LOW}, more="seeds = [1, 2]"),
        "few_seeds folds beside": lambda: run(
            spec_of(folds_text(["a"], folds=2) + grid_text(ONE)), lambda _: 0.5
        ),
        "factor_best refuted folds": lambda: run(
            spec_of(grid_text(PAIR).replace('"mlp"', '"mlp"\nfolds = 2')),
            lambda plan: 0.5 + 0.1 * (plan.labels["optimizer"] == "Adam") * (1 - 2 * plan.fold),
        ),
        "grid_best inconclusive seeds": lambda: grid(ONE, lambda _: 0.5, seeds=[1, 2]),
        "variant_improves supported seeds": lambda: run(
            spec_of(variants_text({"base": "", "mejor": "base"}), seeds=[1, 2]),
            lambda plan: 0.7 if plan.parameters["variant"] == "base" else 0.8,
        ),
        "followup_effect supported several all": lambda: tried(0.8, 0.8),
        "followup_effect supported several some": lambda: tried(0.8, 0.5),
        "followup_effect refuted several all": lambda: tried(0.2, 0.2),
        "followup_effect refuted several some": lambda: tried(0.2, 0.5),
        "followup_effect inconclusive several none": lambda: tried(0.5, 0.5),
        "followup_effect inconclusive several mixed": lambda: tried(0.2, 0.8),
    }


def tried(*after: float) -> Collected:
    """Several values of one parameter tried on each winner, with the outcome of each."""
    text = grid_text({"optimizer": ["SGD", "Adam"]}) + FOLLOW.format(changed="grid.dropout = [0.2, 0.4]")
    found = dict(zip((0.2, 0.4), after, strict=True))
    return run(spec_of(text), lambda plan: found.get(plan.parameters.get("dropout"), 0.5))


def learning() -> dict[str, Callable[[], Collected]]:
    """What curves and classes show."""
    gap = Outcome(0.8, validation=0.8, train=0.9)
    going = Outcome(0.5, best_epoch=10)
    barely = Outcome(0.26, train=0.26)
    return {
        "overfitting supported one of one": lambda: of(gap),
        "overfitting supported one of many": lambda: of(gap, 0.8),
        "overfitting supported many": lambda: of(gap, gap, 0.8),
        "overfitting refuted one": lambda: of(0.8),
        "overfitting refuted many": lambda: of(0.8, Outcome(0.8, train=0.82)),
        "underfitting supported one of one": lambda: of(barely),
        "underfitting supported one of many": lambda: of(barely, 0.8),
        "underfitting supported many": lambda: of(barely, barely, 0.8),
        "underfitting supported very many": lambda: of(*[barely] * 7, axes=MANY),
        "underfitting refuted one": lambda: of(0.8),
        "underfitting refuted many": lambda: of(0.8, 0.9),
        "still_improving one of one": lambda: of(going),
        "still_improving one of many": lambda: of(going, 0.5),
        "still_improving many": lambda: of(going, going, 0.5),
        "class_strengths supported": lambda: of(swapped((0, 1, 20), (0, 2, 5), (3, 1, 2)), data=DATA),
        "class_strengths supported one image": lambda: of(swapped((0, 3, 1)), data=DATA),
        "class_strengths supported single images": lambda: of(swapped((0, 3, 1), (1, 3, 1)), data=DATA),
        "class_strengths supported few": lambda: of(swapped((0, 3, 4), (1, 2, 1)), data=DATA),
        "class_strengths supported few tied": lambda: of(swapped((0, 3, 4), (1, 3, 4)), data=DATA),
        "class_strengths supported spread": lambda: of(
            swapped((0, 1, 6), *SPREAD),
            data=DATA,
        ),
        "class_strengths supported spread tied": lambda: of(
            swapped((0, 1, 6), (0, 2, 6), *SPREAD[1:]),
            data=DATA,
        ),
        "class_strengths supported ties": lambda: of(swapped((0, 1, 9), (1, 0, 9)), data=DATA),
        "class_strengths refuted": lambda: of(1.0),
        "class_strengths refuted with errors": lambda: of(
            swapped((0, 1, 9), (1, 2, 9), (2, 3, 9), (3, 0, 9)), data=DATA
        ),
        "collapsed_class one": lambda: of(swapped((0, 1, 100)), data=DATA),
        "collapsed_class many": lambda: of(swapped((0, 1, 100)), swapped((2, 1, 100)), data=DATA),
    }


def limits() -> dict[str, Callable[[], Collected]]:
    """Cost and what weakens the conclusions."""
    slow = Outcome(0.9, seconds=300)
    return {
        "slower_is_better supported": lambda: of(0.7, slow),
        "slower_is_better inconclusive one": lambda: of(0.895, slow, 0.5),
        "slower_is_better inconclusive many": lambda: of(0.895, slow, Outcome(0.895, seconds=5)),
        "slower_is_better refuted one front": lambda: of(0.95, slow),
        "slower_is_better refuted many front": lambda: of(0.95, slow, Outcome(0.5, seconds=5)),
        "runs_failed one of one": lambda: of(FAILED),
        "runs_failed one of many": lambda: of(FAILED, 0.5),
        "runs_failed many": lambda: of(FAILED, None, 0.5),
        "runs_failed one diverged": lambda: of(DIVERGED, 0.5),
        "runs_failed some diverged": lambda: of(DIVERGED, FAILED, 0.5),
        "runs_failed all": lambda: of(FAILED, FAILED),
        "studies_pending one": lambda: follow_up([(None, None)]),
        "studies_pending many": lambda: follow_up([(0.5, 0.5), (None, None)]),
        "few_seeds one": lambda: of(0.5),
        "few_seeds many": lambda: grid(ONE, lambda _: 0.5, seeds=[1, 2]),
        "unequal_budgets": lambda: arms(0.5, 0.6, mejor="epochs = 30"),
        "budgets_across_studies": lambda: red(2),
        "times_not_comparable": lambda: of(0.5, Outcome(0.6, environment=replace(HERE, threads=1))),
        "shared_features one": lambda: of(0.5, Outcome(0.6, shared=(PASS,))),
        "shared_features many": lambda: of(Outcome(0.5, shared=(PASS,)), Outcome(0.6, shared=(PASS,))),
        "no_pretrained_weights one": lambda: red(1),
        "no_pretrained_weights many": lambda: red(2),
        "normalization_unsettled one": lambda: red(1, Outcome(0.25, seen=0.8)),
        "normalization_unsettled many": lambda: red(2, Outcome(0.25, seen=0.8)),
        "class_imbalance": lambda: of(0.5, data=data_record(train=[60_000, 1, 1000, 1000])),
        "class_imbalance empty": lambda: of(0.5, data=data_record(train=[10, 0, 10, 10])),
        "selected_on_test": on_test,
        "test_set_resolution": lambda: of(0.5, 0.9),
    }


@cache
def cases() -> dict[str, Finding]:
    """Name of a case -> its finding; the name begins with the code."""
    found: dict[str, Finding] = {}
    every = {**chosen(), **factors(), **changes(), **folds(), **learning(), **limits()}
    for path in sorted((HERE_TESTS / "cases").glob("*.py")):
        further = importlib.import_module(f"findings.cases.{path.stem}").CASES
        assert not set(further) & set(every), path
        every |= further
    for name, make in every.items():
        words = name.split()
        findings = [item for item in find(make()) if item.code == words[0]]
        wanted = {"supported", "refuted", "inconclusive", "not_applicable"} & set(words)
        for item in findings:
            if not wanted or str(item.verdict) in wanted:
                found.setdefault(name, item)
        if name not in found:
            raise LookupError(f"{name}: only {[str(item.verdict) for item in findings]}")
    return found


def sentences() -> dict[str, str]:
    """Name of a case -> its sentence in Spanish."""
    templates = Templates([packaged()])
    locale = Locale("es", templates.toml("es/strings.toml"))
    return {name: sentence(finding, templates, locale, {}).text for name, finding in cases().items()}


def texts() -> dict[str, str]:
    """Code -> its golden file: every case with its sentence."""
    found: dict[str, str] = {}
    for name, text in sentences().items():
        code = name.split()[0]
        found[code] = found.get(code, "") + f"{name}\n  {text}\n"
    return found


if __name__ == "__main__":
    made = texts()  # before anything is deleted: a case that fails leaves the files as they are
    for stale in GOLDEN.glob("*.txt"):
        stale.unlink()
    for code, text in made.items():
        (GOLDEN / f"{code}.txt").write_text(text, encoding="utf-8")
