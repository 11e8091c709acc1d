"""Each verb with its options: exit codes, what is printed, what is loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib

import pytest
from support.configurations import FOLLOW, HEAD, ROOT, written

from reportgen.cli import main
from reportgen.store import Store

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
TWO = HEAD + '[study.rejilla]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "Adam"]\n' + FOLLOW
NET = HEAD + '[model.b]\nlayers = [{ backbone = "VGG16" }, "Flatten"]\n[study.s]\nmodel = "b"\n'


def command(*arguments, folder, **environment):
    """The command with the trainer that trains nothing, in a folder; nothing is rendered."""
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "FAKE_NO_REPORT": "1", "FAKE_TRAINED": str(folder / "trained"), **environment},
    )


LIGHT = ("keras", "tensorflow", "matplotlib", "jinja2", "pandas", "scipy", "sklearn", "weasyprint", "rich")
LOADED = (
    "import sys; from reportgen.cli import main; code = main(sys.argv[2:]);"
    "print(*sorted(set(sys.argv[1].split(',')) & set(sys.modules)), file=sys.stderr); sys.exit(code)"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"], ["plan"], ["plan", "--json"], ["plan", "--runs", "--study", "dropout"],
        ["show"], ["show", "rejilla.sgd"],
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("trained", [False, True], ids=["new", "trained"])
def test_what_trains_nothing_loads_no_keras_and_draws_nothing(tmp_path, arguments, trained):
    written(tmp_path, TWO)
    if trained:
        assert command("run", "e.toml", folder=tmp_path).returncode == 0
    verb, *more = arguments
    heavy = (*LIGHT, "numpy") if not trained or verb == "check" else LIGHT  # stored records are arrays
    done = subprocess.run(
        [sys.executable, "-c", LOADED, ",".join(heavy), verb, "e.toml", *more],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == ""
    assert done.stdout


@pytest.mark.slow
def test_a_cached_run_and_render_load_nothing_heavy_and_write_nothing(tmp_path):
    text = TWO.replace('title = "Prueba"', 'title = "Prueba"\nprose = "textos"\nsections = ["resumen"]')
    written(tmp_path, text)
    (tmp_path / "textos").mkdir()
    (tmp_path / "textos" / "resumen.md").write_text("Un **resumen**.")
    first = command("run", "e.toml", folder=tmp_path, FAKE_NO_REPORT="")
    assert first.returncode == 0, first.stderr
    assert "Escribiendo el informe" in first.stderr
    report = tmp_path / "build" / "report"
    times = {path: path.stat().st_mtime_ns for path in report.rglob("*")}
    heavy = ",".join(name for name in LIGHT if name != "rich")
    for verb in ("run", "render"):
        done = subprocess.run(
            [sys.executable, "-c", LOADED, heavy, verb, "e.toml"],
            check=False, capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
        assert (done.returncode, done.stderr.strip()) == (0, "")
        assert done.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in report.rglob("*")} == times


def test_what_does_not_fit_has_code_1_and_is_told_and_the_same_command_goes_on(tmp_path):
    written(tmp_path, TWO)
    (tmp_path / "tesis.txt").write_text("años")
    store = Store(tmp_path / "build" / "store")
    done = command("run", "e.toml", "--max-hours", "0,1", folder=tmp_path, FAKE_STEP="60")
    assert done.returncode == 1, done.stderr
    assert "2 ejecuciones no cupieron en el tiempo dado: repite la orden para seguir." in done.stderr
    assert "No disponible" not in done.stderr
    assert not (tmp_path / "trained").exists()
    assert not list((store.root / "tmp").iterdir())
    done = command("run", "e.toml", "--max-hours", "0.1", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "trained").read_text().split()) == 4
    assert (tmp_path / "tesis.txt").read_text() == "años"


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "mucho", "100000"])
def test_hours_that_are_none_are_told(tmp_path, capsys, hours):
    with pytest.raises(SystemExit) as caught:
        main(["run", str(written(tmp_path, TWO)), f"--max-hours={hours}"])
    assert caught.value.code == 2
    assert "--max-hours: un número de horas mayor que 0" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-1", "muchas", "1.5"])
def test_a_number_of_runs_that_is_none_is_told(tmp_path, capsys, count):
    with pytest.raises(SystemExit) as caught:
        main(["plan", str(written(tmp_path, TWO)), f"--max-runs={count}"])
    assert caught.value.code == 2
    assert "--max-runs: un número entero desde 1" in capsys.readouterr().err


def test_more_runs_than_the_limit_are_told_with_the_way_to_raise_it(tmp_path, capsys):
    path = str(written(tmp_path, TWO))
    assert main(["check", path, "--max-runs", "4"]) == 0
    assert main(["check", path, "--max-runs", "3"]) == 2
    assert "--max-runs" in capsys.readouterr().err


def test_prepare_has_code_3_when_something_cannot_be_had(tmp_path):
    written(tmp_path, NET)
    done = command("prepare", "e.toml", folder=tmp_path, FAKE_NO_WEIGHTS="VGG16")
    assert done.returncode == 3
    assert "No disponible: keras.applications: no hay pesos de VGG16\n  → conéctate a internet" in done.stderr
    done = command("prepare", "e.toml", folder=tmp_path, FAKE_NO_DATA="1")
    assert done.returncode == 0, "the data are there already"
    done = command("prepare", "e.toml", "--build", "otra", folder=tmp_path, FAKE_NO_DATA="1")
    assert done.returncode == 3
    assert "/nowhere: no están los datos" in done.stderr


def test_prepare_says_that_all_is_there(tmp_path):
    written(tmp_path, NET)
    done = command("prepare", "e.toml", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ya no necesita la red" in done.stdout
    assert "Trayendo los pesos de VGG16" in done.stderr
    assert not (tmp_path / "trained").exists()


def test_plan_of_one_study_has_those_it_depends_on(tmp_path, capsys):
    path = str(written(tmp_path, TWO + '[study.otro]\nmodel = "mlp"\nepochs = 9\n'))
    build = ["--build", str(tmp_path / "b")]
    assert main(["plan", path, *build, "--study", "dropout"]) == 0
    told = capsys.readouterr().out
    assert "otro" not in told
    assert "4 ejecuciones: 0 guardadas, 4 por entrenar." in told
    assert main(["plan", path, *build, "--study", "otro", "--study", "rejilla", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [run["study"] for run in content["runs"]] == ["rejilla", "rejilla", "otro"]
    assert content["pending"] == []


def test_plan_with_a_probe_tells_the_time(tmp_path):
    written(tmp_path, TWO)
    done = command("plan", "e.toml", "--probe", folder=tmp_path, FAKE_STEP="6.0")
    assert done.returncode == 0, done.stderr
    assert "Probando unos segundos 1 redes" in done.stderr
    assert "Tiempo previsto: de " in done.stdout
    assert "memoria: hasta 2,0 GB" in done.stdout
    assert not (tmp_path / "trained").exists()


def test_show_prints_a_file_that_loads(tmp_path, capsys):
    path = written(tmp_path, TWO)
    build = ["--build", str(tmp_path / "b")]
    assert main(["show", str(path), *build]) == 0
    shown = written(tmp_path, capsys.readouterr().out, "otra.toml")
    assert main(["plan", str(path), *build, "--json"]) == 0
    before = capsys.readouterr().out
    assert main(["plan", str(shown), *build, "--json"]) == 0
    assert capsys.readouterr().out == before


def test_show_prints_one_run(tmp_path, capsys):
    path = str(written(tmp_path, TWO))
    assert main(["show", path, "rejilla.adam", "--build", str(tmp_path / "b")]) == 0
    content = tomllib.loads(capsys.readouterr().out)
    assert (content["run"]["label"], content["result"]["status"]) == ("Adam", "missing")
    assert main(["show", path, "rejilla.adan", "--build", str(tmp_path / "b")]) == 2
    assert "no hay ninguna ejecución «rejilla.adan»" in capsys.readouterr().err


def test_weights_of_a_run_that_there_is_not_have_code_2_before_anything_is_trained(tmp_path):
    text = NET.replace("[study.s]", '[study.s]\nweights = "none"\ngrid.epochs = [1, 2]')
    written(tmp_path, text + '[study.t]\nmodel = "b"\nweights = "run:s.3"\n')
    for verb in ("check", "plan", "run"):
        done = command(verb, "e.toml", folder=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("e.toml:22: study.t: el estudio «s» no tiene ninguna ejecución «3»")
    assert not (tmp_path / "trained").exists()
