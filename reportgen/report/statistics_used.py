"""Takes what a report tells, gives the measures and tests behind it: those that its chapter explains.

A method is used by a sentence, which is told from its finding, or by a table or figure. What no sentence,
table or figure of the report rests on is not explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Result
from reportgen.analysis.comparing import Means, images_behind
from reportgen.analysis.contrasts import RESPECTS
from reportgen.findings.model import Finding, Verdict
from reportgen.report.context import DataPart

When = Callable[[Finding], bool]
CHOSEN = ("overall_best", "grid_best")
CONTRASTS = tuple(respect.code for respect in RESPECTS)
FRONTS = ("slower_is_better", "pareto_parameters")
CLAIMS = ("claim_comparison", "claim_threshold")
TESTED = ("images", "counts", "seeds", "combinations", "folds")
CHANGES = ("followup_effect", "variant_improves", "variants_overview", "class_gains", *CONTRASTS)
"""Networks compared image by image, each with the one it starts from or differs from in one thing."""


def _value(finding: Finding, name: str) -> float:
    return next((float(cell.value) for cell in finding.cells if cell.id == name), 0.0)


def _flag(name: str) -> When:
    return lambda finding: finding.flags.get(name, False)


def _no(name: str) -> When:
    return lambda finding: not finding.flags.get(name, False)


def _above(name: str, least: float) -> When:
    return lambda finding: _value(finding, name) > least


def _judged(finding: Finding) -> bool:
    return finding.verdict is not Verdict.NOT_APPLICABLE


def _refuted(finding: Finding) -> bool:
    return finding.verdict is Verdict.REFUTED


def _covers(*units: str, margin: bool | None = None) -> When:
    """Whether a claim was tested over one of these; ``margin``: only with, or without, one to be exceeded."""
    return lambda finding: finding.names["covers"] in units and margin in (None, finding.flags["margin"])


def _always(finding: Finding) -> bool:
    del finding
    return True


def _both(*conditions: When) -> When:
    return lambda finding: all(condition(finding) for condition in conditions)


def _rate(finding: Finding) -> bool:
    """Whether the share of a confusion is told."""
    flags = finding.flags
    return flags["errors"] and flags["one_confusion"] and not flags["few"]


def _planned(finding: Finding) -> bool:
    """Whether a number of repetitions is told."""
    return _judged(finding) and not (finding.verdict is Verdict.REFUTED and finding.flags["settled"])


def _flipped(finding: Finding) -> bool:
    return _judged(finding) and (finding.flags["flips"] or finding.verdict is Verdict.SUPPORTED)


Uses = Mapping[str, When]
"""Code of a finding -> when its sentence rests on a method."""


def _of(codes: Iterable[str], when: When = _judged) -> dict[str, When]:
    return dict.fromkeys(codes, when)


SENTENCES: Mapping[str, Uses] = {
    "wilson": {
        **_of((*CHOSEN, "overall_worst"), _flag("bounded")),
        **_of(("test_set_resolution", "majority_baseline", "seed_spread")),
        "class_strengths": _rate,
        "shared_errors": _both(_judged, _above("errors", 1)),
        "claim_threshold": _covers("images"),
    },
    "mcnemar": {
        **_of(CHOSEN, _both(_flag("tested"), _no("counted"))),
        **_of(CHANGES, _always),
        "effect_size": _flag("paired"),
        "claim_comparison": _covers("images", margin=False),
    },
    "fisher": {
        **_of(CHOSEN, _both(_flag("tested"), _no("paired"))),
        "effect_size": _no("paired"),
        "claim_comparison": _covers("counts", margin=False),
    },
    "holm": {
        **_of(CHOSEN, _flag("tested")),
        **_of(FRONTS, _both(_flag("tested"), _above("runs", 2))),
        **_of(("effect_size", "variant_improves", "seeds_best"), _both(_judged, _flag("several"))),
        "followup_effect": _above("pairs", 1),
        **_of(CONTRASTS, _flag("several")),
        **_of(("variants_overview", "class_gains", "seeds_tied", "factor_interaction")),
        "fold_scores": _flag("several"),
        **_of(CLAIMS, _both(_covers(*TESTED), _flag("family"))),
    },
    "bootstrap": {
        **_of(("variant_improves", *CONTRASTS)),
        "claim_comparison": _covers("images", "counts"),
    },
    "threshold": _of(
        ("factor_best", "factor_interaction", "deeper_is_better", "plateau",
         "seeds_best", "seeds_tied", "claim_comparison", *CONTRASTS)
    )
    | {"seeds_needed": _planned, "test_set_resolution": _refuted},
    "certainty": _of(("seeds_best", "seeds_tied", "claim_comparison", *CONTRASTS)),
    "factor": {"factor_best": _flag("interval"), "claim_comparison": _covers("combinations")},
    "interaction": _of(("factor_interaction",)),
    "cohens_h": {"effect_size": _no("same")},
    "paired_t": {**_of(("seeds_best", "seeds_tied")), **_of(CLAIMS, _covers("seeds"))},
    "sign_flips": {"seeds_best": _flipped},
    "paired_effect": _of(("seeds_best",)),
    "sample_size": {"seeds_needed": _planned},
    "concordance": _of(("ranking_stability",)),
    "seed_margin": {"seed_spread": _both(_judged, _no("unvaried"))},
    "cross_validation": {},
    "nadeau_bengio": {"fold_scores": _above("others", 0), **_of(CLAIMS, _covers("folds"))},
    "sign_test": {"gap_reduced": _flag("tested")},
    "calibration": _of(("calibration",)),
    "pareto": _of(FRONTS, _always),
}  # fmt: skip
"""Method -> the sentences that rest on it, in the order in which a chapter explains the methods."""


UNNAMED = ("statistics/threshold", "statistics/certainty", "statistics/bootstrap")
"""Of these sentences use the words and the numbers, and only the chapter says whose they are."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a report shows: its parts, the names of its sections and the finished runs behind it."""

    parts: Sequence[DataPart]
    sections: Sequence[str]
    results: Sequence[Result]


def statistics_used(told: Told) -> tuple[str, ...]:
    """Ids of the texts, as ``statistics/wilson``; first what is measured at all."""
    findings = [
        view.finding for part in told.parts for view in (*part.conclusions, *part.claims, *part.checks)
    ]
    used = {
        method
        for method, uses in SENTENCES.items()
        for finding in findings
        if (when := uses.get(finding.code)) is not None and when(finding)
    }
    used |= set(_ranked(told, findings)) | set(_shown(told))
    return ("statistics/metrics", *(f"statistics/{method}" for method in SENTENCES if method in used))


def _ranked(told: Told, findings: Iterable[Finding]) -> Iterable[str]:
    """How networks are compared with the best of them: in sentences on costs, and in bold in the tables."""
    answered = any(result.predicts for result in told.results)
    counted = any(not item.predicts and images_behind(item) is not None for item in told.results)
    if any(finding.code in FRONTS and finding.flags["tested"] for finding in findings):
        yield from (("mcnemar",) if answered else ()) + (("fisher",) if counted else ())
    for study in (study for part in told.parts for study in part.studies if not study.table.repeated):
        for group in study.table.groups:
            several = sum(row.tied_best or row.accuracy["test"] is not None for row in group.rows)
            if several <= 1 or group.means is Means.NOTHING:
                continue
            yield from (("mcnemar",) if group.means is not Means.COUNTS else ())
            yield from (("fisher",) if group.means is not Means.IMAGES else ())
            yield "holm"  # the caption names it


def _shown(told: Told) -> Iterable[str]:
    """Methods of figures and of sections."""
    for part in told.parts:
        if any(study.bars is not None for study in part.studies):
            yield "wilson"
        if part.comparison is not None and "comparacion" in told.sections:
            yield from ("wilson", "pareto")
        if any(chapter.classes for chapter in part.kinds.chapters):
            yield from ("mcnemar", "holm")
    if any(result.folded for result in told.results):
        yield "cross_validation"
