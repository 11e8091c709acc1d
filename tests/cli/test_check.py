"""`check` with texts and results: what it prints, its JSON, its exit codes, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.configurations import HEAD, ROOT, written

from reportgen.cli import main

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
TEXT = HEAD.replace('title = "Prueba"', 'title = "Prueba"\nprose = "textos"') + (
    '[study.rejilla]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "RMSprop"]\n'
)
LOADED = (
    "import sys; from reportgen.cli import main; code = main(sys.argv[1:]);"
    "print(*sorted({'keras', 'tensorflow', 'matplotlib', 'weasyprint'} & set(sys.modules)), file=sys.stderr);"
    "sys.exit(code)"
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with the results of two optimizers, and which of them is ahead."""
    folder = tmp_path_factory.mktemp("check")
    written(folder, TEXT)
    (folder / "textos").mkdir()
    done = subprocess.run(
        [*COMMAND, "run", "e.toml"], check=False, capture_output=True, text=True, cwd=folder,
        env={**os.environ, "FAKE_NO_REPORT": "1", "FAKE_TRAINED": str(folder / "trained")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def check(trained, monkeypatch, capsys):
    """Runs `check` on a text: its exit code and what it printed."""
    monkeypatch.chdir(trained)

    def run(text, *options):
        (trained / "textos" / "resumen.md").write_text(text, encoding="utf-8")
        code = main(["check", "e.toml", *options])
        return code, capsys.readouterr()

    return run


def test_a_refuted_sentence_is_told_with_its_place_and_has_code_1(check):
    code, told = check("Hola.\n\nRMSprop supera a SGD. SGD supera a RMSprop.")
    assert code == 1
    assert "e.toml: sin errores; 1 estudios, 1 modelos." in told.out
    (line,) = [line for line in told.out.splitlines() if line.startswith("textos/resumen.md:3: desmentido: ")]
    assert " supera a " in line
    assert " -> exactitud (prueba)" in line
    assert "1 texto, 1 frase por corregir" in told.out
    assert told.err == ""


def test_the_same_as_json(check):
    code, told = check("RMSprop supera a SGD. SGD supera a RMSprop.", "--json")
    (remark,) = json.loads(told.out)
    assert code == 1
    assert list(remark) == ["file", "line", "kind", "text", "expected"]
    assert (remark["file"], remark["line"], remark["kind"]) == ("textos/resumen.md", 1, "refuted")


def test_what_is_accepted_has_code_0_and_its_reason(check):
    accepted = " <!-- aceptado: a propósito -->"
    code, told = check(f"RMSprop supera a SGD.{accepted} SGD supera a RMSprop.{accepted}", "--json")
    (remark,) = json.loads(told.out)
    assert code == 0
    assert remark["accepted"] == "a propósito"
    code, told = check("RMSprop supera a SGD. <!-- aceptado: --> SGD supera a RMSprop. <!-- aceptado: -->")
    assert code == 1


def test_what_is_only_typed_again_has_code_0_and_what_does_not_exist_has_code_1(check):
    code, told = check('Vale {{ valor("rejilla.nadie", "test.accuracy") }}.')
    assert code == 1
    assert "sin resultado" in told.out
    code, told = check("Las redes se entrenaron 2 épocas. SGD se entrenó durante 2 épocas.")
    assert code == 0


def test_good_texts_have_code_0(check):
    code, told = check("Los datos son dígitos.")
    assert code == 0
    assert "1 texto: los resultados no desmienten nada." in told.out


def test_without_results_it_says_so_and_has_code_0(check):
    code, told = check("SGD supera a RMSprop.", "--build", "otra")
    assert code == 0
    assert "Aún no hay resultados con los que comparar el texto" in told.err
    code, told = check("SGD supera a RMSprop.", "--build", "otra", "--json")
    assert (code, json.loads(told.out)) == (0, [])


def test_errors_of_the_configuration_come_first_with_code_2(tmp_path, capsys):
    path = written(tmp_path, TEXT.replace("epochs = 2", "epochs = 0"))
    assert main(["check", str(path)]) == 2
    assert "epochs" in capsys.readouterr().err


def test_it_loads_neither_keras_nor_what_draws(trained):
    (trained / "textos" / "resumen.md").write_text("SGD supera a RMSprop.", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "check", "e.toml"],
        check=False, capture_output=True, text=True, cwd=trained,
    )  # fmt: skip
    assert done.returncode in (0, 1)
    assert done.stderr.strip() == ""


CLAIMS = """
[claim.una]
text   = "RMSprop supera a SGD"
study  = "rejilla"
better = { optimizer = "RMSprop" }
than   = { optimizer = "SGD" }
[claim.otra]
text   = "SGD supera a RMSprop"
study  = "rejilla"
better = { optimizer = "SGD" }
than   = { optimizer = "RMSprop" }
"""


def test_claims_are_listed_with_their_line_and_never_change_the_code(check, trained):
    written(trained, TEXT + CLAIMS)
    try:
        code, told = check("Hola.")
        lines = [line for line in told.out.splitlines() if " hipótesis " in line]
        _, as_json = check("Hola.", "--json")
    finally:
        written(trained, TEXT)
    assert code == 0
    first = TEXT.count("\n") + 2
    assert [line.split(": ")[0] for line in lines] == [f"e.toml:{first}", f"e.toml:{first + 5}"]
    assert all(" supera a " in line and " -> " in line and " p " in line for line in lines)
    found = json.loads(as_json.out)
    assert [(item["kind"], item["id"], item["line"]) for item in found] == [
        ("claim", "una", first), ("claim", "otra", first + 5),
    ]  # fmt: skip
    assert all(item["expected"] and item["verdict"] for item in found)


def test_claims_without_results_are_put_off(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, TEXT.replace('prose = "textos"', "") + CLAIMS)
    assert main(["check", "e.toml"]) == 0
    assert "comparar las hipótesis" in capsys.readouterr().err
