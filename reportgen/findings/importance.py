"""Takes the findings of a data set, gives the few that a summary should tell first.

The rule, as docs/hallazgos.md says it to readers: the findings answer five questions, in this order: what to
use, what the changes did, which settings matter, where it fails, what it costs. Under each question, what
the results decide stands before what they leave open, and a larger difference before a smaller one. The
summary takes the first of every question in turn, and no code twice while another is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.findings.model import Finding, Unit, Verdict
from reportgen.findings.registry import RULES, Question

MOST = 5
"""Findings of a summary."""
_QUESTION = {rule.code: rule.question for rule in RULES}
_DECIDED = (Verdict.SUPPORTED, Verdict.REFUTED)


def important(findings: Iterable[Finding], most: int = MOST) -> tuple[Finding, ...]:
    """At most ``most`` findings, the most important first."""
    piles: dict[Question, list[Finding]] = {question: [] for question in Question}
    for finding in findings:
        question = _QUESTION[finding.code]
        if question is not None and finding.verdict is not Verdict.NOT_APPLICABLE:
            piles[question].append(finding)
    for pile in piles.values():
        pile.sort(key=_weight)  # stable: equals stay in the order of the report
    fresh = _dealt([_codes_once(pile) for pile in piles.values()])
    taken = {id(item) for item in fresh}  # two findings may be equal
    rest = _dealt([[item for item in pile if id(item) not in taken] for pile in piles.values()])
    return tuple([*fresh, *rest][:most])


def _weight(finding: Finding) -> tuple[bool, float]:
    """What is decided first, the larger difference before; what is open stays in the order of the report."""
    if finding.verdict not in _DECIDED or finding.flags.get("unsettled"):  # decided, but of nothing
        return True, 0.0
    sizes = [abs(cell.value) for cell in finding.cells if cell.unit is Unit.POINTS and cell.sources]
    return False, -next(iter(sizes), 0.0)


def _codes_once(pile: Iterable[Finding]) -> list[Finding]:
    first: dict[str, Finding] = {}
    for finding in pile:
        first.setdefault(finding.code, finding)
    return list(first.values())


def _dealt(piles: list[list[Finding]]) -> list[Finding]:
    """One from each pile in turn, as long as there are any."""
    longest = max((len(pile) for pile in piles), default=0)
    return [pile[at] for at in range(longest) for pile in piles if at < len(pile)]
