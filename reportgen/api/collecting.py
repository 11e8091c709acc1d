"""Takes a project, gives what its store holds as collected results, report by report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.api.inputs import DATA_FILES
from reportgen.api.project import Project, plan_with

if TYPE_CHECKING:
    from reportgen.analysis.collected import Collected
    from reportgen.analysis.repetition import Repetition
    from reportgen.plan.model import Plan
    from reportgen.records.model import DataRecord, RunRecord
    from reportgen.spec.model import Report


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds of a project: its plan, the records of runs and of data sets by key.

    ``repeated`` has what came of training some of its runs again, by key.
    """

    project: Project
    plan: Plan
    known: Mapping[str, RunRecord]
    data: Mapping[str, DataRecord]
    repeated: Mapping[str, Repetition]

    def collected(self, report: Report, reasons: Mapping[str, str] | None = None) -> tuple[Collected, ...]:
        """The results that a report tells, by data set; ``reasons`` say why some could not be had."""
        from reportgen.analysis.collect import collect

        told = reasons or {}
        return collect(self.project.spec, report, self.plan, self.known, self.data, told, self.repeated)


def stored(project: Project) -> Stored:
    """Everything that is stored, predictions included, every byte checked."""
    from reportgen.api.verified import verification

    known: dict[str, RunRecord] = {}
    plan = plan_with(project, known, predictions=True)
    repeated = verification(project.request.build / "report", project.store)
    return Stored(project, plan, known, _data(project, plan), repeated)


def _data(project: Project, plan: Plan) -> dict[str, DataRecord]:
    """The prepared data sets by key, those that are stored."""
    from reportgen.records.codec import decode_data

    entries = ((item.key, project.store.get("data", item.key, DATA_FILES)) for item in plan.data)
    return {key: decode_data(entry.files) for key, entry in entries if entry is not None}
