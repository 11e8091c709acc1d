"""Takes sentences that follow one another, gives them joined by the words that a careful writer uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise

from markupsafe import Markup

from reportgen.findings.model import Finding, Verdict
from reportgen.findings.registry import RULES, Question
from reportgen.report.context import FindingView
from reportgen.report.locale import Locale

_CHANGES = frozenset(rule.code for rule in RULES if rule.question is Question.CHANGE)
"""Codes that say what a change did, for better or worse: only of those one sentence can bear out another."""
_DIRECTION = {Verdict.SUPPORTED: 1, Verdict.REFUTED: -1, Verdict.INCONCLUSIVE: 0}
_FIRST = re.compile(r"\w+")


class Relation(StrEnum):
    """How a sentence stands to the one before; ``NONE`` where nothing is to be said of it."""

    NONE = ""
    ALSO = "also"
    CONTRAST = "contrast"
    YET = "yet"


def relation(before: Finding, finding: Finding) -> Relation:
    """How a finding stands to the one told before it.

    Both must say of the same study what its change did. The same direction adds, another one contrasts, and
    what is open after something that is not restricts it. Two open ones are not joined: neither says anything
    that the other could add to.
    """
    mixed = before.flags.get("mixed") or finding.flags.get("mixed")  # both ways at once
    if before.study != finding.study or mixed or not {before.code, finding.code} <= _CHANGES:
        return Relation.NONE
    was, now = _DIRECTION.get(before.verdict), _DIRECTION.get(finding.verdict)
    if was is None or now is None or was == now == 0:
        return Relation.NONE
    if was == now:
        return Relation.ALSO
    return Relation.CONTRAST if now else Relation.YET


def joined(views: Sequence[FindingView], locale: Locale) -> tuple[FindingView, ...]:
    """The sentences in their order, each opened by the word for how it stands to the one before."""
    found = list(views[:1])
    for before, view in pairwise(views):
        how = relation(before.finding, view.finding)
        if how is Relation.NONE:
            found.append(view)
            continue
        word, openings = locale(f"connectives.{how}"), locale("connectives.openings").split()
        html, bare = _opened(view.html, word, openings), _opened(view.bare, word, openings)
        found.append(replace(view, html=html, bare=bare))
    return tuple(found)


def _opened(sentence: Markup, word: str, openings: Sequence[str]) -> Markup:
    """The sentence after a word; its own first word, if it is no name, gets a small initial."""
    first = _FIRST.match(sentence)
    if first and first[0] in openings:
        sentence = Markup(sentence[:1].lower() + sentence[1:])  # noqa: S704 - the same markup
    return Markup(f"{word} ") + sentence  # noqa: S704 - a word of the language
