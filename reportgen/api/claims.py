"""Takes a project and its results, gives what they say of the claims that its configuration declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.api.project import Project
from reportgen.spec.positions import line_of
from reportgen.spec.read import read

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim and what became of it.

    Attributes:
        id: as in the configuration.
        file: where it stands.
        line: of its first field.
        text: the author's words.
        verdict: ``supported``, ``refuted``, ``inconclusive`` or ``not_applicable``.
        told: the verdict in the words of the report.
        sign: that goes with it.
        sentence: with the numbers behind it.
    """

    id: str
    file: str
    line: int
    text: str
    verdict: str
    told: str
    sign: str
    sentence: str


def judged_claims(project: Project, everything: Sequence[Collected]) -> tuple[JudgedClaim, ...]:
    """Every claim in the order of the file, worded as the report does, muted or not."""
    spec = project.spec
    if not spec.claim:
        return ()
    from reportgen.findings.codes.claims import comparisons, thresholds
    from reportgen.report.sentences import sentence
    from reportgen.report.wording import wording

    marks = read(project.request.config).marks
    templates, locale = wording(spec.report.language, project.request.templates)
    found = {}
    for part in everything:
        for finding in (*comparisons(part), *thresholds(part)):
            name, verdict = finding.names["claim"], str(finding.verdict)
            mark = line_of(marks, ("claim", name))
            found[name] = JudgedClaim(
                id=name,
                file=mark.file or str(project.request.config),
                line=mark.line,
                text=finding.names["text"],
                verdict=verdict,
                told=locale(f"claim_verdict.{verdict}"),
                sign=locale(f"claim_sign.{verdict}"),
                sentence=sentence(finding, templates, locale, {}).text,
            )
    return tuple(found[name] for name in spec.claim if name in found)
