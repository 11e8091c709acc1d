"""Takes a full store, gives what rendering takes beside WeasyPrint's own time and that of drawing.

Each round measures, one after the other and each in a fresh process: WeasyPrint alone on the report's HTML,
drawing every figure one after the other, a render with nothing cached, WeasyPrint again, a render after an
edit of the prose. A render is set against the mean of the two times of WeasyPrint beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, main, series
from render_material import FIGURES, Done, project, reportgen

from reportgen import api

HTML = Promise("render after an edit of the prose: HTML", "s", 1.0, "<=")
PDF = Promise("render after an edit of the prose, against WeasyPrint alone", "x", 1.25, "<=")
COLD = Promise("cold render, against WeasyPrint + figures / cores", "x", 1.3, "<=")
WEASYPRINT = """
import sys, time
from pathlib import Path
from weasyprint import HTML
text = Path(sys.argv[1]).read_text(encoding="utf-8")
began = time.perf_counter()
document = HTML(string=text).render(pdf_variant="pdf/ua-1")
document.write_pdf(pdf_variant="pdf/ua-1")
print([time.perf_counter() - began, len(document.pages)])
"""
DRAWING = """
import json, sys, time
from pathlib import Path
from reportgen import api
from reportgen.api import rendering
from reportgen.report import figures
taken = []
plain = figures.draw
def draw(info, words):
    began = time.perf_counter()
    figure = plain(info, words)
    taken.append(time.perf_counter() - began)
    return figure
figures.draw = draw
rendering.usable_cores = lambda: 1
class Enough(Exception):
    pass
def enough(*_):
    raise Enough
rendering.fill = enough
try:
    api.render(api.Request(Path(sys.argv[1]), build=Path(sys.argv[2])))
except Enough:
    print(json.dumps([sum(taken), len(taken)]))
"""


def measure(options: Options) -> Iterator[Bar]:
    """All three bars."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found: dict[str, list[float]] = {"html": [], "pdf": [], "cold": []}
    alone: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        request = project(Path(name))
        page = request.build / "report" / "informe.html"
        render(request)
        for number in range(options.rounds or options.pick(5, 1)):
            before, pages = weasyprint(page)
            drawing, figures = drawn(request)
            shutil.rmtree(request.build / "cache")
            shutil.rmtree(request.build / "report")
            cold = render(request)
            between, _ = weasyprint(page)
            (Path(name) / "textos" / "resumen.md").write_text(f"Otro **resumen**, el {number}.\n")
            edited = render(request, watched=page)
            after, _ = weasyprint(page)
            alone.append(between)
            found["cold"].append(cold.seconds / ((before + between) / 2 + drawing / cores))
            found["html"].append(edited.appeared)
            found["pdf"].append(edited.seconds / ((between + after) / 2))
            if figures != FIGURES:
                raise RuntimeError(f"{figures} figures instead of {FIGURES}")
    told = f"{FIGURES} figures, {pages} pages, {cores} cores; WeasyPrint alone {min(alone):.2f} s"
    yield series(found["html"]).bar(HTML, told)
    yield series(found["pdf"]).bar(PDF, told)
    yield series(found["cold"]).bar(COLD, f"{told}; drawing alone {drawing:.2f} s")


def render(request: api.Request, watched: Path | None = None) -> Done:
    """The command."""
    return reportgen("render", str(request.config), "--build", str(request.build), watched=watched)


def weasyprint(page: Path) -> tuple[float, int]:
    """WeasyPrint's seconds, without importing it, and the number of pages."""
    seconds, pages = json.loads(_python(WEASYPRINT, str(page)))
    return float(seconds), int(pages)


def drawn(request: api.Request) -> tuple[float, int]:
    """Seconds of drawing all figures one after the other, and how many."""
    with tempfile.TemporaryDirectory() as build:
        (Path(build) / "store").symlink_to(request.build.resolve() / "store")
        seconds, figures = json.loads(_python(DRAWING, str(request.config), build))
    return float(seconds), int(figures)


def _python(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main(measure))
