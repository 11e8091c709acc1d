"""Small configurations that tests of several rooms share."""

from __future__ import annotations

from pathlib import Path

from reportgen.plan.expand import expand
from reportgen.plan.model import Plan
from reportgen.spec.load import load
from reportgen.spec.model import Spec

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
[report]
title = "Prueba"
[data]
name = "digits"
[training]
epochs = 2
[model.mlp]
parameters = { units = [8], activation = "relu", dropout = 0.0 }
layers = [
  "Flatten",
  { each = "units", layers = [
    { layer = "Dense", units = "$units", activation = "$activation" },
    { layer = "Dropout", rate = "$dropout", when = "$dropout" },
  ] },
]
"""
GRID = """\
[study.rejilla]
model = "mlp"
grid.optimizer = ["SGD", "Adam"]
grid.activation = ["relu", "tanh"]
"""
FOLLOW = """\
[study.dropout]
from = { study = "rejilla", best = "validation.accuracy", per = ["optimizer"] }
set.dropout = 0.3
"""


def written(folder: Path, text: str, name: str = "e.toml") -> Path:
    """A file with the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def spec_of(folder: Path, text: str, profile: str = "") -> Spec:
    """The configuration of a text."""
    return load(written(folder, text), profile)


def plan_of(folder: Path, text: str, scores=None, profile: str = "", digests=None) -> Plan:
    """The plan of a text."""
    return expand(spec_of(folder, text, profile), digests or {}, scores or {})


def keys_of(folder: Path, text: str, **more) -> list[str]:
    """Keys of all runs that can be named."""
    return [run.key for run in plan_of(folder, text, **more).runs]
