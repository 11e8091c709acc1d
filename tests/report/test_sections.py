"""What a report consists of: its kind, its own sections, its studies, its columns and its figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from report.test_html import unmarked
from support.documents import sample, write
from support.results import (
    FOLLOW,
    PASS,
    Outcome,
    data_record,
    folds_text,
    grid_text,
    parts,
    run,
    spec_of,
    variants_text,
)

from reportgen.errors import RenderError
from reportgen.records.model import Continued, Inference
from reportgen.report.kinds import KINDS, sections_of
from reportgen.report.packaged import packaged
from reportgen.spec.model import Column, Kind, Section

GRID = grid_text({"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"], "units": [[8], [8, 8]]})


def html_of(text, decide=lambda _: 0.7, *, prose=None, **fields):
    spec = spec_of(text)
    report = next(iter(spec.reports.values())).model_copy(update=fields)
    found = parts(spec, decide, data_record(), report=report)
    return write(spec, found, pdf=False, report=report, prose=prose).html


def chapters(html):
    return re.findall(r'<h2 id="([^"]+)"', html.split("<main>")[1])


def test_a_project_has_the_sections_it_always_had():
    assert chapters(sample()[2].html) == [
        "resumen", "datos", "fundamentos", "ajustes", "estudio-rejilla", "estudio-derivado", "estudio-cnn",
        "evaluacion", "comparacion", "conclusiones", "limitaciones", "referencias", "anexo-curvas",
        "anexo-ejecuciones", "anexo-reproducibilidad", "procedencia",
    ]  # fmt: skip


def test_kinds_and_sections_are_those_of_the_language():
    assert set(KINDS) == set(get_args(Kind))
    for sections in KINDS.values():
        assert set(sections) <= set(get_args(Section))
        assert len(set(sections)) == len(sections)
    (report,) = spec_of(GRID).reports.values()
    assert sections_of(report) == KINDS["proyecto"]
    assert sections_of(report.model_copy(update={"sections": ("datos",)})) == ("datos",)


@pytest.mark.parametrize("name", get_args(Section))
def test_every_section_has_a_template_that_says_what_it_takes(name):
    path = packaged() / "es" / "sections" / f"{name}.html.j2"
    assert path.is_file()
    assert path.read_text(encoding="utf-8").startswith("{#- Takes ")


def test_own_sections_come_in_their_order_and_win_over_the_kind():
    html = html_of(GRID, sections=("limitaciones", "datos"))
    assert chapters(html) == ["limitaciones", "datos"]


def test_links_to_what_the_report_leaves_out_are_no_links():
    html = html_of(GRID + FOLLOW.format(changed="set.dropout = 0.3"), sections=("ajustes", "conclusiones"))
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
    assert "Rejilla" in html
    assert 'data-cell="' in html  # the numbers stay where their links went


def test_a_parent_that_is_not_told_is_named_and_not_linked():
    text = GRID + FOLLOW.format(changed="set.dropout = 0.3")
    html = html_of(text, studies=("derivado",))
    assert 'id="estudio-rejilla"' not in html
    assert 'href="#estudio-rejilla"' not in html
    assert "redes ganadoras de «Rejilla»" in html
    assert "Cada red frente a la suya de partida" in html


def test_a_missing_section_is_named(tmp_path):
    spec = spec_of(GRID)
    folder = tmp_path / "plantillas"
    folder.mkdir()
    found = run(spec, lambda _: 0.5)
    fields = {"sections": ("no_existe",)}
    report = next(iter(spec.reports.values())).model_copy(update=fields)
    with pytest.raises(RenderError, match=r"falta la plantilla «es/sections/no_existe\.html\.j2»"):
        write(spec, found, pdf=False, report=report, templates=folder)


def test_an_own_template_of_a_section_wins(tmp_path):
    folder = tmp_path / "es" / "sections"
    folder.mkdir(parents=True)
    (folder / "datos.html.j2").write_text("<section><p>Mis datos</p></section>", encoding="utf-8")
    spec = spec_of(GRID)
    report = next(iter(spec.reports.values())).model_copy(update={"sections": ("datos",)})
    html = write(spec, run(spec, lambda _: 0.5), pdf=False, report=report, templates=tmp_path).html
    assert "Mis datos" in html


@pytest.mark.parametrize(
    "name", ["resumen", "problema", "crisp_dm", "datos", "fundamentos", "ajustes", "evaluacion",
             "comparacion", "conclusiones", "limitaciones", "cierre", "rejilla"],
)  # fmt: skip
def test_prose_goes_where_its_section_is(name):
    html = html_of(GRID, prose={name: "Un *texto propio* del autor."})
    assert html.count("<em>texto propio</em>") == 1


def test_improvements_and_closing_are_told_once():
    text = GRID + FOLLOW.format(changed="set.dropout = 0.3")
    prose = {"mejora": "Una *mejora propia*.", "cierre": "Un *cierre propio*."}
    sections = ("estudios", "conclusiones", "mejora", "cierre")
    for html in (html_of(text, prose=prose), html_of(text, prose=prose, sections=sections)):
        assert html.count("<em>mejora propia</em>") == 1
        assert html.count("<em>cierre propio</em>") == 1


HEADERS = {
    "precision.test": "Precisión (prueba)", "recall.test": "Exhaustividad (prueba)",
    "f1.test": "F1 (prueba)", "seconds_per_epoch": "Tiempo por época", "trainable": "Parámetros entrenables",
    "inference": "Inferencia (ms por imagen)",
    "memory": "Memoria", "best_epoch": "Mejor época", "parameters": "Parámetros",
}  # fmt: skip


@pytest.mark.parametrize("folds", [False, True])
def test_a_table_shows_the_columns_of_its_author(folds):
    columns = list(get_args(Column))
    text = f"table.columns = {str(columns).replace(chr(39), chr(34))}"
    study = folds_text(["a", "b"], folds=2, more=text) if folds else GRID + text
    outcome = Outcome(
        0.7, seconds=20, peak_bytes=700 * 2**20, inference=Inference(0.03214, 0.03, 0.04, 32, 40, 1)
    )
    html = html_of(study, lambda _: outcome, sections=("estudios",))
    tables = re.findall(r'<table class="results.*?</table>', html, flags=re.DOTALL)
    assert len(tables) == 2  # more than fit the page
    assert "Resultados (continuación)." in tables[1]
    head, body = ("".join(table.split("</thead>")[at] for table in tables) for at in (0, 1))
    for header in HEADERS.values():
        assert head.count(f">{header}<") == 1
    assert head.count("<th scope") == len(columns) + 2 * (2 if folds else 3)
    assert "700\u00a0MB" in body
    assert ">0,0321<" in body
    assert "2,0\u00a0s" in body
    assert "1234" in body


def test_bold_is_explained_only_where_it_can_be():
    assert "En negrita" in html_of(GRID, sections=("estudios",))
    html = html_of(GRID + 'table.columns = ["f1.test"]', sections=("estudios",))
    assert "En negrita" not in html
    assert "<strong>" not in html


def figures_of(html):
    return set(re.findall(r'<figure id="fig-([^"]+)"', html))


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ('["heatmap"]', {"rejilla-mapa"}),
        ("[]", set()),
        ('["bars"]', {"rejilla-exactitud"}),
        ('["factors"]', {"rejilla-factor-optimizer", "rejilla-factor-activation", "rejilla-factor-units"}),
        ('["box"]', set()),  # nothing is repeated
        (
            '["panels"]',
            {"rejilla-exactitud-1", "rejilla-perdida-1", "rejilla-exactitud-2", "rejilla-perdida-2"},
        ),
    ],
)
def test_a_study_shows_the_figures_of_its_author(chosen, shown):
    html = html_of(GRID + f"figures = {chosen}", sections=("estudios", "anexos"))
    assert figures_of(html) == shown


def test_the_curves_of_a_study_can_be_left_out():
    text = variants_text({"base": "", "mejor": "base"}).replace("[study.cnn]", "[study.cnn]\nfigures = []", 1)
    assert figures_of(html_of(text, sections=("estudios", "anexos"))) == set()
    folded = folds_text(["a"], folds=2, more='figures = ["curves"]')
    assert figures_of(html_of(folded, sections=("estudios", "anexos"))) == {"curvas-cv-red-a"}


def test_learning_rates_are_drawn_where_they_change():
    falling = Outcome(0.7, rates=(0.001,) * 5 + (0.0001,) * 5)
    html = html_of(GRID, lambda plan: falling if plan.labels["optimizer"] == "Adam" else 0.7)
    assert "rejilla-tasa" in figures_of(html)
    assert "rejilla-tasa" not in figures_of(html_of(GRID))


def test_figures_without_a_place_are_not_drawn():
    spec = spec_of(GRID)
    report = next(iter(spec.reports.values())).model_copy(update={"sections": ("conclusiones",)})
    csv = write(spec, run(spec, lambda _: 0.7), pdf=False, report=report).csv
    assert not [name for name in csv if name.startswith(("figura-rejilla", "figura-confusion"))]
    assert [name for name in csv if name.startswith("tabla-clases")]


def test_a_study_whose_axes_advance_together_says_so():
    text = '[study.x]\nmodel = "mlp"\nzip.units = [[8], [8, 8]]\nzip.dropout = [0.1, 0.3]\n'
    html = unmarked(html_of(text, sections=("estudios",)))
    assert "Unidades y dropout avanzan a la vez" in html
    assert not [name for name in figures_of(html) if "mapa" in name or "factor" in name]


def test_a_follow_up_whose_axes_advance_together_says_so():
    changed = "zip.dropout = [0.2, 0.4]\nzip.batch_size = [8, 16]"
    html = unmarked(html_of(GRID + FOLLOW.format(changed=changed), sections=("estudios",)))
    assert "todos los valores de dropout y tamaño de lote, que avanzan a la vez" in " ".join(html.split())


def test_a_study_that_waits_for_weights_says_for_which():
    text = (
        '[model.prestada]\nlayers = [{ backbone = "MobileNetV2", weights = "run:derivado.sgd" }, "Flatten"]\n'
        '[study.rejilla]\nmodel = "red"\nweights = "none"\ngrid.optimizer = ["SGD"]\n'
        + FOLLOW.format(changed="epochs = 5")
        + '[study.ajuste]\ntitle = "Ajuste"\nmodel = "prestada"\n'
    )
    html = html_of(text, lambda _: None)
    assert "Este estudio espera a que terminen las ejecuciones de «Regularización con Dropout»" in html
    assert "Este estudio espera a que terminen las ejecuciones de «Rejilla»" in html


def test_layers_of_a_function_weights_of_a_run_and_new_settings_are_shown():
    text = (
        '[model.prestada]\nlayers = [{ backbone = "MobileNetV2", weights = "run:base" }, "Flatten", '
        '{ python = "redes:cola", filtros = 8 }]\n'
        '[study.base]\ntitle = "Red base"\nmodel = "red"\nweights = "none"\n'
        '[study.ajuste]\ntitle = "Ajuste"\nmodel = "prestada"\nclass_weight = "balanced"\n'
        'metrics = [{ name = "SparseTopKCategoricalAccuracy", k = 3 }]\n'
    )
    html = html_of(text, sections=("estudios",))
    assert "weights=«Red base»)" in html
    assert "redes:cola(filtros=8)" in html
    assert "Peso de las clases: <code>balanced</code>" in html
    assert "Métricas: <code>SparseTopKCategoricalAccuracy(k=3)</code>" in html
    assert "source=" not in html


def test_a_shared_pass_is_told_once_and_apart():
    flipped = replace(PASS, key="e" * 64, view="flipped", images=2000, seconds=45.0)
    shared = {"SGD": (PASS,), "Adam": (PASS, flipped)}
    html = html_of(
        grid_text({"optimizer": ["SGD", "Adam"]}),
        lambda plan: Outcome(0.7, seconds=10.0, shared=shared[plan.parameters["optimizer"]]),
    )
    html = unmarked(html)
    text = re.sub(r"<[^>]+>", " ", html)
    assert "con 20,0\N{NO-BREAK SPACE}s de entrenamiento en total, además de 2\N{NO-BREAK SPACE}min" in text
    body = html.partition("Pasos compartidos por redes congeladas")[2].partition("</table>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("<tr>")[2:]]
    assert [(row[0], row[2], row[-1]) for row in rows] == [("VGG16", "2400", "2"), ("VGG16", "2000", "1")]
    assert "Pasos compartidos" not in html_of(grid_text({"optimizer": ["SGD", "Adam"]}))


def test_epochs_that_were_not_repeated_are_told_and_counted_once():
    rule = '{ callback = "EarlyStopping", patience = 2 }'
    text = (
        '[study.base]\ntitle = "Base"\nmodel = "mlp"\n'
        f'[study.pronto]\ntitle = "Parada"\nmodel = "mlp"\ncallbacks = [{rule}]\n'
    )
    everything = parts(spec_of(text), lambda _: 0.7, data_record())
    (base,) = (result for part in everything for result in part.results() if result.plan.study == "base")
    spent = sum(base.record.history["seconds"][:2])

    def outcome(source, **more):
        early = Outcome(0.7, seconds=spent, epochs=2, continued=Continued(source, 2))
        return lambda plan: early if plan.study == "pronto" else Outcome(0.7, seconds=10.0, **more)

    html = unmarked(html_of(text, outcome(base.key)))
    shown = re.sub(r"<[^>]+>", " ", html)
    assert "con 10,0\N{NO-BREAK SPACE}s de entrenamiento en total" in shown
    body = html.partition("Épocas que no hizo falta repetir")[2].partition("</table>")[0]
    (row,) = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("<tr>")[2:]]
    assert (row[0], *row[3:5]) == ("Parada", "2", "2")
    target, name = re.fullmatch(r'<a href="#(.*)">(.*)</a>', row[5]).groups()
    assert name.startswith("Base: ")
    assert f'<tr id="{target}">' in html
    elsewhere = unmarked(html_of(text, outcome("0123456789abcdef", blind=True)))
    assert '<code class="key">0123456789ab</code></td></tr>' in elsewhere
    total = f"{10 + spent:.1f}".replace(".", ",")
    assert f"con {total}\N{NO-BREAK SPACE}s de entrenamiento" in re.sub(r"<[^>]+>", " ", elsewhere)
    assert "no hizo falta repetir" not in html_of(text)


def test_epochs_of_a_run_that_is_not_told_count_once_however_many_took_them_over():
    text = grid_text({"optimizer": ["SGD", "Adam", "RMSprop"]})

    def outcome(plan):
        taken = {"SGD": 2, "Adam": 3}.get(plan.parameters["optimizer"])
        if taken is None:
            return Outcome(0.7, seconds=10.0, blind=True)
        past = Continued("0" * 64, taken)
        return Outcome(0.7, seconds=float(taken), epochs=taken, continued=past)  # a second each

    shown = re.sub(r"<[^>]+>", " ", unmarked(html_of(text, outcome)))
    assert "con 13,0\N{NO-BREAK SPACE}s de entrenamiento en total" in shown
