"""Takes collected results, gives the build folder that a report on them leaves: its files and its store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reportgen.analysis.collected import Collected
from reportgen.findings import find
from reportgen.records.codec import encode_run
from reportgen.report.locale import Locale
from reportgen.report.outputs import findings_json, results_json
from reportgen.report.packaged import packaged
from reportgen.report.sentences import sentence
from reportgen.report.templates import Templates
from reportgen.runner.commands import RECIPE
from reportgen.store import Store


def publish(build: Path, *parts: Collected, store: bool = False, findings: bool = True) -> Path:
    """Write ``report/`` and, if asked for, ``store/`` into a build folder; gives the ``results.json``."""
    report = build / "report"
    report.mkdir(parents=True)
    results = report / "results.json"
    results.write_text(results_json(parts, {}), encoding="utf-8")
    if findings:
        (report / "findings.json").write_text(_findings(parts), encoding="utf-8")
    if store:
        _keep(Store(build / "store"), parts)
    return results


def _findings(parts: tuple[Collected, ...]) -> str:
    templates = Templates([packaged()])
    locale = Locale("es", templates.toml("es/strings.toml"))
    views = (
        replace(sentence(finding, templates, locale, {}), data=part.id)
        for part in parts
        for finding in find(part)
    )
    return findings_json(views)


def _keep(store: Store, parts: tuple[Collected, ...]) -> None:
    store.prepare()
    for part in parts:
        for result in part.results():
            if result.ok and not store.has("runs", result.key):
                files = {**encode_run(result.record), RECIPE: result.plan.recipe.encode()}
                store.put("runs", result.key, files)
