"""Takes nothing, gives what tests of findings share: a finding of one code, worded, its evidence checked."""

from __future__ import annotations

import pytest

from reportgen.findings import find
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.sentences import sentence
from reportgen.report.templates import Templates

_TEMPLATES = Templates([packaged()])
_SPANISH = Locale("es", _TEMPLATES.toml("es/strings.toml"))


class Told:
    """A finding with its verdict, its cells by id, and its sentence."""

    def __init__(self, finding) -> None:
        self.finding = finding
        self.verdict = str(finding.verdict)
        self.cells = {cell.id: cell.value for cell in finding.cells}
        self.sources = {cell.id: cell.sources for cell in finding.cells}
        self.names, self.lists, self.flags = finding.names, finding.lists, finding.flags
        self.text = sentence(finding, _TEMPLATES, _SPANISH, {}).text


def check_evidence(collected, finding) -> None:
    """What must hold of every finding: cells named once, sources that exist and finished."""
    ids = [cell.id for cell in finding.cells]
    assert len(set(ids)) == len(ids)
    known = collected.by_key()
    for cell in finding.cells:
        assert set(cell.sources) <= set(known)
        assert len(set(cell.sources)) == len(cell.sources), f"{finding.code}.{cell.id} counts a run twice"
        if finding.code not in ("runs_failed", "diverged_loss"):
            assert all(known[key].ok for key in cell.sources)
    assert finding.study in ("", *(study.id for study in collected.studies))


@pytest.fixture
def told():
    """All findings of a code."""

    def look(collected, code):
        findings = find(collected)
        for finding in findings:
            check_evidence(collected, finding)
        return [Told(finding) for finding in findings if finding.code == code]

    return look


@pytest.fixture
def only(told):
    """The one finding of a code; None when there is none."""

    def look(collected, code):
        found = told(collected, code)
        assert len(found) <= 1
        return found[0] if found else None

    return look


@pytest.fixture
def verdict(only):
    """What a check that is made once comes to: it always comes to something."""

    def look(collected, code):
        return only(collected, code).verdict

    return look
