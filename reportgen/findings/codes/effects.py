"""Takes a grid, gives how large the difference is between the run it chooses and its worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.analysis.collected import Collected, StudyResults
from reportgen.analysis.comparing import measured, right_share
from reportgen.analysis.effects import Size, size
from reportgen.analysis.extremes import Extremes, extremes
from reportgen.analysis.naming import names
from reportgen.analysis.statistics import PAIR, Interval, Paired
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict


def against_worst(collected: Collected) -> Iterator[Finding]:
    """``effect_size``: Cohen's h between the run that validation chooses in a grid and the worst in test.

    Supported when the test images tell the two apart and the effect is at least small (h from 0.2 on),
    refuted when it is smaller than that, else inconclusive. Nothing where the two cannot be compared.
    """
    known = names(collected)
    for study in collected.studies:
        results = measured(study.single()) if study.shape == "grid" else ()
        found = extremes(results, study.absent)
        if found is not None and found.compared is not None:
            yield _told(study, found, found.compared.difference, known, len(results))


def _told(
    study: StudyResults, found: Extremes, difference: Interval, known: Mapping[str, str], runs: int
) -> Finding:
    word = size(found.h)
    verdict = Verdict.SUPPORTED if found.demonstrable else Verdict.INCONCLUSIVE
    if word is Size.NEGLIGIBLE:
        verdict = Verdict.REFUTED
    same = found.chosen.key == found.worst.key
    both = (found.chosen.key,) if same else (found.chosen.key, found.worst.key)
    return Finding(
        "effect_size",
        verdict,
        Role.CONCLUSION,
        study.id,
        (
            Cell("chosen", right_share(found.chosen) or 0.0, Unit.RATIO, (found.chosen.key,)),
            Cell("worst", right_share(found.worst) or 0.0, Unit.RATIO, (found.worst.key,)),
            Cell("difference", difference.value, Unit.POINTS, both),
            Cell("h", found.h, Unit.EFFECT, both),
            Cell("p", found.p, Unit.PROBABILITY, both),
            Cell("runs", runs, Unit.COUNT, ()),
        ),
        names={
            "chosen": known[found.chosen.key],
            "worst": known[found.worst.key],
            "size": str(word),
        },
        lists={"level": tuple(known[result.key] for result in found.level)},
        flags={
            "same": same,
            "one_seed": len(study.seeds) == 1,
            "several": runs + study.absent > PAIR,
            "demonstrable": found.demonstrable,
            "paired": isinstance(found.compared, Paired),
        },
    )
