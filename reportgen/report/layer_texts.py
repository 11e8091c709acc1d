"""Takes declared layers, gives what each is called and does, from the texts of ``layers/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reportgen.analysis.layer_changes import Entry, name_of
from reportgen.report import markdown
from reportgen.report.context_kinds import LayerLine, PartView
from reportgen.report.layer_words import entry_text
from reportgen.report.locale import Locale
from reportgen.report.templates import Templates

KINDS = ("backbone", "python")
"""Fields of an entry that is no layer of Keras: they have one text for all."""


class LayerTexts:
    """Texts of the layers in the language of the report; ``weights`` maps keys of runs to their labels."""

    def __init__(self, templates: Templates, locale: Locale, weights: Mapping[str, str]) -> None:
        self.templates = templates
        self.locale = locale
        self.weights = weights

    def text(self, name: str) -> Markup:
        """What a type of layer does; empty where there is no text for it."""
        file = f"{self.locale.tag.split('-', maxsplit=1)[0]}/layers/{name}.md"
        if self.templates.path(file) is None:
            return Markup()
        return markdown.inline(" ".join(self.templates.text(file).split()))

    def lines(self, entries: Sequence[Entry]) -> tuple[LayerLine, ...]:
        """One line per layer, in order; what a type of layer does is told where it first occurs."""
        names = [name_of(entry) for entry in entries]
        return tuple(
            LayerLine(
                number,
                entry_text(entry, self.locale, self.weights),
                self.text(_kind(entry)) if names.index(name) == number - 1 else Markup(),
            )
            for number, (entry, name) in enumerate(zip(entries, names, strict=True), start=1)
        )

    def parts(self, entries: Sequence[Entry]) -> tuple[PartView, ...]:
        """One line per type of layer, in the order of first use, and the output last."""
        found: dict[str, dict[str, None]] = {}
        kinds: dict[str, str] = {}
        for entry in entries:
            name = name_of(entry)
            found.setdefault(name, {})[entry_text(entry, self.locale, self.weights)] = None
            kinds[name] = _kind(entry)
        parts = [PartView(name, tuple(codes), self.text(kinds[name])) for name, codes in found.items()]
        return (*parts, PartView("", (), self.text("output")))


def _kind(entry: Entry) -> str:
    return next((kind for kind in KINDS if kind in entry), name_of(entry))
