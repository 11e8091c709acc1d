"""Every rule of docs/statistics.md is broken once, and the tests notice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROKEN = tomllib.loads(Path(__file__).with_name("broken.toml").read_text(encoding="utf-8"))["broken"]
RULE = re.compile(r"^- `([a-z-]+)`: ", re.MULTILINE)
PYTEST = ("-P", "-m", "pytest", "-n", "0", "-xq", "-p", "no:cacheprovider")
FAILED = 1
"""What pytest ends with when tests ran and some failed; a file that cannot be imported is 2 or more."""


def test_every_rule_of_the_book_is_broken_by_an_entry():
    book = (ROOT / "docs/statistics.md").read_text(encoding="utf-8")
    rules = RULE.findall(book)
    assert len(rules) == len(set(rules))
    assert set(rules) == {entry["rule"] for entry in BROKEN}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package; its templates are found where they are."""
    folder = tmp_path_factory.mktemp("broken")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "reportgen", folder / "reportgen", ignore=ignore)
    (folder / "templates").symlink_to(ROOT / "templates")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("entry", BROKEN, ids=lambda entry: f"{entry['rule']}-{entry['new'][:24]}")
def test_a_broken_rule_is_noticed(package, entry):
    path = package / "reportgen" / entry["file"]
    whole = path.read_text(encoding="utf-8")
    assert whole.count(entry["old"]) == 1, f"{entry['file']} has not once: {entry['old']}"
    path.write_text(whole.replace(entry["old"], entry["new"]), encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    try:
        ended = subprocess.run(
            [sys.executable, *PYTEST, *entry["tests"]],
            cwd=ROOT,
            env={**inherited, "PYTHONPATH": f"{package}", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(whole, encoding="utf-8")
    assert ended.returncode == FAILED, ended.stdout[-2000:] + ended.stderr[-2000:]
