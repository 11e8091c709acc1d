"""The author's texts in the places that templates keep for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from support.documents import write
from support.results import grid_text, run, spec_of

from reportgen.errors import RenderError
from reportgen.report.skeleton import BODY, Skeleton, fill, mark, written

FRAME = f"<main>{BODY}</main>"


def test_each_text_stands_where_its_mark_was():
    body = f"<p>a</p>{mark('uno')}<p>b</p>{mark('dos')}{mark('uno')}"
    texts = written({"uno": "U*n*o", "dos": "Dos", "tres": "Tres"})
    expected = "<main><p>a</p><p>U<em>n</em>o</p>\n<p>b</p><p>Dos</p>\n<p>U<em>n</em>o</p>\n</main>"
    assert fill(Skeleton(FRAME, body), texts) == expected


def test_a_text_that_says_nothing_is_none():
    assert set(written({"a": "", "b": " \n", "c": "[x]: y\n", "d": "D"})) == {"d"}


@given(st.text(), st.text(min_size=1))
def test_no_text_is_taken_for_a_mark(text, name):
    sly = f"{text} {mark(name)} {BODY} {text}"
    page = fill(Skeleton(FRAME, f"{mark('uno')}."), written({"uno": sly, name: "secreto"}))
    assert "secreto" not in page
    assert page.count("<main>") == 1


def test_links_of_a_text_land_or_become_text():
    body = f'<h2 id="aqui">A</h2>{mark("uno")}'
    page = fill(Skeleton(FRAME, body), written({"uno": "[a](#aqui) [b](#alla)"}))
    assert '<a href="#aqui">a</a> b' in page


@pytest.mark.parametrize("body", [mark("uno").upper(), mark("otro"), Markup("<!--prose:zz-->")])
def test_a_mark_that_is_changed_or_of_no_text_is_an_error(body):
    with pytest.raises(RenderError, match="cambia un texto del autor"):
        fill(Skeleton(FRAME, body), written({"uno": "Uno"}))


def test_a_template_that_changes_a_text_is_told(tmp_path):
    folder = tmp_path / "es" / "sections"
    folder.mkdir(parents=True)
    (folder / "resumen.html.j2").write_text("<section>{{ report.prose.resumen|upper }}</section>")
    spec = spec_of(grid_text({"optimizer": ["SGD"]}), report='sections = ["resumen"]')
    with pytest.raises(RenderError, match="cambia un texto del autor"):
        write(spec, run(spec, lambda _: 0.5), pdf=False, templates=tmp_path, prose={"resumen": "Uno"})
