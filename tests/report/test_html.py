from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from support.documents import sample, write
from support.results import FOLLOW, grid_text, run, spec_of

from reportgen.errors import RenderError
from reportgen.report.html import Outline
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

ES = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
VOID = {"meta", "img", "br", "hr", "input", "link", "col"}
HIDDEN = {"style", "script", "code", "pre", "head"}
ENGLISH = {
    "accuracy", "loss", "the", "and", "epoch", "epochs", "test", "train", "training", "validation", "layer",
    "layers", "with", "best", "run", "runs", "seed", "seeds", "study", "figure", "table", "missing", "failed",
    "none", "true", "false", "optimizer", "activation", "units", "size", "batch", "learning", "rate", "value",
    "class", "images", "seconds", "time", "of", "model", "yes", "not", "available",
}  # fmt: skip


class Page(HTMLParser):
    """Tags with attributes, nesting checked, and the text that a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.cells: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> crosses another tag"

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th", "strong", "code", "b", "a", "span") and self.cells:
            inner = [tag for tag in self.open if tag in ("td", "th")]
            if inner:
                self.cells[-1][-1] += data
        if not HIDDEN & set(self.open):
            self.texts.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def unmarked(html):
    """The page without the marks of numbers: links to their sources, and what is given."""
    return re.sub(r'<(a|span) class="(?:n|given)"[^>]*>(.*?)</\1>', r"\2", html)


@pytest.fixture(scope="module")
def html():
    return sample()[2].html


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_tags_are_balanced(page):
    assert page.open == []


def test_ids_are_unique_and_every_link_lands(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for attributes in page.all("a")]
    assert links
    for link in links:
        assert link.startswith("#"), link
        assert link[1:] in ids, link


def test_every_run_has_a_place_and_results_link_to_it(page):
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for result in sample()[1].results():
        assert f"run-{result.plan.study}-{result.plan.id}" in ids


def test_images_are_embedded_and_described(page):
    images = page.all("img")
    assert images
    for image in images:
        kind, _, content = image["src"].partition(",")
        assert kind == "data:image/svg+xml"
        assert ET.fromstring(unquote(content)).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
        assert image["alt"].strip()
        assert image["alt"].rstrip().endswith(".")


def test_nothing_leaves_the_file(html, page):
    assert (
        not page.all("script") + page.all("link") + page.all("iframe") + page.all("object") + page.all("form")
    )
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), f"<{tag} {name}>"
            if name in ("src", "href", "srcset", "poster", "action", "data"):
                assert value.startswith(("#", "data:"))
            assert name != "style"
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_this_style_and_nothing_else(html, page):
    policy = next(
        item["content"] for item in page.all("meta") if item.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("http-equiv", "")


def test_language_title_and_headings(page):
    assert page.all("html")[0]["lang"] == "es"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for before, after in pairwise(levels):
        assert after <= before + 1, f"a heading jumps from h{before} to h{after}"


def test_tables_have_captions_and_scopes(page):
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(attributes.get("scope") for attributes in page.all("th"))


def test_figures_and_tables_are_numbered_without_gaps(html):
    for word, tag in (("Figura", "figcaption"), ("Tabla", "caption")):
        numbers = [int(n) for n in re.findall(rf"<{tag}[^>]*><b>{word} (\d+)\.</b>", html)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_no_english_word_is_visible(html):
    cited = (
        r'<h2 id="referencias".*?(?=</section>)|Optical Recognition of Handwritten Digits'  # titles of works
    )
    without_titles = re.sub(cited, "", html, flags=re.DOTALL)
    assert len(without_titles) < len(html)
    text = " ".join(Page(without_titles).texts)
    found = {word for word in re.findall(r"[A-Za-z]+", text) if word.lower() in ENGLISH}
    assert not found


def test_alternative_texts_are_spanish_too(page):
    words = {word.lower() for image in page.all("img") for word in re.findall(r"[A-Za-z]+", image["alt"])}
    assert not words & (ENGLISH - {"of"})


def test_results_tables_equal_the_records(page):
    rows = {tuple(cell.strip() for cell in row) for row in page.cells}
    for result in sample()[1].results():
        numbers = [
            ES.number(result.value(split, metric), 4)
            for split in ("train", "validation", "test")
            for metric in ("accuracy", "loss")
        ]
        tail = [*numbers, ES.integer(result.record.epochs_run), ES.duration(result.record.seconds)]
        assert any(list(row[-8:]) == tail for row in rows), result.plan.label


def test_the_authors_prose_is_there(html):
    assert "Un <strong>resumen</strong> del autor." in html


def test_no_empty_sentence_or_leftover(html):
    shown = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<[^>]+>", "", html, flags=re.DOTALL)
    text = " ".join(shown.split())
    found = re.search(r".{60}(\{\{|\{%|\bNone\b|\bnan\b|\[\]|\(\)| [,.](?!\d)|\.\.|Undefined)", text)
    assert not found, found[0]


def test_outline_numbers_headings_annexes_and_refuses_a_repeated_anchor():
    outline = Outline()
    assert outline.heading(1, "A", "a") == "1"
    assert outline.heading(2, "B", "b") == "1.1"
    assert outline.heading(1, "C", "c") == "2"
    assert outline.heading(2, "D", "d") == "2.1"
    assert outline.plain("E", "e") == ""
    assert outline.annex("F", "f") == "A"
    assert outline.heading(2, "G", "g") == "A.1"
    assert outline.annex("H", "h") == "B"
    assert (outline.next("figure"), outline.next("figure"), outline.next("table")) == (1, 2, 1)
    with pytest.raises(RenderError, match="comparten el ancla"):
        outline.heading(1, "I", "a")


def test_p_values_of_a_table_carry_no_equals_sign():
    follow = FOLLOW.format(changed="set.dropout = 0.3")
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}) + follow)
    html = write(spec, run(spec, lambda _: 0.5), pdf=False).html
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", unmarked(html))
    assert "1,000" in cells  # McNemar of equal networks
    assert not [cell for cell in cells if cell.startswith("=")]


def awards(outcomes, axes):
    """The rows of the table of awards, as text."""
    order = [[optimizer, activation] for optimizer in axes["optimizer"] for activation in axes["activation"]]
    spec = spec_of(grid_text(axes))
    collected = run(spec, lambda plan: outcomes[order.index(list(plan.parameters.values()))])
    table = write(spec, collected, pdf=False).html.split('id="premios"')[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], flags=re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip() for row in rows]


def test_the_table_of_awards_claims_no_more_than_the_findings():
    axes = {"optimizer": ["SGD", "Adam"], "activation": ["relu", "tanh"]}
    one_cell = awards([0.5, None, 0.9, 0.8], axes)
    assert any("Sin ganador" in row and "una sola combinación comparable" in row for row in one_cell)
    assert not any(row.startswith("Mejor optimizador Adam") for row in one_cell)
    few = awards([0.9, 0.6, 0.3, 0.61], axes)  # SGD has the higher mean by one cell; Adam leads in the other
    assert any(row.startswith("Mejor optimizador Sin ganador") and "no basta" in row for row in few)
    always = awards([0.5, 0.6, 0.8, 0.9], axes)
    assert any("Adam" in row and "gana en todas las combinaciones" in row for row in always)
    level = awards([0.8, 0.8, 0.8, 0.8], axes)
    assert sum("Sin ganador demostrable" in row for row in level) == len(axes)
    worst = next(row for row in level if row.startswith("Peor modelo"))
    assert worst.count("·") == 4  # all four share the lowest accuracy, and all four are named
