"""The command line: exit codes, what it prints, what it loads."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from typing import get_args

import pytest
from support.configurations import FOLLOW, HEAD, ROOT, written

from reportgen import cli
from reportgen.cli import VERBS, commands, main
from reportgen.spec.check import MAX_RUNS
from reportgen.spec.model import Kind

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
TWO = HEAD + '[study.rejilla]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "Adam"]\n' + FOLLOW
HEAVY = ("pydantic", "numpy", "jinja2", "matplotlib", "tensorflow", "keras", "pandas", "rich", "weasyprint")


def command(*arguments, folder, **environment):
    """The command with the trainer that trains nothing, in a folder."""
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "FAKE_TRAINED": str(folder / "trained"), **environment},
    )


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_is_instant_and_loads_nothing(arguments):
    code = (
        "import sys; from reportgen.cli import main\n"
        "try: main(sys.argv[1:])\n"
        f"finally: print(*sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stderr.strip() == ""
    assert done.stdout
    # of the processor: a machine that does other work too is no slower by this clock
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


ENGLISH = {
    "usage", "options", "positional", "exit", "required", "arguments", "invalid", "expected", "default",
    "the", "and", "of", "file", "folder",
}  # fmt: skip


def words_of(text):
    return set(text.lower().replace(":", " ").split())


@pytest.mark.parametrize("verb", [[], *([verb] for verb in VERBS)], ids=" ".join)
def test_help_is_in_spanish(capsys, verb):
    with pytest.raises(SystemExit) as caught:
        main([*verb, "--help"])
    told = capsys.readouterr().out
    assert caught.value.code == 0
    assert told.startswith("uso: reportgen")
    assert "muestra esta ayuda y termina" in told
    assert not words_of(told) & ENGLISH
    assert not verb or VERBS[verb[0]][1:] in " ".join(told.split())


def test_every_verb_is_a_command_and_is_listed(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for verb, text in VERBS.items():
        assert callable(getattr(commands, verb))
        assert f"{verb} " in told
        assert text in " ".join(told.split())


def test_what_is_said_again_so_that_help_loads_nothing_is_the_same():
    assert cli.MAX_RUNS == MAX_RUNS
    assert get_args(Kind) == cli.KINDS


MISUSE = {
    (): "falta: ORDEN",
    ("entrena",): "no es una orden; hay: ",
    ("run",): "falta: ARCHIVO",
    ("run", "e.toml", "--jobs", "0"): "--jobs: un número entero desde 1, o auto",
    ("run", "e.toml", "--jobs", "²"): "--jobs: un número entero desde 1, o auto",
    ("run", "e.toml", "--jobs"): "--jobs necesita un valor",
    ("run", "e.toml", "--prof", "demo"): "no se reconoce: --prof demo",
    ("plan", "e.toml", "--json=1"): "--json no lleva valor: '1'",
    ("check", "a", "b"): "no se reconoce: b",
}


@pytest.mark.parametrize("arguments", MISUSE)
def test_misuse_is_told_in_spanish_with_code_2(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    told = capsys.readouterr().err
    assert caught.value.code == 2
    assert MISUSE[arguments] in told
    assert not words_of(told) & ENGLISH


def test_check_tells_every_mistake_or_that_there_is_none(tmp_path, capsys):
    assert main(["check", str(written(tmp_path, TWO))]) == 0
    assert "sin errores; 2 estudios, 1 modelos" in capsys.readouterr().out
    bad = written(tmp_path, TWO.replace("epochs = 2", "epochs = -2").replace('"Adam"', '"Adan"'))
    assert main(["check", str(bad)]) == 2
    told = capsys.readouterr().err
    assert f"{bad}:6: training.epochs" in told
    assert (
        f"{bad}:18: study.rejilla.grid.optimizer[1]: Keras no tiene «Adan»\n  → ¿quisiste decir «Adam»?"
        in told
    )
    assert told.rstrip().endswith("2 errores en la configuración")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nada.toml"], "nada.toml:1: archivo: no se puede leer: no existe"),
        (["run", "e.toml", "--study", "regilla"], "estudios declarados: rejilla, dropout"),
        (["run", "e.toml", "--profile", "demo"], "no hay ningún perfil «demo»"),
        (["render", "e.toml", "--templates", "nada"], "--templates: no existe la carpeta «nada»"),
    ],
)
def test_what_cannot_be_used_has_code_2(tmp_path, monkeypatch, capsys, arguments, words):
    written(tmp_path, TWO)
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "build").exists()


def strict(text):
    return json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))


def test_plan_says_what_is_there_and_what_is_not(tmp_path, capsys):
    path = str(written(tmp_path, TWO))
    build = str(tmp_path / "b")
    assert main(["plan", path, "--build", build]) == 0
    told = capsys.readouterr().out
    assert "dropout: 2 ejecuciones por definir, cuando termine «rejilla»" in told
    assert "\n4 ejecuciones: 0 guardadas, 4 por entrenar.\nTiempo previsto: sin medir todavía" in told
    assert main(["plan", path, "--build", build, "--json"]) == 0
    plan = strict(capsys.readouterr().out)
    assert [(run["study"], run["label"], run["state"]) for run in plan["runs"]] == [
        ("rejilla", "SGD", "missing"),
        ("rejilla", "Adam", "missing"),
    ]
    assert [(item["study"], item["waits_for"], item["count"]) for item in plan["pending"]] == [
        ("dropout", "rejilla", 2)
    ]
    assert not (tmp_path / "b").exists()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    path = written(tmp_path, HEAD + f'[study.s]\nmodel = "mlp"\ngrid.epochs = {list(range(1, 2000))}\n')
    line = (
        f"{sys.executable} -m reportgen plan {path} --build {tmp_path}/b | head -1; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", line], check=True, capture_output=True, text=True)
    assert done.stdout.split()[-1] == "0"
    assert not done.stderr


def test_a_whole_life_of_a_configuration(tmp_path):
    """Run, run again, edit a title, ask for one study, render: what is trained and what comes out."""
    note = tmp_path / "trained"
    path = written(tmp_path, TWO + '[study.otro]\nmodel = "mlp"\nepochs = 9\n')
    first = command("run", "e.toml", "--study", "dropout", folder=tmp_path)
    assert first.returncode == 1, first.stderr  # the study that was not asked for has no results
    assert "1 de 5 ejecuciones sin resultado" in first.stderr
    assert len(note.read_text().split()) == 4
    assert len(first.stdout.split()) == 2
    results = strict((tmp_path / "build" / "report" / "results.json").read_text())
    assert [run["status"] for run in results["runs"]] == ["ok", "ok", "ok", "ok", "missing"]
    second = command("run", "e.toml", folder=tmp_path, FAKE_NO_REPORT="1")
    assert second.returncode == 0, second.stderr
    assert len(note.read_text().split()) == 5
    path.write_text(path.read_text().replace("Prueba", "Otro título"))
    third = command("run", "e.toml", folder=tmp_path, FAKE_NO_REPORT="1")
    assert (third.returncode, len(note.read_text().split())) == (0, 5), third.stderr
    plan = command("plan", "e.toml", "--json", folder=tmp_path)
    assert {run["state"] for run in strict(plan.stdout)["runs"]} == {"stored"}
    strict((tmp_path / "build" / "report" / "findings.json").read_text())


def test_failed_runs_have_code_1_and_are_told(tmp_path):
    written(tmp_path, HEAD + '[study.s]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "Adadelta", "Nadam"]\n')
    done = command("run", "e.toml", folder=tmp_path, FAKE_NO_REPORT="1")
    assert done.returncode == 1, done.stderr
    assert "2 de 3 ejecuciones sin resultado" in done.stderr
    assert "s · Adadelta: fallida (ValueError: capa imposible)" in done.stderr
    plan = command("plan", "e.toml", folder=tmp_path)
    assert "3 ejecuciones: 1 guardada, 1 divergente, 1 por entrenar." in plan.stdout


def test_data_that_cannot_be_had_has_code_3_and_still_a_report(tmp_path):
    written(tmp_path, TWO)
    done = command("run", "e.toml", folder=tmp_path, FAKE_NO_DATA="1")
    assert done.returncode == 3, done.stderr
    assert "No disponible: /nowhere: no están los datos\n  → descárgalos" in done.stderr
    assert (tmp_path / "build" / "report" / "informe.pdf").exists()
    assert not (tmp_path / "trained").exists()


def test_a_build_folder_that_cannot_be_written_has_code_3(tmp_path):
    written(tmp_path, TWO)
    (tmp_path / "build").write_text("")
    done = command("run", "e.toml", folder=tmp_path)
    assert done.returncode == 3
    assert "no se puede escribir en el almacén" in done.stderr
    assert "Traceback" not in done.stderr


SHIM = """\
import importlib.util
def missing(name, package=None, find=importlib.util.find_spec):
    if name.partition(".")[0] in ("keras", "tensorflow"):
        return None
    return find(name, package)
importlib.util.find_spec = missing
"""


def test_without_keras_run_has_code_3_and_says_what_to_install(tmp_path):
    written(tmp_path, TWO)
    (tmp_path / "sitecustomize.py").write_text(SHIM)
    done = command("run", "e.toml", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 3, done.stderr
    assert "falta instalar tensorflow y keras" in done.stderr
    assert "pip install 'reportgen[train]'" in done.stderr
    assert not (tmp_path / "trained").exists()
    assert command("plan", "e.toml", folder=tmp_path, PYTHONPATH=str(tmp_path)).returncode == 0
