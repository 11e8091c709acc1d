from __future__ import annotations

import io
import logging
import os
import time

import pypdf
import pytest
from support.documents import STAMP, smallest, write
from support.results import grid_text, run, spec_of

from reportgen.errors import RenderError
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.pdf import to_pdf
from reportgen.report.templates import Templates

ES = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
SMALL = "<!DOCTYPE html><html lang='es'><head><title>t</title></head><body><h1>t</h1>{}</body></html>"


@pytest.fixture(scope="module")
def reader():
    return pypdf.PdfReader(io.BytesIO(smallest()[2].pdf))


@pytest.fixture(scope="module")
def pages(reader):
    return [page.extract_text() for page in reader.pages]


@pytest.fixture(scope="module")
def text(pages):
    return "\n".join(pages)


def test_outline_tags_language_and_title(reader):
    catalog = reader.trailer["/Root"]
    assert reader.outline
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "es"
    assert "/StructTreeRoot" in catalog
    assert reader.metadata.title == "Informe de prueba"
    assert "Íñigo Núñez" in reader.metadata.author


def test_the_outline_is_the_table_of_contents(reader):
    def titles(items):
        for item in items:
            yield from titles(item) if isinstance(item, list) else [item.title]

    found = list(titles(reader.outline))
    for title in ("Resumen ejecutivo", "Conclusiones", "Limitaciones"):
        assert any(title in entry for entry in found)


def test_accuracies_are_in_the_text_in_spanish(text):
    for result in smallest()[1].results():
        assert ES.number(result.value("test", "accuracy"), 4) in text


def test_pages(reader, pages):
    assert 8 <= len(pages) <= 30
    for page, text in zip(reader.pages, pages, strict=True):
        assert tuple(round(float(v)) for v in page.mediabox[2:]) == (595, 842)
        assert text.strip()


def test_the_same_text_gives_the_same_bytes():
    html = smallest()[2].html
    assert to_pdf(html, timestamp=STAMP) == smallest()[2].pdf


def test_the_timestamp_is_the_only_clock(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    one, other = to_pdf(SMALL.format(""), timestamp=0), to_pdf(SMALL.format(""), timestamp=86400 * 365)
    assert "SOURCE_DATE_EPOCH" not in os.environ, "the next report has a date of its own"
    today = time.strftime("%Y%m%d").encode()
    assert today not in one + other


@pytest.mark.parametrize(
    "source",
    [
        "http://10.255.255.1/x.png",
        "https://10.255.255.1/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "x.png",
        "ftp://10.255.255.1/x",
    ],
)
def test_nothing_is_fetched(source):
    start = time.monotonic()
    with pytest.raises(RenderError):
        to_pdf(SMALL.format(f"<p><img src='{source}' alt='x'></p>"), timestamp=STAMP)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "style", ["@import url('http://10.255.255.1/a.css');", "p { background: url('file:///etc/passwd') }"]
)
def test_no_style_fetches_either(style):
    with pytest.raises(RenderError):
        to_pdf(SMALL.format(f"<style>{style}</style><p>a</p>"), timestamp=STAMP)


def test_a_warning_is_an_error_and_the_log_is_left_as_it_was():
    before = list(logging.getLogger("weasyprint").handlers)
    with pytest.raises(RenderError, match="WeasyPrint avisó"):
        to_pdf(SMALL.format("<style>p { colr: red }</style><p>a</p>"), timestamp=STAMP)
    assert logging.getLogger("weasyprint").handlers == before


def test_a_template_that_fetches_fails_before_anything_is_written(tmp_path):
    spec = spec_of(grid_text({"optimizer": ["SGD"]}))
    collected = run(spec, lambda _: 0.5)
    folder = tmp_path / "plantillas" / "es" / "sections"
    folder.mkdir(parents=True)
    bad = "<section><p><img src='http://10.255.255.1/x.png' alt='x'></p></section>"
    (folder / "resumen.html.j2").write_text(bad, encoding="utf-8")
    with pytest.raises(RenderError):
        write(spec, collected, templates=tmp_path / "plantillas")


def test_svg_figures_stay_text_in_the_pdf(text):
    assert text.count("época") > 2  # the axis of every curve
    assert "Exactitud" in text
