"""Numbers in the author's own prose lead back to their sources: live values, and those that were typed."""

from __future__ import annotations

import io
import re
from functools import cache

import pypdf
import pytest
from report.test_provenance import ES, Document, bare, is_rounded, source_of, tokens
from support.documents import COVER, decide, write
from support.results import Outcome, grid_text, run, spec_of, variants_text

from reportgen.prose.model import Typed
from reportgen.report.numbers import run_place
from reportgen.report.skeleton import BODY, PLACE, SHOWN, Skeleton, fill, mark, written

TEXT = variants_text({"base": "", "otra": "base"}) + grid_text({"optimizer": ["SGD", "Adam"]})
PLAIN = {"9", "2026", "1998", "12", "512", "0,001", "0,99", "8,5", "3", "0,4999"}
"""What stands in the prose below and is no result: dates, references, settings, results of others."""
OTHERS = (
    "El 9 de junio de 2026 se fijaron 512 unidades y una tasa de aprendizaje de 0,001, como en [12].\n\n"
    "LeCun et al. (1998) alcanzan una exactitud de 0,99. Con filtros de 3 × 3 se gana 8,5 en otros trabajos."
    "\n\n1. Uno.\n2. «Con un 75,25 % de exactitud se da por bueno cualquier modelo».\n\nQueda `0,4999` así.\n"
)


@cache
def results():
    spec = spec_of(TEXT, report=COVER)
    return spec, run(spec, decide)


def networks(collected):
    """The runs of the study with variants."""
    return next(study for study in collected.studies if study.id == "cnn").results


def texts(collected):
    """Prose with every kind of number; what is typed of the results is right."""
    base, better = networks(collected)
    exact = ES.number(base.value("test", "accuracy"), 4)
    share = f"{100 * better.value('test', 'accuracy'):.2f} %".replace(".", ",")
    resumen = (
        f"La Red base obtuvo una exactitud de prueba de **{exact}**. La de la Red otra es de {share}.\n\n"
        f"| Red | Exactitud (prueba) |\n|---|---|\n| Red base | {exact} |\n\n{OTHERS}"
    )
    cnn = (
        'Vale {{ valor("cnn.base", "test.accuracy") }} en {{ valor("cnn.otra", "seconds") }}, '
        '{{ valor("cnn.base", "seconds_per_epoch") }} por época, con '
        '{{ valor("rejilla.adam", "parameters") }} parámetros.\n\n'
        '{{ frase("variant_improves") }} Son {{ celda("variant_improves", "difference", "cnn") }} puntos.\n'
    )
    return {"resumen": resumen, "cnn": cnn}


@cache
def page(kind="proyecto"):
    spec, collected = results()
    made = spec if kind == "proyecto" else spec_of(TEXT, report=f'kind = "{kind}"' + COVER)
    prose = texts(collected)
    if kind == "ejecutivo":
        prose = {"dudas": prose["resumen"] + prose["cnn"]}
    return write(made, collected, pdf=False, prose=prose, judged=True).html


def inside(node):
    return any("provenance" in item.classes for item in node.up())


@pytest.mark.parametrize("kind", ["proyecto", "ejecutivo"])
def test_no_number_of_the_prose_is_bare_but_those_that_are_no_results(kind):
    found = {token for text, *_ in bare(page(kind)) for token in tokens(text)}
    assert found == PLAIN - {"0,4999"}  # code is left out beforehand


def test_every_number_of_the_prose_lands_at_its_source_rounded():
    document = Document(page())
    ids, entries = document.ids(), document.entries()
    shown = [node for node in document.shown() if not inside(node)]
    own = Document(write(*results(), pdf=False).html)
    assert len(shown) - len([node for node in own.shown() if not inside(node)]) > 8
    for node in shown:
        assert node.tag == "a", node.text
        assert node.attributes["href"].removeprefix("#") in ids
        value, name, words = source_of(node, entries)
        assert is_rounded(node.text, value, name, words), (node.text, value)


def test_typed_numbers_lead_to_the_run_that_their_sentence_names():
    _, collected = results()
    base, better = networks(collected)
    links = [node for node in Document(page()).shown() if node.attributes.get("data-n") == "accuracy.test"]
    exact = ES.number(base.value("test", "accuracy"), 4)
    share = f"{100 * better.value('test', 'accuracy'):.2f} %".replace(".", ",")
    strong, cell = ([n for n in links if n.parent.tag == tag and n.text == exact] for tag in ("strong", "td"))
    assert {n.attributes["href"] for n in (*strong, *cell)} == {f"#{run_place(base.key)}"}
    assert strong
    (percent,) = [node for node in links if node.text == share]
    assert percent.attributes["href"] == f"#{run_place(better.key)}"
    assert percent.attributes["title"].startswith(f"{better.value('test', 'accuracy')!r} · cnn.red-otra · ")


def test_the_annex_tells_the_numbers_of_each_text_under_its_heading():
    document = Document(page())
    (head,) = [
        node for node in document.nodes if node.tag == "p" and node.text == "Números en el texto del autor"
    ]
    items = [
        node for node in document.nodes if node.tag == "li" and node.text.startswith("En ") and inside(node)
    ]
    assert [re.match(r"En ([\d.]+ )?(.*?):", item.text)[2] for item in items] == [
        "Resumen ejecutivo",
        "Estudio cnn",
    ]
    assert items[0].text.count(" · cnn.red-base · exactitud (prueba)") == 1  # the same number twice
    assert " · variant_improves · " in items[1].text
    assert head.parent is items[0].parent.parent
    assert "Números en el texto del autor" not in write(*results(), pdf=False).html


def test_a_report_without_annex_says_the_sources_over_the_numbers():
    spans = [node for node in Document(page("ejecutivo")).shown() if node.parent.tag == "strong"]
    assert [node.attributes["title"].split(" · ")[1] for node in spans if node.text[:2] == "0,"] == [
        "cnn.red-base"
    ]


def test_the_pdf_links_the_prose_and_tells_no_other_number():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}), report='sections = ["resumen", "procedencia"]')
    collected = run(spec, decide)
    adam = next(result for result in collected.results() if result.plan.id == "adam")
    exact = ES.number(adam.value("test", "accuracy"), 4)
    text = f'Adam obtuvo una exactitud de prueba de {exact}; {{{{ valor("rejilla.adam", "seconds") }}}}.'

    def landed(prose):
        made = write(spec, collected, prose=prose, judged=True)
        reader = pypdf.PdfReader(io.BytesIO(made.pdf))
        notes = [note.get_object() for sheet in reader.pages for note in sheet.get("/Annots", ())]
        assert {note["/Dest"] for note in notes} <= set(reader.named_destinations)
        return sum(note["/Dest"] == run_place(adam.key) for note in notes)

    assert landed({"resumen": text}) == landed({"resumen": "Nada."}) + 4  # in the text, and in the annex


def test_a_number_of_a_run_that_the_report_does_not_tell_stays_as_it_is():
    body = f'<h2 id="r">Resumen</h2>{mark("resumen")}'
    found = {
        "resumen": [Typed(1, 0, 6, "valor a.b test.accuracy"), Typed(1, 9, 15, "valor a.c test.accuracy")]
    }
    values = {
        "valor a.b test.accuracy": '<a class="n" href="#r" data-n="x" title="0.5817 · a.b · w">58,2 %</a>'
    }
    html = fill(Skeleton(BODY, body, values), written({"resumen": "0,5817 y 0,6670"}, {}, found))
    assert '<p><a class="n" href="#r" data-n="x" title="0.5817 · a.b · w">0,5817</a> y 0,6670</p>' in html


def test_a_live_value_in_a_link_or_an_attribute_is_no_link_of_its_own():
    values = {"valor a.b seconds": '<a class="n" href="#r" data-n="x" title="2.0 · a.b · w">2 s</a>'}
    live = '{{ valor("a.b", "seconds") }}'
    body = f'<h2 id="r">R</h2>{mark("resumen")}'
    text = f'[en {live}](#r) [x](#r "{live}")'
    html = fill(Skeleton(BODY, body, values), written({"resumen": text}))
    assert '<a href="#r">en <span class="n" data-n="x" title="2.0 · a.b · w">2 s</span></a>' in html
    assert '<a href="#r" title="2 s">x</a>' in html


def test_an_entry_that_only_the_prose_leads_to_is_told_then_alone():
    body = (
        f'<h2 id="r">R</h2>{mark("resumen")}<ul><!--spare:h-a--><li id="h-a">A</li><!--/spare-->'
        f'<!--spare:h-b--><li id="h-b">B</li><!--/spare--></ul>'
        f"<!--told--><p>T</p><!--each--><i>{PLACE}: {SHOWN}.</i><!--/each--><!--/told-->"
    )
    values = {"celda a x ": '<a class="n" href="#h-a" data-cell="a.x" title="2 · a · w">2</a>'}
    html = fill(Skeleton(BODY, body, values), written({"resumen": '{{ celda("a", "x") }}'}))
    assert '<li id="h-a">A</li>' in html
    assert "h-b" not in html
    assert '<p>T</p><i><a href="#r">R</a>: <a href="#h-a">2</a>: 2 · a · w.</i>' in html
    assert "<!--" not in html
    assert "<p>T</p>" not in fill(Skeleton(BODY, body, values), written({"resumen": "Nada."}))


def test_two_seeds_ask_for_their_mean_and_land_at_the_configuration():
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}), seeds=(0, 1), report=COVER)
    collected = run(spec, lambda plan: Outcome(0.7 + 0.01 * plan.seed, seconds=10.0, peak_bytes=2**20))
    text = '{{ valor("rejilla.adam", "test.accuracy") }} {{ valor("rejilla.adam", "memory") }}'
    document = Document(write(spec, collected, pdf=False, prose={"resumen": text}).html)
    links = [
        n for n in document.shown() if n.attributes.get("href") == "#c-rejilla-adam" and n.parent.tag == "p"
    ]
    assert [node.attributes["data-n"] for node in links[:2]] == ["mean accuracy.test", "mean memory"]
    assert [node.text for node in links[:2]] == ["70,5\u00a0%", "1\u00a0MB"]
