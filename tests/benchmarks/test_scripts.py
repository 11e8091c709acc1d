"""Every bar of docs/performance.md has its script and every script its bars; the cheap ones are run."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys

import bench_frozen
import bench_memory
import bench_overhead
import collect
import numpy as np
import pytest
import sides
from harness import Promise
from support.configurations import ROOT

from reportgen.cli.progress import _sentence
from reportgen.runner.events import Event
from reportgen.sources.locate import DEBIAN_FASHION_MNIST

PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
MEASURED = PAGE.partition(collect.BEGIN)[2].partition(collect.END)[0]
BARS = re.findall(r"^\| (.+?) \| ([≤≥] .+?) \| `(bench_\w+)\.py` \|$", PAGE, re.MULTILINE)


def promises(script: str) -> list[Promise]:
    return [value for value in vars(importlib.import_module(script)).values() if isinstance(value, Promise)]


def asked(promise: Promise) -> str:
    sign = {"<=": "≤", ">=": "≥"}[promise.sense]
    return f"{sign} {collect.amount(promise.limit, promise.unit)}"


# --- the page ------------------------------------------------------------------------------------


def test_every_bar_of_the_page_has_a_script_and_every_script_a_bar():
    assert BARS
    assert {script for _, _, script in BARS} == {path.stem for path in collect.scripts().values()}
    assert len({bar for bar, _, _ in BARS}) == len(BARS)


@pytest.mark.parametrize("script", sorted({script for _, _, script in BARS}))
def test_a_script_asks_what_the_page_says(script):
    own = [(bar, limit) for bar, limit, name in BARS if name == script]
    made = promises(script)
    if made:  # a script may print its lines without our helpers
        assert sorted(own) == sorted((promise.bar, asked(promise)) for promise in made)
    assert callable(importlib.import_module(script).measure) or not made


def test_what_was_measured_are_bars_of_the_page():
    known = {bar: limit for bar, limit, _ in BARS}
    for row in collect.read(MEASURED):
        assert len(row) == len(collect.HEADER)
        assert known[row[0]] == row[2]


def test_figures_stand_with_their_machine():
    if collect.read(MEASURED):
        assert re.search(r"^.+, \d+ cores, .+Python 3\.\d+", MEASURED, re.MULTILINE)


# --- the sides -----------------------------------------------------------------------------------


def test_the_plain_side_knows_nothing_of_ours():
    tree = ast.parse(sides.PLAIN.read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "keras" in modules
    assert not {
        name for name in modules if name.split(".")[0] in {"reportgen", "harness", "sides", "support"}
    }


def test_the_clock_stops_where_the_command_begins_to_write():
    assert _sentence(Event("rendering")) == sides.WRITING


def say(*texts, code=0):
    lines = "; ".join(f"print({text!r}, file=sys.stderr, flush=True); time.sleep(0.2)" for text in texts)
    return [sys.executable, "-c", f"import sys, time; {lines or 'pass'}; sys.exit({code})"]


def test_time_is_told_at_the_report_and_at_the_end(tmp_path):
    heard = []
    trained, whole = sides.followed(
        say("[1/1] lista", sides.WRITING), tmp_path, lambda process, line: heard.append((process, line))
    )
    assert 0.2 <= trained <= whole - 0.15
    assert [line.strip() for _, line in heard] == ["[1/1] lista", sides.WRITING]


@pytest.mark.parametrize("command", [say(), say(sides.WRITING, code=1)])
def test_a_command_that_fails_or_writes_no_report_has_no_time(tmp_path, command):
    with pytest.raises(RuntimeError, match="exit"):
        sides.followed(command, tmp_path)


def test_sides_that_did_other_work_are_not_compared():
    def ran(*work):
        return lambda: sides.Ran(1.0, 2.0, work, 0.5, ())

    both = sides.Comparison("x", ran(8, 1, 90), ran(8, 1, 90))
    assert (both.ours(), both.other()) == (1.0, 1.0)
    assert "updates 8" in both.detail()
    other = sides.Comparison("x", ran(8, 1, 90), ran(9, 1, 90))
    other.ours()
    with pytest.raises(RuntimeError, match="not the same work"):
        other.other()


def test_images_are_the_published_ones_in_both_shapes(tmp_path):
    assert os.path.isdir(DEBIAN_FASHION_MNIST)  # noqa: PTH112  a plain question
    gray = np.load(sides.fashion(tmp_path / "a.npz", 50, 20))
    color = np.load(sides.fashion(tmp_path / "b.npz", 50, 20, rgb=True))
    assert gray["x_train"].shape == (50, 28, 28, 1)
    assert color["x_test"].shape == (20, 32, 32, 3)
    assert (color["x_train"][:, 2:30, 2:30, 1] == gray["x_train"][..., 0]).all()
    assert color["x_train"][:, :2].max() == 0
    assert set(gray["y_train"]) == set(range(10))


def test_logits_come_back_from_probabilities():
    logits = np.random.default_rng(5).normal(scale=8.0, size=(40, 10))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    back = bench_frozen.from_probabilities(probabilities)
    assert back == pytest.approx(bench_frozen.centred(logits), abs=1e-5)
    with pytest.raises(RuntimeError, match="so sure"):
        bench_frozen.from_probabilities(np.array([[1.0, 1e-40]], np.float32))


def test_passes_of_a_backbone_are_the_entries_of_the_store(tmp_path):
    entry = tmp_path / "store" / "features" / "ab" / "abc"
    assert not bench_frozen.passes(tmp_path)
    entry.mkdir(parents=True)
    (entry / "MANIFEST.json").write_text("{}")
    assert list(bench_frozen.passes(tmp_path)) == [entry / "MANIFEST.json"]


# --- memory --------------------------------------------------------------------------------------


def test_growth_compares_the_end_with_what_follows_the_start():
    sizes = [*[10] * 20, *[100] * 20, *[150] * 160]
    value, told = bench_memory.growth(sizes, "x")
    assert value == 1.5
    assert told.startswith("x; ")
    with pytest.raises(RuntimeError, match="too few"):
        bench_memory.growth([7] * 9, "x")


def test_memory_of_a_process_and_of_its_children_is_seen():
    assert 10**7 < bench_memory.status(os.getpid(), "VmRSS") <= bench_memory.status(os.getpid(), "VmHWM")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in bench_memory.children(os.getpid())
        child.communicate(b"\n")
    assert bench_memory.status(child.pid, "VmRSS") == 0


def test_a_store_is_filled_with_all_runs_but_a_few():
    bar = bench_memory.at_many_stored(100)
    assert bar.met
    assert 20 < bar.value < 300
    assert f"100 runs, {bench_memory.HELD} of them trained" in bar.detail


# --- scripts that cost little --------------------------------------------------------------------


def test_overhead_is_measured_on_runs_that_are_stored_and_leaves_no_variable_behind():
    before = dict(os.environ)
    assert 0.1 < bench_overhead.once(100) < 60
    assert dict(os.environ) == before


def test_sizes_go_forth_and_back():
    assert bench_overhead.order(0, 2, 3) == bench_overhead.order(1, 2, 3)[::-1]


def test_the_table_of_a_cheap_script(tmp_path):
    done = subprocess.run(
        [sys.executable, str(collect.HERE / "collect.py"), "--quick", "plan"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    (row,) = collect.read(done.stdout)
    assert row[0] == "plan for 10,000 runs, the whole command"
    assert (done.returncode == 0) == (row[5] == "yes")
    assert "== bench_plan.py" in done.stderr


def test_quick_figures_never_reach_the_page(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["collect.py", "--quick", "--write"])
    monkeypatch.setattr(collect, "run", lambda *_: pytest.fail("something was measured"))
    with pytest.raises(SystemExit, match="2"):
        collect.main()
    assert "not for the page" in capsys.readouterr().err
