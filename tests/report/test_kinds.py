"""The kinds of report beside the project: what each tells, and that it claims no more than the results."""

from __future__ import annotations

import io
import re
from functools import cache
from urllib.parse import unquote

import pypdf
import pytest
from report.test_html import ENGLISH, Page, unmarked
from support.documents import AXES, COVER, LAYOUT, write
from support.results import (
    FOLLOW,
    Outcome,
    data_record,
    folds_text,
    grid_text,
    parts,
    run,
    run_with,
    spec_of,
    variants_text,
)

from reportgen.findings import find
from reportgen.findings.model import Role
from reportgen.findings.registry import RULES
from reportgen.records.model import Status
from reportgen.report.kinds import KINDS
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

ES = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
OTHERS = [kind for kind in KINDS if kind != "proyecto"]
DATA = data_record()
STEPS = {"base": "", "mejor": "base", "peor": "mejor"}
ACCURACY = {"base": 0.6, "mejor": 0.8, "peor": 0.79}
LADDER = variants_text(STEPS, peor='optimizer = { name = "Adam", learning_rate = 1e-4 }\nepochs = 4')
MIXED = (
    grid_text(AXES, table=LAYOUT)
    + FOLLOW.format(changed="set.dropout = 0.3")
    + variants_text({"base": "", "mejor": "base"})
)
PROSE = {
    "introduccion": "Una *introducción propia*.", "cnn": "Sobre *la familia*.",
    "cnn_mejor": "Una *nota* del paso.", "mejora": "Una *mejora propia*.", "cierre": "Un *cierre propio*.",
}  # fmt: skip


def decide(plan):
    value = ACCURACY.get(str(plan.parameters.get("variant")), 0.5 + int(plan.key[:4], 16) / 0x3FFFF)
    return Outcome(value, validation=value, train=value + 0.02, seconds=3600 * value, peak_bytes=2**29)


def page_of(kind, text=LADDER, decided=decide, data=DATA, *, prose=None, **more):
    spec = spec_of(text, report=f'kind = "{kind}"' + COVER, **more)
    return write(spec, run_with(spec, decided, data), pdf=False, prose=prose).html


@cache
def told(kind):
    return page_of(kind, prose=PROSE)


def plain(html):
    body = html.split("<main>")[1]
    text = re.sub(r"<pre>.*?</pre>", " ", body, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


@pytest.mark.parametrize("kind", OTHERS)
def test_documents_are_sound(kind):
    page = Page(told(kind))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {item["href"][1:] for item in page.all("a")} <= set(ids)
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(attributes.get("scope") for attributes in page.all("th"))
    assert all(item["alt"].rstrip().endswith(".") for item in page.all("img"))
    assert f'<body class="{kind}">' in told(kind)


@pytest.mark.parametrize("kind", OTHERS)
def test_no_english_and_no_leftover(kind):
    cited = r'<h2 id="referencias".*?(?=</section>)|Optical Recognition of Handwritten Digits'
    texts = " ".join(Page(re.sub(cited, "", told(kind), flags=re.DOTALL)).texts)
    assert not {word for word in re.findall(r"[A-Za-z]+", texts) if word.lower() in ENGLISH}
    leftover = r".{40}(\{\{|\{%|\bNone\b|\bnan\b|\[\]|\(\)| [,.](?!\d)|\.\.|Undefined)"
    found = re.search(leftover, plain(told(kind)))
    assert not found, found[0]


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("case", ["failed", "nothing", "lost", "one", "blind", "folds"])
def test_poor_results_are_still_a_report(kind, case):
    failed = Outcome(status=Status.FAILED, reason="ValueError: no cabe <en> la memoria")
    text = '[study.unica]\ntitle = "Una red"\nmodel = "cnn"\n' if case == "one" else MIXED
    text = folds_text(["a", "b"], folds=3) if case == "folds" else text
    decided = {"failed": failed, "nothing": None, "blind": Outcome(0.7, blind=True)}.get(case, decide)
    data = None if case in ("nothing", "lost") else DATA
    html = page_of(kind, text, decided if callable(decided) else lambda _: decided, data)
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links <= set(re.findall(r'\bid="([^"]+)"', html))
    assert "None" not in plain(html)
    if case in ("failed", "nothing") and kind == "ejecutivo":
        assert "Todavía no hay respuesta" in plain(html)
    if case == "failed" and kind in ("escalera", "breve", "actividad"):
        assert "no cabe &lt;en&gt; la memoria" in plain(html)


def test_the_authors_words_are_told_once_over_several_data_sets():
    other = variants_text({"base2": "", "mejor2": "base2"}, name="otra")
    other = other.replace('title = "Estudio otra"', 'title = "Estudio otra"\ndata = "otro"')
    text = LADDER + '[data.otro]\nname = "mnist"\n' + other
    sections = ("discusion", "respuesta", "costo", "dudas", "modelos", "intentos")
    spec = spec_of(text, report=f"sections = {list(sections)}".replace("'", '"') + COVER)
    prose = {name: f"Lo de *{name}*." for name in ("discusion", "respuesta", "costo", "dudas")}
    html = write(spec, parts(spec, decide, DATA), pdf=False, prose=prose).html
    for name in prose:
        assert html.count(f"<em>{name}</em>") == 1
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {"respuesta", "respuesta-otro", "discusion", "discusion-otro"} <= set(ids)


@pytest.mark.parametrize(
    "name", ["introduccion", "modelos", "peldanos", "intentos", "capitulos", "familias", "discusion",
             "respuesta", "costo", "dudas", "mejora", "cierre"],
)  # fmt: skip
def test_prose_goes_where_its_section_is(name):
    spec = spec_of(variants_text({"base": "", "mejor": "base"}), report=f'sections = ["{name}"]')
    prose = {name: "Un *texto propio* del autor."}
    html = write(spec, run(spec, decide), pdf=False, prose=prose).html
    assert html.count("<em>texto propio</em>") == 1


# --- escalera ----------------------------------------------------------------------------------------


def test_a_ladder_begins_with_its_rungs_and_repeats_them_up_to_each_step():
    html = unmarked(told("escalera"))
    first, *boxes = re.findall(r'<ul class="ladder">(.*?)</ul>', html, re.DOTALL)
    lines = ["Red base: 60,00 % (0,500) – punto de partida", "Red mejor: 80,00 % (0,500) – cambio de mejor",
             "Red peor: 79,00 % (0,500) – cambio de peor"]  # fmt: skip
    assert [plain(f"<main>{item}") for item in re.findall("<li>(.*?)</li>", first)] == lines
    for number, box in enumerate(boxes):
        items = [item.replace("\N{NO-BREAK SPACE}", " ") for item in re.findall("<li>(.*?)</li>", box)]
        assert items == [*lines[:number], f"<b>{lines[number]}</b>"]


def test_a_step_says_what_changed_how_long_it_took_and_whether_it_helped():
    html = unmarked(told("escalera"))
    _, base, better, worse = html.split('<h3 id="paso-')[:4]
    assert "Qué cambia" not in base
    assert "<b>Qué cambia respecto de «Red base»</b>: cambio de mejor." in better
    assert "Cambia la capa 1 (<code>Conv2D</code>): filtros de <code>5</code> a <code>6</code>." in better
    assert (
        "Ajustes: tasa de aprendizaje del valor por defecto a <code>0,0001</code>; "
        "épocas de <code>10</code> a <code>4</code>." in worse
    )
    for step, value in ((base, 0.6), (better, 0.8), (worse, 0.79)):
        assert ES.clock(3600 * value) in step
        row = re.search(r"Exactitud</td>(.*?)</tr>", step)[1]
        numbers = re.findall(r"<td>([^<]+)</td>", row)
        assert numbers == [ES.number(part, 4) for part in (value + 0.02, value, value)]
    assert "0:48:00,000000" in better
    assert "«Red mejor» supera a «Red base»" in better
    assert "Una <em>nota</em> del paso." in better


def test_only_differences_that_can_be_shown_are_bold_in_the_whole_ladder():
    table = unmarked(told("escalera")).split("La escalera entera</h3>")[1].split("</table>")[0]
    assert "<b>+20,00</b>" in table
    assert re.search(r"<td>−1,00</td>", table)


def test_a_ladder_of_several_seeds_shows_means():
    html = unmarked(page_of("escalera", seeds=(0, 1, 2)))
    assert "media de 3 entrenamientos" in html
    assert "medias de 3 entrenamientos" in html
    assert "superpuestas" in html


# --- actividad ---------------------------------------------------------------------------------------


def moved(*, first, second):
    """Predictions that miss so many images of the first two classes."""
    found = DATA.test_labels.copy()
    for label, count in ((0, first), (1, second)):
        found[[at for at, true in enumerate(DATA.test_labels) if true == label][:count]] = 3
    return Outcome(predicted=tuple(int(value) for value in found))


def test_what_changes_per_class_has_a_direction_only_where_it_can_be_shown():
    outcomes = {"base": moved(first=60, second=10), "mejor": moved(first=10, second=12),
                "peor": moved(first=14, second=70)}  # fmt: skip
    html = unmarked(page_of("actividad", decided=lambda plan: outcomes[str(plan.parameters["variant"])]))
    first, second, third = html.split('<h2 id="capitulo-')[1:4]
    assert "Qué cambia respecto de «" not in first.split("Clase por clase")[1]
    text = plain(f"<main>{second}")
    assert "Mejora de forma demostrable el reconocimiento de avión (exhaustividad de 0,40 a 0,90" in text
    assert "Empeora" not in text
    assert "En las demás clases, las diferencias de la tabla pueden deberse al azar" in text
    assert re.search(r'<td class="nowrap"><b>0,40 → 0,90</b></td>', second)
    assert re.search(r'<td class="nowrap">0,90 → 0,88</td>', second)  # barco: not bold
    text = plain(f"<main>{third}")
    assert "Empeora de forma demostrable el reconocimiento de barco (exhaustividad de 0,88 a 0,30" in text
    assert "Mejora de forma" not in text


def test_nothing_is_claimed_where_nothing_can_be_shown():
    outcomes = {"base": moved(first=10, second=10), "mejor": moved(first=12, second=8),
                "peor": moved(first=12, second=8)}  # fmt: skip
    html = page_of("actividad", decided=lambda plan: outcomes[str(plan.parameters["variant"])])
    assert plain(html).count("ninguna clase cambia de forma demostrable") == 2
    assert "Mejora de forma" not in html


def test_every_chapter_has_its_classes_and_the_closing_words_are_the_authors():
    html = told("actividad")
    for name in ("base", "mejor", "peor"):
        assert f"«Red {name}» reconoce" in html
        assert f"Matriz de confusión de «Red {name}»" in html
        assert f"Imágenes de prueba que «Red {name}» clasifica mal" in html
    assert "Próximos pasos" in html
    assert "Una <em>mejora propia</em>." in html
    assert "Un <em>cierre propio</em>." in html


# --- breve -------------------------------------------------------------------------------------------


def test_a_short_report_says_what_each_part_does_and_judges_the_fit():
    text = plain(told("breve"))
    assert "Conv2D (Conv2D(5, 3 × 3, relu)): recorre la imagen con filtros" in text
    assert "Salida: da una puntuación a cada clase" in text
    assert "Exactitud en prueba: 80,00 %" in text
    assert "Sobreajuste y subajuste" in text
    assert "No hay señales de sobreajuste en ninguno de los 3 modelos entrenados" in text
    assert "Todas las configuraciones se entrenaron con una sola semilla" in text


def test_a_short_report_is_short():
    spec = spec_of(LADDER, report='kind = "breve"' + COVER)
    reader = pypdf.PdfReader(io.BytesIO(write(spec, run(spec, decide), prose=PROSE).pdf))
    assert 3 <= len(reader.pages) <= 5
    assert "Informe de prueba" in reader.pages[0].extract_text()
    assert "Introducción" in reader.pages[0].extract_text()  # no cover and no contents of their own


# --- curso -------------------------------------------------------------------------------------------


def test_a_family_has_its_layers_its_epochs_and_its_diagram():
    text = plain(told("curso"))
    assert "Por qué este modelo" in text
    assert "Los valores de los píxeles se dividen por 255" in text
    assert "Conv2D(6, 3 × 3, relu): recorre la imagen con filtros" in text  # of the one that validation picks
    assert "Esquema de «Red mejor»" in text
    table = unmarked(told("curso")).split("Épocas escogidas de «Red mejor»")[1].split("</table>")[0]
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)[1:]]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("Primera", "1", "0,001"), ("Intermedia", "5", "0,001"), ("Última", "10", "0,001"),
    ]  # fmt: skip
    assert rows[-1][2] == ES.number(0.82, 4)


def test_the_discussion_names_its_measure_and_has_times_and_memory():
    html = told("curso")
    text = plain(html)
    assert "Por el tiempo hasta la mejor época, el que más cuesta es" in text
    assert "512,00 MB" in text  # the peak of the process
    assert ES.duration(3600 * 0.8) in html
    assert "Todas las clases se reconocen por igual." in text  # the wrong images are spread evenly


def test_a_cross_validation_is_detailed_where_its_best_is_trained_whole():
    text = folds_text(["a", "b"], folds=3)
    name = re.search(r"\[study\.(\w+)\]", text)[1]
    follow = f'[study.entera]\ntitle = "La mejor, entera"\nfrom = {{ study = "{name}" }}\nfolds = 0\n'
    html = page_of("curso", text + follow)
    family, whole = html.split('<h2 id="familia-')[1:3]
    assert "La matriz de confusión y los ejemplos del mejor modelo están en" in family
    assert "Matriz de confusión de «" not in family
    assert "Matriz de confusión de «" in whole
    assert "prepara las imágenes y tiene las capas que describe" in whole
    assert "entrenamientos superpuestos" in family


# --- ejecutivo ---------------------------------------------------------------------------------------

JARGON = re.compile(
    r"McNemar|Holm|Wilson|\bp [=<]|Pareto|semilla|época|épocas|hiperpar|sobreajuste|validación|exhaustividad|"
    r"\bF1\b|intervalo|\bred(es)?\b|parámetro|significativ|optimizador|puntos porcentuales",
    re.IGNORECASE,
)


def figures_text(html):
    """Alternative texts, and what the figures themselves say."""
    page = Page(html)
    drawn = [unquote(item["src"].split(",", 1)[1]) for item in page.all("img")]
    inner = [text for svg in drawn for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]
    return " ".join([*inner, *(item["alt"] for item in page.all("img"))])


@cache
def executive():
    titles = LADDER.replace('title = "Red ', 'title = "Modelo ')
    spec = spec_of(titles, report='kind = "ejecutivo"' + COVER)
    return write(spec, run(spec, decide), prose={"dudas": "Una *duda propia*."})


def test_no_jargon_in_text_nor_figures():
    html = executive().html
    for text in (plain(html), figures_text(html)):
        found = JARGON.search(text)
        assert not found, text[max(0, found.start() - 80) : found.end() + 20]
    assert JARGON.search("El valor p = 0,03")


def test_at_most_six_pages_and_the_answer_on_the_second():
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(executive().pdf)).pages]
    assert len(pages) <= 6
    second = " ".join(pages[1].split())
    assert "el elegido es «Modelo mejor»" in second
    assert "80 de cada 100" in second
    assert "entre 75 y 84 de cada 100" in second  # the bounds 0,7579 and 0,8362 rounded outwards


def test_the_answer_says_what_cannot_be_told_apart_and_what_costs_less():
    text = plain(executive().html)
    assert "Otro modelo acierta casi lo mismo, y la diferencia puede deberse al azar («Modelo peor»)" in text
    assert "Hay uno más barato: «Modelo peor» se entrena en 47 min" in text
    assert "«Modelo base»" not in text.split("Hay uno más barato")[1].split("Figura")[0]


def test_a_better_one_that_validation_did_not_pick_is_told_and_not_chosen():
    outcomes = {"base": Outcome(0.6, validation=0.9), "mejor": Outcome(0.8, validation=0.5),
                "peor": Outcome(0.5, validation=0.4)}  # fmt: skip
    text = plain(page_of("ejecutivo", decided=lambda plan: outcomes[str(plan.parameters["variant"])]))
    assert "el elegido es «Red base»" in text
    assert "en ella acierta más, y no por azar, «Red mejor»" in text
    assert "Los demás aciertan menos" not in text


def test_a_clear_answer():
    outcomes = {"base": 0.5, "mejor": 0.9, "peor": 0.6}
    text = plain(page_of("ejecutivo", decided=lambda plan: outcomes[str(plan.parameters["variant"])]))
    assert "Los demás aciertan menos, y la diferencia no se explica por el azar de las imágenes." in text
    assert "Ninguno de los que se entrenan en menos tiempo acierta lo mismo." not in text  # none takes less


def test_doubts_and_remedies_are_told_once():
    text = plain(executive().html)
    assert text.count("Entrenar los mejores candidatos al menos 5 veces") == 1
    assert "Entrenar un modelo tiene una parte de azar" in text
    assert "Una duda propia." in text


def test_every_limitation_has_plain_words_and_a_remedy_without_jargon():
    declared = {rule.code for rule in RULES if rule.role is Role.LIMITATION}
    known = {path.stem for path in (packaged() / "es" / "plain").glob("*.j2")}
    assert known == {path.stem for path in (packaged() / "es" / "remedies").glob("*.j2")}
    assert known == declared
    shown = set()
    for text, decided in ((MIXED, decide), (LADDER, lambda _: None), (folds_text(["a"], folds=2), decide)):
        spec = spec_of(text)
        shown |= {item.code for item in find(run(spec, decided)) if item.role is Role.LIMITATION}
    assert shown
    assert shown <= known
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("findings", "plain", "remedies")
        for path in (packaged() / "es" / folder).glob("*.j2")
        if folder != "findings"
    )
    assert not re.search(r"\d", source)
    assert not JARGON.search(re.sub(r"\{[{%].*?[}%]\}", "", source))
