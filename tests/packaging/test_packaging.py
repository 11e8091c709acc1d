"""What is shipped, what is pinned, and that the direction of the imports is held."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / ".ci" / "requirements.lock", ROOT / ".ci" / "render.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SUPPORTED = [{"python_version": version, "extra": ""} for version in ("3.11", "3.12", "3.13")]


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def run(*command: str, cwd: Path = ROOT, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300, **options
    )


def pinned(lock: Path) -> dict[str, Requirement]:
    """Every requirement of a lock, by name, its hashes taken off."""
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    requirements = [Requirement(entry.split("--hash=")[0]) for entry in entries if entry.strip()]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def declared(*extras: str) -> list[Requirement]:
    optional = PROJECT["optional-dependencies"]
    texts = PROJECT["dependencies"] + [text for extra in extras for text in optional[extra]]
    found = [Requirement(text) for text in texts]
    return [requirement for requirement in found if requirement.name != "reportgen"]  # an extra in an extra


# --- the wheel -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel built from this tree, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.mark.xdist_group("wheel")
def test_wheel_holds_every_template(wheel):
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert templates
    assert {f"reportgen/{path.relative_to(ROOT).as_posix()}" for path in templates} <= wheel


@pytest.mark.xdist_group("wheel")
def test_wheel_holds_every_module_and_its_data(wheel):
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "reportgen").rglob("*.py")}
    data = {"py.typed", "spec/keras_names.json", "spec/reportgen.schema.json", "spec/schema_words.toml"}
    assert modules | {f"reportgen/{name}" for name in data} <= wheel


@pytest.mark.xdist_group("wheel")
def test_wheel_holds_nothing_else_at_its_top(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {"reportgen", f"reportgen-{PROJECT['version']}.dist-info"}
    assert f"reportgen-{PROJECT['version']}.dist-info/licenses/LICENSE" in wheel


def test_the_command_is_where_the_metadata_says():
    assert PROJECT["scripts"] == {"reportgen": "reportgen.cli:main"}
    shown = run(tool("reportgen"), "--help")
    assert shown.returncode == 0, shown.stderr
    assert "run" in shown.stdout


# --- the locks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_names_no_index_address_or_path(lock):
    text = lock.read_text(encoding="utf-8")
    for word in ("http", "://", "file:", "/opt", "index-url", "--find-links", "-e ", " @ "):
        assert word not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_pins_everything_with_hashes(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+( ; .+)? \\\n", entry), entry.splitlines()[0]
        hashes = entry.splitlines()[1:]
        assert hashes
        assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


@pytest.mark.parametrize(
    ("lock", "extras"),
    [(LOCKS[0], ("train", "cluster", "dev")), (LOCKS[1], ())],
    ids=["requirements", "render"],
)
def test_lock_satisfies_what_the_project_declares(lock, extras):
    pins = pinned(lock)
    for requirement in declared(*extras):
        (pin,) = pins[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_is_the_same_on_every_supported_python(lock):
    for requirement in pinned(lock).values():
        if requirement.marker is not None:
            assert len({requirement.marker.evaluate(environment) for environment in SUPPORTED}) == 1


def test_render_lock_has_no_keras_and_the_versions_of_the_other():
    everything, render = (pinned(lock) for lock in LOCKS)
    assert not {"keras", "tensorflow"} & render.keys()
    assert {name: str(pin.specifier) for name, pin in render.items()} == {
        name: str(everything[name].specifier) for name in render
    }


def test_every_dependency_says_why_it_is_here():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)}
    names = {canonicalize_name(requirement.name) for requirement in declared("train", "cluster", "dev")}
    assert explained == names


# --- the direction of the imports ----------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(tool("lint-imports"), "--no-cache", cwd=folder)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "reportgen", tmp_path / "reportgen", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_contracts_hold():
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("store/__init__.py", "import reportgen.analysis", "Imports point one way"),
        ("report/__init__.py", "import reportgen.api", "Imports point one way"),
        ("errors.py", "import reportgen.log", "Imports point one way"),
        ("unplanned_room.py", "", "Imports point one way"),
        ("runner/__init__.py", "import keras", "Only training knows Keras"),
        ("analysis/__init__.py", "def lazily():\n    import tensorflow.data", "Only training knows Keras"),
        (
            "runner/cluster/driver.py",
            "def lazily():\n    import ray",
            "Only the bridge to a cluster knows Ray",
        ),
        ("runner/__init__.py", "import reportgen.training", "Nobody imports training"),
        ("analysis/__init__.py", "import matplotlib.pyplot", "Only report draws"),
        ("plan/__init__.py", "import pandas", "stay light"),
        ("spec/__init__.py", "import numpy", "needs no numpy"),
        ("report/__init__.py", "import reportgen.store", "opens no store"),
    ],
)
def test_contracts_catch(tree, module, line, contract):
    path = tree / "reportgen" / module
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    checked = lint_imports(tree)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    plain = re.sub(r"\x1b\[[0-9;]*m", "", checked.stdout)
    assert re.search(rf"{contract}.* BROKEN", plain), plain


@pytest.mark.parametrize(
    ("room", "allowed"), [("api.py", False), ("runner/pool.py", False), ("training/model.py", True)]
)
def test_ruff_bans_keras_outside_its_room(room, allowed):
    checked = run(
        tool("ruff"), "check", "--select", "TID251", "--stdin-filename", f"reportgen/{room}", "-",
        input="import keras\n",
    )  # fmt: skip
    assert ("TID251" not in checked.stdout) is allowed, checked.stdout


# --- setting up ----------------------------------------------------------------------------------


@pytest.fixture
def stubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts commands of our own before the machine's: stubs(name, script)."""

    def add(name: str, script: str) -> None:
        path = tmp_path / "stubs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path / "stubs"), prepend=":")
    return add


def test_no_fitting_python_is_one_clear_line(tmp_path, stubs):
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        stubs(name, "exit 127")
    made = run(str(ROOT / ".ci" / "make-venv"), str(tmp_path / "venv"))
    assert made.returncode == 3
    assert len(made.stderr.splitlines()) == 1
    assert "3.11, 3.12 or 3.13" in made.stderr
    assert not (tmp_path / "venv").exists()


def test_missing_libraries_say_the_command_of_each_system(stubs):
    stubs("id", "echo 1000")
    stubs("fc-list", "exit 0")
    checked = run(str(ROOT / ".ci" / "system-libraries"))
    assert checked.returncode == 3
    for words in ("sudo apt-get install", "sudo dnf install", "brew install", "pacman -S"):
        assert len([line for line in checked.stderr.splitlines() if words in line]) == 1


def test_this_machine_has_what_the_tests_need():
    checked = run(str(ROOT / ".ci" / "system-libraries"), "--test")
    assert (checked.returncode, checked.stdout) == (0, "")
