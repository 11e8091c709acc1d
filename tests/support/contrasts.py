"""Takes what two variants set otherwise, gives the Collected of a study in which they are tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.results import Outcome, run, spec_of

from reportgen.analysis.collected import Collected

MODELS = """
[model.probada]
parameters = { bn = false, drop = 0.0, size = 0, libre = true, cuadrado = false, units = 4 }
layers = [
  { layer = "Resizing", height = "$size", width = "$size", when = "$size" },
  { layer = "Conv2D", filters = 4, kernel_size = 3, activation = "relu" },
  { layer = "BatchNormalization", when = "$bn" },
  "Flatten",
  { layer = "Dropout", rate = "$drop", when = "$drop" },
  { layer = "Dense", units = "$units", when = "$libre" },
  { layer = "Dense", units = "$units", kernel_regularizer = { name = "L2", l2 = 0.01 }, when = "$cuadrado" },
]
[model.base]
parameters = { trainable = false }
layers = [{ backbone = "MobileNetV2", trainable = "$trainable" }, "GlobalAveragePooling2D"]
"""
DISJOINT = Outcome(0.8, wrong=tuple(range(80)))
"""As good as 0.8, but wrong in other images: nothing can be told between the two."""


def text(variants: Mapping[str, str], model: str = "probada", *, extends: str = "") -> str:
    """TOML of a study with these variants, by the lines that each adds; all extend the one named."""
    lines = [MODELS, "[study.ensayo]", 'title = "Ensayo"', f'model = "{model}"']
    for name, more in variants.items():
        lines += [f"[study.ensayo.variant.{name}]", f'title = "Red {name}"', more]
        lines += [f'extends = "{extends}"', f'change = "cambio {name}"'] if extends not in ("", name) else []
    return "\n".join([*lines, ""])


def tried(
    variants: Mapping[str, str],
    outcomes: Mapping[str, Any],
    model: str = "probada",
    *,
    seeds: Sequence[int] = (0,),
    extends: str = "",
) -> Collected:
    """The study, with the outcome of each variant, or of each of its seeds."""

    def decide(plan: Any) -> Any:
        found = outcomes[plan.parameters["variant"]]
        return found[seeds.index(plan.seed)] if isinstance(found, list) else found

    return run(spec_of(text(variants, model, extends=extends), seeds=seeds), decide)
