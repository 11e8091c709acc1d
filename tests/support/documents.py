"""Takes collected results, gives the finished document, as `reportgen render` makes it from a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from support.results import (
    FOLLOW,
    Outcome,
    data_record,
    folds_text,
    grid_text,
    parts,
    run,
    spec_of,
    variants_text,
)

from reportgen.analysis.collected import Collected
from reportgen.findings import find
from reportgen.plan.model import RunPlan
from reportgen.prose import marks
from reportgen.prose.check import Reviewer
from reportgen.report.context import FindingView
from reportgen.report.pdf import to_pdf
from reportgen.report.skeleton import fill, written
from reportgen.report.write import Document, draft
from reportgen.spec.model import Report, Spec

STAMP = 1_781_000_000
COVER = """
language = "es"
subtitle = "Sin datos reales"
institution = "Universidad de Ejemplo"
authors = [{ name = "Íñigo Núñez", id = "12.345.678-5" }]
date = 2026-06-09
place = "Santiago"
"""
AXES = {"optimizer": ["SGD", "Adam"], "activation": ["relu"], "units": [[8], [8, 8]]}
LAYOUT = 'table = { rows = "units", by = ["optimizer", "activation"] }'
SOFTWARE = {"reportgen": "0.1.0", "Python": "3.12"}


def document_of(
    spec: Spec,
    *,
    templates: Path | None = None,
    prose: Mapping[str, str] | None = None,
    report: Report | None = None,
) -> Document:
    """What a document needs beside the results; ``report`` is the file's first."""
    name, first = next(iter(spec.reports.items()))
    return Document(
        spec=spec,
        name=name,
        report=report or first,
        prose=written(prose or {}),
        configuration='[report]\ntitle = "Informe de prueba"\n',
        profile="",
        software=SOFTWARE,
        templates=templates,
    )


@dataclass(frozen=True)
class Written:
    """The finished document."""

    html: str
    pdf: bytes
    csv: Mapping[str, str]
    findings: tuple[FindingView, ...]


def write(
    spec: Spec,
    collected: Collected | Sequence[Collected],
    *,
    pdf: bool = True,
    prose: Mapping[str, str] | None = None,
    judged: bool = False,
    **more: object,
) -> Written:
    """The document of some results; without ``pdf`` its HTML only, in a tenth of the time.

    ``judged`` has the results read in the prose, too.
    """
    parts = [collected] if isinstance(collected, Collected) else list(collected)
    made = draft(document_of(spec, prose=prose, **more), parts, [find(part) for part in parts])
    reviewer = Reviewer(parts) if judged else None
    found = {name: reviewer.read(name, text) for name, text in (prose or {}).items() if reviewer}
    refuted = {name: marks(read.remarks).get(name, ()) for name, read in found.items()}
    numbers = {name: read.typed for name, read in found.items()}
    html = fill(made.skeleton, written(prose or {}, refuted, numbers))
    return Written(html, to_pdf(html, timestamp=STAMP) if pdf else b"", made.csv, made.findings)


def decide(plan: RunPlan) -> Outcome:
    """An outcome for each run, all different, by its place in the alphabet of keys."""
    share = int(plan.key[:4], 16) / 0xFFFF
    return Outcome(
        0.6 + 0.3 * share, validation=0.62 + 0.3 * share, train=0.65 + 0.3 * share, seconds=1 + 200 * share
    )


@cache
def sample() -> tuple[Spec, Collected, Written]:
    """The HTML of a small report with every kind of study: a grid, a follow-up and variants."""
    follow = FOLLOW.format(changed="set.dropout = 0.3")
    text = grid_text(AXES, table=LAYOUT) + follow + variants_text({"base": "", "mejor": "base"})
    spec = spec_of(text, report=COVER)
    collected = run(spec, decide)
    return spec, collected, write(spec, collected, pdf=False, prose={"resumen": "Un **resumen** del autor."})


SEVERAL = """
[data.ropa]
name = "fashion_mnist"
select = [0, 1, 2, 3]
[study.profunda]
title = "Profundidad"
model = "mlp"
seeds = [1, 2]
grid.optimizer = ["SGD", "Adam"]
grid.activation = ["relu"]
grid.units = [[8], [8, 8]]
table = { rows = "units", by = ["optimizer", "activation"] }
[study.sigue]
title = "Dropout"
from = { study = "profunda", best = "validation.accuracy", per = ["optimizer"] }
grid.dropout = [0.2, 0.4]
[study.tasa]
title = "Tasa de aprendizaje"
data = "ropa"
model = "mlp"
grid.optimizer.learning_rate = [0.01, 0.001]
"""


def decide_several(plan: RunPlan) -> Outcome:
    """The same, with a learning rate that falls in the folds and a metric more."""
    outcome = replace(decide(plan), further={"sparse_top_k_categorical_accuracy": 0.97})
    if plan.fold is None:
        return outcome
    validation = {"base": 0.80, "mejor": 0.86, "otra": 0.861}[plan.parameters["variant"]] + 0.004 * plan.fold
    rates = (0.001,) * 6 + (0.0005,) * 4
    return replace(outcome, validation=validation + 0.001 * (len(plan.label) % 3), rates=rates)


@cache
def several() -> tuple[Spec, tuple[Collected, ...], Written]:
    """The HTML of a report on two data sets, with seeds, folds in two repetitions and a follow-up grid."""
    arms = folds_text(["base", "mejor", "otra"], folds=3, more='data = "ropa"\nrepeats = 2')
    spec = spec_of(SEVERAL + arms, report=COVER)
    found = parts(spec, decide_several, data_record())
    return spec, found, write(spec, found, pdf=False)


@cache
def smallest() -> tuple[Spec, Collected, Written]:
    """The HTML and PDF of a report with two runs."""
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}), report=COVER)
    collected = run(spec, decide)
    return spec, collected, write(spec, collected)
