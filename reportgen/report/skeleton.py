"""Takes the author's texts, gives the document with each in the place that the templates kept for it.

A template shows a mark where the author's text goes. What the templates write is thus the same whatever the
author writes, and an edit of the prose costs a replacement of marks: no analysis, no figure, no template.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reportgen.errors import RenderError
from reportgen.prose.model import Mark, Typed
from reportgen.prose.text import Expression, parsed
from reportgen.report.live import filled, typed

BODY = Markup("<!--body-->")
"""Where the sections go in the frame. No text of an author can say this or a mark: their ``<`` is escaped."""
_MARK = re.compile(r"<!--prose:([0-9a-f]*)-->")
_REST = re.compile(r"<!--prose:", re.IGNORECASE)
_ID = re.compile(r'\sid="([^"]+)"')
_SPARE = re.compile(r"<!--spare:([^>]*?)-->(.*?)<!--/spare-->", re.DOTALL)
"""An entry of the annex that is only told where a text of the author's leads to it."""
_TOLD = re.compile(r"<!--told-->(.*?)<!--each-->(.*?)<!--/each-->(.*?)<!--/told-->", re.DOTALL)
"""Where the annex tells the numbers of the author's texts, and in it what stands for each text."""
PLACE, SHOWN = "<!--place-->", "<!--shown-->"
"""In what stands for each text: its heading, and its numbers with their sources."""
_STOP = re.compile(
    r'<h[2-4]\b[^>]*?\sid="(?P<id>[^"]+)"[^>]*>(?P<title>.*?)</h[2-4]>|<!--prose:(?P<text>[0-9a-f]*)-->',
    re.DOTALL,
)
"""A heading, or the mark of a text."""
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r'<a class="n" href="#([^"]+)"[^>]*? title="([^"]*)">(.*?)</a>', re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*?\shref="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A document without the author's texts: its frame, its sections with marks, what texts may ask for."""

    frame: str
    body: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the author's as HTML, with marks in the places of its live values and of its own numbers.

    ``live`` are the expressions of the former, ``typed`` the addresses of the results that the latter are.
    """

    html: Markup
    live: tuple[Expression, ...] = ()
    typed: tuple[str, ...] = ()


def mark(name: str) -> Markup:
    """What stands for the text ``name`` until it is filled in."""
    return Markup("<!--prose:{}-->").format(name.encode().hex())


def marks(names: Collection[str]) -> dict[str, Markup]:
    """The mark of each text."""
    return {name: mark(name) for name in names}


def written(
    prose: Mapping[str, str],
    marks: Mapping[str, Sequence[Mark]] | None = None,
    numbers: Mapping[str, Sequence[Typed]] | None = None,
) -> dict[str, Text]:
    """The Markdown as HTML, without texts that say nothing.

    Args:
        prose: name -> Markdown.
        marks: name -> the sentences of it that the results do not bear out.
        numbers: name -> the numbers in it that are results.
    """
    from reportgen.report import markdown

    found = {}
    for name, text in prose.items():
        own = (numbers or {}).get(name, ())
        html = markdown.to_html(text, (marks or {}).get(name, ()), own)
        found[name] = Text(html, parsed(text).live, tuple(item.address for item in own))
    return {name: text for name, text in found.items() if text.html}


def fill(skeleton: Skeleton, texts: Mapping[str, Text]) -> str:
    """The document with the author's texts; a link to what it does not hold becomes plain text.

    Raises:
        RenderError: when a template changed a mark, or shows a text that there is not; when a text asks for
            a value that there is not.
    """
    told = {name: _valued(text, skeleton.values, name) for name, text in texts.items()}
    body = _landed(_listed(skeleton.body, told))
    return _filled(skeleton.frame, told).replace(BODY, body)


def _valued(text: Text, values: Mapping[str, str], name: str) -> Markup:
    """The HTML of a text with its live values, and with its own numbers leading where those would."""
    return Markup(typed(filled(text.html, text.live, values, name), text.typed, values))  # noqa: S704 - ours


def _listed(body: str, texts: Mapping[str, Markup]) -> str:
    """The body with the texts, and an annex that has what they lead to and tells their numbers."""
    numbers = {name: found for name, text in texts.items() if (found := _NUMBER.findall(text))}
    told = _TOLD.sub(lambda annex: _numbers(annex, body, numbers), body)
    whole = _filled(told, texts)
    led_to = {found[1] for found in _LINK.finditer(whole)} if _SPARE.search(whole) else set()
    return _SPARE.sub(lambda entry: entry[2] if entry[1] in led_to else "", whole)


def _numbers(annex: re.Match[str], body: str, numbers: Mapping[str, Sequence[tuple[str, ...]]]) -> str:
    """What the annex tells of the numbers of the author's texts, in the order of the document."""
    told: dict[str, str] = {}
    under = ""
    for stop in _STOP.finditer(body):
        if stop["id"]:
            under = f'<a href="#{stop["id"]}">{_TAG.sub("", stop["title"]).strip()}</a>'
            continue
        name = bytes.fromhex(stop["text"]).decode()
        if name in numbers and name not in told:
            shown = [
                f'<a href="#{id_}">{text}</a>: {title}' for id_, title, text in dict.fromkeys(numbers[name])
            ]
            told[name] = annex[2].replace(PLACE, under).replace(SHOWN, "; ".join(shown))
    return f"{annex[1]}{''.join(told.values())}{annex[3]}" if told else ""


def _filled(text: str, texts: Mapping[str, Markup]) -> str:
    done = _MARK.sub(lambda found: texts.get(bytes.fromhex(found[1]).decode(), found[0]), text)
    if _REST.search(done):
        raise RenderError(
            "una plantilla cambia un texto del autor en lugar de mostrarlo",
            next_step="muestra {{ report.prose.NOMBRE }} tal cual, sin filtros",
        )
    return done


def _landed(body: str) -> str:
    """The body without links to what it does not hold: a report may leave out the annex, or a study."""
    held = set(_ID.findall(body))
    return _LINK.sub(lambda link: link[0] if link[1] in held else link[2], body)
