"""`reportgen verify`: its words, its exit codes, its JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from support.configurations import GRID, HEAD, ROOT, written

from reportgen.api import verifying
from reportgen.api.comparing import RESULTS
from reportgen.api.verifying import Verified
from reportgen.cli import main

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def command(tmp_path):
    """The command with the trainer that trains nothing, in a folder where something is stored."""

    def run(*arguments, **environment):
        done = subprocess.run(
            [*COMMAND, *arguments], check=False, capture_output=True, text=True, cwd=tmp_path,
            env={**os.environ, "FAKE_NO_REPORT": "1", **environment},
        )  # fmt: skip
        return done.returncode, done.stdout.replace(NBSP, " "), done.stderr

    written(tmp_path, HEAD + GRID)
    assert run("run", "e.toml")[0] == 0
    return run


def test_what_comes_out_the_same_has_code_0(command):
    code, out, err = command("verify", "e.toml")
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "4 ejecuciones entrenadas de nuevo, de 4 posibles:"
    assert "  rejilla.sgd-relu  SGD · relu: idéntico" in lines
    assert lines[-2:] == [
        "Las 4 ejecuciones repetidas dieron exactamente lo mismo.",
        "build/report/verificacion.json",
    ]


def test_what_differs_less_than_the_test_can_tell_has_code_0(command):
    code, out, _ = command("verify", "e.toml", "--run", "rejilla.sgd-relu", FAKE_WRONG="1")
    assert code == 0
    assert out.splitlines()[:1] == ["1 ejecución entrenada de nuevo, de 1 posible:"]
    assert "equivalente (1 de 40 predicciones cambia, margen de la prueba ±4,4 puntos; probabilidades" in out
    assert (
        "Ninguna ejecución repetida dio exactamente lo mismo; "
        "1 es equivalente: cambia menos de lo que la prueba puede distinguir."
    ) in out


def test_what_differs_has_code_1(command):
    code, out, _ = command("verify", "e.toml", "--sample", "2", "--seed", "3", FAKE_WRONG="9")
    assert code == 1
    assert out.count("distinto (9 de 40 predicciones cambian") == 2
    assert "2 son distintas." in out


def test_json_is_the_file_that_is_kept(command, tmp_path):
    code, out, _ = command("verify", "e.toml", "--json", "--study", "rejilla")
    content = json.loads(out)
    kept = json.loads((tmp_path / "build" / "report" / "verificacion.json").read_text())
    assert code == 0
    assert content == {**kept, "unavailable": {}}
    assert len(kept["runs"]) == 4


def test_a_report_that_is_not_of_what_is_stored_has_code_1(command, tmp_path):
    command("verify", "e.toml")
    key = json.loads((tmp_path / "build" / "report" / "verificacion.json").read_text())["runs"][0]["key"]
    run = {"key": key, "study": "s", "arm": "a", "label": "A", "seed": 0, "fold": None, "folds": 0,
           "status": "ok", "metrics": {"test": {"accuracy": 0.123}}}  # fmt: skip
    (tmp_path / "build" / "report" / RESULTS).write_text(json.dumps({"schema": 1, "runs": [run]}))
    code, out, _ = command("verify", "e.toml")
    assert code == 1
    assert "1 ejecución tiene en results.json otros números que los guardados" in out


def test_without_anything_stored_it_has_code_3(tmp_path, capsys):
    assert main(["verify", str(written(tmp_path, HEAD + GRID)), "--build", str(tmp_path / "b")]) == 3
    told = capsys.readouterr().err
    assert "no hay nada guardado" in told
    assert "reportgen run" in told


@pytest.mark.parametrize("sample", ["0", "-1", "muchas"])
def test_a_sample_that_is_none_is_told(tmp_path, capsys, sample):
    with pytest.raises(SystemExit) as caught:
        main(["verify", str(written(tmp_path, HEAD + GRID)), f"--sample={sample}"])
    assert caught.value.code == 2
    assert "--sample: un número entero desde 1" in capsys.readouterr().err


def test_ctrl_c_leaves_nothing_behind(command, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "verify", "e.toml"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "FAKE_SECONDS": "60"},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "build" / "verify" / "logs").is_dir() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Interrumpido: de la comprobación no se guarda nada." in err
    assert not (tmp_path / "build" / "verify").exists()
    assert not (tmp_path / "build" / "report" / "verificacion.json").exists()
    assert command("verify", "e.toml", "--sample", "1")[0] == 0


def test_what_cannot_be_trained_any_more_has_code_3(tmp_path, monkeypatch, capsys):
    found = Verified((), 2, {"a": "no hay pesos", "b": "no hay pesos"}, tmp_path / "verificacion.json")
    monkeypatch.setattr(verifying, "verify", lambda *_: found)
    assert main(["verify", str(written(tmp_path, HEAD + GRID))]) == 3
    told = capsys.readouterr()
    assert "No se pudo repetir ninguna ejecución." in told.out
    assert told.err.count("No disponible: no hay pesos") == 1
