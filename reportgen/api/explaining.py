"""Takes a number or the code of a finding, gives what stands behind it in the stored results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.api.collecting import Stored, stored
from reportgen.api.project import Request, open_project
from reportgen.api.prose import texts_of
from reportgen.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from reportgen.analysis.published import Published
    from reportgen.plan.model import RunPlan
    from reportgen.report.context import FindingView
    from reportgen.report.explaining import Meaning
    from reportgen.report.locale import Locale


@dataclass(frozen=True, slots=True)
class Explained:
    """What a text may stand for.

    Attributes:
        values: numbers of runs and configurations that are shown so.
        cells: numbers of findings that are.
        findings: those of the code.
        rule: title, rule and reason of the code; empty where the text is none.
        runs: key -> plan.
        locale: of the report that is asked about.
        prose: where the number stands in the authors' texts, as ``FILE:LINE``.
    """

    values: tuple[Published, ...]
    cells: tuple[Meaning, ...]
    findings: tuple[FindingView, ...]
    rule: Mapping[str, str]
    runs: Mapping[str, RunPlan]
    locale: Locale
    prose: tuple[str, ...] = ()


def explain(request: Request, text: str) -> Explained:
    """What stands behind a number as the report shows it, or behind the code of a finding.

    Of a file with several reports, the first one is asked about.

    Raises:
        ConfigurationError: when the text is neither.
    """
    from reportgen.findings import find
    from reportgen.report.explaining import addresses, cell_addresses, cells, lines, values
    from reportgen.report.sentences import sentence
    from reportgen.report.wording import wording

    there = stored(open_project(request))
    report = next(iter(there.project.spec.reports.values()))
    templates, locale = wording(report.language, request.templates)
    rules = {
        key: entry for key, entry in templates.toml(f"{locale.language}/rules.toml").items() if key != "page"
    }
    if text not in rules and not any(sign.isdigit() for sign in text):
        raise _neither(there, text, tuple(rules))
    parts = there.collected(report)
    findings = [find(part) for part in parts]
    told = [item for found in findings for item in found if item.code == text]
    numbers, others = tuple(values(text, parts, locale)), tuple(cells(text, findings, locale))
    live = addresses(numbers, parts) | cell_addresses(others)
    texts = {} if text in rules else texts_of(there.project)
    return Explained(
        values=numbers,
        cells=others,
        findings=tuple(sentence(item, templates, locale, {}) for item in told),
        rule=rules.get(text, {}),
        runs={run.key: run for run in there.plan.runs},
        locale=locale,
        prose=tuple(f"{path}:{at}" for path, prose in texts.items() for at in lines(text, prose, live)),
    )


def _neither(there: Stored, text: str, codes: tuple[str, ...]) -> ConfigurationError:
    from reportgen.spec.keras_names import nearest

    file = str(there.project.request.config)
    what = f"«{text}» no es un número ni el código de un hallazgo"
    return ConfigurationError((Problem(file, 1, "explain", what, nearest(text, codes)),))
