"""Takes what a number or a code may stand for, gives it as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportgen.analysis.published import Published
    from reportgen.api.explaining import Explained
    from reportgen.findings.model import Cell, Finding

OF_ARMS = {"mean": "media", "sd": "desviación típica"}
MOST = 40
"""Numbers that are told one by one."""
KEYS = 6
"""Runs behind a number that are told one by one."""
DIGITS = 12
"""Of a key, as the report shows them."""


def as_text(found: Explained, asked: str) -> str:
    """What was found, a paragraph for each; or that nothing was."""
    lines = [*_rule(found), *_values(found), *_cells(found)]
    if not lines:
        lines = [f"Ningún número de los resultados se muestra como «{asked}»."]
    return "\n".join([*lines, *_prose(found)]).rstrip()


def _rule(found: Explained) -> Iterator[str]:
    if found.rule:
        yield f"{found.rule['title']}. {found.rule['rule']} {found.rule['why']}"
        yield ""
    if found.rule and not found.findings:
        yield "En estos resultados no hay ningún hallazgo con ese código."
    for view in found.findings:
        study = f" en {view.finding.study}" if view.finding.study else ""
        yield f"[{view.finding.verdict}]{study} {view.text}"
        for cell in view.finding.cells:
            yield f"    {cell.id} = {cell.value!r} ({cell.unit})"
            yield from (f"        {line}" for line in _sources(found, cell.sources))
        yield ""


def _values(found: Explained) -> Iterator[str]:
    for item in found.values[:MOST]:
        yield f"{_what(found, item)}: {item.value!r}"
        yield from (f"    {line}" for line in _sources(found, item.runs))
    if found.values[MOST:]:
        yield f"… y {len(found.values) - MOST} más; --json los da todos"


def _what(found: Explained, item: Published) -> str:
    head, _, column = item.name.rpartition(" ")
    name = found.locale.term("table_columns", column)
    label = f", clase «{item.label}»" if item.label else ""
    return f"{OF_ARMS[head] + ' de ' if head else ''}{name}{label}, {item.study}.{item.of}"


def _cells(found: Explained) -> Iterator[str]:
    for meaning in found.cells[:MOST]:
        finding, cell = meaning.finding, meaning.cell
        study = f" ({finding.study})" if finding.study else ""
        yield f"{finding.code}.{cell.id}{study}: {cell.value!r} ({cell.unit})"
        yield from (f"    {line}" for line in _sources(found, cell.sources))
    if found.cells[MOST:]:
        yield f"… y {len(found.cells) - MOST} celdas más; --json las da todas"


def _prose(found: Explained) -> Iterator[str]:
    if found.prose:
        yield "En el texto del autor:"
        yield from (f"    {place}" for place in found.prose)


def _sources(found: Explained, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys[:KEYS]:
        run = found.runs.get(key)
        if run is None:
            yield key[:DIGITS]
            continue
        fold = "" if run.fold is None else f", partición {run.fold + 1}"
        yield f"{run.key[:DIGITS]}  {run.study}.{run.id}  «{run.label}», semilla {run.seed}{fold}"
    if keys[KEYS:]:
        yield f"… y {len(keys) - KEYS} ejecuciones más"


def as_json(found: Explained) -> str:
    """The same for programs, complete."""
    content = {
        "values": [
            {
                "name": item.name, "value": item.value, "study": item.study, "of": item.of,
                "class": item.label, "runs": list(item.runs),
            }
            for item in found.values
        ],
        "cells": [_cell(item.finding, item.cell) for item in found.cells],
        "findings": [
            {
                "code": view.finding.code, "verdict": str(view.finding.verdict), "study": view.finding.study,
                "text": view.text, "cells": [_cell(view.finding, cell) for cell in view.finding.cells],
            }
            for view in found.findings
        ],
        "rule": dict(found.rule),
        "prose": list(found.prose),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1)


def _cell(finding: Finding, cell: Cell) -> dict[str, Any]:
    return {
        "code": finding.code, "study": finding.study, "id": cell.id, "value": cell.value,
        "unit": str(cell.unit), "runs": list(cell.sources),
    }  # fmt: skip
