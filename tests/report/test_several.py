"""A report on two data sets with seeds and folds: nothing ranked across them, a row per configuration."""

from __future__ import annotations

import re

import pytest
from report.test_html import Page, unmarked
from support.documents import several, write
from support.results import data_record, folded, grid, grid_text, parts, spec_of

from reportgen.analysis.arms import by_arm
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.pdf import to_pdf
from reportgen.report.templates import Templates

ES = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
TITLES = ("Dígitos manuscritos", "Fashion-MNIST")


@pytest.fixture(scope="module")
def html():
    return several()[2].html


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def section(html, start, end="</section>"):
    """The text between an anchor and the end of what it stands in."""
    return html.split(f'id="{start}"', 1)[1].split(end, 1)[0]


def words(html):
    return " ".join(re.sub("<[^>]+>", " ", unmarked(html)).split())


def test_ids_are_unique_and_every_link_lands(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"][1:] for attributes in page.all("a")} <= set(ids)
    assert page.open == []


@pytest.mark.parametrize(
    "chapter", ["resumen", "datos", "evaluacion", "comparacion", "conclusiones", "limitaciones"]
)
def test_what_is_general_is_told_of_each_data_set_under_its_title(html, chapter):
    text = words(section(html, chapter))
    for title in TITLES:
        assert title in text


@pytest.mark.parametrize("chapter", ["conclusiones", "limitaciones"])
def test_each_data_set_tells_its_own_findings_once(html, chapter):
    code = {"conclusiones": "overall_worst.runs", "limitaciones": "test_set_resolution.images"}[chapter]
    text = section(html, chapter)
    assert text.count(f'data-cell="{code}"') == len(TITLES)
    first = text.split(TITLES[1], 1)[0]
    assert first.count(f'data-cell="{code}"') == 1


def test_no_finding_names_runs_of_another_data_set():
    _, found, written = several()
    for view in written.findings:
        own = next(part for part in found if part.id == view.data)
        keys = {key for cell in view.finding.cells for key in cell.sources}
        assert keys <= set(own.by_key())
    assert {view.data for view in written.findings} == {"", "ropa"}


def test_the_only_data_set_of_a_report_has_no_title_in_its_chapters():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}))
    text = write(spec, parts(spec, lambda _: 0.7, data_record()), pdf=False).html
    for anchor in ("evaluacion-datos", "comparacion-datos", "limitaciones-datos"):
        assert anchor not in text
    assert "En conjunto: " not in text
    assert "Datos de este estudio" not in text


def test_data_sets_of_one_name_are_told_apart():
    more = '[data.dos]\nselect = [0, 1]\n[study.x]\ndata = "dos"\nmodel = "mlp"\n'
    spec = spec_of(more + grid_text({"optimizer": ["SGD"]}))
    text = words(write(spec, parts(spec, lambda _: 0.7, data_record()), pdf=False).html)
    assert "(dos)" in text


def test_a_table_of_several_runs_has_a_row_per_configuration_and_nothing_bold(html):
    _, found, _ = several()
    study = next(study for study in found[1].studies if study.id == "cv")
    table = unmarked(section(html, "estudio-cv-resultados", "</table>"))
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody")[1], flags=re.DOTALL)
    assert len(rows) == 3
    assert "<strong>" not in table
    assert "Media ± desviación estándar muestral" in table
    for arm, row in zip(by_arm(study), rows, strict=True):
        scores = arm.spread("validation", "accuracy")
        assert f">{ES.number(scores.mean, 4)}<" in row
        assert f"± {ES.number(scores.sd, 4)}<" in row
        assert re.search(r"<td[^>]*>6</td>", row)
    assert "Ninguna fila se resalta" in section(html, "estudio-cv-resultados")


def test_the_annex_has_every_run_with_its_seed_and_fold(html):
    annex = section(html, "anexo-ejecuciones")
    assert "Partición 2 de 3, repetición 2" in annex
    for part in several()[1]:
        for result in part.results():
            assert f'id="run-{result.plan.study}-{result.plan.id}"' in annex


def test_without_repetitions_of_the_folds_none_is_told():
    collected = folded({"a": [0.8, 0.9]}, folds=2)
    spec = spec_of(grid_text({"optimizer": ["SGD"]}))
    annex = section(write(spec, collected, pdf=False).html, "anexo-ejecuciones")
    assert "Partición 2 de 2" in annex
    assert "repetición" not in annex


def test_studies_say_how_often_they_train(html):
    assert "se entrena 2 veces, con las semillas 1 y 2, las mismas para todas" in words(html)
    told = words(section(html, "estudio-cv"))
    assert "validación cruzada de 3 particiones, repetida 2 veces" in told
    assert "Las particiones son las mismas para todas las configuraciones" in told


def test_curves_of_several_runs_are_one_figure_in_the_body_and_singles_stay_in_the_annex_of_grids(html):
    body, annex = html.split('id="anexo-curvas"')
    assert 'id="fig-curvas-cv-red-base"' in body
    assert "fig-curva-cv-" not in html
    assert 'id="fig-curvas-sigue-' in body
    assert "fig-curva-sigue-" not in html
    assert 'id="fig-curva-profunda-sgd-relu-8-s1"' in annex
    for figure in ("fig-cv-cajas", "fig-cv-tasa", "fig-profunda-cajas"):
        assert f'id="{figure}"' in body


def test_a_follow_up_with_axes_says_what_it_tries(html):
    told = words(section(html, "estudio-sigue"))
    assert "prueba en cada una todos los valores de dropout" in told
    assert "Cada red frente a la suya de partida" in told


def test_an_argument_of_the_optimizer_has_a_name(html):
    assert '<th scope="col" class="text">Tasa de aprendizaje</th>' in section(html, "estudio-tasa")


def test_further_metrics_stand_in_the_annex(html):
    assert "Exactitud entre las primeras opciones (prueba)" in section(html, "anexo-ejecuciones")


def test_methods_and_works_of_cross_validation_only_with_folds(html):
    assert "Prueba t corregida de Nadeau y Bengio" in section(html, "fundamentos")
    assert "Nadeau, C." in html
    spec = spec_of(grid_text({"optimizer": ["SGD"]}))
    without = write(spec, grid({"optimizer": ["SGD"]}, lambda _: 0.5), pdf=False).html
    assert "Nadeau" not in without


def test_csv_of_both_kinds_of_rows():
    csv = several()[2].csv
    arms = csv["tabla-cv-configuraciones"].splitlines()
    assert len(arms) == 4
    assert '"accuracy.validation mean","accuracy.validation sd"' in arms[0]
    runs = csv["tabla-cv"].splitlines()
    assert len(runs) == 19
    assert '"2/3 r2"' in csv["tabla-cv"]
    assert {"tabla-datos", "tabla-datos-ropa", "figura-comparacion", "figura-comparacion-ropa"} <= set(csv)
    assert csv["ejecuciones"].startswith('"data","study","run","arm","label","seed","fold"')
    assert "sparse_top_k_categorical_accuracy_test" in csv["ejecuciones"].splitlines()[0]


@pytest.mark.slow
def test_the_pdf_of_it_warns_of_nothing(html):
    assert to_pdf(html, timestamp=0).startswith(b"%PDF")
