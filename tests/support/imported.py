"""Takes the text of tables, gives them read, planned and collected as results made elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from reportgen import api
from reportgen.analysis.collected import Collected
from reportgen.api.collecting import stored

HEAD = """
[report]
title = "Importado"
date = 2026-06-09
{report}
[data]
{data}
[study.tabla]
title = "Tabla"
{study}
"""
FILES = 'results = "tabla.csv"'


def request_of(
    folder: Path,
    files: Mapping[str, str | bytes],
    *,
    study: str = FILES,
    data: str = 'name = "cifar10"',
    report: str = "",
) -> api.Request:
    """A configuration with one imported study, and its files, in a folder."""
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    path = folder / "e.toml"
    path.write_text(HEAD.format(report=report, data=data, study=study), encoding="utf-8")
    return api.Request(path, build=folder / "build")


def collected_of(folder: Path, files: Mapping[str, str | bytes], **more: str) -> Collected:
    """All of it as findings see it."""
    there = stored(api.open_project(request_of(folder, files, **more)))
    report = next(iter(there.project.spec.reports.values()))
    (part,) = there.collected(report)
    return part


def made(text: str, *, further: Mapping[str, str] | None = None, **more: str) -> Collected:
    """A table, in a folder that is gone when it has been read."""
    with tempfile.TemporaryDirectory() as folder:
        return collected_of(Path(folder), {"tabla.csv": text, **(further or {})}, **more)


def predictions_text(answers: Mapping[str, str], truth: str, axis: str = "optimizer") -> str:
    """A file of predictions: for each value of an axis, the class it says of each image."""
    lines = [f"{axis};image;label;predicted"]
    for value, said in answers.items():
        lines += [
            f"{value};{at};{true};{one}" for at, (true, one) in enumerate(zip(truth, said, strict=True))
        ]
    return "\n".join(lines) + "\n"
