"""What the documents say of the code is held against the code."""

import re
import tomllib
from pathlib import Path

from reportgen.spec import model

ROOT = Path(__file__).resolve().parents[2]


def rooms_on_disk() -> set[str]:
    package = ROOT / "reportgen"
    return {
        path.stem
        for path in package.iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    } - {"__init__", "__main__"}


def test_the_table_of_rooms_is_the_folders():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    assert set(table) == rooms_on_disk()


def test_the_table_of_rooms_is_in_the_order_of_the_layers():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(item for item in contracts["contracts"] if item["id"] == "layers")["layers"]
    order = {room: at for at, layer in enumerate(layers) for room in layer.split(" | ")}
    assert [order[room] for room in table] == sorted(order[room] for room in table)


def test_the_language_page_names_every_field_of_report_data_and_training():
    text = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    for part in (model.Report, model.Data, model.Training):
        for field in part.model_fields:
            assert f"`{field}`" in text or f"`{field} =" in text, field


def test_every_module_opens_with_what_it_takes_and_gives():
    for path in sorted((ROOT / "reportgen").rglob("*.py")):
        first = path.read_text(encoding="utf-8").lstrip().splitlines()[0]
        assert first.startswith('"""'), path
        if path.name != "__init__.py":
            assert first.startswith('"""Takes '), f"{path}: {first}"


def test_no_file_of_the_package_outgrows_a_room():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "reportgen").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_readme_names_both_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for command in ("make demo", "make test"):
        assert command in readme
        assert command in ci
