"""Takes nothing, gives what a report has published, as one report is held against another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Place = tuple[str, str, int, int | None]
"""Study, configuration, seed and fold: where a run stands, whatever it is trained with."""


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """One run of ``results.json``.

    Attributes:
        key: SHA-256 of its recipe.
        study: id of its study.
        id: slug, unique in its study.
        arm: slug of its configuration, shared by its seeds and folds.
        label: what the report calls it.
        seed: of its training.
        fold: 0-based fold over all repetitions; None without folds.
        folds: folds of one repetition, 0 without.
        data: key of its data set; empty where the file does not tell.
        status: how it ended.
        metrics: split -> metric -> value.
        images: number of test images; None where the file does not tell.
    """

    key: str
    study: str
    id: str
    arm: str
    label: str
    seed: int
    fold: int | None
    folds: int
    data: str
    status: str
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    images: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it ended as it should."""
        return self.status == "ok"

    @property
    def place(self) -> Place:
        """Where it stands in the report."""
        return self.study, self.arm, self.seed, self.fold

    def metric(self, split: str, name: str) -> float | None:
        """One of its numbers; None where it has none."""
        return self.metrics.get(split, {}).get(name)


@dataclass(frozen=True, slots=True)
class PublishedFinding:
    """One finding of ``findings.json``.

    Attributes:
        report: name of the report; empty where the file has one only.
        code: of the finding.
        data: id of the data set it is about.
        study: id of the study it is about; empty for the whole report.
        verdict: what the evidence says.
        text: its sentence.
        names: labels that the sentence shows; None where the file does not tell them.
        role: conclusion or limitation; empty where the file does not tell.
    """

    report: str
    code: str
    data: str
    study: str
    verdict: str
    text: str
    names: Mapping[str, str] | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One side of a comparison.

    Attributes:
        runs: in the order of the file.
        findings: of all its reports; None where there is no file of them.
        correct: key of a run -> whether each test image was classified right, shape (n,), of those whose
            predictions are at hand.
    """

    runs: tuple[PublishedRun, ...]
    findings: tuple[PublishedFinding, ...] | None = None
    correct: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
