"""Takes a table written by hand and the results, gives the cells and the bold that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reportgen.prose.amounts import Asked
from reportgen.prose.facts import CLASS, Config, Knowledge, Measure
from reportgen.prose.figures import known_facts, plain
from reportgen.prose.judge import Verdict
from reportgen.prose.model import Kind
from reportgen.prose.names import Names
from reportgen.prose.numbers import Quantity, quantities
from reportgen.prose.reading import Reading, Scope, constraints, read
from reportgen.prose.text import Sentence, Table, fold
from reportgen.prose.wording import number, of_metric

_LAYERS = re.compile(r"\b(?:n[.º°o]*\s*(?:de )?)?(?:capas|profundidad|layers)\b")
_TIME = re.compile(r"\btiempos?\b|\bduracion\b|\btime\b|\bsegundos\b|\(s\)|\bmin\b")
_EPOCHS = re.compile(r"\bepocas?\b|\bepochs?\b")
_PARAMETERS = re.compile(r"\bparam")
Named = Mapping[str, frozenset[str]]


def cells(
    table: Table, names: Names, knowledge: Knowledge, scope: Scope
) -> Iterator[tuple[Sentence, Verdict | None]]:
    """The cells with a number that may be a result, each with what is wrong with it; and the bold ones."""
    heads = [read(cell, names) for cell in table.header]
    measures = [_measure(head, cell) for head, cell in zip(heads, table.header, strict=True)]
    around = constraints(read(Sentence(table.above, table.above, 0), names).mentions)
    rows: list[list[Config]] = []
    for row in table.rows:
        named = _row_names(row, heads, names)
        found: tuple[Config, ...] = ()
        for at, cell in enumerate(row[: len(heads)]):
            amounts = [q for q in _numbers(cell, heads[at].folded) if q.unit not in ("other", "layers")]
            column = constraints(heads[at].mentions)
            measure = measures[at] or (Measure() if column else None)
            if len(amounts) != 1 or measure is None or not (named or column):
                continue
            whole = {axis: labels for axis, labels in {**around, **named, **column}.items() if axis != CLASS}
            label = next(iter({**named, **column}.get(CLASS, frozenset(("",)))))
            asked_of = scope.around(whole)
            configs = (
                knowledge.select(asked_of, scope.study) if asked_of or scope.study else knowledge.configs
            )
            found = found or configs
            asked = Asked(
                amounts[0], (replace(measure, label=label),), configs, stated=True, named=bool(whole or label)
            )
            if configs:
                verdict = plain(asked, known_facts(asked.measures, configs, knowledge), knowledge)
                yield cell, verdict
        rows.append(list(found) if len(found) == 1 else [])
    yield from _bold(table, measures, rows, knowledge)


def _measure(head: Reading, cell: Sentence) -> Measure | None:
    """What a column shows, by its header."""
    text = fold(cell.read)
    metric = head.metrics[0] if head.metrics else None
    if metric is not None and metric.metric not in ("gap", "seconds"):
        split = metric.split or (head.splits[0][1] if head.splits else "") or _short(text)
        return Measure(metric.metric, split)
    if _TIME.search(text):
        return Measure("seconds")
    if _PARAMETERS.search(text):
        return Measure("parameters")
    if _EPOCHS.search(text):
        return Measure("epochs")
    return None


def _short(text: str) -> str:
    pairs = (
        ("val", "validation"),
        ("entr", "train"),
        ("train", "train"),
        ("prueba", "test"),
        ("test", "test"),
    )
    return next((split for word, split in pairs if re.search(rf"\b{word}", text)), "")


def _row_names(row: Sequence[Sentence], heads: Sequence[Reading], names: Names) -> Named:
    """The names in a row; a bare number in a column of layers is a depth."""
    texts = []
    for at, cell in enumerate(row[: len(heads)]):
        bare = re.fullmatch(r"\s*\d+(?:[.,]\d+)?\s*", cell.read)
        if bare is None:
            texts.append(cell.read)
        elif _LAYERS.search(heads[at].folded):
            texts.append(f"{cell.read.strip()} capas")
        elif not heads[at].metrics and not heads[at].mentions:
            texts.append(f"{heads[at].folded} {cell.read.strip()}")
    return constraints(
        [m for text in texts for m in read(Sentence(text, text, 0), names).mentions if m.known]
    )


def _numbers(cell: Sentence, head: str) -> tuple[Quantity, ...]:
    """The numbers of a cell; the header may say the unit."""
    found = quantities(fold(cell.read))
    unit = "percent" if "%" in head else "seconds" if re.search(r"\((?:s|seg|segundos)\)", head) else ""
    return tuple(replace(q, unit=unit) if unit and q.unit == "" else q for q in found)


def _bold(
    table: Table, measures: Sequence[Measure | None], rows: Sequence[Sequence[Config]], knowledge: Knowledge
) -> Iterator[tuple[Sentence, Verdict | None]]:
    """One bold number in a column of accuracies or losses is the best: by the results, else as written."""
    for at, measure in enumerate(measures):
        if measure is None or measure.metric not in ("accuracy", "loss", "precision", "recall", "f1"):
            continue
        column = [
            (index, row[at])
            for index, row in enumerate(table.rows)
            if at < len(row) and any(c.isdigit() for c in row[at].read)
        ]
        bold = [(index, cell) for index, cell in column if cell.strong]
        if len(bold) != 1 or len(column) <= 1:
            continue
        points = {index: _point(cell, rows[index], measure, knowledge) for index, cell in column}
        known = {index: value for index, value in points.items() if value is not None}
        index, cell = bold[0]
        if index not in known or len(known) <= 1:
            continue
        sign = -1 if measure.lower else 1
        best = max(known, key=lambda item: sign * known[item])
        if all(mark.strong for mark in table.rows[index]) and measure != _leading(measures):
            continue  # a whole row in bold is about what its table is about
        if sign * known[best] > sign * known[index]:
            row = " · ".join(item.text for item in table.rows[best][:1])
            yield (
                cell,
                Verdict(
                    Kind.REFUTED,
                    (
                        f"{of_metric(measure)}: la mejor fila es «{row}», con "
                        f"{number(known[best], measure.metric)}"
                    ),
                ),
            )


def _leading(measures: Sequence[Measure | None]) -> Measure | None:
    """The column that a row is the best of: test accuracy, else validation, else the first."""
    order = ("test", "validation", "", "train")
    scored = [m for m in measures if m is not None and m.metric == "accuracy"]
    return min(
        scored, key=lambda m: order.index(m.split), default=next((m for m in measures if m is not None), None)
    )


def _point(cell: Sentence, configs: Sequence[Config], measure: Measure, knowledge: Knowledge) -> float | None:
    if len(configs) == 1 and (value := knowledge.point(configs[0], measure)) is not None:
        return value
    found = [q for q in _numbers(cell, "") if q.amounts]
    return found[0].amounts[0].value if len(found) == 1 else None
