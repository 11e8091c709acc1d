"""Results made elsewhere: what they lack, and how they are compared for that."""

from __future__ import annotations

from findings.cases.checks import nothing
from findings.golden_cases import of
from support.imported import FILES, made, predictions_text

from reportgen.analysis.collected import Collected

OWN = 'name = "folder"\npath = "fotos"'
ON_TEST = 'name = "cifar10"\nsplit = { validation = "test" }'
ON_OWN_TEST = OWN + '\nsplit = { validation = "test" }'
HEADER = "optimizer;accuracy;val_accuracy;test_accuracy;tiempo\n"
FAR = HEADER + "SGD;0,5;0,52;0,51;60\nAdam;0,7;0,66;0,65;90\nRMSprop;0,6;0,6;0,6;300\n"
NEAR = HEADER + "SGD;0,5;0,6512;0,6501;60\nAdam;0,7;0,6521;0,6502;90\nRMSprop;0,6;0,6511;0,6503;300\n"
BEHIND = HEADER + "SGD;0,5;0,70;0,55;60\nAdam;0,7;0,66;0,65;90\n"
SLOWEST = HEADER + "SGD;0,5;0,6;0,65;60\nAdam;0,7;0,7;0,71;300\n"
CROSSED = "optimizer;Capas;accuracy;val_accuracy;test_accuracy\n" + "".join(
    f"{name};{layers};0,{5 + at}{3 * layers};0,{4 + at}{3 * layers};0,{4 + at}{3 * layers}\n"
    for at, name in enumerate(("SGD", "Adam"))
    for layers in (1, 2, 3)
)
SMALL = "optimizer;val_accuracy;test_accuracy;images\nSGD;0,5;0,5;20\nAdam;0,7;0,7;20\n"
SIZES = "optimizer;val_accuracy;test_accuracy;parameters\nSGD;0,5;0,5;9000\nAdam;0,7;0,7;1000\n"
TRUTH = "0123456789" * 2
ANSWERS = {"SGD": "0123456789" + "1" * 10, "Adam": TRUTH}
TOLD = "optimizer;val_accuracy\nSGD;0,6\nAdam;0,9\n"
HISTORY = "optimizer;epoch;accuracy;val_accuracy;loss;val_loss\n" + "".join(
    f"{name};{epoch};0,{5 + epoch};0,{4 + epoch};1,{9 - epoch};1,{9 - epoch}\n"
    for name in ("SGD", "Adam")
    for epoch in range(4)
)


def with_everything() -> Collected:
    """A table with its epochs and its predictions."""
    files = {"h.csv": HISTORY, "p.csv": predictions_text(ANSWERS, TRUTH)}
    return made(TOLD, further=files, study=f'{FILES}\nhistories = "h.csv"\npredictions = "p.csv"')


def with_errors() -> Collected:
    """A table with predictions, and both fail on the zeros."""
    truth, half = TRUTH * 6, TRUTH * 3
    told = predictions_text({"SGD": truth.replace("0", "1"), "Adam": half.replace("0", "1") + half}, truth)
    return made(TOLD, further={"p.csv": told}, study=f'{FILES}\npredictions = "p.csv"')


def one(line: str) -> Collected:
    """A table with one row."""
    return made("optimizer;accuracy;val_accuracy;test_accuracy\n" + line)


CASES = {
    "few_seeds supported untold": lambda: made(FAR),
    "imported_results refuted one": lambda: of(0.5),
    "imported_results refuted many": lambda: of(0.5, 0.6),
    "imported_results not_applicable": nothing,
    "imported_results supported counts": lambda: made(FAR),
    "imported_results supported one": lambda: one("SGD;0,5;0,6;0,6"),
    "imported_results supported one bare": lambda: one("SGD;0,5;;"),
    "imported_results supported nothing": lambda: made(FAR, data=OWN),
    "imported_results supported some": lambda: made(FAR.replace("0,65;", ";")),
    "imported_results supported everything": with_everything,
    "overall_best supported counts": lambda: made(FAR),
    "overall_best refuted counts": lambda: made(BEHIND),
    "overall_best inconclusive counts": lambda: made(NEAR),
    "overall_best inconclusive counts leads": lambda: made(NEAR.replace("0,6503", "0,6499")),
    "overall_best inconclusive untested": lambda: made(FAR, data=OWN),
    "overall_best inconclusive untested behind": lambda: made(BEHIND, data=OWN),
    "grid_best supported counts": lambda: made(FAR),
    "grid_best refuted counts": lambda: made(BEHIND),
    "grid_best inconclusive counts": lambda: made(NEAR),
    "grid_best inconclusive counts leads": lambda: made(NEAR.replace("0,6503", "0,6499")),
    "grid_best inconclusive untested": lambda: made(FAR, data=OWN),
    "overall_worst counts": lambda: made(FAR),
    "overall_worst untested": lambda: made(FAR, data='name = "digits"'),
    "slower_is_better supported counts": lambda: made(SLOWEST),
    "slower_is_better inconclusive untested": lambda: made(FAR, data=OWN),
    "slower_is_better inconclusive untested slowest": lambda: made(SLOWEST, data=OWN),
    "factor_interaction not_applicable imported": lambda: made(CROSSED),
    "effect_size supported counts": lambda: made(CROSSED),
    "effect_size refuted counts": lambda: made(NEAR),
    "effect_size inconclusive counts": lambda: made(SMALL, data=OWN),
    "pareto_parameters inconclusive untested": lambda: made(SIZES, data=OWN),
    "pareto_parameters inconclusive untested largest": lambda: made(SIZES.replace("9000", "90"), data=OWN),
    "pareto_parameters supported counts": lambda: made(SIZES.replace("9000", "90")),
    "confused_pair supported imported": with_errors,
    "identical_runs not_applicable imported": lambda: made(FAR),
    "diverged_loss not_applicable imported": lambda: made(FAR),
    "diverged_loss refuted imported": with_everything,
    "collapsed_class not_applicable some": lambda: made(FAR),
    "times_not_comparable not_applicable imported": lambda: made(FAR),
}
