from __future__ import annotations

import pytest

from reportgen.errors import RenderError
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "propias").mkdir()
    (tmp_path / "secreto.txt").write_text("secreto", encoding="utf-8")
    return tmp_path / "propias"


def render(folder, text, **context):
    (folder / "a.j2").write_text(text, encoding="utf-8")
    return Templates([folder, packaged()]).render("a.j2", context)


def test_values_are_escaped(folder):
    assert render(folder, "{{ x }}", x="<b>&") == "&lt;b&gt;&amp;"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ x.__class__.__mro__ }}",
        "{{ x.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{% set _ = items.append(1) %}",
        "{{ open('/etc/passwd') }}",
        "{% for i in range(10**9) %}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% include '../secreto.txt' %}",
        "{% include 'es/../../../secreto.txt' %}",
    ],
)
def test_the_sandbox_refuses(folder, text):
    with pytest.raises(RenderError):
        render(folder, text, x="texto", items=[1])


def test_paths_stay_inside_the_folders(folder, tmp_path):
    templates = Templates([folder])
    (folder / "enlace.txt").symlink_to(tmp_path / "secreto.txt")
    (folder / "carpeta").symlink_to(tmp_path)
    for name in (
        "../secreto.txt",
        "enlace.txt",
        "carpeta/secreto.txt",
        str(tmp_path / "secreto.txt"),
        "/etc/passwd",
        ".",
    ):
        assert templates.path(name) is None
        with pytest.raises(RenderError, match="falta la plantilla"):
            templates.text(name)
        with pytest.raises(RenderError):
            templates.render(name, {})


def test_a_missing_name_tells_file_and_line(folder):
    with pytest.raises(RenderError) as caught:
        render(folder, "uno\ndos\n{{ no_existe }}\n")
    assert caught.value.where == "a.j2:3"
    assert "no_existe" in caught.value.what


def test_a_missing_attribute_and_bad_syntax_tell_file_and_line(folder):
    with pytest.raises(RenderError) as caught:
        render(folder, "\n{{ x.nada }}", x={"a": 1})
    assert caught.value.where == "a.j2:2"
    with pytest.raises(RenderError) as caught:
        render(folder, "\n\n{% if %}")
    assert caught.value.where == "a.j2:3"
    with pytest.raises(RenderError) as caught:
        render(folder, "\n{{ 1 / 0 }}")
    assert caught.value.where == "a.j2:2"


def test_the_users_folder_comes_first_and_the_packaged_one_last(folder):
    (folder / "es").mkdir()
    (folder / "es" / "findings").mkdir()
    (folder / "es" / "findings" / "few_seeds.j2").write_text("lo mío", encoding="utf-8")
    templates = Templates([folder, packaged()])
    assert templates.text("es/findings/few_seeds.j2") == "lo mío"
    assert "sobreajuste" in templates.text("es/findings/overfitting.j2")
