"""What a summary tells first."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from reportgen.findings.importance import MOST, important
from reportgen.findings.model import Cell, Finding, Role, Unit, Verdict
from reportgen.findings.registry import RULES, Question

QUESTIONS = {rule.code: rule.question for rule in RULES}
YES, OPEN = Verdict.SUPPORTED, Verdict.INCONCLUSIVE


def made(code, verdict=YES, points=0.0, study=""):
    cell = Cell("difference", points, Unit.POINTS, ("a" * 64,))
    return Finding(code, verdict, Role.CONCLUSION, study, (cell,))


def told(*findings, most=MOST):
    return [(item.code, item.study) for item in important(findings, most)]


def test_one_answer_to_each_question_in_their_order():
    found = told(
        made("slower_is_better"),
        made("overfitting"),
        made("factor_best"),
        made("variant_improves"),
        made("overall_best"),
        made("deeper_is_better"),
    )
    assert [code for code, _ in found] == [
        "overall_best",
        "variant_improves",
        "factor_best",
        "overfitting",
        "slower_is_better",
    ]


def test_what_is_decided_comes_before_what_is_open_and_large_before_small():
    found = told(
        made("variant_improves", OPEN, 0.9, "abierto"),
        made("variant_improves", YES, 0.1, "poco"),
        made("variant_improves", YES, -0.2, "mucho"),
        most=3,
    )
    assert [study for _, study in found] == ["mucho", "poco", "abierto"]


def test_no_code_twice_while_another_is_left():
    found = told(
        made("factor_best", YES, 0.5, "a"),
        made("factor_best", YES, 0.4, "b"),
        made("deeper_is_better", YES, 0.1, "a"),
    )
    assert found == [("factor_best", "a"), ("deeper_is_better", "a"), ("factor_best", "b")]


def test_what_cannot_be_judged_or_answers_nothing_is_left_out():
    assert told(made("overall_best", Verdict.NOT_APPLICABLE), made("few_seeds"), made("overall_worst")) == []


FINDINGS = st.lists(
    st.builds(
        made,
        st.sampled_from([code for code, question in QUESTIONS.items() if question]),
        st.sampled_from([YES, Verdict.REFUTED, OPEN]),
        st.floats(-1, 1),
        st.sampled_from("abc"),
    ),
    max_size=12,
)


@given(FINDINGS)
def test_whatever_there_is(findings):
    found = important(findings)
    assert len(found) == min(MOST, len(findings))
    assert all(any(item is one for one in findings) for item in found)
    questions = {QUESTIONS[item.code] for item in findings}
    assert {QUESTIONS[item.code] for item in found} == questions or len(questions) > MOST
    first = [QUESTIONS[item.code] for item in found[: len(questions)]]
    assert first == [question for question in Question if question in questions]
    for one, other in itertools.pairwise([item for item in found if item.code == "variant_improves"]):
        assert one.verdict is not OPEN or other.verdict is OPEN
        if other.verdict is not OPEN:
            assert abs(one.cells[0].value) >= abs(other.cells[0].value)


def test_what_compares_unsettled_networks_comes_last():
    cells = made("variant_improves", YES, 0.9).cells
    hollow = Finding(
        "variant_improves", Verdict.REFUTED, Role.CONCLUSION, "h", cells, flags={"unsettled": True}
    )
    firm = made("variant_improves", YES, 0.1, "f")
    assert told(hollow, firm, most=2)[0] == ("variant_improves", "f")
