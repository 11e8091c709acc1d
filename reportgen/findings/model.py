"""Takes nothing, gives the values of a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What the evidence says of the statement a code stands for."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"


class Unit(StrEnum):
    """How a cell's value is to be shown."""

    RATIO = "ratio"
    POINTS = "points"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    COUNT = "count"
    PROBABILITY = "probability"
    FACTOR = "factor"
    BYTES = "bytes"
    EFFECT = "effect"
    NUMBER = "number"


class Role(StrEnum):
    """Where a finding belongs: what was found, what became of the author's claims, what weakens it."""

    CONCLUSION = "conclusion"
    CLAIM = "claim"
    LIMITATION = "limitation"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the evidence, unrounded, with the runs it comes from."""

    id: str
    value: float | int
    unit: Unit
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement with its verdict and evidence.

    Attributes:
        code: stable name; also the name of its template.
        verdict: what the evidence says.
        role: conclusion, claim or limitation.
        study: id of the study it is about; empty for the whole report.
        cells: the numbers its sentence may show.
        names: labels its sentence may show.
        lists: lists of labels its sentence may show.
        flags: yes-or-no facts its sentence may depend on.
    """

    code: str
    verdict: Verdict
    role: Role
    study: str = ""
    cells: tuple[Cell, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)

    @property
    def weakens(self) -> bool:
        """Whether it is a check that found something."""
        return self.role is Role.LIMITATION and self.verdict is Verdict.SUPPORTED


def passed(code: str, *cells: Cell) -> Finding:
    """A check that was made and found nothing."""
    return Finding(code, Verdict.REFUTED, Role.LIMITATION, cells=cells)


def unjudged(code: str) -> Finding:
    """A check that could not be made: it is told as such, never as passed."""
    return Finding(code, Verdict.NOT_APPLICABLE, Role.LIMITATION)
