"""Golden cases of pairs of networks that differ in one respect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from support.contrasts import DISJOINT, tried

from reportgen.analysis.collected import Collected

WITHOUT_AND_WITH: Mapping[str, tuple[str, str, str]] = {
    "dropout_effect": ("probada", "set.drop = 0.0", "set.drop = 0.5"),
    "batchnorm_effect": ("probada", "set.bn = false", "set.bn = true"),
    "augmentation_effect": ("probada", "augmentation = []", 'augmentation = ["RandomFlip"]'),
    "regularizer_effect": (
        "probada",
        "set = { libre = true, cuadrado = false }",
        "set = { libre = false, cuadrado = true }",
    ),
    "image_size_effect": ("probada", "set.size = 0", "set.size = 16"),
    "transfer_effect": ("base", 'weights = "none"', 'weights = "imagenet"'),
    "frozen_vs_trainable": ("base", "set.trainable = false", "set.trainable = true"),
}


def of(code: str, without: Any, having: Any, **more: Any) -> Collected:
    """Two variants that differ in what the code is about."""
    model, one, other = WITHOUT_AND_WITH[code]
    return tried({"sin": one, "con": other}, {"sin": without, "con": having}, model, **more)


def _cases(code: str) -> dict[str, Callable[[], Collected]]:
    return {
        f"{code} supported": partial(of, code, 0.7, 0.8),
        f"{code} refuted worse": partial(of, code, 0.8, 0.7),
        f"{code} refuted alike": partial(of, code, 0.8, 0.8),
        f"{code} inconclusive": partial(of, code, 0.8, DISJOINT),
    }


SEEDS = (1, 2, 3)
SEVERAL: dict[str, Callable[[], Collected]] = {
    "dropout_effect supported probable": partial(of, "dropout_effect", 0.8, 0.815),
    "dropout_effect refuted probable": partial(of, "dropout_effect", 0.815, 0.8),
    "dropout_effect supported pairs all": partial(
        of, "dropout_effect", [0.7] * 3, [0.8, 0.9, 0.8], seeds=SEEDS
    ),
    "dropout_effect supported pairs one": partial(
        of, "dropout_effect", [0.7, 0.7, 0.8], [0.8, 0.7, DISJOINT], seeds=SEEDS
    ),
    "dropout_effect refuted pairs": partial(of, "dropout_effect", [0.8] * 3, [0.7, 0.8, 0.7], seeds=SEEDS),
    "dropout_effect refuted pairs alike": partial(of, "dropout_effect", [0.8] * 3, [0.8] * 3, seeds=SEEDS),
    "dropout_effect inconclusive pairs": partial(
        of, "dropout_effect", [0.8, 0.8, 0.7], [0.7, DISJOINT, 0.8], seeds=SEEDS
    ),
    "dropout_effect inconclusive pairs open": partial(
        of, "dropout_effect", [0.8] * 3, [DISJOINT, 0.8, DISJOINT], seeds=SEEDS
    ),
}
CASES: dict[str, Callable[[], Collected]] = SEVERAL | {
    name: make for code in WITHOUT_AND_WITH for name, make in _cases(code).items()
}
