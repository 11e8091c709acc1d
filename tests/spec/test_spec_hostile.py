"""Files made to hurt: bombs, names that no file can have, includes that turn back or lead out."""

from __future__ import annotations

import os
import time

import pytest
from support.configurations import GRID, HEAD, written

from reportgen.errors import ConfigurationError
from reportgen.spec import read as reading
from reportgen.spec.load import load

BASE = HEAD + GRID
LINES = BASE.count("\n")
SECONDS = 5.0
"""Of the processor: enough for any file that is read at all, ten times what one takes here."""


def refused(folder, text, **more):
    """The problems of a file, found in reasonable time."""
    began = time.process_time()
    with pytest.raises(ConfigurationError) as caught:
        load(written(folder, text), **more)
    assert time.process_time() - began < SECONDS
    return caught.value.problems


def chain(count):
    return "".join(f'[study.a{n}]\nfrom = {{ study = "a{n - 1}" }}\n' for n in range(1, count))


BOMBS = {
    "many keys": ("".join(f"a{number} = 1\n" for number in range(22_000)), "a0"),
    "many studies": (
        BASE + "".join(f'[study.a{number}]\nmodel = "x"\n' for number in range(6000)), "study.a0.model",
    ),
    "a long chain of studies": (HEAD + '[study.a0]\nmodel = "mlp"\n' + chain(4000), "study.a32.from"),
    "a chain that turns back": (
        HEAD + '[study.a0]\nfrom = { study = "a999" }\n' + chain(1000), "study.a0.from",
    ),
    "brackets": (BASE + f"x = {'[' * 3000}{']' * 3000}\n", "TOML"),
    "braces": (BASE + f"x = {'{a=' * 3000}1{'}' * 3000}\n", "TOML"),
    "headers": (BASE + f"[{'.'.join('a' * 100)}]\n", "TOML"),
    "a decimal number without end": (BASE + f"epochs = {'9' * 200_000}\n", "TOML"),
    "a hexadecimal number without end": (BASE + f"epochs = 0x{'f' * 200_000}\n", "study.rejilla.epochs"),
    "a number of 65 bits": (BASE + "set.dropout = 9223372036854775808\n", "study.rejilla.set.dropout"),
    "a grid without end": (
        BASE + "".join(f"grid.p{n} = {list(range(100))}\n" for n in range(60)), "study.rejilla.grid",
    ),
    "one dimension without end": (
        BASE + "[study.x]\nmodel = 'mlp'\n" + f"grid.batch_size = {list(range(1, 30_000))}\n", "study.x.grid",
    ),
    "a text of quotes": (BASE + 'x = "' + "\\\\" * 100_000 + "\n", "TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_time(tmp_path, name):
    text, field = BOMBS[name]
    assert field in [item.field for item in refused(tmp_path, text)]


def test_the_largest_number_of_64_bits_is_a_number(tmp_path):
    found = refused(tmp_path, BASE + "epochs = 9223372036854775807\n")
    assert "menor o igual que 100000" in str(found[0])


INCLUDES = {
    '"e.toml"': "ya está incluido",
    '"./otra/../e.toml"': "ya está incluido",
    '"../fuera.toml"': "fuera de la carpeta",
    '"otra/../../fuera.toml"': "fuera de la carpeta",
    '"/etc/passwd"': "fuera de la carpeta",
    '"enlace.toml"': "fuera de la carpeta",
    '"carpeta_fuera/x.toml"': "fuera de la carpeta",
    '"bucle.toml"': "no existe",
    '"nada.toml"': "no existe",
    '"otra"': "no existe",
    '""': "no existe",
    '"~/e.toml"': "no existe",
    '"a\\u0000b"': "no existe",
    f'"{"a" * 5000}"': "no existe",
    '"tubo"': "no existe",
}


@pytest.mark.parametrize("name", INCLUDES, ids=lambda name: name[:30])
def test_an_include_that_leads_elsewhere_is_told_with_its_line(tmp_path, name):
    folder = tmp_path / "aqui"
    (folder / "otra").mkdir(parents=True)
    written(tmp_path, BASE, "fuera.toml")
    (folder / "enlace.toml").symlink_to(tmp_path / "fuera.toml")
    (folder / "carpeta_fuera").symlink_to(tmp_path)
    (folder / "bucle.toml").symlink_to(folder / "bucle.toml")
    os.mkfifo(folder / "tubo")
    found = refused(folder, f"# uno\ninclude = [\n  {name},\n]\n" + BASE)
    assert [(item.line, item.field) for item in found] == [(3, "include[0]")]
    assert INCLUDES[name] in str(found[0])
    assert len(str(found[0])) < 400


def test_even_an_absolute_path_into_the_folder_is_refused(tmp_path):
    written(tmp_path, BASE, "comun.toml")
    found = refused(tmp_path, f'include = ["{tmp_path}/comun.toml"]\n')
    assert "una ruta relativa" in str(found[0])


@pytest.mark.parametrize("text", ["include = 3\n", 'include = "comun.toml"\n', "include = [3]\n"])
def test_an_include_that_is_no_list_of_texts_is_told(tmp_path, text):
    found = refused(tmp_path, text + BASE)
    assert [(item.line, item.field) for item in found] == [(1, "include")]


def test_includes_that_turn_back_are_told_in_the_file_that_does(tmp_path):
    written(tmp_path, 'include = ["dos.toml"]\n', "uno.toml")
    written(tmp_path, '\ninclude = ["e.toml"]\n', "dos.toml")
    found = refused(tmp_path, 'include = ["uno.toml"]\n' + BASE)
    assert [(item.file, item.line) for item in found] == [(str(tmp_path / "dos.toml"), 2)]


def test_too_many_files_are_refused(tmp_path):
    for number in range(reading.MAX_FILES + 1):
        written(tmp_path, "", f"{number}.toml")
    names = ", ".join(f'"{number}.toml"' for number in range(reading.MAX_FILES))
    assert "más de 32 archivos" in str(refused(tmp_path, f"include = [{names}]\n{BASE}")[0])
    chained = tmp_path / "cadena"
    chained.mkdir()
    for number in range(100):
        written(chained, f'include = ["{number + 1}.toml"]\n', f"{number}.toml")
    assert "más de 32 archivos" in str(refused(chained, 'include = ["0.toml"]\n')[0])


def test_limits_hold_for_included_files_too(tmp_path):
    written(tmp_path, "#" * 300_000, "comun.toml")
    assert "256 KiB" in str(refused(tmp_path, 'include = ["comun.toml"]\n' + BASE)[0])
    written(tmp_path, f"x = 0x{'f' * 5000}\n", "comun.toml")
    found = refused(tmp_path, 'include = ["comun.toml"]\n' + BASE)
    assert (found[0].file, found[0].field) == (str(tmp_path / "comun.toml"), "x")
    written(tmp_path, "x = [1,\n", "comun.toml")
    assert refused(tmp_path, 'include = ["comun.toml"]\n' + BASE)[0].file == str(tmp_path / "comun.toml")


@pytest.mark.parametrize("name", ["a" * 5000, "a\\u0000b"], ids=["long", "null"])
def test_a_folder_that_no_folder_can_be_is_told(tmp_path, name):
    text = BASE.replace('"Prueba"', f'"Prueba"\nprose = "{name}"')
    assert [(item.line, item.field) for item in refused(tmp_path, text)] == [(3, "report.prose")]


PROFILES = [
    ("profile = 3\n", 1, "profile", "una tabla"),
    ("[profile]\ndemo = 3\n", 2, "profile.demo", "una tabla"),
    ('[profile.demo]\ninclude = ["a.toml"]\n', 2, "profile.demo.include", "no lleva `include`"),
    ("[profile.demo.profile.otro]\n", 1, "profile.demo.profile", "no lleva `profile`"),
]


@pytest.mark.parametrize(("text", "line", "field", "words"), PROFILES)
def test_a_profile_that_cannot_be_is_told_even_when_nobody_asks_for_it(tmp_path, text, line, field, words):
    text = text + BASE if text.startswith("profile") else BASE + text
    before = 0 if text.startswith("profile") else LINES
    found = refused(tmp_path, text)
    assert [(item.line, item.field) for item in found] == [(before + line, field)]
    assert words in str(found[0])


def test_prose_outside_of_the_folder_is_refused(tmp_path):
    inside = tmp_path / "informe"
    inside.mkdir()
    (tmp_path / "textos").mkdir()
    path = written(inside, (HEAD + GRID).replace('title = "Prueba"', 'title = "Prueba"\nprose = "../textos"'))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert [(item.line, item.field) for item in caught.value.problems] == [(3, "report.prose")]
    assert "fuera de la carpeta" in caught.value.problems[0].what
