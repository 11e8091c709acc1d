"""Takes results and findings, gives the answer for someone who decides: plain words, plain figures."""

from __future__ import annotations

from markupsafe import Markup

from reportgen.analysis.alike import highest, lowest, whole
from reportgen.analysis.answer import answer, class_bars, cost_of, hits
from reportgen.analysis.evaluation import ClassScore, evaluate, top_confusion
from reportgen.analysis.naming import names
from reportgen.report.context import FindingView
from reportgen.report.context_kinds import AnswerView, PlainView
from reportgen.report.locale import Locale
from reportgen.report.sentences import sentence
from reportgen.report.step_view import Material
from reportgen.report.templates import Templates

PLAIN, REMEDIES = "plain", "remedies"
"""Folders of sentences for readers who do not know the trade: what is the matter, what to do about it."""


def answers(material: Material, title: str) -> tuple[AnswerView, ...]:
    """The answer for one data set; empty where validation cannot pick. ``title`` names the data."""
    collected = material.collected
    found = answer(collected.single(), names(collected), collected.absent)
    if found is None:
        return ()
    figures = material.figures.plain()
    told = collected.classes and found.chosen.result.predicts
    scores = evaluate(found.chosen.result, collected) if told else None
    costs, most = cost_of(found, collected), top_confusion(scores) if scores else None
    rows = [row for row in scores.classes if row.support] if scores else []
    easiest, hardest = highest(rows, _recall, whole), lowest(rows, _recall, whole)
    differ = len(easiest) < len(rows)
    end = f"-{collected.id}" if collected.id else ""
    return (
        AnswerView(
            data=title,
            source=f"r-respuesta{end}",
            answer=found,
            hits=figures.view(f"respuesta-aciertos{end}", hits(found)) if len(found.shown) > 1 else None,
            cost=figures.view(f"respuesta-costo{end}", costs) if len(costs.points) > 1 else None,
            classes=figures.view(f"respuesta-clases{end}", class_bars(scores)) if scores else None,
            evaluation=scores,
            easiest=tuple(row.name for row in easiest) if differ else (),
            hardest=tuple(row.name for row in hardest) if differ else (),
            confusions=most.pairs if most is not None and most.repeated else (),
        ),
    )


def _recall(row: ClassScore) -> float:
    return row.recall


def doubts(material: Material, templates: Templates) -> tuple[PlainView, ...]:
    """What weakens the answer, in the order of the findings."""
    locale = material.figures.locale.plain()
    return tuple(_plain(view, templates, locale) for view in material.findings if view.finding.weakens)


def _plain(view: FindingView, templates: Templates, locale: Locale) -> PlainView:
    """The finding in plain words; in its own where there are none for it."""
    language = locale.language
    texts = [
        sentence(view.finding, templates, locale, view.leads, folder=folder).html
        if templates.path(f"{language}/{folder}/{view.finding.code}.j2") is not None
        else Markup()
        for folder in (PLAIN, REMEDIES)
    ]
    return PlainView(texts[0] or view.html, texts[1])
