"""Takes a store with every run and their report, gives the seconds that `reportgen run` takes to see that."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, main, repeated
from render_material import FIGURES, project, reportgen

PROMISE = Promise("run, everything cached and the report unchanged", "s", 1.0, "<=")
HEAVY = ("tensorflow", "keras", "matplotlib", "weasyprint", "pandas", "scipy", "sklearn", "jinja2")


def measure(options: Options) -> Iterator[Bar]:
    """The whole command, in a fresh process each time; what it loads and writes is held too."""
    times = options.rounds or options.pick(9, 2)
    with tempfile.TemporaryDirectory() as name:
        request = project(Path(name))
        words = ("run", str(request.config), "--build", str(request.build))
        reportgen(*words)
        before = written(request.build / "report")
        loaded = reportgen(*words, modules=True).modules & set(HEAVY)
        if loaded:
            raise RuntimeError(f"a cached run loads {', '.join(sorted(loaded))}")
        trial = repeated(lambda: reportgen(*words).seconds, times)
        if written(request.build / "report") != before:
            raise RuntimeError("a cached run writes")
        runs = len(list((request.build / "store" / "runs").glob("*/*")))
        yield trial.bar(PROMISE, f"{runs} runs, 10,000 test images, {FIGURES} figures; loads no {HEAVY[0]}")


def written(folder: Path) -> dict[Path, int]:
    """When each file was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    sys.exit(main(measure))
