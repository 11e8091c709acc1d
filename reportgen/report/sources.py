"""Takes results, gives their unrounded numbers under the anchors and names by which the report shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reportgen.analysis.arms import ArmResults, by_arm
from reportgen.analysis.collected import Collected, Result
from reportgen.analysis.columns import USUAL, columns_of
from reportgen.analysis.effort import BYTES
from reportgen.analysis.evaluation import Evaluation
from reportgen.analysis.published import FURTHER, SCORES, numbers_of, spreads_of
from reportgen.findings.model import Cell, Finding, Unit
from reportgen.report.context_annex import Source
from reportgen.report.locale import Locale
from reportgen.report.numbers import arm_place, plain_number, run_place

_IN_RUN: Mapping[Unit, tuple[str, ...]] = {
    Unit.RATIO: ("accuracy.test", "accuracy.validation", "accuracy.train"),
    Unit.SECONDS: ("seconds",),
    Unit.MILLISECONDS: ("inference",),
}
"""Numbers of a run that a cell of this unit may be."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number leads: the anchor of an entry, and its name there."""

    id: str
    name: str


class Book:
    """The numbers of a report by the entry that has them; begun with those of runs and configurations."""

    def __init__(self, parts: Sequence[Collected], locale: Locale) -> None:
        self._locale = locale
        self._lines: dict[str, dict[str, list[Source]]] = {}
        self._known: dict[tuple[str, str], Source] = {}
        for part in parts:
            for study in part.studies:
                shown = tuple(dict.fromkeys((*USUAL, *columns_of(study.columns))))
                columns = tuple(dict.fromkeys((*shown, *FURTHER)))
                for result in study.results:
                    self._run(result, columns)
                for result in study.parents.values():
                    self._run(result, columns)
                for arm in by_arm(study) if study.repeated else ():
                    self._arm(arm_place(study.id, arm.id), arm, columns, shown)

    def add(self, place: str, name: str, value: float | None, about: str = "", told: str = "") -> None:
        """A number of an entry, unless it has it already.

        Args:
            place: anchor of the entry.
            name: of the number.
            value: unrounded.
            about: a class, a study, an epoch: it is then found as ``NAME ABOUT``.
            told: ``about`` in words, where they differ.
        """
        full = f"{name} {about}" if about else name
        if (place, full) not in self._known:
            number = None if value is None else plain_number(value)
            source = self._known[place, full] = Source(full, words_of(name, self._locale), number)
            self._lines.setdefault(place, {}).setdefault(told or about, []).append(source)

    def scores(self, key: str, scores: Evaluation) -> None:
        """What a run reaches class by class, and on average."""
        place = run_place(key)
        for row in (*scores.classes, scores.macro):
            for name in SCORES:
                self.add(place, f"{name}.test", float(getattr(row, name)), row.name)

    def lines(self, place: str) -> dict[str, tuple[Source, ...]]:
        """The numbers of an entry, by what they are about."""
        return {about: tuple(found) for about, found in self._lines.get(place, {}).items()}

    def has(self, place: str) -> bool:
        """Whether an entry has any number."""
        return place in self._lines

    def of_cell(self, cell: Cell, finding: str) -> Place:
        """Where a cell of a finding leads: to its run, where that has this very number, else to the finding.

        ``finding`` is the anchor of the finding's entry.
        """
        if len(cell.sources) == 1:
            place = run_place(cell.sources[0])
            for name in _IN_RUN.get(cell.unit, ()):
                source = self._known.get((place, name))
                if source is not None and source.value == cell.value:
                    return Place(place, name)
        return Place(finding, cell.id)

    def of_finding(self, finding: Finding, anchor: str) -> dict[str, Place]:
        """Where each of its cells leads."""
        return {cell.id: self.of_cell(cell, anchor) for cell in finding.cells}

    def _run(self, result: Result, columns: Iterable[str]) -> None:
        record, place = result.record, run_place(result.key)
        counts = record.parameter_counts
        facts = {
            **numbers_of(result, columns),
            "epochs": record.epochs_run or None,
            "best_epoch": record.best_epoch,
            "seconds": record.seconds,
            "parameters": counts.total if counts else None,
            "trainable": counts.trainable if counts else None,
            "non_trainable": counts.non_trainable if counts else None,
            "weights": counts.total * BYTES if counts else None,
        }
        for name, number in facts.items():
            self.add(place, name, number)
        if record.inference is not None:
            self.add(place, "inference", record.inference.milliseconds)
        if record.continued is not None:
            self.add(place, "continued", record.continued.epochs)

    def _arm(self, place: str, arm: ArmResults, columns: Sequence[str], shown: Collection[str]) -> None:
        """The means of a configuration, with the spreads of those columns that are shown in tables."""
        self.add(place, "n", len(arm.ok()))
        found = spreads_of(arm, columns)
        for column in columns:
            for over in ("mean", "sd") if column in shown else ("mean",):
                value, _ = found.get(f"{over} {column}", (None, ()))
                self.add(place, f"{over} {column}", value)


def words_of(name: str, locale: Locale) -> str:
    """What a number is called: ``exactitud (prueba)``, ``media de exactitud (prueba)``."""
    over, _, column = name.rpartition(" ")
    metric, _, split = column.partition(".")
    if split in ("train", "validation", "test"):
        words = f"{locale.term('metrics', metric)} ({locale(f'splits_short.{split}')})"
    else:
        words = locale.term("sources", column)
    return f"{locale(f'sources.{over}')} {words}" if over else words
