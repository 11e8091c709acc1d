"""Takes nothing, gives the typed values of the annexes: how it was trained, where numbers come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reportgen.analysis.arms import FoldPlace
from reportgen.records.model import Environment, SharedPass, Status


@dataclass(frozen=True, slots=True)
class Machine:
    """Conditions that some runs were trained under, and how many."""

    environment: Environment
    runs: int


@dataclass(frozen=True, slots=True)
class SharedView:
    """A pass through a frozen network, and how many runs were trained on what it gave."""

    made: SharedPass
    runs: int


@dataclass(frozen=True, slots=True)
class ContinuedView:
    """A run whose first epochs were taken over, and the run that had trained them.

    ``key`` is its own; ``anchor`` is where the report tells the other run, empty where it does not:
    ``source`` then is its key.
    """

    key: str
    study: str
    label: str
    seed: int
    epochs: int
    epochs_run: int
    source: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Source:
    """One unrounded number of an entry.

    Attributes:
        name: its own in the entry: ``accuracy.test``, ``f1.test avión`` where it is about a class.
        words: what it is.
        value: as stored or computed; None where it was not measured.
    """

    name: str
    words: str
    value: float | None

    @property
    def text(self) -> str:
        """All its digits, with a point, as ``results.json`` has them."""
        return repr(self.value)


@dataclass(frozen=True, slots=True)
class Entry:
    """What numbers of the report lead back to.

    Attributes:
        id: its anchor.
        name: short, for what a pointer shows over a number: ``rejilla.adam_relu``.
        lines: numbers by what they are about; empty for what is about the whole.
    """

    id: str
    name: str
    lines: Mapping[str, tuple[Source, ...]]

    def numbers(self) -> Iterator[Source]:
        """All of them."""
        for line in self.lines.values():
            yield from line


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One network; ``settings`` are those that it does not share with all runs of its study.

    ``seed`` is None where nobody told it.
    """

    entry: Entry
    places: tuple[str, ...]
    label: str
    seed: int | None
    fold: FoldPlace | None
    status: Status
    key: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunLink:
    """A run by the anchor of its entry and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ArmEntry:
    """A configuration with several runs."""

    entry: Entry
    label: str
    runs: tuple[RunLink, ...]


@dataclass(frozen=True, slots=True)
class StudyEntries:
    """The runs of a study that no earlier study has, its configurations, the settings that all runs share."""

    title: str
    shared: Mapping[str, str]
    runs: tuple[RunEntry, ...]
    arms: tuple[ArmEntry, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Cells of a finding that come from the same runs; ``more`` counts those that are not named."""

    cells: tuple[Source, ...]
    runs: tuple[RunLink, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding with its evidence; ``about`` tells it from others of its code, ``verdict`` is in words."""

    entry: Entry
    code: str
    title: str
    about: str
    study: str
    verdict: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where every number of the report comes from.

    Attributes:
        linked: whether the report has the annex that holds the entries.
        studies: runs and configurations.
        findings: those that have numbers.
        others: numbers of the whole report and of several networks together.
    """

    linked: bool
    studies: tuple[StudyEntries, ...]
    findings: tuple[FindingEntry, ...]
    others: tuple[Entry, ...]

    def entries(self) -> Iterator[Entry]:
        """All of them."""
        for study in self.studies:
            yield from (run.entry for run in study.runs)
            yield from (arm.entry for arm in study.arms)
        yield from (finding.entry for finding in self.findings)
        yield from self.others
