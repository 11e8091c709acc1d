"""Takes collected results, gives the finished document, as `reportgen render` makes it from a store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from unittest.mock import patch

from support.results import FOLLOW, Outcome, grid_text, run, spec_of, variants_text

from reportgen.analysis.collected import Collected
from reportgen.findings import find
from reportgen.plan.model import RunPlan
from reportgen.report.write import Document, Written, write_document
from reportgen.spec.model import Spec

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
    spec: Spec, *, templates: Path | None = None, prose: Mapping[str, str] | None = None
) -> Document:
    """What a document needs beside the results."""
    return Document(
        spec=spec,
        prose=prose or {},
        configuration='[report]\ntitle = "Informe de prueba"\n',
        profile="",
        software=SOFTWARE,
        templates=templates,
        timestamp=STAMP,
    )


def write(spec: Spec, collected: Collected, *, pdf: bool = True, **more: object) -> Written:
    """The document of some results; without ``pdf`` its HTML only, in a tenth of the time."""
    document, findings = document_of(spec, **more), find(collected)
    if pdf:
        return write_document(document, collected, findings)
    with patch("reportgen.report.write.to_pdf", return_value=b""):
        return write_document(document, collected, findings)


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


@cache
def smallest() -> tuple[Spec, Collected, Written]:
    """The HTML and PDF of a report with two runs."""
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}), report=COVER)
    collected = run(spec, decide)
    return spec, collected, write(spec, collected)
