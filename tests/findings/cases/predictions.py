"""Golden cases of what predictions allow to be said: calibration, confusions, shared errors, classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from support.results import (
    IMAGES,
    Outcome,
    data_record,
    follow_up,
    run,
    spec_of,
    table,
    variants,
    variants_text,
)

from reportgen.analysis.collected import Collected

DATA = data_record()
NAMES = ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad"]
EXTENDS = {"base": "", "mejor": "base"}
THIRD = {**EXTENDS, "otra": "mejor"}
BLIND = Outcome(wrong=tuple(range(0, IMAGES, 4)))
"""Right but for the first class, of which it gets nothing right."""
SURE = tuple(0.95 if at < IMAGES // 2 else 0.55 for at in range(IMAGES))
CROSSED = tuple(range(60)) + tuple(range(IMAGES - 30, IMAGES))
"""Wrong in many of the sure images and in few of the unsure ones."""


def of(*outcomes: object) -> Collected:
    """A grid of one axis, as long as there are outcomes."""
    names = NAMES[: len(outcomes)]
    return table(
        {(name,): outcome for name, outcome in zip(names, outcomes, strict=True)}, {"optimizer": names}
    )


def missed(*counts: tuple[int, int], to: int = 3, validation: float | None = None) -> Outcome:
    """All right but the first so many images of some classes, which are taken for another class."""
    found = DATA.test_labels.copy()
    for label, count in counts:
        found[np.flatnonzero(DATA.test_labels == label)[:count]] = to
    return Outcome(predicted=tuple(int(value) for value in found), validation=validation)


def two(base: object, better: object) -> Collected:
    """A base and one improvement of it."""
    return variants({"base": base, "mejor": better}, EXTENDS)


def three(base: object, better: object, other: object) -> Collected:
    """A base, an improvement of it and one of that."""
    return variants({"base": base, "mejor": better, "otra": other}, THIRD)


def scarce(*outcomes: object) -> Collected:
    """A base and improvements of it, with two test images of each class."""
    names = ("base", "mejor", "otra")[: len(outcomes)]
    text = variants_text({name: THIRD[name] for name in names})
    decided = dict(zip(names, outcomes, strict=True))
    return run(spec_of(text), lambda plan: decided[plan.parameters["variant"]], data_record(images=8))


def uneven() -> Collected:
    """One class has 40 test images, the others two each; all that change are of the first."""
    data = data_record(images=46)
    data = replace(data, test_labels=np.array([0] * 40 + [1, 1, 2, 2, 3, 3], dtype=np.int64))
    outcomes = {"base": Outcome(wrong=tuple(range(20))), "mejor": Outcome(wrong=())}
    text = variants_text(EXTENDS)
    return run(spec_of(text), lambda plan: outcomes[plan.parameters["variant"]], data)


WORST, BAD, GOOD = missed((0, 80), (1, 10)), missed((0, 40), (1, 10)), missed((0, 5), (1, 60))
CASES: dict[str, Callable[[], Collected]] = {
    "calibration supported": lambda: of(Outcome(0.9, confidence=0.9)),
    "calibration supported over": lambda: of(Outcome(0.99, confidence=0.9999)),
    "calibration supported under": lambda: of(Outcome(0.9975, confidence=0.98)),
    "calibration refuted over": lambda: of(Outcome(0.6, confidence=0.95)),
    "calibration refuted under": lambda: of(Outcome(0.95, confidence=0.6)),
    "calibration inconclusive": lambda: of(Outcome(0.8, confidence=0.82)),
    "calibration inconclusive over": lambda: of(Outcome(0.8, confidence=0.85)),
    "calibration inconclusive under": lambda: of(Outcome(0.8, confidence=0.75)),
    "calibration inconclusive above": lambda: of(Outcome(wrong=CROSSED, confidence=SURE)),
    "confused_pair supported one": lambda: of(missed((0, 20), (1, 5)), missed((0, 30))),
    "confused_pair supported some": lambda: of(missed((0, 20)), *[missed((0, 30))] * 2, missed((1, 9))),
    "confused_pair supported all": lambda: of(missed((0, 5)), *[missed((0, 30))] * 3),
    "confused_pair supported asked": lambda: of(missed((0, 20)), missed((0, 30)), missed((1, 4))),
    "confused_pair refuted one": lambda: of(missed((0, 20)), missed((1, 30))),
    "confused_pair refuted none": lambda: of(missed((0, 20)), *[missed((1, 30))] * 2),
    "confused_pair refuted few": lambda: of(missed((0, 20)), missed((0, 30)), *[missed((1, 30))] * 2),
    "confused_pair inconclusive": lambda: of(missed((0, 20), (1, 20)), missed((0, 30))),
    "confused_pair inconclusive one image": lambda: of(missed((0, 1)), *[missed((0, 30))] * 3),
    "confused_pair inconclusive few": lambda: of(missed((0, 4), (1, 1)), missed((0, 30))),
    "confused_pair inconclusive few tied": lambda: of(missed((0, 3), (1, 3)), missed((0, 30))),
    "confused_pair not_applicable few": lambda: of(missed((0, 20)), missed((0, 4))),
    "confused_pair not_applicable": lambda: of(missed((0, 20), validation=1.0), 1.0),
    "shared_errors supported": lambda: of(0.9, 0.8, 0.7),
    "shared_errors refuted": lambda: of(0.9, 0.8, Outcome(0.8, wrong=tuple(range(80)))),
    "shared_errors inconclusive": lambda: of(
        Outcome(wrong=(0, 1, 2, 3), validation=0.99), Outcome(wrong=(0, 1, 9)), Outcome(wrong=(0, 1, 8))
    ),
    "shared_errors inconclusive one error": lambda: of(Outcome(wrong=(399,), validation=0.99), 0.8, 0.7),
    "shared_errors supported apart": lambda: of(0.9, 0.8, 0.7, BLIND),
    "shared_errors refuted apart": lambda: of(0.9, 0.8, Outcome(0.8, wrong=tuple(range(80))), BLIND, BLIND),
    "shared_errors not_applicable": lambda: of(0.9, 0.8),
    "shared_errors not_applicable one": lambda: of(0.9),
    "shared_errors not_applicable flawless": lambda: of(1.0, 0.8, 0.7),
    "class_gains not_applicable one": lambda: scarce(0.5, 1.0),
    "class_gains not_applicable pairs": lambda: scarce(0.5, 1.0, 0.5),
    "class_gains supported beside scarce": uneven,
    "class_gains supported one": lambda: two(WORST, BAD),
    "class_gains supported many": lambda: two(missed((0, 50), (1, 40)), missed((1, 10))),
    "class_gains refuted one": lambda: two(BAD, WORST),
    "class_gains refuted many": lambda: two(missed((1, 10)), missed((0, 50), (1, 40))),
    "class_gains inconclusive none": lambda: two(BAD, BAD),
    "class_gains inconclusive both": lambda: two(WORST, GOOD),
    "class_gains supported pairs": lambda: three(WORST, BAD, missed((1, 10))),
    "class_gains supported pairs one": lambda: three(WORST, BAD, BAD),
    "class_gains refuted pairs": lambda: follow_up([(BAD, WORST), (missed((1, 10)), missed((1, 50)))]),
    "class_gains refuted pairs one": lambda: follow_up([(BAD, WORST), (BAD, BAD)]),
    "class_gains inconclusive pairs none": lambda: follow_up([(BAD, BAD), (WORST, WORST)]),
    "class_gains inconclusive pairs both": lambda: three(WORST, BAD, GOOD),
}
