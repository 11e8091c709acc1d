"""A report of poor results is still a report, and says what it lacks."""

from __future__ import annotations

import re

import pytest
from report.test_html import unmarked
from support.documents import AXES, COVER, LAYOUT, write
from support.results import FOLLOW, Outcome, data_record, grid_text, run_with, spec_of, variants_text

from reportgen.records.model import Status

TEXT = (
    grid_text(AXES, table=LAYOUT)
    + FOLLOW.format(changed="set.dropout = 0.3")
    + variants_text({"base": "", "mejor": "base"})
)
FAILED = Outcome(status=Status.FAILED, reason="ValueError: no cabe <en> la memoria")


def plain(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", unmarked(html), flags=re.DOTALL).split())


def report(decide, data, text=TEXT, *, pdf=False):
    spec = spec_of(text, report=COVER)
    written = write(spec, run_with(spec, decide, data), pdf=pdf)
    assert not pdf or written.pdf.startswith(b"%PDF")
    links = set(re.findall(r'href="#([^"]+)"', written.html))
    assert links <= set(re.findall(r'\bid="([^"]+)"', written.html))
    return plain(written.html)


def test_all_runs_failed():
    text = report(lambda _: FAILED, data_record(), pdf=True)
    assert "Informe parcial" in text
    assert "ValueError: no cabe &lt;en&gt; la memoria" in text
    assert "Ninguna de las 6 ejecuciones declaradas tiene resultados" in text


def test_nothing_trained_yet():
    text = report(lambda _: None, None, pdf=True)
    assert "Informe parcial" in text
    assert "0 de" in text
    assert "El informe está incompleto" in text


def test_the_data_could_not_be_had():
    text = report(lambda _: None, None, grid_text({"optimizer": ["SGD"]}))
    assert "No tiene resultados la única ejecución declarada" in text


def test_data_lost_but_runs_kept():
    assert "Conclusiones" in report(lambda _: 0.7, None)


def test_one_run_only():
    text = report(lambda _: 0.7, data_record(), '[study.unica]\ntitle = "Una red"\nmodel = "cnn"\n')
    assert "Una red" in text
    assert "El mejor modelo" not in text


def test_a_diverged_run_is_told():
    diverged = Outcome(status=Status.DIVERGED, reason="la pérdida no es finita en la época 2")
    text = report(lambda plan: diverged if plan.parameters.get("optimizer") == "SGD" else 0.8, data_record())
    assert "la pérdida no es finita en la época 2" in text
    assert "dejó de ser un número finito" in text


@pytest.mark.parametrize(
    "grid", [{"optimizer": ["SGD"]}, {"optimizer": ["SGD", "Adam"]}, {"units": [[8], [8, 8]]}]
)
def test_grids_of_one_axis(grid):
    assert "Rejilla" in report(lambda _: 0.7, data_record(), grid_text(grid))


def test_odd_names_are_escaped():
    text = variants_text({"base": ""}).replace("Red base", "a < b & «c» %d {{ x }}")
    assert "a &lt; b &amp; «c» %d {{ x }}" in report(lambda _: 0.7, data_record(), text)


def test_a_run_without_history_or_predictions_of_training():
    assert "Rejilla" in report(lambda _: Outcome(0.7, blind=True), data_record())


def test_a_perfect_network_has_no_mosaic_of_errors():
    text = report(lambda _: 1.0, data_record(), grid_text({"optimizer": ["SGD", "Adam"]}))
    assert "No comete ningún error" in text
