"""Takes the findings of two reports, gives the conclusions that say something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from reportgen.analysis.snapshot import PublishedFinding

Findings = Sequence[PublishedFinding]
SUBJECT = ("axis", "changed", "base", "claim")
"""Names of a finding that say what it asks about; the others are part of its answer."""
COSMETIC = ("title", "factor", "text")
"""What the authors call a study, an axis and a claim, which have ids."""
CLAIMED = "supported"
"""The verdict with which a sentence vouches for the names in it."""


class Turn(StrEnum):
    """What became of a conclusion: another verdict, other names in the same one, come, or gone."""

    VERDICT = "verdict"
    NAMES = "names"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Flip:
    """A conclusion that says something else; before None: it is new; after None: it is gone."""

    turn: Turn
    before: PublishedFinding | None
    after: PublishedFinding | None


def flips(before: Findings | None, after: Findings | None) -> tuple[Flip, ...] | None:
    """All conclusions that flipped, those of the first report first; None where a side has no findings."""
    if before is None or after is None:
        return None
    first, second = _groups(before), _groups(after)
    return tuple(
        flip
        for name in dict.fromkeys([*first, *second])
        for one, other in _paired(first.get(name, []), second.get(name, []))
        if (flip := _flip(one, other)) is not None
    )


def _groups(findings: Findings) -> dict[tuple[str, ...], list[PublishedFinding]]:
    """Findings that ask the same."""
    found: dict[tuple[str, ...], list[PublishedFinding]] = {}
    for item in findings:
        found.setdefault((item.report, item.code, item.data, item.study), []).append(item)
    return found


def _paired(
    before: Findings, after: Findings
) -> Iterator[tuple[PublishedFinding | None, PublishedFinding | None]]:
    """Those about the same; where a file does not tell what they are about, in their order."""
    left = list(after)
    rest: list[PublishedFinding] = []
    for one in before:
        other = next((item for item in left if _subject(item) == _subject(one)), None)
        if other is None:
            rest.append(one)
        else:
            left.remove(other)
            yield one, other
    told = all(item.names is not None for item in (*rest, *left))
    if told:  # about something else: one is gone and the other is new
        yield from ((one, None) for one in rest)
        yield from ((None, other) for other in left)
    else:
        yield from zip_longest(rest, left)


def _subject(finding: PublishedFinding) -> tuple[str, ...] | None:
    if finding.names is None:
        return None
    return tuple(finding.names.get(name, "") for name in SUBJECT)


def _answer(finding: PublishedFinding) -> dict[str, str]:
    names = finding.names or {}
    return {name: value for name, value in names.items() if name not in COSMETIC}


def _flip(before: PublishedFinding | None, after: PublishedFinding | None) -> Flip | None:
    if before is None or after is None:
        return Flip(Turn.NEW if before is None else Turn.GONE, before, after)
    if before.verdict != after.verdict:
        return Flip(Turn.VERDICT, before, after)
    told = before.names is not None and after.names is not None
    if told and before.verdict == CLAIMED and _answer(before) != _answer(after):
        return Flip(Turn.NAMES, before, after)
    return None
