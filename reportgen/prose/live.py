"""Takes the expressions of live values, gives those that name what does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reportgen.prose.facts import Knowledge
from reportgen.prose.judge import Verdict
from reportgen.prose.model import Kind
from reportgen.records.model import METRICS, SPLITS

_VALUE = re.compile(r"\bvalor\(\s*([\"'])(?P<run>[^\"']*)\1\s*,\s*([\"'])(?P<number>[^\"']*)\3")
_COLUMNS = frozenset(
    (
        "epochs",
        "best_epoch",
        "seconds",
        "seconds_per_epoch",
        "parameters",
        "trainable",
        "memory",
        "precision.test",
        "recall.test",
        "f1.test",
    )
)
"""Numbers of a run that are of no metric: the columns of the results tables."""


def unknown(expressions: Sequence[str], parts: Sequence[Knowledge]) -> Iterator[Verdict]:
    """What is wrong with the names in live values: a run or a number that there is not, or has no result."""
    for expression in expressions:
        for hit in _VALUE.finditer(expression):
            wrong = _wrong(hit["run"], hit["number"], parts)
            if wrong:
                yield Verdict(Kind.UNKNOWN, wrong)


def _wrong(run: str, name: str, parts: Sequence[Knowledge]) -> str:
    results = {
        f"{result.plan.study}.{way}": result
        for part in parts
        for study in part.collected.studies
        for result in study.results
        for way in (result.plan.id, str(result.plan.parameters.get("variant") or result.plan.id))
    }
    result = results.get(run)
    if result is None:
        studies = {study.id for part in parts for study in part.collected.studies}
        study = run.partition(".")[0]
        return f"no hay ninguna ejecución «{run}»" + (
            "" if study in studies else f" ni ningún estudio «{study}»"
        )
    if not result.ok:
        return f"«{run}» no tiene resultados"
    first, _, second = name.partition(".")
    if name in _COLUMNS or (
        first in SPLITS and (second in METRICS or second in result.record.metrics.get(first, {}))
    ):
        return ""
    if second in SPLITS and first in METRICS:
        return ""
    return f"no hay ningún valor «{name}» de una ejecución: por ejemplo, «test.accuracy»"
