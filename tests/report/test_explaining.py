"""A number as a report shows it leads back to what it may stand for."""

from __future__ import annotations

import pytest
from support.results import Outcome, folded, grid, variants

from reportgen.analysis.published import published
from reportgen.findings import find
from reportgen.report.explaining import asked, cells, values
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

CATALOGUE = Templates([packaged()]).toml("es/strings.toml")
LOCALE = Locale("es", CATALOGUE)
AXES = {"optimizer": ["SGD", "Adam"]}
GRID = grid(AXES, lambda plan: Outcome(0.9125 if plan.labels["optimizer"] == "Adam" else 0.5, seconds=125))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0,912", [(0.912, 3, False)]),
        ("0.912", [(0.912, 3, False)]),
        ("91,2\N{NO-BREAK SPACE}%", [(91.2, 1, True)]),
        ("91 %", [(91, 0, True)]),
        ("−1,2", [(-1.2, 1, False)]),
        ("+1,2 puntos", [(1.2, 1, True)]),
        ("±0,4", [(0.4, 1, False)]),
        ("12", [(12, 0, False)]),
        ("0,0321 ms", [(0.0321, 4, False)]),
        ("1.234", [(1.234, 3, False), (1234, 0, False)]),
        ("1.234,5", [(1234.5, 1, False)]),
        ("14 881 738", [(14881738, 0, False)]),
        ("Adam", []),
        ("2 min 05 s", []),
    ],
)
def test_readings(text, found):
    assert [(item.number, item.digits, item.percent) for item in asked(text)] == found


@pytest.mark.parametrize("text", ["0,9125", "0,91", "91,3 %", "91,2 %", "91%"])
def test_the_accuracy_of_a_run_in_every_rounding(text):
    found = list(values(text, [GRID], LOCALE))
    names = {(item.name, item.of) for item in found}
    wanted = ("accuracy.test", "adam")
    # 91.25 lies between two roundings: a half goes to the even one, as in the report
    assert (wanted in names) is (text != "91,3 %"), names
    assert all(len(item.runs) == 1 for item in found)


def test_a_span_of_time_as_it_is_written():
    found = list(values("2 min 05 s", [GRID], LOCALE))
    assert {item.name for item in found} == {"seconds"}
    assert len(found) == 2
    assert not list(values("2 min 06 s", [GRID], LOCALE))


def test_what_no_number_is_shown_as():
    assert not list(values("0,777", [GRID], LOCALE))
    assert not list(cells("0,777", [find(GRID)], LOCALE))


def test_a_percentage_is_a_share_and_nothing_else():
    assert {item.name for item in values("10", [GRID], LOCALE)} >= {"epochs"}
    assert all("epochs" not in item.name for item in values("10 %", [GRID], LOCALE))


def test_cells_of_findings_with_their_runs():
    collected = variants({"base": 0.7, "mejor": 0.8}, {"base": "", "mejor": "base"})
    found = list(cells("10,0", [find(collected)], LOCALE))
    assert ("variant_improves", "difference") in {(item.finding.code, item.cell.id) for item in found}
    difference = next(item.cell for item in found if item.cell.id == "difference")
    assert len(difference.sources) == 2


def test_a_configuration_has_its_mean_over_folds():
    collected = folded({"a": [0.80, 0.82, 0.84]}, folds=3)
    (mean,) = [item for item in published(collected) if item.name == "mean accuracy.validation"]
    assert mean.value == pytest.approx(0.82)
    assert len(mean.runs) == 3
    assert mean in list(values("82,0 %", [collected], LOCALE))


def test_every_share_that_a_report_shows_leads_back():
    """Whatever the locale makes of a published number is found under what it made."""
    for item in published(GRID):
        if item.name.startswith(("accuracy", "precision", "recall", "f1")):
            for shown in (LOCALE.percent(item.value), LOCALE.number(item.value, 4)):
                assert item in list(values(shown, [GRID], LOCALE)), (item, shown)
        elif item.name == "seconds":
            assert item in list(values(LOCALE.duration(item.value), [GRID], LOCALE))
        else:
            assert item in list(values(LOCALE.cell(item.name, item.value), [GRID], LOCALE)), item
