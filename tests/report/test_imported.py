"""A report of results made elsewhere: whole, without training, and with no more said than is known."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from findings.cases.imported import ANSWERS, HISTORY, TOLD, TRUTH
from support.documents import write
from support.imported import FILES, predictions_text, request_of

from reportgen import api
from reportgen.api.collecting import stored

KINDS = ("proyecto", "curso", "escalera", "breve", "actividad", "ejecutivo")
ROWS = "".join(
    f"{name};{layers};0,{5 + at}{3 * layers};0,{4 + at}{3 * layers};0,{4 + at}{3 * layers};{60 * layers}\n"
    for at, name in enumerate(("SGD", "Adam"))
    for layers in (1, 2, 3)
)
TABLE = "optimizer;Capas;accuracy;val_accuracy;test_accuracy;tiempo\n" + ROWS
NAMED = "label;val_accuracy;val_loss;parameters\nCNN base;0,58;1,2;1.846.410\nCNN mejorada;0,66;1,0;666.890\n"
LOG = "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.5,1.2,0.45,1.3\n1,0.7,0.8,0.6,1.0\n2,0.8,0.6,0.62,0.9\n"
LOGS = {"base.csv": LOG, "mejorada.csv": LOG.replace("0.62", "0.75")}
FULL = {"tabla.csv": TOLD, "h.csv": HISTORY, "p.csv": predictions_text(ANSWERS, TRUTH)}
ON_TEST = 'name = "cifar10"\nsplit = { validation = "test" }'
OWN = 'name = "folder"\npath = "fotos"'
CASES = {
    "table": ({"tabla.csv": TABLE}, FILES, 'name = "cifar10"'),
    "unknown": ({"tabla.csv": TABLE}, FILES, OWN),
    "bare": ({"tabla.csv": "a;val_accuracy\nx;0,5\ny;0,6\n"}, FILES, 'name = "cifar10"'),
    "one": ({"tabla.csv": "label;accuracy\nCNN;0,5\n"}, FILES, OWN),
    "named": ({"tabla.csv": NAMED}, FILES, ON_TEST),
    "logs": (LOGS, 'results = ["base.csv", "mejorada.csv"]', ON_TEST),
    "full": (FULL, f'{FILES}\nhistories = "h.csv"\npredictions = "p.csv"', 'name = "cifar10"'),
    "failed": ({"tabla.csv": "a;accuracy;val_accuracy\nx;;\ny;;\n"}, FILES, 'name = "cifar10"'),
}  # fmt: skip


def told(case, kind="proyecto", *, pdf=False):
    files, study, data = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        request = request_of(Path(folder), files, study=study, data=data, report=f'kind = "{kind}"')
        there = stored(api.open_project(request))
        (report,) = there.project.spec.reports.values()
        return write(there.project.spec, there.collected(report), pdf=pdf, report=report)


def plain(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_report_tells_it(case, kind):
    made = told(case, kind)
    links = set(re.findall(r'href="#([^"]+)"', made.html))
    assert links <= set(re.findall(r'\bid="([^"]+)"', made.html))
    text = plain(made.html)
    assert not re.search(r"\bNone\b|\bnan\b", text)
    if kind not in ("ejecutivo", "actividad"):
        assert "no se entrenaron aquí: se importaron de" in text
    if case not in ("full", "failed"):  # without any result nobody knows what will be compared
        assert "McNemar" not in text
    assert "Las dos tienen las mismas capas" not in text
    assert "entran como están" not in text


def test_what_is_known_of_a_table_is_told_and_what_is_not_is_not():
    text = plain(told("table").html)
    assert "El mejor modelo es «Adam · capas: 3»" in text
    assert "al comparar sus aciertos y fallos" in text
    assert "prueba exacta de Fisher con corrección de Holm" in text
    assert "Prueba exacta de Fisher" in text  # among the methods
    assert "no constan los ajustes" in text
    assert "sobre las mismas imágenes" not in text
    assert "Mapa" not in text
    assert "Los resultados importados no se pueden repetir" in text
    assert "entrenamiento en total" in text
    assert "Abadi" not in text  # TensorFlow: nobody says that it was used


def test_without_the_number_of_images_nothing_is_bold_and_nothing_best():
    made = told("unknown")
    text = plain(made.html)
    assert "No puede llamarse el mejor" in text
    assert "Wilson: del" not in text
    assert "demostrablemente más" not in text
    assert "En negrita, los modelos que no se distinguen" not in text
    assert "<strong>" not in made.html


def test_with_predictions_and_epochs_it_is_a_report_like_any_other():
    text = plain(told("full").html)
    assert "McNemar" in text
    assert "Fisher" not in text
    assert "Matriz de confusión" in text
    assert "curvas de exactitud y de pérdida" in text


def test_files_of_csvlogger_have_their_curves():
    text = plain(told("logs").html)
    assert "curvas de exactitud y de pérdida" in text
    assert "Entrenamiento: 3 épocas" in text
    assert "sin entrenar" in text


def test_a_pdf_is_made_of_it():
    assert told("table", pdf=True).pdf.startswith(b"%PDF")
