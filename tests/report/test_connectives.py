from __future__ import annotations

import pytest
from markupsafe import Markup

from reportgen.findings.model import Finding, Role, Verdict
from reportgen.report.connectives import Relation, joined, relation
from reportgen.report.context import FindingView
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

SPANISH = Locale("es", Templates([packaged()]).toml("es/strings.toml"))
YES, NO, OPEN, UNJUDGED = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE


def found(verdict, code="variant_improves", study="cnn"):
    return Finding(code, verdict, Role.CONCLUSION, study)


def view(verdict, html, code="variant_improves"):
    told = Markup(html)  # noqa: S704 - written here
    return FindingView(found(verdict, code), told, html, {}, bare=told)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (YES, YES, Relation.ALSO),
        (NO, NO, Relation.ALSO),
        (YES, NO, Relation.CONTRAST),
        (NO, YES, Relation.CONTRAST),
        (OPEN, YES, Relation.CONTRAST),
        (YES, OPEN, Relation.YET),
        (NO, OPEN, Relation.YET),
        (OPEN, OPEN, Relation.NONE),
        (UNJUDGED, YES, Relation.NONE),
        (YES, UNJUDGED, Relation.NONE),
    ],
)
def test_the_word_follows_from_what_both_say(before, now, expected):
    assert relation(found(before), found(now, "class_gains")) is expected


def test_only_sentences_on_what_one_change_did_are_joined():
    assert relation(found(YES), found(YES, study="vgg")) is Relation.NONE
    assert relation(found(YES), found(YES, "calibration")) is Relation.NONE
    assert relation(found(YES, "overfitting"), found(YES)) is Relation.NONE


def test_a_name_keeps_its_initial_and_a_common_word_does_not():
    views = joined(
        [
            view(YES, "«B» supera a «A»."),
            view(OPEN, "Entre «B» y «A», ninguna clase cambia.", "class_gains"),
            view(YES, "«B» redujo la brecha.", "gap_reduced"),
            view(NO, "Dropout: empeora.", "dropout_effect"),
        ],
        SPANISH,
    )
    assert [item.html for item in views] == [
        "«B» supera a «A».",
        "Con todo, entre «B» y «A», ninguna clase cambia.",
        "En cambio, «B» redujo la brecha.",
        "En cambio, Dropout: empeora.",
    ]
    assert views[1].bare == views[1].html
    assert views[1].text == "Entre «B» y «A», ninguna clase cambia."  # by itself it follows nothing


def test_markup_stays_markup():
    (_, second) = joined(
        [view(YES, "Sí."), view(YES, 'Con <a href="#x">1 &lt; 2</a>.', "gap_reduced")], SPANISH
    )
    assert second.html == Markup('Además, con <a href="#x">1 &lt; 2</a>.')
