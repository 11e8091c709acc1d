"""Every number of a report leads back to its source: in the HTML of every kind, and in the PDF."""

from __future__ import annotations

import io
import math
import re
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

import pypdf
import pytest
from report.test_kinds import MIXED, OTHERS, executive, page_of, told
from support.documents import sample, several, smallest, write
from support.results import PASS, Outcome, folds_text, grid_text, run, spec_of

from reportgen.errors import RenderError
from reportgen.findings.model import Cell, Unit
from reportgen.records.model import Status
from reportgen.report.context_annex import Entry, Provenance, Source
from reportgen.report.locale import Locale
from reportgen.report.numbers import Numbers, run_place
from reportgen.report.packaged import packaged
from reportgen.report.sources import Book, words_of
from reportgen.report.templates import Templates

ES = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
VOID = {"meta", "img", "br", "hr", "input", "link", "col"}
ALLOWED = {"h1", "h2", "h3", "h4", "th", "code", "pre", "nav", "header", "head", "title", "style"}
"""Numbering, headers with the names of what is below them, code, contents and cover."""
WORDS = r"\bF1\b|\bSHA-256\b|\bN\.º"
"""Names of measures, no numbers."""


class Node:
    """An element with its attributes and the one it stands in."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.parts, self.after = [], ""
        self.classes = set(attributes.get("class", "").split())

    @property
    def text(self):
        return "".join(self.parts)

    def up(self):
        node = self
        while node is not None:
            yield node
            node = node.parent


class Document(HTMLParser):
    """The texts of a page in reading order, each with the element that it stands in."""

    def __init__(self, html):
        super().__init__()
        self.at = Node("", {}, None)
        self.texts, self.nodes, self.closed = [], [], None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        node = Node(tag, {name: value or "" for name, value in attributes}, self.at)
        self.nodes.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        assert self.at.tag == tag
        self.closed, self.at = self.at, self.at.parent

    def handle_data(self, data):
        if self.closed is not None:
            self.closed.after, self.closed = data, None
        self.texts.append((data, self.at))
        for node in self.at.up():
            node.parts.append(data)

    def ids(self):
        return {node.attributes["id"]: node for node in self.nodes if "id" in node.attributes}

    def shown(self):
        """Elements that show a number with its source."""
        return [node for node in self.nodes if "n" in node.classes and node.tag in ("a", "span")]

    def entries(self):
        """Anchor of an entry -> name -> unrounded number, as its text has it."""
        found = {}
        for node in self.nodes:
            if "data-v" in node.attributes:
                home = next(item for item in node.up() if "id" in item.attributes)
                values = found.setdefault(home.attributes["id"], {})
                assert node.attributes["data-v"] not in values, "a number twice in its entry"
                values[node.attributes["data-v"]] = node.text, node.after
        return found


def is_given(node):
    """Whether nothing in an element is a result: numbering, labels, code, the annex of sources itself."""
    for item in node.up():
        if item.tag in ALLOWED or {"given", "provenance", "references"} & item.classes:
            return True
        if item.tag == "b" and item.parent.tag in ("caption", "figcaption"):
            return True
    return False


def bare(html):
    """Texts with digits that have no source and are not given: quoted labels are left out."""
    page, quoted, found = Document(html), 0, []
    for text, node in page.texts:
        kept = ""
        for sign in text:
            quoted += (sign == "«") - (sign == "»")
            kept += " " if quoted or sign == "»" else sign
        kept = re.sub(WORDS, "", kept)
        sourced = any("n" in item.classes for item in node.up())
        if re.search(r"\d", kept) and not sourced and not is_given(node):
            found.append((kept.strip(), node.tag, node.parent.tag))
    assert quoted == 0
    return found


def poor(plan):
    """Some runs have nothing, some diverged, some were trained on what a frozen network gave."""
    lot = int(plan.key[:2], 16) % 3
    diverged = Outcome(status=Status.DIVERGED, reason="la pérdida no es finita en la época 2")
    return (None, diverged, Outcome(0.71, shared=(PASS,)))[lot]


@cache
def page(name):
    if name == "proyecto":
        return sample()[2].html
    if name == "several":
        return several()[2].html
    if name == "folds":
        return page_of("escalera", folds_text(["a", "b"], folds=3))
    if name == "seeds":
        return page_of("curso", seeds=(0, 1, 2))
    if name == "poor":
        return page_of("proyecto", MIXED, poor)
    return told(name)


PAGES = ["proyecto", "several", "folds", "seeds", "poor", *OTHERS]


@pytest.mark.parametrize("name", PAGES)
def test_every_number_has_a_source_or_is_given(name):
    assert bare(page(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_measured_number_passes_for_given(name):
    """What is given are whole numbers, labels (also in cells of text) and texts on methods and data."""
    for node in Document(page(name)).nodes:
        if "given" in node.classes and node.tag in ("td", "span", "b"):
            label = node.tag == "span" or "text" in node.classes
            result = r"%|\d\u00a0(s|min|h|MB)\b" + ("" if label else r"|\d,\d")
            assert not re.search(result, re.sub(r"«[^»]*»", "", node.text)), node.text


@pytest.mark.parametrize("name", [name for name in PAGES if name != "ejecutivo"])
def test_every_source_is_there(name):
    document = Document(page(name))
    ids = document.ids()
    shown = [node for node in document.shown() if not any("provenance" in item.classes for item in node.up())]
    assert len(shown) > 20
    for node in shown:
        assert node.tag == "a", node.text
        assert node.attributes["href"].removeprefix("#") in ids, node.text


def source_of(node, entries):
    """What stands behind a shown number: its unrounded text, its name, and what the entry calls it."""
    name = node.attributes.get("data-n") or node.attributes["data-cell"]
    if node.tag == "span":
        value, *words = node.attributes["title"].split(" · ")
        return value, name, words[-1]
    named = name if "data-n" in node.attributes else name.partition(".")[2]  # a cell by its code and its id
    value, words = entries[node.attributes["href"].removeprefix("#")][named]
    return value, name, words


POINTS = ("difference", "step", "gap", "swing")
"""Differences of shares, shown in percentage points."""
OUT_OF = {"hits": round, "low": math.floor, "high": math.ceil}
"""Shares shown as whole numbers of a hundred or a thousand; bounds are rounded outwards."""


def is_rounded(text, value, name, words):
    """Whether a number as shown is nothing but the unrounded one, rounded to the decimals that it has."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-").lstrip("=")
    if plain.startswith("<"):
        return float(value) < float(plain[1:].replace(",", "."))
    if re.search(r"\d:\d", plain):
        return plain == ES.clock(float(value))
    if re.search(r"\d(s|min|h)", plain):
        return plain == ES.duration(float(value)).replace("\u00a0", "")
    if plain.endswith(("MB", "GB")):
        sizes = ES.size(int(value)), ES.cell("memory", float(value))
        return plain in [size.replace("\u00a0", "") for size in sizes]
    number = plain.removesuffix("%").lstrip("+")
    assert re.fullmatch(r"-?\d+(\.\d{3})*(,\d+)?", number), text
    told = Decimal(number.replace(".", "").replace(",", "."))
    if name in OUT_OF:
        return told in [OUT_OF[name](whole * float(value)) for whole in (100, 1000)]
    points = name.partition(" ")[0] in POINTS or "diferencia de proporciones" in words
    exact = abs(Decimal(value)) * (100 if points or plain.endswith("%") else 1)
    step = Decimal(1).scaleb(int(told.as_tuple().exponent))
    return abs(abs(told) - exact) <= step / 2 + Decimal("1e-9")


@pytest.mark.parametrize("name", PAGES)
def test_every_number_is_its_source_rounded(name):
    document = Document(page(name))
    entries = document.entries()
    shown = document.shown()
    assert shown
    for node in shown:
        value, name, words = source_of(node, entries)
        assert node.attributes["title"].split(" · ")[0] == value
        assert is_rounded(node.text, value, name, words), (node.text, value, node.attributes)


@pytest.mark.parametrize(
    ("text", "value", "name", "words", "right"),
    [
        ("0,9125", "0.91254", "accuracy.test", "", True),
        ("0,9126", "0.91254", "accuracy.test", "", False),
        ("91,3\u00a0%", "0.91254", "accuracy.test", "", True),
        ("91,2\u00a0%", "0.91254", "accuracy.test", "", False),
        ("−1,2", "-0.0121", "step cnn", "", True),
        ("−1,2", "-0.0121", "accuracy.test", "", False),
        ("1,2", "0.0121", "x.gain", "(diferencia de proporciones)", True),
        ("75", "0.7579", "low", "", True),
        ("76", "0.7579", "low", "", False),
        ("<\u00a00,001", "0.0009", "p cnn", "", True),
        ("<\u00a00,001", "0.0011", "p cnn", "", False),
        ("12.345", "12345", "parameters", "", True),
        ("2\u00a0min\u00a005\u00a0s", "125.3", "seconds", "", True),
        ("2\u00a0min\u00a006\u00a0s", "125.3", "seconds", "", False),
    ],
)
def test_the_judge_of_roundings_can_say_no(text, value, name, words, right):
    assert is_rounded(text, value, name, words) is right


def tokens(text):
    return set(re.findall(r"\d[\d.,:]*\d|\d", text.replace("\u2212", "-")))


def pdf_of(name):
    if name == "smallest":
        return smallest()[2].html, smallest()[2].pdf
    return executive().html, executive().pdf


@pytest.mark.parametrize("name", ["smallest", "ejecutivo"])
def test_the_pdf_has_no_number_that_the_page_has_not(name):
    html, pdf = pdf_of(name)
    assert bare(html) == []
    document = Document(html)
    known = tokens(" ".join(text for text, _ in document.texts))
    images = [node.attributes["src"] for node in document.nodes if node.tag == "img"]
    drawn = [unquote(source.split(",", 1)[1]) for source in images]
    known |= {token for svg in drawn for text in re.findall(r">([^<]+)<", svg) for token in tokens(text)}
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    known |= {str(number) for number in range(len(reader.pages) + 1)}  # at the foot and in the contents
    told = {token for sheet in reader.pages for token in tokens(sheet.extract_text())}
    assert len(told) > 20
    assert not told - known


def test_numbers_link_in_the_pdf_too():
    reader = pypdf.PdfReader(io.BytesIO(smallest()[2].pdf))
    targets = [
        str(item.get_object().get("/Dest", "")) for sheet in reader.pages for item in sheet.get("/Annots", ())
    ]
    keys = [result.key for result in smallest()[1].results()]
    assert all(targets.count(run_place(key)) > 10 for key in keys)


def test_the_executive_report_has_no_annex_and_says_its_sources_over_the_numbers():
    document = Document(page("ejecutivo"))
    assert "procedencia" not in document.ids()
    assert {node.tag for node in document.shown()} == {"span"}
    assert all(" · " in node.attributes["title"] for node in document.shown())


def test_every_run_has_an_entry_and_a_configuration_names_its_runs():
    document, entries = Document(page("several")), Document(page("several")).entries()
    for part in several()[1]:
        for result in part.results():
            assert entries[run_place(result.key)]["accuracy.test"][0] == repr(
                result.value("test", "accuracy")
            )
    arm = document.ids()["c-cv-red-mejor"]
    assert entries["c-cv-red-mejor"]["n"][0] == "6"
    links = [node for node in document.nodes if node.tag == "a" and arm in node.up()]
    assert len(links) == 6


def test_of_many_runs_behind_a_cell_six_are_named():
    document = Document(page("proyecto"))
    entry = document.ids()["h-overall_best"]
    count = len(sample()[1].single())
    assert count > 6
    assert f"y {count - 6} más" in entry.text


def made(*sources, linked=True):
    return Numbers(Provenance(linked, (), (), (Entry("p-0123456789ab", "a.b", {"": sources}),)), ES)


class Run:
    key = "0123456789abcdef"


def test_a_number_is_shown_with_all_that_says_where_it_is_from():
    source = Source("accuracy.test", words_of("accuracy.test", ES), 0.91251)
    assert made(source)("accuracy.test", Run()) == (
        '<a class="n" href="#p-0123456789ab" data-n="accuracy.test" '
        'title="0.91251 · a.b · exactitud (prueba)">0,9125</a>'
    )
    assert made(source, linked=False)("accuracy.test", Run(), "percent") == (
        '<span class="n" data-p="p-0123456789ab" data-n="accuracy.test" '
        'title="0.91251 · a.b · exactitud (prueba)">91,3\u00a0%</span>'
    )


def test_what_was_not_measured_is_said_and_what_is_unknown_is_an_error():
    numbers = made(Source("loss.test", "pérdida", None))
    assert numbers("loss.test", Run()) == "n. d."
    with pytest.raises(RenderError, match="nada del informe tiene ese número"):
        numbers("loss.tset", Run())
    with pytest.raises(RenderError, match="no está en el informe"):
        numbers("loss.test", "p-otra")


def test_a_cell_leads_to_its_run_only_where_the_run_has_that_number():
    _, collected, _ = smallest()
    result = next(iter(collected.results()))
    book = Book([collected], ES)
    accuracy = result.value("test", "accuracy")
    for value, unit, sources, expected in (
        (accuracy, Unit.RATIO, (result.key,), (run_place(result.key), "accuracy.test")),
        (accuracy + 1e-12, Unit.RATIO, (result.key,), ("h-x", "a")),
        (accuracy, Unit.POINTS, (result.key,), ("h-x", "a")),
        (accuracy, Unit.RATIO, (result.key, "otra"), ("h-x", "a")),
        (result.record.epochs_run, Unit.COUNT, (result.key,), ("h-x", "a")),
    ):
        place = book.of_cell(Cell("a", value, unit, sources), "h-x")
        assert (place.id, place.name) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{{ number("seconds", "r-informe") }}', "{{ locale.duration(report.total_seconds) }}"),
        ("{{ locale.integer(report.studies|length)|given }}", "{{ locale.integer(report.studies|length) }}"),
    ],
)
def test_a_template_that_shows_a_bare_number_is_seen(old, new, tmp_path):
    text = (packaged() / "es" / "sections" / "resumen.html.j2").read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "es" / "sections"
    folder.mkdir(parents=True)
    (folder / "resumen.html.j2").write_text(text.replace(old, new), encoding="utf-8")
    spec = spec_of(grid_text({"optimizer": ["SGD", "Adam"]}))
    html = write(spec, run(spec, lambda _: 0.7), pdf=False, templates=tmp_path).html
    assert len(bare(html)) == 1
